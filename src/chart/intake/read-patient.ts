/** One patient's records out of files that hold many: bytes by their ranges, resources by the files' formats. */
import { AppError, isAppError, percentDecoded } from '#base'
import type { Attachment, Binary, DocumentReference, Reference, Resource, UnknownResource } from '#fhir'
import { canonicalSystem } from '#fhir'
import { INTAKE_FORMATS, INTAKE_PROBLEM_SEVERITY, type ByteRange, type IntakeReading } from '#intake'
import type { Notice, Part, Unshown } from '../model.ts'
import { PARTS } from '../parts.ts'
import type { PatientHolding, PatientIndex } from '../patient-index/patient-index.ts'
import type { IntakeReader, IntakeReaderFile } from '../ports.ts'
import type { PatientRecords } from '../ssmix2/read-patient.ts'
import { documentsIn } from './compositions.ts'
import { markGone } from './exports.ts'
import { partsOfKinds, sourceGaps } from './gaps.ts'
import { currentOnly } from './versions.ts'

/** What is found by references from what is found: an order's drug, the drug's maker. */
const MOST_STEPS = 3

interface Opened {
  readonly file: IntakeReaderFile
  /** What the survey counted of the patient in it. */
  readonly kinds: () => Iterable<string>
  readonly form: string | undefined
  readonly names: readonly string[]
  readonly ranges: readonly ByteRange[]
}

export async function readIntakePatient(
  intake: IntakeReader,
  index: PatientIndex,
  row: number,
): Promise<PatientRecords> {
  const { patientId } = index.entry(row)
  const records: PatientRecords = {
    resources: [],
    unshown: sourceGaps(index),
    notices: [],
    files: { read: 0, superseded: 0, deleted: 0 },
  }
  const held = await Promise.all(index.holdings(row).map((holding) => openHolding(intake, holding, records)))
  const opened = held.filter((one) => one !== undefined)
  const names = new Set(opened.flatMap((one) => one.names))
  const reading = { index, patientId, names, into: records }
  const readings = await Promise.all(opened.map((one) => readOne(intake, one, reading)))
  const { resources, superseded } = currentOnly(markGone(readings.flat(), index.exports()))
  records.files.superseded = superseded
  const shared = await readShared(intake, index, reading, resources)
  records.resources.push(...patientsFirst(withBinaries([...resources, ...shared])))
  return records
}

/** Undefined where the file decayed since the index was made and nothing tells any more whose bytes lie where. */
async function openHolding(
  intake: IntakeReader,
  holding: PatientHolding,
  into: PatientRecords,
): Promise<Opened | undefined> {
  const file = await intake.file(holding.path)
  // Numbers of another survey would name other people's bytes.
  if (file.surveyId !== holding.surveyId) throw new AppError('CHART_INDEX_DAMAGED')
  const { survey, path, damage = 'RESTIC_DAMAGED' } = file
  if (!survey) {
    into.unshown.push({ path, state: 'damaged', code: damage, parts: PARTS })
    return undefined
  }
  const kinds = () => Object.keys(survey.head.patients[holding.patient]?.counts ?? {})
  return { kinds, file, form: survey.form, ...survey.patient(holding.patient) }
}

interface Reading {
  readonly index: PatientIndex
  readonly patientId: string
  readonly names: ReadonlySet<string>
  readonly into: PatientRecords
}

/** A resource with when its file was written, which tells older from newer where it does not say itself. */
export interface DatedResource {
  readonly resource: Resource
  readonly mtimeMs: number
  readonly path: string
}

async function readOne(
  intake: IntakeReader,
  { file, form, ranges, kinds }: Omit<Opened, 'names'>,
  { index, patientId, names, into }: Reading,
): Promise<DatedResource[]> {
  const { path, localPath, sizeBytes, mtimeMs, kind, settings } = file
  const format = INTAKE_FORMATS[kind]
  let slices: readonly Uint8Array[]
  try {
    slices = await intake.readRanges(path, ranges)
  } catch (error) {
    if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
    into.unshown.push({ path, state: 'damaged', code: error.code, parts: partsOfKinds(kinds()) })
    return []
  }
  into.files.read++
  const request = { file: { path: localPath, sizeBytes, mtimeMs }, settings, form, names, patientId, slices, ranges }
  const first = format.resources(request)
  const called = await calledIn(intake, index, first.wanted ?? [])
  const reading = called.size > 0 ? format.resources({ ...request, called }) : first
  addRemarks(into, path, reading, partsOfKinds(kinds()))
  const documents = documentsIn(reading.others ?? [], path)
  return [...reading.resources, ...documents].map((resource) => ({
    resource: withOrigin(resource, file),
    mtimeMs,
    path,
  }))
}

