/** From a sheet to pages: what must not be cut flows on, the rest takes what room is left and says what it left out. */
import { code128 } from './code128.ts'
import { breakLines } from './line-break.ts'
import { AREA, AREA_WIDTH, FOOT_Y, type Mark, type Page, type Run } from './page.ts'
import { type Beside, bold, type Block, type Foot, type Head, plain, type Row, type Sheet, SIZES } from './sheet.ts'
import { blockHeight, placeRows, setRows, type SetRow } from './rows.ts'
import { nameWithKana } from './texts.ts'

const GAP = 4
const FRAME = 4
/** Beside each other only while that takes less than this part of a sheet. */
const BESIDE_MOST = 240

/** Of the strip on following sheets. */
const STRIP_LINES = 2

/** Pages that are being filled, from the top. */
class Filling {
  readonly pages: Mark[][] = [[]]
  y: number = AREA.top
  /** Of each part that goes on behind the first sheet: how many rows stand there, and on which sheets. */
  readonly further = new Map<string, Further>()
  readonly #nextHead: (marks: Mark[]) => number

  constructor(nextHead: (marks: Mark[]) => number) {
    this.#nextHead = nextHead
  }

  get marks(): Mark[] {
    return this.pages.at(-1)!
  }

  get room(): number {
    return AREA.bottom - this.y
  }

  turn(): void {
    this.pages.push([])
    this.y = this.#nextHead(this.marks)
  }

  /** Rows of a part stand on this sheet. */
  count(title: string, rows: number): void {
    const to = this.pages.length
    if (to === 1) return
    const before = this.further.get(title)
    this.further.set(title, { rows: rows + (before?.rows ?? 0), from: before?.from ?? to, to })
  }
}

interface Further {
  readonly rows: number
  readonly from: number
  readonly to: number
}

export function typeset(sheet: Sheet): Page[] {
  const once = fill(sheet, 0)
  if (once.filling.further.size === 0) return withFeet(once.filling.pages, sheet.foot)
  // The first sheet says what it does not hold. A line more is kept free: the line itself moves some rows on.
  const reserved = setRows([furtherRow(sheet, once.filling.further)], AREA_WIDTH)[0]!.height + SIZES.body.line
  const { filling, top } = fill(sheet, reserved)
  drawAt(filling.pages[0]!, setRows([furtherRow(sheet, filling.further)], AREA_WIDTH), AREA.left, top)
  return withFeet(filling.pages, sheet.foot)
}

/** @param reserved room kept free under the head of the first sheet @returns where that room begins */
function fill(sheet: Sheet, reserved: number): { filling: Filling; top: number } {
  const filling = new Filling((marks) => stripOf(marks, sheet.head, sheet.words.continued))
  const top = headOf(filling.marks, sheet.head)
  filling.y = top + reserved
  for (const part of sheet.kept) placeKept(filling, part)
  placeCut(filling, sheet)
  return { filling, top }
}

function furtherRow({ words }: Sheet, further: ReadonlyMap<string, Further>): Row {
  const parts = [...further].map(([title, { rows, from, to }]) =>
    words.furtherOf(title, rows === 0 ? undefined : String(rows), from === to ? String(from) : `${from}-${to}`),
  )
  return { lines: [{ text: bold(words.further(parts.join('、'))), size: 'body' }] }
}

function text(x: number, y: number, size: number, line: readonly Run[]): Mark {
  return { kind: 'text', x, y, size, line }
}

/** The whole head of the first sheet. Answers where the next thing may stand. */
function headOf(marks: Mark[], head: Head): number {
  let y: number = AREA.top
  marks.push(
    { kind: 'box', x: AREA.left, y, width: 12 + head.mark.length * 9.8, height: 15, stroke: 1.5 },
    text(AREA.left + 5, y + 11, 9.5, bold(head.mark)),
    text(AREA.left + 24 + head.mark.length * 9.8, y + 11, 9.5, plain(head.title)),
    { kind: 'text', x: AREA.right, y: y + 11, size: 10.5, line: bold(head.asOf), anchor: 'end' },
  )
  y += 21
  const barcode = code128(head.patientId)
  // Not wider than a third of the sheet: an endless id is printed, not coded.
  const barsWidth = barcode ? barcode.width * 0.9 : 0
  const hasBars = barcode !== undefined && barsWidth < AREA_WIDTH / 3
  if (hasBars)
    marks.push({ kind: 'bars', x: AREA.right - barsWidth, y: y + 1, height: 24, unit: 0.9, bars: barcode.bars })
  const width = AREA_WIDTH - (hasBars ? barsWidth + 8 : 0)
  const rows: Row[] = [
    { lines: [{ text: plain(head.kana), size: 'small' }] },
    { lines: [{ text: bold(head.name), size: 'name' }] },
  ]
  y = Math.max(drawAt(marks, setRows(rows, width), AREA.left, y), hasBars ? y + 27 : 0)
  y = drawAt(
    marks,
    setRows([{ lines: [{ text: plain(head.facts.join('\u3000')), size: 'body' }] }], AREA_WIDTH),
    AREA.left,
    y,
  )
  marks.push({ kind: 'rule', x1: AREA.left, y1: y + 1.5, x2: AREA.right, y2: y + 1.5, stroke: 1 })
  return y + GAP
}

