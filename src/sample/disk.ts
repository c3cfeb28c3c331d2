/** The sample on a real disk. Modification times are the times of sending, so that a backup sees a history. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SampleDisk } from './types.ts'

export function sampleDisk(folder: string): SampleDisk {
  const made = new Set<string>()
  const makeFolder = (path: string): void => {
    if (made.has(path)) return
    mkdirSync(path, { recursive: true })
    made.add(path)
  }
  return {
    write(path, bytes, modifiedMs) {
      const full = join(folder, path)
      makeFolder(dirname(full))
      writeFileSync(full, bytes)
      utimesSync(full, modifiedMs / 1000, modifiedMs / 1000)
    },
    rename(from, to) {
      renameSync(join(folder, from), join(folder, to))
    },
    isEmpty: () => !existsSync(folder) || readdirSync(folder).length === 0,
    read(path) {
      try {
        return readFileSync(join(folder, path))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
  }
}
