/** The drills of a Japanese business year (April to March): what is planned and was held, and what is proposed for the rest. */
import { addDays } from '#base'
import type { Drill } from './drills.ts'
import type { Length, ScenarioId } from './scenarios.ts'
import type { FindingTest } from './training.ts'

export interface YearMonth {
  /** `YYYY-MM`. */
  readonly month: string
  /** By day. */
  readonly drills: readonly Drill[]
  /** The three-minute test was done. */
  readonly isTested: boolean
}

export interface Proposal {
  readonly scenario: ScenarioId
  readonly minutes: Length
  readonly day: string
}

/** One a quarter: reading, mail, a real restore, the system away for hours. */
const QUARTERS: readonly Omit<Proposal, 'day'>[] = [
  { scenario: 'd1', minutes: 30 },
  { scenario: 'd12', minutes: 10 },
  { scenario: 'd8', minutes: 60 },
  { scenario: 'd13', minutes: 30 },
]
const NOTICE_DAYS = 14

/** @param today `YYYY-MM-DD` @param dayOf the institution's day of a moment */
export function yearPlan(
  drills: readonly Drill[],
  tests: readonly FindingTest[],
  today: string,
  dayOf: (at: number) => string,
): YearMonth[] {
  return monthsOf(today).map((month) => ({
    month,
    drills: drills.filter(({ plannedOn }) => plannedOn.startsWith(month)).toReversed(),
    isTested: tests.some(({ at }) => dayOf(at).startsWith(month)),
  }))
}

/** For each quarter that has no drill and time left for one: the 15th of its middle month, or in two weeks. */
export function proposalsOf(drills: readonly Drill[], today: string): Proposal[] {
  const months = monthsOf(today)
  const soon = addDays(today, NOTICE_DAYS)
  return QUARTERS.flatMap((what, i) => {
    const quarter = months.slice(i * 3, i * 3 + 3)
    if (drills.some(({ plannedOn }) => quarter.includes(plannedOn.slice(0, 7)))) return []
    const middle = `${quarter[1]}-15`
    const day = middle < soon ? soon : middle
    return quarter.includes(day.slice(0, 7)) ? [{ ...what, day }] : []
  })
}

function monthsOf(today: string): string[] {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))]
  const first = month < 4 ? year - 1 : year
  return Array.from(
    { length: 12 },
    (_, i) => `${first + (i > 8 ? 1 : 0)}-${String(((i + 3) % 12) + 1).padStart(2, '0')}`,
  )
}
