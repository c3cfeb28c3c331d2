/**
 * Folding Japanese text so that a search finds a name however it was typed: any width, hiragana or katakana, with or
 * without spaces, 髙 or 高. Keys are compared with keys and never shown.
 */
import { foldKanji } from './kanji-variants.ts'

/** Variation selectors: SVS (U+FE00 to U+FE0F) and IVS (U+E0100 to U+E01EF), which choose a glyph of one kanji. */
const VARIATION_SELECTORS = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu

export function stripVariationSelectors(text: string): string {
  return text.replace(VARIATION_SELECTORS, '')
}

/**
 * NFKC: half-width kana with its separate voiced marks to ガ, full-width digits and letters to ASCII, ㈱ to (株),
 * compatibility kanji (福) to theirs. Then one hyphen for all dashes and one tilde for ～ and 〜, which decoders choose
 * differently for the same bytes.
 */
export function foldWidth(text: string): string {
  return stripVariationSelectors(attachVoicedMarks(text))
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212\uFE58]/g, '-')
    .replace(/[\u301C\u223C]/g, '~')
}

/** Spacing voiced marks (゛ ゜) after kana mean the voiced kana; NFKC would turn them into a space and a mark. */
function attachVoicedMarks(text: string): string {
  return text.replace(/([\u3041-\u30FE])\u309B/g, '$1\u3099').replace(/([\u3041-\u30FE])\u309C/g, '$1\u309A')
}

/** Hiragana to katakana; everything else stays. */
export function toKatakana(text: string): string {
  return text.replace(/[\u3041-\u3096\u309D\u309E]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
}

const SMALL_KANA: Readonly<Record<string, string>> = {
  ァ: 'ア',
  ィ: 'イ',
  ゥ: 'ウ',
  ェ: 'エ',
  ォ: 'オ',
  ッ: 'ツ',
  ャ: 'ヤ',
  ュ: 'ユ',
  ョ: 'ヨ',
  ヮ: 'ワ',
  ヵ: 'カ',
  ヶ: 'ケ',
}
/** Kana that sound the same today and are mixed in readings. */
const SAME_SOUND: Readonly<Record<string, string>> = { ヂ: 'ジ', ヅ: 'ズ', ヲ: 'オ', ヰ: 'イ', ヱ: 'エ' }

function foldKatakana(text: string): string {
  return text.replace(/[ァィゥェォッャュョヮヵヶヂヅヲヰヱ]/g, (kana) => SMALL_KANA[kana] ?? SAME_SOUND[kana] ?? kana)
}

/** Spaces, the long mark, the middle dot, hyphens and other punctuation carry no sound. */
const SOUNDLESS = /[\s\u30FC\u30FB\p{P}\p{S}]/gu

/** The key of a name, kanji or kana or Latin alike. Voiced and unvoiced stay apart: see {@link looseKey}. */
export function searchKey(text: string): string {
  const katakana = toKatakana(foldWidth(text))
    .replace(/[ヴブ]([ァィェォ])/g, (_, small: string) => V_ROW[small]!)
    .replaceAll('ヴ', 'ブ')
  const sounded = foldKatakana(katakana).replace(SOUNDLESS, '').toLowerCase()
  return foldKanji(sounded.replace(/(.)々/gu, '$1$1'))
}

/** ヴァ ヴィ ヴェ ヴォ (and ブァ …) are read as the B row. */
const V_ROW: Readonly<Record<string, string>> = { ァ: 'バ', ィ: 'ビ', ェ: 'ベ', ォ: 'ボ' }

/**
 * A wider key, for when {@link searchKey} finds too little: voiced marks are dropped (ハマザキ = ハマサキ) and long vowels
 * are shortened (オオノ = オーノ = オノ, コウノ = コーノ). Of searchKey equals, looseKeys are equal too.
 */
export function looseKey(text: string): string {
  const unvoiced = searchKey(text)
    .normalize('NFD')
    .replace(/[\u3099\u309A]/g, '')
    .normalize('NFC')
  return unvoiced.replace(LONG_VOWEL, (long) => long[0]!)
}

const LONG_VOWEL =
  /[アカサタナハマヤラワ]ア+|[イキシチニヒミリ]イ+|[ウクスツヌフムユル]ウ+|[エケセテネヘメレ][エイ]+|[オコソトノホモヨロ][オウ]+/g

/** An id as typed or written: width, spaces and letter case folded, dashes made one. Leading zeros stay. */
export function idKey(text: string): string {
  return foldWidth(text).replace(/\s/g, '').toUpperCase()
}

/** Whether somebody would see a word: blanks and characters without a picture (U+200B and the like) are no reason. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text.replace(/\p{Default_Ignorable_Code_Point}/gu, ''))
}
