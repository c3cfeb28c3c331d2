import type { EntryNumber } from './blob-index.ts'

/**
 * One bit per entry of a blob index, in shared memory: which trees were visited, which blobs are needed. Threads mark at
 * the same time; exactly one of them sees a bit become set.
 */
export class Marks {
  readonly shared: SharedArrayBuffer
  readonly #words: Int32Array

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared
    this.#words = new Int32Array(shared)
  }

  /** @param entryCount the index must not grow while its marks are in use */
  static create(entryCount: number): Marks {
    return new Marks(new SharedArrayBuffer(4 * (1 + (entryCount >>> 5))))
  }

  /** Sets the bit; true where it was clear. */
  add(entry: EntryNumber): boolean {
    const bit = 1 << (entry & 31)
    return (Atomics.or(this.#words, entry >>> 5, bit) & bit) === 0
  }

  has(entry: EntryNumber): boolean {
    return (Atomics.load(this.#words, entry >>> 5) & (1 << (entry & 31))) !== 0
  }
}
