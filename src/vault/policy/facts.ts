/** What is known of one source, as the rules are held against it: generations, places, proofs. */
import type { EpochMs, LockStrength } from '#base'
import {
  type BusinessCalendar,
  type Candidate,
  type HeldGeneration,
  type PlaceFacts,
  type PolicyFacts,
} from '#retention'
import type { Generation, Generations } from '../generations.ts'
import type { HeldCopy, Place, Places } from '../places/places.ts'
import { LOCAL_PLACE, type Repositories } from '../repositories.ts'
import type { Source } from '../source.ts'
import { rhythmOf } from './rhythm.ts'

export interface FactsParts {
  readonly generations: Generations
  readonly otherPlaces: Places
  readonly repositories: Repositories
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
    const copies = held.filter(({ generationId }) => generationId === generation.id)
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
      isGood: generation.closure === 'complete' && (isThere || copies.length > 0),
      verifiedAt: newestProof(generation)?.at,
      copies,
    }
  })
}

const newestProof = ({ proofs }: Generation) =>
  proofs.find(({ kind, passed }) => passed && (kind === 'restore' || kind === 'all-data'))

/** What a kind of place is by its making. Off site or not, and whether it is described, people say. */
function kindFacts(kind: Place['kind']): PlaceFacts {
  // A Keeper's administrator exists on its own host only, and its locks end by its own clock.
  return { kind, offsite: false, immutable: true, ownAdministrator: true }
}

/**
 * The places of a source.
 * @param expected as a preview: also those that it is to be copied to and that hold nothing of it yet
 */
export async function placesOf(
  { generations, otherPlaces }: FactsParts,
  source: Source,
  chosen: readonly string[] | undefined,
  { expected }: { readonly expected: boolean },
): Promise<PlaceFacts[]> {
  const all = await generations.list({ sourceId: source.id })
  const newest = all.find(({ lockedUntil }) => lockedUntil !== undefined)
  const verifiedAt = (await generations.newestProof(source.id, 'restore'))?.at
  const local: PlaceFacts = {
    kind: LOCAL_PLACE,
    offsite: false,
    immutable: newest?.lockStrength === 'immutable-attribute',
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
  }
  const holding = new Set((await otherPlaces.held(all.map(({ id }) => id))).map(({ placeId }) => placeId))
  const others = (await otherPlaces.list()).filter(
    ({ id }) => (chosen === undefined || chosen.includes(id)) && (expected || holding.has(id)),
  )
  return [local, ...others.map((place) => kindFacts(place.kind))]
}

export async function factsOf(
  parts: FactsParts,
  source: Source,
  { calendar, now }: { readonly calendar: BusinessCalendar; readonly now: EpochMs },
): Promise<PolicyFacts> {
  const tested = await parts.generations.newestProof(source.id, 'restore')
  const generations: HeldGeneration[] = await lockedGenerations(parts, source)
  return {
    now,
    holdsRecords: source.kind === 'ssmix2',
    rhythm: rhythmOf(source, now),
    calendar,
    addedAt: source.createdAt,
    generations,
    places: await placesOf(parts, source, source.places, { expected: false }),
    restoreTestedAt: tested?.passed ? tested.at : undefined,
    declaredOriginals: source.originals,
  }
}
