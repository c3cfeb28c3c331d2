/** Items × times: the grid that laboratory results and vital signs share. */
import type { DateText } from '../model.ts'
import type { LabColumn, LabRow } from '../model-clinical.ts'
import { defined } from './read.ts'
import type { Result } from './results.ts'

export interface Grid {
  /** Newest first. */
  readonly columns: readonly LabColumn[]
  /** In the order in which the items were first met. */
  readonly rows: readonly LabRow[]
}

/** `keyOf` says which results are one row. Times are cut to the minute: one blood draw is one column. */
export function gridOf(
  results: readonly Result[],
  keyOf: (result: Result) => string,
  specimenOf: (result: Result) => string | undefined,
): Grid {
  const columns = columnsOf(results)
  const place = new Map(columns.map(({ at }, index) => [at, index]))
  const groups = Map.groupBy(results, keyOf)
  const rows = [...groups.values()].map((group) => rowOf(group, columns.length, place, specimenOf(group[0]!)))
  return { columns, rows }
}

function columnsOf(results: readonly Result[]): LabColumn[] {
  const times = new Map<DateText, LabColumn>()
  for (const { at, by } of results) {
    const minute = toMinute(at)
    if (times.get(minute)?.by !== 'collected') times.set(minute, { at: minute, by })
  }
  return [...times.values()].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1))
}

function rowOf(
  group: readonly Result[],
  width: number,
  place: ReadonlyMap<DateText, number>,
  specimen: string | undefined,
): LabRow {
  const cells = Array.from({ length: width }, (): LabRow['cells'][number][number][] => [])
  for (const result of group) cells[place.get(toMinute(result.at))!]!.push(result.value)
  const first = group[0]!
  const sensitivity = [...new Set(group.flatMap((result) => result.sensitivity))]
  return defined<LabRow>({
    name: first.name,
    code: first.code,
    specimen,
    cells,
    trend: trendOf(group),
    sensitivity: sensitivity.length > 0 ? sensitivity : undefined,
  })
}

/** Oldest first, only the values in the unit of the newest: a change of unit must not look like a change of value. */
function trendOf(group: readonly Result[]): LabRow['trend'] {
  const points = group
    .filter(({ number, at }) => number !== undefined && at !== '')
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1))
  const unit = points.at(-1)?.value.unit
  return points.filter(({ value }) => value.unit === unit).map(({ at, number }) => ({ at, value: number! }))
}

function toMinute(at: DateText): DateText {
  return at.slice(0, 16)
}