/** Rows that name codes. One that decayed names nothing: the code stands, as where no such file lies in the source. */
async function calledIn(
  intake: IntakeReader,
  index: PatientIndex,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const places = wanted.flatMap((name) => {
    const place = index.shared(name)
    return place ? [{ name, ...place }] : []
  })
  const found = new Map<string, Uint8Array>()
  for (const [path, rows] of Map.groupBy(places, ({ path: of }) => of)) {
    const inOrder = rows.toSorted((a, b) => a.range[0] - b.range[0])
    try {
      const slices = await intake.readRanges(
        path,
        inOrder.map(({ range }) => range),
      )
      inOrder.forEach(({ name }, n) => found.set(name, slices[n]!))
    } catch (error) {
      if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
    }
  }
  return found
}

/** A record that is kept back stands with the unshown, everything else with the notices. */
function addRemarks(into: PatientRecords, path: string, { remarks }: IntakeReading, parts: readonly Part[]): void {
  for (const { code, where, text } of remarks) {
    const severity = (INTAKE_PROBLEM_SEVERITY as Readonly<Record<string, string>>)[code]
    if (severity === 'stop') into.unshown.push(unshown(path, code, parts))
    else into.notices.push({ path, code, where, ...(text && { text }), parts: [] } satisfies Notice)
  }
}

function unshown(path: string, code: string, parts: readonly Part[]): Unshown {
  return { path, state: code === 'patient-differs' ? 'stopped' : 'unreadable', code, parts }
}

/** As the reader knows the file, so that a look at the original finds it. */
function withOrigin(resource: Resource, file: IntakeReaderFile): Resource {
  const { path } = file
  const meta = (resource as { meta?: { source?: string } }).meta
  const inside = resource.resourceType === 'Binary' && meta?.source?.startsWith('#') ? meta.source : ''
  const origin = { ...resource, meta: { ...meta, source: path + inside } } as Resource
  return origin.resourceType === 'DocumentReference' ? withPlaces(origin, ({ url }) => placeOf(url, file)) : origin
}

/** Where a document's bytes lie, by what Toride itself wrote; a Binary's name is left to {@link withBinaries}. */
function placeOf(url: string | undefined, { path, localPath, kind }: IntakeReaderFile): Place {
  // A file that is one document. Elsewhere a file holds many patients, and none may name it as a whole.
  if (kind === 'documents') return url === addressOf(localPath) ? { url: addressOf(path) } : {}
  if (url?.startsWith('#')) return { url: addressOf(path) + url }
  return isBinaryUrl(url) ? { url } : {}
}

const addressOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

type Place = Pick<Attachment, 'url' | 'contentType'>

/** An address that the source wrote opens nothing: it could name a file of another patient's. */
function withPlaces(document: DocumentReference, placeOf: (attachment: Attachment) => Place): DocumentReference {
  const content = document.content.map((part) => {
    const { url: _, ...attachment } = part.attachment
    return { ...part, attachment: { ...attachment, ...placeOf(part.attachment) } }
  })
  return { ...document, content }
}

/** Drugs, wards, people that the patient's records refer to and that lie elsewhere. */
async function readShared(
  intake: IntakeReader,
  index: PatientIndex,
  reading: Reading,
  resources: readonly Resource[],
): Promise<Resource[]> {
  const found: Resource[] = []
  const asked = new Set<string>()
  let from: readonly (Resource | UnknownResource)[] = resources
  for (let step = 0; step < MOST_STEPS && from.length > 0; step++) {
    const wanted = new Map<string, ByteRange[]>()
    for (const name of from.flatMap(referenceNames)) {
      if (asked.has(name)) continue
      asked.add(name)
      const place = index.shared(name)
      if (place) wanted.set(place.path, [...(wanted.get(place.path) ?? []), place.range])
    }
    const read = await Promise.all([...wanted].map(([path, ranges]) => readPlaces(intake, path, ranges, reading)))
    from = read.flat()
    found.push(...read.flat())
  }
  return found
}

