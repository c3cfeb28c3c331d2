/** Bytes of a clinic's own files as text and tables: UTF-8 where they are UTF-8, otherwise CP932, as Japanese Windows writes. */

export interface FileText {
  readonly text: string
  /** Some bytes fit neither; they stand as U+FFFD. */
  readonly damaged: boolean
}

export function decodeText(bytes: Uint8Array): FileText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), damaged: false }
  } catch {
    // WHATWG's "shift_jis" is CP932 (Windows-31J).
    const text = new TextDecoder('shift_jis').decode(bytes)
    return { text, damaged: text.includes('\uFFFD') }
  }
}

export interface TextTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Rows beyond those given. */
  readonly more: boolean
}

/** The first `most` rows of an RFC 4180 text after its heading; quotes may hold line ends, and a missing end quote ends with the text. */
export function readTable(text: string, most: number, separator = ','): TextTable {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let quoted = false
  const endField = () => {
    row.push(field)
    field = ''
  }
  const endRow = () => {
    endField()
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  for (let i = 0; i < text.length && rows.length <= most + 1; i++) {
    const char = text[i]!
    if (quoted) {
      if (char !== '"') field += char
      else if (text[i + 1] === '"') field += text[++i]!
      else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === separator) endField()
    else if (char === '\n') endRow()
    else if (char !== '\r') field += char
  }
  if (field !== '' || row.length > 0) endRow()
  const [head = [], ...body] = rows
  return { head, rows: body.slice(0, most), more: body.length > most }
}

export type FileForm = 'table' | 'text' | 'browser' | 'other'

const TYPES: Readonly<Record<string, readonly [FileForm, string]>> = {
  csv: ['table', 'text/csv; charset=utf-8'],
  tsv: ['table', 'text/plain; charset=utf-8'],
  txt: ['text', 'text/plain; charset=utf-8'],
  log: ['text', 'text/plain; charset=utf-8'],
  xml: ['text', 'text/plain; charset=utf-8'],
  json: ['text', 'text/plain; charset=utf-8'],
  md: ['text', 'text/plain; charset=utf-8'],
  pdf: ['browser', 'application/pdf'],
  jpg: ['browser', 'image/jpeg'],
  jpeg: ['browser', 'image/jpeg'],
  png: ['browser', 'image/png'],
  gif: ['browser', 'image/gif'],
}

/** How a file is shown, by its name's ending: as a table or text by us, by the browser itself, or only saved. */
export function formOf(name: string): { form: FileForm; contentType: string } {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  const [form, contentType] = TYPES[ending] ?? (['other', 'application/octet-stream'] as const)
  return { form, contentType }
}
