/**
 * A system that is no longer used (旧カルテ): its source takes no more and is never late; its last whole generation is kept
 * for the time that a person stated, locked as long as the policy's ceiling allows, and stays searchable and printable.
 */
import { AppError, type EpochMs } from '#base'
import { withLock } from '#restic'
import { lockUntil } from '#retention'
import { holdLonger, type RaiseParts } from './policy/raise.ts'
import { lockHost } from './repositories.ts'

/** Longer is no retention time but a slip of the pen. */
export const MOST_RETIRED_YEARS = 50

/**
 * Holds the last whole generation until then; nothing is ever shortened. Safe to do again.
 * @returns its id
 * @throws VAULT_GENERATION_UNKNOWN where there is none: it has to be taken first
 */
export async function holdLast(parts: RaiseParts, keepUntil: EpochMs): Promise<string> {
  const { source, opened, generations, clock } = parts
  const last = (await generations.list({ sourceId: source.id })).find(({ closure }) => closure === 'complete')
  if (!last) throw new AppError('VAULT_GENERATION_UNKNOWN')
  const kept = Math.max(last.keepUntil, keepUntil)
  const locked = Math.max(last.lockedUntil ?? 0, lockUntil(source.policy, last.dueAt, kept))
  await withLock(opened.repository, { exclusive: false, host: lockHost(), clock }, () =>
    holdLonger(parts, { generation: last, keepUntil: kept, keepRule: last.keepRule, lockedUntil: locked }),
  )
  return last.id
}

/** The same day of the calendar, 29 February as 1 March; one day more, so that the stated years are full. */
export function sameDayYearsLater(from: EpochMs, years: number): EpochMs {
  const at = new Date(from)
  at.setUTCFullYear(at.getUTCFullYear() + years)
  return at.getTime() + 86_400_000
}
