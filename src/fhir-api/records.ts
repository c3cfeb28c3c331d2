/** One patient's records for one reader: rights, reason, limit, journal, then everything under public ids. */
import { decideOpening } from '#access'
import { hasWords, isAppError } from '#base'
import { accessOf, openRecords, type OpenedRecords, type PatientIndex, type Withholding } from '#chart'
import type { DocumentReference, Resource } from '#fhir'
import { patientSubject } from '#journal'
import { journalLook } from '#reading'
import type { FhirReader } from '#web'
import type { FhirHouse } from './house.ts'
import { patientSummary } from './patients.ts'
import { patientKeyOf, publicRecordId, withPublicIds } from './public-ids.ts'
import { Refusal } from './refusal.ts'

export interface Generation {
  readonly id: string
  readonly asOfMs: number
}

export interface PatientRecords extends Withholding {
  readonly publicId: string
  /** Under public ids, stamped with the generation. */
  readonly resources: readonly Resource[]
  /** By id of the Binary. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly contentType: string }>
  readonly unshown: OpenedRecords['unshown']
}

/** @throws Refusal, VAULT_KEY_MISSING as a Refusal */
export async function indexFor(house: FhirHouse, reader: FhirReader, generation: Generation): Promise<PatientIndex> {
  try {
    return await house.index(reader.viewer, generation.id)
  } catch (error) {
    if (isAppError(error, 'VAULT_KEY_MISSING')) throw new Refusal('keysClosed')
    throw error
  }
}

/** With an emergency account what was given at the door counts for every look. */
export function reasonOf(house: FhirHouse, { viewer, reason }: FhirReader): FhirReader['reason'] {
  const breakGlass = house.breakGlass?.(viewer)
  if (breakGlass !== undefined) return { code: 'break-glass', text: breakGlass }
  return hasWords(reason?.text ?? '') ? reason : undefined
}

/** @param looked what the journal names. @throws Refusal where there is no such patient or not for this reader */
export async function recordsOf(
  house: FhirHouse,
  reader: FhirReader,
  generation: Generation,
  publicId: string,
  looked: string,
): Promise<PatientRecords> {
  const { viewer } = reader
  const index = await indexFor(house, reader, generation)
  const key = house.subjectKey(viewer)
  const patientKey = patientKeyOf(index, key, publicId)
  if (patientKey === undefined) throw new Refusal('notFound')
  const subject = patientSubject(key, patientKey)
  const reason = reasonOf(house, reader)
  const { decision } = decideOpening(house.rolesOf(viewer), {
    items: ['identity'],
    patient: await house.protection(viewer, subject),
    ...(reason && { reason: reason.text }),
  })
  if (house.mayOpen?.(viewer, subject) === false) throw new Refusal('tooMany')
  const { patientId } = index.entry(index.rowOf(patientKey)!)
  const source = await house.reader(generation.id)
  const result = await openRecords(
    {
      reader: source,
      index,
      journal: (look) => journalLook(house, viewer, patientKey, look, { patientId, parts: ['fhir', looked] }),
    },
    {
      patientKey,
      access: accessOf(house.rolesOf(viewer), decision === 'reason-needed'),
      ...(reason && { reason }),
    },
  )
  if (result.outcome === 'not-found') throw new Refusal('notFound')
  if (result.outcome === 'denied') throw new Refusal('denied')
  if (result.outcome === 'reason-needed') throw new Refusal('reason')
  return published(result.records, publicId, generation, source.intake === undefined)
}

/** @param ownPaths addresses of attachments are paths that our reading wrote; another sender's could name anybody's file */
function published(
  records: OpenedRecords,
  publicId: string,
  generation: Generation,
  ownPaths: boolean,
): PatientRecords {
  const { withheld, without, unshown, patient } = records
  const own = records.resources.some(({ resourceType }) => resourceType === 'Patient')
  const all = own ? records.resources : [patientSummary(patient, patient.patientId), ...records.resources]
  const files = new Map<string, { path: string; contentType: string }>()
  const resources = withPublicIds(publicId, all).map((resource) =>
    stamped(
      ownPaths && resource.resourceType === 'DocumentReference' ? withBinaries(resource, publicId, files) : resource,
      generation,
      records,
    ),
  )
  return { publicId, resources, files, withheld, without, unshown }
}

/** Paths of files become addresses of Binary; what is a foreign address already stays. */
function withBinaries(
  document: DocumentReference,
  publicId: string,
  files: Map<string, { path: string; contentType: string }>,
): DocumentReference {
  const content = document.content.map((one) => {
    const { url, contentType = 'application/octet-stream' } = one.attachment
    if (url === undefined || /^[a-z][a-z0-9+.-]*:/i.test(url)) return one
    const path = pathOf(url)
    const id = publicRecordId(publicId, `Binary/${path}`)
    files.set(id, { path, contentType })
    return { ...one, attachment: { ...one.attachment, url: `Binary/${id}` } }
  })
  return { ...document, content }
}

function pathOf(url: string): string {
  try {
    return url.split('/').map(decodeURIComponent).join('/')
  } catch {
    return url
  }
}

const REDACTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'REDACTED' }

/** Elements that a reader's rights take out of these types (`redactResources`): said of all of them, or it would tell which. */
function isTrimmed({ resourceType }: Resource, { withheld, without }: Withholding): boolean {
  if (resourceType === 'Patient') return withheld.includes('alerts')
  return resourceType === 'DiagnosticReport' && without.includes('stigma-infection')
}

/** `versionId` is the generation; `source` the file, as an address must be written. */
export function stamped(resource: Resource, generation: Generation, withholding?: Withholding): Resource {
  const { meta } = resource as { meta?: { source?: string; security?: object[] } }
  const security = withholding && isTrimmed(resource, withholding) ? [...(meta?.security ?? []), REDACTED] : undefined
  return {
    ...resource,
    meta: {
      ...meta,
      versionId: generation.id,
      ...(meta?.source && { source: meta.source.split('/').map(encodeURIComponent).join('/') }),
      ...(security && { security }),
    },
  } as Resource
}
