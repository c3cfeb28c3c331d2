/** The archiver's cache in a folder, so that it outlives a killed process as the vault's catalogue does. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UnitStore } from '#restic'

export function folderStore(folder: string): UnitStore {
  mkdirSync(folder, { recursive: true })
  const file = (key: string): string => join(folder, Buffer.from(key, 'latin1').toString('base64url'))
  return {
    get: (key) => (existsSync(file(key)) ? readFileSync(file(key)) : undefined),
    put(key, record) {
      writeFileSync(`${file(key)}.tmp`, record)
      renameSync(`${file(key)}.tmp`, file(key))
    },
    retain(paths) {
      for (const name of readdirSync(folder)) {
        const key = Buffer.from(name, 'base64url').toString('latin1')
        if (key.startsWith('/') && !paths.has(key)) rmSync(join(folder, name))
      }
    },
  }
}
