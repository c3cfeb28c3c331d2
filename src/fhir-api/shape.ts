/** `_summary` and `_elements`: which elements of a resource are handed over. What is left out is said by the tag SUBSETTED. */
import type { Resource } from '#fhir'
import { Refusal } from './refusal.ts'

type Json = Readonly<Record<string, unknown>>

export interface Shape {
  /** `count` concerns searches alone: nothing but the number. */
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false'
  /** Names of elements of the resource itself. */
  readonly elements?: ReadonlySet<string>
}

/** R4's definitions: elements of a summary, then those without which the rest may be misread (mandatory, modifiers). */
const OF_TYPE: Readonly<Record<string, readonly [summary: string, needed: string]>> = {
  AllergyIntolerance: [
    'identifier clinicalStatus verificationStatus type category criticality code patient asserter',
    'clinicalStatus verificationStatus patient',
  ],
  Appointment: [
    'identifier status cancelationReason serviceCategory serviceType specialty appointmentType reasonCode start end',
    'status participant',
  ],
  Condition: [
    'identifier clinicalStatus verificationStatus code bodySite subject encounter onset[x] recordedDate recorder asserter',
    'clinicalStatus verificationStatus subject',
  ],
  Coverage: [
    'identifier status type policyHolder subscriber subscriberId beneficiary dependent period payor order network',
    'status beneficiary payor',
  ],
  DiagnosticReport: [
    'identifier status category code subject encounter effective[x] issued performer resultsInterpreter media',
    'status code',
  ],
  DocumentReference: [
    'masterIdentifier identifier status docStatus type category subject date author relatesTo description securityLabel content context',
    'status content',
  ],
  Encounter: [
    'identifier status class type serviceType subject episodeOfCare participant appointment reasonCode reasonReference diagnosis',
    'status class',
  ],
  Flag: ['identifier status category code subject period encounter author', 'status code subject'],
  MedicationAdministration: [
    'instantiates partOf status medication[x] subject effective[x] performer',
    'status medication[x] subject effective[x]',
  ],
  MedicationRequest: [
    'status intent priority doNotPerform reported[x] medication[x] subject authoredOn requester performerType instantiatesCanonical instantiatesUri basedOn groupIdentifier',
    'status intent doNotPerform medication[x] subject',
  ],
  NutritionOrder: [
    'instantiatesCanonical instantiatesUri status intent patient dateTime orderer',
    'status intent patient dateTime',
  ],
  Observation: [
    'identifier basedOn partOf status code subject focus encounter effective[x] issued performer value[x] hasMember derivedFrom component',
    'status code',
  ],
  Patient: [
    'identifier active name telecom gender birthDate deceased[x] address managingOrganization link',
    'active deceased[x] link',
  ],
  Procedure: [
    'identifier instantiatesCanonical instantiatesUri basedOn partOf status statusReason category code subject encounter performed[x] recorder asserter performer location reasonCode reasonReference bodySite outcome',
    'status subject',
  ],
  ServiceRequest: [
    'identifier instantiatesCanonical instantiatesUri basedOn replaces requisition status intent category priority doNotPerform code orderDetail quantity[x] subject encounter occurrence[x] asNeeded[x] authoredOn requester performerType performer locationCode locationReference reasonCode reasonReference specimen bodySite patientInstruction',
    'status intent doNotPerform subject',
  ],
  Specimen: ['identifier accessionIdentifier status type subject receivedTime condition', 'status'],
}
/** In every answer; whose a record is among it, whatever R4 allows. */
const ALWAYS: ReadonlySet<string> = new Set(
  'resourceType id meta implicitRules modifierExtension subject patient beneficiary'.split(' '),
)
const VALUES = ['true', 'text', 'data', 'count', 'false'] as const

/** @throws Refusal where a value is none of R4's, or both are asked for */
export function shapeOf(summary: string | undefined, elements: string | undefined): Shape {
  const known = VALUES.find((one) => one === (summary ?? 'false'))
  if (!known) throw new Refusal('value', '_summary')
  if (elements === undefined) return { summary: known }
  const names = elements.split(',').map((name) => name.trim())
  if (known !== 'false' || names.some((name) => !/^[a-zA-Z]{1,60}$/.test(name))) throw new Refusal('value', '_elements')
  return { summary: known, elements: new Set(names) }
}

/** The same resource where nothing is to be left out. */
export function shaped<T extends Resource>(resource: T, { summary, elements }: Shape): T {
  if (!elements && (summary === 'false' || summary === 'count')) return resource
  const [inSummary, needed] = OF_TYPE[resource.resourceType] ?? ['', '']
  if (summary === 'data') return subset(resource, (name) => name !== 'text')
  const wanted = namesIn(elements ? [...elements].join(' ') : summary === 'text' ? 'text' : inSummary)
  const must = namesIn(needed)
  return subset(resource, (name) => ALWAYS.has(name) || wanted(name) || must(name))
}

/** `value[x]` is any of its types (`valueQuantity`) and itself (`value`); `_birthDate` goes with `birthDate`. */
function namesIn(list: string): (name: string) => boolean {
  const patterns = list
    .split(' ')
    .filter(Boolean)
    .map((name) => (name.endsWith('[x]') ? `${name.slice(0, -3)}([A-Z]\\w*)?` : name))
  const pattern = new RegExp(`^_?(${patterns.join('|')})$`)
  return (name) => pattern.test(name)
}

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

function subset<T extends Resource>(resource: T, keep: (name: string) => boolean): T {
  const kept = Object.fromEntries(Object.entries(resource).filter(([name]) => keep(name)))
  // What a kept element points into comes with it: the drugs of a mixture.
  const { contained, meta } = resource as { contained?: object[]; meta?: { tag?: Json[] } }
  const points = contained && !kept['contained'] && JSON.stringify(kept).includes('"reference":"#')
  const tags = (meta?.tag ?? []).filter(({ code }) => code !== SUBSETTED.code)
  return { ...kept, ...(points && { contained }), meta: { ...meta, tag: [...tags, SUBSETTED] } } as T
}
