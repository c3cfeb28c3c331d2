/** One pass over a table: whose rows lie where, and which rows nobody can read. */
import { searchKey } from '#base'
import type { Resource } from '#fhir'
import { bookingOf, careDateOf, recordKind } from '../fhir/record.ts'
import type { Json } from '../fhir/json.ts'
import { boundProblems, idName, type FileSurvey, type IntakeProblem } from '../format.ts'
import { PatientGatherer } from '../patients.ts'
import { failed } from '../whole-file.ts'
import { sniffCharset } from './charset.ts'
import { unreadableKinds, usedColumns, writeForm, type SurveyedTable } from './form.ts'
import { rowKey, rowResources } from './resources.ts'
import { RowView } from './row-view.ts'
import { readRows, sniffDelimiter, type Row } from './rows.ts'
import { placeColumns, type Column, type TableMapping } from './table.ts'

interface NumberedRow {
  readonly row: Row
  /** As a spreadsheet numbers it, from 1. */
  readonly number: number
}

/** Never throws on bad bytes. */
export function surveyTable(path: string, bytes: Uint8Array, mapping: TableMapping): FileSurvey {
  const { charset, markBytes } = sniffCharset(bytes)
  const form = { charset, delimiter: sniffDelimiter(bytes, charset, markBytes) }
  const rows = numbered(readRows(bytes, form, markBytes))
  const headings = rows[Math.max(0, mapping.headingRow - 1)]?.row.cells
  if (!headings) return failed('empty-file')
  const placed = placeColumns(mapping, headings)
  if (placed.state === 'other') return { ...failed('columns-changed'), records: rows.length - mapping.headingRow }
  const table: SurveyedTable = {
    form,
    kind: mapping.kind,
    columns: usedColumns(mapping.kind, placed.columns),
    lost: placed.state === 'lost' ? lostColumns(mapping, headings) : [],
  }
  const survey = surveyRows(path, rows.slice(mapping.headingRow), table)
  const changed: IntakeProblem[] =
    placed.state === 'same' ? [] : [{ code: placed.state === 'lost' ? 'columns-lost' : 'columns-moved', where: 'file' }]
  return { ...survey, form: writeForm(table), problems: boundProblems([...changed, ...survey.problems]) }
}

function numbered(rows: Iterable<Row>): NumberedRow[] {
  return Array.from(rows, (row, at) => ({ row, number: at + 1 }))
}

function lostColumns(mapping: TableMapping, headings: readonly string[]): Column[] {
  const found = new Set(headings.map((heading) => heading.trim()))
  return mapping.columns.filter(({ heading, role }) => role !== 'extra' && !found.has(heading.trim()))
}

function surveyRows(path: string, rows: readonly NumberedRow[], table: SurveyedTable): FileSurvey {
  const problems: IntakeProblem[] = []
  const gathered = new PatientGatherer()
  const ambiguous = ambiguousIds(rows, table)
  for (const { row, number } of rows) {
    const where = `row ${number}`
    const view = new RowView(table.columns, row.cells)
    const fault = faultOf(row, view, ambiguous, table)
    if (fault) problems.push({ code: fault, where })
    const patientId = view.patientId
    if (patientId === undefined || fault === 'patient-ambiguous') continue
    const names = [idName(patientId)]
    const range = [row.start, row.end] as const
    // A row that cannot be read is still somebody's, as far as its number can be read: the chart says that it is missing.
    if (fault) {
      for (const kind of unreadableKinds(table.kind, table.columns)) gathered.add(names, { range, kind })
      continue
    }
    const identity = view.identity
    const resources = rowResources(table.kind, view, { path, patientId, key: rowKey(table.kind, row.cells) })
    if (resources.length === 0) gathered.add(names, { range, kind: 'empty', ...(identity && { identity }) })
    for (const resource of resources)
      gathered.add(names, { range, ...recordOf(resource), ...(identity && { identity }) })
    if (table.lost.length > 0)
      for (const kind of unreadableKinds(table.kind, table.lost)) gathered.add(names, { range, kind })
    problems.push(...view.remarks.map((): IntakeProblem => ({ code: 'value-unreadable', where })))
  }
  return { records: rows.length, patients: gathered.result(), shared: [], problems }
}

function recordOf(resource: Resource) {
  const json = resource as unknown as Json
  const booking = bookingOf(json)
  return { kind: recordKind(json), careDate: careDateOf(json), ...(booking && { booking }) }
}

type RowFault = 'quote-open' | 'row-ragged' | 'patient-missing' | 'patient-ambiguous'

/** Why a row is shown to nobody. */
export function faultOf(
  row: Row,
  view: RowView,
  ambiguous: ReadonlySet<string>,
  table: SurveyedTable,
): RowFault | undefined {
  if (row.broken || swallowsRows(row, table)) return 'quote-open'
  if (view.isRagged) return 'row-ragged'
  if (view.patientId === undefined) return 'patient-missing'
  return ambiguous.has(view.patientId) ? 'patient-ambiguous' : undefined
}

/** A cell of several lines one of which is a whole row with a number: two stray quotes have joined two patients' rows. */
function swallowsRows({ cells }: Row, { form, columns }: SurveyedTable): boolean {
  const id = columns.findIndex(({ role }) => role === 'id')
  return cells.some((cell) => {
    if (columns.length < 3 || !cell.includes('\n')) return false
    const inner = cell.split(/\r?\n/).map((line) => line.split(form.delimiter))
    return inner.some((line) => line.length === columns.length && /\d/.test(line[id] ?? ''))
  })
}

/** Numbers that stand beside two birth dates: two people, or one date wrong. Nobody can tell which rows are whose. */
function ambiguousIds(rows: readonly NumberedRow[], table: SurveyedTable): ReadonlySet<string> {
  const known = new Map<string, { birthDate: string; name: string }>()
  const ambiguous = new Set<string>()
  for (const { row } of rows) {
    const view = new RowView(table.columns, row.cells)
    const { identity } = view
    if (row.broken || view.isRagged || !identity) continue
    const name = searchKey(identity.kanji || identity.kana)
    const before = known.get(identity.patientId)
    // A name may change; a birth date does not. Where neither row has one, the name must do.
    if (before && differs(before, { birthDate: identity.birthDate, name })) ambiguous.add(identity.patientId)
    if (!before || before.birthDate === '') known.set(identity.patientId, { birthDate: identity.birthDate, name })
  }
  return ambiguous
}

function differs(a: { birthDate: string; name: string }, b: { birthDate: string; name: string }): boolean {
  if (a.birthDate !== '' && b.birthDate !== '') return a.birthDate !== b.birthDate
  return a.name !== b.name
}
