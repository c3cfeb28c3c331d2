/** Whose a resource is, by all forms of reference that Japanese senders use: literal, absolute, urn:uuid, contained, identifier. */
import { canonicalSystem } from '#fhir'
import { idName } from '../format.ts'
import { childrenOf, type Json, list, object, text } from './json.ts'
import { institutionOf, patientNumber } from './patient-number.ts'

/** Elements that name the patient. */
const SUBJECTS = ['subject', 'patient', 'beneficiary', 'individual', 'for'] as const

/**
 * Names of the patient(s) that a resource is about; of a Patient its own. Empty where it names none. More than one person
 * only where the source says so (an appointment of two).
 */
export function patientNames(resource: Json, fullUrl?: string): string[] {
  if (resource['resourceType'] === 'Patient') return ownNames(resource, fullUrl)
  const direct = SUBJECTS.flatMap((element) => referenceNames(resource[element], resource))
  if (direct.length > 0) return direct
  return list(resource['participant']).flatMap((participant) =>
    referenceNames(object(participant)?.['actor'], resource),
  )
}

function ownNames(patient: Json, fullUrl: string | undefined): string[] {
  const id = text(patient['id'])
  const number = patientNumber(patient)
  return [
    ...new Set([
      ...(id ? [`Patient/${id}`] : []),
      ...(fullUrl ? urlNames(fullUrl) : []),
      ...identifierNames(patient),
      // Two institutions may give the same number: only where none is named do files join by it alone.
      ...(number !== undefined && institutionOf(patient) === undefined ? [idName(number)] : []),
    ]),
  ]
}

/** How others may refer to a resource. */
export function sharedNames(resource: Json, fullUrl?: string): string[] {
  const id = text(resource['id'])
  const own = id ? [`${String(resource['resourceType'])}/${id}`] : []
  return [...new Set([...own, ...(fullUrl ? [fullUrl] : []), ...identifierNames(resource)])]
}

export function identifierNames(resource: Json): string[] {
  return list(resource['identifier']).flatMap((entry) => identifierName(object(entry)) ?? [])
}

function identifierName(identifier: Json | undefined): string | undefined {
  const [system, value] = [text(identifier?.['system']), text(identifier?.['value'])]
  return system && value ? `${canonicalSystem(system)}|${value}` : undefined
}

function referenceNames(value: unknown, owner: Json): string[] {
  const reference = object(value)
  if (!reference) return []
  const url = text(reference['reference'])
  if (url?.startsWith('#')) return containedNames(owner, url.slice(1))
  const byUrl = url === undefined ? [] : urlNames(url)
  // A reference to something else (a device, a group) has an identifier of that.
  if (url !== undefined && byUrl.length === 0) return []
  const named = identifierName(object(reference['identifier']))
  return [...byUrl, ...(named === undefined ? [] : [named])]
}

function containedNames(owner: Json, id: string): string[] {
  const found = childrenOf(owner, 'contained').find((inner) => text(inner['id']) === id)
  // Its own id means nothing outside its owner.
  return found?.['resourceType'] === 'Patient' ? ownNames({ ...found, id: undefined }, undefined) : []
}

/** `Patient/7`, whatever server and version stand around it; `urn:uuid:…`; of a conditional reference its identifier. */
function urlNames(url: string): string[] {
  if (/^urn:(uuid|oid):/.test(url)) return [url]
  const conditional = /(?:^|\/)Patient\?(?:.*&)?identifier=([^&]+)/.exec(url)?.[1]
  if (conditional) return conditionalName(conditional)
  const [, id] = /(?:^|\/)Patient\/([^/?#|]+)(?:\/_history\/[^/]+)?$/.exec(url) ?? []
  return id === undefined ? [] : [`Patient/${id}`]
}

function conditionalName(token: string): string[] {
  try {
    const [system = '', value] = decodeURIComponent(token).split('|')
    return system && value ? [`${canonicalSystem(system)}|${value}`] : []
  } catch {
    return []
  }
}
