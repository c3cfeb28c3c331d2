/** One patient's files of a generation, from all roots, to FHIR resources and the list of what cannot be shown. */
import { isAppError } from '#base'
import type { Message } from '#hl7v2'
import {
  contentTypeOf,
  type DocumentReference,
  documentResources,
  type Resource,
  TORIDE_SYSTEM,
  toResources,
} from '#fhir'
import { identify, parseStoragePath, readRecord, takeInventory } from '#ssmix2'
import type { BookingNote, ClassifiedFile, Inventory, Note, NotedFile, StoragePath } from '#ssmix2'
import { INJECTION_TAG } from '../build/medication.ts'
import { dateText } from '../date-text.ts'
import type { Notice, Unshown } from '../model.ts'
import type { GenerationReader, UnitFile } from '../ports.ts'
import { cdaText } from './cda-text.ts'
import { documentText } from './document-text.ts'
import { partsOf } from './kinds.ts'

export interface PatientRecords {
  readonly resources: Resource[]
  readonly unshown: Unshown[]
  readonly notices: Notice[]
  readonly files: { read: number; superseded: number; deleted: number }
}

/** Bodies larger than this are opened on demand; a message never is. */
const MAX_INLINE_BYTES = 1 << 20
const UNREAD: Note = { check: 'unchecked', identity: undefined, problems: [] }

/** A file as it came from the reader: plain data, so that another thread may make the records of it. */
export interface GatheredFile {
  readonly path: string
  readonly sizeBytes: number
  /** Absent where only its existence matters (pictures, large documents) or where it is damaged. */
  readonly bytes?: Uint8Array
  readonly damage?: string
}
interface ReadFile extends GatheredFile {
  readonly note: Note
}

/**
 * Reads what was gathered of the units (patient folders of one patient), each byte checked by the reader. Files that are
 * damaged, unreadable or somebody else's go into `unshown`; nothing else about them is taken over.
 */
export function readGathered(gathered: readonly GatheredFile[]): PatientRecords {
  const files = new Map(gathered.map((file) => [file.path, noted(file)]))
  const sound = [...files.values()].filter(({ damage }) => damage === undefined)
  const inventory = takeInventory(sound.map(({ path, note }): NotedFile => ({ path, note })))
  const records: PatientRecords = {
    resources: [],
    unshown: [...damaged(files), ...stopped(inventory)],
    notices: noticesOf(inventory),
    files: {
      read: [...files.values()].filter(({ bytes }) => bytes).length,
      superseded: inventory.counts.superseded,
      deleted: inventory.counts.deleted,
    },
  }
  const current = inventory.files.filter(({ state }) => state === 'current')
  for (const file of identityFirst(current.filter(({ place }) => place?.storage === 'standard')))
    addMessage(records, file.place!, files.get(file.path)!)
  for (const group of contentFolders(current)) addDocument(records, group, files)
  return records
}

/** The bytes of what is read at all. Errors: what the reader throws when a place cannot be reached. */
export async function gatherFiles(reader: GenerationReader, unitPaths: readonly string[]): Promise<GatheredFile[]> {
  const listed = (await Promise.all(unitPaths.map((unit) => reader.unit(unit)))).flat()
  return Promise.all(listed.map((file) => readOne(reader, file)))
}

const noted = (file: GatheredFile): ReadFile => ({
  ...file,
  note: file.bytes ? identify(file.path, file.bytes) : UNREAD,
})

async function readOne(reader: GenerationReader, { path, sizeBytes }: UnitFile): Promise<GatheredFile> {
  const { place } = parseStoragePath(path)
  if (!place || !isRead(place, sizeBytes)) return { path, sizeBytes }
  try {
    const bytes = await reader.readFile(path)
    return { path, sizeBytes, bytes }
  } catch (error) {
    // A pack that is gone is damage to this file; a place that cannot be reached is not, and no chart is better then.
    if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
    return { path, sizeBytes, damage: error.code }
  }
}

/** Older versions too: only their PID says whether they are this patient's, and the counts of the index must hold here. */
function isRead(place: StoragePath, sizeBytes: number): boolean {
  if (place.storage === 'standard') return true
  return place.flag === '1' && sizeBytes <= MAX_INLINE_BYTES && /\.(hl7|xml|cda|txt)$/i.test(place.contentPath ?? '')
}

function damaged(files: ReadonlyMap<string, ReadFile>): Unshown[] {
  return [...files.values()].flatMap(({ path, damage }) =>
    damage === undefined ? [] : [{ path, state: 'damaged', code: damage, parts: partsOf(currentPlace(path)) } as const],
  )
}

/** An older version leaves no gap in the chart when it is lost. */
function currentPlace(path: string): StoragePath | undefined {
  const { place } = parseStoragePath(path)
  return place?.flag === '1' ? place : undefined
}

/** 表示を止めた記録: somebody else's, or not readable as a record. What merely lies there (Thumbs.db) is a notice. */
function stopped({ files, problems }: Inventory): Unshown[] {
  return files.flatMap(({ path, place, state }) => {
    if (state !== 'quarantined' && state !== 'problem') return []
    const codes = problems.filter((problem) => problem.path === path).map(({ code }) => code)
    if (codes.length > 0 && codes.every((code) => code === 'outside-layout')) return []
    const code = codes.find((c) => c === 'patient-differs') ?? codes[0] ?? 'patient-differs'
    return [{ path, state: state === 'quarantined' ? 'stopped' : 'unreadable', code, parts: partsOf(place) } as const]
  })
}

