/** The clock of a drill, out of what the leader pressed. Pure. */
import type { EpochMs } from '#base'

/** `from`..`until` the clock stood still; without `until` it still does. */
export interface Pause {
  readonly from: EpochMs
  readonly until?: EpochMs | undefined
}

export interface ClockFacts {
  readonly startedAt: EpochMs
  readonly endedAt?: EpochMs | undefined
  readonly pauses: readonly Pause[]
}

/** Milliseconds of the drill that have passed; never less than before where the server's clock was set back. */
export function elapsedMs({ startedAt, endedAt, pauses }: ClockFacts, now: EpochMs): number {
  const until = endedAt ?? now
  const still = pauses.reduce((sum, pause) => sum + Math.max(0, (pause.until ?? until) - pause.from), 0)
  return Math.max(0, until - startedAt - still)
}

export const isPaused = ({ pauses }: ClockFacts): boolean => pauses.some(({ until }) => until === undefined)
