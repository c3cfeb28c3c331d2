/** The places besides the local one: tried and taken up, copied to, read, repaired, kept in order. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError, type Backend, type Clock, type FileRef, isAppError } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { withLimit } from '#storage'
import type { Generation, Generations } from '../generations.ts'
import type { JobHandle } from '../jobs.ts'
import { LOCAL_PLACE, type Repositories, type RepositorySecrets } from '../repositories.ts'
import { keeperKeySetting } from '../receipts.ts'
import type { Settings } from '../settings.ts'
import type { VaultTables } from '../tables.ts'
import { PlaceBook } from './book.ts'
import { isCopiedTo } from './chosen.ts'
import { copyGeneration } from './copy.ts'
import { demandLocks, enrol, type PlaceInput } from './enrol.ts'
import { heal, type Holder } from './heal.ts'
import { loadHeldVersions } from './held-versions.ts'
import { openKeeperPlace } from './keeper.ts'
import { type Place, type PlaceNotes, rateAt } from './kinds.ts'
import { openPlace, type OpenPlace, type PlaceRepository, type PlaceSecret } from './open.ts'

export interface PlacesParts {
  readonly tables: Kysely<VaultTables>
  readonly secrets: RepositorySecrets
  readonly repositories: Repositories
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  readonly settings: Settings
  readonly dataFolder: string
  /** The ledger's signed checkpoint as it lies on the disk. */
  readonly ledgerCheckpoint: () => Promise<string | undefined>
  /** Keeps a receipt where the institution's own state is. */
  readonly keepReceipt: (place: string, snapshot: string, note: string) => Promise<string>
}

/** A repository at a place, as long as it is open. */
export interface OpenedAt {
  readonly place: OpenPlace
  readonly repository: PlaceRepository
}

const witnessedSchema = z.object({ size: z.int(), note: z.string() })

/** After a failure a place is left alone this long; somebody's click does not wait. */
const AGAIN_MS = 15 * 60_000

export class Places extends PlaceBook {
  readonly #parts: PlacesParts

  constructor(parts: PlacesParts) {
    super(parts.tables, parts.clock)
    this.#parts = parts
  }

  /** Tries a place and takes it up where it is what it says. @throws as {@link enrol} */
  async add(input: PlaceInput, { name, notes }: { readonly name: string; readonly notes: PlaceNotes }): Promise<Place> {
    const { secrets, ledger, settings, dataFolder } = this.#parts
    const id = `${input.kind}-${randomBytes(4).toString('hex')}`
    const { setup, secret } = await enrol(input, { id, ledgerKey: ledger.verifierKey, dataFolder })
    // The secret first: a place without one could never be used, a secret without a place harms nobody.
    if (secret.kind !== 'folder') secrets.keep(secretOf(id), Buffer.from(JSON.stringify(secret)).toString('base64'))
    if (setup.kind === 'keeper') await settings.saveSetting(keeperKeySetting(id), setup.config.keeperKey)
    return this.insert(id, name, setup, notes)
  }