/** Of the following sheets: they may be torn apart. */
function stripOf(marks: Mark[], head: Head, continued: string): number {
  const words = `${nameWithKana(head.name, head.kana)}\u3000${head.patientId}\u3000${head.birth}\u3000${head.asOf}`
  const row: Row = {
    lines: [{ text: [...bold(`${head.mark}\u3000${continued}\u3000`), ...plain(words)], size: 'title' }],
  }
  // An endless name stands whole on the first sheet.
  const [set] = setRows([row], AREA_WIDTH)
  const lines = set!.lines.slice(0, STRIP_LINES)
  const y = drawAt(marks, [{ ...set!, lines, height: lines.length * SIZES.title.line + 1.2 }], AREA.left, AREA.top)
  marks.push({ kind: 'rule', x1: AREA.left, y1: y + 1.5, x2: AREA.right, y2: y + 1.5, stroke: 1 })
  return y + GAP
}

function drawAt(marks: Mark[], rows: readonly SetRow[], x: number, y: number): number {
  return placeRows(marks, rows, { x, y, width: AREA_WIDTH, columns: 1, room: Infinity }).y
}

function placeKept(filling: Filling, part: Block | Beside): void {
  if ('beside' in part) {
    const width = (AREA_WIDTH - GAP * (part.beside.length - 1)) / part.beside.length
    const narrow = part.beside.map((block) => ({ ...block, columns: 1 as const }))
    const height = Math.max(...narrow.map((block) => blockHeight(setBlock(block, width), 1)))
    if (height + 2 * GAP <= Math.min(BESIDE_MOST, filling.room)) placeBeside(filling, narrow, width, height)
    else for (const block of part.beside) placeBlock(filling, block)
  } else placeBlock(filling, part)
}

const innerWidth = (block: Block, width: number) =>
  (width - (block.framed ? 2 * FRAME : 0)) / block.columns - (block.columns - 1) * GAP

/** Title and rows, broken into lines of the width that they will have. */
function setBlock(block: Block, width: number): readonly SetRow[] {
  const title: Row = {
    lines: [{ text: [...bold(block.title), ...plain(block.note ? `\u3000${block.note}` : '')], size: 'title' }],
  }
  const full = width - (block.framed ? 2 * FRAME : 0)
  return [{ ...setRows([title], full)[0]!, wide: true }, ...setRows(block.rows, innerWidth(block, width))]
}

function placeBeside(filling: Filling, blocks: readonly Block[], width: number, height: number): void {
  for (const [i, block] of blocks.entries()) {
    const x = AREA.left + i * (width + GAP)
    frame(filling.marks, block, { x, y: filling.y, width, height })
    const inset = block.framed ? FRAME : 0
    filling.count(block.title, setRows(block.rows, width).filter(isRecord).length)
    placeRows(filling.marks, setBlock(block, width), {
      x: x + inset,
      y: filling.y + 2,
      width: width - 2 * inset,
      columns: 1,
      room: Infinity,
    })
  }
  filling.y += height + 2 * GAP
}

function frame(marks: Mark[], block: Block, box: { x: number; y: number; width: number; height: number }): void {
  if (block.framed) marks.push({ kind: 'box', ...box, height: box.height + 4, stroke: 2 })
  else marks.push({ kind: 'rule', x1: box.x, y1: box.y, x2: box.x + box.width, y2: box.y, stroke: 0.75 })
}

/** Neither the title, nor the rest of a long record, nor words about the part. */
const isRecord = ({ wide, isRest, isRemark }: SetRow): boolean => !wide && !isRest && !isRemark

