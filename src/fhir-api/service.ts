/** A request to an answer: what is asked, whether this reader may, and the resources of it. */
import { isAppError } from '#base'
import { accessOf, partsOfType, withholdingOf } from '#chart'
import type { Resource } from '#fhir'
import { newEntry } from '#journal'
import { errorSentences, type FhirAnswer, type FhirReader, type FhirRequest, type FhirService } from '#web'
import { parseAddress, type Asked } from './address.ts'
import { issuesOf, searchSet } from './bundles.ts'
import { capabilityStatement, smartConfiguration } from './capability.ts'
import type { FhirHouse } from './house.ts'
import { pageLinks, type Place } from './page-links.ts'
import { type ClinicalType, matching, sorted } from './parameters.ts'
import { findPatients, patientSummary } from './patients.ts'
import { patientPart, publicPatientId } from './public-ids.ts'
import { type Condition, parseQuery } from './query.ts'
import { type Generation, indexFor, type PatientRecords, reasonOf, recordsOf, stamped } from './records.ts'
import { Refusal } from './refusal.ts'
import { demandScope } from './scopes.ts'
import { issue, outcome } from './words.ts'

const FHIR_JSON = 'application/fhir+json; charset=utf-8'
/** Everything of a patient comes in few pages: each reads all files again. */
const EVERYTHING = { usual: 500, most: 1000 }

