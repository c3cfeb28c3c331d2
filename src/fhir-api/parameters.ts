/** Which search parameters each type has (R4's names) and what of a resource they look at. */
import { sameSystem } from '#fhir'
import { type DateRange, dateRange, dateTest } from './date-range.ts'
import type { Condition } from './query.ts'
import { Refusal } from './refusal.ts'

type Json = Readonly<Record<string, unknown>>
interface Parameter {
  readonly type: 'token' | 'date'
  /** Elements, as `meta.tag` from the resource down; lists are gone through. */
  readonly paths: readonly string[]
}

const token = (...paths: readonly string[]): Parameter => ({ type: 'token', paths })
const date = (...paths: readonly string[]): Parameter => ({ type: 'date', paths })

const EVERY = {
  _lastUpdated: date('meta.lastUpdated'),
  _tag: token('meta.tag'),
  _security: token('meta.security'),
  identifier: token('identifier'),
}
const DRUG = token('medicationCodeableConcept', 'contained.code', 'contained.ingredient.itemCodeableConcept')

const OF_TYPE = {
  AllergyIntolerance: {
    category: token('category'),
    code: token('code'),
    'clinical-status': token('clinicalStatus'),
    'verification-status': token('verificationStatus'),
    date: date('recordedDate'),
    onset: date('onsetDateTime'),
  },
  Appointment: { date: date('start'), status: token('status'), 'service-type': token('serviceType') },
  Condition: {
    category: token('category'),
    code: token('code'),
    'clinical-status': token('clinicalStatus'),
    'verification-status': token('verificationStatus'),
    'onset-date': date('onsetDateTime'),
    'abatement-date': date('abatementDateTime'),
    'recorded-date': date('recordedDate'),
  },
  Coverage: { type: token('type'), status: token('status') },
  DiagnosticReport: {
    category: token('category'),
    code: token('code'),
    date: date('effectiveDateTime', 'effectivePeriod'),
    issued: date('issued'),
    status: token('status'),
  },
  DocumentReference: {
    category: token('category'),
    type: token('type'),
    date: date('date'),
    period: date('context.period'),
    status: token('status'),
  },
  Encounter: {
    class: token('class'),
    type: token('type'),
    date: date('period'),
    status: token('status'),
  },
  Flag: { date: date('period') },
  MedicationAdministration: {
    code: DRUG,
    'effective-time': date('effectiveDateTime', 'effectivePeriod'),
    status: token('status'),
  },
  MedicationRequest: {
    code: DRUG,
    authoredon: date('authoredOn'),
    status: token('status'),
    intent: token('intent'),
    category: token('category'),
  },
  NutritionOrder: { datetime: date('dateTime'), status: token('status'), oraldiet: token('oralDiet.type') },
  Observation: {
    category: token('category'),
    code: token('code'),
    date: date('effectiveDateTime', 'effectivePeriod'),
    status: token('status'),
  },
  Procedure: {
    category: token('category'),
    code: token('code'),
    date: date('performedDateTime', 'performedPeriod'),
    status: token('status'),
  },
  ServiceRequest: {
    category: token('category'),
    code: token('code', 'orderDetail'),
    authored: date('authoredOn'),
    occurrence: date('occurrenceDateTime', 'occurrencePeriod'),
    status: token('status'),
    intent: token('intent'),
  },
  Specimen: { type: token('type'), collected: date('collection.collectedDateTime'), status: token('status') },
} as const satisfies Record<string, Readonly<Record<string, Parameter>>>

/** Types that are searched and read by the patient whose they are. */
export type ClinicalType = keyof typeof OF_TYPE
export const CLINICAL_TYPES = Object.keys(OF_TYPE) as readonly ClinicalType[]
export const isClinicalType = (type: string): type is ClinicalType => Object.hasOwn(OF_TYPE, type)

export function parametersOf(type: ClinicalType): Readonly<Record<string, Parameter>> {
  return { ...OF_TYPE[type], ...EVERY }
}

/** Resources that fulfil the conditions. @throws Refusal for a condition that the type has not */
export function matching(type: ClinicalType, conditions: readonly Condition[]): (resource: object) => boolean {
  const tests = conditions.map((condition) => testOf(type, condition))
  return (resource) => tests.every((test) => test(resource as Json))
}

function testOf(type: ClinicalType, { name, modifier, values }: Condition): (resource: Json) => boolean {
  const known = parametersOf(type)
  const parameter = Object.hasOwn(known, name) ? known[name] : undefined
  if (!parameter || modifier !== '') throw new Refusal('parameter', modifier ? `${name}:${modifier}` : name)
  if (parameter.type === 'token') {
    const tests = values.map(tokenTest)
    return (resource) => elements(resource, parameter.paths).some((value) => tests.some((test) => test(value)))
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

/** By the type's dates or `_lastUpdated`; what has no date comes last either way. @throws Refusal */
export function sorted<T extends object>(type: ClinicalType, resources: readonly T[], sort: readonly string[]): T[] {
  const known = parametersOf(type)
  const keys = sort.map((written) => {
    const name = written.replace(/^-/, '')
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined
    if (parameter?.type !== 'date') throw new Refusal('parameter', `_sort=${name}`)
    return { paths: parameter.paths, down: written.startsWith('-') }
  })
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