/** A block over as many sheets as it needs. */
function placeBlock(filling: Filling, block: Block): void {
  let rows = setBlock(block, AREA_WIDTH)
  // A title alone at the foot of a sheet reads as an empty part.
  const first = rows.slice(0, 2).reduce((sum, row) => sum + row.height, 0)
  if (filling.room < first + 8) filling.turn()
  const inset = block.framed ? FRAME : 0
  for (;;) {
    const top = filling.y
    const marks: Mark[] = []
    const placed = placeRows(marks, rows, {
      x: AREA.left + inset,
      y: top + 2,
      width: AREA_WIDTH - 2 * inset,
      columns: block.columns,
      room: filling.room - 6,
    })
    frame(filling.marks, block, { x: AREA.left, y: top, width: AREA_WIDTH, height: placed.y - top - 2 })
    filling.marks.push(...marks)
    filling.y = placed.y + GAP
    filling.count(block.title, rows.slice(0, placed.rows).filter(isRecord).length)
    rows = rows.slice(placed.rows)
    if (rows.length === 0) return
    filling.turn()
  }
}

/** The parts that may be cut share what is left of the last sheet; none begins a further one. */
function placeCut(filling: Filling, sheet: Sheet): void {
  if (sheet.cut.length === 0) return
  const leftOut = (rows: readonly number[]) =>
    sheet.cut.flatMap((block, i) =>
      block.rows.length > rows[i]! ? [sheet.words.leftOutOf(block.title, String(block.rows.length - rows[i]!))] : [],
    )
  const statement = (rows: readonly number[]): Row => {
    const parts = leftOut(rows)
    const words =
      parts.length === 0
        ? sheet.words.nothingLeftOut
        : `${sheet.words.leftOut(parts.join('、'))} ${sheet.words.leftOutOrder}`
    return { lines: [{ text: bold(words), size: 'small' }] }
  }
  const none = sheet.cut.map(() => 0)
  const reserved = setRows([statement(none)], AREA_WIDTH)[0]!.height + 3
  if (filling.room < reserved) filling.turn()
  const fitted = share(sheet.cut, filling.room - reserved)
  for (const [i, block] of sheet.cut.entries())
    if (fitted[i]! > 0 || block.rows.length === 0)
      placeBlock(filling, { ...block, rows: block.rows.slice(0, fitted[i]) })
  filling.y = drawAt(filling.marks, setRows([statement(fitted)], AREA_WIDTH), AREA.left, filling.y)
}

/** How many rows each block may show: one more each in turn, so that none is crowded out by another. */
function share(blocks: readonly Block[], room: number): number[] {
  const sets = blocks.map((block) => setBlock(block, AREA_WIDTH))
  const height = (i: number, rows: number) =>
    rows === 0 && blocks[i]!.rows.length > 0
      ? 0
      : blockHeight(sets[i]!.slice(0, rows + 1), blocks[i]!.columns) + 3 * GAP
  const fitted = blocks.map(() => 0)
  const heights = blocks.map((_, i) => height(i, 0))
  const growing = new Set(blocks.keys())
  while (growing.size > 0)
    for (const i of growing) {
      const higher = height(i, fitted[i]! + 1)
      const others = heights.reduce((sum, one, j) => sum + (i === j ? 0 : one), 0)
      if (fitted[i]! < blocks[i]!.rows.length && higher + others <= room) {
        fitted[i]!++
        heights[i] = higher
      } else growing.delete(i)
    }
  return fitted
}

/** Whose, of when, of which backup, and which of how many. */
export function withFeet(pages: readonly (readonly Mark[])[], foot: Foot): Page[] {
  return pages.map((marks, i) => ({
    marks: [
      ...marks,
      { kind: 'rule', x1: AREA.left, y1: FOOT_Y, x2: AREA.right, y2: FOOT_Y, stroke: 0.5 },
      ...footLines(foot),
      { kind: 'text', x: AREA.right, y: FOOT_Y + 10, size: 8, line: bold(`${i + 1} / ${pages.length}`), anchor: 'end' },
    ],
  }))
}

function footLines(foot: Foot): Mark[] {
  const what: Run[] = [...(foot.sample ? bold(`【${foot.sample}】`) : []), ...plain(foot.what)]
  // Two lines at most: an endless name is on the sheet itself.
  const lines = breakLines(what, (AREA_WIDTH - 60) / 8).slice(0, 1)
  return [
    ...lines.map((line) => text(AREA.left, FOOT_Y + 10, 8, line)),
    text(AREA.left, FOOT_Y + 19, 7, plain(foot.by)),
  ]
}
