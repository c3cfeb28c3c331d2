/** Rehearsals of one institution: started by hand or by time, recorded, swept. */
import { createHash, randomUUID } from 'node:crypto'
import { AppError, type Clock, codeOf, type EpochMs, isAppError } from '#base'
import { isolationProblem } from '#isolation'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { type Generation, type JobHandle, type ProofFailure, type Source, type Vault } from '#vault'
import { RehearsalBook } from './book.ts'
import {
  type Declared,
  type Details,
  type Question,
  type Rehearsal,
  type RehearsalSettings,
  type Result,
  resultOf,
  type StepResult,
} from './model.ts'
import { goThrough, type Going, targetIn } from './run.ts'
import { SettingsBook } from './settings.ts'
import type { RehearsalTables } from './tables.ts'

export interface ReportFacts {
  readonly rehearsal: Rehearsal
  readonly sourceName: string
  /** Before this one, newest first. */
  readonly earlier: readonly Rehearsal[]
}

export interface RehearsalsParts {
  readonly vault: Vault
  readonly ledger: Ledger
  readonly clock: Clock
  readonly tables: Kysely<RehearsalTables>
  /** The report as PDF. */
  readonly drawReport: (facts: ReportFacts) => Promise<Uint8Array>
}

const DAY_MS = 86_400_000
const CLAMAV = '/var/lib/clamav'
/** Earlier ones in a report. */
const EARLIER = 12
/** What is wrong with a backup, not with this machine. */
const OF_THE_BACKUP: ReadonlySet<string> = new Set(['scan', 'records', 'databases', 'second'])

export class Rehearsals {
  readonly book: RehearsalBook
  readonly settings: SettingsBook
  readonly #parts: RehearsalsParts
  readonly #going = new Set<string>()

  constructor(parts: RehearsalsParts) {
    this.#parts = parts
    this.book = new RehearsalBook(parts.tables)
    this.settings = new SettingsBook(parts.vault)
    parts.vault.runs.rehearseWith({
      everyMs: () => this.#everyMs(),
      rehearse: (generation) => this.#byNight(generation),
    })
  }

  /** Tried anew each time: what the system allows may change. */
  async isPossible(): Promise<boolean> {
    return (await isolationProblem()) === undefined
  }

  /** Where the system cannot isolate, nothing is opened: the plain restore test still proves every byte. */
  async #byNight({ id }: Generation): Promise<unknown> {
    if (!(await this.isPossible())) return (await this.#parts.vault.runs.startRestoreTest(id)).done
    return (await this.start(id, 'schedule')).done
  }

