import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Repository } from '#restic'
import { Catalogue } from './catalogue.ts'
import { ownerOnly } from './data-folder.ts'
import { deriveKeys } from './seal.ts'

/**
 * The catalogue of an open repository, in a file of its own that is made where it is missing. Light to load: `toride repo`
 * opens its cache here without the rest of the vault.
 * @param name of the file, without its ending: another repository or another form of notes wants another name
 */
export function openCatalogue(folder: string, name: string, repository: Repository): Catalogue {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keys = deriveKeys(repository.masterKey, repository.config.id, 'catalogue')
  const file = join(folder, `${name}.db`)
  ownerOnly(file)
  return Catalogue.open(file, keys, (spoilt) => rmSync(spoilt, { force: true }))
}
