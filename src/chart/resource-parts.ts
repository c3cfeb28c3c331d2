/** Which part of a chart a resource stands in and what marks it carries: the same answer as the chart's own items give. */
import type { DiagnosticReport, Observation, Resource, ServiceRequest } from '#fhir'
import { isPsychiatry, kindOf } from './build/documents.ts'
import { isInjection } from './build/medication.ts'
import { itemsOf, namesStigma, orderNumberOf, serviceOf } from './build/orders.ts'
import { marksOf } from './build/problems.ts'
import { itemOf, ofType, words } from './build/read.ts'
import { infectionKind, placeOf, STIGMA } from './build/results.ts'
import type { Part, Sensitivity } from './model.ts'

export interface ResourceParts {
  /** All must be open. Empty: nobody can tell what it holds, so everything must be. */
  readonly parts: readonly Part[]
  readonly marks: readonly Sensitivity[]
}

const PARTS_OF_TYPE: Readonly<Partial<Record<Resource['resourceType'], readonly Part[]>>> = {
  Patient: ['identity'],
  AllergyIntolerance: ['allergies'],
  // Bookings and identity are opened to the same people.
  Appointment: ['identity'],
  Condition: ['problems'],
  Coverage: ['coverage'],
  Encounter: ['encounters'],
  Flag: ['alerts'],
  Location: ['encounters'],
  Medication: ['prescriptions'],
  MedicationAdministration: ['administrations'],
  NutritionOrder: ['diets'],
  Organization: ['identity'],
  Practitioner: ['identity'],
  Procedure: ['examinations'],
  Specimen: ['labs'],
}

/** `resources`: all of the patient's, because an order and a report are judged by what belongs to them. */
export function resourceParts(resources: readonly Resource[]): (resource: Resource) => ResourceParts {
  const stigma = stigmaOf(resources)
  return (resource) => {
    const parts = partsOf(resource)
    const more = [
      ...(stigma.has(resource) ? (['stigma-infection'] as const) : []),
      ...(resource.resourceType === 'Condition' ? marksOf(resource) : []),
      ...(resource.resourceType === 'DocumentReference' &&
      isPsychiatry(resource, resource.description ?? words(resource.type) ?? '')
        ? (['psychiatry'] as const)
        : []),
    ]
    return { parts, marks: itemOf(resource, more).sensitivity ?? [] }
  }
}

const MORE_PARTS_OF_TYPE: typeof PARTS_OF_TYPE = {
  MedicationRequest: ['prescriptions', 'injections'],
  Observation: ['labs', 'microbiology', 'vitals', 'infections', 'bloodType', 'examinations'],
  DiagnosticReport: ['labs', 'examinations'],
  ServiceRequest: ['labOrders', 'examinations'],
  DocumentReference: ['notes', 'documents'],
}

/** Every part that a resource of the type may stand in; empty where nobody can tell. */
export function partsOfType(type: string): readonly Part[] {
  const known = { ...PARTS_OF_TYPE, ...MORE_PARTS_OF_TYPE }
  return Object.hasOwn(known, type) ? known[type as Resource['resourceType']]! : []
}

function partsOf(resource: Resource): readonly Part[] {
  switch (resource.resourceType) {
    case 'MedicationRequest':
      return [isInjection(resource) ? 'injections' : 'prescriptions']
    case 'Observation':
      return observationParts(resource)
    case 'DiagnosticReport':
      return [serviceOf(resource.category ?? []) === 'laboratory' ? 'labs' : 'examinations']
    case 'ServiceRequest':
      return [serviceOf(resource.category ?? []) === 'laboratory' ? 'labOrders' : 'examinations']
    case 'DocumentReference':
      return [kindOf(resource) === 'note' ? 'notes' : 'documents']
    default:
      return PARTS_OF_TYPE[resource.resourceType] ?? []
  }
}

function observationParts(observation: Observation): readonly Part[] {
  const infections = infectionKind(observation) === undefined ? [] : (['infections'] as const)
  const place = placeOf(observation)
  if (place === 'background') return infections.length > 0 ? infections : ['bloodType']
  return [place === 'other' ? 'examinations' : place, ...infections]
}

/** Results of infections that carry a stigma, with the orders that name them and the reports that hold nothing else. */
function stigmaOf(resources: readonly Resource[]): ReadonlySet<Resource> {
  const results = ofType(resources, 'Observation').filter((o) => STIGMA.has(infectionKind(o) ?? ''))
  const named = new Set(results.map(({ id }) => `Observation/${id}`))
  const orders = Map.groupBy(ofType(resources, 'ServiceRequest'), orderKey)
  const ordered = [...orders.values()].filter((order) => namesStigma(order.flatMap(itemsOf))).flat()
  const reports = ofType(resources, 'DiagnosticReport').filter((report) => isAbout(report, named))
  return new Set([...results, ...ordered, ...reports])
}

const orderKey = (request: ServiceRequest) =>
  [request.meta?.source, orderNumberOf(request.identifier), request.status].join('|')

function isAbout(report: DiagnosticReport, named: ReadonlySet<string>): boolean {
  const held = report.result ?? []
  return (
    namesStigma([words(report.code) ?? '']) ||
    (held.length > 0 && held.every(({ reference }) => named.has(reference ?? '')))
  )
}
