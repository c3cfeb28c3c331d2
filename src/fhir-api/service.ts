/** A request to an answer: what is asked, whether this reader may, and the resources of it. */
import { accessOf, partsOfType, withholdingOf } from '#chart'
import type { Resource } from '#fhir'
import { newEntry } from '#journal'
import type { FhirAnswer, FhirReader, FhirRequest, FhirService } from '#web'
import { parseAddress, type Asked } from './address.ts'
import { asksLeniently, demandJson, isPostedSearch, json, modified, namesJson, refused, versioned } from './answers.ts'
import { issuesOf, searchSet, unansweredIssues } from './bundles.ts'
import { capabilityStatement, smartConfiguration } from './capability.ts'
import type { FhirHouse } from './house.ts'
import { included } from './includes.ts'
import { pageLinks, type Place } from './page-links.ts'
import { type ClinicalType, isSortable, matching, namesPatient, parametersOf, sorted } from './parameters.ts'
import { findPatients, knowsOfPatients, patientSummary } from './patients.ts'
import { patientPart, publicPatientId } from './public-ids.ts'
import { type Condition, parseQuery, type Query, type QueryRules } from './query.ts'
import { type Generation, indexFor, type PatientRecords, reasonOf, recordsOf, stamped } from './records.ts'
import { Refusal } from './refusal.ts'
import { demandScope, mayUse } from './scopes.ts'
import { shaped, shapeOf } from './shape.ts'

/** Everything of a patient comes in few pages: each reads all files again. */
const EVERYTHING = { usual: 500, most: 1000 }

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])
/** What may stand in the address of an answer. */
const SAID_BACK = new Set(['_summary', '_elements', '_total'])

type Asking = Omit<Place, 'path'>

