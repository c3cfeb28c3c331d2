/** IN1 and ZI1 to Coverage. Numbers stay as written, full-width digits included. */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { Organization, Period } from '../types.ts'
import type { Context } from './context.ts'
import { defined } from './fields.ts'

export function addCoverages(context: Context): void {
  const segments = context.message.segments.filter(({ id }) => id === 'IN1' || id === 'ZI1')
  segments.forEach((segment, index) => addCoverage(context, segment, index + 1))
}

function addCoverage(context: Context, segment: Segment, number: number): void {
  const in1 = context.fields(segment)
  const type = in1.concept(2)
  const insurerNumber = in1.text(3)
  const insurerName = in1.text(4)
  const symbol = in1.text(10)
  const member = in1.text(11)
  const start = in1.date(12)
  const end = in1.date(13)
  const relationship = in1.concept(17)
  if (in1.segment.fieldCount < 2) {
    context.problem('segment-unused', in1.place, segment.raw)
    return
  }
  const insurer: Organization = {
    resourceType: 'Organization',
    id: 'insurer',
    ...(insurerNumber && { identifier: [{ system: SYSTEM.insurer, value: insurerNumber }] }),
    ...(insurerName && { name: insurerName }),
  }
  const named = Boolean(insurerNumber || insurerName)
  const subscriberId = [symbol, member].filter(Boolean).join(':')
  context.add({
    resourceType: 'Coverage',
    id: context.id(`cov${number}`),
    ...(named && { contained: [insurer] }),
    status: 'active',
    ...(type && { type }),
    ...(subscriberId && { subscriberId }),
    beneficiary: context.subject,
    ...(relationship && { relationship }),
    ...(start || end ? { period: defined<Period>({ start, end }) } : {}),
    // R4 demands a payor.
    payor: [named ? { reference: '#insurer' } : { display: type?.text ?? '保険者の記載なし' }],
    order: number,
    extension: [
      ...(symbol ? [extension(EXTENSION.insuredSymbol, { valueString: symbol })] : []),
      ...(member ? [extension(EXTENSION.insuredNumber, { valueString: member })] : []),
      ...in1.rest(),
    ],
  })
}
