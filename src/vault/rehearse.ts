/** What a rehearsal (room `rehearsal`) needs of the vault: a generation written back, its result noted, things sealed with it. */
import { rmSync } from 'node:fs'
import { AppError, type Clock } from '#base'
import type { Ledger } from '#journal'
import type { Generation, Generations, ProofFailure } from './generations.ts'
import type { JobHandle } from './jobs.ts'
import { type Repositories, type RepositorySecrets } from './repositories.ts'
import { choose, freeBytes, recordRestore, restoreAside, type RestoreOutcome } from './restore-aside.ts'
import { makeScratch, scratchPlace, sweepRestoreTests } from './restore-scratch.ts'
import { seal, unseal } from './seal.ts'

export interface RehearseParts {
  readonly repositories: Repositories
  readonly generations: Generations
  readonly secrets: RepositorySecrets
  readonly ledger: Ledger
  readonly clock: Clock
}

/** A folder that only this process's user may enter, in memory where the system has it. */
export interface Scratch {
  readonly path: string
  readonly isInMemory: boolean
  freeBytes(): number
  /** Nothing of it is left. */
  remove(): void
}

export class Rehearse {
  readonly #parts: RehearseParts

  constructor(parts: RehearseParts) {
    this.#parts = parts
  }

  /** Removes what killed processes left. @param folder the institution's own place for it, besides memory */
  sweep(folder: string | undefined): number {
    return sweepRestoreTests() + (folder === undefined ? 0 : sweepRestoreTests(folder))
  }

  /** In memory where all of it fits; in `folder` where it fits only there; else in memory, for a part. */
  scratch({ bytes, files }: Pick<Generation, 'bytes' | 'files'>, folder: string | undefined): Scratch {
    const wanted = bytes + files * 8192
    const fits = (place: string): boolean => wanted <= freeBytes(place) / 2
    const place = folder !== undefined && !fits(scratchPlace()) && fits(folder) ? folder : scratchPlace()
    const path = makeScratch(place)
    return {
      path,
      isInMemory: place.startsWith('/dev/shm'),
      freeBytes: () => freeBytes(path),
      remove: () => rmSync(path, { recursive: true, force: true }),
    }
  }

  /** As much as half of the free room holds. @throws as `restoreAside`, and what opening throws */
  restore(generation: Generation, target: string, job: JobHandle): Promise<RestoreOutcome> {
    return this.#parts.repositories.afresh(generation.sourceId, (opened) =>
      restoreAside(target, { generation, job }, opened, choose(opened, generation, freeBytes(target) / 2)),
    )
  }

  /** @param worse see `recordRestore` */
  async record(
    generation: Generation,
    outcome: RestoreOutcome,
    durationMs: number,
    worse: ProofFailure | undefined,
  ): Promise<void> {
    await recordRestore({ ...this.#parts, generation }, { ...outcome, durationMs, worse })
  }

  /** With the keys of the source. @param bound where it belongs */
  async seal(sourceId: string, text: string, bound: string): Promise<Uint8Array> {
    const { keys } = await this.#parts.repositories.open(sourceId)
    return seal(keys.seal, Buffer.from(text), Buffer.from(bound))
  }

  /** @throws VAULT_SEAL_BROKEN, VAULT_KEY_MISSING */
  async unseal(sourceId: string, sealed: Uint8Array, bound: string): Promise<string> {
    const { keys } = await this.#parts.repositories.open(sourceId)
    return unseal(keys.seal, sealed, Buffer.from(bound)).toString()
  }

  /** For stock restic: it judges what we wrote with nothing of ours. @throws VAULT_KEY_MISSING */
  stockAccess(sourceId: string): { readonly folder: string; readonly password: string } {
    const password = this.#parts.secrets.load(sourceId)
    if (password === undefined) throw new AppError('VAULT_KEY_MISSING')
    return { folder: this.#parts.repositories.folder(sourceId), password }
  }
}
