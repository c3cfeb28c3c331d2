/** What a survey keeps of stays in hospital: when, and by which names the places are called, whose records may lie elsewhere. */
import {
  canonicalSystem,
  currentPlace,
  dropMisshapen,
  type Encounter,
  isInpatient,
  placeLevel,
  type Location,
  type Practitioner,
  type Reference,
  stayMoments,
} from '#fhir'
import type { CalledRecord, SurveyedStay } from '../format.ts'
import { childrenOf, type Json, object, text } from './json.ts'
import { sharedNames } from './patient-names.ts'
import { firstWords, localMinute } from './record.ts'

/** Empty for anything but an encounter in hospital. */
export function staysOf(resource: Json): SurveyedStay[] {
  if (resource['resourceType'] !== 'Encounter') return []
  const encounter = dropMisshapen(resource).resource as unknown as Encounter
  if (!isInpatient(encounter)) return []
  const at = currentPlace(encounter)?.location
  const doctor = doctorOf(resource)
  const said = {
    ...named('department', firstWords(resource['serviceType'])),
    ...named('placeText', text(at?.display)),
    ...named('doctor', text(doctor?.['display'])),
    ...list('place', namesOf(at, resource)),
    ...list('doctorNames', doctor && !text(doctor['display']) ? namesOf(doctor, resource) : []),
  }
  // A moment without a time of its own counts from when it was recorded, as in the chart.
  const recorded = localMinute(text(object(resource['meta'])?.['lastUpdated']))
  return stayMoments(encounter).flatMap((moment) => {
    const time = localMinute(text(moment.at)) ?? recorded
    return time === undefined ? [] : [{ event: moment.event, at: time, ...said }]
  })
}

/** Places and people by what they are called; undefined for all else. */
export function calledRecords(resource: Json, fullUrl?: string): CalledRecord[] {
  const inside = childrenOf(resource, 'contained').flatMap((inner) =>
    called(inner, containedNames(inner, resource), resource),
  )
  return [...called(resource, sharedNames(resource, fullUrl), resource), ...inside]
}

function called(resource: Json, names: string[], owner: Json): CalledRecord[] {
  if (names.length === 0) return []
  const plain = dropMisshapen(resource).resource as unknown as Location | Practitioner
  if (plain.resourceType === 'Practitioner') return [{ names, ...named('label', text(plain.name?.[0]?.text)) }]
  if (plain.resourceType !== 'Location') return []
  const level = placeLevel(plain.physicalType)
  return [
    {
      names,
      ...named('label', text(plain.name)),
      ...(level && { level }),
      ...list('within', namesOf(plain.partOf, owner)),
    },
  ]
}

/** The attending doctor, else whoever is named first. */
function doctorOf(encounter: Json): Json | undefined {
  const people = childrenOf(encounter, 'participant')
  const attending = people.find((one) =>
    childrenOf(one, 'type').some((type) => childrenOf(type, 'coding').some(({ code }) => code === 'ATND')),
  )
  return object((attending ?? people[0])?.['individual'])
}

/** Every name that a reference calls its target by. */
function namesOf(reference: Reference | Json | undefined, owner: Json): string[] {
  const { reference: url, identifier } = (reference ?? {}) as Json
  if (typeof url === 'string') {
    if (url.startsWith('#')) return containedNames({ id: url.slice(1) }, owner)
    const plain = url.replace(/\/_history\/[^/]+$/, '')
    return [...new Set([plain, plain.split('/').slice(-2).join('/')])]
  }
  const [system, value] = [text(object(identifier)?.['system']), text(object(identifier)?.['value'])]
  return system && value ? [`${canonicalSystem(system)}|${value}`] : []
}

/** A contained record is known inside its owner alone. */
function containedNames({ id }: Json, { resourceType, id: ownerId }: Json): string[] {
  return typeof id === 'string' && typeof ownerId === 'string' ? [`${String(resourceType)}/${ownerId}#${id}`] : []
}

function named<K extends string>(key: K, words: string | undefined): { [P in K]?: string } {
  return (words ? { [key]: words } : {}) as { [P in K]?: string }
}

function list<K extends string>(key: K, names: readonly string[]): { [P in K]?: readonly string[] } {
  return (names.length > 0 ? { [key]: names } : {}) as { [P in K]?: readonly string[] }
}
