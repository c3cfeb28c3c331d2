/** Places on a picture: times of the source to x, numbers to y. */
import type { DateText, LabColumn, LabRow, LabValue } from '#chart'

export const DAY_MINUTES = 1440

/** Minutes since 1970 in the institution's own time; a date without a time counts as its noon. Undefined where it is no day. */
export function minuteOf(at: DateText | undefined): number | undefined {
  if (at === undefined || !/^\d{4}-\d{2}-\d{2}/.test(at)) return undefined
  const ms = Date.parse(`${at.slice(0, 10)}T${at.slice(11, 16) || '12:00'}:00Z`)
  return Number.isNaN(ms) ? undefined : ms / 60_000
}

/** `YYYY-MM-DD` of a minute. */
export const dayOf = (minute: number): string => new Date(minute * 60_000).toISOString().slice(0, 10)

/** The first minute of its day. */
export const dayStart = (minute: number): number => Math.floor(minute / DAY_MINUTES) * DAY_MINUTES

/** `11/20`. */
export const shortDay = (minute: number): string => dayOf(minute).slice(5).replace('-', '/').replaceAll(/\b0/g, '')

/** A value that can be drawn: a number in the unit of the newest one, with the source's own text beside it. */
export interface Point {
  readonly minute: number
  readonly at: DateText
  readonly value: number
  readonly text: string
  readonly flag?: string
}

/** More is no measurement but a mistyped or hostile one: the table shows it, as it was written. */
const MOST_DRAWN = 1e9

type Plotted = Pick<LabRow, 'cells' | 'trend'>

/** Oldest first. The model's `trend` decides what may be drawn; the text comes from the cell. */
export function pointsOf(row: Plotted, columns: readonly LabColumn[]): Point[] {
  const textAt = (at: DateText, value: number): LabValue | undefined => {
    const column = columns.findIndex((head) => head.at === at.slice(0, 16))
    return row.cells[column]?.find(({ text }) => Number(text.normalize('NFKC')) === value)
  }
  return row.trend.flatMap(({ at, value }) => {
    const minute = minuteOf(at)
    if (minute === undefined || Math.abs(value) > MOST_DRAWN) return []
    const cell = textAt(at, value)
    return [{ minute, at, value, text: cell?.text ?? String(value), ...(cell?.flag && { flag: cell.flag }) }]
  })
}

/** From a range of values to a range of the picture; a single value lies in the middle. */
export function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => (from === to ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start))
}

/** Runs of points without a whole day between: a line across such a gap would tell of values that nobody took. */
export function runsOf<P extends { readonly minute: number }>(points: readonly P[]): P[][] {
  const runs: P[][] = []
  for (const point of points) {
    const last = runs.at(-1)?.at(-1)
    if (last && dayStart(point.minute) - dayStart(last.minute) <= DAY_MINUTES) runs.at(-1)!.push(point)
    else runs.push([point])
  }
  return runs
}

export const pathThrough = (points: readonly { readonly x: number; readonly y: number }[]): string =>
  points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
