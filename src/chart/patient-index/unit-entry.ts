/** What the index remembers of one unit, made from the observer's notes alone: no file is read again. */
import { isAppError } from '#base'
import { identify, isOldNote, kindLabel, parseStoragePath, readNote, STAY_KINDS, takeInventory } from '#ssmix2'
import type {
  BookingNote,
  FileState,
  Identity,
  Inventory,
  Note,
  NotedFile,
  Problem,
  StayNote,
  StoragePath,
} from '#ssmix2'
import { dateText } from '../date-text.ts'
import type { FileNote, GenerationReader, UnitNotes } from '../ports.ts'

/** Begins the path of a row that is a patient of a source without SS-MIX2; the patient's key follows. */
export const PATIENT_ROW = 'patient:'

/** Where a patient's records lie in such a source: numbers of a file and of a patient in its survey. */
export interface Holding {
  readonly file: number
  readonly patient: number
}

/** States in the order in which they are stored. */
export const FILE_STATES = ['current', 'superseded', 'deleted', 'quarantined', 'problem', 'log'] as const
export type FileCounts = Readonly<Record<FileState, number>>

export interface UnitEntry {
  readonly unitPath: string
  readonly signature: string
  /** Segments above the patient folders; '' where the storage's root is the source's root. */
  readonly root: string
  /** '' for a unit that is no patient folder (stray files, the transaction log). */
  readonly patientId: string
  /** From the newest valid ADT-00 of the unit. */
  readonly identity: Identity | undefined
  /** 17 digits: when that ADT-00 was sent. '' without one. */
  readonly identityAt: string
  /** `YYYYMMDD` of the newest current record that has a date, or ''. */
  readonly lastCareDate: string
  /** Current records by data kind. */
  readonly kinds: ReadonlyMap<string, number>
  readonly counts: FileCounts
  readonly problems: readonly Problem[]
  /** Of a source without SS-MIX2: `counts` are then records, not files. */
  readonly holdings?: readonly Holding[]
  /** Admission records from the last discharge on, in no promised order. */
  readonly stays: readonly StayNote[]
  /** The newest by time, see {@link MOST_BOOKINGS}. */
  readonly bookings: readonly Booking[]
  /** Folded keys of an entry taken over from an index: folding is the dearest step of a build. */
  readonly keys?: FoldedKeys
}

/** `order`: an order for a later day (an examination), which is no appointment with a time, but brings the patient here. */
export interface Booking extends BookingNote {
  readonly by: 'appointment' | 'order'
}

/**
 * Bookings that a unit keeps. What it keeps must depend on the unit alone, not on the day: entries are taken over from the
 * index of any other generation.
 */
const MOST_BOOKINGS = 100

export interface FoldedKeys {
  readonly idKey: string
  readonly nameKey: string
  readonly kanaKey: string
  readonly looseKey: string
}

/**
 * Reads a unit's notes. A file without a note (too large for the observer) counts by its path, its PID unchecked.
 * Admission records whose notes are of an older version are read from the generation, once: a patient who came before an
 * update of Toride must not be missing on the list of a ward.
 */
export async function readUnit(unit: UnitNotes, reader: Pick<GenerationReader, 'readFile'>): Promise<UnitEntry> {
  const noted: NotedFile[] = []
  for (const file of unit.notes()) noted.push({ path: file.path, note: await noteOf(file, reader) })
  const inventory = takeInventory(noted)
  const notes = new Map(noted.map(({ path, note }) => [path, note]))
  return {
    unitPath: unit.unitPath,
    signature: unit.signature,
    ...placeOf(inventory),
    ...newestIdentity(inventory, notes),
    ...careOf(inventory),
    stays: staysOf(inventory, notes),
    bookings: bookingsOf(inventory, notes),
    counts: inventory.counts,
    problems: inventory.problems,
  }
}

