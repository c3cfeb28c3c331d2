/** What differs between two plans of a source, in codes and figures: the ledger keeps it, screens show it. */
import type { BusinessCalendar, RecordKind, RetentionPolicy } from '#retention'
import type { RhythmChoice } from './rhythm.ts'

/** Everything that people decide about how a source is kept. */
export interface SourcePlan {
  readonly policy: RetentionPolicy
  readonly rhythm: RhythmChoice
  /** Ids of places; undefined: all, also those to come. */
  readonly places: readonly string[] | undefined
  readonly originals: readonly RecordKind[]
}

export const PLAN_FIELDS = [
  'daily-days',
  'weekly-days',
  'monthly-days',
  'yearly-days',
  'floor',
  'lock-days',
  'ceiling-days',
  'ceiling-reason',
  'rhythm',
  'places',
  'originals',
] as const
export const CALENDAR_FIELDS = ['closed-weekdays', 'closed-on-holidays', 'closed-days', 'open-days'] as const
export type ChangedField = (typeof PLAN_FIELDS)[number] | (typeof CALENDAR_FIELDS)[number]

/** `lowered`: protects less than before; `changed`: neither more nor less. */
export type ChangeDirection = 'raised' | 'lowered' | 'changed'

export interface Change {
  readonly field: ChangedField
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly how: ChangeDirection
}

/** Stands for "all places, also those to come". */
export const ALL_PLACES = '*'

export function planChanges(before: SourcePlan, after: SourcePlan): Change[] {
  const figures = [before, after].map(({ policy }): [ChangedField, number][] => [
    ['daily-days', policy.dailyDays],
    ['weekly-days', policy.weeklyDays],
    ['monthly-days', policy.monthlyDays],
    ['yearly-days', policy.yearlyDays],
    ['floor', policy.floorGenerations],
    ['lock-days', policy.lockDays],
    ['ceiling-days', policy.ceiling.days],
  ])
  const all = figures[0]!.map(([field, from], i) => figureChange(field, from, figures[1]![i]![1]))
  return [
    ...all,
    wordChange('ceiling-reason', before.policy.ceiling.reason, after.policy.ceiling.reason, 'changed'),
    wordChange('rhythm', before.rhythm, after.rhythm, runsPerWeek(after) < runsPerWeek(before) ? 'lowered' : 'raised'),
    listChange('places', before.places ?? [ALL_PLACES], after.places ?? [ALL_PLACES]),
    listChange('originals', before.originals, after.originals),
  ].filter((change) => change !== undefined)
}

/** Days of the house are facts of the clinic, not protection: a change of them is neither more nor less. */
export function calendarChanges(before: BusinessCalendar, after: BusinessCalendar): Change[] {
  const weekdays = (calendar: BusinessCalendar) => calendar.closedWeekdays.map(String)
  return [
    listChange('closed-weekdays', weekdays(before), weekdays(after)),
    wordChange('closed-on-holidays', String(before.closedOnHolidays), String(after.closedOnHolidays), 'changed'),
    listChange('closed-days', before.closedDays, after.closedDays),
    listChange('open-days', before.openDays, after.openDays),
  ].flatMap((change) => (change ? [{ ...change, how: 'changed' as const }] : []))
}

function figureChange(field: ChangedField, from: number, to: number): Change | undefined {
  return wordChange(field, String(from), String(to), to < from ? 'lowered' : 'raised')
}

function wordChange(field: ChangedField, from: string, to: string, how: ChangeDirection): Change | undefined {
  return from === to ? undefined : { field, from: [from], to: [to], how }
}

/** Whoever loses one protects less, whatever comes to it. */
function listChange(field: ChangedField, from: readonly string[], to: readonly string[]): Change | undefined {
  const lost = from.some((one) => !to.includes(one)) && !to.includes(ALL_PLACES)
  const won = to.some((one) => !from.includes(one))
  return lost || won ? { field, from, to, how: lost ? 'lowered' : 'raised' } : undefined
}

/** Only to compare: a business day is at most a day. */
function runsPerWeek({ rhythm }: SourcePlan): number {
  if (rhythm === 'business-day') return 6
  return rhythm === 'day' ? 7 : (7 * 24) / Number(rhythm.slice('hours:'.length))
}
