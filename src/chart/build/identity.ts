/** Who the patient is, where they live, who pays. */
import { EXTENSION, findExtension, nameOf } from '#fhir'
import type { ContactPoint, Coverage as FhirCoverage, Patient, Resource } from '#fhir'
import type { Contacts, Identity } from '../model.ts'
import type { Coverage } from '../model-clinical.ts'
import { dateOf, defined, itemOf, newestFirst, ofType, words, type References } from './read.ts'

/**
 * The identity of the first Patient that has a name: the caller puts the patient's own record (ADT-00) first, since every
 * message names its patient too. Without any, the id alone.
 */
export function identityOf(resources: readonly Resource[], patientId: string): Identity {
  const patient = mainPatient(resources)
  if (!patient) return { origin: { path: '' }, patientId, sex: 'unknown' }
  return defined<Identity>({
    ...itemOf(patient),
    patientId,
    kanji: nameOf(patient.name, 'IDE'),
    kana: nameOf(patient.name, 'SYL'),
    birthDate: dateOf(patient.birthDate),
    sex: patient.gender ?? 'unknown',
    deceased: deceasedOf(patient),
    links: linksOf(resources),
  })
}

const LINKS = ['replaced-by', 'replaces', 'refer', 'seealso'] as const

/** Of all records of the patient, each said once. */
function linksOf(resources: readonly Resource[]): Identity['links'] {
  const said = ofType(resources, 'Patient')
    .flatMap(({ link }) => link ?? [])
    .flatMap(({ other, type }) => {
      const kind = LINKS.find((known) => known === type)
      const to = other.display ?? other.identifier?.value ?? other.reference
      return kind && to ? [{ kind, to }] : []
    })
  const once = [...new Map(said.map((one) => [`${one.kind} ${one.to}`, one])).values()]
  return once.length > 0 ? once : undefined
}

export function contactsOf(resources: readonly Resource[]): Contacts {
  const patient = mainPatient(resources)
  if (!patient) return { origin: { path: '' }, addresses: [], phones: [], people: [] }
  return {
    ...itemOf(patient),
    addresses: (patient.address ?? []).map(({ text, line, postalCode, use }) =>
      defined({ postalCode, text: text ?? (line ?? []).join(' '), use }),
    ),
    phones: (patient.telecom ?? []).flatMap((point) =>
      point.value ? [defined({ text: point.value, use: useOf(point) })] : [],
    ),
    people: (patient.contact ?? []).map((person) =>
      defined({
        name: person.name?.text ?? person.organization?.display ?? '',
        relation: words(person.relationship?.[0]),
        phones: (person.telecom ?? []).flatMap(({ value }) => value ?? []),
      }),
    ),
  }
}

export function coverageOf(resources: readonly Resource[], references: References): Coverage[] {
  return newestFirst(
    ofType(resources, 'Coverage').map((resource) => coverage(resource, references)),
    ({ from }) => from,
  )
}

function coverage(resource: FhirCoverage, references: References): Coverage {
  const part = (url: string) => findExtension(resource, url)?.valueString
  return defined<Coverage>({
    ...itemOf(resource),
    kind: words(resource.type) ?? '',
    insurer: insurerOf(resource, references),
    symbol: part(EXTENSION.insuredSymbol),
    number: part(EXTENSION.insuredNumber) ?? resource.subscriberId,
    branch: part(EXTENSION.insuredBranch) ?? resource.dependent,
    relation: words(resource.relationship),
    from: dateOf(resource.period?.start),
    until: dateOf(resource.period?.end),
  })
}

/** Number and name, where there are both. */
function insurerOf(resource: FhirCoverage, references: References): string | undefined {
  const payor = resource.payor?.[0]
  const target = references.find(payor, resource)
  const number = target?.resourceType === 'Organization' ? target.identifier?.[0]?.value : payor?.identifier?.value
  return (
    [number, references.name(payor, resource)].filter((part, i, all) => part && all.indexOf(part) === i).join(' ') ||
    undefined
  )
}

function mainPatient(resources: readonly Resource[]): Patient | undefined {
  const patients = ofType(resources, 'Patient')
  return patients.find(({ name }) => name?.length) ?? patients[0]
}

function deceasedOf({ deceasedBoolean, deceasedDateTime }: Patient): Identity['deceased'] {
  if (deceasedDateTime) return defined({ on: dateOf(deceasedDateTime) })
  return deceasedBoolean ? {} : undefined
}

/** A use that FHIR does not know stands in the source's words. */
function useOf(point: ContactPoint): string | undefined {
  return point.use ?? findExtension(point, EXTENSION.sourceText)?.valueString
}
