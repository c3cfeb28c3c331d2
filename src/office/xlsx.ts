/**
 * Sheets of typed cells as XLSX, and a document of blocks as one sheet. No cell is ever a formula: what begins with
 * `= + - @` or a tab is written as text with the text format, so it stays text when somebody edits the cell, too.
 * The library is loaded at the first call only.
 */
import type { CellObject, SheetData } from 'write-excel-file/node'
import {
  type Block,
  type Cell,
  cellText,
  type Day,
  type OfficeDocument,
  plainText,
  runsOf,
  writable,
} from './model/index.ts'

export interface Worksheet {
  /** At most 31 characters; what Excel refuses in a name becomes a space. */
  readonly name: string
  /** Stands still while the rest is scrolled; left out where it is empty. */
  readonly header: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** In characters of ordinary width; a Japanese one counts two. */
  readonly widths: readonly number[]
}

const FONT = { fontFamily: 'Yu Gothic', fontSize: 10.5 }
/** More does not fit into a cell (Excel's limits); the rest is said to be missing rather than making a broken file. */
const MOST_CHARACTERS = 32_767
const CUT = ' …'
const MOST_NAME = 31

/** @returns the file's bytes. */
export async function xlsxOf(sheets: readonly Worksheet[]): Promise<Uint8Array> {
  const names = sheetNames(sheets.map((sheet) => sheet.name))
  const data = sheets.map(({ header, rows, widths }, i) => ({
    sheet: names[i]!,
    data: [...(header.length > 0 ? [header.map(headCell)] : []), ...rows.map((row) => row.map(bodyCell))],
    widths,
    stickyRowsCount: header.length > 0 ? 1 : 0,
  }))
  return write(data)
}

/** Blocks below each other; a table's columns are the sheet's. Page breaks have no meaning here. */
export async function xlsxOfDocument(document: OfficeDocument): Promise<Uint8Array> {
  const data = document.blocks.flatMap(rowsOfBlock)
  const columns = Math.max(1, ...data.map((row) => row.length))
  const wished = Array.from({ length: columns }, (_, i) => columnWidth(document.blocks, i))
  const tooWide = Math.max(1, wished.reduce((sum, width) => sum + width, 0) / WIDTH.page)
  const widths = wished.map((width) => Math.max(WIDTH.least, Math.floor(width / tooWide)))
  return write([{ sheet: sheetNames([document.title])[0]!, data, widths, stickyRowsCount: 0 }])
}

interface Written {
  readonly sheet: string
  readonly data: SheetData
  readonly widths: readonly number[]
  readonly stickyRowsCount: number
}

async function write(sheets: readonly Written[]): Promise<Uint8Array> {
  const { default: writeXlsx } = await import('write-excel-file/node')
  const file = sheets.map(({ widths, data, ...sheet }) => ({
    ...sheet,
    data: data.map((row) => withHeight(row, widths)),
    columns: widths.map((width) => ({ width })),
  }))
  return writeXlsx(file, { ...FONT, features: [ONE_PAGE_WIDE] }).toBuffer()
}

/** Printed on A4, all columns side by side, whatever font a program has: an item never comes out without its content. */
const ONE_PAGE_WIDE = {
  files: {
    transform: {
      'xl/worksheets/sheet{id}.xml': {
        transform: (xml: string) =>
          xml
            .replace(/<worksheet[^>]*>/, '$&<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>')
            .replace('</worksheet>', '<pageSetup paperSize="9" fitToWidth="1" fitToHeight="0"/></worksheet>'),
      },
    },
  },
}

/** A line of text in points, and Excel's highest row. */
const LINE = 18
const MOST_HEIGHT = 409

/** High enough for every line of its cells: no program raises a row whose file says nothing of its height. */
function withHeight(row: SheetData[number], widths: readonly number[]): SheetData[number] {
  const lines = row.map((cell, i) => {
    const { value, wrap } = (cell ?? {}) as CellObject
    if (typeof value !== 'string' || wrap !== true) return 1
    // Two less: a line breaks before its last character where that must not stand at a beginning.
    const room = Math.max(1, (widths[i] ?? WIDTH.least) - 2)
    return value.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(wide(line) / room)), 0)
  })
  // A heading's row grows with its letters by itself.
  if (!row.some((cell) => (cell as CellObject | undefined)?.wrap)) return row
  const most = Math.max(1, ...lines)
  const height = Math.min(MOST_HEIGHT, most * LINE)
  return row.map((cell, i) => (i === 0 ? { ...(cell as CellObject), height } : cell))
}

