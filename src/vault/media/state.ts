/** Where a media set stands now: whose turn, what the morning found, what is to be done, and where each medium is. Pure. */
import { addDays, type EpochMs, type ErrorCode, institutionDate, institutionInstant } from '#base'
import { type BusinessCalendar, isBusinessDay, nextBusinessDay } from '#retention'
import { inTurn, mediumDue, outOfReach, type DayOfWeek } from './rotation.ts'
import { type MediaLog, type Medium, whereabouts, type Whereabouts } from './set.ts'
import type { Holding, KeptCheck, KeptCopy, KeptSet } from './store.ts'

/**
 * `empty`: nothing registered. `closed`: no business day. `before`: the time of the check has not come. `waiting`: it has, and
 * there is no copy yet. `copying`. `done`: copied, read back and taken off. `damaged`: copied, and found damaged.
 */
export type MediaStage = 'empty' | 'closed' | 'before' | 'waiting' | 'copying' | 'done' | 'damaged'

export interface MediumState {
  readonly medium: Medium
  readonly isInTurn: boolean
  readonly place: Whereabouts | undefined
  readonly since: EpochMs | undefined
  /** Who said so; undefined: a copy shows it. */
  readonly person: string | undefined
  readonly lastCopy: KeptCopy | undefined
  /** When it was last read back and all was right. */
  readonly readBackAt: EpochMs | undefined
  /** Generations that lay whole on it when it was last read back. */
  readonly generations: number
}

export interface MediaState {
  readonly kept: KeptSet
  readonly stage: MediaStage
  /** Whose turn it is today, or on the next business day. */
  readonly due: Medium | undefined
  readonly dueAt: EpochMs
  /** The business day after today. */
  readonly nextDay: string | undefined
  readonly nextDue: Medium | undefined
  /** What was found today; absent while nobody has looked. */
  readonly check: KeptCheck | undefined
  readonly failure: { readonly code: ErrorCode; readonly at: EpochMs } | undefined
  readonly jobId: string | undefined
  /** Today's copy. */
  readonly copy: KeptCopy | undefined
  readonly week: readonly DayOfWeek[]
  readonly media: readonly MediumState[]
  /** Different generations that lie, read back, on media that are away. */
  readonly generationsAway: number
}

export interface StateFacts {
  readonly kept: KeptSet
  readonly log: MediaLog
  readonly copies: readonly KeptCopy[]
  readonly holdings: readonly Holding[]
  readonly lastCheck: KeptCheck | undefined
  readonly calendar: BusinessCalendar
  readonly jobId: string | undefined
  readonly now: EpochMs
}

/** The time of the check on a day in Japan. */
export function checkInstant({ settings }: KeptSet, day: string): EpochMs {
  const [hour, minute] = settings.checkAt.split(':').map(Number)
  return institutionInstant(day, hour, minute)
}

/** Nothing more is to be copied that day. One that was found damaged is not copied to again. */
export const isFinished = (copy: KeptCopy | undefined): boolean =>
  copy !== undefined && (copy.verifiedAt !== undefined || copy.damaged > 0)

export function todaysCopy(copies: readonly KeptCopy[], due: Medium | undefined, day: string): KeptCopy | undefined {
  return copies.find((copy) => copy.day === day && copy.number === due?.number)
}

export function mediaState(facts: StateFacts): MediaState {
  const { kept, log, calendar, now, lastCheck, jobId } = facts
  const day = institutionDate(now)
  const due = mediumDue(kept.set, log, now)
  const copy = todaysCopy(facts.copies, due, day)
  const dueAt = checkInstant(kept, day)
  const nextDay = nextBusinessDay(calendar, day)
  const isToday = (at: EpochMs | undefined): boolean => at !== undefined && at <= now && institutionDate(at) === day
  const media = kept.set.media.map((medium) => mediumState(facts, medium))
  const stage = stageOf(facts, { copy, dueAt, day })
  return {
    kept,
    stage,
    due,
    dueAt,
    nextDay,
    nextDue: nextOf(facts, { due, stage, day }),
    check: isToday(lastCheck?.at) ? lastCheck : undefined,
    failure: kept.lastFailure && isToday(kept.lastFailure.at) ? kept.lastFailure : undefined,
    jobId,
    copy,
    week: outOfReach(kept.set, log, calendar, now),
    media,
    generationsAway: awayHoldings(facts).size,
  }
}

function stageOf(
  { kept, calendar, now, jobId }: StateFacts,
  { copy, dueAt, day }: { copy: KeptCopy | undefined; dueAt: EpochMs; day: string },
): MediaStage {
  if (kept.set.media.length === 0) return 'empty'
  if (jobId !== undefined) return 'copying'
  if (copy && copy.damaged > 0) return 'damaged'
  if (isFinished(copy)) return 'done'
  if (!isBusinessDay(calendar, day)) return 'closed'
  return now < dueAt ? 'before' : 'waiting'
}

/** Who comes after today's; where today asks for none or has none yet, today's own. */
function nextOf(
  { kept, log }: StateFacts,
  { due, stage, day }: { due: Medium | undefined; stage: MediaStage; day: string },
): Medium | undefined {
  if (due === undefined || stage === 'closed') return due
  const at = institutionInstant(day, 23)
  const copies = [...log.copies, { set: kept.set.id, number: due.number, day, at, isVerified: true }]
  return mediumDue(kept.set, { ...log, copies }, institutionInstant(addDays(day, 1), 12))
}

function mediumState({ kept, log, copies, holdings, now }: StateFacts, medium: Medium): MediumState {
  const { number } = medium
  const at = whereabouts(log, number, now)
  const said = log.moves.findLast((move) => move.number === number && move.at === at?.since)
  const own = copies.filter((copy) => copy.number === number && copy.at >= (kept.registeredAt.get(number) ?? 0))
  return {
    medium,
    isInTurn: inTurn(kept.set, log, now).includes(medium),
    place: at?.place,
    since: at?.since,
    person: said?.person,
    lastCopy: own[0],
    readBackAt: own.find((copy) => copy.damaged === 0 && copy.verifiedAt !== undefined)?.verifiedAt,
    generations: holdings.filter((one) => one.number === number && one.verifiedAt !== undefined).length,
  }
}

/** Ids of generations that lie, read back, on a medium in turn that is away. */
function awayHoldings(facts: Pick<StateFacts, 'kept' | 'log' | 'holdings' | 'now'>): Set<string> {
  const away = awayNumbers(facts)
  const held = facts.holdings.filter((one) => away.has(one.number) && one.verifiedAt !== undefined)
  return new Set(held.map((one) => one.generationId))
}

/** Numbers in turn that are not in the machine. */
export function awayNumbers({ kept, log, now }: Pick<StateFacts, 'kept' | 'log' | 'now'>): Set<number> {
  const numbers = inTurn(kept.set, log, now).map(({ number }) => number)
  return new Set(numbers.filter((number) => whereabouts(log, number, now)?.place !== 'machine'))
}
