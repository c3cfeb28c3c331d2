/** Opening where copies come from; the same readers that a bare machine comes back with. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type Backend } from '#base'
import { openLocalBackend } from '#storage'
import { keeperReader, type Mark, remotePlace } from '#vault'
import type { Origin } from './folder.ts'
import type { CopiedSource } from './load.ts'

export interface OpenOrigin {
  /** @throws VAULT_PLACE_NOT_THERE where a folder holds no repository of this source */
  repository(source: CopiedSource): Backend
  /** Who else than production vouches for a snapshot; empty where the place has nobody who signs. */
  marks(source: CopiedSource): Promise<ReadonlyMap<string, Mark>>
}

export function openOrigin(origin: Origin): OpenOrigin {
  if (origin.kind === 'folder' || origin.kind === 'medium')
    return {
      repository(source) {
        const found = repositoryIn(origin.folder, source)
        if (found === undefined) throw new AppError('VAULT_PLACE_NOT_THERE')
        return openLocalBackend(found)
      },
      marks: () => Promise.resolve(new Map()),
    }
  const place = remoteOf(origin)
  return { repository: (source) => place.repository(source.id), marks: (source) => place.marks(source.id) }
}

function remoteOf(origin: Exclude<Origin, { kind: 'folder' | 'medium' }>) {
  if (origin.kind === 'keeper') return keeperReader(origin)
  if (origin.kind === 's3') {
    const { accessKeyId, secretAccessKey, ...bucket } = origin
    return remotePlace({ ...bucket, credentials: { accessKeyId, secretAccessKey } })
  }
  const { url, user, password, pin } = origin
  return remotePlace({
    kind: 'rest',
    url,
    ...(user === '' ? {} : { user, password }),
    ...(pin === '' ? {} : { pinnedCertificateSha256: pin }),
  })
}

/**
 * The repository of a source in a folder: a place's copy, a medium (`toride/<source>-<begin of the repository's id>`), a
 * server's data folder, or the bare repository itself.
 */
export function repositoryIn(folder: string, { id, repository }: CopiedSource): string | undefined {
  const names = [id, `${id}-${repository.slice(0, 8)}`]
  const roots = [folder, join(folder, 'toride'), join(folder, 'places', 'local')]
  const likely = roots.flatMap((root) => names.map((name) => join(root, name)))
  return [...likely, folder].find((path) => existsSync(join(path, 'config')) && existsSync(join(path, 'snapshots')))
}

/** Whether a folder looks like one that charts can come from at all, for the form that asks for it. */
export function holdsRepositories(folder: string): boolean {
  if (existsSync(join(folder, 'config'))) return true
  return [folder, join(folder, 'toride'), join(folder, 'places', 'local')].some(
    (root) =>
      existsSync(root) &&
      readdirSync(root, { withFileTypes: true }).some(
        (entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'config')),
      ),
  )
}
