/** Rows in columns: how high they are, how many fit, and where they stand. */
import { breakLines } from './line-break.ts'
import type { Line, Mark } from './page.ts'
import { type Row, type Size, SIZES } from './sheet.ts'

/** A row in lines of the width that it will have. */
export interface SetRow {
  readonly lines: readonly { readonly line: Line; readonly size: Size }[]
  readonly height: number
  readonly boxes: number
  /** Over all columns. */
  readonly wide?: boolean
  /** Goes on with a row that is longer than a sheet. */
  readonly isRest?: boolean
  readonly isRemark?: boolean
}

const BETWEEN = 1.2
const COLUMN_GAP = 8
const BOX = { width: 34, height: 15 }
/** A longer row is torn: no single record may be higher than a sheet. */
const LINES_MOST = 60

/** @param width of one column, in points */
export function setRows(rows: readonly Row[], width: number): SetRow[] {
  return rows.flatMap(({ lines, boxes = 0, isRemark = false }) => {
    const broken = lines.flatMap(({ text, size }) =>
      breakLines(text, (width - boxes * BOX.width) / SIZES[size].em).map((line) => ({ line, size })),
    )
    const parts = Array.from({ length: Math.ceil(broken.length / LINES_MOST) }, (_, i) =>
      broken.slice(i * LINES_MOST, (i + 1) * LINES_MOST),
    )
    return parts.map((part, i) => ({
      lines: part,
      boxes: i === 0 ? boxes : 0,
      height: heightOf(part, boxes),
      isRest: i > 0,
      isRemark,
    }))
  })
}

function heightOf(lines: SetRow['lines'], boxes: number): number {
  const height = lines.reduce((sum, { size }) => sum + SIZES[size].line, 0)
  return Math.max(height, boxes > 0 ? BOX.height + 2 : 0) + BETWEEN
}

interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly columns: number
  readonly room: number
}

/** Rows split into columns no higher than `height`, from the first row on; undefined where they do not fit. */
function split(rows: readonly SetRow[], columns: number, height: number): SetRow[][] | undefined {
  const found: SetRow[][] = [[]]
  let used = 0
  for (const row of rows) {
    if (used > 0 && used + row.height > height) {
      found.push([])
      used = 0
    }
    found.at(-1)!.push(row)
    used += row.height
    if (used > height) return undefined
  }
  return found.length <= columns ? found : undefined
}

const total = (rows: readonly SetRow[]) => rows.reduce((sum, row) => sum + row.height, 0)

/** The most even split into columns. */
function balanced(rows: readonly SetRow[], columns: number): SetRow[][] {
  for (let height = total(rows) / columns; ; height += 4) {
    const found = split(rows, columns, height)
    if (found) return found
  }
}

const parts = (rows: readonly SetRow[]) => {
  const wide = rows.filter((row) => row.wide)
  return { wide, narrow: rows.slice(wide.length) }
}

export function blockHeight(rows: readonly SetRow[], columns: number): number {
  const { wide, narrow } = parts(rows)
  return total(wide) + Math.max(0, ...balanced(narrow, columns).map(total))
}

/** How many rows, not counting the title, fit into a height. */
function rowsThatFit(rows: readonly SetRow[], columns: number, room: number): number {
  const { wide, narrow } = parts(rows)
  let count = 0
  while (count < narrow.length && split(narrow.slice(0, count + 1), columns, room - total(wide))) count++
  return count
}

/** Puts as many rows as fit; at least one, for a sheet that takes none would never end. */
export function placeRows(marks: Mark[], rows: readonly SetRow[], frame: Frame): { y: number; rows: number } {
  const { wide, narrow } = parts(rows)
  const fits = frame.room === Infinity ? narrow.length : rowsThatFit(rows, frame.columns, frame.room)
  const count = Math.max(fits, wide.length === 0 ? 1 : 0)
  let y = frame.y
  for (const row of wide) y = drawRow(marks, row, frame.x, y, frame.width)
  const width = (frame.width - COLUMN_GAP * (frame.columns - 1)) / frame.columns
  let bottom = y
  for (const [i, column] of balanced(narrow.slice(0, count), frame.columns).entries()) {
    let at = y
    for (const row of column) at = drawRow(marks, row, frame.x + i * (width + COLUMN_GAP), at, width)
    bottom = Math.max(bottom, at)
  }
  return { y: bottom, rows: wide.length + count }
}

function drawRow(marks: Mark[], row: SetRow, x: number, y: number, width: number): number {
  let at = y
  for (const { line, size } of row.lines) {
    const { em, line: height } = SIZES[size]
    if (line.length > 0) marks.push({ kind: 'text', x, y: at + (height + em * 0.72) / 2, size: em, line })
    at += height
  }
  for (let i = 0; i < row.boxes; i++)
    marks.push({ kind: 'box', x: x + width - (i + 1) * BOX.width, y: y + 1, ...BOX, stroke: 0.5 })
  return y + row.height
}
