import { type Bytes, readWhole } from './bytes.ts'

/** Second-level tables and unpacked clusters: asked for again and again, bounded in bytes, the one used last stays longest. */
export class TableCache {
  readonly #mostBytes: number
  readonly #tables = new Map<number, { readonly made: Promise<Buffer>; bytes: number }>()
  #bytes = 0

  /** @param mostBytes held at once, besides what is being read */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get(of: Bytes, offset: number, length: number): Promise<Buffer> {
    return this.make(offset, () => readWhole(of, offset, length))
  }

  /** One that failed is not kept: the next asks again. */
  make(key: number, make: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.#tables.get(key)
    if (known) {
      this.#tables.delete(key)
      this.#tables.set(key, known)
      return known.made
    }
    const held = { made: make(), bytes: 0 }
    this.#tables.set(key, held)
    void this.#count(key, held)
    return held.made
  }

  async #count(key: number, held: { readonly made: Promise<Buffer>; bytes: number }): Promise<void> {
    try {
      held.bytes = (await held.made).length
    } catch {
      this.#tables.delete(key)
      return
    }
    this.#bytes += held.bytes
    this.#trim()
  }

  #trim(): void {
    for (const [key, { bytes }] of this.#tables) {
      if (this.#bytes <= this.#mostBytes) return
      // What is being read counts when it is there.
      if (bytes === 0) continue
      this.#tables.delete(key)
      this.#bytes -= bytes
    }
  }
}
