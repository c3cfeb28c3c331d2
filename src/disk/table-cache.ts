import { type Bytes, readWhole } from './bytes.ts'

/** Second-level tables and unpacked clusters: asked for again and again, bounded in bytes, the one used last stays longest. */
export class TableCache {
  readonly #most: number
  readonly #tables = new Map<number, Promise<Buffer>>()

  /** @param most tables held at once */
  constructor(most: number) {
    this.#most = most
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
      return known
    }
    const made = make()
    made.catch(() => this.#tables.delete(key))
    this.#tables.set(key, made)
    if (this.#tables.size > this.#most) this.#tables.delete(this.#tables.keys().next().value!)
    return made
  }
}
