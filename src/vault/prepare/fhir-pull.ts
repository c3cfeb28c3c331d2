/**
 * A night's copy of a FHIR server, as files to be backed up. By Bulk Data export where the server has it, else by search,
 * type by type; only what changed where the last backup is whole and not a week old. What cannot be had is never left out in
 * silence: the type's last state is taken over from the last backup, the list says so, and the run ends red.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { AppError, type Clock, isAppError } from '#base'
import {
  type Capability,
  deletedIn,
  errorsIn,
  type ExportFile,
  exportedLines,
  FhirServer,
  isResourceLine,
  type Manifest,
  saysFailed,
  type FhirLogin,
  type FhirServerSettings,
  withExport,
} from '#fhir-server'
import { COPY_FILE, EXPORT_ERRORS_FILE } from '#intake'
import type { JobHandle } from '../jobs.ts'
import type { IntakeFiles } from '../intake.ts'
import type { RepositorySecrets } from '../repositories.ts'
import type { FhirServerOptions, Source } from '../source.ts'
import { TypeStore } from './fhir-store.ts'

/** What this copy is: read by the next one, and by the survey. */
const copySchema = z.object({
  version: z.literal(1),
  base: z.string(),
  way: z.enum(['search', 'export']),
  /** By the server's clock where it gives one: the next night asks for what changed since. */
  asOf: z.string(),
  /** When everything was read last. */
  wholeAsOf: z.string(),
  counts: z.record(z.string(), z.number()),
  missing: z.array(z.object({ type: z.string(), code: z.string(), keptFrom: z.string().optional() })),
  /** What the server's list says that it deleted since the copy before (`Type/id`); older generations keep it. */
  deleted: z.array(z.string()).optional(),
})
export type FhirCopy = z.infer<typeof copySchema>

export interface PullParts {
  readonly settings: FhirServerSettings
  /** Empty, private. */
  readonly folder: string
  /** Files of the last generation; undefined on the first night. */
  readonly previous: IntakeFiles | undefined
  readonly clock: Clock
  readonly job: Pick<JobHandle, 'signal' | 'report'>
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const WHOLE_EVERY_MS = 7 * 86_400_000
/** Clocks of two machines, and records that were being written. */
const OVERLAP_MS = 10 * 60_000
const MOST_FILE_TRIES = 3
/** The server does not offer the type any more. */
const GONE = 'gone'

/** @throws FHIR_SERVER_* where nothing can be had at all; what is partly missing is in the result */
export async function pullFhir(parts: PullParts): Promise<FhirCopy> {
  const { settings, folder, clock, job, pause } = parts
  const server = new FhirServer(settings, { signal: job.signal, ...(pause && { pause }) })
  try {
    const capability = await server.capability()
    const before = await lastCopy(parts)
    const since = before && sinceOf(before, clock.now())
    const pull = new Pull(parts, server, before)
    const asOf = new Date(clock.now()).toISOString()
    const copy =
      capability.exports || settings.group !== undefined
        ? await pull.byExport(capability, since)
        : await pull.bySearch(capability, since, asOf)
    writeFileSync(join(folder, COPY_FILE), `${JSON.stringify(copy, null, 1)}\n`)
    return copy
  } finally {
    server.close()
  }
}

/** Undefined: everything is read. */
function sinceOf({ missing, asOf, wholeAsOf }: FhirCopy, now: number): string | undefined {
  const isOld = now - Date.parse(wholeAsOf) > WHOLE_EVERY_MS || Date.parse(asOf) > now
  if (missing.length > 0 || isOld) return undefined
  return new Date(Date.parse(asOf) - OVERLAP_MS).toISOString()
}

async function lastCopy({ previous, settings }: PullParts): Promise<FhirCopy | undefined> {
  const bytes = await previous?.readLocal(COPY_FILE)
  if (!bytes) return undefined
  try {
    const copy = copySchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return copy.base === settings.base ? copy : undefined
  } catch {
    return undefined
  }
}

class Pull {
  readonly #parts: PullParts
  readonly #server: FhirServer
  /** The last backup's. */
  readonly #before: FhirCopy | undefined
  readonly #counts: Record<string, number> = {}
  readonly #missing: FhirCopy['missing'][number][] = []
  /** Of this export of changes, as `Type/id`: taken out of the last state, never out of an older generation. */
  #deleted: ReadonlySet<string> = new Set()
  #done = 0

  constructor(parts: PullParts, server: FhirServer, before: FhirCopy | undefined) {
    this.#parts = parts
    this.#server = server
    this.#before = before
  }

  async bySearch({ types }: Capability, since: string | undefined, asOf: string): Promise<FhirCopy> {
    await this.#keepGone(types)
    for (const type of types) {
      await this.#type(type, () => this.#search(type, since))
    }
    return this.#copy('search', since, asOf)
  }

