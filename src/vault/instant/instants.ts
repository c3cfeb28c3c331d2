/**
 * Disks of generations that are started without restoring them (即時起動): each in a thread of its own, in the ledger, its
 * generation held as long as it runs or its changes are kept. The ledger's word comes before the disk is served.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { AppError, type Clock, type ErrorCode, inTurns } from '#base'
import type { Kysely } from '#db'
import { type Actor, type EntryData, type InstantReason, type Ledger, newEntry } from '#journal'
import type { Jobs } from '../jobs.ts'
import type { OpenRepository } from '../repositories.ts'
import { seal, unseal } from '../seal.ts'
import type { InstantRow, VaultTables } from '../tables.ts'
import { InstantBook, type InstantEnd, type InstantSession, sessionOf } from './book.ts'
import { findImages, type FoundImages, imageAt } from './images.ts'
import { Insides } from './insides.ts'
import { type FoundGeneration, type PlanParts, Plans } from './plans.ts'
import { newPsk } from './psk.ts'
import { DiskThread } from './thread.ts'
import type { Figures, FlatForm, Listening } from './wire.ts'

export interface InstantParts extends PlanParts {
  readonly tables: Kysely<VaultTables>
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
  readonly jobs: Jobs
}

export interface InstantStart {
  readonly generationId: string
  readonly at: readonly number[]
  readonly reason: InstantReason
  readonly actor: Actor
  readonly canWrite: boolean
  /** For other computers, by TLS; absent: a socket on this one. Port 0: any that is free. */
  readonly listen?: { readonly host: string; readonly port: number }
}

export interface InstantStarted {
  readonly id: string
  /** What other computers connect with: shown once, kept nowhere. */
  readonly key?: Uint8Array
}

/** With what its thread says now. */
export interface InstantView extends InstantSession, Partial<Pick<Figures, 'clients'>> {
  /** Undefined while the keys are closed. */
  readonly path: string | undefined
  readonly socket: string | undefined
  readonly trouble: ErrorCode | undefined
}

interface Place {
  readonly at: readonly number[]
  readonly path: string
}

export class Instants {
  readonly #parts: InstantParts
  readonly #book: InstantBook
  readonly #plans: Plans
  /** Looking into disks without starting them. */
  readonly insides: Insides
  readonly #running = new Map<string, DiskThread>()
  /** Starts and ends one after the other: a second click meets what the first one made. */
  readonly #inTurn = inTurns()

