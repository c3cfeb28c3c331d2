/**
 * A chart cut to the edition's period (R20: about a year normally suffices). What carries no date stays, problems that are not
 * resolved stay however old, and so do allergies, infections, alerts, blood types, identity, cover and contacts. Each cut is
 * counted: a screen that shows less says so.
 */
import type { Chart, DateText, LabColumn, LabValue, Part, Section } from '#chart'

type LeftOut = Partial<Record<Part, number>>

/** @param since `YYYY-MM-DD`; what is dated before it is left out */
export function withinPeriod(chart: Chart, since: DateText): { readonly chart: Chart; readonly leftOut: LeftOut } {
  const leftOut: LeftOut = {}
  const isOld = (date: DateText | undefined) => date !== undefined && date !== '' && date < since.slice(0, date.length)
  const cut = <T>(part: Part, section: Section<readonly T[]>, dates: (item: T) => readonly (DateText | undefined)[]) =>
    changed(section, (items) => {
      const kept = items.filter((item) => {
        const known = dates(item).filter((date) => date !== undefined && date !== '')
        return known.length === 0 || !known.every(isOld)
      })
      count(leftOut, part, items.length - kept.length)
      return kept
    })
  const matrix = <T extends { readonly columns: readonly LabColumn[] }>(
    part: Part,
    section: Section<T>,
    without: (value: T, kept: readonly boolean[]) => T,
  ) =>
    changed(section, (value) => {
      const kept = value.columns.map(({ at }) => !isOld(at))
      count(leftOut, part, kept.filter((keep) => !keep).length)
      return kept.every(Boolean) ? value : without(value, kept)
    })
  const ends = (groups: readonly { readonly end?: { readonly date: DateText } }[]) => groups.map(({ end }) => end?.date)
  return {
    leftOut,
    chart: {
      ...chart,
      prescriptions: cut('prescriptions', chart.prescriptions, (o) => [o.orderedOn, ...ends(o.groups)]),
      injections: cut('injections', chart.injections, (o) => [o.orderedOn, ...ends(o.groups)]),
      administrations: cut('administrations', chart.administrations, (a) => [a.start, a.end]),
      labOrders: cut('labOrders', chart.labOrders, (o) => [o.orderedOn, o.collectAt]),
      microbiology: cut('microbiology', chart.microbiology, (m) => [m.collectedAt]),
      problems: cut('problems', chart.problems, (p) => (p.open ? [] : [p.onset, p.outcomeOn, p.endedOn])),
      // Where somebody lies is told by an admission that may be older than the period.
      encounters: cut('encounters', chart.encounters, (e) => (isOfThisStay(chart, e.at) ? [] : [e.at])),
      diets: cut('diets', chart.diets, (d) => [d.start, d.end]),
      examinations: cut('examinations', chart.examinations, (e) => [e.at]),
      notes: cut('notes', chart.notes, (n) => [n.at]),
      documents: cut('documents', chart.documents, (d) => [d.at]),
      labs: matrix('labs', chart.labs, (value, kept) => ({
        ...value,
        columns: value.columns.filter((_, c) => kept[c]),
        remarks: value.remarks.filter(({ at }) => !isOld(at)),
        panels: value.panels
          .map(({ panel, rows }) => ({ panel, rows: rowsWithin(rows, kept, isOld) }))
          .filter(({ rows }) => rows.length > 0),
      })),
      vitals: matrix('vitals', chart.vitals, (value, kept) => ({
        ...value,
        columns: value.columns.filter((_, c) => kept[c]),
        rows: rowsWithin(value.rows, kept, isOld),
      })),
    },
  }
}

function isOfThisStay(chart: Chart, at: DateText | undefined): boolean {
  if (chart.stay.access === 'withheld' || !chart.stay.value.inHospital || at === undefined) return false
  return at >= (chart.stay.value.admittedOn ?? '9').slice(0, 10)
}

function rowsWithin<
  T extends {
    readonly cells: readonly (readonly LabValue[])[]
    readonly trend: readonly { readonly at: DateText; readonly value: number }[]
  },
>(rows: readonly T[], kept: readonly boolean[], isOld: (date: DateText) => boolean): T[] {
  return rows
    .map((row) => ({
      ...row,
      cells: row.cells.filter((_, c) => kept[c]),
      trend: row.trend.filter(({ at }) => !isOld(at)),
    }))
    .filter(({ cells }) => cells.some((cell) => cell.length > 0))
}

function changed<T>(section: Section<T>, change: (value: T) => T): Section<T> {
  return section.access === 'shown' ? { ...section, value: change(section.value) } : section
}

function count(leftOut: LeftOut, part: Part, n: number): void {
  if (n > 0) leftOut[part] = (leftOut[part] ?? 0) + n
}

/** The first day of the month `months` before: it moves once a month, so that a chart of last night is still good tonight. */
export function periodStart(asOfDay: DateText, months: number): DateText {
  const [year = 0, month = 1] = asOfDay.split('-').map(Number)
  const at = year * 12 + (month - 1) - months
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}-01`
}