  /** Only what changed upon the last state; where the numbers then differ (something was deleted), everything. */
  async #search(type: string, since: string | undefined): Promise<number> {
    if (since !== undefined) {
      const changed = await this.#fill(type, this.#server.search(type, since), { upon: true })
      const total = await this.#server.count(type)
      if (total === undefined || total === changed) return changed
    }
    for (let again = false; ; again = true) {
      const before = await this.#server.count(type)
      const found = await this.#fill(type, this.#server.search(type), { upon: false })
      const after = await this.#server.count(type)
      // Records may come and go while they are read; a server that holds back some says more before and after.
      if (before === undefined || after === undefined || found >= Math.min(before, after)) return found
      if (again) throw new AppError('FHIR_SERVER_ANSWER_WRONG', { context: { why: 'short' } })
    }
  }

  async byExport({ types }: Capability, since: string | undefined): Promise<FhirCopy> {
    try {
      if (since !== undefined) {
        const copy = await this.#export(since)
        // Of a group nobody counts; the weekly whole reading finds what was taken away without a word.
        if (this.#server.group !== undefined || (await this.#agrees(types))) return copy
        // Something was deleted, which a list of changes does not tell.
        this.#missing.length = 0
      }
      return await this.#export(undefined)
    } catch (error) {
      // It says that it exports, and does not.
      if (!isAppError(error) || error.code === 'BASE_CANCELLED') throw error
      const status = Number(error.context['status'] ?? 0)
      // A search would read patients that are not of the group.
      if (this.#server.group !== undefined) throw error
      if (status === 404 || status === 405 || status === 501)
        return this.bySearch(
          { software: '', types, exports: false },
          undefined,
          new Date(this.#parts.clock.now()).toISOString(),
        )
      throw error
    }
  }

  #export(since: string | undefined): Promise<FhirCopy> {
    return withExport(this.#server, since, async (manifest) => {
      const { files, transactionTime } = manifest
      this.#deleted = since === undefined ? new Set() : await deletedIn(this.#server, manifest)
      const byType = Map.groupBy(files, ({ type }) => type)
      // What an export of changes does not name has not changed.
      const older = since === undefined ? [] : Object.keys(this.#before?.counts ?? {})
      if (since === undefined) await this.#keepGone([...byType.keys()])
      for (const type of new Set([...byType.keys(), ...older].toSorted())) {
        const files = this.#exported(byType.get(type) ?? [])
        await this.#type(type, () => this.#fill(type, files, { upon: since !== undefined }))
      }
      if (await this.#keepErrors(manifest)) this.#missing.push({ type: '*', code: 'FHIR_SERVER_ANSWER_WRONG' })
      return this.#copy('export', since, transactionTime)
    })
  }

  /** The server's own list of what it could not give, kept beside the records and listed on screen. @returns whether it has any */
  async #keepErrors(manifest: Manifest): Promise<boolean> {
    if (manifest.errors.length === 0) return false
    try {
      const lines = await errorsIn(this.#server, manifest)
      const path = join(this.#parts.folder, EXPORT_ERRORS_FILE)
      if (lines.length > 0) writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
      return lines.some(saysFailed)
    } catch (error) {
      if (!isAppError(error) || error.code === 'BASE_CANCELLED') throw error
      return true
    }
  }

  async *#exported(files: readonly ExportFile[]): AsyncIterableIterator<readonly string[]> {
    for (const file of files)
      for (let tries = 1; ; tries++) {
        try {
          for await (const line of exportedLines(this.#server, file)) yield [line]
          break
        } catch (error) {
          if (!isAppError(error) || error.retry !== 'temporary' || tries === MOST_FILE_TRIES) throw error
          // It comes again from its beginning: the same line twice is one.
          await this.#server.requests.wait(1000 * tries)
        }
      }
  }

  /** Whether the server counts as many of each type as were taken. */
  async #agrees(types: readonly string[]): Promise<boolean> {
    for (const type of types) {
      const total = await this.#server.count(type).catch(() => undefined)
      if (total !== undefined && total !== (this.#counts[type] ?? 0)) return false
    }
    return true
  }

  /** @returns how many there are now */
  async #fill(type: string, pages: AsyncIterable<readonly string[]>, { upon }: { upon: boolean }): Promise<number> {
    const store = new TypeStore(this.#parts.folder, type)
    store.remove()
    if (upon) for await (const line of this.#lastLines(type)) if (!this.#isDeleted(type, line)) store.add(line)
    for await (const lines of pages) {
      for (const line of lines) store.add(line)
      this.#done += lines.length
      this.#parts.job.report({ phase: 'dump', filesDone: this.#done })
    }
    return await store.finish()
  }

  #isDeleted(type: string, line: string): boolean {
    if (this.#deleted.size === 0 || !isResourceLine(line)) return false
    return this.#deleted.has(`${type}/${String((JSON.parse(line) as { id?: unknown }).id)}`)
  }

  async #type(type: string, work: () => Promise<number>): Promise<void> {
    try {
      this.#counts[type] = await work()
    } catch (error) {
      if (!isAppError(error) || error.code === 'BASE_CANCELLED' || error.kind === 'storage') throw error
      await this.#keepLast(type, error.code)
    }
  }

  async #keepLast(type: string, code: string): Promise<void> {
    new TypeStore(this.#parts.folder, type).remove()
    let kept = 0
    for await (const { path, bytes } of this.#lastFiles(type)) {
      const to = join(this.#parts.folder, path)
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
      writeFileSync(to, bytes, { mode: 0o600 })
      kept++
    }
    const keptFrom = kept > 0 ? (await lastCopy(this.#parts))?.asOf : undefined
    this.#missing.push({ type, code, ...(keptFrom && { keptFrom }) })
  }

  async *#lastLines(type: string): AsyncIterableIterator<string> {
    for await (const { bytes } of this.#lastFiles(type))
      yield* Buffer.from(bytes)
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
  }

  async *#lastFiles(type: string): AsyncIterableIterator<{ path: string; bytes: Uint8Array }> {
    const { previous } = this.#parts
    for (const path of (await previous?.localPaths()) ?? [])
      if (path.startsWith(`${type}/`)) yield { path, bytes: (await previous!.readLocal(path))! }
  }

  /**
   * A server that no longer offers a type has not lost its records: they are kept, and it is said. Where the next night says
   * the same, they are gone.
   */
  async #keepGone(types: readonly string[]): Promise<void> {
    const { counts = {}, missing = [] } = this.#before ?? {}
    const gone = Object.keys(counts).filter((type) => counts[type]! > 0 && !types.includes(type))
    for (const type of gone)
      if (!missing.some((one) => one.type === type && one.code === GONE)) await this.#keepLast(type, GONE)
  }

  #copy(way: FhirCopy['way'], since: string | undefined, asOf: string): FhirCopy {
    const wholeAsOf = since === undefined ? asOf : this.#before!.wholeAsOf
    const { base } = this.#parts.settings
    const deleted = this.#deleted.size > 0 && { deleted: [...this.#deleted].toSorted() }
    return { version: 1, base, way, asOf, wholeAsOf, counts: this.#counts, missing: this.#missing, ...deleted }
  }
}

/** @throws VAULT_FHIR_INCOMPLETE once the generation is there */
export function demandWhole({ missing }: FhirCopy): void {
  if (missing.length > 0) throw new AppError('VAULT_FHIR_INCOMPLETE', { context: { types: missing.length } })
}

/** A first look: what the server is and how many it has of what, nothing kept. @throws FHIR_SERVER_* */
export async function tryFhir(settings: FhirServerSettings, signal: AbortSignal): Promise<FhirTrial> {
  const server = new FhirServer(settings, { signal, tries: 2 })
  try {
    const { software, types, exports } = await server.capability()
    const counts: Record<string, number> = {}
    for (const type of TRIED.filter((one) => types.includes(one))) {
      const count = await server.count(type)
      if (count !== undefined) counts[type] = count
    }
    return { software, exports, types: types.length, counts }
  } finally {
    server.close()
  }
}

export interface FhirTrial {
  readonly software: string
  readonly exports: boolean
  readonly types: number
  readonly counts: Readonly<Record<string, number>>
}

/** What people ask for first. */
const TRIED = [
  'Patient',
  'AllergyIntolerance',
  'MedicationRequest',
  'Condition',
  'Observation',
  'Encounter',
  'Appointment',
]

/** @throws VAULT_KEY_MISSING while the keys are closed */
export function fhirSettings({ options }: Pick<Source, 'options'>, secrets: RepositorySecrets): FhirServerSettings {
  const { fhir } = options
  if (!fhir) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'no server' } })
  const { base, pinnedCertificateSha256, caPem, alsoOrigins, group } = fhir
  return {
    base,
    login: loginOf(fhir, secrets),
    ...(pinnedCertificateSha256 && { pinnedCertificateSha256 }),
    ...(caPem && { caPem }),
    ...(alsoOrigins && { alsoOrigins }),
    ...(group && { group }),
  }
}

function loginOf({ login, user = '', secret }: FhirServerOptions, secrets: RepositorySecrets): FhirLogin {
  if (login === 'none' || secret === undefined) return { kind: 'none' }
  const kept = secrets.load(secret)
  if (kept === undefined) throw new AppError('VAULT_KEY_MISSING')
  const text = Buffer.from(kept, 'base64').toString('utf8')
  if (login === 'bearer') return { kind: login, token: text }
  return login === 'smart' ? { kind: login, user, privateKey: text } : { kind: login, user, password: text }
}
