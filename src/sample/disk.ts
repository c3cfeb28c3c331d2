/** The sample on a real disk. Modification times are the times of sending, so that a backup sees a history. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SampleDisk } from './types.ts'

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

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
      try {
        renameSync(join(folder, from), join(folder, to))
      } catch (error) {
        // Done already by a call that was cut short.
        if (isMissing(error) && existsSync(join(folder, to))) return
        throw error
      }
    },
    isEmpty: () => !existsSync(folder) || readdirSync(folder).length === 0,
    read(path) {
      try {
        return readFileSync(join(folder, path))
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
  }
}
