/** Which search parameters each type has (R4's names) and what of a resource they look at. */
import { sameSystem } from '#fhir'
import { type DateRange, dateRange, dateTest } from './date-range.ts'
import type { Condition } from './query.ts'
import { Refusal } from './refusal.ts'

type Json = Readonly<Record<string, unknown>>
interface Parameter {
  readonly type: 'token' | 'date' | 'reference'
  /** Elements, as `meta.tag` from the resource down; lists are gone through. */
  readonly paths: readonly string[]
  /** Of a reference: types that it leads to. */
  readonly targets?: readonly string[]
}
interface ReferenceParameter extends Parameter {
  readonly targets: readonly string[]
}

const token = (...paths: readonly string[]): Parameter => ({ type: 'token', paths })
const date = (...paths: readonly string[]): Parameter => ({ type: 'date', paths })

const reference = (targets: string, ...paths: readonly string[]): ReferenceParameter => ({
  type: 'reference',
  paths,
  targets: targets.split(' '),
})

/** R4 names the patient differently from type to type. */
const SUBJECT = { patient: reference('Patient', 'subject'), subject: reference('Patient', 'subject') }
const PATIENT = { patient: reference('Patient', 'patient') }
const ENCOUNTER = { encounter: reference('Encounter', 'encounter') }
const ORDER = { 'based-on': reference('ServiceRequest MedicationRequest', 'basedOn') }

const EVERY = {
  _lastUpdated: date('meta.lastUpdated'),
  _tag: token('meta.tag'),
  _security: token('meta.security'),
  identifier: token('identifier'),
}
const DRUG = token('medicationCodeableConcept', 'contained.code', 'contained.ingredient.itemCodeableConcept')

const OF_TYPE = {
  AllergyIntolerance: {
    ...PATIENT,
    category: token('category'),
    code: token('code'),
    'clinical-status': token('clinicalStatus'),
    'verification-status': token('verificationStatus'),
    date: date('recordedDate'),
    onset: date('onsetDateTime'),
  },
  Appointment: {
    patient: reference('Patient', 'participant.actor'),
    date: date('start'),
    status: token('status'),
    'service-type': token('serviceType'),
  },
  Condition: {
    ...SUBJECT,
    ...ENCOUNTER,
    category: token('category'),
    code: token('code'),
    'clinical-status': token('clinicalStatus'),
    'verification-status': token('verificationStatus'),
    'onset-date': date('onsetDateTime'),
    'abatement-date': date('abatementDateTime'),
    'recorded-date': date('recordedDate'),
  },
  Coverage: {
    patient: reference('Patient', 'beneficiary'),
    beneficiary: reference('Patient', 'beneficiary'),
    type: token('type'),
    status: token('status'),
  },
  DiagnosticReport: {
    ...SUBJECT,
    ...ENCOUNTER,
    ...ORDER,
    specimen: reference('Specimen', 'specimen'),
    result: reference('Observation', 'result'),
    category: token('category'),
    code: token('code'),
    date: date('effectiveDateTime', 'effectivePeriod'),
    issued: date('issued'),
    status: token('status'),
  },
  DocumentReference: {
    ...SUBJECT,
    encounter: reference('Encounter', 'context.encounter'),
    related: reference(
      'ServiceRequest DiagnosticReport Observation Procedure MedicationRequest DocumentReference',
      'context.related',
    ),
    category: token('category'),
    type: token('type'),
    date: date('date'),
    period: date('context.period'),
    status: token('status'),
  },
  Encounter: {
    ...SUBJECT,
    class: token('class'),
    type: token('type'),
    date: date('period'),
    status: token('status'),
  },
  Flag: { ...SUBJECT, ...ENCOUNTER, date: date('period') },
  MedicationAdministration: {
    ...SUBJECT,
    context: reference('Encounter', 'context'),
    request: reference('MedicationRequest', 'request'),
    code: DRUG,
    'effective-time': date('effectiveDateTime', 'effectivePeriod'),
    status: token('status'),
  },
  MedicationRequest: {
    ...SUBJECT,
    ...ENCOUNTER,
    code: DRUG,
    authoredon: date('authoredOn'),
    status: token('status'),
    intent: token('intent'),
    category: token('category'),
  },
  NutritionOrder: {
    ...PATIENT,
    ...ENCOUNTER,
    datetime: date('dateTime'),
    status: token('status'),
    oraldiet: token('oralDiet.type'),
  },
  Observation: {
    ...SUBJECT,
    ...ENCOUNTER,
    ...ORDER,
    specimen: reference('Specimen', 'specimen'),
    'has-member': reference('Observation', 'hasMember'),
    'part-of': reference('Procedure MedicationAdministration', 'partOf'),
    category: token('category'),
    code: token('code'),
    date: date('effectiveDateTime', 'effectivePeriod'),
    status: token('status'),
  },
  Procedure: {
    ...SUBJECT,
    ...ENCOUNTER,
    'based-on': reference('ServiceRequest', 'basedOn'),
    'part-of': reference('Procedure Observation MedicationAdministration', 'partOf'),
    category: token('category'),
    code: token('code'),
    date: date('performedDateTime', 'performedPeriod'),
    status: token('status'),
  },
  ServiceRequest: {
    ...SUBJECT,
    ...ENCOUNTER,
    'based-on': reference('ServiceRequest MedicationRequest', 'basedOn'),
    specimen: reference('Specimen', 'specimen'),
    category: token('category'),
    code: token('code', 'orderDetail'),
    authored: date('authoredOn'),
    occurrence: date('occurrenceDateTime', 'occurrencePeriod'),
    status: token('status'),
    intent: token('intent'),
  },
  Specimen: {
    ...SUBJECT,
    type: token('type'),
    collected: date('collection.collectedDateTime'),
    status: token('status'),
  },
} as const satisfies Record<string, Readonly<Record<string, Parameter>>>

