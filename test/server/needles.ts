/** Looks for many byte strings in one pass over a file: what must not lie in the clear anywhere. */
export interface Needle {
  /** What it is, for the message of a failure: `kana UTF-8 #12`, never the value. */
  readonly label: string
  readonly bytes: Uint8Array
}

/** Shorter ones turn up by chance in megabytes of sealed bytes. */
export const SHORTEST_BYTES = 6

export class Needles {
  readonly #byStart = new Map<number, Needle[]>()
  /** Which pairs of first bytes occur at all: passes over almost every position. */
  readonly #pairs = new Uint8Array(65_536)
  readonly size: number

  constructor(needles: readonly Needle[]) {
    const long = needles.filter(({ bytes }) => bytes.length >= SHORTEST_BYTES)
    for (const needle of long) {
      const start = Buffer.from(needle.bytes).readUInt32BE(0)
      this.#pairs[start >>> 16] = 1
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), needle])
    }
    this.size = long.length
  }

  /** Labels of what occurs in `bytes`. */
  find(bytes: Buffer): Set<string> {
    const found = new Set<string>()
    for (let at = 0; at + SHORTEST_BYTES <= bytes.length; at++) {
      if (this.#pairs[(bytes[at]! << 8) | bytes[at + 1]!] === 0) continue
      for (const needle of this.#byStart.get(bytes.readUInt32BE(at)) ?? [])
        if (
          bytes.compare(needle.bytes, 0, needle.bytes.length, at, Math.min(bytes.length, at + needle.bytes.length)) ===
          0
        )
          found.add(needle.label)
    }
    return found
  }
}
