/** Fonts for paper, chosen per run of characters, so that no name prints as a box. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { create, type Font } from 'fontkit'

export type FaceName = string
/** Characters of one face, in the order of the text. */
export interface FaceRun {
  readonly face: FaceName
  readonly text: string
}

/** 〓, the printer's sign for a type that is not there. */
const GETA = '〓'
const isVariant = (code: number) => (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef)
/** Control characters and signs that only steer bidirectional text. */
const isSilent = (code: number) =>
  code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) || code === 0xfeff
const nameOf = (...codes: number[]) =>
  codes.map((code) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`).join(' ')

export class Typefaces {
  readonly fonts: ReadonlyMap<FaceName, Font>
  readonly #faceOf = new Map<number, FaceName | undefined>()

  /** @param own folder of the institution's own fonts (外字, IPAmj Mincho); what is no font in it is passed over. */
  constructor(own?: string) {
    const require = createRequire(import.meta.url)
    const biz = (path: string) => require.resolve(`@expo-google-fonts/biz-udpgothic/${path}`)
    this.fonts = new Map<FaceName, Font>([
      ['regular', create(readFileSync(biz('400Regular/BIZUDPGothic_400Regular.ttf')))],
      ['bold', create(readFileSync(biz('700Bold/BIZUDPGothic_700Bold.ttf')))],
      ['rare', create(readFileSync(fileURLToPath(new URL('fonts/rare-kanji.otf', import.meta.url))))],
      ...ownFonts(own),
    ])
  }

  /** The first face that has the character: BIZ UDPGothic, the rare kanji, the institution's own. */
  #find(code: number): FaceName | undefined {
    if (!this.#faceOf.has(code))
      this.#faceOf.set(
        code,
        [...this.fonts.keys()].find((name) => name !== 'bold' && this.fonts.get(name)!.hasGlyphForCodePoint(code)),
      )
    return this.#faceOf.get(code)
  }

  /** @param missing gets `U+2A6D6` for what no face has, and `U+8FBB U+E0101` for a variant printed in its usual form. */
  runs(text: string, bold: boolean, missing: Set<string>): FaceRun[] {
    const runs: { face: FaceName; text: string }[] = []
    let last = 0
    for (const character of text) {
      const code = character.codePointAt(0)!
      if (isSilent(code)) continue
      if (isVariant(code)) {
        missing.add(nameOf(last, code))
        continue
      }
      const found = this.#find(code)
      if (found === undefined) missing.add(nameOf(code))
      const face = found === undefined || found === 'regular' ? (bold ? 'bold' : 'regular') : found
      const run = runs.at(-1)
      if (run?.face === face) run.text += found === undefined ? GETA : character
      else runs.push({ face, text: found === undefined ? GETA : character })
      last = code
    }
    return runs
  }
}

function ownFonts(folder: string | undefined): [FaceName, Font][] {
  if (folder === undefined || !existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => /\.(?:ttf|otf)$/i.test(name))
  return names.toSorted().flatMap((name, i) => {
    try {
      return [[`own-${i}`, create(readFileSync(join(folder, name)))] as [FaceName, Font]]
    } catch {
      // A broken font file must not keep any sheet from being printed; its characters are reported as missing.
      return []
    }
  })
}
