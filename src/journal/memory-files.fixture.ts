/** A ledger's files in memory that can stop working after any step: what the crash tests replay. */
import { AppError } from '#base'
import type { LedgerFiles } from './files.ts'

export interface MemoryFiles extends LedgerFiles {
  readonly content: Map<string, Uint8Array>
  /** Steps done so far (every write and remove). */
  readonly steps: number
  /** From step `n` on everything fails; `torn`: that step leaves half of its file under the unfinished name. */
  failAt(step: number, torn: boolean): void
  /** A reopened disk with what was durable. */
  copy(): MemoryFiles
}

export function memoryFiles(content = new Map<string, Uint8Array>()): MemoryFiles {
  let steps = 0
  let limit = Infinity
  let tear = false
  const step = (path: string, bytes?: Uint8Array) => {
    if (steps >= limit) {
      if (tear && bytes && steps === limit) content.set(`${path}.tmp`, bytes.subarray(0, bytes.length / 2))
      steps++
      throw new AppError('STORAGE_FULL')
    }
    steps++
  }
  return {
    content,
    get steps() {
      return steps
    },
    failAt(n, torn) {
      limit = n
      tear = torn
    },
    copy: () => memoryFiles(new Map(content)),
    read: async (path) => content.get(path),
    async write(path, bytes) {
      step(path, bytes)
      content.set(path, Uint8Array.from(bytes))
    },
    async remove(path) {
      step(path)
      content.delete(path)
    },
    async list(folder) {
      const prefix = folder === '' ? '' : `${folder}/`
      const names = [...content.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length))
      return [...new Set(names.map((name) => name.split('/')[0]!))]
    },
  }
}
