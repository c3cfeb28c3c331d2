/** Cuts bytes that come in pieces into lines with their places. */

/** A longer line is no record: a document inside a record may be tens of MB. */
export const MOST_LINE_BYTES = 128 * 1024 * 1024

export interface ByteLine {
  /** Without the line feed; undefined where the line is too long. Only valid during the call. */
  readonly bytes: Uint8Array | undefined
  /** From 1. */
  readonly number: number
  readonly start: number
  /** Behind the line feed. */
  readonly end: number
}

const LINE_FEED = 0x0a

export class LineCutter {
  readonly #onLine: (line: ByteLine) => void
  #parts: Uint8Array[] = []
  #held = 0
  #number = 0
  #start = 0

  constructor(onLine: (line: ByteLine) => void) {
    this.#onLine = onLine
  }

  take(bytes: Uint8Array): void {
    let from = 0
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, from)) {
      this.#finish(bytes.subarray(from, at), 1)
      from = at + 1
    }
    if (from < bytes.length) this.#hold(bytes.slice(from))
  }

  /** What stands behind the last line feed is a line too. */
  end(): void {
    if (this.#held > 0) this.#finish(new Uint8Array(0), 0)
  }

  #hold(bytes: Uint8Array): void {
    this.#held += bytes.length
    if (this.#held > MOST_LINE_BYTES) this.#parts = []
    else this.#parts.push(bytes)
  }

  #finish(last: Uint8Array, feed: number): void {
    const length = this.#held + last.length
    const bytes =
      length > MOST_LINE_BYTES ? undefined : this.#held === 0 ? last : Buffer.concat([...this.#parts, last], length)
    const end = this.#start + length + feed
    this.#number++
    this.#onLine({ bytes, number: this.#number, start: this.#start, end })
    this.#start = end
    this.#parts = []
    this.#held = 0
  }
}
