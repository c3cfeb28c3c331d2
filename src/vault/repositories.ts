/** The repository of each source in the local place: made, opened once, kept open, with its catalogue. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type Clock, isAppError } from '#base'
import { setImmutable, isImmutable, processHost } from '#posix'
import { type LockHost, Repository } from '#restic'
import { OLDEST_NOTE_VERSION } from '#ssmix2'
import { type LocalBackend, makeLocalFolders, openLocalBackend, type StorageConfig } from '#storage'
import type { Catalogue } from './catalogue.ts'
import { INSIDE } from './data-folder.ts'
import { openCatalogue } from './open-catalogue.ts'
import { deriveKeys, type DerivedKeys } from './seal.ts'

/** Where the passwords of repositories are kept; `access` implements it. Each repository has its own random one. */
export interface RepositorySecrets {
  /** Undefined while the keys are closed or where there is none of that name. */
  load(name: string): string | undefined
  /** Makes and keeps a new random password. */
  create(name: string): string
  /** Keeps a credential that somebody else made; replaces none. */
  keep(name: string, secret: string): void
}

export interface OpenRepository {
  readonly repository: Repository
  readonly backend: LocalBackend
  readonly folder: string
  /** The same for worker threads. */
  readonly storage: StorageConfig
  readonly catalogue: Catalogue
  readonly keys: DerivedKeys
}

export interface RepositoriesOptions {
  readonly dataFolder: string
  readonly secrets: RepositorySecrets
  readonly clock: Clock
}

/** The place that every installation has. */
export const LOCAL_PLACE = 'local'

const SOURCE_ID = /^[a-z0-9][a-z0-9-]{0,99}$/
/** Whether it is safe as the name of a folder, here and at every place. */
export const isSourceId = (text: string): boolean => SOURCE_ID.test(text)

export class Repositories {
  readonly #options: RepositoriesOptions
  readonly #open = new Map<string, Promise<OpenRepository>>()

  constructor(options: RepositoriesOptions) {
    this.#options = options
  }

  /** @throws VAULT_RECOVER_SUSPECT for a name that Toride never gives a source: a restored state may hold anything */
  folder(sourceId: string): string {
    if (!isSourceId(sourceId)) throw new AppError('VAULT_RECOVER_SUSPECT', { context: { what: 'source' } })
    return join(this.#options.dataFolder, INSIDE.places, LOCAL_PLACE, sourceId)
  }

  /** Makes the repository of a new source; one that a cut set-up left half-made is taken up again. */
  async create(sourceId: string): Promise<OpenRepository> {
    const { secrets } = this.#options
    const folder = this.folder(sourceId)
    if (!existsSync(join(folder, 'config'))) {
      await makeLocalFolders(folder)
      const password = secrets.load(sourceId) ?? secrets.create(sourceId)
      const { hostname, username } = lockHost()
      const created = new Date(this.#options.clock.now()).toISOString()
      await Repository.init(this.#backend(folder), { password, owner: { created, hostname, username } })
    }
    return this.open(sourceId)
  }

  /** Where the repository of a source is to be brought back to; what lies there from an earlier try stays. */
  async emptyFor(sourceId: string): Promise<LocalBackend> {
    await makeLocalFolders(this.folder(sourceId))
    return this.#backend(this.folder(sourceId))
  }

  /** @throws VAULT_KEY_MISSING while the keys are closed, and what {@link Repository.open} throws */
  open(sourceId: string): Promise<OpenRepository> {
    const known = this.#open.get(sourceId)
    if (known) return known
    const opening = this.#openNow(sourceId)
    this.#open.set(sourceId, opening)
    // A failure is not remembered: the disk may be back, the keys may be opened.
    opening.catch(() => this.#open.delete(sourceId))
    return opening
  }

  /** False where its folder is gone or it does not open; one that is kept open may have gone since. */
  async isThere(sourceId: string): Promise<boolean> {
    if (!existsSync(join(this.folder(sourceId), 'config'))) return false
    try {
      await this.open(sourceId)
      return true
    } catch (error) {
      if (!isAppError(error)) throw error
      return false
    }
  }

  /**
   * Opened anew for one look and closed after it: what is kept open holds descriptors, through which a pack that somebody
   * removed can still be read.
   */
  async afresh<T>(sourceId: string, look: (opened: OpenRepository) => Promise<T>): Promise<T> {
    const opened = await this.#openNow(sourceId)
    try {
      return await look(opened)
    } finally {
      opened.catalogue.close()
      await opened.backend.close()
    }
  }

  async #openNow(sourceId: string): Promise<OpenRepository> {
    const password = this.#options.secrets.load(sourceId)
    if (password === undefined) throw new AppError('VAULT_KEY_MISSING')
    const folder = this.folder(sourceId)
    const backend = this.#backend(folder)
    const repository = await Repository.open(backend, { password })
    const keys = deriveKeys(repository.masterKey, repository.config.id, 'catalogue')
    // Another repository under the same name, or notes that can no longer be read: another file.
    const name = `${sourceId}-${repository.config.id.slice(0, 16)}-${OLDEST_NOTE_VERSION}`
    const catalogue = openCatalogue(join(this.#options.dataFolder, 'catalogue'), name, repository)
    return { repository, backend, folder, storage: { kind: 'local', folder }, catalogue, keys }
  }

  #backend(folder: string): LocalBackend {
    return openLocalBackend(folder, {
      clock: this.#options.clock,
      immutable: { set: setImmutable, isSet: isImmutable },
    })
  }

  async close(): Promise<void> {
    for (const opening of this.#open.values()) {
      const opened = await opening.catch(() => undefined)
      opened?.catalogue.close()
      await opened?.backend.close()
    }
    this.#open.clear()
  }
}

/** Who we are, for locks, keys and snapshots. */
export const lockHost = (): LockHost => processHost()