export function fhirService(house: FhirHouse): FhirService {
  const links = pageLinks()

  async function answer(request: FhirRequest): Promise<FhirAnswer> {
    if (!READING.has(request.method) && !isPostedSearch(request)) throw new Refusal('readOnly')
    const asksWhatIsThere = request.method === 'OPTIONS' && /^\/?$/.test(request.path)
    const { asked, generationId } = parseAddress(asksWhatIsThere ? '/metadata' : request.path)
    if (request.method === 'OPTIONS' && asked.what !== 'capabilities') return allowed(asked)
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
    if (asked.what === 'read') return read(at, asked)
    return listed(at, asked, { query: request.query, offset: 0, isLenient: asksLeniently(request) })
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
    if (type === 'Binary') return versioned(await binary(request, records, id, generation), generation.id, request)
    const shape = shapeOf(valueOf(request, '_summary'), valueOf(request, '_elements'))
    const resource = records.resources.find((one) => one.resourceType === type && one.id === id)
    if (!resource) throw new Refusal('notFound')
    return versioned(json(200, shaped(resource, shape), modified(resource)), generation.id, request)
  }

  async function binary(
    request: FhirRequest,
    { files, publicId }: PatientRecords,
    id: string,
    generation: Generation,
  ): Promise<FhirAnswer> {
    const file = files.get(id)
    if (!file) throw new Refusal('notFound')
    const bytes = await (await house.reader(generation.id)).readFile(file.path)
    const headers = { 'X-Security-Context': `${request.base}/Patient/${publicId}` }
    if (!namesJson(request)) return { status: 200, contentType: file.contentType, body: bytes, headers }
    const data = Buffer.from(bytes).toString('base64')
    const meta = { versionId: generation.id }
    return json(200, { resourceType: 'Binary', id, meta, contentType: file.contentType, data }, headers)
  }

  function listed(at: At, asked: Asked & { what: 'search' | 'everything' }, place: Asking): Promise<FhirAnswer> {
    if (asked.what === 'everything') return everything(at, asked.id, place)
    return asked.type === 'Patient' ? patients(at, place) : search(at, asked.type, place)
  }

  async function patients(at: At, place: Asking): Promise<FhirAnswer> {
    const { reader, generation } = at
    demandScope(reader.scopes, 'Patient', 's')
    const { isLenient } = place
    const query = parseQuery(place.query, { knows: knowsOfPatients, maySort: () => false, isLenient })
    const { conditions, count } = query
    const { offset } = place
    const index = await indexFor(house, reader, generation)
    const key = house.subjectKey(reader.viewer)
    const found = findPatients(index, key, conditions)
    await journalSearch(reader, generation, conditions, found.length)
    const onPage = (nth: number): boolean => nth >= offset && nth < offset + count
    const resources = found.map((patient, nth): Resource => {
      // Only what is handed over is made.
      if (!onPage(nth)) return { resourceType: 'Patient' } as Resource
      return stamped(patientSummary(patient, publicPatientId(key, patient.patientKey)), generation)
    })
    const issues = unansweredIssues(query.ignored, false)
    return bundle(at, { path: 'Patient', place, query, resources, issues, isRedacted: false })
  }

  async function search(at: At, type: ClinicalType, place: Asking): Promise<FhirAnswer> {
    const { reader, generation } = at
    demandType(reader, type, 's')
    const query = parseQuery(place.query, rulesOf(type, place.isLenient))
    const { conditions, sort, includes } = query
    const { patient, ids, others } = patientOf(type, conditions)
    const matches = matching(type, others)
    const records = await recordsOf(house, reader, generation, patient, type)
    const own = records.resources.filter((one) => one.resourceType === type)
    const found = own.filter((one) => (ids === undefined || ids.has(one.id ?? '')) && matches(one))
    const includable = records.resources.filter((one) => mayUse(reader.scopes, one.resourceType, 'r'))
    const isIncluding = includes.forward.length + includes.back.length > 0
    return bundle(at, {
      path: type,
      place,
      query,
      resources: sort.length > 0 ? sorted(type, found, sort) : found,
      includedIn: (page) => included(page, includable, includes),
      issues: [
        ...issuesOf(records, records.unshown.length, found.length),
        ...unansweredIssues(query.ignored, isIncluding && !mayUse(reader.scopes, '*', 'r')),
      ],
      isRedacted: records.withheld.length + records.without.length > 0,
    })
  }

  async function everything(at: At, id: string, place: Asking): Promise<FhirAnswer> {
    const { reader, generation } = at
    demandScope(reader.scopes, '*', 'r')
    const knows = (name: string, modifier: string) => name === '_type' && modifier === ''
    const { isLenient } = place
    const query = parseQuery(place.query, { ...EVERYTHING, knows, maySort: () => false, isLenient })
    const { conditions } = query
    const types = conditions.length > 0 ? new Set(conditions.flatMap(({ values }) => values)) : undefined
    if (patientPart(id) !== id) throw new Refusal('notFound')
    const records = await recordsOf(house, reader, generation, id, 'everything')
    return bundle(at, {
      path: `Patient/${id}/$everything`,
      place,
      query,
      resources: records.resources.filter(({ resourceType }) => types === undefined || types.has(resourceType)),
      issues: [...issuesOf(records, records.unshown.length, 1), ...unansweredIssues(query.ignored, false)],
      isRedacted: records.withheld.length + records.without.length > 0,
    })
  }

  interface Found {
    readonly path: string
    readonly place: Asking
    readonly query: Query
    readonly resources: readonly Resource[]
    readonly includedIn?: Parameters<typeof searchSet>[0]['includedIn']
    readonly issues: Parameters<typeof searchSet>[0]['issues']
    readonly isRedacted: boolean
  }

  /** Every page names its generation: a newer one in between changes no answer half-way. */
  function bundle({ request, reader, generation }: At, { path, place, query, ...found }: Found): FhirAnswer {
    const base = `${request.base}/generations/${generation.id}`
    const pageAt = (offset: number) => {
      const next = { ...place, path: `/generations/${generation.id}/${path}`, offset }
      return `${base}/${path}?_page=${links.seal(next, reader.viewer.personId)}`
    }
    const { shape, hasTotal, count } = query
    const isWhole = hasTotal && shape.summary === 'false' && !shape.elements
    // What was asked for may name a person: of it, only how it was to be answered is written back into an address.
    const how = isWhole
      ? ''
      : `?${new URLSearchParams(place.query.filter(([name]) => SAID_BACK.has(name)).map(([name, value]) => [name, value]))}`
    const self = `${base}/${path}${how}`
    const { offset } = place
    const answered = { includedIn: () => [], ...found, shape, hasTotal, offset, count }
    return json(200, searchSet({ ...answered, base: request.base, self, pageAt }))
  }

  async function nextPage(request: FhirRequest, reader: FhirReader): Promise<FhirAnswer> {
    const token = request.query.find(([name]) => name === '_page')![1]
    const place = links.open(token, reader.viewer.personId)
    if (!place) throw new Refusal('pageGone')
    const { asked, generationId } = parseAddress(place.path)
    const at = { request, reader, generation: await generationFor(reader, generationId) }
    if (asked.what !== 'search' && asked.what !== 'everything') throw new Refusal('pageGone')
    return listed(at, asked, place)
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

function allowed({ what }: Asked): FhirAnswer {
  const headers = { Allow: `GET, HEAD, OPTIONS${what === 'search' ? ', POST' : ''}` }
  return { status: 204, contentType: '', body: '', headers }
}

const valueOf = ({ query }: FhirRequest, wanted: string) => query.find(([name]) => name === wanted)?.[1]

/** The one patient of a search, from `patient`, `subject` or the ids asked for; every other condition stays. */
function patientOf(
  type: ClinicalType,
  conditions: readonly Condition[],
): { patient: string; ids: ReadonlySet<string> | undefined; others: Condition[] } {
  const named = conditions.filter(({ name }) => namesPatient(type, name))
  const byId = conditions.filter(({ name }) => name === '_id')
  const others = conditions.filter((one) => !named.includes(one) && !byId.includes(one))
  const patients = new Set([
    ...named.flatMap(({ values }) => values.map((value) => value.replace(/^(.*\/)?Patient\//, ''))),
    ...byId.flatMap(({ values }) => values.map((value) => patientPart(value) ?? value)),
  ])
  if (patients.size === 0) throw new Refusal('patientNeeded', type)
  if (patients.size > 1) throw new Refusal('patientNeeded', 'patient')
  const ids = byId.length > 0 ? new Set(byId.flatMap(({ values }) => values)) : undefined
  return { patient: [...patients][0]!, ids, others }
}

/** Conditions of a clinical type. */
function rulesOf(type: ClinicalType, isLenient: boolean): QueryRules {
  const known = parametersOf(type)
  return {
    knows: (name, modifier) =>
      name === '_id'
        ? modifier === ''
        : Object.hasOwn(known, name) && (modifier === '' || (modifier === 'Patient' && namesPatient(type, name))),
    maySort: (name) => isSortable(type, name),
    mayInclude: true,
    isLenient,
  }
}
