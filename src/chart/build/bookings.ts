/** What is arranged: appointments of a FHIR server or an appointment list, and visits that are planned. */
import type { Appointment, Encounter, Resource } from '#fhir'
import type { ClinicalDocument } from '../model-clinical.ts'
import { allWords, dateOf, defined, departmentOf, itemOf, ofType, words, type References } from './read.ts'

/** What was called off or missed stays visible, with that word. */
const STANDS: ReadonlySet<string> = new Set(['proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled'])

export function bookingsOf(resources: readonly Resource[], references: References): ClinicalDocument[] {
  const visits = ofType(resources, 'Encounter').filter(({ status }) => status === 'planned')
  const appointments = ofType(resources, 'Appointment').filter(({ status }) => status !== 'entered-in-error')
  return [
    ...appointments.map((one) => appointment(one, references)),
    ...visits.map((visit) => plannedVisit(visit, references)),
  ]
}

function appointment(resource: Appointment, references: References): ClinicalDocument {
  const { description, comment, status } = resource
  const with_ = resource.participant.flatMap(({ actor }) =>
    /Practitioner/.test(actor?.reference ?? '') ? (references.name(actor, resource) ?? []) : [],
  )
  return defined<ClinicalDocument>({
    ...itemOf(resource),
    kind: 'booking',
    title: [allWords(resource.serviceType), description].filter(Boolean).join(' '),
    at: dateOf(resource.start),
    author: with_.join('、') || undefined,
    files: [],
    status: STANDS.has(status) ? undefined : status,
    text: comment,
  })
}

function plannedVisit(resource: Encounter, references: References): ClinicalDocument {
  return defined<ClinicalDocument>({
    ...itemOf(resource),
    kind: 'booking',
    title: allWords(resource.type) ?? resource.class.display ?? '',
    at: dateOf(resource.period?.start),
    department: words(resource.serviceType) ?? departmentOf(resource),
    author: references.name(resource.participant?.[0]?.individual, resource),
    files: [],
  })
}
