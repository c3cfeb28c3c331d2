import type { EpochNs } from '#base'

/**
 * Times as Go's JSON writes them: RFC 3339 with up to nine digits of fraction, trailing zeros cut. We write UTC always, so
 * that a tree's bytes do not depend on the host's zone; restic writes its local offset and reads either.
 */

const NS_PER_SECOND = 1_000_000_000n
/** restic clamps years to 0..9999, which is what RFC 3339 can write (node.go fixTime). */
const MIN_SECONDS = -62_167_219_200
const MAX_SECONDS = 253_402_300_799

let cachedSeconds = NaN
let cachedText = ''

export function formatTime(timeNs: EpochNs): string {
  let seconds = Number(timeNs / NS_PER_SECOND)
  let nanos = Number(timeNs % NS_PER_SECOND)
  if (nanos < 0) {
    nanos += 1e9
    seconds -= 1
  }
  if (seconds < MIN_SECONDS) return '0000-01-01T00:00:00Z'
  if (seconds > MAX_SECONDS) return '9999-12-31T23:59:59.999999999Z'
  // Files written together share their second: formatting it once halves the cost of a tree.
  if (seconds !== cachedSeconds) {
    cachedText = new Date(seconds * 1000).toISOString().slice(0, 19)
    cachedSeconds = seconds
  }
  return nanos === 0 ? `${cachedText}Z` : `${cachedText}.${fraction(nanos)}Z`
}

function fraction(nanos: number): string {
  let digits = 9
  while (nanos % 10 === 0) {
    nanos /= 10
    digits -= 1
  }
  return String(nanos).padStart(digits, '0')
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/

let parsedText = ''
let parsedTime: EpochNs | undefined
let parsedSecond = ''
let parsedSecondMs = NaN

/** The instant of an RFC 3339 text, or undefined where it is none. */
export function parseTime(text: string): EpochNs | undefined {
  // A node's atime is its mtime, as a rule, and files written together share their second.
  if (text === parsedText) return parsedTime
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const second = match[1]! + match[3]!
  if (second !== parsedSecond) {
    parsedSecondMs = Date.parse(second)
    parsedSecond = second
  }
  if (Number.isNaN(parsedSecondMs)) return undefined
  const nanos = match[2] === undefined ? 0 : Number(match[2].padEnd(9, '0'))
  parsedText = text
  parsedTime = BigInt(parsedSecondMs) * 1_000_000n + BigInt(nanos)
  return parsedTime
}
