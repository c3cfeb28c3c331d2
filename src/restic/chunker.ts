import type { Address, Kernel } from './kernel/kernel.ts'

/**
 * restic's content-defined chunking (github.com/restic/chunker): a chunk ends after the first byte, at least 512 KiB in,
 * where the Rabin fingerprint of the last 64 bytes ends in twenty zero bits, or after 8 MiB.
 */
export const MIN_CHUNK_BYTES = 512 * 1024
export const MAX_CHUNK_BYTES = 8 * 1024 * 1024
/** Searched at a time; on average half of the last stretch is searched in vain. */
const STRETCH_BYTES = 128 * 1024

/** Finds where chunks end, in a kernel's memory. One per thread and repository. */
export class Chunker {
  readonly #kernel: Kernel

  constructor(kernel: Kernel, polynomial: bigint) {
    this.#kernel = kernel
    kernel.call.rabin_init(polynomial)
  }

  /**
   * Length of the chunk that starts at `start`, once it is certain.
   * @param available bytes there
   * @param searched how many of them an earlier call searched in vain, see the result
   * @returns `end` where the chunk ends; otherwise `searched`: come again with more bytes (at the file's end the rest is
   *   the last chunk)
   */
  next(start: Address, available: number, searched = 0): { end: number } | { searched: number } {
    const limit = Math.min(available, MAX_CHUNK_BYTES)
    let from = Math.max(searched, MIN_CHUNK_BYTES - 1)
    while (from < limit) {
      const to = Math.min(limit, from + STRETCH_BYTES)
      const found = this.#kernel.call.rabin_find(start, from, to)
      if (found < to) return { end: found + 1 }
      from = to
    }
    return limit === MAX_CHUNK_BYTES ? { end: MAX_CHUNK_BYTES } : { searched: Math.max(searched, limit) }
  }
}