const BORDER = { borderStyle: 'thin', borderColor: '#999999', alignVertical: 'top' } as const

const headCell = (text: string): CellObject => ({
  ...textCell(text),
  fontWeight: 'bold',
  backgroundColor: '#E8E8E8',
  ...BORDER,
})

function bodyCell(cell: Cell): CellObject {
  if (typeof cell === 'number' && Number.isFinite(cell)) return { value: cell, type: Number, ...BORDER }
  if (typeof cell === 'object' && 'day' in cell) return { ...dayCell(cell), ...BORDER }
  return { ...textCell(plainText(cellText(cell))), ...BORDER }
}

/** The file's days are counted in UTC, so a local time goes in as if it were one, and comes out as it was written. */
function dayCell({ day }: Day): CellObject {
  const date = new Date(`${day.length === 10 ? `${day}T00:00` : day}:00Z`)
  if (Number.isNaN(date.getTime())) return textCell(day)
  return { value: date, type: Date, format: day.length === 10 ? 'yyyy/mm/dd' : 'yyyy/mm/dd hh:mm', align: 'left' }
}

function textCell(text: string): CellObject {
  const value = writable(text)
  const cut =
    value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS - CUT.length).toWellFormed()}${CUT}` : value
  if (cut === '') return { value: '', type: String }
  return { value: cut, type: String, wrap: true, ...(/^[=+\-@\t]/.test(cut) ? { format: '@' } : {}) }
}

function rowsOfBlock(block: Block): SheetData {
  switch (block.kind) {
    case 'heading':
      return [[{ ...textCell(block.text), wrap: false, fontWeight: 'bold', fontSize: [16, 13, 11][block.level - 1]! }]]
    case 'paragraph': {
      const bold = runsOf(block.text).some((run) => run.bold)
      return [[{ ...textCell(plainText(block.text)), wrap: false, ...(bold ? { fontWeight: 'bold' } : {}) }]]
    }
    case 'list':
      return block.items.map((item, i) => [
        { ...textCell(`${block.numbered ? `${i + 1}.` : '・'} ${plainText(item)}`), wrap: false },
      ])
    case 'table':
      return [
        ...(block.header.length > 0 ? [block.header.map(headCell)] : []),
        ...block.rows.map((row) => row.map(bodyCell)),
        [],
      ]
    case 'pageBreak':
      return []
  }
}

/** In characters; `page`: what an upright A4 holds side by side. */
const WIDTH = { least: 8, most: 60, page: 84 }
const wide = (text: string) => Array.from(text).reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e7f ? 2 : 1), 0)

/** As wide as its longest line in any table, within reason. */
function columnWidth(blocks: readonly Block[], column: number): number {
  const texts = blocks.flatMap((block) =>
    block.kind === 'table'
      ? [block.header[column] ?? '', ...block.rows.map((row) => plainText(cellText(row[column])))]
      : [],
  )
  const longest = Math.max(0, ...texts.flatMap((text) => text.split('\n')).map(wide))
  return Math.min(WIDTH.most, Math.max(WIDTH.least, longest + 2))
}

/** Excel refuses `: \\ / ? * [ ]`, more than 31 characters, and the same name twice. */
function sheetNames(names: readonly string[]): string[] {
  const found: string[] = []
  for (const name of names) {
    const tidy = writable(name)
      .replace(/[:\\/?*[\]\n]/g, ' ')
      .replace(/^'|'$/g, ' ')
      .trim()
    let number = ''
    const full = () =>
      `${Array.from(tidy || 'Sheet')
        .slice(0, MOST_NAME - number.length)
        .join('')}${number}`
    for (let n = 2; found.includes(full()); n++) number = ` (${n})`
    found.push(full())
  }
  return found
}
