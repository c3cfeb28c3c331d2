/** What one file looks like, in one word, beside what its name says it is. */
import { familyOf } from './families.ts'

/**
 * `fits`: what its name says. `random`: nothing of what its name says, random instead. `broken`: begins as its name says
 * and goes on random. `foreign`: something else than its name says, and not random. `plain`, `dense`: of a name that says
 * nothing; dense is random, packed or encrypted, which is the same to the eye.
 */
export type Look = 'fits' | 'random' | 'broken' | 'foreign' | 'plain' | 'dense' | 'empty'

const LOOKS: readonly Look[] = ['fits', 'random', 'broken', 'foreign', 'plain', 'dense', 'empty']

/**
 * @param name the file's, the last part of its path
 * @param bytes the whole file, or its beginning where `sizeBytes` says more
 */
export function look(name: string, bytes: Uint8Array, sizeBytes = bytes.length): Look {
  if (sizeBytes === 0) return 'empty'
  const family = familyOf(name)
  if (!family) return isDense(bytes) ? 'dense' : 'plain'
  if (family === 'text') return lookAtText(bytes)
  if (!family.begins(bytes)) return isDense(bytes) ? 'random' : 'foreign'
  return family.goesOn(bytes, sizeBytes) ? 'fits' : 'broken'
}

/** As a note: one byte that is not part of any layout yet, so that a second can follow. */
export const writeLook = (what: Look): Uint8Array => Uint8Array.of(LOOKS.indexOf(what) + 1)

/** Undefined where it says nothing. */
export const readLook = (note: Uint8Array | undefined): Look | undefined => LOOKS[(note?.[0] ?? 0) - 1]

const WINDOW = 1024
/** Windows that are looked at, spread over the file. */
const WINDOWS = 6

function windows(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length <= WINDOW) return [bytes]
  const count = Math.min(WINDOWS, Math.floor(bytes.length / WINDOW))
  const step = (bytes.length - WINDOW) / Math.max(1, count - 1)
  return Array.from({ length: count }, (_, i) => bytes.subarray(Math.floor(i * step), Math.floor(i * step) + WINDOW))
}

function lookAtText(bytes: Uint8Array): Look {
  const seen = windows(bytes).map(isNoText)
  if (!seen.includes(true)) return 'fits'
  return seen[0] ? (isDense(bytes) || bytes.length < WINDOW ? 'random' : 'foreign') : 'broken'
}

/** Random bytes have one control character in ten; text of any encoding has none but tabs, ends of lines and escapes. */
function isNoText(window: Uint8Array): boolean {
  let controls = 0
  let zeros = 0
  // One pass: this is done for every record of a storage.
  for (let i = 0; i < window.length; i++) {
    const byte = window[i]!
    if (byte >= 28) continue
    if (byte === 0) zeros++
    if (byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls++
  }
  // UTF-16 is text.
  if (zeros * 5 > window.length) return false
  return controls >= 2 && controls * 33 > window.length
}

/** Every window as even as random bytes: 7.8 bits a byte in 1 KiB (measured); packed data is the same. */
export function isDense(bytes: Uint8Array): boolean {
  if (bytes.length < 64) return false
  return windows(bytes).every((window) => entropy(window) > mostOfPlain(window.length))
}

/** Random bytes of this length reach 0.96 of what is possible; base64 never more than 6.0. */
function mostOfPlain(length: number): number {
  return Math.min(7.2, 0.92 * Math.log2(Math.min(length, 256)))
}

const COUNTS = new Uint16Array(256)

/** Bits a byte. */
export function entropy(bytes: Uint8Array): number {
  COUNTS.fill(0)
  for (const byte of bytes) COUNTS[byte]!++
  let bits = 0
  for (const count of COUNTS) if (count > 0) bits -= count * Math.log2(count / bytes.length)
  return bits / bytes.length
}
