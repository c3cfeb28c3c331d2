/** The two questions of a bad day: what can nobody delete, and which generation is older than the intrusion? */
import type { EpochMs } from '#base'
import { type HeldGeneration, LEGAL_FLOOR_GENERATIONS, tokyoDay } from './policy.ts'

const DAY_MS = 86_400_000

/** Ends of locks; undefined where there are not so many good generations. */
export interface LockHorizon {
  /** Before this nobody can delete any of the locked good generations. */
  readonly all: EpochMs | undefined
  /** Before this at least three of different days are left, whatever happens: the floor of the law. */
  readonly three: EpochMs | undefined
  /** Before this at least one is left: "nobody can delete this before …" of the whole source. */
  readonly one: EpochMs | undefined
}

/** Only good generations count, several of one calendar day as one. */
export function lockHorizon(generations: readonly Omit<HeldGeneration, 'keepUntil'>[]): LockHorizon {
  const locked = generations.filter((g) => g.isGood && g.lockedUntil !== undefined)
  const endOfDay = new Map<number, EpochMs>()
  for (const { takenAt, lockedUntil } of locked) {
    const day = tokyoDay(takenAt)
    endOfDay.set(day, Math.max(endOfDay.get(day) ?? 0, lockedUntil!))
  }
  const latestFirst = [...endOfDay.values()].sort((a, b) => b - a)
  return {
    all: locked.length === 0 ? undefined : Math.min(...locked.map((g) => g.lockedUntil!)),
    three: latestFirst[LEGAL_FLOOR_GENERATIONS - 1],
    one: latestFirst[0],
  }
}

export interface Candidate {
  readonly id: string
  /** When its reading was over: everything in it is older. The due time of a late run would be too early. */
  readonly finishedAt: EpochMs
  readonly keepUntil: EpochMs
  readonly lockedUntil: EpochMs | undefined
  readonly isGood: boolean
  /** Last restore test or full reading that found no error. */
  readonly verifiedAt: EpochMs | undefined
}

/** Why a generation is the candidate, and what speaks against it. Words belong to the screen. */
export type CandidateReason =
  | 'finished-before-the-suspicion'
  | 'locked-now'
  | 'not-locked-now'
  | 'verified'
  | 'never-verified'
  /** Its lock ends within a week: it is to be copied away first. */
  | 'lock-ends-soon'
  /** Intruders stay quietly for weeks: one from close before the suspicion is to be doubted. */
  | 'close-to-the-suspicion'

export interface CleanCandidate<G extends Candidate> {
  readonly generation: G
  readonly reasons: readonly CandidateReason[]
  /** Whole days until its lock ends; 0 where there is none. */
  readonly daysLocked: number
  /** Whole days until it is no longer kept. */
  readonly daysKept: number
  /** Whole days of work between it and the suspicion, which it cannot bring back. */
  readonly daysBefore: number
  /** Good ones that are older still, newest first: where to go on if this one is not clean. */
  readonly older: readonly G[]
}

const SOON_DAYS = 7
const CLOSE_DAYS = 14

/**
 * The newest good generation that was finished before the suspected intrusion; undefined where none is left. A candidate,
 * not a promise: whether it is clean only a scan of a restored copy tells (R61).
 */
export function oldestCleanCandidate<G extends Candidate>(
  generations: readonly G[],
  suspectedIntrusionAt: EpochMs,
  now: EpochMs,
): CleanCandidate<G> | undefined {
  const [generation, ...older] = generations
    .filter((g) => g.isGood && g.finishedAt < suspectedIntrusionAt)
    .toSorted((a, b) => b.finishedAt - a.finishedAt)
  if (generation === undefined) return undefined
  const daysLocked = wholeDays((generation.lockedUntil ?? 0) - now)
  const daysBefore = wholeDays(suspectedIntrusionAt - generation.finishedAt)
  const isLocked = (generation.lockedUntil ?? 0) > now
  const reasons: CandidateReason[] = ['finished-before-the-suspicion', isLocked ? 'locked-now' : 'not-locked-now']
  reasons.push(generation.verifiedAt === undefined ? 'never-verified' : 'verified')
  if (isLocked && daysLocked < SOON_DAYS) reasons.push('lock-ends-soon')
  if (daysBefore < CLOSE_DAYS) reasons.push('close-to-the-suspicion')
  return { generation, reasons, daysLocked, daysKept: wholeDays(generation.keepUntil - now), daysBefore, older }
}

function wholeDays(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY_MS))
}
