/**
 * Shapes of foreign resources, as far as Toride reads them: which elements must be lists, objects or text. An element of
 * another shape is taken out and named, so that one careless sender cannot break a chart.
 */
import type { ResourceType } from './types.ts'

/** `[]` a list of objects, `s[]` a list of texts, `o` an object, `s` a text. */
type Kind = '[]' | 's[]' | 'o' | 's'

const ANY: Readonly<Record<string, Kind>> = {
  id: 's',
  meta: 'o',
  language: 's',
  text: 'o',
  contained: '[]',
  extension: '[]',
  modifierExtension: '[]',
  note: '[]',
  subject: 'o',
  patient: 'o',
  encounter: 'o',
}

/** Space separated names per kind. Elements that are not named pass as they are. */
const ELEMENTS: Readonly<Partial<Record<ResourceType, Partial<Record<Kind, string>>>>> = {
  AllergyIntolerance: {
    '[]': 'identifier reaction',
    's[]': 'category',
    o: 'clinicalStatus verificationStatus code recorder asserter',
    s: 'type criticality onsetDateTime onsetString recordedDate',
  },
  Appointment: { '[]': 'identifier serviceType participant', s: 'status description start end comment' },
  Binary: { s: 'contentType data' },
  Bundle: { '[]': 'entry', s: 'type timestamp' },
  Condition: {
    '[]': 'identifier category bodySite',
    o: 'clinicalStatus verificationStatus severity code recorder asserter',
    s: 'onsetDateTime onsetString abatementDateTime abatementString recordedDate',
  },
  Coverage: {
    '[]': 'identifier payor class',
    o: 'type beneficiary relationship period',
    s: 'status subscriberId dependent',
  },
  DiagnosticReport: {
    '[]': 'identifier basedOn category performer specimen result presentedForm',
    o: 'code effectivePeriod',
    s: 'status effectiveDateTime issued conclusion',
  },
  DocumentReference: {
    '[]': 'identifier category author content',
    o: 'type masterIdentifier context',
    s: 'status date description',
  },
  Encounter: {
    '[]': 'identifier type participant reasonCode location',
    o: 'class serviceType period hospitalization serviceProvider',
    s: 'status',
  },
  Flag: { '[]': 'identifier category', o: 'code period author', s: 'status' },
  Location: { '[]': 'identifier', o: 'physicalType partOf', s: 'name description' },
  Medication: { '[]': 'identifier ingredient', o: 'code form', s: 'status' },
  MedicationAdministration: {
    '[]': 'identifier statusReason performer',
    o: 'category medicationCodeableConcept medicationReference effectivePeriod request dosage',
    s: 'status effectiveDateTime',
  },
  MedicationRequest: {
    '[]': 'identifier basedOn category reasonCode dosageInstruction',
    o: 'medicationCodeableConcept medicationReference requester recorder groupIdentifier dispenseRequest',
    s: 'status intent authoredOn',
  },
  NutritionOrder: { '[]': 'identifier supplement', o: 'orderer oralDiet', s: 'status intent dateTime' },
  Observation: {
    '[]': 'identifier basedOn partOf category performer interpretation referenceRange hasMember component',
    o: 'code effectivePeriod valueQuantity valueCodeableConcept valueRatio valueRange dataAbsentReason bodySite method specimen',
    s: 'status effectiveDateTime issued valueString valueDateTime',
  },
  Organization: { '[]': 'identifier type telecom address', o: 'partOf', s: 'name' },
  Patient: {
    '[]': 'identifier name telecom address contact generalPractitioner',
    s: 'gender birthDate deceasedDateTime',
  },
  Practitioner: { '[]': 'identifier name' },
  Procedure: {
    '[]': 'identifier basedOn partOf performer bodySite report usedCode',
    o: 'category code performedPeriod',
    s: 'status performedDateTime',
  },
  Provenance: { '[]': 'target agent entity', o: 'activity', s: 'recorded occurredDateTime' },
  ServiceRequest: {
    '[]': 'identifier basedOn category orderDetail locationCode reasonCode supportingInfo specimen bodySite',
    o: 'requisition code occurrencePeriod occurrenceTiming requester',
    s: 'status intent priority occurrenceDateTime authoredOn',
  },
  Specimen: { '[]': 'identifier', o: 'accessionIdentifier type collection', s: 'status receivedTime' },
}

const KINDS: ReadonlyMap<string, ReadonlyMap<string, Kind>> = new Map(
  Object.entries(ELEMENTS).map(([type, byKind]) => [
    type,
    new Map([
      ...Object.entries(ANY),
      ...Object.entries(byKind).flatMap(([kind, names]) =>
        names.split(' ').map((name): [string, Kind] => [name, kind as Kind]),
      ),
    ]),
  ]),
)

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Takes out of a resource what has another shape than R4 gives it, its contained resources included. */
export function dropMisshapen(resource: JsonObject): { resource: JsonObject; dropped: string[] } {
  const type = String(resource['resourceType'])
  const kinds = KINDS.get(type) ?? new Map(Object.entries(ANY))
  const dropped: string[] = []
  const kept = Object.entries(resource).flatMap(([name, value]) => {
    const kind = kinds.get(name)
    if (kind !== undefined && !fits(value, kind)) {
      dropped.push(name)
      return []
    }
    return [[name, value] as const]
  })
  return { resource: Object.fromEntries(kept), dropped }
}

function fits(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case '[]':
      return Array.isArray(value) && value.every(isObject)
    case 's[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'o':
      return isObject(value)
    case 's':
      return typeof value === 'string'
  }
}
