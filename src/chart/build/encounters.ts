/** Visits, stays and moves as recorded, and where the patient was when the backup began. */
import { addDays } from '#base'
import { currentPlace, EXTENSION, findExtension, isInpatient, placeLevel, stayMoments } from '#fhir'
import type { Encounter as FhirEncounter, Location, Resource } from '#fhir'
import type { DateText } from '../model.ts'
import type { Encounter, EncounterEvent, Stay } from '../model-clinical.ts'
import { replayStay } from '../stay.ts'
import { allWords, dateOf, defined, departmentOf, itemOf, newestFirst, ofType, words, type References } from './read.ts'

/** HL7 table 0003 (trigger events). A08 and A23 only carry the patient's data. Cancellations change nothing by themselves. */
const EVENTS: Readonly<Record<string, EncounterEvent | 'none'>> = {
  A08: 'none',
  A23: 'none',
  A04: 'outpatient',
  A01: 'admission',
  A02: 'transfer',
  A03: 'discharge',
  A21: 'leave',
  A22: 'return',
  A14: 'admission-planned',
  A15: 'transfer-planned',
  A16: 'discharge-planned',
  A54: 'doctor-change',
  A11: 'cancelled',
  A12: 'cancelled',
  A13: 'cancelled',
  A25: 'cancelled',
  A26: 'cancelled',
  A27: 'cancelled',
  A52: 'cancelled',
  A53: 'cancelled',
  A55: 'cancelled',
}
/** All events, newest first; those without a date last. */
export function encountersOf(resources: readonly Resource[], references: References): Encounter[] {
  const found = ofType(resources, 'Encounter').flatMap((resource) => eventsIn(resource, references))
  return newestFirst(found, ({ at }) => at)
}

/** A record of HL7 is one event; an encounter of a FHIR server may tell a whole stay. */
function eventsIn(resource: FhirEncounter, references: References): Encounter[] {
  if (resource.status === 'entered-in-error') return []
  const codes = (resource.type ?? []).flatMap(({ coding }) => coding ?? []).map(({ code = '' }) => code)
  const known = codes.map((code) => EVENTS[code]).find(Boolean)
  if (known === 'none') return []
  if (known) return [encounter(resource, known, timeOf(resource, known), references)]
  if (resource.status === 'cancelled')
    return [encounter(resource, 'cancelled', timeOf(resource, 'cancelled'), references)]
  if (isInpatient(resource))
    return stayMoments(resource).map(({ event, at }) => encounter(resource, event, dateOf(at), references))
  // A visit to come is a booking.
  if (resource.status === 'planned') return []
  return [encounter(resource, 'outpatient', timeOf(resource, 'outpatient'), references)]
}

function encounter(
  resource: FhirEncounter,
  event: EncounterEvent,
  at: DateText | undefined,
  references: References,
): Encounter {
  return defined<Encounter>({
    ...itemOf(resource),
    event,
    at,
    ...placeOf(resource, event, references),
    department: words(resource.serviceType) ?? departmentOf(resource),
    doctor: doctorOf(resource, references),
    text: textOf(resource, event),
  })
}

function timeOf(resource: FhirEncounter, event: EncounterEvent): DateText | undefined {
  const happened = findExtension(resource, EXTENSION.eventTime)?.valueDateTime
  const { start, end } = resource.period ?? {}
  if (event === 'discharge' || event === 'discharge-planned') return dateOf(end ?? happened)
  if (event === 'admission' || event === 'outpatient' || event === 'admission-planned') return dateOf(start ?? happened)
  return dateOf(happened ?? start)
}

/** The place of the event: for plans the one to be, else the one that is not the former. */
function placeOf(
  resource: FhirEncounter,
  event: EncounterEvent,
  references: References,
): Pick<Encounter, 'ward' | 'room' | 'bed'> {
  const places = (resource.location ?? []).filter(({ location }) => !findExtension(location, EXTENSION.formerPlace))
  const wanted = event.endsWith('-planned') ? places.find(({ status }) => status === 'planned') : undefined
  const chosen = wanted ?? currentPlace({ location: places })
  if (!chosen) return {}
  const levels = chainOf(references.find(chosen.location, resource), resource, references)
  const named = defined<Pick<Encounter, 'ward' | 'room' | 'bed'>>(namesByLevel(levels))
  // A place whose kind nobody wrote: its name alone.
  if (Object.keys(named).length === 0) return defined({ ward: levels[0]?.name ?? chosen.location.display })
  return named
}

function chainOf(start: Resource | undefined, from: Resource, references: References): Location[] {
  const chain: Location[] = []
  let at = start
  // A chain that points to itself must end.
  while (at?.resourceType === 'Location' && chain.length < 6) {
    chain.push(at)
    at = references.find(at.partOf, from)
  }
  return chain
}

function namesByLevel(levels: readonly Location[]): { [K in 'ward' | 'room' | 'bed']: string | undefined } {
  const named = (level: 'ward' | 'room' | 'bed') =>
    levels.find(({ physicalType, name }) => name && placeLevel(physicalType) === level)?.name
  return { ward: named('ward'), room: named('room'), bed: named('bed') }
}

function doctorOf(resource: FhirEncounter, references: References): string | undefined {
  const attending = (resource.participant ?? []).find(({ type }) =>
    type?.some((t) => t.coding?.some(({ code }) => code === 'ATND')),
  )
  return references.name((attending ?? resource.participant?.[0])?.individual, resource)
}

function textOf(resource: FhirEncounter, event: EncounterEvent): string | undefined {
  const parts = [
    event === 'cancelled' ? allWords(resource.type) : undefined,
    event === 'admission' ? undefined : words(resource.hospitalization?.dischargeDisposition),
    allWords(resource.reasonCode),
  ]
  return parts.filter(Boolean).join(' ／ ') || undefined
}

/**
 * The moment from which {@link stayOf} says something else of the same records, by time alone: the next event that is dated
 * later than `asOf`, or the end of the day that something is planned for. Undefined: never.
 */
export function stayHoldsUntil(encounters: readonly Encounter[], asOf: DateText): DateText | undefined {
  const today = asOf.slice(0, 10)
  const changes = encounters.flatMap(({ event, at, origin }) => {
    const time = at ?? origin.recordedAt ?? ''
    if (time > asOf.slice(0, time.length)) return [time]
    return event.endsWith('-planned') && at !== undefined && at >= today ? [addDays(today, 1)] : []
  })
  return changes.toSorted()[0]
}

/** Where the patient was at `asOf`, by the records: a discharge that never reached the storage leaves a patient in hospital. */
export function stayOf(encounters: readonly Encounter[], asOf: DateText): Stay {
  // An event without a time of its own counts from when it was recorded: a discharge must not be overlooked.
  const timed = encounters.map((e) => ({ ...e, at: e.at ?? e.origin.recordedAt ?? '' }))
  const planned = encounters.filter(
    ({ event, at }) => event.endsWith('-planned') && (at === undefined || at >= asOf.slice(0, 10)),
  )
  const stay = replayStay(timed.toReversed(), asOf)
  if (!stay) return { inHospital: false, onLeave: false, moves: [], planned }
  return defined<Stay>({
    ...stay.now,
    inHospital: true,
    moves: stay.moves.toReversed(),
    planned,
    origin: stay.placedBy?.origin,
  })
}
