/** What the index remembers of one unit, made from the observer's notes alone: no file is read again. */
import { readNote, takeInventory } from '#ssmix2'
import type { FileState, Identity, Inventory, Problem, StoragePath } from '#ssmix2'
import type { FileNote, UnitNotes } from '../ports.ts'

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
  /** Folded keys of an entry taken over from an index: folding is the dearest step of a build. */
  readonly keys?: FoldedKeys
}

export interface FoldedKeys {
  readonly idKey: string
  readonly nameKey: string
  readonly kanaKey: string
  readonly looseKey: string
}

/** Reads a unit's notes. A file without a note (too large for the observer) counts by its path, its PID unchecked. */
export function readUnit(unit: UnitNotes): UnitEntry {
  const noted = [...unit.notes()].map((file) => ({ path: file.path, note: noteOf(file) }))
  const inventory = takeInventory(noted)
  const identities = new Map(noted.flatMap(({ path, note }) => (note.identity ? [[path, note.identity]] : [])))
  return {
    unitPath: unit.unitPath,
    signature: unit.signature,
    ...placeOf(inventory),
    ...newestIdentity(inventory, identities),
    ...careOf(inventory),
    counts: inventory.counts,
    problems: inventory.problems,
  }
}

function noteOf(file: FileNote): ReturnType<typeof readNote> {
  return file.note ? readNote(file.note) : { check: 'unchecked', identity: undefined, problems: [] }
}

function placeOf({ files }: Inventory): { root: string; patientId: string } {
  const place = files.find((file) => file.place)?.place
  return { root: place?.root ?? '', patientId: place?.patientId ?? '' }
}

function newestIdentity(
  { files }: Inventory,
  identities: ReadonlyMap<string, Identity>,
): { identity: Identity | undefined; identityAt: string } {
  let best: { identity: Identity | undefined; identityAt: string } = { identity: undefined, identityAt: '' }
  for (const file of files) {
    const identity = file.state === 'current' ? identities.get(file.path) : undefined
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
    if (place.careDate && place.careDate > lastCareDate) lastCareDate = place.careDate
  }
  return { lastCareDate, kinds }
}

/** `OMP-01`, or for the extended storage `ext:18842-5^退院時サマリー`: the standard code where there is one, and the name. */
export function kindKey(place: StoragePath): string {
  const type = place.documentType
  return type ? `ext:${type.standardCode || type.localCode}^${type.label}` : place.dataKind
}