async function readPlaces(
  intake: IntakeReader,
  path: string,
  ranges: readonly ByteRange[],
  reading: Reading,
): Promise<Resource[]> {
  const file = await intake.file(path)
  const inOrder = [...new Map(ranges.map((range) => [range[0], range])).values()].toSorted(([a], [b]) => a - b)
  const resources = await readOne(intake, { file, form: file.survey?.form, ranges: inOrder, kinds: () => [] }, reading)
  return resources.map(({ resource }) => resource)
}

/** Every name that a resource calls others by. */
function referenceNames(resource: Resource | UnknownResource): string[] {
  const names: string[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (typeof value !== 'object' || value === null) return
    const { reference, identifier, url } = value as Reference & { url?: unknown }
    if (typeof reference === 'string') names.push(...namesOf(reference))
    else if (url !== undefined && isBinaryUrl(url)) names.push(...namesOf(url))
    else if (identifier && !Array.isArray(identifier) && identifier.system && identifier.value)
      names.push(`${canonicalSystem(identifier.system)}|${identifier.value}`)
    Object.values(value).forEach(visit)
  }
  visit(resource)
  return names
}

const isBinaryUrl = (url: unknown): url is string =>
  typeof url === 'string' && /(?:^|\/)Binary\/[^/]+(?:\/_history\/[^/]+)?$|^urn:uuid:/.test(url)

/** Documents whose bytes are a Binary of their own open by its place; one that is not there by none. */
function withBinaries(resources: readonly Resource[]): Resource[] {
  const binaries = new Map<string, Binary>()
  for (const resource of resources)
    if (resource.resourceType === 'Binary' && resource.id) binaries.set(`Binary/${resource.id}`, resource)
  return resources.map((resource) => {
    if (resource.resourceType !== 'DocumentReference') return resource
    const own = addressOf(resource.meta?.source ?? '')
    return withPlaces(resource, ({ url, contentType }) => {
      if (!isBinaryUrl(url) || url === own || url.startsWith(`${own}#`)) return url === undefined ? {} : { url }
      const binary = namesOf(url).flatMap((name) => binaries.get(name) ?? [])[0]
      const place = binary && placeOfBinary(binary)
      return place === undefined ? {} : { url: place, contentType: contentType ?? binary!.contentType }
    })
  })
}

/** Undefined where its record holds no bytes. */
function placeOfBinary({ meta }: Binary): string | undefined {
  const [path = '', inside] = meta?.source?.split(/(?=#\d+-\d+![\d.]+$)/) ?? []
  return inside === undefined ? undefined : addressOf(path) + inside
}

function namesOf(reference: string): string[] {
  const [, token] = /\?(?:.*&)?identifier=([^&]+)/.exec(reference) ?? []
  if (token) {
    const [system = '', value = ''] = percentDecoded(token).split('|')
    return [`${canonicalSystem(system)}|${value}`]
  }
  const plain = reference.replace(/\/_history\/[^/]+$/, '')
  return plain.startsWith('#') ? [] : [plain, plain.split('/').slice(-2).join('/')]
}

/** The patient's own record leads, the newest first: charts take who the patient is from it. */
function patientsFirst(resources: readonly Resource[]): Resource[] {
  const recordedAt = (resource: Resource): string =>
    (resource as { meta?: { lastUpdated?: string } }).meta?.lastUpdated ?? ''
  const own = resources.filter(({ resourceType }) => resourceType === 'Patient')
  return [
    ...own.toSorted((a, b) => (recordedAt(a) < recordedAt(b) ? 1 : recordedAt(a) > recordedAt(b) ? -1 : 0)),
    ...resources.filter(({ resourceType }) => resourceType !== 'Patient'),
  ]
}
