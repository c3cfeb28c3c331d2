/** Where a disk of a generation lies, for the thread that will read it. */
import { join } from 'node:path'
import { AppError } from '#base'
import { INSIDE } from '../data-folder.ts'
import type { Hidden } from '../erasure.ts'
import type { Generations } from '../generations.ts'
import type { OpenRepository, Repositories } from '../repositories.ts'
import { imageAt, type OpenedGeneration } from './images.ts'
import type { DiskPlan } from './wire.ts'

export interface PlanParts {
  readonly repositories: Repositories
  readonly generations: Generations
  readonly hidden: () => Promise<Pick<Hidden, 'covers'>>
  readonly dataFolder: string
}

export type FoundGeneration = OpenedGeneration & { readonly opened: OpenRepository; readonly sourceId: string }

export class Plans {
  readonly #parts: PlanParts

  constructor(parts: PlanParts) {
    this.#parts = parts
  }

  /** In the folder of sockets and changes. */
  inside(...names: string[]): string {
    return join(this.#parts.dataFolder, INSIDE.instant, ...names)
  }

  /** @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING, RESTIC_* */
  async generation(id: string): Promise<FoundGeneration> {
    const generation = await this.#parts.generations.demand(id)
    const { sourceId } = generation
    const opened = await this.#parts.repositories.open(sourceId)
    const index = await opened.repository.loadIndex()
    return { opened, sourceId, generation, index, hidden: await this.#parts.hidden() }
  }

  /** @param changes name of their folder; absent: the disk cannot be written @throws VAULT_FILE_UNKNOWN, RESTIC_* */
  async plan(found: FoundGeneration, at: readonly number[], changes?: string | null): Promise<DiskPlan> {
    const image = await imageAt(found, at)
    if (!image) throw new AppError('VAULT_FILE_UNKNOWN')
    const { masterKey } = found.opened.repository
    // Sealed under the repository's own key: whoever may read the disk, and nobody else, may read its changes.
    const secret = Buffer.concat([masterKey.encrypt, masterKey.macK])
    return {
      storage: found.opened.storage,
      masterKey,
      index: found.index.shared,
      folder: image.folder,
      name: image.name,
      ...(changes ? { changes: { folder: this.inside(changes), secret } } : {}),
    }
  }
}
