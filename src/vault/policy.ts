/**
 * How long a generation is kept. The end is fixed on the day the generation is made, so the lock can be set once to the
 * full horizon and nothing has to be extended later by a host that may be stolen (kopia#5108, R1, R9, R10).
 */
import type { EpochMs } from '#base'

/** Days by which each rule keeps a generation; the floor counts generations. */
export interface RetentionPolicy {
  /** Every generation, from the law's 毎営業日 on (R3). */
  dailyDays: number
  /** The first good generation of an ISO week. */
  weeklyDays: number
  /** The first good generation of a calendar month. */
  monthlyDays: number
  /** Never fewer than this many good generations (R1: three). */
  floorGenerations: number
}

export const LEGAL_FLOOR_GENERATIONS = 3

export const DEFAULT_POLICY: RetentionPolicy = {
  dailyDays: 21,
  weeklyDays: 63,
  monthlyDays: 425,
  floorGenerations: LEGAL_FLOOR_GENERATIONS,
}

export type KeepRule = 'daily' | 'weekly' | 'monthly'

const DAY_MS = 86_400_000
/** Japan has had no daylight saving time since 1951: its offset is a constant. */
const TOKYO_OFFSET_MS = 9 * 3_600_000

/** The institution's calendar day of an instant, as days since 1970-01-01. */
export function tokyoDay(at: EpochMs): number {
  return Math.floor((at + TOKYO_OFFSET_MS) / DAY_MS)
}

/** Days since 1970-01-01 of the Monday that begins the day's ISO week (1970-01-01 was a Thursday). */
function isoWeek(day: number): number {
  return day - ((day + 3) % 7)
}

function month(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 7)
}

/**
 * Until when a new generation is kept, and by which rule.
 * @param takenAt due time of the run, which gives the generation its day
 * @param earlier due times of the good generations already there, in any order
 */
export function keepUntil(
  policy: RetentionPolicy,
  takenAt: EpochMs,
  earlier: readonly EpochMs[],
): { untilMs: EpochMs; rule: KeepRule } {
  const day = tokyoDay(takenAt)
  const days = earlier.map(tokyoDay).filter((other) => other <= day)
  const firstOfMonth = !days.some((other) => month(other) === month(day))
  const firstOfWeek = !days.some((other) => isoWeek(other) === isoWeek(day))
  const candidates: [KeepRule, number][] = [['daily', policy.dailyDays]]
  if (firstOfWeek) candidates.push(['weekly', policy.weeklyDays])
  if (firstOfMonth) candidates.push(['monthly', policy.monthlyDays])
  const [rule, keepDays] = candidates.reduce((longest, next) => (next[1] > longest[1] ? next : longest))
  return { untilMs: takenAt + keepDays * DAY_MS, rule }
}

export interface KeptGeneration {
  id: string
  takenAt: EpochMs
  keepUntil: EpochMs
  /** Closure complete and known to the ledger. */
  isGood: boolean
}

/**
 * The generations that may go now, oldest first: past their end, and not needed for the floor. A generation that is not
 * good never counts for the floor and never pushes a good one out.
 */
export function expired(generations: readonly KeptGeneration[], policy: RetentionPolicy, now: EpochMs): string[] {
  const floor = Math.max(policy.floorGenerations, LEGAL_FLOOR_GENERATIONS)
  const newestFirst = generations.toSorted((a, b) => b.takenAt - a.takenAt)
  let good = 0
  const gone: string[] = []
  for (const generation of newestFirst) {
    const heldByFloor = good < floor
    if (generation.isGood) good++
    if (!heldByFloor && generation.keepUntil <= now) gone.push(generation.id)
  }
  return gone.reverse()
}

export interface PolicyFinding {
  rule: 'three-generations' | 'third-is-locked'
  met: boolean
}

/** Holds the generations against the law's floor (R1, R4): at least three good ones, the third and older under a lock. */
export function againstTheLaw(
  generations: readonly (KeptGeneration & { lockedUntil: EpochMs | undefined })[],
  now: EpochMs,
): PolicyFinding[] {
  const good = generations.filter((g) => g.isGood).toSorted((a, b) => b.takenAt - a.takenAt)
  return [
    { rule: 'three-generations', met: good.length >= LEGAL_FLOOR_GENERATIONS },
    { rule: 'third-is-locked', met: good.length >= 3 && good.slice(2).every((g) => (g.lockedUntil ?? 0) > now) },
  ]
}
