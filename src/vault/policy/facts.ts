/** What is known of one source, as the rules are held against it: generations, places, proofs. */
import type { EpochMs, LockStrength } from '#base'
import {
  type BusinessCalendar,
  type Candidate,
  type HeldGeneration,
  type PlaceFacts,
  type PolicyFacts,
} from '#retention'
import { type Generation, type Generations, isGood } from '../generations.ts'
import type { HeldCopy } from '../places/book.ts'
import type { Place, PlaceNotes } from '../places/kinds.ts'
import type { Places } from '../places/places.ts'
import { LOCAL_PLACE, type Repositories } from '../repositories.ts'
import { holdsCharts, type Source } from '../source.ts'
import { looksOf } from '../watch.ts'
import { rhythmOf } from './rhythm.ts'

export interface FactsParts {
  readonly generations: Generations
  readonly otherPlaces: Places
  readonly repositories: Repositories
  /** Media that are away and hold the source. */
  readonly mediaFacts: (sourceId: string) => Promise<PlaceFacts | undefined>
  /** What people say of this computer. */
  readonly localNotes: () => Promise<PlaceNotes>
}

/** A generation with the ends of its locks: here, and at each place that holds a copy. */
export interface LockedGeneration extends Candidate {
  readonly takenAt: EpochMs
  /** Here; undefined also where the repository does not open. */
  readonly lockedHere: EpochMs | undefined
  readonly strengthHere: LockStrength | undefined
  /** Held at places that the administrator of this machine has no power over. */
  readonly copies: readonly HeldCopy[]
}

/** All that are there, newest first. `lockedUntil`: the latest of its locks. */
export async function lockedGenerations(parts: FactsParts, source: Source): Promise<LockedGeneration[]> {
  const all = await parts.generations.list({ sourceId: source.id })
  const held = await parts.otherPlaces.held(all.map(({ id }) => id))
  const isThere = await parts.repositories.isThere(source.id)
  return all.map((generation) => {
    const copies = held.filter((copy) => copy.generationId === generation.id && isBeyondUs(copy))
    const ends = [isThere ? generation.lockedUntil : undefined, ...copies.map((copy) => copy.lockedUntil)]
    const known = ends.filter((end) => end !== undefined)
    return {
      id: generation.id,
      takenAt: generation.dueAt,
      finishedAt: generation.finishedAt,
      keepUntil: generation.keepUntil,
      lockedHere: ends[0],
      strengthHere: generation.lockStrength,
      lockedUntil: known.length === 0 ? undefined : Math.max(...known),
      // What cannot be opened here protects nobody, unless another place holds it.
      isGood: isGood(generation) && (isThere || copies.length > 0),
      verifiedAt: newestProof(generation)?.at,
      copies,
    }
  })
}

/** A disk or a share that this machine writes to obeys its administrator. */
const isBeyondUs = ({ strength }: HeldCopy): boolean => strength === 'keeper' || strength === 'object-lock-compliance'

const newestProof = ({ proofs }: Generation) =>
  proofs.find(({ kind, passed }) => passed && (kind === 'restore' || kind === 'all-data'))

/** What a kind of place is by its making, and what people say of it. */
function factsOfPlace({ kind, notes }: Pick<Place, 'kind' | 'notes'>, verifiedAt: EpochMs | undefined): PlaceFacts {
  // A Keeper's administrator exists on its own host only, and its locks end by its own clock.
  const ownAdministrator = kind === 'keeper' ? true : notes.ownAdministrator
  return {
    kind,
    offsite: notes.offsite,
    immutable: kind === 'keeper' || kind === 's3',
    isDescribed: isDescribed(notes),
    ...(ownAdministrator === null ? {} : { ownAdministrator }),
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
  }
}

const isDescribed = ({ risk, response }: PlaceNotes): boolean => risk !== '' && response !== ''

/**
 * The places of a source.
 * @param expected as a preview: also those that it is to be copied to and that hold nothing of it yet
 */
export async function placesOf(
  { generations, otherPlaces, mediaFacts, localNotes }: FactsParts,
  source: Source,
  chosen: readonly string[] | undefined,
  { expected }: { readonly expected: boolean },
): Promise<PlaceFacts[]> {
  const all = await generations.list({ sourceId: source.id })
  const newest = all.find(({ lockedUntil }) => lockedUntil !== undefined)
  const proofs = all.flatMap((one) => newestProof(one)?.at ?? [])
  const verifiedAt = proofs.length === 0 ? undefined : Math.max(...proofs)
  const local: PlaceFacts = {
    kind: LOCAL_PLACE,
    offsite: false,
    immutable: newest?.lockStrength === 'immutable-attribute',
    isDescribed: isDescribed(await localNotes()),
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
  }
  const held = await otherPlaces.held(all.map(({ id }) => id))
  const holding = new Set(held.map(({ placeId }) => placeId))
  const others = (await otherPlaces.list()).filter(
    ({ id }) => (chosen === undefined || chosen.includes(id)) && (expected || holding.has(id)),
  )
  const media = await mediaFacts(source.id)
  const provedAt = (placeId: string) => {
    const times = held.flatMap((copy) => (copy.placeId === placeId ? (copy.provedAt ?? []) : []))
    return times.length === 0 ? undefined : Math.max(...times)
  }
  return [local, ...others.map((place) => factsOfPlace(place, provedAt(place.id))), ...(media ? [media] : [])]
}

export async function factsOf(
  parts: FactsParts,
  source: Source,
  { calendar, now }: { readonly calendar: BusinessCalendar; readonly now: EpochMs },
): Promise<PolicyFacts> {
  const tested = await parts.generations.newestProof(source.id, 'restore')
  const generations: HeldGeneration[] = await lockedGenerations(parts, source)
  const looks = looksOf(source, now)
  return {
    now,
    holdsRecords: holdsCharts(source),
    rhythm: rhythmOf(source, now),
    ...(looks === undefined ? {} : { isWatchedWell: looks === 'current' || looks === 'waiting' }),
    calendar,
    addedAt: source.createdAt,
    generations,
    places: await placesOf(parts, source, source.places, { expected: false }),
    restoreTestedAt: tested?.passed ? tested.at : undefined,
    declaredOriginals: source.originals,
  }
}
