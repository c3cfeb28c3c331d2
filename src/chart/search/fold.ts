/** Folding of what is searched and of what is searched for: one function per column, so that both sides always agree. */
import { idKey, looseKey, searchKey } from '#base'

/** Names and readings: width, kana script, small kana, spaces and kanji variants (髙/高, 﨑/崎, 𠮷/吉) folded. */
export const foldName = searchKey

/** A reading as people hear it: voiced marks and long vowels dropped too. Equal {@link foldName} gives equal keys here. */
export const foldLoosely = looseKey

/** Ids: any width, upper case, without separators and without leading zeros (a lone 0 stays). */
export function foldPatientId(text: string): string {
  return idKey(text)
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^0+(?=.)/, '')
}
