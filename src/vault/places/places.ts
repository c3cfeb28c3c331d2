/** The places besides the local one: kept in the state database, opened when something is copied there. */
import { randomBytes } from 'node:crypto'
import { AppError, type Clock, type EpochMs, type ErrorCode, isAppError } from '#base'
import { manifestHash, manifestText, type ManifestObject, readManifest } from '#attest'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { type EnrolInput, enrolAtKeeper, type KeeperConfig, keeperConfigSchema } from '#storage'
import type { Generation, Generations } from '../generations.ts'
import type { JobHandle } from '../jobs.ts'
import type { Repositories, RepositorySecrets } from '../repositories.ts'
import type { PlaceRow, VaultTables } from '../tables.ts'
import { openKeeperPlace } from './keeper.ts'
import { mirrorGeneration } from './mirror-generation.ts'

export interface Place {
  readonly id: string
  readonly kind: 'keeper'
  readonly name: string
  readonly config: KeeperConfig
  readonly createdAt: EpochMs
  readonly lastFailure: { readonly code: ErrorCode; readonly at: EpochMs } | undefined
}

/** A generation that a place holds. */
export interface Copy {
  readonly generationId: string
  readonly placeId: string
  readonly copiedAt: EpochMs
  readonly lockedUntil: EpochMs
  /** That went over the line for it. */
  readonly sentBytes: number
}

export interface PlacesParts {
  readonly tables: Kysely<VaultTables>
  readonly secrets: RepositorySecrets
  readonly repositories: Repositories
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  /** Keeps a receipt where the institution's own state is. */
  readonly keepReceipt: (place: string, snapshot: string, note: string) => void
}

/** After a failure a place is left alone this long; somebody's click does not wait. */
const AGAIN_MS = 15 * 60_000

export class Places {
  readonly #parts: PlacesParts

  constructor(parts: PlacesParts) {
    this.#parts = parts
  }

  async list(): Promise<Place[]> {
    const rows = await this.#parts.tables
      .selectFrom('place')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .execute()
    return rows.map(toPlace)
  }

  async get(id: string): Promise<Place | undefined> {
    return (await this.list()).find((place) => place.id === id)
  }

  /** Enrols this institution at a Keeper. @throws as {@link enrolAtKeeper} */
  async addKeeper(input: EnrolInput & { readonly name: string }): Promise<Place> {
    const { tables, secrets, ledger, clock } = this.#parts
    const { config, token } = await enrolAtKeeper(input, 'append', { ledgerKey: ledger.verifierKey })
    const id = `keeper-${randomBytes(4).toString('hex')}`
    // The token first: a place without one could never be used, a token without a place harms nobody.
    secrets.keep(secretOf(id), Buffer.from(token, 'base64url').toString('base64'))
    const row = {
      id,
      kind: 'keeper',
      name: input.name,
      config: JSON.stringify(config),
      created_at: clock.now(),
      removed_at: null,
      last_failure: null,
      last_failure_at: null,
    }
    await tables.insertInto('place').values(row).execute()
    return toPlace(row)
  }

  async copies(placeId: string): Promise<Copy[]> {
    const rows = await this.#parts.tables.selectFrom('copy').selectAll().where('place_id', '=', placeId).execute()
    return rows.map((row) => ({
      generationId: row.generation_id,
      placeId: row.place_id,
      copiedAt: Number(row.copied_at),
      lockedUntil: Number(row.locked_until),
      sentBytes: Number(row.sent_bytes),
    }))
  }

