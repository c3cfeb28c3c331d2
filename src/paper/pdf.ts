/** Pages as PDF, without a browser. */
import { AREA, type Line, type Mark, NOTICE_Y, type Page, PAPER } from '#sheets'
import { PDFDocument } from 'pdfkit'
import type { Typefaces } from './typefaces.ts'

export interface PdfOptions {
  readonly title: string
  readonly language: 'ja' | 'en'
  /** The sentence that stands on a page of which characters could not be printed, or not in their own form. */
  readonly missingNotice: (characters: string) => string
  /** Called after each page; may throw to stop. */
  readonly onPage?: (drawn: number, total: number) => void
}

export interface PdfFile {
  readonly bytes: Uint8Array
  /** `U+2A6D6`, each once: what no font has, and variants printed in their usual form. */
  readonly missing: readonly string[]
}

/** Pages drawn at a stretch before others get their turn. */
const PAGES_AT_ONCE = 4
const MISSING_SHOWN = 12

/** Text stays text in the file: it can be searched and copied. Two calls with the same pages give the same content. */
export async function drawPdf(pages: readonly Page[], faces: Typefaces, options: PdfOptions): Promise<PdfFile> {
  const document = new PDFDocument({
    autoFirstPage: false,
    lang: options.language,
    displayTitle: true,
    info: { Title: options.title, Creator: 'Toride', Producer: 'Toride' },
  })
  for (const [name, font] of faces.fonts) document.registerFont(name, font)
  const chunks: Uint8Array[] = []
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => document.on('end', resolve).on('error', reject))
  const { pages: noted, missing } = withMissing(pages, faces, options.missingNotice)
  for (const [i, page] of noted.entries()) {
    document.addPage({ size: [PAPER.width, PAPER.height], margin: 0 })
    for (const mark of page.marks) drawMark(document, mark, faces)
    options.onPage?.(i + 1, pages.length)
    if (i % PAGES_AT_ONCE === PAGES_AT_ONCE - 1) await new Promise(setImmediate)
  }
  document.end()
  await ended
  return { bytes: Buffer.concat(chunks), missing }
}

/**
 * The same pages, each with a sentence at its foot where no font has one of its characters, or not in its own form: for
 * the browser's printer as for the PDF. `missing` as in {@link PdfFile}.
 */
export function withMissing(
  pages: readonly Page[],
  faces: Typefaces,
  notice: PdfOptions['missingNotice'],
): { readonly pages: readonly Page[]; readonly missing: readonly string[] } {
  const all = new Set<string>()
  const noted = pages.map((page): Page => {
    const missing = new Set<string>()
    for (const mark of page.marks)
      if (mark.kind === 'text') for (const { text, bold } of mark.line) faces.runs(text, bold ?? false, missing)
    if (missing.size === 0) return page
    for (const one of missing) all.add(one)
    const line = [{ text: notice(missingWords(missing)), bold: true }]
    return { ...page, marks: [...page.marks, { kind: 'text', x: AREA.left, y: NOTICE_Y, size: 7, line }] }
  })
  return { pages: noted, missing: [...all] }
}

/** The first of them, so that the sentence is one line. */
function missingWords(missing: ReadonlySet<string>): string {
  return `${[...missing].slice(0, MISSING_SHOWN).join(', ')}${missing.size > MISSING_SHOWN ? ' …' : ''}`
}

function drawMark(document: PDFDocument, mark: Mark, faces: Typefaces): void {
  switch (mark.kind) {
    case 'text':
      drawText(document, mark, faces)
      break
    case 'box':
      document.lineWidth(mark.stroke).rect(mark.x, mark.y, mark.width, mark.height).stroke()
      break
    case 'rule':
      document.lineWidth(mark.stroke).moveTo(mark.x1, mark.y1).lineTo(mark.x2, mark.y2).stroke()
      break
    case 'bars':
      for (const bar of mark.bars) document.rect(mark.x + bar.x * mark.unit, mark.y, bar.width * mark.unit, mark.height)
      document.fill()
  }
}

type Text = {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly line: Line
  readonly anchor?: 'end'
}

function drawText(document: PDFDocument, { x, y, size, line, anchor }: Text, faces: Typefaces): void {
  const runs = line.flatMap(({ text, bold }) => faces.runs(text, bold ?? false, new Set()))
  document.fontSize(size)
  const widths = runs.map(({ face, text }) => document.font(face).widthOfString(text))
  let at = anchor === 'end' ? x - widths.reduce((sum, width) => sum + width, 0) : x
  for (const [i, { face, text }] of runs.entries()) {
    document.font(face).text(text, at, y, { lineBreak: false, baseline: 'alphabetic' })
    at += widths[i]!
  }
}
