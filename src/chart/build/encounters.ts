/** Visits, stays and moves as recorded, and where the patient was when the backup began. */
import { EXTENSION, findExtension } from '#fhir'
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
  const found = ofType(resources, 'Encounter').flatMap((resource) => encounter(resource, references) ?? [])
  return newestFirst(found, ({ at }) => at)
}

function encounter(resource: FhirEncounter, references: References): Encounter | undefined {
  const event = eventOf(resource)
  if (event === 'none' || resource.status === 'entered-in-error') return undefined
  const place = placeOf(resource, event, references)
  return defined<Encounter>({
    ...itemOf(resource),
    event,
    at: timeOf(resource, event),
    ...place,
    department: words(resource.serviceType) ?? departmentOf(resource),
    doctor: doctorOf(resource, references),
    text: textOf(resource, event),
  })
}

function eventOf(resource: FhirEncounter): EncounterEvent | 'none' {
  const codes = (resource.type ?? []).flatMap(({ coding }) => coding ?? []).map(({ code = '' }) => code)
  const known = codes.map((code) => EVENTS[code]).find(Boolean)
  if (known) return known
  // A source without HL7 events: one resource is a whole visit or stay.
  if (resource.status === 'planned') return 'admission-planned'
  if (resource.status === 'cancelled') return 'cancelled'
  const inpatient = resource.class.code === 'IMP' || resource.class.code === 'ACUTE'
  if (!inpatient) return 'outpatient'
  return resource.status === 'finished' ? 'discharge' : 'admission'
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
  const chosen = wanted ?? places.find(({ status }) => status !== 'planned') ?? places[0]
  if (!chosen) return {}
  const levels = chainOf(references.find(chosen.location, resource), resource, references)
  return levels.length > 0 ? defined(namesByLevel(levels)) : defined({ ward: chosen.location.display })
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
  const named = (...types: readonly string[]) =>
    levels.find(({ physicalType }) => physicalType?.coding?.some(({ code }) => types.includes(code ?? '')))?.name
  return { ward: named('wa', 'area'), room: named('ro'), bed: named('bd') }
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
    words(resource.hospitalization?.dischargeDisposition),
    allWords(resource.reasonCode),
  ]
  return parts.filter(Boolean).join(' ／ ') || undefined
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
