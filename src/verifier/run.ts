/** One round: each generation whose attestation is due is judged, the newest first, and what was found is signed and posted. */
import { AppError, type Clock, isAppError } from '#base'
import { signAttestation } from '#attest'
import { Repository, type StartWorker } from '#restic'
import { openPlaceBackend, type PlaceBackend, type StorageConfig } from '#storage'
import { type AtKeeper, type Listed, openAtKeeper } from './at-keeper.ts'
import type { Book, Verifier } from './folder.ts'
import { judge, type Judgement, type Problem, type Progress } from './judge.ts'

/** A week less half a day: what runs every night must not slip to the eighth. */
const WEEK_MS = 6.5 * 86_400_000

export type RunEvent =
  | { readonly kind: 'progress'; readonly number: number; readonly of: number; readonly progress: Progress }
  | {
      readonly kind: 'attested'
      readonly repository: string
      readonly snapshot: string
      readonly scope: 'structure' | 'all-data'
      readonly problems: readonly Problem[]
    }
  /** Found damaged at an earlier run, and not looked at again in this one. */
  | { readonly kind: 'still-damaged'; readonly repository: string; readonly snapshot: string }
  /** Nothing was attested for this reason. */
  | { readonly kind: 'failed'; readonly repository: string; readonly snapshot?: string; readonly error: AppError }

export interface RunOptions {
  readonly verifier: Verifier
  readonly clock: Clock
  /** Absent: all of the client. */
  readonly repository?: string | undefined
  /** Every byte of every generation now, whatever was read before. */
  readonly allData: boolean
  readonly starter: (place: StorageConfig) => StartWorker
  readonly workerCount: number
  readonly signal: AbortSignal
  readonly onEvent: (event: RunEvent) => void
}

export interface RunResult {
  readonly attested: number
  readonly damaged: number
  readonly failed: number
}

/** @throws what keeps it from the Keeper altogether */
export async function runVerifier(options: RunOptions): Promise<RunResult> {
  const keeper = openAtKeeper(options.verifier, options.clock)
  const sum = { attested: 0, damaged: 0, failed: 0 }
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'attested') sum.attested++
    if (event.kind === 'still-damaged' || (event.kind === 'attested' && event.problems.length > 0)) sum.damaged++
    if (event.kind === 'failed') sum.failed++
    options.onEvent(event)
  }
  try {
    const repositories = options.repository === undefined ? await keeper.repositories() : [options.repository]
    for (const repository of repositories) {
      try {
        await runRepository({ ...options, onEvent }, keeper, repository)
      } catch (error) {
        if (options.signal.aborted || !isAppError(error)) throw error
        onEvent({ kind: 'failed', repository, error })
      }
    }
    return sum
  } finally {
    keeper.close()
  }
}

async function runRepository(options: RunOptions, keeper: AtKeeper, repository: string): Promise<void> {
  const { verifier, clock, onEvent } = options
  const generations = await keeper.generations(repository)
  if (generations.length === 0) return
  const password = verifier.password(repository)
  if (password === undefined) throw new AppError('VERIFIER_PASSWORD_MISSING')
  const book = verifier.book(repository)
  forgetGone(book, generations)
  // Only what this very run reads counts then.
  if (options.allData) book.packs = {}
  const due = generations.flatMap((one, i) => {
    const scope = scopeDue(one, i === 0, book, options, clock.now())
    return scope === undefined ? [] : [{ ...one, scope }]
  })
  for (const { snapshot, attested } of generations)
    if (attested?.result === 'damaged' && !due.some((one) => one.snapshot === snapshot))
      onEvent({ kind: 'still-damaged', repository, snapshot })
  if (due.length === 0) return
  const place = keeper.place(repository)
  const backend = openPlaceBackend(place)
  try {
    const round = new Round({
      options,
      keeper,
      repository,
      book,
      place,
      backend,
      password,
      there: await sizes(backend),
    })
    for (const [i, one] of due.entries()) await round.generation(one, i + 1, due.length)
  } finally {
    await backend.close()
  }
}

/** What is to be done for a generation now, by our own book and the Keeper's list: neither alone is believed. */
function scopeDue(
  { snapshot, attested, read }: Listed,
  isNewest: boolean,
  { generations }: Book,
  { allData }: RunOptions,
  now: number,
): 'structure' | 'all-data' | undefined {
  const own = generations[snapshot]
  if (allData || (isNewest && (!own?.readAt || !read))) return 'all-data'
  if (!own || !attested) return 'structure'
  const at = Math.min(own.readAt ?? own.at, own.at)
  return at < now - WEEK_MS || at > now ? 'all-data' : undefined
}

