/** What ORC, OBR and TQ1 say of an order, the same for laboratory, imaging and other requests. */
import { timing, type Segment } from '#hl7v2'
import { SYSTEM } from '../systems.ts'
import type { CodeableConcept, Extension, Identifier, Reference, RequestStatus, ServiceRequest } from '../types.ts'
import { fillerNumber, placerNumber, type Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { concept, defined, type Fields } from './fields.ts'
import { list, notes } from './observation.ts'
import type { OrderGroup } from './order-groups.ts'
import { fhirDateTime } from './times.ts'

/** HL7 table 0119 (order control): what the sender did with the order. */
const CONTROL: Readonly<Record<string, RequestStatus>> = {
  NW: 'active',
  SC: 'active',
  SN: 'active',
  NA: 'active',
  OK: 'active',
  XO: 'active',
  XX: 'active',
  XR: 'active',
  RO: 'active',
  RP: 'active',
  RE: 'active',
  PA: 'active',
  CH: 'active',
  CN: 'active',
  RF: 'active',
  AF: 'active',
  CA: 'revoked',
  OC: 'revoked',
  CR: 'revoked',
  DC: 'revoked',
  OD: 'revoked',
  DR: 'revoked',
  HD: 'on-hold',
  OH: 'on-hold',
  HR: 'on-hold',
  DE: 'entered-in-error',
}
/** HL7 table 0038 (ORC-5) where it says more than the control code. */
const PROGRESS: Readonly<Record<string, RequestStatus>> = {
  CM: 'completed',
  CA: 'revoked',
  DC: 'revoked',
  HD: 'on-hold',
}

/** Administrative fields of ORC without clinical value: terminal, address and telephone of the ordering facility. */
const ADMINISTRATIVE = [18, 22, 23] as const

export function orderFields(context: Context, orc: Segment | undefined): Fields | undefined {
  return orc && context.fields(orc).ignore(...ADMINISTRATIVE)
}

/** ORC of a result: the control code says something only where the order was taken back. */
export function resultOrderFields(context: Context, orc: Segment | undefined): Fields | undefined {
  const fields = orderFields(context, orc)
  const control = fields?.text(1)
  if (control !== undefined && CONTROL[control] !== 'active') fields!.keep(1)
  return fields
}

export function orderStatus(orc: Fields | undefined): RequestStatus {
  const control = orc?.text(1)
  const progress = PROGRESS[orc?.text(5) ?? '']
  if (!progress) orc?.keep(5)
  if (control === undefined) return progress ?? 'unknown'
  const status = CONTROL[control]
  if (!status) orc!.unknown(1, control)
  return status && status !== 'active' ? status : (progress ?? status ?? 'unknown')
}

/** ORC-29 入院患者オーダ・外来患者オーダ, kept per order; where the order does not say it, PV1-2. */
export function orderSetting(context: Context, orc: Fields | undefined): CodeableConcept | undefined {
  const written = orc?.concept(29)
  const code = written?.coding?.[0]?.code ?? written?.text ?? context.patientClass
  if (code !== 'I' && code !== 'O') return written
  const text = written?.coding?.[0]?.display ?? (code === 'I' ? '入院患者オーダ' : '外来患者オーダ')
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0482', code, display: text }], text }
}

/** OBR-2 and ORC-2 (they differ in real messages; both are kept), OBR-3 and ORC-3. */
export function orderNumbers(orc: Fields | undefined, obr: Fields | undefined): Identifier[] {
  const placers = [obr?.text(2), orc?.text(2)]
  const fillers = [obr?.text(3), orc?.text(3)]
  return [...unique(placers).map(placerNumber), ...unique(fillers).map(fillerNumber)]
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))]
}

/** Who ordered: ORC-12, else OBR-16. Where they differ, OBR-16 stays as written. */
export function requesterOf(orc: Fields | undefined, obr: Fields | undefined): Reference | undefined {
  const [byOrder, byRequest] = [orc?.person(12), obr?.person(16)]
  if (byOrder && byRequest?.identifier?.value !== byOrder.identifier?.value) obr?.keep(16)
  return byOrder ?? byRequest
}

/** HL7 table 0485 to request priority. */
const PRIORITY: Readonly<Record<string, ServiceRequest['priority']>> = {
  R: 'routine',
  S: 'stat',
  A: 'asap',
  U: 'urgent',
}

/** TQ1-9 and TQ1-7/8. A priority outside the table stays in the rest. */
function orderTiming(context: Context, segments: readonly Segment[]): Partial<ServiceRequest> {
  const [segment] = segments
  if (!segment) return {}
  const fields = context.fields(segment)
  const { start, end } = timing(segment)
  const priority = PRIORITY[fields.concept(9)?.coding?.[0]?.code ?? fields.text(9) ?? '']
  if (start) fields.ignore(7)
  if (end) fields.ignore(8)
  return {
    ...(priority ? { priority } : fields.keep(9) && {}),
    ...(start && !end && { occurrenceDateTime: fhirDateTime(start) }),
    ...(end && { occurrencePeriod: defined({ start: start && fhirDateTime(start), end: fhirDateTime(end) }) }),
  }
}

/** The request itself: one per group. `category` names the service (laboratory, imaging …). */
export function serviceRequest(
  context: Context,
  group: OrderGroup,
  place: string,
  category: CodeableConcept,
): ServiceRequest {
  const orc = orderFields(context, group.orc)
  const obr = group.obr && context.fields(group.obr)
  const numbers = orderNumbers(orc, obr)
  const parent = orc?.text(8) ?? obr?.text(29)
  const requisition = orc?.text(4)
  return {
    resourceType: 'ServiceRequest',
    id: context.id(place),
    identifier: numbers,
    ...(requisition && { requisition: { value: requisition } }),
    ...(parent && { basedOn: [{ identifier: placerNumber(parent) }] }),
    status: orderStatus(orc),
    intent: 'order',
    category: [category, ...list(orderSetting(context, orc))],
    ...orderTiming(context, group.tq1),
    ...defined({ code: obr?.concept(4), authoredOn: orc?.dateTime(9), requester: requesterOf(orc, obr) }),
    subject: context.subject,
    reasonCode: [...(orc?.concepts(16) ?? []), ...(obr?.concepts(31) ?? [])],
    bodySite: list(obr?.concept(15)),
    note: notes(context, group.notes),
    extension: [
      ...departmentExtension(context, orc),
      ...restOf(orc),
      ...group.tq1.flatMap((s) => context.fields(s).rest()),
      ...context.rests(group.others),
    ],
  } as ServiceRequest
}

export function restOf(fields: Fields | undefined): Extension[] {
  return fields?.rest() ?? []
}

export const CATEGORY = {
  laboratory: category('laboratory', '検体検査'),
  radiology: category('imaging', '放射線検査'),
  endoscopy: category('endoscopy', '内視鏡検査'),
  physiology: category('physiology', '生理検査'),
} as const

function category(code: string, text: string): CodeableConcept {
  return concept({
    code,
    text,
    system: SYSTEM.observationCategory,
    alternate: { code: undefined, text: undefined, system: undefined },
    originalText: text,
  })!
}
