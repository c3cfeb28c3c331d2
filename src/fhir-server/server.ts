/** A FHIR R4 server: what it can do, and everything of a type out of it. */
import { createHash } from 'node:crypto'
import { AppError } from '#base'
import { type Handling, Requests } from './requests.ts'
import { isObject, isResource, type Json, lineOf, objectsIn, parseKeeping } from './resource-line.ts'
import type { FhirServerSettings } from './settings.ts'
import { wrong } from './wrong.ts'

export interface Capability {
  readonly software: string
  /** Types that can be searched and that may hold a patient's records or what these refer to. */
  readonly types: readonly string[]
  /** It says that it exports (Bulk Data Access). */
  readonly exports: boolean
}

/** Of the server and its rules, not of patients. */
const NOT_CARE = new Set(
  (
    'ActivityDefinition AuditEvent Bundle CapabilityStatement CodeSystem CompartmentDefinition ConceptMap EventDefinition ' +
    'ExampleScenario GraphDefinition ImplementationGuide Library Measure MessageDefinition MessageHeader NamingSystem ' +
    'OperationDefinition OperationOutcome Parameters PlanDefinition Questionnaire SearchParameter StructureDefinition ' +
    'StructureMap Subscription TerminologyCapabilities TestReport TestScript ValueSet'
  ).split(' '),
)

const PAGE_SIZE = 500
/** Pages of one type; more is a server that never ends. */
const MOST_PAGES = 1_000_000

export class FhirServer {
  readonly requests: Requests
  /** Whose patients are exported; undefined: all. */
  readonly group: string | undefined

  constructor(settings: FhirServerSettings, handling: Handling) {
    this.group = settings.group
    this.requests = new Requests(settings, handling)
  }

  /** @throws FHIR_SERVER_NOT_FHIR, FHIR_SERVER_UNREACHABLE, _CERTIFICATE_WRONG, _LOGIN_REFUSED, _BUSY, _ANSWER_WRONG */
  async capability(): Promise<Capability> {
    const statement = await this.#capabilityStatement()
    const { fhirVersion, software, rest } = statement
    if (typeof fhirVersion !== 'string' || !fhirVersion.startsWith('4.')) throw new AppError('FHIR_SERVER_NOT_FHIR')
    const server = objectsIn(rest).find(({ mode }) => mode === 'server') ?? {}
    const resources = objectsIn(server['resource'])
    const operations = [server, ...resources].flatMap((one) => objectsIn(one['operation']))
    return {
      software: nameIn(software),
      types: resources
        .filter(isSearched)
        .map(({ type }) => String(type))
        .filter((type) => !NOT_CARE.has(type)),
      exports: operations.some(({ name }) => name === 'export' || name === 'group-export' || name === 'patient-export'),
    }
  }

  async #capabilityStatement(): Promise<Json> {
    try {
      const { text } = await this.requests.json(this.requests.own(`${this.requests.base}/metadata`))
      const value = parseKeeping(text)
      if (isResource(value) && value.resourceType === 'CapabilityStatement') return value
    } catch (error) {
      // An address that answers with something else is not a FHIR server's.
      if (!(error instanceof AppError) || error.code !== 'FHIR_SERVER_ANSWER_WRONG') throw error
    }
    throw new AppError('FHIR_SERVER_NOT_FHIR')
  }

  /**
   * How many of a type the server has, where it says so.
   * @throws as {@link search}
   */
  async count(type: string): Promise<number | undefined> {
    const { text } = await this.requests.json(this.requests.own(`${this.requests.base}/${type}?_summary=count`))
    const { total } = (parseKeeping(text) ?? {}) as Json
    return typeof total === 'number' ? total : undefined
  }

  /**
   * All resources of a type, page by page, each as one line. Some may come twice, where pages shift while they are read.
   * @param since an instant: only what changed after it
   * @throws FHIR_SERVER_ANSWER_WRONG where pages repeat, lead elsewhere or are none; and what asking throws
   */
  async *search(type: string, since?: string): AsyncIterableIterator<readonly string[]> {
    const query = new URLSearchParams({ _count: String(PAGE_SIZE), ...(since && { _lastUpdated: `ge${since}` }) })
    const pages = new Set<string>()
    let next: string | undefined = `${this.requests.base}/${type}?${query.toString()}`
    for (let page = 1; next !== undefined; page++) {
      if (pages.has(next) || page > MOST_PAGES) throw wrong('loop')
      pages.add(next)
      const bundle = await this.#page(next)
      const lines = linesOf(bundle, type)
      // A server that gives the same page under ever new addresses never ends either.
      const content = lines.length > 0 ? digest(lines) : next
      if (lines.length > 0 && pages.has(content)) throw wrong('loop')
      pages.add(content)
      yield lines
      next = nextLink(bundle)
    }
  }

  async #page(link: string): Promise<Json> {
    const url = this.requests.own(link)
    const read = async (): Promise<unknown> => parseKeeping((await this.requests.json(url)).text)
    // A page that was cut on the way may come whole the second time.
    const value = await read().catch((error: unknown) => {
      if (error instanceof AppError && error.context['why'] === 'json') return read()
      throw error
    })
    if (!isResource(value) || value.resourceType !== 'Bundle') throw wrong('not-a-bundle')
    return value
  }

  close(): void {
    this.requests.close()
  }
}

function nameIn(software: unknown): string {
  const name = (software as Json | undefined)?.['name']
  return typeof name === 'string' ? name : ''
}

function isSearched({ type, interaction }: Json): boolean {
  const codes = objectsIn(interaction).map(({ code }) => code)
  return typeof type === 'string' && /^[A-Z][A-Za-z]+$/.test(type) && codes.includes('search-type')
}

/**
 * What was searched for; what the server added (included resources, remarks) is not. An entry that holds no resource comes as
 * it is: whoever reads the file names it as a bad record. @throws where it says that something failed
 */
function linesOf({ entry }: Json, type: string): string[] {
  return (Array.isArray(entry) ? (entry as unknown[]) : []).flatMap((one) => {
    const resource = isObject(one) ? one['resource'] : undefined
    if (!isResource(resource)) return [lineOf(one)]
    if (resource.resourceType === type) return [lineOf(resource)]
    const issues = resource.resourceType === 'OperationOutcome' ? objectsIn(resource['issue']) : []
    if (issues.some(({ severity }) => severity === 'error' || severity === 'fatal')) throw wrong('outcome')
    return []
  })
}

function nextLink({ link }: Json): string | undefined {
  const next = objectsIn(link).find(({ relation }) => relation === 'next')
  return typeof next?.['url'] === 'string' ? next['url'] : undefined
}

const digest = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('base64')
