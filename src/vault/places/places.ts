/** The places besides the local one: kept in the state database, opened when something is copied there. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError, type Clock, type EpochMs, type ErrorCode, isAppError } from '#base'
import { manifestHash, manifestText, type ManifestObject, objectKey, readManifest } from '#attest'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { type EnrolInput, enrolAtKeeper, type KeeperConfig, keeperConfigSchema } from '#storage'
import type { Generation, Generations } from '../generations.ts'
import type { JobHandle } from '../jobs.ts'
import type { Repositories, RepositorySecrets } from '../repositories.ts'
import { keeperKeySetting } from '../receipts.ts'
import { enterLock } from '../record.ts'
import type { Settings } from '../settings.ts'
import type { PlaceRow, VaultTables } from '../tables.ts'
import { isCopiedTo } from './chosen.ts'
import { type KeeperPlace, openKeeperPlace } from './keeper.ts'
import { type MirrorProgress, mirrorRepository } from '../mirror.ts'

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

/** A copy of one generation, with the place's name; a place that was taken off the list still holds what it holds. */
export interface HeldCopy extends Pick<Copy, 'generationId' | 'placeId' | 'lockedUntil'> {
  readonly placeName: string
  readonly placeRemoved: boolean
}

export interface PlacesParts {
  readonly tables: Kysely<VaultTables>
  readonly secrets: RepositorySecrets
  readonly repositories: Repositories
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  readonly settings: Settings
  /** The ledger's signed checkpoint as it lies on the disk. */
  readonly ledgerCheckpoint: () => Promise<string | undefined>
  /** Keeps a receipt where the institution's own state is. */
  readonly keepReceipt: (place: string, snapshot: string, note: string) => Promise<string>
}

const witnessedSchema = z.object({ size: z.int(), note: z.string() })

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
    const { tables, secrets, ledger, clock, settings } = this.#parts
    const { config, token } = await enrolAtKeeper(input, 'append', { ledgerKey: ledger.verifierKey })
    const id = `keeper-${randomBytes(4).toString('hex')}`
    // The token first: a place without one could never be used, a token without a place harms nobody.
    secrets.keep(secretOf(id), Buffer.from(token, 'base64url').toString('base64'))
    await settings.saveSetting(keeperKeySetting(id), config.keeperKey)
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

  /** Nothing is copied there any more; what lies there stays until its end. False where that was so already. */
  async remove(id: string): Promise<boolean> {
    const { tables, clock } = this.#parts
    const change = { removed_at: clock.now(), last_failure: null, last_failure_at: null }
    const { numUpdatedRows } = await tables
      .updateTable('place')
      .set(change)
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** Where else these generations are held by a lock that has not ended. */
  async held(generationIds: readonly string[]): Promise<HeldCopy[]> {
    if (generationIds.length === 0) return []
    const rows = await this.#parts.tables
      .selectFrom('copy')
      .innerJoin('place', 'place.id', 'copy.place_id')
      .select(['generation_id', 'place_id', 'locked_until', 'name', 'removed_at'])
      .where('generation_id', 'in', generationIds)
      .where('locked_until', '>', this.#parts.clock.now())
      .orderBy('place.created_at')
      .execute()
    return rows.map((row) => ({
      generationId: row.generation_id,
      placeId: row.place_id,
      lockedUntil: row.locked_until,
      placeName: row.name,
      placeRemoved: row.removed_at !== null,
    }))
  }

  async copies(placeId: string): Promise<Copy[]> {
    const rows = await this.#parts.tables.selectFrom('copy').selectAll().where('place_id', '=', placeId).execute()
    return rows.map((row) => ({
      generationId: row.generation_id,
      placeId: row.place_id,
      copiedAt: row.copied_at,
      lockedUntil: row.locked_until,
      sentBytes: row.sent_bytes,
    }))
  }

  /** The newest whole generation of a source that the place does not hold yet; undefined also while it rests after a failure. */
  async due(place: Place, sourceId: string): Promise<Generation | undefined> {
    const failedAt = place.lastFailure?.at
    if (failedAt !== undefined && this.#parts.clock.now() - failedAt < AGAIN_MS) return undefined
    if (!(await isCopiedTo(this.#parts.tables, sourceId, place.id))) return undefined
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
      const wanted = new Set(objects.map(objectKey))
      const { copied, damaged } = await mirrorRepository(backend, to, {
        signal: job.signal,
        onProgress: toJob(job),
        only: (file) => wanted.has(objectKey(file)),
      })
      // What is damaged here was not carried on; the generation is not whole there.
      if (damaged.length > 0) throw new AppError('RESTIC_DAMAGED', { context: { files: damaged.length } })
      job.report({ phase: 'lock' })
      const { note, receipt } = await keeper.receipt(generation.sourceId, generation.id, manifestOf(objects))
      const kept = await keepReceipt(place.id, generation.id, note)
      await ledger.append({
        type: 'generation.receipt',
        actor: 'system:vault',
        subject: `generation:${generation.id}`,
        data: {
          repository: generation.repository,
          snapshot: generation.id,
          place: place.id,
          receipt: kept,
          receivedAt: new Date(receipt.receivedAt).toISOString(),
          lockedUntil: new Date(receipt.lockedUntil).toISOString(),
        },
      })
      await enterLock(ledger, generation, {
        place: place.id,
        untilMs: receipt.lockedUntil,
        strength: 'keeper',
        objects: objects.length,
      })
      const row = {
        generation_id: generation.id,
        place_id: place.id,
        copied_at: clock.now(),
        locked_until: receipt.lockedUntil,
        objects: objects.length,
        sent_bytes: copied.bytes,
      }
      const again = { copied_at: row.copied_at, locked_until: row.locked_until }
      await tables
        .insertInto('copy')
        .values(row)
        .onConflict((conflict) => conflict.columns(['generation_id', 'place_id']).doUpdateSet(again))
        .execute()
      await this.#witness(place, keeper)
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

  /** After each copy, so that the entries of its lock are covered too. */
  async #witness({ id }: Place, keeper: KeeperPlace): Promise<void> {
    const { ledger, ledgerCheckpoint, settings } = this.#parts
    const note = await ledgerCheckpoint()
    if (note === undefined) return
    const before = witnessedSchema.safeParse(JSON.parse((await settings.setting(`witness:${id}`)) ?? 'null'))
    const witnessed = await keeper.witness(ledger, { note, seenSize: before.data?.size ?? 0 })
    await settings.saveSetting(`witness:${id}`, JSON.stringify(witnessed))
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
  ({ filesDone, filesTotal, bytesDone, bytesTotal }: MirrorProgress): void =>
    job.report({ filesDone, filesTotal, bytesDone, bytesTotal })

function toPlace(row: PlaceRow): Place {
  return {
    id: row.id,
    kind: 'keeper',
    name: row.name,
    config: keeperConfigSchema.parse(JSON.parse(row.config)),
    createdAt: row.created_at,
    lastFailure:
      row.last_failure === null ? undefined : { code: row.last_failure as ErrorCode, at: row.last_failure_at ?? 0 },
  }
}