  constructor(parts: InstantParts) {
    this.#parts = parts
    this.#book = new InstantBook(parts.tables)
    this.#plans = new Plans(parts)
    this.insides = new Insides(this.#plans, this.#plans.inside())
  }

  /** @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING, RESTIC_* */
  async images(generationId: string): Promise<FoundImages> {
    return findImages(await this.#plans.generation(generationId))
  }

  /**
   * The same image that runs already is not started a second time: its session is answered, without a key.
   * @throws DISK_*, VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING, VAULT_FILE_UNKNOWN, RESTIC_*
   */
  start(input: InstantStart): Promise<InstantStarted> {
    return this.#inTurn(async () => {
      const found = await this.#plans.generation(input.generationId)
      for (const row of await this.#book.open()) {
        const isSame = row.ended_at === null && row.generation_id === input.generationId
        if (isSame && this.#placeIn(row, found.opened).at.join() === input.at.join()) return { id: row.id }
      }
      return this.#begin(input, found, input.canWrite ? newId() : null, 'new')
    })
  }

  /**
   * A session that ended, with its changes, as a new one.
   * @throws DISK_SESSION_UNKNOWN, DISK_CHANGES_GONE, and as {@link start}
   */
  goOn(id: string, input: Omit<InstantStart, 'generationId' | 'at' | 'canWrite'>): Promise<InstantStarted> {
    return this.#inTurn(async () => {
      const row = await this.#ended(id)
      const found = await this.#plans.generation(row.generation_id)
      const { at } = this.#placeIn(row, found.opened)
      const begin = { ...input, generationId: row.generation_id, at, canWrite: true }
      const started = await this.#begin(begin, found, row.changes, 'continued')
      await this.#book.note(id, { changes_here: 0 })
      return started
    })
  }

  /** A second click does nothing. @throws DISK_SESSION_UNKNOWN */
  stop(id: string, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await this.#book.row(id))) throw new AppError('DISK_SESSION_UNKNOWN')
      await this.#end(id, 'person', actor)
    })
  }

  /** What was written while it ran is gone for good. @throws DISK_SESSION_UNKNOWN, DISK_SESSION_RUNNING */
  throwAway(id: string, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const row = await this.#book.row(id)
      if (!row) throw new AppError('DISK_SESSION_UNKNOWN')
      if (row.ended_at === null) throw new AppError('DISK_SESSION_RUNNING')
      if (row.changes === null || row.changes_here === 0) return
      await this.#append('instant.changes', actor, row.generation_id, { session: id, did: 'thrown' })
      rmSync(this.#plans.inside(row.changes), { recursive: true, force: true })
      await this.#book.note(id, { changes_here: 0 })
    })
  }

  /**
   * The disk with its changes as one new image, as a job; its id at once.
   * @param to path of the file, which is not there yet
   * @throws DISK_SESSION_UNKNOWN, DISK_SESSION_RUNNING, DISK_CHANGES_GONE, VAULT_RUN_IN_PROGRESS
   */
  async writeOut(id: string, target: { to: string; form: FlatForm; actor: Actor; subject: string }): Promise<string> {
    const { to, form, actor, subject } = target
    const row = await this.#ended(id)
    const found = await this.#plans.generation(row.generation_id)
    const plan = await this.#plans.plan(found, this.#placeIn(row, found.opened).at, row.changes)
    const { id: jobId, done } = this.#parts.jobs.start('image', subject, async ({ signal, report }) => {
      const thread = new DiskThread({ ...plan, do: 'write', to, form }, ({ phase, bytesDone, bytesTotal }) =>
        report({ phase, bytesDone, bytesTotal }),
      )
      const stop = (): void => void thread.kill()
      signal.addEventListener('abort', stop, { once: true })
      const { code } = await thread.ended
      signal.removeEventListener('abort', stop)
      if (signal.aborted) rmSync(`${to}.part`, { force: true })
      if (code !== undefined) throw new AppError(signal.aborted ? 'BASE_CANCELLED' : code)
      await this.#append('instant.changes', actor, row.generation_id, { session: id, did: 'written' })
    })
    done.catch(() => undefined)
    return jobId
  }

  /** Newest first. */
  async list(): Promise<InstantView[]> {
    return Promise.all((await this.#book.rows()).map((row) => this.#view(row)))
  }

  async get(id: string): Promise<InstantView | undefined> {
    const row = await this.#book.row(id)
    return row && this.#view(row)
  }

  /** Generations that must not be let go. */
  async inUse(): Promise<ReadonlySet<string>> {
    return new Set([...(await this.#book.open()).map((row) => row.generation_id), ...this.insides.inUse()])
  }

  /** After a start: what a killed server left is over, and its changes are kept. */
  async recover(): Promise<void> {
    await this.insides.sweep()
    for (const row of await this.#book.open()) {
      if (row.changes !== null && !existsSync(this.#plans.inside(row.changes)))
        await this.#book.note(row.id, { changes_here: 0 })
      if (row.ended_at !== null || this.#running.has(row.id)) continue
      rmSync(this.#socket(row.id), { force: true })
      await this.#noteEnd(row, 'server', { bytesRead: row.bytes_read, changedBytes: row.changed_bytes }, 'system:vault')
    }
  }

  /** All sessions end with the server; what was written is kept. */
  async close(): Promise<void> {
    await this.insides.close()
    await this.#inTurn(async () => {
      for (const id of this.#running.keys()) await this.#end(id, 'server')
    })
  }

  async #begin(
    input: InstantStart,
    found: FoundGeneration,
    changes: string | null,
    kind: 'new' | 'continued',
  ): Promise<InstantStarted> {
    const { generationId, at, reason, actor, listen } = input
    const id = newId()
    const image = await imageAt(found, at)
    if (!image) throw new AppError('VAULT_FILE_UNKNOWN')
    const key = listen && newPsk()
    const listening: Listening = listen
      ? { kind: 'tls', ...listen, key: key! }
      : { kind: 'socket', path: this.#socket(id) }
    const place: Place = { at, path: image.path }
    mkdirSync(this.#plans.inside(), { recursive: true, mode: 0o700 })
    // The row first: from now on nobody lets the generation go.
    await this.#book.add({
      id,
      generation_id: generationId,
      source_id: found.sourceId,
      sealed: seal(found.opened.keys.seal, Buffer.from(JSON.stringify(place)), Buffer.from(id)),
      format: null,
      size_bytes: null,
      reason,
      address: listen ? `${listen.host}:${listen.port}` : null,
      began_at: this.#parts.clock.now(),
      began_by: actor,
      ended_at: null,
      ended: null,
      bytes_read: 0,
      changed_bytes: 0,
      changes,
      changes_here: changes === null ? 0 : 1,
    })
    const plan = await this.#plans.plan(found, at, changes)
    const thread = new DiskThread({ ...plan, do: 'serve', listen: listening })
    try {
      const ready = await thread.ready()
      const address = listen ? { address: `${listen.host}:${ready.port}` } : {}
      await this.#book.note(id, { format: ready.format, size_bytes: ready.sizeBytes, ...address })
      await this.#append('instant.started', actor, generationId, {
        repository: found.opened.repository.config.id,
        snapshot: generationId,
        session: id,
        reason,
        reach: listen ? 'network' : 'here',
        changes: changes === null ? 'none' : kind,
      })
    } catch (error) {
      // Never served to anybody: as if it had not been.
      await thread.kill()
      if (kind === 'new' && changes !== null) rmSync(this.#plans.inside(changes), { recursive: true, force: true })
      await this.#book.remove(id)
      throw error
    }
    this.#running.set(id, thread)
    void thread.ended.then(({ code }) => (code === undefined ? undefined : this.#inTurn(() => this.#end(id, 'failed'))))
    return { id, ...(key ? { key } : {}) }
  }

  async #end(id: string, how: InstantEnd, actor: Actor = 'system:vault'): Promise<void> {
    const thread = this.#running.get(id)
    const row = await this.#book.row(id)
    if (!thread || !row || !this.#running.delete(id)) return
    // Its last words may be that the disk for the changes was full.
    const { code } = how === 'failed' ? {} : await thread.end()
    rmSync(this.#socket(id), { force: true })
    await this.#noteEnd(row, code === undefined ? how : 'failed', thread.figures, actor)
  }

  async #noteEnd(
    row: InstantRow,
    how: InstantEnd,
    { bytesRead, changedBytes }: Omit<Figures, 'clients'>,
    actor: Actor,
  ): Promise<void> {
    await this.#append('instant.ended', actor, row.generation_id, {
      session: row.id,
      end: how,
      bytesRead,
      changedBytes,
    })
    const ended = { ended_at: this.#parts.clock.now(), ended: how, bytes_read: bytesRead, changed_bytes: changedBytes }
    await this.#book.note(row.id, ended)
  }

  /** Ended, its changes here. */
  async #ended(id: string): Promise<InstantRow & { changes: string }> {
    const row = await this.#book.row(id)
    if (!row) throw new AppError('DISK_SESSION_UNKNOWN')
    if (row.ended_at === null) throw new AppError('DISK_SESSION_RUNNING')
    const { changes } = row
    if (changes === null || row.changes_here === 0 || !existsSync(this.#plans.inside(changes)))
      throw new AppError('DISK_CHANGES_GONE')
    return { ...row, changes }
  }

  async #view(row: InstantRow): Promise<InstantView> {
    const thread = this.#running.get(row.id)
    const opened = await this.#parts.repositories.open(row.source_id).catch(() => undefined)
    const { figures, trouble } = thread ?? {}
    return {
      ...sessionOf(row),
      ...figures,
      path: opened && this.#placeIn(row, opened).path,
      socket: thread && row.address === null ? this.#socket(row.id) : undefined,
      trouble,
    }
  }

  #placeIn(row: InstantRow, { keys }: Pick<OpenRepository, 'keys'>): Place {
    return JSON.parse(unseal(keys.seal, row.sealed, Buffer.from(row.id)).toString()) as Place
  }

  async #append<T extends 'instant.started' | 'instant.ended' | 'instant.changes'>(
    type: T,
    actor: Actor,
    generationId: string,
    data: EntryData<T>,
  ): Promise<void> {
    await this.#parts.ledger.append(newEntry(type, { actor, subject: `generation:${generationId}`, data }))
  }

  readonly #socket = (id: string): string => this.#plans.inside(`${id}.sock`)
}

/** Short: a path of a socket may have 107 bytes. */
const newId = (): string => randomBytes(8).toString('hex')