export function fhirService(house: FhirHouse): FhirService {
  const links = pageLinks()

  async function answer(request: FhirRequest): Promise<FhirAnswer> {
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isPostedSearch(request)) throw new Refusal('readOnly')
    const { asked, generationId } = parseAddress(request.path)
    if (asked.what !== 'read' || asked.type !== 'Binary') demandJson(request)
    if (asked.what === 'capabilities')
      return json(200, capabilityStatement(request.base, new Date(house.clock.now()).toISOString()))
    if (asked.what === 'smart') return { ...json(200, smartConfiguration()), contentType: 'application/json' }
    const { reader } = request
    if (!reader) throw new Refusal('signIn')
    if (!reader.viewer.can.has('see-patients')) throw new Refusal('denied')
    if (request.query.some(([name]) => name === '_page')) return nextPage(request, reader)
    const generation = await generationFor(reader, generationId)
    const at = { request, reader, generation }
    if (asked.what === 'search' && asked.type === 'Patient') return patients(at, request.query, 0)
    if (asked.what === 'search') return search(at, asked.type as ClinicalType, request.query, 0)
    if (asked.what === 'everything') return everything(at, asked.id, request.query, 0)
    return read(at, asked)
  }

  interface At {
    readonly request: FhirRequest
    readonly reader: FhirReader
    readonly generation: Generation
  }

  async function generationFor(reader: FhirReader, id: string | undefined): Promise<Generation> {
    const readable = (await house.readable()).filter(
      ({ sourceId }) => reader.sources === undefined || reader.sources.includes(sourceId),
    )
    const found = id === undefined ? readable[0] : readable.find((one) => one.id === id)
    if (found) return { id: found.id, asOfMs: found.takenAtMs }
    if (id === undefined) throw new Refusal('noGeneration')
    throw new Refusal((await house.isGone(id)) ? 'gone' : 'notFound')
  }

  /** A type that the role sees nothing of is refused as a whole: an empty answer would read as "none". */
  function demandType(reader: FhirReader, type: string, how: 'r' | 's'): void {
    demandScope(reader.scopes, type, how)
    const { withheld } = withholdingOf(accessOf(house.rolesOf(reader.viewer)), reasonOf(house, reader) !== undefined)
    if (partsOfType(type).every((part) => withheld.includes(part))) throw new Refusal('denied', type)
  }

  async function read({ reader, request, generation }: At, asked: Asked & { what: 'read' }): Promise<FhirAnswer> {
    const { type, id } = asked
    demandType(reader, type === 'Binary' ? 'DocumentReference' : type, 'r')
    const patient = patientPart(id)
    if (patient === undefined || (type === 'Patient') !== (patient === id)) throw new Refusal('notFound')
    const records = await recordsOf(house, reader, generation, patient, type)
    if (type === 'Binary') return binary(request, records, id, generation)
    const resource = records.resources.find((one) => one.resourceType === type && one.id === id)
    if (!resource) throw new Refusal('notFound')
    return json(200, resource, { ETag: `W/"${generation.id}"`, ...modified(resource) })
  }

  async function binary(
    { accept, base }: FhirRequest,
    { files, publicId }: PatientRecords,
    id: string,
    generation: Generation,
  ): Promise<FhirAnswer> {
    const file = files.get(id)
    if (!file) throw new Refusal('notFound')
    const bytes = await (await house.reader(generation.id)).readFile(file.path)
    const headers = { ETag: `W/"${generation.id}"`, 'X-Security-Context': `${base}/Patient/${publicId}` }
    if (!/application\/(fhir\+)?json/.test(accept))
      return { status: 200, contentType: file.contentType, body: bytes, headers }
    const data = Buffer.from(bytes).toString('base64')
    const meta = { versionId: generation.id }
    return json(200, { resourceType: 'Binary', id, meta, contentType: file.contentType, data }, headers)
  }

  async function patients({ request, reader, generation }: At, query: Place['query'], offset: number) {
    demandScope(reader.scopes, 'Patient', 's')
    const { conditions, count, sort } = parseQuery(query)
    if (sort.length > 0) throw new Refusal('parameter', '_sort')
    const index = await indexFor(house, reader, generation)
    const key = house.subjectKey(reader.viewer)
    const found = findPatients(index, key, conditions)
    await journalSearch(reader, generation, conditions, found.length)
    const resources = found.map((patient) => ({ patient, id: publicPatientId(key, patient.patientKey) }))
    const page = new Map<string, Resource>()
    for (const { patient, id } of resources.slice(offset, offset + count))
      page.set(id, stamped(patientSummary(patient, id), generation))
    return bundle(
      { request, reader, generation },
      {
        path: 'Patient',
        query,
        offset,
        count,
        resources: resources.map(({ id }) => page.get(id) ?? ({ resourceType: 'Patient', id } as Resource)),
        issues: [],
        isRedacted: false,
      },
    )
  }

  async function search(at: At, type: ClinicalType, query: Place['query'], offset: number): Promise<FhirAnswer> {
    const { reader, generation } = at
    demandType(reader, type, 's')
    const { conditions, count, sort } = parseQuery(query)
    const { patient, ids, others } = patientOf(type, conditions)
    const matches = matching(type, others)
    sorted(type, [], sort)
    const records = await recordsOf(house, reader, generation, patient, type)
    const own = records.resources.filter((one) => one.resourceType === type)
    const found = own.filter((one) => (ids === undefined || ids.has(one.id ?? '')) && matches(one))
    return bundle(at, {
      path: type,
      query,
      offset,
      count,
      resources: sort.length > 0 ? sorted(type, found, sort) : found,
      issues: issuesOf(records, records.unshown.length, found.length),
      isRedacted: records.withheld.length + records.without.length > 0,
    })
  }

  async function everything(at: At, id: string, query: Place['query'], offset: number): Promise<FhirAnswer> {
    const { reader, generation } = at
    demandScope(reader.scopes, '*', 'r')
    const { conditions, count, sort } = parseQuery(query, EVERYTHING)
    const unknown = conditions.find(({ name, modifier }) => name !== '_type' || modifier !== '')
    if (unknown || sort.length > 0) throw new Refusal('parameter', unknown?.name ?? '_sort')
    const types = conditions.length > 0 ? new Set(conditions.flatMap(({ values }) => values)) : undefined
    if (patientPart(id) !== id) throw new Refusal('notFound')
    const records = await recordsOf(house, reader, generation, id, 'everything')
    return bundle(at, {
      path: `Patient/${id}/$everything`,
      query,
      offset,
      count,
      resources: records.resources.filter(({ resourceType }) => types === undefined || types.has(resourceType)),
      issues: issuesOf(records, records.unshown.length, 1),
      isRedacted: records.withheld.length + records.without.length > 0,
    })
  }

  interface Found {
    readonly path: string
    readonly query: Place['query']
    readonly offset: number
    readonly count: number
    readonly resources: readonly Resource[]
    readonly issues: Parameters<typeof searchSet>[0]['issues']
    readonly isRedacted: boolean
  }

  /** Every page names its generation: a newer one in between changes no answer half-way. */
  function bundle({ request, reader, generation }: At, { path, query, ...found }: Found): FhirAnswer {
    const base = `${request.base}/generations/${generation.id}`
    const pageAt = (offset: number) => {
      const place = { path: `/generations/${generation.id}/${path}`, query, offset }
      return `${base}/${path}?_page=${links.seal(place, reader.viewer.personId)}`
    }
    // What was asked for may name a person: it is not written back into an address.
    const self = `${base}/${path}`
    return json(200, searchSet({ ...found, base: request.base, self, pageAt }))
  }

  async function nextPage(request: FhirRequest, reader: FhirReader): Promise<FhirAnswer> {
    const token = request.query.find(([name]) => name === '_page')![1]
    const place = links.open(token, reader.viewer.personId)
    if (!place) throw new Refusal('pageGone')
    const { asked, generationId } = parseAddress(place.path)
    const at = { request, reader, generation: await generationFor(reader, generationId) }
    if (asked.what === 'everything') return everything(at, asked.id, place.query, place.offset)
    if (asked.what !== 'search') throw new Refusal('pageGone')
    if (asked.type === 'Patient') return patients(at, place.query, place.offset)
    return search(at, asked.type, place.query, place.offset)
  }

  async function journalSearch(
    { viewer }: FhirReader,
    generation: Generation,
    conditions: readonly Condition[],
    hits: number,
  ): Promise<void> {
    const repository = await house.repositoryOf(generation.id)
    if (repository === undefined) return
    const by = ['fhir', ...new Set(conditions.map(({ name }) => name))]
    const data = { repository, snapshot: generation.id, by, hits }
    await house.journal.append(newEntry('chart.searched', { actor: `person:${viewer.personId}`, data }))
  }

  return {
    readerOf: (token) => house.readerOf(token),
    async answer(request) {
      try {
        return await answer(request)
      } catch (error) {
        return refused(error)
      }
    },
  }
}

