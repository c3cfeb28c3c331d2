/**
 * Whose turn it is, and the picture of the week. The turn follows from what was last copied, not from a count of days: a
 * missed day, a holiday entered late or a lost cartridge shifts nothing that people have learnt.
 */
import { addDays, institutionDate, institutionInstant, type EpochMs } from '#base'
import { isBusinessDay, type BusinessCalendar } from '#retention'
import { whereabouts, type MediaLog, type MediaSet, type Medium, type Whereabouts } from './set.ts'

/** R1, R5: that many generations nobody at the machine can reach, whatever day it is. */
export const LEAST_OUT_OF_REACH = 3

/** Those that take turns at a moment, by number. */
export function inTurn(set: MediaSet, log: MediaLog, at: EpochMs): Medium[] {
  const gone = (medium: Medium) => ['lost', 'retired'].includes(whereabouts(log, medium.number, at)?.place ?? '')
  return set.media.filter((medium) => !gone(medium)).toSorted((a, b) => a.number - b.number)
}

function after(media: readonly Medium[], number: number | undefined): Medium | undefined {
  return media.find((medium) => medium.number > (number ?? 0)) ?? media[0]
}

/** The medium of today: the one that was copied to today, else the one after the last. undefined where none is left. */
export function mediumDue(set: MediaSet, log: MediaLog, now: EpochMs): Medium | undefined {
  const day = institutionDate(now)
  const copies = log.copies.filter((copy) => copy.at <= now).toSorted((a, b) => a.at - b.at)
  const media = inTurn(set, log, now)
  const last = copies.at(-1)
  const today = last?.day === day ? media.find(({ number }) => number === last.number) : undefined
  return today ?? after(media, last?.number)
}

/** One exchange: what comes out, what goes in, who does it. */
export interface Exchange {
  readonly day: string
  readonly out: number | undefined
  readonly in: number
  /** Id of a person; undefined: nobody was named. */
  readonly person: string | undefined
}

/** The exchanges from today on over `days` calendar days, if each is done. */
export function exchanges(
  set: MediaSet,
  log: MediaLog,
  calendar: BusinessCalendar,
  now: EpochMs,
  days = 7,
): Exchange[] {
  const media = inTurn(set, log, now)
  const found: Exchange[] = []
  let inside = media.find(({ number }) => whereabouts(log, number, now)?.place === 'machine')?.number
  let due = mediumDue(set, log, now)
  for (let i = 0; i < days && due !== undefined; i++) {
    const day = addDays(institutionDate(now), i)
    if (!isBusinessDay(calendar, day)) continue
    if (due.number !== inside) found.push({ day, out: inside, in: due.number, person: carrier(set, day) })
    inside = due.number
    due = after(media, due.number)
  }
  return found
}

function carrier({ carriers }: MediaSet, day: string): string | undefined {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return (carriers.find((one) => one.weekday === weekday) ?? carriers[0])?.person
}

export interface DayOfWeek {
  readonly day: string
  readonly isBusinessDay: boolean
  /** From the log; else as it will be if every exchange is done. */
  readonly isPlanned: boolean
  /** Numbers in the machine at the end of the day. */
  readonly connected: readonly number[]
  readonly away: readonly AwayMedium[]
  /** Different days whose backup lies verified on a medium that is away. */
  readonly generationsAway: number
  readonly isEnough: boolean
}

export interface AwayMedium {
  readonly number: number
  readonly place: Whereabouts | undefined
  /** The day whose backup it holds, verified; undefined: none. */
  readonly holds: string | undefined
}

/** The week around a moment, Monday to Sunday: what is connected each day, and what nobody at the machine can reach. */
export function outOfReach(set: MediaSet, log: MediaLog, calendar: BusinessCalendar, now: EpochMs): DayOfWeek[] {
  const today = institutionDate(now)
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
  const days = Array.from({ length: 7 }, (_, i) => addDays(today, i - weekday))
  const planned = withPlan(set, log, calendar, now, days.at(-1)!)
  return days.map((day) => dayOf(set, planned, calendar, day, day > today || (day === today && !isDone(log, day))))
}

const isDone = (log: MediaLog, day: string) => log.copies.some((copy) => copy.day === day)

/** The log as it will be if each exchange up to a day is done and its copy found right. */
function withPlan(set: MediaSet, log: MediaLog, calendar: BusinessCalendar, now: EpochMs, last: string): MediaLog {
  const copies = log.copies.filter((copy) => copy.at <= now)
  const today = institutionDate(now)
  for (let day = today; day <= last; day = addDays(day, 1)) {
    if (!isBusinessDay(calendar, day) || copies.some((copy) => copy.day === day)) continue
    const at = day === today ? now : institutionInstant(day, 12)
    const due = mediumDue(set, { ...log, copies }, at)
    if (due) copies.push({ set: set.id, number: due.number, day, at, isVerified: true })
  }
  return { moves: log.moves.filter((move) => move.at <= now), copies }
}

function dayOf(set: MediaSet, log: MediaLog, calendar: BusinessCalendar, day: string, isPlanned: boolean): DayOfWeek {
  const end = institutionInstant(addDays(day, 1)) - 1
  const media = inTurn(set, log, end).map(({ number }) => ({
    number,
    place: whereabouts(log, number, end)?.place,
    holds: log.copies.findLast((copy) => copy.number === number && copy.at <= end && copy.isVerified)?.day,
  }))
  const away = media.filter(({ place }) => place !== 'machine')
  const generationsAway = new Set(away.flatMap(({ holds }) => holds ?? [])).size
  return {
    day,
    isBusinessDay: isBusinessDay(calendar, day),
    isPlanned,
    connected: media.filter(({ place }) => place === 'machine').map(({ number }) => number),
    away,
    generationsAway,
    isEnough: generationsAway >= LEAST_OUT_OF_REACH,
  }
}
