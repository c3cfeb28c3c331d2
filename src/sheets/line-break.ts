/**
 * Breaking Japanese text into lines before any font is known. Widths are upper bounds over the fonts of clinics' PCs and
 * our own (`typefaces.test.ts` in `paper` holds them), so that a line set here fits wherever it is drawn.
 */
import type { Line, Run } from './page.ts'

/** Latin letters by the widest of the fonts (bold): the string, then the em. */
const LATIN: readonly (readonly [string, number])[] = [
  [" ',.:;!ijlI|", 0.45],
  ['-rt(/\\)*f{}[]"J_z^s~vLx', 0.63],
  ['1`cyakFgeETohnuSbdpqYZ023456789KPRVBA', 0.79],
]
const LATIN_WIDTHS = new Map(LATIN.flatMap(([letters, width]) => Array.from(letters, (letter) => [letter, width])))
/** Not at the beginning of a line, and not at its end (JIS X 4051, the part that charts need). */
const CLOSING = /[、。，．・：；！？）」』】〕〉》〜ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々％℃±]/
const OPENING = /[（「『【〔〈《]/
const WORD = /[!-~\u00A0-\u024F\u1E00-\u1EFF]/
const SPACE = /^[ \u3000\t]$/

/** Holds its neighbours together; it is never printed itself. */
const JOINER = '\u2060'
/** Text that is never broken: a dose torn over two lines could be read as another. */
export const unbroken = (text: string) => Array.from(text).join(JOINER)

/** Width of one character in em. */
export function widthOf(character: string): number {
  const code = character.codePointAt(0)!
  // Combining signs and variation selectors stand on the letter before.
  if ((code >= 0x300 && code < 0x370) || (code >= 0xfe00 && code <= 0xfe0f) || code >= 0xe0100 || code === 0x2060)
    return 0
  if (code >= 0xff61 && code <= 0xff9f) return 0.52
  // Two and three em dashes; Cyrillic, ligatures and № a little over one em.
  if (code === 0x2e3a || code === 0x2e3b) return 2.6
  if ((code >= 0x400 && code < 0x530) || code === 0x2116 || (code >= 0xfb00 && code <= 0xfb06)) return 1.08
  return LATIN_WIDTHS.get(character) ?? 1.01
}

const widthOfText = (text: string) => Array.from(text).reduce((sum, character) => sum + widthOf(character), 0)

/** Text that stays together: a Latin word or number with the counter behind it, a character with its punctuation. */
function units(text: string): string[] {
  const found: string[] = []
  let last = ''
  for (const character of text.replace(/[\t\r\n\v\f]+/g, ' ')) {
    const joins =
      last !== '' &&
      (widthOf(character) === 0 ||
        last === JOINER ||
        CLOSING.test(character) ||
        OPENING.test(last) ||
        (WORD.test(last) && WORD.test(character)) ||
        (/[0-9]/.test(last) && !SPACE.test(character) && !WORD.test(character) && !OPENING.test(character)))
    if (joins) found[found.length - 1] += character
    else found.push(character)
    last = character
  }
  return found
}

/** A unit wider than the line is broken inside. */
function pieces(unit: string, width: number): string[] {
  if (widthOfText(unit) <= width) return [unit]
  const found: string[] = ['']
  for (const character of unit) {
    const open = found.at(-1)!
    if (open !== '' && widthOfText(open + character) > width) found.push(character)
    else found[found.length - 1] = open + character
  }
  return found
}

/** @param width in em of the text's size. Always at least one line. */
export function breakLines(line: Line, width: number): Line[] {
  const lines: Run[][] = [[]]
  let used = 0
  for (const { text, bold } of line)
    for (const joined of units(text).flatMap((unit) => pieces(unit, width))) {
      const piece = joined.replaceAll(JOINER, '')
      const isSpace = SPACE.test(piece)
      const needed = widthOfText(piece)
      if (used > 0 && used + needed > width) {
        lines.push([])
        used = 0
      }
      // No space at the beginning of a line.
      if (isSpace && used === 0) continue
      const open = lines.at(-1)!
      const before = open.at(-1)
      if (before && before.bold === bold) open[open.length - 1] = { ...before, text: before.text + piece }
      else open.push({ text: piece, ...(bold ? { bold } : {}) })
      used += needed
    }
  return lines
}