function isPostedSearch({ method, path }: FhirRequest): boolean {
  return method === 'POST' && path.endsWith('/_search')
}

/** `_format` goes before `Accept`. */
function demandJson({ accept, query }: FhirRequest): void {
  const format = query.find(([name]) => name === '_format')?.[1]
  const wanted = (format ?? accept).toLowerCase()
  if (wanted === '' || /\*\/\*|application\/\*|json/.test(wanted)) return
  throw new Refusal('format')
}

/** The one patient of a search, from `patient`, `subject` or the ids asked for; every other condition stays. */
function patientOf(
  type: ClinicalType,
  conditions: readonly Condition[],
): { patient: string; ids: ReadonlySet<string> | undefined; others: Condition[] } {
  const named = conditions.filter(({ name }) => name === 'patient' || name === 'subject' || name === 'beneficiary')
  const byId = conditions.filter(({ name }) => name === '_id')
  const others = conditions.filter((one) => !named.includes(one) && !byId.includes(one))
  const odd = [...named, ...byId].find(({ modifier }) => modifier !== '' && modifier !== 'Patient')
  if (odd) throw new Refusal('parameter', `${odd.name}:${odd.modifier}`)
  const patients = new Set([
    ...named.flatMap(({ values }) => values.map((value) => value.replace(/^(.*\/)?Patient\//, ''))),
    ...byId.flatMap(({ values }) => values.map((value) => patientPart(value) ?? value)),
  ])
  if (patients.size === 0) throw new Refusal('patientNeeded', type)
  if (patients.size > 1) throw new Refusal('patientNeeded', 'patient')
  const ids = byId.length > 0 ? new Set(byId.flatMap(({ values }) => values)) : undefined
  return { patient: [...patients][0]!, ids, others }
}

function modified(resource: Resource): Record<string, string> {
  const at = Date.parse((resource as { meta?: { lastUpdated?: string } }).meta?.lastUpdated ?? '')
  return Number.isNaN(at) ? {} : { 'Last-Modified': new Date(at).toUTCString() }
}

function json(status: number, body: object, headers: Record<string, string> = {}): FhirAnswer {
  return { status, contentType: FHIR_JSON, body: JSON.stringify(body), headers }
}

const STATUS_OF_KIND: Readonly<Record<string, number>> = {
  damaged: 500,
  storage: 503,
  busy: 503,
  denied: 403,
  'not-found': 404,
}

/** Our own faults go on to whoever keeps the log, after the reader was told. */
function refused(error: unknown): FhirAnswer {
  if (error instanceof Refusal) {
    const severity = error.status === 500 ? 'fatal' : 'error'
    return json(error.status, outcome(issue(error.key, severity, error.detail)), headersOf(error))
  }
  if (!isAppError(error) || error.kind === 'bug') throw error
  const [ja, en] = (['ja', 'en'] as const).map((language) => {
    const { what, next } = errorSentences(error.code, language)
    return `${what} ${next}`
  })
  const said = { severity: 'error' as const, code: 'exception' as const, details: { text: `${ja} / ${en}` } }
  return json(STATUS_OF_KIND[error.kind] ?? 500, outcome({ ...said, diagnostics: error.code }))
}

function headersOf({ status }: Refusal): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="toride"' }
  if (status === 405) return { Allow: 'GET, HEAD' }
  return status === 429 ? { 'Retry-After': '3600' } : {}
}
