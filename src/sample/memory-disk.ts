/** The sample in memory, for tests: every file by path, with its time. */
import type { SampleDisk } from './types.ts'

export interface MemoryDisk extends SampleDisk {
  readonly files: Map<string, { readonly bytes: Uint8Array; readonly modifiedMs: number }>
}

export function memoryDisk(): MemoryDisk {
  const files: MemoryDisk['files'] = new Map()
  return {
    files,
    write: (path, bytes, modifiedMs) => void files.set(path, { bytes, modifiedMs }),
    rename(from, to) {
      const moved = [...files].filter(([path]) => path === from || path.startsWith(`${from}/`))
      if (moved.length === 0) throw new Error('nothing to rename')
      for (const [path, file] of moved) {
        files.delete(path)
        files.set(to + path.slice(from.length), file)
      }
    },
    read(path) {
      const file = files.get(path)
      return file && Buffer.from(file.bytes)
    },
    isEmpty: () => files.size === 0,
  }
}
