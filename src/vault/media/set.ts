/** A set of cartridges or disks that take turns (R5), and the logs of where each was and what it got. */
import { z } from 'zod'
import { AppError, type EpochMs } from '#base'

/** Japanese vendors' usual set, one for every working day. */
export const USUAL_SET_SIZE = 5
export const MEDIUM_KINDS = ['rdx', 'usb-ssd', 'usb-hdd', 'ltfs'] as const

const mediumSchema = z.strictObject({
  number: z.int().min(1).max(99),
  /** UUID of its file system, as blkid writes it. */
  uuid: z.string().regex(/^[0-9A-Za-z-]{4,64}$/),
  label: z.string().max(40),
  kind: z.enum(MEDIUM_KINDS),
  /** Its own slot, where it rests when it is not away. */
  shelf: z.string().min(1).max(60),
})
export type Medium = Readonly<z.infer<typeof mediumSchema>>

export const mediaSetSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    name: z.string().min(1).max(60),
    /** Those that are registered; none yet in a set that was just begun. */
    media: z.array(mediumSchema).max(60),
    /** Ids of persons: who exchanges on which day of the week (0 is Sunday). A day without one falls to the first. */
    carriers: z.array(z.strictObject({ weekday: z.int().min(0).max(6), person: z.string().min(1).max(200) })),
  })
  .refine(({ media }) => isUnique(media.map(({ number }) => number)), 'a number twice')
  .refine(({ media }) => isUnique(media.map(({ uuid }) => uuid.toLowerCase())), 'a UUID twice')
export type MediaSet = Readonly<z.infer<typeof mediaSetSchema>>

function isUnique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length
}

/** @throws BASE_CONFIG_INVALID */
export function parseMediaSet(input: unknown): MediaSet {
  const parsed = mediaSetSchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError('BASE_CONFIG_INVALID', { detail: `media: ${z.prettifyError(parsed.error)}` })
}

export function mediumOf(set: MediaSet, uuid: string | undefined): Medium | undefined {
  return set.media.find((medium) => medium.uuid.toLowerCase() === uuid?.toLowerCase())
}

/** `lost` and `retired` take a medium out of the turns for good; found again it is registered anew. */
export const WHEREABOUTS = ['machine', 'shelf', 'vault', 'lost', 'retired'] as const
export type Whereabouts = (typeof WHEREABOUTS)[number]

/** Somebody carried a medium. Held in the log as the ledger takes it: ids, numbers and codes. */
export interface MediumMove {
  readonly set: string
  readonly number: number
  readonly to: Whereabouts
  readonly at: EpochMs
  /** Id of a person. */
  readonly person: string
}

/** All repositories lay on a medium, whole. */
export interface MediumCopy {
  readonly set: string
  readonly number: number
  /** The business day whose turn it was, in Japan. */
  readonly day: string
  readonly at: EpochMs
  /** Read back afterwards, every file right. */
  readonly isVerified: boolean
}

export interface MediaLog {
  readonly moves: readonly MediumMove[]
  readonly copies: readonly MediumCopy[]
}

/**
 * Where a medium was at a moment, by the log. A copy shows that it was in the machine, and that its sisters were not: more
 * than one at once is refused. undefined: nobody has ever said.
 */
export function whereabouts(
  log: MediaLog,
  number: number,
  at: EpochMs,
): { place: Whereabouts; since: EpochMs } | undefined {
  let last: { place: Whereabouts; since: EpochMs } | undefined
  for (const event of eventsUntil(log, at)) {
    if ('to' in event) {
      if (event.number === number) last = { place: event.to, since: event.at }
    } else if (event.number === number) last = { place: 'machine', since: event.at }
    else if (last?.place === 'machine') last = { place: 'shelf', since: event.at }
  }
  return last
}

function eventsUntil({ moves, copies }: MediaLog, at: EpochMs): (MediumMove | MediumCopy)[] {
  // Of the same moment the move is the later one: nothing is carried away before its copy ends.
  return [...copies, ...moves].filter((event) => event.at <= at).toSorted((a, b) => a.at - b.at)
}
