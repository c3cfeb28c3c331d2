import type { Readable } from 'node:stream'

/** Exact counts of bytes off a stream. */
export class ExactReader {
  readonly #chunks: AsyncIterator<Buffer>
  #pieces: Buffer[] = []
  #have = 0

  constructor(stream: Readable) {
    this.#chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  }

  /** Lets the stream go, for another to read on. False where bytes were read ahead that nobody asked for yet. */
  async release(): Promise<boolean> {
    await this.#chunks.return?.()
    return this.#have === 0
  }

  /** Undefined where the stream ended before. */
  async take(length: number): Promise<Buffer | undefined> {
    while (this.#have < length) {
      const next = await this.#chunks.next()
      if (next.done) return undefined
      this.#pieces.push(next.value)
      this.#have += next.value.length
    }
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
    this.#pieces = all.length > length ? [all.subarray(length)] : []
    this.#have -= length
    return all.subarray(0, length)
  }
}