/** Types that are searched and read by the patient whose they are. */
export type ClinicalType = keyof typeof OF_TYPE
export const CLINICAL_TYPES = Object.keys(OF_TYPE) as readonly ClinicalType[]
export const isClinicalType = (type: string): type is ClinicalType => Object.hasOwn(OF_TYPE, type)

export function parametersOf(type: ClinicalType): Readonly<Record<string, Parameter>> {
  return { ...OF_TYPE[type], ...EVERY }
}

/** The type's references by the name of their parameter. */
export function referencesOf(type: ClinicalType): Readonly<Record<string, ReferenceParameter>> {
  const all = Object.entries<Parameter>(OF_TYPE[type])
  return Object.fromEntries(all.filter((one): one is [string, ReferenceParameter] => one[1].targets !== undefined))
}

/** What a record points to by this parameter, as `Type/id`. */
export function referencesIn(type: ClinicalType, name: string, resource: object): string[] {
  return elements(resource as Json, referencesOf(type)[name]?.paths ?? []).flatMap((value) => {
    const written = (value as Json)['reference']
    return typeof written === 'string' ? written : []
  })
}

/** Whether the parameter names the one patient. */
export function namesPatient(type: ClinicalType, name: string): boolean {
  return Object.hasOwn(referencesOf(type), name) && referencesOf(type)[name]!.targets.join() === 'Patient'
}

/** Resources that fulfil the conditions, all of them the type's own. @throws Refusal for a value that cannot be read */
export function matching(type: ClinicalType, conditions: readonly Condition[]): (resource: object) => boolean {
  const tests = conditions.map((condition) => testOf(type, condition))
  return (resource) => tests.every((test) => test(resource as Json))
}

function testOf(type: ClinicalType, { name, values }: Condition): (resource: Json) => boolean {
  const parameter = parametersOf(type)[name]!
  if (parameter.type === 'token') {
    const tests = values.map(tokenTest)
    return (resource) => elements(resource, parameter.paths).some((value) => tests.some((test) => test(value)))
  }
  if (parameter.type === 'reference') {
    const wanted = values.map((value) => (value.includes('/') ? value.split('/').slice(-2).join('/') : `/${value}`))
    return (resource) => referencesIn(type, name, resource).some((one) => wanted.some((text) => one.endsWith(text)))
  }
  const tests = values.map((value) => dateTest(value) ?? refuse(name))
  return (resource) => ranges(resource, parameter.paths).some((range) => tests.some((test) => test(range)))
}

function refuse(name: string): never {
  throw new Refusal('value', name)
}

/** `code`, `system|code`, `|code`, `system|`; systems under any of their names. */
function tokenTest(text: string): (value: unknown) => boolean {
  const at = text.indexOf('|')
  const [system, code] = at === -1 ? [undefined, text] : [text.slice(0, at), text.slice(at + 1)]
  const fits = (itsSystem: unknown, itsCode: unknown) =>
    (code === '' || itsCode === code) &&
    (system === undefined ||
      (system === '' ? itsSystem === undefined : typeof itsSystem === 'string' && sameSystem(itsSystem, system)))
  const test = (value: unknown): boolean => {
    if (typeof value === 'string') return system === undefined && value === code
    if (typeof value !== 'object' || value === null) return false
    const { coding, system: own, code: ownCode, value: identifier } = value as Json
    if (Array.isArray(coding)) return coding.some(test)
    return fits(own, ownCode ?? identifier)
  }
  return test
}

function elements(resource: Json, paths: readonly string[]): unknown[] {
  return paths.flatMap((path) => path.split('.').reduce<unknown[]>(below, [resource]))
}

const below = (values: readonly unknown[], name: string): unknown[] =>
  values.flatMap((value) => (value as Json | null)?.[name] ?? [])

function ranges(resource: Json, paths: readonly string[]): DateRange[] {
  return elements(resource, paths).flatMap((value) => {
    if (typeof value === 'string') return dateRange(value) ?? []
    const { start, end } = value as { start?: string; end?: string }
    const [first, last] = [start, end].map((text) => (text === undefined ? undefined : dateRange(text)))
    if (!first && !last) return []
    return { start: first?.start ?? -Infinity, end: last?.end ?? Infinity }
  })
}

export function isSortable(type: ClinicalType, name: string): boolean {
  const known = parametersOf(type)
  return Object.hasOwn(known, name) && known[name]!.type === 'date'
}

/** By the type's dates or `_lastUpdated` (`isSortable`); what has no date comes last either way. */
export function sorted<T extends object>(type: ClinicalType, resources: readonly T[], sort: readonly string[]): T[] {
  const known = parametersOf(type)
  const keys = sort.map((written) => ({
    paths: known[written.replace(/^-/, '')]?.paths ?? [],
    down: written.startsWith('-'),
  }))
  const dated = resources.map((resource) => ({
    resource,
    at: keys.map(({ paths }) => ranges(resource as Json, paths)[0]?.start),
  }))
  return dated
    .toSorted((a, b) => {
      for (const [i, { down }] of keys.entries()) {
        const [left, right] = [a.at[i], b.at[i]]
        if (left === right) continue
        if (left === undefined || right === undefined) return left === undefined ? 1 : -1
        return down ? right - left : left - right
      }
      return 0
    })
    .map(({ resource }) => resource)
}
