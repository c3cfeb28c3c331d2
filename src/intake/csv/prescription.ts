/** A line of a prescription. 1回量 and 1日量 are only what their own columns say; an amount without that name stays words. */
import { SYSTEM, type Dosage, type DoseAndRate, type Extension, type MedicationRequest, type Reference } from '#fhir'
import { quantityOf, supplyOf } from './amount.ts'
import { departmentOf, fhirTime } from './fhir-parts.ts'
import type { RowView } from './row-view.ts'

interface Base {
  readonly id: string
  readonly meta: { source: string }
  readonly subject: Reference
}

export function prescription(row: RowView, base: Base, others: readonly Extension[]): MedicationRequest[] {
  const drug = row.text('drug')
  if (drug === undefined) return []
  const date = row.date('date')
  const [rp, author, total] = [row.text('rp'), row.text('author'), row.text('total')]
  const order = row.text('orderNumber')
  const supply = supplyOf(row.text('days') ?? '')
  const notes = notesOf(row, supply !== undefined)
  const extensions = [...departmentOf(row.text('department')), ...others]
  const dispense = {
    ...(total && { quantity: quantityOf(total, row.text('unit')) }),
    ...(supply?.of === 'days' && { expectedSupplyDuration: { value: supply.count, unit: '日', code: 'd' } }),
  }
  return [
    {
      resourceType: 'MedicationRequest',
      ...base,
      // Whether it was dispensed, stopped or is still taken, no table of this kind says.
      status: 'unknown',
      intent: 'order',
      medicationCodeableConcept: { text: drug },
      ...(date && { authoredOn: fhirTime(date) }),
      ...(order && { groupIdentifier: { value: order } }),
      ...(rp && { identifier: [{ system: SYSTEM.rpNumber, value: rp }] }),
      ...(author && { requester: { display: author } }),
      ...dosageOf(row, supply),
      ...(Object.keys(dispense).length > 0 && { dispenseRequest: dispense }),
      ...(notes.length > 0 && { note: notes.map((text) => ({ text })) }),
      ...(extensions.length > 0 && { extension: extensions }),
    },
  ]
}

function dosageOf(row: RowView, supply: ReturnType<typeof supplyOf>): Pick<MedicationRequest, 'dosageInstruction'> {
  const [usage, unit] = [row.text('usage'), row.text('unit')]
  const [perTime, perDay] = [row.text('perTime'), row.text('perDay')]
  const amounts: DoseAndRate[] = [
    ...(perTime ? [{ doseQuantity: quantityOf(perTime, unit) }] : []),
    ...(perDay
      ? [{ rateRatio: { numerator: quantityOf(perDay, unit), denominator: { value: 1, unit: '日', code: 'd' } } }]
      : []),
  ]
  const dosage: Dosage = {
    ...(usage && { text: usage }),
    ...(supply?.of === 'times' && { timing: { repeat: { count: supply.count } } }),
    ...(amounts.length > 0 && { doseAndRate: amounts }),
  }
  return Object.keys(dosage).length > 0 ? { dosageInstruction: [dosage] } : {}
}

/** What the columns say that FHIR has no sure place for. */
function notesOf(row: RowView, supplyIsRead: boolean): string[] {
  const unit = row.text('unit') ?? ''
  const doses = row.all('dose').map(({ heading, text }) => {
    const amount = /\D$/.test(text) ? text : `${text}${unit}`
    return `${heading || '用量'} ${amount}（1回量か1日量かは資料に記載なし）`
  })
  const days = supplyIsRead ? [] : row.all('days')
  return [
    ...doses,
    ...[...days, ...row.all('text'), ...row.all('status')].map(({ heading, text }) => `${heading} ${text}`.trim()),
  ]
}
