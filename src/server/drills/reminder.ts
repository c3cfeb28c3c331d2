/** When a drill is rung for: its day has passed, or none was held within the year and none is planned soon. */
import { type EpochMs, institutionDate } from '#base'
import type { Drill } from '#exercise'
import type { AlarmInput } from '#notify'
import type { Institution } from '../institution.ts'

const DAY_MS = 86_400_000
const YEAR_DAYS = 365
/** A new house has other things to do first. */
const FIRST_DAYS = 60
/** A day farther away than this does not stand for a drill. */
const SOON_DAYS = 60

/** @param since when the house began to use Toride */
export function drillAlarms(drills: readonly Drill[], since: EpochMs, now: EpochMs): AlarmInput[] {
  const today = institutionDate(now)
  const soon = institutionDate(now + SOON_DAYS * DAY_MS)
  const waiting = drills.filter(({ startedAt }) => startedAt === undefined)
  const overdue = waiting.filter(({ plannedOn }) => plannedOn < today).length
  if (overdue > 0) return [{ code: 'drill-overdue', figures: { count: overdue } }]
  if (waiting.some(({ plannedOn }) => plannedOn <= soon)) return []
  const held = drills.flatMap(({ endedAt }) => endedAt ?? [])
  const sinceMs = held.length > 0 ? Math.max(...held) : since
  const days = held.length > 0 ? YEAR_DAYS : FIRST_DAYS
  return now - sinceMs > days * DAY_MS ? [{ code: 'drill-none', figures: { sinceMs } }] : []
}

const RULES_DAYS = 30

/** The unannounced test of today, and accounts that have not read the newest rules for a month. */
export async function trainingAlarms(
  house: Pick<Institution, 'training' | 'unannounced' | 'rules' | 'access' | 'clock'>,
): Promise<AlarmInput[]> {
  const { training, unannounced, rules, access, clock } = house
  const found: AlarmInput[] = []
  const tests = (await training.tests()).map(({ at }) => institutionDate(at))
  if ((await unannounced.state(tests))?.state === 'today') found.push({ code: 'test-today', figures: {} })
  const [newest] = await rules.versions()
  if (newest && clock.now() - newest.at > RULES_DAYS * DAY_MS) {
    const read = new Set(
      (await rules.read()).filter(({ number }) => number === newest.number).map(({ personId }) => personId),
    )
    const count = (await access.people.list()).filter(({ id }) => !read.has(id)).length
    if (count > 0) found.push({ code: 'rules-unread', figures: { count } })
  }
  return found
}
