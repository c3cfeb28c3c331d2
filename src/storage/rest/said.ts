/** Shapes of what a Keeper says in its own API. It may be taken by a thief: each list has an end, each moment is one. */
import { z } from 'zod'

/** Hourly generations of two years. */
const MOST_LISTED = 20_000

/** Counted before its elements are looked at: of a million wrong ones each would be a finding. */
export const saidList = <T extends z.ZodType>(element: T) =>
  z.array(z.unknown()).max(MOST_LISTED).pipe(z.array(element))

/** Milliseconds of the epoch that a Date can hold. */
export const saidMoment = z.int().min(0).max(8.64e15)

/** Of clients and repositories at a Keeper (its `layout.ts`): nothing that a file system, a shell or a URL reads in its own way. */
export const saidName = z.string().regex(/^[a-z][a-z0-9]{1,15}(?:-[a-z0-9]{1,16}){0,3}$/)

const DAY_MS = 86_400_000

/** A Keeper's clock may be a little ahead; what it says of days to come never happened. */
export const isPast = (at: number, now: number): boolean => at <= now + DAY_MS
