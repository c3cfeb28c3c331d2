/** Tables as files (CSV, TSV), by a mapping that a person set up; bookings are one kind of them. */
import type { IntakeFormat, IntakeReading, IntakeRemark, IntakeRequest } from '../format.ts'
import { idName } from '../format.ts'
import { failed, wholeFile } from '../whole-file.ts'
import { readForm } from './form.ts'
import { rowKey, rowResources } from './resources.ts'
import { RowView } from './row-view.ts'
import { readRows } from './rows.ts'
import { faultOf, surveyTable } from './survey.ts'
import { parseTableSettings, tableFor, type TableSettings } from './table.ts'
import type { Resource } from '#fhir'

export const csvFormat: IntakeFormat<TableSettings> = {
  kind: 'csv',
  version: 3,
  parseSettings: parseTableSettings,
  survey({ path }, settings) {
    const mapping = tableFor(path, settings)
    return mapping
      ? wholeFile((bytes) => surveyTable(path, bytes, mapping))
      : failed(/\.(csv|tsv|txt)$/i.test(path) ? 'table-unmapped' : 'file-unknown')
  },
  resources: readTable,
}

function readTable({ file, form, names, slices }: IntakeRequest<TableSettings>): IntakeReading {
  const table = readForm(form)
  if (!table) return { resources: [], remarks: [{ code: 'shape-wrong', where: 'file' }] }
  const resources: Resource[] = []
  const remarks: IntakeRemark[] = table.lost.map(({ heading }) => ({
    code: 'columns-lost',
    where: 'file',
    text: heading,
  }))
  for (const row of slices.flatMap((slice) => [...readRows(slice, table.form)])) {
    const view = new RowView(table.columns, row.cells)
    const fault = faultOf(row, view, new Set(), table)
    const patientId = view.patientId
    // What a row that cannot be read says may be another patient's: only that it is missing is told.
    if (fault) remarks.push({ code: fault, where: 'row' })
    else if (!names.has(idName(patientId!))) remarks.push({ code: 'patient-differs', where: 'row' })
    else {
      const frame = { path: file.path, patientId: patientId!, key: rowKey(table.kind, row.cells) }
      resources.push(...rowResources(table.kind, view, frame))
      remarks.push(...view.remarks)
    }
  }
  return { resources, remarks }
}
