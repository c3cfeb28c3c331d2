/** Work that takes longer than a person likes to wait: one entry each, with progress that a screen can follow. */
import { EventEmitter, on } from 'node:events'
import { randomUUID } from 'node:crypto'
import { AppError, type Clock, type EpochMs, type ErrorCode, isAppError } from '#base'

export type JobKind =
  | 'backup'
  | 'verify'
  | 'restore-test'
  | 'rehearsal'
  | 'copy'
  | 'media'
  | 'place-test'
  | 'edition'
  | 'restore'
  | 'image'
export type JobPhase =
  | 'waiting'
  | 'before'
  | 'dump'
  | 'quiet'
  | 'after'
  | 'scan'
  | 'read'
  | 'write'
  | 'save'
  | 'check'
  | 'lock'
  | 'index'
  | 'read-back'
  | 'eject'
  | 'isolate'
  | 'malware'
  | 'records'
  | 'databases'
  | 'second-opinion'
  | 'clean-up'
  | 'report'
  | 'finish'

export interface Job {
  readonly id: string
  readonly kind: JobKind
  /** Name of the source. */
  readonly subject: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly phase: JobPhase
  readonly startedAtMs: EpochMs
  readonly endedAtMs?: EpochMs
  readonly filesDone: number
  readonly filesTotal?: number
  readonly bytesDone: number
  readonly bytesTotal?: number
  readonly bytesPerSecond?: number
  readonly remainingMs?: number
  readonly skipped: number
  readonly generationId?: string
  readonly errorCode?: ErrorCode
}

type Progress = Partial<
  Pick<Job, 'phase' | 'filesDone' | 'filesTotal' | 'bytesDone' | 'bytesTotal' | 'skipped' | 'generationId'>
>

export interface JobHandle {
  readonly signal: AbortSignal
  readonly report: (progress: Progress) => void
}

/** Ended jobs stay to be looked at. */
const KEPT = 50
/** A screen is told at most this often. */
const TELL_EVERY_MS = 250

interface Entry {
  job: Job
  abort: AbortController
  startedMonotonic: number
  told: number
}

export class Jobs {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  readonly #events = new EventEmitter().setMaxListeners(0)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Starts work under a job; its id at once, its end as a promise. A second one of the same kind and subject is refused
   * with VAULT_RUN_IN_PROGRESS naming the one that is going (a second click, a schedule that comes round).
   */
  start<T>(kind: JobKind, subject: string, work: (handle: JobHandle) => Promise<T>): { id: string; done: Promise<T> } {
    const going = this.running(kind, subject)
    if (going) throw new AppError('VAULT_RUN_IN_PROGRESS', { context: { jobId: going.id } })
    const id = randomUUID()
    const abort = new AbortController()
    const job: Job = {
      id,
      kind,
      subject,
      state: 'running',
      phase: 'waiting',
      startedAtMs: this.#clock.now(),
      filesDone: 0,
      bytesDone: 0,
      skipped: 0,
    }
    this.#entries.set(id, { job, abort, startedMonotonic: this.#clock.monotonic(), told: 0 })
    this.#forgetOld()
    const done = this.#follow(id, () =>
      work({ signal: abort.signal, report: (progress) => this.#report(id, progress) }),
    )
    return { id, done }
  }

  running(kind: JobKind, subject: string): Job | undefined {
    return this.list().find((job) => job.state === 'running' && job.kind === kind && job.subject === subject)
  }

  /** Newest first. */
  list(): Job[] {
    return [...this.#entries.values()].map((entry) => entry.job).reverse()
  }

  get(id: string): Job | undefined {
    return this.#entries.get(id)?.job
  }

  cancel(id: string): void {
    this.#entries.get(id)?.abort.abort()
  }

  /** Asks all running work to stop, for the end of the process. */
  cancelAll(): void {
    for (const { abort } of this.#entries.values()) abort.abort()
  }

  /** The job now and at each change until it ends or `signal` aborts. */
  async *watch(id: string, signal: AbortSignal): AsyncIterable<Job> {
    const first = this.get(id)
    if (!first) return
    // Listening starts before the first value is given: no change can fall between.
    const changes = on(this.#events, id, { signal })
    yield first
    if (first.state !== 'running') return
    try {
      for await (const [job] of changes as AsyncIterable<[Job]>) {
        yield job
        if (job.state !== 'running') return
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async #follow<T>(id: string, work: () => Promise<T>): Promise<T> {
    // The caller has the job's id before its work begins.
    await Promise.resolve()
    try {
      // Cancelled before it began: work that waits for the event would wait for ever.
      if (this.#entries.get(id)!.abort.signal.aborted) throw new AppError('BASE_CANCELLED')
      const result = await work()
      this.#end(id, { state: 'done', phase: 'finish' })
      return result
    } catch (error) {
      const cancelled = isAppError(error, 'BASE_CANCELLED')
      const errorCode = isAppError(error) ? error.code : 'BASE_BUG'
      this.#end(id, cancelled ? { state: 'cancelled' } : { state: 'failed', errorCode })
      throw error
    }
  }

  #end(id: string, change: Partial<Job>): void {
    const entry = this.#entries.get(id)!
    const { remainingMs: _, ...job } = entry.job
    entry.job = { ...job, ...change, endedAtMs: this.#clock.now() }
    this.#events.emit(id, entry.job)
  }

  #report(id: string, progress: Progress): void {
    const entry = this.#entries.get(id)!
    const job = { ...entry.job, ...progress }
    const elapsed = this.#clock.monotonic() - entry.startedMonotonic
    entry.job = { ...job, ...speed(job, elapsed) }
    const changedPhase = progress.phase !== undefined
    if (!changedPhase && this.#clock.monotonic() - entry.told < TELL_EVERY_MS) return
    entry.told = this.#clock.monotonic()
    this.#events.emit(id, entry.job)
  }

  #forgetOld(): void {
    const ended = this.list().filter((job) => job.state !== 'running')
    for (const job of ended.slice(KEPT)) this.#entries.delete(job.id)
  }
}

/** Bytes a second, and the time left by the slower of files and bytes. */
function speed(job: Job, elapsedMs: number): Pick<Job, 'bytesPerSecond' | 'remainingMs'> {
  if (elapsedMs < 1000) return {}
  const share = Math.min(part(job.filesDone, job.filesTotal), part(job.bytesDone, job.bytesTotal))
  const remaining = share > 0.01 && share < 1 ? { remainingMs: Math.round((elapsedMs / share) * (1 - share)) } : {}
  return { bytesPerSecond: Math.round((job.bytesDone * 1000) / elapsedMs), ...remaining }
}

function part(done: number, total: number | undefined): number {
  return total ? Math.min(1, done / total) : 1
}
