/**
 * Which version of each record is valid. Every file gets exactly one state, so that nothing disappears: guideline 1.2g on
 * the condition flag, the transaction storage page of NHO on what corrections and deletions rename.
 */
import { facilityId, parseStoragePath } from './path.ts'
import { PROBLEM_SEVERITY } from './types.ts'
import type { ClassifiedFile, FileState, Inventory, Note, Problem, ProblemCode, StoragePath } from './types.ts'

export interface NotedFile {
  readonly path: string
  readonly note: Note
}

/** A record: a file of the standardized storage, a content folder with all its files of the extended one. */
interface StoredRecord {
  readonly place: StoragePath
  readonly files: RecordFile[]
  /** By the flag, until versions are compared. */
  state: 'current' | 'superseded' | 'deleted'
}

interface RecordFile {
  readonly path: string
  readonly place: StoragePath
  /** Set where the file itself may not be shown. */
  readonly bar: 'quarantined' | 'problem' | undefined
}

/** Classifies files of one or of many patients, from one or several roots. */
export function takeInventory(files: Iterable<NotedFile>): Inventory {
  const problems: Problem[] = []
  const loose: ClassifiedFile[] = []
  const records = new Map<string, StoredRecord>()
  for (const { path, note } of files) {
    const reading = parseStoragePath(path)
    const codes = [...note.problems]
    if (reading.problem && reading.problem !== 'log') codes.unshift(reading.problem)
    problems.push(...codes.map((code) => ({ code, path })))
    if (reading.place) addToRecord(records, { path, place: reading.place, bar: barOf(note, codes) })
    else loose.push({ path, place: undefined, state: reading.problem === 'log' ? 'log' : 'problem' })
  }
  for (const group of groupByVersion(records.values())) problems.push(...selectCurrent(group))
  const classified = [...[...records.values()].flatMap(classify), ...loose]
  return { files: classified, problems, counts: countStates(classified) }
}

/** A mismatch of the patient outweighs all. */
function barOf(note: Note, codes: readonly ProblemCode[]): RecordFile['bar'] {
  if (note.check === 'different') return 'quarantined'
  return codes.some((code) => PROBLEM_SEVERITY[code] === 'stop') ? 'problem' : undefined
}

const STATE_OF_FLAG = { '0': 'deleted', '1': 'current', '2': 'superseded' } as const

function addToRecord(records: Map<string, StoredRecord>, file: RecordFile): void {
  const { path, place } = file
  const key = place.storage === 'standard' ? path : contentFolderKey(place)
  const known = records.get(key)
  if (known) known.files.push(file)
  else records.set(key, { place, files: [file], state: STATE_OF_FLAG[place.flag] })
}

function contentFolderKey(place: StoragePath): string {
  return [place.root, versionKey(place), place.occurredAt, place.department ?? '-', place.flag].join('/')
}

/** One file of somebody else keeps back the whole record: no attachment is shown beside another patient's document. */
function isQuarantined({ files }: StoredRecord): boolean {
  return files.some(({ bar }) => bar === 'quarantined')
}

function classify(record: StoredRecord): ClassifiedFile[] {
  const quarantined = isQuarantined(record)
  return record.files.map(({ path, place, bar }) => ({
    path,
    place,
    state: quarantined ? 'quarantined' : (bar ?? record.state),
  }))
}

/** Versions of one record, across all roots of a facility. */
function groupByVersion(records: Iterable<StoredRecord>): StoredRecord[][] {
  const all = [...records]
  const numbers = new Set(all.flatMap(({ place }) => facilityId(place.root) ?? []))
  // A root without a number belongs to the facility that the others name, where they name only one.
  const sole = numbers.size === 1 ? [...numbers][0]! : ''
  const groups = new Map<string, StoredRecord[]>()
  for (const record of all) {
    // What may not be shown must not push out a good version.
    if (isQuarantined(record) || record.files.every(({ bar }) => bar)) continue
    const key = `${facilityId(record.place.root) ?? sole}/${versionKey(record.place)}`
    const group = groups.get(key)
    if (group) group.push(record)
    else groups.set(key, [record])
  }
  return [...groups.values()]
}

const NO_ORDER = '999999999999999'

/**
 * The guideline's key within a facility: patient, date, kind, order number. Events of a day have no order number, and a
 * patient may be received by two departments on one day: there the department belongs to the key, else the second visit
 * would hide the first.
 */
function versionKey(place: StoragePath): string {
  const { patientId, careDate, dataKind, documentType, orderNo, department } = place
  const type = documentType
    ? `${documentType.localCode}^${documentType.localName}^${documentType.standardCode}`
    : dataKind
  const event = orderNo === NO_ORDER && careDate !== undefined && dataKind.startsWith('ADT')
  return [place.storage, patientId, careDate ?? '-', type, orderNo, event ? (department ?? '') : ''].join('/')
}

/** Leaves the latest flag-1 record current, and says what was strange. */
function selectCurrent(group: readonly StoredRecord[]): Problem[] {
  const valid = group.filter(({ state }) => state === 'current')
  const [latest, ...older] = valid.toSorted(newestFirst)
  if (!latest) return []
  const problems: Problem[] = []
  for (const record of older) {
    record.state = 'superseded'
    const twin = record.place.root !== latest.place.root && record.place.occurredAt === latest.place.occurredAt
    problems.push({ code: twin ? 'duplicate-in-roots' : 'two-current', path: record.files[0]!.path })
  }
  const newer = group.some(
    ({ state, place }) => state !== 'current' && place.flag !== '1' && place.occurredAt > latest.place.occurredAt,
  )
  if (newer) problems.push({ code: 'newer-not-current', path: latest.files[0]!.path })
  return problems
}

/** Equal times: the root that comes later in order, so that the choice does not depend on the walk. */
function newestFirst(a: StoredRecord, b: StoredRecord): number {
  const [x, y] = [a.place.occurredAt + a.files[0]!.path, b.place.occurredAt + b.files[0]!.path]
  return x < y ? 1 : x > y ? -1 : 0
}

function countStates(files: readonly ClassifiedFile[]): Record<FileState, number> {
  const counts: Record<FileState, number> = {
    current: 0,
    superseded: 0,
    deleted: 0,
    quarantined: 0,
    problem: 0,
    log: 0,
  }
  for (const { state } of files) counts[state]++
  return counts
}
