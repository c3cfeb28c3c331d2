/** A document of blocks (`office`) as pages: the PDF beside the DOCX and XLSX of the same words. */
import { type Block, cellText, type OfficeDocument, runsOf, sharesOf, type Text, writable } from '#office/model'
import { breakLines } from './line-break.ts'
import { AREA, AREA_WIDTH, type Line, type Mark, type Page, type Run } from './page.ts'
import type { Foot } from './sheet.ts'
import { withFeet } from './typeset.ts'

/** Em and line height in points. */
const BODY = { em: 9.5, line: 13 }
/** For who reads it on a door. */
const LARGE = { em: 17, line: 25 }
/** For who reads it standing. */
const LARGE_LIST = { em: 12, line: 18 }
const SMALL = { em: 7.5, line: 10 }
const CELL = { em: 8.5, line: 11.5 }
const HEADINGS = [
  { em: 15, line: 20, before: 4 },
  { em: 11.5, line: 16, before: 10 },
  { em: 10, line: 14, before: 6 },
] as const
const PAD = 3
const AFTER = 3

interface Type {
  readonly em: number
  readonly line: number
}

class Pages {
  readonly pages: Mark[][] = []
  readonly #header: string
  y = 0

  constructor(header: string | undefined) {
    this.#header = header ?? ''
    this.turn()
  }

  turn(): void {
    this.pages.push([])
    this.y = AREA.top
    if (this.#header === '') return
    for (const line of linesOf(this.#header, AREA_WIDTH, SMALL)) this.line(line, AREA.left, SMALL)
    this.y += AFTER
  }

  /** Room for so many points, on this page or a new one. */
  need(height: number): void {
    if (this.y + height > AREA.bottom) this.turn()
  }

  mark(mark: Mark): void {
    this.pages.at(-1)!.push(mark)
  }

  line(line: Line, x: number, { em, line: height }: Type): void {
    if (line.length > 0) this.mark({ kind: 'text', x, y: this.y + (height + em * 0.72) / 2, size: em, line })
    this.y += height
  }

  lines(lines: readonly Line[], x: number, type: Type): void {
    for (const line of lines) {
      this.need(type.line)
      this.line(line, x, type)
    }
  }
}

export const documentPages = (document: OfficeDocument, foot: Foot): Page[] => withFeet(documentMarks(document), foot)

/** By page, without feet. */
export function documentMarks(document: OfficeDocument): readonly (readonly Mark[])[] {
  const pages = new Pages(document.header)
  for (const [i, block] of document.blocks.entries()) place(pages, block, document.blocks[i + 1])
  return pages.pages
}

function place(pages: Pages, block: Block, next: Block | undefined): void {
  switch (block.kind) {
    case 'heading': {
      const type = HEADINGS[block.level - 1]!
      const lines = linesOf([{ text: block.text, bold: true }], AREA_WIDTH, type)
      // Never alone at the foot of a page.
      pages.need(type.before + lines.length * type.line + (next ? 4 * BODY.line : 0))
      pages.y += type.before
      pages.lines(lines, AREA.left, type)
      pages.y += AFTER
      break
    }
    case 'paragraph': {
      const type = block.small ? SMALL : block.isLarge ? LARGE : BODY
      pages.lines(linesOf(block.text, AREA_WIDTH, type), AREA.left, type)
      pages.y += AFTER
      break
    }
    case 'list':
      for (const [i, item] of block.items.entries())
        listItem(pages, item, block.numbered ? `${i + 1}.` : '・', block.isLarge ? LARGE_LIST : BODY)
      pages.y += AFTER
      break
    case 'table':
      table(pages, block)
      pages.y += 2 * AFTER
      break
    case 'pageBreak':
      pages.turn()
  }
}

const INDENT = 18

function listItem(pages: Pages, item: Text, sign: string, type: Type): void {
  const lines = linesOf(item, AREA_WIDTH - INDENT, type)
  pages.need(type.line)
  pages.line([{ text: sign }], AREA.left, type)
  pages.y -= type.line
  pages.lines(lines, AREA.left + INDENT, type)
}

/** Lines of a text in a width, its own line feeds kept. */
function linesOf(text: Text, width: number, { em }: Type): Line[] {
  const own: Run[][] = [[]]
  for (const run of runsOf(text))
    for (const [i, part] of writable(run.text).split('\n').entries()) {
      if (i > 0) own.push([])
      if (part !== '') own.at(-1)!.push({ ...run, text: part })
    }
  return own.flatMap((line) => (line.length === 0 ? [[]] : breakLines(line, width / em)))
}

type TableBlock = Extract<Block, { kind: 'table' }>

function table(pages: Pages, block: TableBlock): void {
  const widths = sharesOf(block).map((share) => share * AREA_WIDTH)
  const cellLines = (texts: readonly Text[]) => widths.map((width, i) => linesOf(texts[i] ?? '', width - 2 * PAD, CELL))
  const head = block.header.length > 0 ? cellLines(block.header.map((text) => [{ text, bold: true }])) : undefined
  const headHeight = head ? heightOf(head) : 0
  const drawHead = () => {
    if (head) drawRow(pages, head, widths)
  }
  const most = Math.floor((AREA.bottom - AREA.top - headHeight - 4 * SMALL.line - 2 * PAD) / CELL.line)
  for (const [i, row] of block.rows.entries()) {
    const parts = torn(cellLines(row.map(cellText)), most)
    for (const part of parts) {
      const before = pages.pages.length
      pages.need(heightOf(part) + (i === 0 ? headHeight : 0))
      if (i === 0 || pages.pages.length > before) drawHead()
      drawRow(pages, part, widths)
    }
  }
  if (block.rows.length === 0) drawHead()
}

const heightOf = (cells: readonly (readonly Line[])[]) =>
  Math.max(1, ...cells.map((lines) => lines.length)) * CELL.line + 2 * PAD

/** A row that is higher than a page goes on as a further row. */
function torn(cells: readonly (readonly Line[])[], most: number): (readonly Line[])[][] {
  const count = Math.ceil(Math.max(1, ...cells.map((lines) => lines.length)) / most)
  return Array.from({ length: count }, (_, i) => cells.map((lines) => lines.slice(i * most, (i + 1) * most)))
}

function drawRow(pages: Pages, cells: readonly (readonly Line[])[], widths: readonly number[]): void {
  const top = pages.y
  const height = heightOf(cells)
  let x: number = AREA.left
  for (const [i, lines] of cells.entries()) {
    pages.mark({ kind: 'box', x, y: top, width: widths[i]!, height, stroke: 0.5 })
    pages.y = top + PAD
    for (const line of lines) pages.line(line, x + PAD, CELL)
    x += widths[i]!
  }
  pages.y = top + height
}
