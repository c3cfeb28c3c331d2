/** Whether two records of one number say the same of who that is. Nothing is joined by it: a reader is told. */
import { foldName } from './search/fold.ts'
import type { PatientEntry } from './patient-index/patient-index.ts'

/** `unknown`: nothing differs, but a name or a whole birth date is missing on one side. */
export type IdentityMatch = 'agrees' | 'differs' | 'unknown'
type Identity = Pick<PatientEntry, 'kanji' | 'kana' | 'birthDate'>

/** Names folded as the search folds them (width, kana script, 髙/高); the sex is left to the reader. */
export function compareIdentity(a: Identity, b: Identity): IdentityMatch {
  const all = [compareNames(a, b), compareBirth(a.birthDate, b.birthDate)]
  if (all.includes('differs')) return 'differs'
  return all.every((one) => one === 'agrees') ? 'agrees' : 'unknown'
}

/** A name in kana stands in either place: systems without kanji write it where others write the name. */
function compareNames(a: Identity, b: Identity): IdentityMatch {
  const [kanjiA, kanaA, kanjiB, kanaB] = [a.kanji, a.kana, b.kanji, b.kana].map(foldName)
  if (kanaA && kanaB && kanaA !== kanaB) return 'differs'
  if (kanjiA && kanjiB) return kanjiA === kanjiB || kanjiA === kanaB || kanaA === kanjiB ? 'agrees' : 'differs'
  return [kanjiA, kanaA].some((name) => name && (name === kanjiB || name === kanaB)) ? 'agrees' : 'unknown'
}

/** A year or a month alone fits each day in it. */
function compareBirth(a: string, b: string): IdentityMatch {
  const length = Math.min(a.length, b.length)
  if (a.slice(0, length) !== b.slice(0, length)) return 'differs'
  return length === 'YYYY-MM-DD'.length ? 'agrees' : 'unknown'
}
