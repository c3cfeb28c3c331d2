/**
 * The 開封カード of an emergency PC (SECURITY.md 17): 128 random bits that exist on paper only, in the form of a kit's sheet,
 * with another first half-byte, so that neither is ever taken for the other.
 *
 *     version(4 bits) 0(4 bits)  station(2)  0(1)  secret(16)
 */
import { hkdfSync, randomBytes, randomInt } from 'node:crypto'
import { readSheet } from './kit.ts'
import { type PrintedWord, printed, readWords, toWords } from './words.ts'

const HEAD = 2 << 4
const SECRET_BYTES = 16

/** Four hex digits: tells one station's card from another's. No secret. */
export type StationId = string

export interface StationCard {
  readonly station: StationId
  readonly secret: Uint8Array
}

/** @param isTaken stations that this institution has or had */
export function newStationCard(isTaken: (id: StationId) => boolean): StationCard {
  let station: StationId
  do station = randomInt(0x10000).toString(16).padStart(4, '0')
  while (isTaken(station))
  return { station, secret: randomBytes(SECRET_BYTES) }
}

export function stationCardWords({ station, secret }: StationCard): readonly PrintedWord[] {
  return toWords(Buffer.concat([Buffer.of(HEAD), Buffer.from(station, 'hex'), Buffer.of(0), secret])).map(printed)
}

/** What the card opens. */
export function stationCardKey({ station, secret }: StationCard): Uint8Array {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.from(station, 'hex'), 'toride station card v1', 32))
}

export type ReadStationCard =
  | { readonly kind: 'card'; readonly card: StationCard }
  /** A sheet of the recovery kit: it is never used for reading. */
  | { readonly kind: 'kit' }
  /** `unknown`: places (from 1) of what is no word of the list. */
  | { readonly kind: 'unreadable'; readonly count: number; readonly unknown: readonly number[] }

/** A card as somebody typed or scanned it: words, their first four letters, or numbers. One wrong word is mended. */
export function readStationCard(typed: string): ReadStationCard {
  const read = readWords(typed, (content) => content[0] === HEAD && content[3] === 0)
  if (read.kind === 'read')
    return { kind: 'card', card: { station: read.content.toString('hex', 1, 3), secret: read.content.subarray(4) } }
  if (readSheet(typed).kind === 'sheet') return { kind: 'kit' }
  return { kind: 'unreadable', count: read.count, unknown: read.unknown }
}