function noticesOf({ files, problems }: Inventory): Notice[] {
  const shown = new Map(files.filter(({ state }) => state === 'current').map((file) => [file.path, file.place]))
  const stray = new Set(files.filter(({ place }) => !place).map(({ path }) => path))
  return problems
    .filter(({ path, code }) => shown.has(path) || (stray.has(path) && code === 'outside-layout'))
    .map(({ path, code }) => ({ path, code, parts: partsOf(shown.get(path)) }))
}

/** The patient's own record leads: every message repeats the name, not always alike. */
function identityFirst(files: readonly ClassifiedFile[]): ClassifiedFile[] {
  const own = (file: ClassifiedFile) => (file.place!.dataKind === 'ADT-00' ? 0 : 1)
  return files.toSorted((a, b) => own(a) - own(b))
}

function addMessage(records: PatientRecords, place: StoragePath, { path, bytes }: ReadFile): void {
  const { message } = readRecord(place, bytes!)
  const { resources, problems } = toResources(message, { ...place, path })
  const recordedAt = recordedAtOf(place)
  for (const resource of resources) records.resources.push(tagged(resource, place, recordedAt))
  records.notices.push(
    ...problems.map(({ code, where, text }) => ({ path, code, where, ...(text && { text }), parts: partsOf(place) })),
  )
}

/** When it was recorded, and for OMP-02 and OMP-12 that it is an injection, which the message itself does not say. */
function tagged(resource: Resource, place: StoragePath, lastUpdated: string): Resource {
  const meta = (resource as { meta?: object }).meta
  const isInjection = place.dataKind === 'OMP-02' || place.dataKind === 'OMP-12'
  const tag = (meta as { tag?: object[] } | undefined)?.tag ?? []
  return {
    ...resource,
    meta: { ...meta, lastUpdated, ...(isInjection && { tag: [...tag, INJECTION_TAG] }) },
  } as Resource
}

function recordedAtOf({ occurredAt }: StoragePath): string {
  const [date, time = '00:00:00'] = dateText(occurredAt.slice(0, 14)).split('T')
  return `${date}T${time}+09:00`
}

/** One record of the extended storage is a content folder with its files. */
function contentFolders(current: readonly ClassifiedFile[]): ClassifiedFile[][] {
  const extended = current.filter(({ place }) => place?.storage === 'extended')
  return [
    ...Map.groupBy(extended, ({ path, place }) =>
      path.slice(0, path.length - (place!.contentPath?.length ?? 0)),
    ).values(),
  ]
}

function addDocument(
  records: PatientRecords,
  group: readonly ClassifiedFile[],
  files: ReadonlyMap<string, ReadFile>,
): void {
  const members = group.map(({ path }) => files.get(path)!).toSorted(mainFirst)
  const { place, path } = group.find((file) => file.path === members[0]!.path)!
  // Vital signs are messages that lie in the extended storage.
  if (partsOf(place)[0] === 'vitals' && members[0]!.bytes && /\.hl7$/i.test(path)) {
    addMessage(records, place!, members[0]!)
    return
  }
  const { resources, problems } = documentResources({
    ...place!,
    path,
    kind: place!.documentType!,
    files: members.map((file) => ({ path: file.path, sizeBytes: file.sizeBytes })),
  })
  const body = bodyText(members[0]!, place!)
  for (const resource of resources) {
    const document = tagged(resource, place!, recordedAtOf(place!))
    if (document.resourceType === 'DocumentReference' && body) {
      const data = Buffer.from(body).toString('base64')
      document.content = [...document.content, { attachment: { contentType: 'text/plain', data } }]
    }
    const { bookings } = members[0]!.note
    if (document.resourceType === 'DocumentReference' && bookings) Object.assign(document, asBooking(bookings))
    records.resources.push(document)
  }
  records.notices.push(...problems.map(({ code, where }) => ({ path, code, where, parts: partsOf(place) })))
}

function mainFirst(a: ReadFile, b: ReadFile): number {
  const main = (file: ReadFile) => (/main_?document|\.(xml|cda|hl7)$/i.test(file.path) ? 0 : 1)
  return main(a) - main(b) || (a.path < b.path ? -1 : 1)
}

/** Text of CDA, plain text and HL7 documents, so that a note is read where it stands. */
function bodyText({ path, bytes, note }: ReadFile, place: StoragePath): string | undefined {
  if (!bytes) return undefined
  if (note.bookings) return note.bookings.map(bookingText).join('\n')
  switch (contentTypeOf(path)) {
    case 'text/plain':
      return documentText(bytes)
    case 'text/xml':
      return cdaText(documentText(bytes))?.text
    case 'application/hl7-v2':
      return observationText(readRecord(place, bytes).message)
    default:
      return undefined
  }
}

/** Of the day that it is for, by what it is for. A cancelled one is no booking and stays among the documents. */
function asBooking(bookings: readonly BookingNote[]): Partial<DocumentReference> {
  const what = [...new Set(bookings.flatMap(({ text }) => text ?? []))].join('、')
  const [date, time] = bookings[0]!.start.split('T')
  return {
    date: time ? `${date}T${time.padEnd(8, ':00')}+09:00` : date!,
    category: [{ coding: [{ system: TORIDE_SYSTEM.category, code: 'booking' }] }],
    ...(what && { description: what }),
  }
}

const bookingText = ({ start, department, text }: BookingNote): string =>
  [start.replace('T', ' '), department, text].filter(Boolean).join('　')

/** OBX-5 of a note that is an HL7 message, each under its OBX-3. */
function observationText(message: Message): string | undefined {
  const lines = message.all('OBX').map((obx) => [obx.value(3, 2), obx.text(5)].filter(Boolean).join('：'))
  return lines.length > 0 ? lines.join('\n') : undefined
}
