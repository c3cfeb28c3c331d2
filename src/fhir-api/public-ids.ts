/**
 * What stands for patients and records in addresses: keyed hashes, the same in every generation. Source ids would put
 * patient numbers into histories and proxies' logs, could be counted through, and need not differ between institutions.
 * A record's id names its patient, so that it is found without reading everybody.
 */
import { createHash, createHmac } from 'node:crypto'
import type { PatientIndex } from '#chart'
import type { Resource } from '#fhir'

const PATIENT_DIGITS = 24
const RECORD_DIGITS = 20
const ID = /^([0-9a-f]{24})(?:\.([0-9a-f]{20}))?$/

export function publicPatientId(key: Uint8Array, patientKey: string): string {
  return createHmac('sha256', key).update(`toride fhir patient\n${patientKey}`).digest('hex').slice(0, PATIENT_DIGITS)
}

/** `what`: how the source's mapping names it: `Observation/…`, `Binary/<path>`. */
export function publicRecordId(patient: string, what: string): string {
  return `${patient}.${createHash('sha256').update(`${patient}\n${what}`).digest('hex').slice(0, RECORD_DIGITS)}`
}

/** The patient's part of an id of ours; undefined for any other text. */
export function patientPart(id: string): string | undefined {
  return ID.exec(id)?.[1]
}

const known = new WeakMap<PatientIndex, ReadonlyMap<string, string>>()

/** Patient key of the index by public id; made once per index (some 3 µs a patient). */
export function patientKeyOf(index: PatientIndex, key: Uint8Array, publicId: string): string | undefined {
  let keys = known.get(index)
  if (!keys) {
    keys = new Map(Array.from(index.patientKeys(), (patientKey) => [publicPatientId(key, patientKey), patientKey]))
    known.set(index, keys)
  }
  return keys.get(publicId)
}

/**
 * All of one patient's resources under public ids, every reference among them changed alike. Where two records of one type
 * bear the same id, the same content is one, different content is kept apart.
 */
export function withPublicIds(patient: string, resources: readonly Resource[]): Resource[] {
  const ids = new Map<string, string>()
  const written = new Set<string>()
  const named: { resource: Resource; id: string }[] = []
  for (const resource of resources) {
    const name = `${resource.resourceType}/${resource.id}`
    if (resource.resourceType === 'Patient') {
      // Every volume of a storage names its patient; the patient's own record comes first.
      if (!ids.has(name) && !named.some((one) => one.resource.resourceType === 'Patient'))
        named.push({ resource, id: patient })
      ids.set(name, patient)
      continue
    }
    const text = JSON.stringify(resource)
    if (written.has(text)) continue
    written.add(text)
    const id = publicRecordId(patient, ids.has(name) ? `${name}\n${text}` : name)
    if (!ids.has(name)) ids.set(name, id)
    named.push({ resource, id })
  }
  const rename = (reference: string) => {
    const id = ids.get(reference)
    return id === undefined ? reference : `${reference.slice(0, reference.indexOf('/'))}/${id}`
  }
  return named.map(({ resource, id }) => ({ ...(renamed(resource, rename) as Resource), id }))
}

function renamed(value: unknown, rename: (reference: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'reference' && typeof inner === 'string' ? rename(inner) : renamed(inner, rename),
    ]),
  )
}
