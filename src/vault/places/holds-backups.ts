/** Folders that hold backups: nothing else is written into them. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MEDIUM_FOLDER } from '../media/marker.ts'
import { PLACE_MARK } from './open.ts'

/** What every repository has. */
const REPOSITORY = ['config', 'keys', 'data', 'snapshots']
const MEDIUM_MARK = 'DEVICE'

/** Whether a path lies in a place of backups, in a repository of anybody's or among what Toride keeps on a medium, or is a medium's top. */
export function isAmongBackups(path: string): boolean {
  const has = (folder: string, ...names: string[]): boolean => names.every((name) => existsSync(join(folder, name)))
  if (has(path, MEDIUM_FOLDER, join(MEDIUM_FOLDER, MEDIUM_MARK))) return true
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if (has(at, PLACE_MARK) || has(at, ...REPOSITORY)) return true
    if (basename(at) === MEDIUM_FOLDER && has(at, MEDIUM_MARK)) return true
  }
  return false
}
