import type { EpochMs } from '#base'
import { decide, parseSchedule } from '#vault'
import type { Agent } from './folder.ts'

/** After a failure (a router that starts anew, a Keeper that is away) the next try comes after this long. */
const AGAIN_MS = 15 * 60_000

/** The due time that is to be answered now, or undefined. Missed ones give one run (docs/design/vault.md). */
export function isDue({ dailyAt, state }: Pick<Agent, 'dailyAt' | 'state'>, now: EpochMs): EpochMs | undefined {
  const [hour, minute] = dailyAt.split(':').map(Number)
  const { answeredDue, failure } = state()
  if (failure && failure.at <= now && now - failure.at < AGAIN_MS) return undefined
  const schedule = parseSchedule(`${minute} ${hour} * * *`)
  const decision = decide(schedule, { lastStartedDue: answeredDue, isRunning: false }, now)
  return decision.start ? decision.due : undefined
}
