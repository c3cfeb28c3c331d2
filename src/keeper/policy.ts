/** What the Keeper holds and for how long: its own, not production's word (SECURITY.md 3). */
import { join } from 'node:path'
import { z } from 'zod'
import { DEFAULT_POLICY, type RetentionPolicy } from '#retention'
import { readJson, writeJson } from './files.ts'
import { INSIDE } from './layout.ts'

const days = (least: number, most: number) => z.int().min(least).max(most)

const policySchema = z.strictObject({
  dailyDays: days(3, 3650).default(21),
  weeklyDays: days(0, 3650).default(63),
  monthlyDays: days(0, 4015).default(425),
  yearlyDays: days(0, 4015).default(0),
  /** A further generation of the same day. It never counts, and never pushes another out. */
  extraDays: days(1, 365).default(7),
  /** Newer generations that a verifier must have found complete before one may go. */
  floorGenerations: z.int().min(3).max(100).default(3),
  /** An attestation older than this frees nothing. */
  attestationDays: days(1, 365).default(35),
  /** Uploads that no manifest lists. */
  unlistedDays: days(3, 365).default(14),
  /** What a client without manifests (stock restic) uploads is held this long from its arrival. */
  plainDays: days(1, 3650).default(35),
  /** Between the decision that something may go and its going. */
  graceHours: z
    .int()
    .min(24)
    .max(24 * 90)
    .default(48),
  /** Bytes of packs that an append credential may read in a day: enough for restic's trees, not for the records. */
  readBytesPerDay: z
    .int()
    .min(0)
    .default(1 << 30),
})

export type KeeperPolicy = z.infer<typeof policySchema>
export const DEFAULT_KEEPER_POLICY: KeeperPolicy = policySchema.parse({})

/** Larger means less protection for these; for all others smaller does. */
const LESS_IS_SAFER: ReadonlySet<keyof KeeperPolicy> = new Set(['attestationDays', 'readBytesPerDay'])

/** Which fields of `next` protect less than `now`. */
export function loweredFields(now: KeeperPolicy, next: KeeperPolicy): (keyof KeeperPolicy)[] {
  return (Object.keys(now) as (keyof KeeperPolicy)[]).filter((field) =>
    LESS_IS_SAFER.has(field) ? next[field] > now[field] : next[field] < now[field],
  )
}

/** @throws ZodError, which the caller tells in its own words */
export const parsePolicy = (value: unknown): KeeperPolicy => policySchema.parse(value)

export const loadPolicy = (root: string): KeeperPolicy =>
  readJson(join(root, INSIDE.policy), parsePolicy) ?? DEFAULT_KEEPER_POLICY

export const savePolicy = (root: string, policy: KeeperPolicy): void => writeJson(join(root, INSIDE.policy), policy)

/** The part that says how long a generation of a day is kept. A receipt's end is its lock's: there is no ceiling below it. */
export const retentionOf = (policy: KeeperPolicy): RetentionPolicy => ({
  ...DEFAULT_POLICY,
  dailyDays: policy.dailyDays,
  weeklyDays: policy.weeklyDays,
  monthlyDays: policy.monthlyDays,
  yearlyDays: policy.yearlyDays,
  floorGenerations: policy.floorGenerations,
})
