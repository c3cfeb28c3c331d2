/** Every place as people are shown it (R40, R42): room, what of each source lies there, how it is held, when it was proved. */
import type { EpochMs, LockStrength } from '#base'
import type { Kysely } from '#db'
import { fileSystemFacts } from '#posix'
import type { Generation, Generations } from '../generations.ts'
import { LOCAL_PLACE, type Repositories } from '../repositories.ts'
import type { Source } from '../source.ts'
import type { VaultTables } from '../tables.ts'
import { type Copy } from './book.ts'
import { locationOf, type OtherPlaceKind, type Place, type PlaceNotes, placeNotesSchema } from './kinds.ts'
import type { Places } from './places.ts'
import { fullAt, type RoomOfDay, usesOf } from './use.ts'

export interface PlaceView {
  readonly id: string
  readonly kind: 'local' | OtherPlaceKind
  /** As people named it; the local one is named by the screens. */
  readonly name: string
  readonly location: string
  readonly notes: PlaceNotes
  readonly usedBytes: number
  /** Undefined where the place does not tell. */
  readonly freeBytes: number | undefined
  /** When it is full if it grows as it did. */
  readonly fullAt: EpochMs | undefined
  readonly uses: readonly RoomOfDay[]
  readonly sources: readonly SourceAtPlace[]
  readonly failure: Place['lastFailure']
}

export interface SourceAtPlace {
  readonly sourceId: string
  readonly name: string
  readonly generations: number
  readonly oldestAt: EpochMs | undefined
  readonly newestAt: EpochMs | undefined
  /** The latest end of a lock, and how that one holds. */
  readonly lockedUntil: EpochMs | undefined
  readonly strength: LockStrength | undefined
  /** When every byte of the newest generation there was last found sound, and of how many generations it ever was. */
  readonly newestProvedAt: EpochMs | undefined
  readonly provedAt: EpochMs | undefined
  readonly proved: number
}

export interface ViewParts {
  readonly places: Places
  readonly sources: () => Promise<Source[]>
  readonly generations: Generations
  readonly repositories: Repositories
  readonly tables: Kysely<VaultTables>
  readonly dataFolder: string
  readonly localNotes: () => Promise<PlaceNotes>
}

/** A generation at a place, of whatever kind. */
interface Lying {
  readonly takenAt: EpochMs
  readonly lockedUntil: EpochMs | undefined
  readonly strength: LockStrength | undefined
  readonly provedAt: EpochMs | undefined
}

export async function placeViews(parts: ViewParts): Promise<PlaceView[]> {
  const sources = await parts.sources()
  const bySource = new Map<string, Generation[]>()
  for (const { id } of sources) bySource.set(id, await parts.generations.list({ sourceId: id }))
  const others: PlaceView[] = []
  for (const place of await parts.places.list()) {
    const copies = new Map((await parts.places.copies(place.id)).map((copy) => [copy.generationId, copy]))
    const uses = await usesOf(parts.tables, place.id)
    others.push({
      id: place.id,
      kind: place.kind,
      name: place.name,
      location: locationOf(place),
      notes: place.notes,
      ...roomNow(uses),
      sources: sources.map((source) => sourceAt(source, copiesOf(bySource.get(source.id)!, copies))),
      failure: place.lastFailure,
    })
  }
  return [await localView(parts, sources, bySource), ...others]
}

function roomNow(uses: readonly RoomOfDay[]): Pick<PlaceView, 'usedBytes' | 'freeBytes' | 'fullAt' | 'uses'> {
  const last = uses.at(-1)
  return { usedBytes: last?.usedBytes ?? 0, freeBytes: last?.freeBytes, fullAt: fullAt(uses), uses }
}

const copiesOf = (generations: readonly Generation[], copies: ReadonlyMap<string, Copy>): Lying[] =>
  generations.flatMap(({ id, startedAt }) => {
    const copy = copies.get(id)
    return copy ? [{ takenAt: startedAt, ...copy }] : []
  })

async function localView(
  { tables, dataFolder, repositories, localNotes }: ViewParts,
  sources: readonly Source[],
  bySource: ReadonlyMap<string, readonly Generation[]>,
): Promise<PlaceView> {
  const uses = await usesOf(tables, LOCAL_PLACE)
  return {
    id: LOCAL_PLACE,
    kind: 'local',
    name: '',
    location: dataFolder,
    notes: await localNotes(),
    ...(await localRoom(dataFolder, repositories, sources)),
    fullAt: fullAt(uses),
    uses,
    sources: sources.map((source) => sourceAt(source, bySource.get(source.id)!.map(lyingHere))),
    failure: undefined,
  }
}

/** What the local place holds and has free at this moment. */
export async function localRoom(
  dataFolder: string,
  repositories: Repositories,
  sources: readonly Source[],
): Promise<{ usedBytes: number; freeBytes: number | undefined }> {
  const sizes = await Promise.all(sources.map((source) => usedBytes(repositories, source.id)))
  return { usedBytes: sizes.reduce((a, b) => a + b, 0), freeBytes: fileSystemFacts(dataFolder).freeBytes }
}

const lyingHere = ({ startedAt, lockedUntil, lockStrength, proofs }: Generation): Lying => {
  const whole = proofs.filter(({ kind, passed }) => passed && (kind === 'restore' || kind === 'all-data'))
  const provedAt = whole.length === 0 ? undefined : Math.max(...whole.map(({ at }) => at))
  return { takenAt: startedAt, lockedUntil, strength: lockStrength, provedAt }
}

function sourceAt({ id, name }: Source, lying: readonly Lying[]): SourceAtPlace {
  const byAge = lying.toSorted((a, b) => a.takenAt - b.takenAt)
  const longest = lying.toSorted((a, b) => (b.lockedUntil ?? 0) - (a.lockedUntil ?? 0))[0]
  const proofs = lying.flatMap(({ provedAt }) => (provedAt === undefined ? [] : [provedAt]))
  return {
    sourceId: id,
    name,
    generations: lying.length,
    oldestAt: byAge[0]?.takenAt,
    newestAt: byAge.at(-1)?.takenAt,
    lockedUntil: longest?.lockedUntil,
    strength: longest?.strength,
    newestProvedAt: byAge.at(-1)?.provedAt,
    provedAt: proofs.length === 0 ? undefined : Math.max(...proofs),
    proved: proofs.length,
  }
}

async function usedBytes(repositories: Repositories, sourceId: string): Promise<number> {
  try {
    const { backend } = await repositories.open(sourceId)
    return (await backend.list('data')).reduce((sum, file) => sum + file.sizeBytes, 0)
  } catch {
    return 0
  }
}

export const NO_NOTES: PlaceNotes = placeNotesSchema.parse({})