  /** The newest whole generation of a source that the place does not hold yet; undefined also while it rests after a failure. */
  async due(place: Place, sourceId: string): Promise<Generation | undefined> {
    if (this.isResting(place)) return undefined
    if (!(await isCopiedTo(this.tables, sourceId, place.id))) return undefined
    const newest = (await this.#parts.generations.list({ sourceId })).find((one) => one.closure === 'complete')
    if (!newest) return undefined
    const held = await this.copies(place.id)
    return held.some((copy) => copy.generationId === newest.id) ? undefined : newest
  }

  /** After a failure it is left alone for a while. */
  isResting({ lastFailure }: Place): boolean {
    return lastFailure !== undefined && this.clock.now() - lastFailure.at < AGAIN_MS
  }

  /** Copies one generation and has the place hold it. What fails stands at the place. */
  copy(place: Place, generation: Generation, job: JobHandle): Promise<void> {
    return this.noting(place, async () => {
      const { repositories } = this.#parts
      const { backend: from } = await repositories.open(generation.sourceId)
      await this.use(place, generation.sourceId, async ({ place: opened, repository: to }) => {
        const limited = withLimit(to, { uploadBytesPerSecond: () => rateAt(place.notes, this.clock.now()) })
        const ends = { placeId: place.id, place: opened, from, to: { ...limited, create: () => to.create() } }
        const fix = (side: 'from' | 'to', files: readonly FileRef[]) =>
          side === 'from' ? this.heal(LOCAL_PLACE, generation, from, files) : this.heal(place.id, generation, to, files)
        const { copy, objects } = await copyGeneration({ ...this.#parts, heal: fix }, ends, generation, job)
        await this.enterCopy(copy, objects)
      })
      // The copy is held whatever becomes of this: what it finds stands at the place as its trouble.
      if (place.kind === 'keeper') await this.#witness(place)
    })
  }

  /** Runs work on a place; a failure is written down there, success takes an old one away; damage only a whole reading. */
  async noting<T>(place: Place, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      if (place.lastFailure?.code !== 'VAULT_PLACE_DAMAGED') await this.note(place.id, undefined)
      return result
    } catch (error) {
      if (!isAppError(error, 'BASE_CANCELLED')) await this.note(place.id, isAppError(error) ? error.code : 'BASE_BUG')
      throw error
    }
  }

  /** Opens the repository of a source at a place for one piece of work. */
  async use<T>(place: Place, sourceId: string, work: (opened: OpenedAt) => Promise<T>): Promise<T> {
    const kept = await loadHeldVersions(this.tables, place.id, sourceId)
    const opened = openPlace(place, this.#secret(place), { clock: this.clock, held: kept.held })
    const repository = opened.repository(sourceId)
    try {
      return await work({ place: opened, repository })
    } finally {
      await kept.save()
      await repository.close()
      opened.close()
    }
  }

  /**
   * Repairs damaged files of a source at a place (or here) out of any other place that holds the source.
   * @returns those that could not be repaired
   */
  async heal(
    at: string,
    { sourceId, repository }: Pick<Generation, 'sourceId' | 'repository'>,
    backend: Backend,
    damaged: readonly FileRef[],
  ): Promise<FileRef[]> {
    const holders = await this.#holders(at, sourceId)
    return heal({ ledger: this.#parts.ledger, repository, place: at, backend }, damaged, holders)
  }

  async #holders(except: string, sourceId: string): Promise<Holder[]> {
    const local: Holder = {
      id: LOCAL_PLACE,
      use: async (look) => look((await this.#parts.repositories.open(sourceId)).backend),
    }
    const others = (await this.list()).map((place): Holder => ({
      id: place.id,
      use: (look) => this.use(place, sourceId, ({ repository }) => look(repository)),
    }))
    return [local, ...others].filter(({ id }) => id !== except)
  }

  /** Really tries to get rid of a locked object in a bucket. @throws the probe's refusal */
  async probe(place: Place): Promise<void> {
    const secret = this.#secret(place)
    if (place.kind !== 's3' || secret.kind !== 's3') return
    const { kind: _, ...credentials } = secret
    await demandLocks({ ...place.config, credentials })
  }

  /** After each copy, so that the entries of its lock are covered too. */
  async #witness(place: Extract<Place, { kind: 'keeper' }>): Promise<void> {
    const { ledger, ledgerCheckpoint, settings } = this.#parts
    const note = await ledgerCheckpoint()
    if (note === undefined) return
    const name = `witness:${place.id}`
    const before = witnessedSchema.safeParse(JSON.parse((await settings.setting(name)) ?? 'null'))
    const keeper = this.keeper(place)
    try {
      const witnessed = await keeper.witness(ledger, { note, seenSize: before.data?.size ?? 0 })
      await settings.saveSetting(name, JSON.stringify(witnessed))
    } finally {
      keeper.close()
    }
  }

  keeper(place: Extract<Place, { kind: 'keeper' }>): ReturnType<typeof openKeeperPlace> {
    const secret = this.#secret(place)
    if (secret.kind !== 'keeper') throw new AppError('VAULT_KEY_MISSING')
    return openKeeperPlace(place.config, secret.password)
  }

  #secret({ id, kind }: Place): PlaceSecret {
    if (kind === 'folder') return { kind }
    const kept = this.#parts.secrets.load(secretOf(id))
    if (kept === undefined) throw new AppError('VAULT_KEY_MISSING')
    return JSON.parse(Buffer.from(kept, 'base64').toString()) as PlaceSecret
  }
}

const secretOf = (placeId: string): string => `place:${placeId}`
