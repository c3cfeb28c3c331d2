/** Generations of a source beside one another: which are clean by all that is known, and what each would lose. Pure. */
import type { EpochMs } from '#base'

/**
 * How long intruders were inside before anything was seen: 6 days (Okayama, 2024), 14 days (武蔵小杉, 2026), and "days to
 * weeks" in the ministry's words. Where nobody knows the day, this band before the first sign is looked at with care.
 */
export const DWELL_DAYS = { seen: [6, 14], careful: 28 } as const

const DAY_MS = 86_400_000

export type ScanResult = 'clean' | 'found' | 'unknown'

/** What rehearsals found, where there are any. The room that makes them binds it. */
export interface ScanPort {
  scanned(generationId: string): Promise<ScanResult>
}

export interface CandidateFacts {
  readonly id: string
  readonly takenAt: EpochMs
  readonly isWhole: boolean
  readonly signs: 'none' | 'suspected' | 'cleared' | 'not-looked'
  readonly scan: ScanResult
  /** The last time that all of it was written back and compared. */
  readonly restored: { readonly at: EpochMs; readonly passed: boolean } | undefined
  readonly isLocked: boolean
}

/** Why a generation is not proposed. */
export type Objection = 'after-intrusion' | 'in-dwell' | 'signs' | 'scan-found' | 'not-whole' | 'restore-failed'

export interface Candidate extends CandidateFacts {
  /** [] where nothing speaks against it. */
  readonly objections: readonly Objection[]
  /** The newest without objections. */
  readonly isProposed: boolean
  /** Whole days of work between it and the newest. */
  readonly daysLost: number
}

/**
 * Newest first. The day of the intrusion where a person named it; else everything within the careful band before the first
 * sign is suspect too.
 * @param seenAt the first sign that anybody or anything saw; absent: now
 */
export function judgeCandidates(
  generations: readonly CandidateFacts[],
  when: { readonly intrusionAt: EpochMs | undefined; readonly seenAt: EpochMs },
): Candidate[] {
  const sorted = generations.toSorted((a, b) => b.takenAt - a.takenAt)
  const careful = when.seenAt - DWELL_DAYS.careful * DAY_MS
  const judged = sorted.map((one) => ({ ...one, objections: objectionsTo(one, when.intrusionAt, careful) }))
  const proposed = judged.find(({ objections }) => objections.length === 0)
  return judged.map((one) => ({
    ...one,
    isProposed: one === proposed,
    daysLost: Math.max(0, Math.floor((sorted[0]!.takenAt - one.takenAt) / DAY_MS)),
  }))
}

function objectionsTo(one: CandidateFacts, intrusionAt: EpochMs | undefined, careful: EpochMs): Objection[] {
  const found: Objection[] = []
  if (intrusionAt !== undefined && one.takenAt >= intrusionAt) found.push('after-intrusion')
  if (intrusionAt === undefined && one.takenAt >= careful) found.push('in-dwell')
  if (one.signs === 'suspected') found.push('signs')
  if (one.scan === 'found') found.push('scan-found')
  if (!one.isWhole) found.push('not-whole')
  if (one.restored && !one.restored.passed) found.push('restore-failed')
  return found
}
