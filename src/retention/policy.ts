/**
 * How long a generation is kept and locked. The end is fixed on the day the generation is made or received, so the lock
 * can be set once to the full horizon and nothing has to be extended later by a host that may be stolen (R1, R9, R10).
 */
import { z } from 'zod'
import { AppError, type EpochMs, institutionDate } from '#base'

export const LEGAL_FLOOR_GENERATIONS = 3
/** Why no lock is longer: codes, because the ledger keeps them and holds no free text. Words in `words.ts`. */
export const CEILING_REASONS = ['erasure', 'capacity', 'contract'] as const

const days = z.int().min(0).max(36_500)

/** Plain data: what a state database, the Keeper's own file or a form gives. Days are of 24 hours. */
export const policySchema = z
  .strictObject({
    /** Every generation, from the law's 毎営業日 on (R3). */
    dailyDays: days.min(1),
    /** The first good generation of an ISO week. 0: no such rule. */
    weeklyDays: days,
    /** The first good generation of a calendar month. */
    monthlyDays: days,
    /** The first good generation of a calendar year. */
    yearlyDays: days.default(0),
    /** This many good days stay whatever their age (R1: three). */
    floorGenerations: z.int().min(LEGAL_FLOOR_GENERATIONS).max(10_000),
    /** No generation is kept, and so locked, for less. */
    lockDays: days.min(1).default(1),
    /** No lock is longer; what is kept beyond is kept by the policy alone. */
    ceiling: z
      .strictObject({ days: days.min(1), reason: z.enum(CEILING_REASONS) })
      .default({ days: 1095, reason: 'erasure' }),
  })
  .refine(({ lockDays, ceiling }) => lockDays <= ceiling.days, {
    message: 'the least lock is longer than the ceiling',
    path: ['lockDays'],
  })

export type RetentionPolicy = Readonly<z.infer<typeof policySchema>>
export type CeilingReason = (typeof CEILING_REASONS)[number]

/** More than the law: three generations would be three days. */
export const DEFAULT_POLICY: RetentionPolicy = {
  dailyDays: 21,
  weeklyDays: 63,
  monthlyDays: 425,
  yearlyDays: 0,
  floorGenerations: LEGAL_FLOOR_GENERATIONS,
  lockDays: 21,
  ceiling: { days: 1095, reason: 'erasure' },
}

/** A policy from outside; what an older Toride did not know gets its default. @throws BASE_CONFIG_INVALID */
export function parsePolicy(input: unknown): RetentionPolicy {
  const parsed = policySchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError('BASE_CONFIG_INVALID', { detail: `retention: ${z.prettifyError(parsed.error)}` })
}

export type KeepRule = 'daily' | 'weekly' | 'monthly' | 'yearly'

const DAY_MS = 86_400_000

/** The institution's calendar day of an instant, as days since 1970-01-01. */
export function tokyoDay(at: EpochMs): number {
  return Date.parse(institutionDate(at)) / DAY_MS
}

/** Days since 1970-01-01 of the Monday that begins the day's ISO week (1970-01-01 was a Thursday). */
function isoWeek(day: number): number {
  return day - ((day + 3) % 7)
}

function month(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 7)
}

/**
 * Until when a new generation is kept, and by which rule. All generations of one calendar day count as one: whatever
 * else arrives that day, before or after, takes nothing from this one's end. What comes from a later day does not either.
 * @param at when the Keeper received it, or the due time of the run: it gives the generation its day
 * @param earlierGood the same of the good generations already there, in any order
 */
export function keepUntil(
  policy: RetentionPolicy,
  at: EpochMs,
  earlierGood: readonly EpochMs[],
): { untilMs: EpochMs; rule: KeepRule } {
  const day = tokyoDay(at)
  const before = earlierGood.map(tokyoDay).filter((other) => other < day)
  const isFirst = (periodOf: (day: number) => unknown) => !before.some((other) => periodOf(other) === periodOf(day))
  const candidates: [KeepRule, number][] = [['daily', policy.dailyDays]]
  if (isFirst(isoWeek)) candidates.push(['weekly', policy.weeklyDays])
  if (isFirst(month)) candidates.push(['monthly', policy.monthlyDays])
  if (isFirst((d) => month(d).slice(0, 4))) candidates.push(['yearly', policy.yearlyDays])
  const [rule, keepDays] = candidates.reduce((longest, next) => (next[1] > longest[1] ? next : longest))
  return { untilMs: at + Math.max(keepDays, policy.lockDays) * DAY_MS, rule }
}

/** Until when a generation that is kept until `kept` is locked: to its end, but never beyond the ceiling. */
export function lockUntil(policy: RetentionPolicy, at: EpochMs, kept: EpochMs): EpochMs {
  return Math.min(kept, at + policy.ceiling.days * DAY_MS)
}

/** The longest that any generation is kept by rule, in days. */
export function longestKeepDays(policy: RetentionPolicy): number {
  return Math.max(policy.dailyDays, policy.weeklyDays, policy.monthlyDays, policy.yearlyDays, policy.lockDays)
}

export interface KeptGeneration {
  id: string
  takenAt: EpochMs
  keepUntil: EpochMs
  /** Closure complete and known to the ledger; on the Keeper also attested by a verifier. */
  isGood: boolean
}

/**
 * The generations that may go now, oldest first: past their end, and not needed for the floor. The floor counts days with
 * a good generation, so neither worthless ones nor many of one day push a good one out.
 */
export function expired(
  generations: readonly KeptGeneration[],
  policy: Pick<RetentionPolicy, 'floorGenerations'>,
  now: EpochMs,
): string[] {
  const floor = Math.max(policy.floorGenerations, LEGAL_FLOOR_GENERATIONS)
  const oldestHeldDay = goodDays(generations)[floor - 1] ?? -Infinity
  return generations
    .filter((g) => g.keepUntil <= now && tokyoDay(g.takenAt) < oldestHeldDay)
    .toSorted((a, b) => a.takenAt - b.takenAt)
    .map((g) => g.id)
}

/** The calendar days that have a good generation, newest first. */
export function goodDays(generations: readonly Pick<KeptGeneration, 'takenAt' | 'isGood'>[]): number[] {
  const found = new Set(generations.filter((g) => g.isGood).map((g) => tokyoDay(g.takenAt)))
  return [...found].sort((a, b) => b - a)
}

export interface PolicyFinding {
  rule: 'three-generations' | 'third-is-locked'
  met: boolean
}

export type HeldGeneration = Omit<KeptGeneration, 'id'> & { readonly lockedUntil: EpochMs | undefined }

/**
 * Holds the generations against the law's floor (R1, R4): good ones of at least three days, those of the third day and
 * older under a lock.
 */
export function againstTheLaw(generations: readonly HeldGeneration[], now: EpochMs): PolicyFinding[] {
  const third = goodDays(generations)[LEGAL_FLOOR_GENERATIONS - 1]
  const older = generations.filter((g) => g.isGood && third !== undefined && tokyoDay(g.takenAt) <= third)
  return [
    { rule: 'three-generations', met: third !== undefined },
    { rule: 'third-is-locked', met: third !== undefined && older.every((g) => (g.lockedUntil ?? 0) > now) },
  ]
}
