/** What a survey counts and dates of a resource. */
import { institutionDate, institutionTime } from '#base'
import type { Booking } from '../format.ts'
import { childrenOf, type Json, list, object, text } from './json.ts'

/**
 * Kind of a record: the resource's type, and where one type holds several kinds which (`Observation:laboratory`,
 * `Encounter:IMP`, `DocumentReference:18842-5`).
 */
export function recordKind(resource: Json): string {
  const type = String(resource['resourceType'])
  const sort = sortOf(type, resource)
  return sort === undefined ? type : `${type}:${sort}`
}

function sortOf(type: string, resource: Json): string | undefined {
  if (type === 'Encounter') return text(object(resource['class'])?.['code'])
  if (type === 'DocumentReference' || type === 'Composition') return codesOf(resource['type'])[0]
  if (type !== 'Observation' && type !== 'DiagnosticReport') return undefined
  const codes = list(resource['category']).flatMap(codesOf)
  return codes.find((code) => code === 'laboratory' || code === 'vital-signs') ?? codes[0]
}

function codesOf(concept: unknown): string[] {
  return childrenOf(object(concept) ?? {}, 'coding').flatMap(({ code }) => text(code) ?? [])
}

/** Elements that say when care was given; a plan is no care. */
const DATES = [
  'effectiveDateTime',
  'effectivePeriod',
  'authoredOn',
  'performedDateTime',
  'performedPeriod',
  'occurrenceDateTime',
  'period',
  'date',
  'recordedDate',
  'issued',
] as const

/** `YYYY-MM-DD` in the institution's time, or '' where the resource has no such date or is only planned. */
export function careDateOf(resource: Json): string {
  if (resource['resourceType'] === 'Appointment' || resource['status'] === 'planned') return ''
  if (resource['resourceType'] === 'Patient' || resource['resourceType'] === 'Coverage') return ''
  for (const element of DATES) {
    const value = resource[element]
    const at = text(value) ?? text(object(value)?.['start'])
    if (at) return localDay(at)
  }
  return ''
}

function localDay(fhir: string): string {
  const ms = /T.*(Z|[+-]\d\d:\d\d)$/.test(fhir) ? Date.parse(fhir) : NaN
  const day = Number.isNaN(ms) ? fhir.slice(0, 10) : institutionDate(ms)
  return /^\d{4}-\d\d-\d\d$/.test(day) ? day : ''
}

const NOT_COMING = new Set(['cancelled', 'noshow', 'entered-in-error', 'fulfilled', 'finished'])

/** An appointment, or an encounter that is planned; undefined for anything else and for what was called off. */
export function bookingOf(resource: Json): Booking | undefined {
  const isAppointment = resource['resourceType'] === 'Appointment'
  const isPlanned = resource['resourceType'] === 'Encounter' && resource['status'] === 'planned'
  if ((!isAppointment && !isPlanned) || NOT_COMING.has(String(resource['status']))) return undefined
  const start = localMinute(text(resource['start']) ?? text(object(resource['period'])?.['start']))
  if (start === undefined) return undefined
  const words = text(resource['description']) ?? firstWords(resource['serviceType']) ?? firstWords(resource['type'])
  return { start, ...(words && { text: words }) }
}

function firstWords(value: unknown): string | undefined {
  const concept = object(Array.isArray(value) ? value[0] : value)
  return text(concept?.['text']) ?? childrenOf(concept ?? {}, 'coding').flatMap(({ display }) => text(display) ?? [])[0]
}

function localMinute(fhir: string | undefined): string | undefined {
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:\d\d)?)?$/.exec(fhir ?? '') ?? []
  if (day === undefined || time === undefined) return day
  if (zone === undefined) return `${day}T${time}`
  const ms = Date.parse(fhir!)
  if (Number.isNaN(ms)) return undefined
  const { hour, minute } = institutionTime(ms)
  return `${institutionDate(ms)}T${[hour, minute].map((part) => String(part).padStart(2, '0')).join(':')}`
}
