/** What requests and reports share: numbers, kind of service, who asked. */
import { EXTENSION, findExtension } from '#fhir'
import type { CodeableConcept, DiagnosticReport, Identifier, Procedure, ServiceRequest } from '#fhir'
import type { LabOrder } from '../model-clinical.ts'
import { dateOf, defined, departmentOf, itemOf, newestFirst, words } from './read.ts'

export type Service = 'laboratory' | 'radiology' | 'endoscopy' | 'physiology' | 'other'

const SERVICES: Readonly<Record<string, Service>> = {
  laboratory: 'laboratory',
  LAB: 'laboratory',
  imaging: 'radiology',
  RAD: 'radiology',
  radiology: 'radiology',
  endoscopy: 'endoscopy',
  physiology: 'physiology',
}

export function serviceOf(categories: readonly CodeableConcept[]): Service {
  const codes = categories.flatMap(({ coding }) => coding ?? []).map(({ code = '' }) => code)
  return codes.map((code) => SERVICES[code]).find(Boolean) ?? 'other'
}

/** Placer numbers (ORC-2, OBR-2), else whatever identifies the order. */
export function orderNumberOf(identifiers: readonly Identifier[] | undefined): string | undefined {
  const placer = identifiers?.find(({ type }) => type?.coding?.some(({ code }) => code === 'PLAC'))
  return (placer ?? identifiers?.[0])?.value
}

/** Words for a status that is not simply active or done. */
export function unusualStatus(status: string): string | undefined {
  return status === 'active' || status === 'completed' || status === 'final' ? undefined : status
}

export function labOrdersOf(requests: readonly ServiceRequest[], reports: readonly DiagnosticReport[]): LabOrder[] {
  const resulted = new Set(reports.flatMap(({ identifier }) => identifier ?? []).map(({ value }) => value))
  const laboratory = requests.filter((request) => serviceOf(request.category ?? []) === 'laboratory')
  // One order has a request per specimen.
  const byNumber = Map.groupBy(laboratory, (r) =>
    [r.meta?.source, orderNumberOf(r.identifier) ?? r.authoredOn, r.status].join('|'),
  )
  const orders = [...byNumber.values()].map((order) => labOrder(order, resulted))
  return newestFirst(orders, ({ orderedOn, collectAt }) => collectAt ?? orderedOn)
}

/** An order names what it asks for, which may be an infection test. */
function labOrder(requests: readonly ServiceRequest[], resulted: ReadonlySet<string | undefined>): LabOrder {
  const request = requests[0]!
  const items = [...new Set(requests.flatMap(itemsOf))]
  return defined<LabOrder>({
    ...itemOf(request, namesStigma(items) ? ['stigma-infection'] : [], requests),
    orderNumber: orderNumberOf(request.identifier) ?? '',
    orderedOn: dateOf(request.authoredOn),
    collectAt: dateOf(request.occurrenceDateTime ?? request.occurrencePeriod?.start),
    department: departmentOf(request),
    items,
    status: unusualStatus(request.status),
    resulted: requests.some(({ identifier }) => (identifier ?? []).some(({ value }) => resulted.has(value))),
  })
}

export function itemsOf(request: ServiceRequest): string[] {
  const details = (request.orderDetail ?? []).flatMap((detail) => words(detail) ?? [])
  return details.length > 0 ? details : [words(request.code) ?? '']
}

/** By name, since an order's items carry no category. */
export function namesStigma(names: readonly string[]): boolean {
  return names.some((name) =>
    /HB[SEC]|HBV|HCV|HIV|HTLV|ATLA|梅毒|TPHA|TPLA|RPR|TP抗体|[BC]型肝炎/i.test(name.normalize('NFKC')),
  )
}

/** Modality of the images, beside the name of the examination. */
export function modalityWords(resource: Procedure | DiagnosticReport | ServiceRequest): string | undefined {
  return words(findExtension(resource, EXTENSION.modality)?.valueCodeableConcept)
}
