/** A drop folder: PDFs, scans and texts whose names say whose they are. A file is one document of one patient. */
import {
  idName,
  type FileSurvey,
  type IntakeFormat,
  type IntakeProblem,
  type IntakeReading,
  type IntakeRemark,
  type IntakeRequest,
  type Surveyor,
} from '../format.ts'
import { failed } from '../whole-file.ts'
import { typeOfBytes, typeOfName, pdfPages, type DocumentType } from './content.ts'
import { parseNameSettings, readName, type NameSettings } from './names.ts'
import { documentResource } from './resource.ts'

export const documentsFormat: IntakeFormat<NameSettings> = {
  kind: 'documents',
  version: 1,
  parseSettings: parseNameSettings,
  survey({ path }, settings) {
    const named = readName(path, settings)
    const promised = typeOfName(path)
    if (!promised || isLeftover(path)) return failed('file-unknown')
    if (!named) return failed('name-unmatched')
    return surveyor((bytes, size) => surveyDocument(bytes, size, { promised, ...named }))
  },
  resources: readDocument,
}

/** What systems leave in folders. */
const isLeftover = (path: string): boolean => /(^|\/)(\.|~\$|Thumbs\.db$|desktop\.ini$)/i.test(path)

/** Of a longer file pages are not counted; a page tree may stand at either end. */
const MOST_COUNTED_BYTES = 32 * 1024 * 1024

/** @param survey gets the beginning of the file, and how long all of it is */
function surveyor(survey: (bytes: Uint8Array, size: number) => FileSurvey): Surveyor {
  const parts: Uint8Array[] = []
  let size = 0
  return {
    take(bytes) {
      if (size < MOST_COUNTED_BYTES) parts.push(bytes.slice())
      size += bytes.length
    },
    end: () => (size === 0 ? failed('empty-file') : survey(Buffer.concat(parts), size)),
  }
}

interface Promised {
  readonly promised: DocumentType
  readonly patientId: string
  readonly date: string
}

function surveyDocument(bytes: Uint8Array, size: number, { promised, patientId, date }: Promised): FileSurvey {
  const found = typeOfBytes(bytes)
  const pages = found === 'application/pdf' && size <= MOST_COUNTED_BYTES ? pdfPages(bytes) : undefined
  const problems: IntakeProblem[] = found === promised ? [] : [{ code: 'type-differs', where: 'file' }]
  return {
    records: 1,
    patients: [
      {
        names: [idName(patientId)],
        // The file itself is opened when somebody wants it; the chart needs its name and what was found in it.
        ranges: [],
        counts: { DocumentReference: 1 },
        ...(date && { lastCareDate: date }),
      },
    ],
    shared: [],
    problems,
    form: JSON.stringify({ type: found ?? 'other', ...(pages !== undefined && { pages }) }),
  }
}

interface SeenContent {
  readonly type?: DocumentType | 'other'
  readonly pages?: number
}

function readDocument({ file, settings, form, names }: IntakeRequest<NameSettings>): IntakeReading {
  const named = readName(file.path, settings)
  if (!named || !names.has(idName(named.patientId)))
    return { resources: [], remarks: [{ code: 'name-unmatched', where: 'file' }] }
  const seen = JSON.parse(form ?? '{}') as SeenContent
  const remarks: IntakeRemark[] = seen.type === typeOfName(file.path) ? [] : [{ code: 'type-differs', where: 'file' }]
  return { resources: [documentResource(file, named, seen.type ?? 'other', seen.pages)], remarks }
}
