/** Names of drugs, tests and diseases, compared. Keys are compared and never shown. */
import { foldWidth, looseKey, searchKey } from '#base'

/** `same`: the same letters in any width. `maker`: the same but for a maker's name. `stem`: another strength or form. `loose`: voiced marks or long vowels differ. `similar`: most pairs of letters agree. */
export const NAME_LIKENESS = ['same', 'maker', 'stem', 'loose', 'similar'] as const
export type NameLikeness = (typeof NAME_LIKENESS)[number]

export interface Name {
  readonly whole: string
  readonly withoutMaker: string
  readonly stem: string
  readonly loose: string
  readonly pairs: ReadonlySet<string>
}

const known = new Map<string, Name>()
/** Names repeat; a house has a few thousand. */
const MOST_KNOWN = 50_000

export function nameOf(text: string): Name {
  const found = known.get(text)
  if (found) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const flat = foldWidth(text)
  const withoutMaker = flat.replace(/[「｢"（(][^」｣"）)]*[」｣"）)]/gu, ' ')
  const stemText = withoutMaker.replace(STRENGTH, ' ').replace(FORM, ' ')
  const stem = key(stemText)
  const name = {
    whole: key(flat),
    withoutMaker: key(withoutMaker),
    // A name that is nothing but a strength or a form has no stem to be compared by.
    stem: stem.length > 1 ? stem : key(flat),
    loose: looseKey(stemText),
    pairs: pairsOf(stem),
  }
  known.set(text, name)
  return name
}

/** `5mg`, `0.5%`, `10 mL`, `2.5㎎` (folded), `500単位` */
const STRENGTH =
  /\d+(?:[.,]\d+)?\s*(?:mg|μg|mcg|ug|g|kg|ml|l|%|単位|iu|u|meq|mmol)(?![a-z])(?:\s*\/\s*\d*(?:[.,]\d+)?\s*(?:ml|g|l))?/giu
const FORM =
  /(?:口腔内崩壊錠|od錠|腸溶錠|徐放錠|la錠|cr錠|錠|徐放カプセル|カプセル|細粒|顆粒|散|ドライシロップ|シロップ|注射液|注射用|静注用|静注|点滴|皮下注|筋注|注|軟膏|クリーム|テープ|パップ|点眼液|坐剤|内用液)(?:\d+)?/giu

/** Figures and their points count in a name: 2.5 is not 25. */
const key = (text: string): string => searchKey(text.replace(/(\d)[.,](?=\d)/g, '$1点'))

function pairsOf(text: string): Set<string> {
  const letters = Array.from(text)
  return new Set(letters.slice(1).map((letter, at) => `${letters[at]}${letter}`))
}

/** Undefined where they are not alike enough to show them beside each other. */
export function likeness(a: Name, b: Name): NameLikeness | undefined {
  if (a.whole === '' || b.whole === '') return undefined
  if (a.whole === b.whole) return 'same'
  if (a.withoutMaker !== '' && a.withoutMaker === b.withoutMaker) return 'maker'
  if (a.stem === b.stem) return 'stem'
  if (a.loose !== '' && a.loose === b.loose) return 'loose'
  return agreement(a.pairs, b.pairs) >= ENOUGH ? 'similar' : undefined
}

/**
 * Dice's coefficient of pairs of letters. At 0.75 a slip of the pen in a long name is found, and タキソール stays apart
 * from タキソテール (0.67), アマリール from アルマール (0.25).
 */
const ENOUGH = 0.75

function agreement(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const total = a.size + b.size
  // The lesser set bounds what can agree at all.
  if (total === 0 || (2 * Math.min(a.size, b.size)) / total < ENOUGH) return 0
  let same = 0
  for (const pair of a) if (b.has(pair)) same++
  return (2 * same) / total
}
