/** What is known of the places of one source, and the rule of thumb 3-2-1-1-0 over them. */
import { z } from 'zod'
import type { EpochMs } from '#base'

/**
 * `local`: a disk of the host that backs up. `keeper`: another host that takes but never gives back the power to delete.
 * `s3`: object storage. `rest`: a server that makes no promise. `folder`: another disk or a share.
 * `media`: cartridges or disks that are taken off.
 */
export const PLACE_KINDS = ['local', 'keeper', 's3', 'rest', 'folder', 'media'] as const
export type PlaceKind = (typeof PLACE_KINDS)[number]

export const placeSchema = z.strictObject({
  kind: z.enum(PLACE_KINDS),
  /** In another building, out of reach of the same fire or flood. */
  offsite: z.boolean(),
  /** Its locks hold against the administrator of production. */
  immutable: z.boolean(),
  /** The last verification that found no error. */
  verifiedAt: z.number().optional(),
  /** Administered by an identity of its own; undefined: nobody has said. */
  ownAdministrator: z.boolean().optional(),
  /** Capacity, period, risk, response, frequency and method are written down (R40). */
  isDescribed: z.boolean().optional(),
})
export type PlaceFacts = Readonly<z.infer<typeof placeSchema>>

/** A month, and some days to come round to it. */
export const VERIFIED_DAYS = 35
const DAY_MS = 86_400_000

/** A verification of the future is none: a moved clock proves nothing. */
export function isVerified(place: PlaceFacts, now: EpochMs): boolean {
  const age = now - (place.verifiedAt ?? -Infinity)
  return age >= 0 && age <= VERIFIED_DAYS * DAY_MS
}

/** Lies apart from every network, at least in turn. */
export function isDetached(place: PlaceFacts): boolean {
  return place.kind === 'media'
}

/** Malware on production, and its administrator, cannot write there. A disk of the host itself never counts: root lifts its locks. */
export function isOutOfReach(place: PlaceFacts): boolean {
  return isDetached(place) || (place.immutable && (place.kind === 'keeper' || place.kind === 's3'))
}

export interface Count {
  readonly have: number
  readonly need: number
}

/** Of `errors` less is better: places whose last verification is missing, failed or older than 35 days. */
export interface ThreeTwoOne {
  readonly copies: Count
  readonly media: Count
  readonly offsite: Count
  readonly outOfReach: Count
  readonly errors: Count
  readonly met: boolean
}

/**
 * 3 copies (production counts as one) on 2 kinds of medium, 1 off site, 1 out of reach (immutable or detached), 0 errors. A disk of the
 * host itself is the same kind as production; a Keeper's is another.
 */
export function threeTwoOne(places: readonly PlaceFacts[], now: EpochMs): ThreeTwoOne {
  const count = (test: (place: PlaceFacts) => boolean) => places.filter(test).length
  const copies = { have: 1 + places.length, need: 3 }
  const media = { have: new Set(['local', ...places.map((place) => place.kind)]).size, need: 2 }
  const offsite = { have: count((place) => place.offsite), need: 1 }
  const outOfReach = { have: count(isOutOfReach), need: 1 }
  const errors = { have: count((place) => !isVerified(place, now)), need: 0 }
  const enough = [copies, media, offsite, outOfReach].every(({ have, need }) => have >= need)
  return { copies, media, offsite, outOfReach, errors, met: enough && errors.have === 0 }
}
