/** The year in figures: cases, rehearsals and restores as the ledger tells them. Nothing is kept for it. */
import { type EpochMs, institutionInstant } from '#base'
import { type Drill, elapsedMs, type FindingTest, THREE_MINUTES } from '#exercise'
import type { Improvement } from '#incident'
import { FORM_CODES } from '#notification'
import { xlsxOf } from '#office'
import type { YearCount, YearDrill, YearFigures, YearService } from '#web'
import type { Institution } from '../institution.ts'

type Entry = { readonly atMs: EpochMs; readonly type: string; readonly data: Readonly<Record<string, unknown>> }

export function yearService(institution: Institution): YearService {
  const { incidents, notifications, improvements, drills, training } = institution
  return {
    file: (sheets) => xlsxOf(sheets),
    async figures(_viewer, year) {
      const [fromMs, untilMs] = [institutionInstant(`${year}-01-01`), institutionInstant(`${year + 1}-01-01`)]
      const within = (at: EpochMs) => at >= fromMs && at < untilMs
      const cases = (await incidents.list()).filter(({ openedAt }) => within(openedAt))
      const entries = await entriesOf(institution, fromMs, untilMs)
      const all = await improvements.list()
      const items = all.filter(({ addedAt }) => within(addedAt))
      return {
        year,
        incidents: await Promise.all(
          cases.map(async ({ id, openedAt, kind, emergency, endedAt }) => ({
            id,
            openedAt,
            kind,
            state: emergency ?? 'open',
            lastedMs: endedAt === undefined ? undefined : Math.max(0, endedAt - openedAt),
            sent: (await notifications.entries(id)).filter(
              ({ kind, codes }) => kind === 'sent' && FORM_CODES.some((code) => code === codes['form']),
            ).length,
          })),
        ),
        rehearsals: rehearsalsOf(entries),
        restores: restoresOf(entries),
        drills: drillsOf(
          (await drills.list()).filter(({ endedAt }) => endedAt !== undefined && within(endedAt)),
          (await training.tests()).filter(({ at }) => within(at)),
          all,
        ),
        improvements: {
          added: items.length,
          open: items.filter(({ state }) => state === 'open').length,
          overdue: items.filter(({ isOverdue }) => isOverdue).length,
        },
      }
    },
  }
}

async function entriesOf({ journalIndex, ledger }: Institution, fromMs: EpochMs, untilMs: EpochMs): Promise<Entry[]> {
  await journalIndex.catchUp(await ledger.reader())
  const types = ['generation.rehearsed', 'restore.started', 'restore.ended']
  const found: Entry[] = []
  for (let before: number | undefined; ;) {
    const page = await journalIndex.query({
      types,
      fromMs,
      untilMs,
      limit: 500,
      ...(before !== undefined && { before }),
    })
    found.push(...page.entries.map(({ entry }) => entry))
    if (page.next === undefined) return found
    before = page.next
  }
}

function rehearsalsOf(entries: readonly Entry[]): YearCount {
  const all = entries.filter(({ type }) => type === 'generation.rehearsed')
  const times = all.map(({ data }) => (data['steps'] as { ms: number }[]).reduce((sum, { ms }) => sum + ms, 0))
  return {
    count: all.length,
    good: all.filter(({ data }) => data['result'] === 'passed').length,
    middleMs: middle(times),
  }
}

/** What was held in the year: as the drills' own reports count it. */
function drillsOf(
  ended: readonly Drill[],
  tests: readonly FindingTest[],
  items: readonly Improvement[],
): YearFigures['drills'] {
  const held = ended.toSorted((a, b) => a.endedAt! - b.endedAt!).map((drill) => heldOf(drill, items))
  return {
    count: held.length,
    good: held.filter(({ objectives, reached }) => reached === objectives).length,
    middleMs: middle(held.map(({ tookMs }) => tookMs)),
    people: held.reduce((sum, { people }) => sum + people, 0),
    tests: tests.length,
    testsGood: tests.filter(({ found, seconds }) => found === 3 && seconds <= THREE_MINUTES).length,
    held,
  }
}

function heldOf(drill: Drill, items: readonly Improvement[]): YearDrill {
  const endedAt = drill.endedAt!
  const judged = Object.values(drill.objectives)
  const own = items.filter(({ origin, state }) => origin === `exercise:${drill.id}` && state !== 'dropped')
  return {
    id: drill.id,
    scenario: drill.scenario,
    endedAt,
    tookMs: elapsedMs({ ...drill, startedAt: drill.startedAt ?? endedAt }, endedAt),
    people: drill.people.length,
    objectives: judged.length,
    reached: judged.filter((one) => one === 'reached').length,
    items: own.length,
    open: own.filter(({ state }) => state === 'open').length,
  }
}

/** A restore that began twice (it was taken up again) took from its first beginning to its end. */
function restoresOf(entries: readonly Entry[]): YearCount {
  const began = new Map<unknown, EpochMs>()
  for (const { type, data, atMs } of entries)
    if (type === 'restore.started') began.set(data['run'], Math.min(atMs, began.get(data['run']) ?? atMs))
  const ended = entries.filter(({ type }) => type === 'restore.ended')
  const times = ended.flatMap(({ data, atMs }) => {
    const from = began.get(data['run'])
    return from === undefined ? [] : [Math.max(0, atMs - from)]
  })
  return {
    count: ended.length,
    good: ended.filter(({ data }) => data['result'] === 'complete').length,
    middleMs: middle(times),
  }
}

function middle(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)]
}