async function noteOf({ path, note }: FileNote, reader: Pick<GenerationReader, 'readFile'>): Promise<Note> {
  if (!note) return { check: 'unchecked', identity: undefined, problems: [] }
  if (!isOldNote(note) || !isStayRecord(path)) return readNote(note)
  try {
    return identify(path, await reader.readFile(path))
  } catch (error) {
    // Damage to one file must not close the index; what the old note knows of it stays.
    if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
    return readNote(note)
  }
}

const isStayRecord = (path: string): boolean => (parseStoragePath(path).place?.dataKind ?? '') in STAY_KINDS

function placeOf({ files }: Inventory): { root: string; patientId: string } {
  const place = files.find((file) => file.place)?.place
  return { root: place?.root ?? '', patientId: place?.patientId ?? '' }
}

function newestIdentity(
  { files }: Inventory,
  notes: ReadonlyMap<string, Note>,
): { identity: Identity | undefined; identityAt: string } {
  let best: { identity: Identity | undefined; identityAt: string } = { identity: undefined, identityAt: '' }
  for (const file of files) {
    const identity = file.state === 'current' ? notes.get(file.path)?.identity : undefined
    const identityAt = file.place?.occurredAt ?? ''
    if (identity && identityAt >= best.identityAt) best = { identity, identityAt }
  }
  return best
}

function careOf({ files }: Inventory): { lastCareDate: string; kinds: Map<string, number> } {
  let lastCareDate = ''
  const kinds = new Map<string, number>()
  for (const { state, place } of files) {
    if (state !== 'current' || !place) continue
    kinds.set(kindKey(place), (kinds.get(kindKey(place)) ?? 0) + 1)
    // Filed under a day that was still to come when it was written: a booking or a plan, no care.
    const planned = (place.careDate ?? '') > place.occurredAt.slice(0, 8)
    if (place.careDate && !planned && place.careDate > lastCareDate) lastCareDate = place.careDate
  }
  return { lastCareDate, kinds }
}

function staysOf({ files }: Inventory, notes: ReadonlyMap<string, Note>): StayNote[] {
  const current = files.filter(({ state }) => state === 'current')
  return sinceLastDischarge(current.flatMap(({ path }) => notes.get(path)?.stay ?? []))
}

/** Older stays say nothing of where a patient is. */
export function sinceLastDischarge(stays: readonly StayNote[]): StayNote[] {
  const discharges = stays.filter(({ event }) => event === 'discharge').map(({ at }) => at)
  const last = discharges.toSorted().at(-1) ?? ''
  return stays.filter(({ at }) => at >= last)
}

/** Orders that carry their examination's day as care date (guideline 1.2g): sent before it, they announce a visit. */
const ANNOUNCING_KINDS = new Set(['OML-01', 'OMG-01', 'OMG-02', 'OMG-03'])

function bookingsOf({ files }: Inventory, notes: ReadonlyMap<string, Note>): Booking[] {
  const found = files.flatMap(({ path, state, place }): Booking[] => {
    if (state !== 'current' || !place) return []
    const noted = notes.get(path)?.bookings?.map((booking) => ({ ...booking, by: 'appointment' as const })) ?? []
    return [...noted, ...announcedBy(place)]
  })
  return found.toSorted((a, b) => (a.start < b.start ? 1 : -1)).slice(0, MOST_BOOKINGS)
}

function announcedBy({ dataKind, careDate, occurredAt }: StoragePath): Booking[] {
  if (careDate === undefined || careDate <= occurredAt.slice(0, 8) || !ANNOUNCING_KINDS.has(dataKind)) return []
  return [{ start: dateText(careDate), text: kindLabel(dataKind), by: 'order' }]
}

/** `OMP-01`, or for the extended storage `ext:18842-5^退院時サマリー`: the standard code where there is one, and the name. */
export function kindKey(place: StoragePath): string {
  const type = place.documentType
  return type ? `ext:${type.standardCode || type.localCode}^${type.label}` : place.dataKind
}
