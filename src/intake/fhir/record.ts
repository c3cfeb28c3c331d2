/** What a survey counts and dates of a resource. */
import { institutionDate, institutionTime } from '#base'
import { type Encounter, isInpatient } from '#fhir'
import type { Booking, RecordVersion } from '../format.ts'
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

/** v3-ActCode: care at home. Its code is what tells it from a visit here. */
const HOME_CARE = '在宅（HH）'

/** An appointment, or a visit that is planned; undefined for anything else and for what was called off. */
export function bookingOf(resource: Json): Booking | undefined {
  const isAppointment = resource['resourceType'] === 'Appointment'
  if ((!isAppointment && !isPlannedVisit(resource)) || NOT_COMING.has(String(resource['status']))) return undefined
  const start = localMinute(text(resource['start']) ?? text(object(resource['period'])?.['start']))
  if (start === undefined) return undefined
  const [service, specialty] = [firstWords(resource['serviceType']), firstWords(resource['specialty'])]
  const department = specialty ?? service
  const words = [
    text(resource['description']),
    specialty === undefined ? undefined : service,
    firstWords(resource['type']) ?? firstWords(resource['appointmentType']),
    firstWords(resource['reasonCode']),
    text(object(resource['class'])?.['code']) === 'HH' ? HOME_CARE : undefined,
  ]
  const said = [...new Set(words.filter((one) => one !== undefined))].join(' ')
  return { start, ...(department && { department }), ...(said && { text: said }) }
}

/** Of a planned admission the stay tells. */
function isPlannedVisit(resource: Json): boolean {
  if (resource['resourceType'] !== 'Encounter' || resource['status'] !== 'planned') return false
  return !isInpatient({ class: (object(resource['class']) ?? {}) as Encounter['class'] })
}

/** Which record it is, where its server says both which and of when; only of those that lists are made of. */
export function versionOf(resource: Json): RecordVersion | undefined {
  if (resource['resourceType'] !== 'Appointment' && resource['resourceType'] !== 'Encounter') return undefined
  const changedMs = Date.parse(text(object(resource['meta'])?.['lastUpdated']) ?? '')
  const id = text(resource['id'])
  return id === undefined || Number.isNaN(changedMs) ? undefined : [`${resource['resourceType']}/${id}`, changedMs]
}

export function firstWords(value: unknown): string | undefined {
  const concept = object(Array.isArray(value) ? value[0] : value)
  return text(concept?.['text']) ?? childrenOf(concept ?? {}, 'coding').flatMap(({ display }) => text(display) ?? [])[0]
}

/** `YYYY-MM-DD` or with `Thh:mm`, in the institution's time. */
export function localMinute(fhir: string | undefined): string | undefined {
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:\d\d)?)?$/.exec(fhir ?? '') ?? []
  if (day === undefined || time === undefined) return day
  if (zone === undefined) return `${day}T${time}`
  const ms = Date.parse(fhir!)
  if (Number.isNaN(ms)) return undefined
  const { hour, minute } = institutionTime(ms)
  return `${institutionDate(ms)}T${[hour, minute].map((part) => String(part).padStart(2, '0')).join(':')}`
}