function forgetGone(book: Book, generations: readonly Listed[]): void {
  const there = new Set(generations.map(({ snapshot }) => snapshot))
  for (const snapshot of Object.keys(book.generations)) if (!there.has(snapshot)) delete book.generations[snapshot]
}

async function sizes(backend: PlaceBackend): Promise<Map<string, number>> {
  const there = new Map<string, number>()
  for (const kind of ['config', 'keys', 'data', 'index', 'snapshots'] as const)
    for (const { name, sizeBytes } of await backend.list(kind)) there.set(`${kind}/${name}`, sizeBytes)
  return there
}

interface RoundParts {
  readonly options: RunOptions
  readonly keeper: AtKeeper
  readonly repository: string
  readonly book: Book
  readonly place: StorageConfig
  readonly backend: PlaceBackend
  readonly password: string
  readonly there: ReadonlyMap<string, number>
}

type Due = Listed & { readonly scope: 'structure' | 'all-data' }

/** The generations of one repository, one after the other. */
class Round {
  readonly #parts: RoundParts
  /** Found damaged in this run: read again for whatever else needs them. */
  readonly #bad = new Set<string>()
  #repository: Promise<Repository> | undefined

  constructor(parts: RoundParts) {
    this.#parts = parts
  }

  async generation(due: Due, number: number, of: number): Promise<void> {
    const { keeper, repository, options } = this.#parts
    const { snapshot } = due
    let judged
    try {
      judged = await this.#judge(due, number, of)
    } catch (error) {
      if (!isAppError(error, 'VAULT_PLACE_UNTRUSTED')) throw error
      options.onEvent({ kind: 'failed', repository, snapshot, error })
      return
    }
    // The Keeper may have let it go meanwhile.
    const isGone = async (): Promise<boolean> =>
      !(await keeper.generations(repository)).some((one) => one.snapshot === snapshot)
    if (judged.problems.length > 0 && (await isGone())) return
    await this.#attest(due, judged)
    options.onEvent({ kind: 'attested', repository, snapshot, scope: due.scope, problems: judged.problems })
  }

  async #judge({ snapshot, scope }: Due, number: number, of: number) {
    const { keeper, repository, options, place, backend, password, there } = this.#parts
    const receipt = await keeper.receipt(repository, snapshot)
    const judged = await judge({
      receipt,
      manifest: await keeper.manifest(repository, snapshot),
      there,
      backend,
      open: () => (this.#repository ??= Repository.open(backend, { password })),
      mustRead: (pack) => this.#bad.has(pack) || (scope === 'all-data' && !this.#wasRead(pack)),
      startWorker: options.starter(place),
      workerCount: options.workerCount,
      signal: options.signal,
      onProgress: (progress) => options.onEvent({ kind: 'progress', number, of, progress }),
    })
    return { ...judged, manifest: receipt.manifest }
  }

  /** Within the week. What a clock that was set back dates ahead counts for nothing. */
  #wasRead(pack: string): boolean {
    const at = this.#parts.book.packs[pack] ?? 0
    const now = this.#parts.options.clock.now()
    return at <= now && at >= now - WEEK_MS
  }

  /** Posted before it is written down: a kill in between costs one repetition. */
  async #attest({ snapshot, scope }: Due, judged: Judgement & { readonly manifest: string }): Promise<void> {
    const { keeper, repository, options, book } = this.#parts
    const at = options.clock.now()
    const result = judged.problems.length > 0 ? 'damaged' : 'complete'
    const attestation = { repository: `${options.verifier.of}/${repository}`, snapshot, at, result, scope } as const
    const note = signAttestation({ ...attestation, manifest: judged.manifest }, options.verifier.signer)
    await keeper.attest(repository, note)
    const readAt = scope === 'all-data' ? at : book.generations[snapshot]?.readAt
    book.generations[snapshot] = { at, result, ...(readAt === undefined ? {} : { readAt }) }
    for (const pack of judged.packsRead) book.packs[pack] = at
    for (const { name } of judged.problems) {
      this.#bad.add(name)
      delete book.packs[name]
    }
    for (const [pack, when] of Object.entries(book.packs)) if (when < at - WEEK_MS) delete book.packs[pack]
    options.verifier.keepBook(repository, book)
  }
}