  /** The newest whole generation of a source that the place does not hold yet; undefined also while it rests after a failure. */
  async due(place: Place, sourceId: string): Promise<Generation | undefined> {
    const failedAt = place.lastFailure?.at
    if (failedAt !== undefined && this.#parts.clock.now() - failedAt < AGAIN_MS) return undefined
    const newest = (await this.#parts.generations.list({ sourceId })).find((one) => one.closure === 'complete')
    if (!newest) return undefined
    const held = await this.copies(place.id)
    return held.some((copy) => copy.generationId === newest.id) ? undefined : newest
  }

  /** Copies one generation and gets the receipt. What a kill leaves there the next time uses. */
  async copy(place: Place, generation: Generation, job: JobHandle): Promise<Copy> {
    try {
      const copy = await this.#copyNow(place, generation, job)
      await this.#note(place, undefined)
      return copy
    } catch (error) {
      if (!isAppError(error, 'BASE_CANCELLED')) await this.#note(place, isAppError(error) ? error.code : 'BASE_BUG')
      throw error
    }
  }

  async #copyNow(place: Place, generation: Generation, job: JobHandle): Promise<Copy> {
    const { secrets, repositories, generations, ledger, clock, tables, keepReceipt } = this.#parts
    const secret = secrets.load(secretOf(place.id))
    if (secret === undefined) throw new AppError('VAULT_KEY_MISSING')
    const objects = readManifest(await generations.manifest(generation.id))
    if (objects === undefined) throw new AppError('VAULT_GENERATION_INCOMPLETE')
    const keeper = openKeeperPlace(place.config, Buffer.from(secret, 'base64').toString('base64url'))
    const to = keeper.backend(generation.sourceId)
    try {
      job.report({ phase: 'save', generationId: generation.id })
      await to.create()
      const { backend } = await repositories.open(generation.sourceId)
      const sent = await mirrorGeneration(backend, to, objects, { signal: job.signal, onProgress: toJob(job) })
      job.report({ phase: 'lock' })
      const { note, receipt } = await keeper.receipt(generation.sourceId, generation.id, manifestOf(objects))
      keepReceipt(place.id, generation.id, note)
      await ledger.append({
        type: 'generation.locked',
        actor: 'system:vault',
        subject: `generation:${generation.id}`,
        data: {
          repository: generation.repository,
          snapshot: generation.id,
          place: place.id,
          until: new Date(receipt.lockedUntil).toISOString(),
          strength: 'keeper',
          objects: objects.length,
        },
      })
      const row = {
        generation_id: generation.id,
        place_id: place.id,
        copied_at: clock.now(),
        locked_until: receipt.lockedUntil,
        objects: objects.length,
        sent_bytes: sent.bytes,
      }
      const again = { copied_at: row.copied_at, locked_until: row.locked_until }
      await tables
        .insertInto('copy')
        .values(row)
        .onConflict((conflict) => conflict.columns(['generation_id', 'place_id']).doUpdateSet(again))
        .execute()
      return {
        generationId: generation.id,
        placeId: place.id,
        copiedAt: row.copied_at,
        lockedUntil: row.locked_until,
        sentBytes: row.sent_bytes,
      }
    } finally {
      await to.close()
      keeper.close()
    }
  }

  async #note({ id }: Place, failure: ErrorCode | undefined): Promise<void> {
    const at = failure === undefined ? null : this.#parts.clock.now()
    const change = { last_failure: failure ?? null, last_failure_at: at }
    await this.#parts.tables.updateTable('place').set(change).where('id', '=', id).execute()
  }
}

const secretOf = (placeId: string): string => `place:${placeId}`

function manifestOf(objects: readonly ManifestObject[]): { text: string; hash: string } {
  const text = manifestText(objects)
  return { text, hash: manifestHash(text) }
}

const toJob =
  (job: JobHandle) =>
  ({ files, filesTotal, bytes, bytesTotal }: Parameters<Parameters<typeof mirrorGeneration>[3]['onProgress']>[0]) =>
    job.report({ filesDone: files, filesTotal, bytesDone: bytes, bytesTotal })

function toPlace(row: PlaceRow): Place {
  return {
    id: row.id,
    kind: 'keeper',
    name: row.name,
    config: keeperConfigSchema.parse(JSON.parse(row.config)),
    createdAt: Number(row.created_at),
    lastFailure:
      row.last_failure === null ? undefined : { code: row.last_failure as ErrorCode, at: Number(row.last_failure_at) },
  }
}
