/**
 * Paths of the storage: `<root>/<id[0:3]>/<id[3:6]>/<id>/<YYYYMMDD or ->/<kind>/<file>`; in the extended storage the kind is
 * a type folder and the file a content folder with documents. Above the root any folders may stand (facility, volume).
 */
import { DATA_KINDS, looksStandard } from './kinds.ts'
import { parseDocumentType } from './document-type.ts'
import type { ConditionFlag, ProblemCode, StoragePath } from './types.ts'

/** What a path says: where a record lies, or why not. `log` = a file of the transaction storage. */
export type PathReading =
  | { readonly place: StoragePath; readonly problem?: 'kind-unknown' }
  | { readonly place?: undefined; readonly problem: ProblemCode | 'log' }

const TRANSACTION_LOG = /^TR_\d{8,17}_\d+\.DAT$/i

/** Reads a path relative to the source, `/` between segments, any depth of root. Text in any normal form. */
export function parseStoragePath(path: string): PathReading {
  const segments = path.normalize('NFC').split('/').filter(Boolean)
  const at = patientFolderDepth(segments)
  if (at === undefined) return { problem: TRANSACTION_LOG.test(segments.at(-1) ?? '') ? 'log' : 'outside-layout' }
  const [careDate, folder, ...below] = segments.slice(at)
  if (careDate === undefined || folder === undefined || below.length === 0) return { problem: 'outside-layout' }
  const context = { root: segments.slice(0, at - 3).join('/'), patientId: segments[at - 1]!, careDate, folder }
  return looksStandard(folder) ? readStandard(context, below) : readExtended(context, below)
}

/**
 * How many segments lead to the patient folder, itself included (`root/999/901/9999013` gives 4), or undefined. The first
 * that fits from the top counts. This is the rule for a unit of backup, for both storages.
 */
export function patientFolderDepth(segments: readonly string[]): number | undefined {
  for (let i = 2; i < segments.length; i++) if (isPatientFolder(segments.slice(0, i + 1))) return i + 1
  return undefined
}

/** Is this path (without files) a patient's folder: the last three segments are id[0:3], id[3:6], id? */
export function isPatientFolder(segments: readonly string[]): boolean {
  const [head, middle, id] = segments.slice(-3)
  if (segments.length < 3 || !head || !middle || !id) return false
  return head.length === 3 && id.length > 3 && head === id.slice(0, 3) && middle === id.slice(3, 6)
}

interface Context {
  readonly root: string
  readonly patientId: string
  readonly careDate: string
  readonly folder: string
}

interface RecordName {
  readonly patientId: string
  readonly careDate: string
  readonly dataKind: string
  readonly orderNo: string
  readonly occurredAt: string
  readonly department: string
  readonly flag: string
}

/** `patient_date_kind_order_occurred_department_flag`. More parts than seven belong to the order number or key. */
function parseName(name: string): RecordName | undefined {
  const parts = name.split('_')
  if (parts.length < 7) return undefined
  const [patientId = '', careDate = '', dataKind = ''] = parts
  const [occurredAt = '', department = '', flag = ''] = parts.slice(-3)
  return { patientId, careDate, dataKind, orderNo: parts.slice(3, -3).join('_'), occurredAt, department, flag }
}

function readStandard(context: Context, below: readonly string[]): PathReading {
  const [file = '', ...deeper] = below
  if (deeper.length > 0) return { problem: 'path-malformed' }
  const name = parseName(file)
  if (!name) return { problem: strayOrMalformed(file) }
  if (name.dataKind !== context.folder || name.orderNo.includes('_')) return { problem: 'path-malformed' }
  const problem = contradiction(context, name)
  if (problem) return { problem }
  const place = { storage: 'standard' as const, dataKind: context.folder, ...common(context, name) }
  return context.folder in DATA_KINDS ? { place } : { place, problem: 'kind-unknown' }
}

function readExtended(context: Context, below: readonly string[]): PathReading {
  const [content = '', ...inside] = below
  const name = parseName(content)
  if (!name) return { problem: strayOrMalformed(content) }
  const problem = contradiction(context, name)
  if (problem) return { problem }
  const documentType = parseDocumentType(context.folder)
  return {
    place: {
      storage: 'extended',
      dataKind: documentType.localCode || documentType.standardCode || documentType.localName,
      documentType,
      ...common(context, name),
      contentPath: inside.join('/'),
    },
  }
}

/** Folder and name must say the same; the flag must be one of three. */
function contradiction(context: Context, name: RecordName): 'path-malformed' | 'flag-unknown' | undefined {
  const dated = context.careDate === '-' || /^\d{8}$/.test(context.careDate)
  const agrees = name.patientId === context.patientId && name.careDate === context.careDate
  if (!dated || !agrees || name.orderNo === '' || !/^\d{14,17}$/.test(name.occurredAt)) return 'path-malformed'
  return /^[012]$/.test(name.flag) ? undefined : 'flag-unknown'
}

function common(context: Context, name: RecordName) {
  return {
    root: context.root,
    patientId: context.patientId,
    careDate: context.careDate === '-' ? undefined : context.careDate,
    orderNo: name.orderNo,
    // Shorter ones lack the milliseconds; padded, all compare as text.
    occurredAt: name.occurredAt.padEnd(17, '0'),
    department: name.department === '-' || name.department === '' ? undefined : name.department,
    flag: name.flag as ConditionFlag,
  }
}

/** A name that tries to be a record is malformed; anything else (Thumbs.db) merely lies there. */
function strayOrMalformed(name: string): ProblemCode {
  return name.split('_').length >= 4 ? 'path-malformed' : 'outside-layout'
}

/** The medical institution number (10 digits) that a root folder begins with, from the innermost such folder. */
export function facilityId(root: string): string | undefined {
  const numbers = root.split('/').map((segment) => /^(\d{10})(?!\d)/.exec(segment)?.[1])
  return numbers.findLast(Boolean)
}