  async #everyMs(): Promise<number | undefined> {
    const { everyDays } = await this.settings.house()
    return everyDays === 0 ? undefined : everyDays * DAY_MS
  }

  /**
   * Starts one; the job's id at once, the end as a promise. @param by `schedule`, or the id of a person
   * @throws ISOLATION_MISSING before anything is restored, VAULT_GENERATION_UNKNOWN, VAULT_RUN_IN_PROGRESS naming the job that is going
   */
  async start(generationId: string, by: string): Promise<{ jobId: string; id: string; done: Promise<Result> }> {
    const { vault } = this.#parts
    const generation = await vault.generations.demand(generationId)
    const source = (await vault.source(generation.sourceId))!
    if (!(await this.isPossible())) throw new AppError('ISOLATION_MISSING')
    const id = randomUUID()
    this.#going.add(id)
    try {
      const job = vault.jobs.start('rehearsal', source.name, (handle) =>
        this.#run({ id, generation, source, by, job: handle }).finally(() => this.#going.delete(id)),
      )
      job.done.catch(() => undefined)
      return { jobId: job.id, id, done: job.done }
    } catch (error) {
      this.#going.delete(id)
      throw error
    }
  }

  /** What a killed process left: its files go, its rehearsals are said to have been cut. */
  async sweep(): Promise<void> {
    const { vault, clock } = this.#parts
    const { scratch } = await this.settings.house()
    vault.rehearse.sweep(scratch === '' ? undefined : scratch)
    for (const { id, steps } of await this.book.unended(this.#going))
      await this.book.end(id, { at: clock.now(), result: 'interrupted', steps })
  }

  async details(id: string): Promise<Details | undefined> {
    const [sealed, { sourceId }] = [await this.book.detailsSealed(id), await this.book.get(id)]
    if (!sealed) return undefined
    return JSON.parse(await this.#parts.vault.rehearse.unseal(sourceId, sealed, boundTo(id))) as Details
  }

  async #run(one: Started): Promise<Result> {
    const { vault, clock } = this.#parts
    const { id, generation, source, by, job } = one
    await this.sweep()
    const [settings, declared] = [await this.settings.house(), await this.settings.declared(source.id)]
    const startedAt = clock.now()
    const begun = { id, generationId: generation.id, sourceId: source.id, takenAt: generation.startedAt, startedAt, by }
    await this.book.begin({ ...begun, declared })
    job.report({ generationId: generation.id, filesTotal: generation.files, bytesTotal: generation.bytes })
    const going = await this.#prepare(one, settings, declared).catch((error: unknown) => this.#noPlace(id, error))
    let steps: readonly StepResult[] = []
    going.note = async (all) => this.book.note(id, (steps = [...all]))
    try {
      steps = await goThrough(going)
    } catch (error) {
      const result = isAppError(error, 'BASE_CANCELLED') ? 'stopped' : 'failed'
      const details = await this.#sealed(source.id, id, going.details)
      await this.#append(generation, { result, steps })
      await this.book.end(id, { at: clock.now(), result, steps, details })
      throw error
    }
    if (going.restored) {
      const restoreMs = steps.find(({ step }) => step === 'restore')!.durationMs
      await vault.rehearse.record(generation, going.restored, restoreMs, worseIn(steps))
    }
    return this.#conclude(one, { ...begun, declared, steps }, await this.#sealed(source.id, id, going.details))
  }

  async #prepare(
    { generation, source, job }: Started,
    settings: RehearsalSettings,
    declared: Declared,
  ): Promise<Going> {
    const { vault, clock } = this.#parts
    const newest = (await vault.generations.list({ sourceId: source.id })).find((one) => one.closure === 'complete')
    const questions: readonly Question[] = await this.settings.questions(source.id)
    const scratch = vault.rehearse.scratch(generation, settings.scratch === '' ? undefined : settings.scratch)
    return {
      generation,
      source,
      vault,
      job,
      scratch,
      target: targetIn(scratch.path),
      settings,
      questions,
      systemSignatures: CLAMAV,
      details: { restore: [], found: [], overLimit: [], unreadable: [], charts: [], dumps: [], second: '' },
      clock,
      declared,
      newestAt: newest?.startedAt ?? generation.startedAt,
      note: async () => {},
    }
  }

  /** Not even a folder could be made: said in the row, else the next sweep would take it for a killed one. */
  async #noPlace(id: string, error: unknown): Promise<never> {
    const isFull = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT'
    const failure = isFull ? new AppError('STORAGE_FULL', { cause: error }) : error
    const code = isAppError(failure) ? failure.code : 'BASE_BUG'
    const steps: StepResult[] = [{ step: 'place', state: 'not-done', code, durationMs: 0, figures: {} }]
    await this.book.end(id, { at: this.#parts.clock.now(), result: 'failed', steps })
    throw failure
  }

  /** The report, the ledger, the row: in this order, so that what the row names is in the ledger. */
  async #conclude(
    { id, generation, source, job }: Started,
    about: Omit<Rehearsal, 'endedAt' | 'result' | 'reportHash'>,
    details: Uint8Array | undefined,
  ): Promise<Result> {
    const { clock, drawReport } = this.#parts
    job.report({ phase: 'report' })
    const result = resultOf(about.steps)
    const at = clock.now()
    const rehearsal: Rehearsal = { ...about, endedAt: at, result, reportHash: undefined }
    const started = clock.monotonic()
    const earlier = (await this.book.list({ sourceId: source.id, limit: EARLIER + 1 })).filter((one) => one.id !== id)
    let report: { pdf: Uint8Array; hash: string } | undefined
    let failure: StepResult['code']
    try {
      const pdf = await drawReport({ rehearsal, sourceName: source.name, earlier })
      report = { pdf, hash: createHash('sha256').update(pdf).digest('hex') }
    } catch (error) {
      failure = isAppError(error) ? error.code : 'BASE_BUG'
    }
    const steps: readonly StepResult[] = [
      ...about.steps,
      {
        step: 'report',
        state: report ? 'passed' : 'not-done',
        ...(failure && { code: failure }),
        durationMs: Math.round(clock.monotonic() - started),
        figures: {},
      },
    ]
    const { index } = await this.#append(generation, { result, steps, report: report?.hash })
    const signed = report && { ...report, note: this.#note(rehearsal, report.hash, index) }
    await this.book.end(id, { at: clock.now(), result, steps, details, report: signed })
    return result
  }

  async #append(
    generation: Generation,
    { result, steps, report }: { result: Result; steps: readonly StepResult[]; report?: string | undefined },
  ): Promise<{ readonly index: number }> {
    return this.#parts.ledger.append({
      type: 'generation.rehearsed',
      actor: 'system:rehearsal',
      subject: `generation:${generation.id}`,
      data: {
        repository: generation.repository,
        snapshot: generation.id,
        result,
        steps: steps.map(({ step, state, code, durationMs }) => ({
          step,
          state,
          ms: durationMs,
          ...(code && { code }),
        })),
        sharePercent: steps.find(({ step }) => step === 'restore')?.figures.sharePercent ?? 0,
        ...(report && { report }),
      },
    })
  }

  /** What the holder of the PDF alone can check with any program that knows Ed25519. */
  #note({ generationId, takenAt, startedAt, endedAt, result }: Rehearsal, hash: string, entry: number): string {
    const instant = (ms: number): string => new Date(ms).toISOString()
    return this.#parts.ledger.signNote('toride rehearsal v1', {
      'report-sha256': hash,
      result: result!,
      snapshot: generationId,
      taken: instant(takenAt),
      started: instant(startedAt),
      ended: instant(endedAt!),
      'ledger-entry': entry,
    })
  }

  /** Undefined where the keys do not open: what stands in it is not worth losing the result. */
  async #sealed(sourceId: string, id: string, details: Details): Promise<Uint8Array | undefined> {
    try {
      return await this.#parts.vault.rehearse.seal(sourceId, JSON.stringify(details), boundTo(id))
    } catch (error) {
      if (!isAppError(error)) throw error
      return undefined
    }
  }
}

interface Started {
  readonly id: string
  readonly generation: Generation
  readonly source: Source
  readonly by: string
  readonly job: JobHandle
}

const boundTo = (id: string): string => `rehearsal ${id}`

/** What was found wrong of a backup whose bytes are right. */
function worseIn(steps: readonly StepResult[]): ProofFailure | undefined {
  const wrong = steps.filter(({ step, state }) => state === 'failed' && OF_THE_BACKUP.has(step))
  return wrong[0] && { code: wrong[0].code!, count: wrong.length }
}

/** When the next is due by itself; undefined: by hand only. */
export function nextRehearsal({ everyDays }: RehearsalSettings, last: EpochMs | undefined): EpochMs | undefined {
  return everyDays === 0 || last === undefined ? undefined : last + everyDays * DAY_MS
}
