/**
 * A sheet of the recovery kit as words. 160 bits of content and 27 check bits are 17 words of the BIP39 English list: of its
 * 2048 words no two share their first four letters, so four letters do; on paper each stands beside its number, which may be
 * typed instead (a bare machine has no Japanese input). One word that is unreadable, misread or swapped with its neighbour is
 * found by the check bits and named.
 */
import { hash } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'

export const SHEET_WORDS = 17
/** Bytes of a sheet before its check bits. */
export const SHEET_BYTES = 20
const WORD_BITS = 11n
const CHECK_BITS = 27n

/** Words by their place in the list, from 0. */
export function toWords(content: Uint8Array): number[] {
  let bits = (BigInt(`0x${Buffer.from(content).toString('hex')}`) << CHECK_BITS) | checkBits(content)
  const words: number[] = []
  for (let i = 0; i < SHEET_WORDS; i++, bits >>= WORD_BITS) words.unshift(Number(bits & 0x7ffn))
  return words
}

export interface PrintedWord {
  readonly word: string
  /** Four digits, from 0001. */
  readonly number: string
}

export function printed(index: number): PrintedWord {
  return { word: wordlist[index]!, number: String(index + 1).padStart(4, '0') }
}

export type ReadWords =
  /** `corrected`: places (from 1) of what was read otherwise than typed, with the words taken. */
  | {
      readonly kind: 'read'
      readonly content: Buffer
      readonly corrected: readonly { readonly at: number; readonly word: string }[]
    }
  | {
      readonly kind: 'unreadable'
      readonly count: number
      /** Places (from 1) of what is no word of the list. */
      readonly unknown: readonly number[]
    }

/**
 * Reads what a person typed or a scanner gave: words, their first four letters, or numbers, in any case and width, parted by
 * anything; `?` for a word that cannot be read.
 * @param isContent what a sheet may hold: of the words that the check bits allow, few are one by accident
 */
export function readWords(typed: string, isContent: (content: Buffer) => boolean = () => true): ReadWords {
  const tokens =
    typed
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z]+|\d+|\?+/g) ?? []
  const words = tokens.map(wordIndex)
  const unknown = words.flatMap((word, i) => (word === undefined ? [i + 1] : []))
  const found = words.length === SHEET_WORDS ? repaired(words, isContent) : undefined
  if (!found) return { kind: 'unreadable', count: words.length, unknown }
  const corrected = found.words.flatMap((word, i) => (word === words[i] ? [] : [{ at: i + 1, word: wordlist[word]! }]))
  return { kind: 'read', content: found.content, corrected }
}

/** The place in the list of one typed word, its first letters or its number; undefined where it is none. */
export function wordIndex(typed: string): number | undefined {
  const token = typed.normalize('NFKC').trim().toLowerCase()
  if (/^\d{1,4}$/.test(token)) {
    const number = Number(token)
    return number >= 1 && number <= wordlist.length ? number - 1 : undefined
  }
  const exact = wordlist.indexOf(token)
  if (exact >= 0) return exact
  const short = token.length < 4 ? -1 : wordlist.findIndex((word) => word.slice(0, 4) === token.slice(0, 4))
  return short < 0 ? undefined : short
}

interface Found {
  readonly words: readonly number[]
  readonly content: Buffer
}

type IsContent = (content: Buffer) => boolean

/** The words as they are, or with the one change that makes the check bits right. */
function repaired(words: readonly (number | undefined)[], isContent: IsContent): Found | undefined {
  const gaps = words.flatMap((word, i) => (word === undefined ? [i] : []))
  if (gaps.length > 1) return undefined
  const known = words.map((word) => word ?? 0)
  for (const candidate of gaps.length === 1 ? withWordAt(known, gaps[0]!) : oneChange(known)) {
    const content = checked(candidate)
    if (content && isContent(content)) return { words: candidate, content }
  }
  return undefined
}

/** As they are, then neighbours swapped, then each word replaced by each other. */
function* oneChange(words: readonly number[]): Generator<readonly number[]> {
  yield words
  for (let at = 0; at + 1 < words.length; at++) yield words.with(at, words[at + 1]!).with(at + 1, words[at]!)
  for (let at = 0; at < words.length; at++) yield* withWordAt(words, at)
}

function* withWordAt(words: readonly number[], at: number): Generator<readonly number[]> {
  for (let word = 0; word < wordlist.length; word++) yield words.with(at, word)
}

/** The content where its check bits are right. */
function checked(words: readonly number[]): Buffer | undefined {
  const bits = words.reduce((all, word) => (all << WORD_BITS) | BigInt(word), 0n)
  const content = Buffer.from((bits >> CHECK_BITS).toString(16).padStart(SHEET_BYTES * 2, '0'), 'hex')
  return (bits & ((1n << CHECK_BITS) - 1n)) === checkBits(content) ? content : undefined
}

function checkBits(content: Uint8Array): bigint {
  const digest = hash('sha256', Buffer.concat([Buffer.from('toride kit sheet v1\n'), content]), 'buffer')
  return BigInt(digest.readUInt32BE(0) >>> 5)
}
