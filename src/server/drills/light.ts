/** What the fifth light is judged by. */
import type { DrillFacts } from '#vault'
import type { Institution } from '../institution.ts'

export async function drillFacts(house: Pick<Institution, 'drills' | 'improvements'>): Promise<DrillFacts | undefined> {
  const ended = (await house.drills.list()).flatMap((one) =>
    one.endedAt === undefined ? [] : [{ ...one, endedAt: one.endedAt }],
  )
  const newest = ended.toSorted((a, b) => b.endedAt - a.endedAt)[0]
  if (!newest) return undefined
  const judged = Object.values(newest.objectives)
  return {
    endedAt: newest.endedAt,
    objectives: judged.length,
    reached: judged.filter((one) => one === 'reached').length,
    overdue: (await house.improvements.list()).filter(({ isOverdue }) => isOverdue).length,
  }
}
