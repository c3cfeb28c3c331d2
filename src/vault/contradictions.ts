/**
 * Before a run: packs that an index file lies about, or that decayed, are no source of blobs. What the source needs of them
 * is read and stored again, so the run heals the repository by itself, and the ledger says what was met.
 */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { systemError } from '#base'
import type { Ledger } from '#journal'
import { contradictions, type Contradictions } from './pack-index.ts'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

interface Parts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly ledger: Ledger
}

/** Beside the repository's own folders, which restic looks at alone. */
const SET_ASIDE = 'set-aside'

/** The packs to build on; undefined where nothing contradicts any of them. */
export async function packsToBuildOn({ source, opened, ledger }: Parts): Promise<ReadonlySet<string> | undefined> {
  const found = await contradictions(opened)
  if (found.packs.size + found.liars.size === 0) return undefined
  const { config } = opened.repository
  await ledger.append({
    type: 'repository.contradicted',
    actor: 'system:vault',
    subject: `source:${source.id}`,
    data: { repository: config.id, place: LOCAL_PLACE, packs: found.packs.size, indexFiles: found.liars.size },
  })
  await setLiarsAside(opened, found.liars)
  return found.sound
}

/**
 * Stock restic believes every index file, and of two places takes either: while a lie lies there it cannot restore. One
 * that no generation was ever promised is kept as evidence beside the index files, after what its packs really hold is
 * written down. One that is held stays.
 */
async function setLiarsAside({ repository, backend, folder }: OpenRepository, liars: Contradictions['liars']) {
  for (const [name, truth] of liars) {
    if ((await backend.retention.state({ kind: 'index', name })) !== undefined) continue
    if (truth.length > 0) await repository.saveIndexFile(truth)
    try {
      mkdirSync(join(folder, SET_ASIDE), { recursive: true, mode: 0o700 })
      renameSync(join(folder, 'index', name), join(folder, SET_ASIDE, name))
    } catch (error) {
      throw systemError(error, 'set an index file aside')
    }
  }
}
