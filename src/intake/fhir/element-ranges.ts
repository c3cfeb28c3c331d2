/** Where the elements of a list stand in the bytes of a JSON document that was parsed before and is sound. */
import type { ByteRange } from '../format.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x7b, 0x5b])
const CLOSE = new Set([0x7d, 0x5d])
const COMMA = 0x2c

/**
 * @param name of the list in the document's object; undefined: the document is the list
 * @returns ranges relative to `bytes`; the last list of that name, as JSON.parse takes it
 */
export function elementRanges(bytes: Uint8Array, name?: string): ByteRange[] {
  const key = name === undefined ? undefined : Buffer.from(`"${name}"`)
  const listDepth = key ? 2 : 1
  let found: ByteRange[] = []
  let [depth, isInList, start] = [0, false, -1]
  let lastString: readonly [number, number] = [0, 0]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === QUOTE) {
      if (isInList && depth === listDepth && start === -1) start = at
      const end = stringEnd(bytes, at)
      lastString = [at, end]
      at = end - 1
    } else if (OPEN.has(byte)) {
      if (isInList && depth === listDepth && start === -1) start = at
      depth++
      if (depth === listDepth && byte === 0x5b && (!key || isKey(bytes, lastString, key))) {
        isInList = true
        found = []
      }
    } else if (CLOSE.has(byte)) {
      if (isInList && depth === listDepth) {
        if (start !== -1) found.push([start, trimmed(bytes, start, at)])
        ;[isInList, start] = [false, -1]
      }
      depth--
    } else if (byte === COMMA && isInList && depth === listDepth) {
      found.push([start, trimmed(bytes, start, at)])
      start = -1
    } else if (isInList && depth === listDepth && start === -1 && byte > 0x20) start = at
  }
  return found
}

/** Behind the closing quote. */
function stringEnd(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === QUOTE) return at + 1
  }
  return bytes.length
}

/** Depth says that it is a name of the outer object; it could still be a value, but then no list follows. */
function isKey(bytes: Uint8Array, [start, end]: readonly [number, number], key: Buffer): boolean {
  return end - start === key.length && key.equals(bytes.subarray(start, end))
}

function trimmed(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && bytes[at - 1]! <= 0x20) at--
  return at
}
