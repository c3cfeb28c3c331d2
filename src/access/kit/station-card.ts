/**
 * The 開封カード of an emergency PC (SECURITY.md 17): 77 random bits that exist on paper only, as seven words of the kit's
 * list, and an eighth that checks them. Short, because somebody types it while a patient waits; stretched by scrypt, because
 * whoever steals the PC may try at leisure. 77 bits behind 0.2 s each are out of reach.
 */
import { hash, randomBytes, randomInt, scryptSync } from 'node:crypto'
import { readSheet } from './kit.ts'
import { type PrintedWord, printed, wordIndex } from './words.ts'

export const CARD_WORDS = 8
const SECRET_WORDS = CARD_WORDS - 1
const SECRET_BYTES = 10
const SECRET_BITS = 77n
const WORD_BITS = 11n
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 } as const

/** Four hex digits: tells one station's card from another's. No secret. */
export type StationId = string

export interface StationCard {
  readonly station: StationId
  /** 77 bits in 10 bytes, big endian. */
  readonly secret: Uint8Array
}

/** @param isTaken stations that this institution has or had */
export function newStationCard(isTaken: (id: StationId) => boolean): StationCard {
  let station: StationId
  do station = randomInt(0x10000).toString(16).padStart(4, '0')
  while (isTaken(station))
  const bits = BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`) & ((1n << SECRET_BITS) - 1n)
  return { station, secret: bytesOf(bits) }
}

const bytesOf = (bits: bigint): Buffer => Buffer.from(bits.toString(16).padStart(SECRET_BYTES * 2, '0'), 'hex')

export function stationCardWords({ secret }: StationCard): readonly PrintedWord[] {
  let bits = BigInt(`0x${Buffer.from(secret).toString('hex')}`)
  const words = [checkWord(secret)]
  for (let i = 0; i < SECRET_WORDS; i++, bits >>= WORD_BITS) words.unshift(Number(bits & 0x7ffn))
  return words.map(printed)
}

/** What the card opens. Takes some tenths of a second. */
export function stationCardKey({ station, secret }: StationCard): Uint8Array {
  return scryptSync(secret, `toride station card v1 ${station}`, 32, COST)
}

export type ReadStationCard =
  | { readonly kind: 'secret'; readonly secret: Uint8Array }
  /** A sheet of the recovery kit: it is never used for reading. */
  | { readonly kind: 'kit' }
  /** `unknown`: places (from 1) of what is no word of the list. */
  | { readonly kind: 'unreadable'; readonly count: number; readonly unknown: readonly number[] }

/** A card as somebody typed or scanned it: words, their first four letters, or numbers, in any case and width. */
export function readStationCard(typed: string): ReadStationCard {
  const tokens =
    typed
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z]+|\d+/g) ?? []
  const words = tokens.map(wordIndex)
  const unknown = words.flatMap((word, i) => (word === undefined ? [i + 1] : []))
  if (words.length !== CARD_WORDS && readSheet(typed).kind === 'sheet') return { kind: 'kit' }
  if (words.length !== CARD_WORDS || unknown.length > 0) return { kind: 'unreadable', count: words.length, unknown }
  const bits = words.slice(0, SECRET_WORDS).reduce((all, word) => (all << WORD_BITS) | BigInt(word!), 0n)
  const secret = bytesOf(bits)
  return checkWord(secret) === words.at(-1)
    ? { kind: 'secret', secret }
    : { kind: 'unreadable', count: CARD_WORDS, unknown }
}

function checkWord(secret: Uint8Array): number {
  const digest = hash('sha256', Buffer.concat([Buffer.from('toride station card v1\n'), secret]), 'buffer')
  return digest.readUInt16BE(0) >>> 5
}
