/**
 * A CDA R2 document as plain data: sections with paragraphs, lists and tables, for our own rendering in the chart. Nothing
 * of the document's markup is taken over: what is no block becomes its text, so that no script, style or link can come
 * along. One pass over the tags, whatever nests; free of server things, for an edition's script too.
 */
import { escapeCdata, unescapeXml } from './cda-text.ts'

export interface CdaDocument {
  readonly title: string
  readonly sections: readonly CdaSection[]
  /** Of a body that is a file of its own (a scan inside the CDA): its media type. */
  readonly embedded?: string
  /** True where the document is longer than what is taken over: the file itself holds the rest. */
  readonly cut: boolean
}
export interface CdaSection {
  /** 1 for a section of the body, 2 for one inside it … */
  readonly level: number
  readonly title: string
  readonly blocks: readonly CdaBlock[]
}
export type CdaBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** A scan or drawing that lies in the document: one of {@link PICTURES}, as base64. */
  | { readonly kind: 'picture'; readonly type: string; readonly base64: string }
  | { readonly kind: 'table'; readonly caption: string; readonly rows: readonly CdaRow[] }
export interface CdaRow {
  readonly cells: readonly { readonly text: string; readonly head: boolean }[]
}

/** Blocks of a document for reading; more is a hostile file or one for another program. */
const MOST_BLOCKS = 5000

/** Types that a browser draws and that carry no script (SVG would). */
const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/bmp']
/** Characters of one picture (12 MB); what is longer is saved as a file. */
const MOST_PICTURE = 16_000_000

/** What a tag says of the bytes that it holds: undefined where they are no picture that is shown. */
function pictureType(tag: string): string | undefined {
  const type = /\bmediaType\s*=\s*["']([\w.+/-]{1,80})/.exec(tag)?.[1]?.toLowerCase()
  return /\brepresentation\s*=\s*["']B64["']/.test(tag) ? PICTURES.find((known) => known === type) : undefined
}

/** Undefined where the text is no base64. */
function pictureOf(type: string, written: string): CdaBlock | undefined {
  const base64 = written.replaceAll(/\s+/g, '')
  const isPicture = base64 !== '' && base64.length <= MOST_PICTURE && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)
  return isPicture ? { kind: 'picture', type, base64 } : undefined
}

/** A body that is one picture. */
function scanOf(body: string): CdaBlock | undefined {
  const [, tag = '', written = ''] =
    /^<(?:\w+:)?nonXMLBody\b[^<>]*>\s*(<(?:\w+:)?text\b[^<>]*>)([^<]*)</.exec(body) ?? []
  const type = pictureType(tag)
  return type === undefined ? undefined : pictureOf(type, written)
}

/** Undefined where it is no CDA. Never throws. */
export function cdaDocument(xml: string): CdaDocument | undefined {
  if (!/<(?:\w+:)?ClinicalDocument\b/.test(xml)) return undefined
  const start = xml.search(/<(?:\w+:)?(?:structuredBody|nonXMLBody)\b/)
  const body = start === -1 ? '' : xml.slice(start)
  const title = /<(?:\w+:)?title\b[^<>]*>([^<]*)</.exec(start === -1 ? xml : xml.slice(0, start))?.[1] ?? ''
  const embedded = /^<(?:\w+:)?nonXMLBody\b[^<>]*>\s*<(?:\w+:)?text\b[^<>]*mediaType\s*=\s*["']([\w.+/-]{1,80})/.exec(
    body,
  )?.[1]
  const scan = scanOf(body)
  if (scan) return { title: unescapeXml(title).trim(), sections: [{ level: 1, title: '', blocks: [scan] }], cut: false }
  const reader = new Reader()
  if (!embedded) reader.read(escapeCdata(body))
  return {
    title: unescapeXml(title).trim(),
    sections: reader.sections.filter((section) => section.title !== '' || section.blocks.length > 0),
    ...(embedded && { embedded }),
    cut: reader.cut,
  }
}

interface OpenTable {
  caption: string
  rows: { cells: { text: string; head: boolean }[] }[]
}

class Reader {
  readonly sections: { level: number; title: string; blocks: CdaBlock[] }[] = []
  cut = false
  #level = 0
  #blocks = 0
  /** Where text goes: nowhere outside a section's title and text. */
  #inTitle = false
  #inText = 0
  #text = ''
  /** Of the picture whose bytes are being read, outside a section's text. */
  #picture: string | undefined
  #list: string[] | undefined
  #table: OpenTable | undefined

  read(xml: string): void {
    for (const [token] of xml.matchAll(/<[^<>]*>|[^<]+/g)) {
      if (this.#blocks >= MOST_BLOCKS) {
        this.cut = true
        break
      }
      if (!token.startsWith('<')) this.#take(token)
      else this.#tag(token)
    }
    this.#paragraph()
  }

  #take(written: string): void {
    const picture = this.#picture === undefined ? undefined : pictureOf(this.#picture, written)
    if (picture) this.#add(picture)
    this.#picture = undefined
    if (this.#inTitle || this.#inText > 0) this.#text += unescapeXml(written).replace(/[ \t\r\n]+/g, ' ')
  }

  #tag(token: string): void {
    const [, closing, name] = /^<(\/?)(?:[\w-]+:)?([\w-]+)/.exec(token) ?? []
    if (name === undefined) return
    const alone = token.endsWith('/>')
    if (closing) this.#close(name)
    else if (alone) this.#empty(name)
    else this.#open(name, token)
  }

  #empty(name: string): void {
    if (name === 'br' && this.#inText > 0) this.#text += '\n'
    if ((name === 'td' || name === 'th') && this.#table) this.#cell(name)
  }

  #open(name: string, token: string): void {
    if (name === 'section') this.sections.push({ level: ++this.#level, title: '', blocks: [] })
    else if (this.#inText > 0) this.#openBlock(name)
    else if (name === 'value') this.#picture = pictureType(token)
    else if (name === 'title') [this.#inTitle, this.#text] = [true, '']
    else if (name === 'text') [this.#inText, this.#text] = [1, '']
  }

  #openBlock(name: string): void {
    if (name === 'text') this.#inText++
    if (name === 'paragraph' && !this.#list && !this.#table) this.#paragraph()
    if (name === 'list' && !this.#list && !this.#table) {
      this.#paragraph()
      this.#list = []
    }
    // An item that holds a list of its own: what stands before it is an item by itself.
    if (name === 'item' && this.#list) this.#item()
    if (name === 'table' && !this.#table) {
      this.#paragraph()
      this.#endList()
      this.#table = { caption: '', rows: [] }
    }
    if (name === 'tr' && this.#table) {
      this.#text = ''
      this.#table.rows.push({ cells: [] })
    }
    if (name === 'caption' || name === 'td' || name === 'th') this.#startPiece()
  }

  /** Between cells stands nothing that anybody wrote. */
  #startPiece(): void {
    if (this.#table) this.#text = ''
  }

  #close(name: string): void {
    if (name === 'section') this.#level = Math.max(0, this.#level - 1)
    else if (this.#inTitle) this.#closeTitle(name)
    else if (this.#inText > 0) this.#closeBlock(name)
  }

  #closeTitle(name: string): void {
    if (name !== 'title') return
    const section = this.sections.at(-1)
    if (section) section.title = tidy(this.#text)
    ;[this.#inTitle, this.#text] = [false, '']
  }

  #closeBlock(name: string): void {
    if (this.#table) this.#closeInTable(name, this.#table)
    else if (name === 'item' && this.#list) this.#item()
    else if (name === 'list') this.#endList()
    else if (name === 'paragraph' && !this.#list) this.#paragraph()
    else if (name === 'paragraph' || name === 'caption') this.#text += '\n'
    if (name !== 'text') return
    this.#inText--
    if (this.#inText > 0) return
    this.#endTable()
    this.#endList()
    this.#paragraph()
  }

  #closeInTable(name: string, table: OpenTable): void {
    if (name === 'td' || name === 'th') this.#cell(name)
    else if (name === 'caption') [table.caption, this.#text] = [tidy(this.#text), '']
    else if (name === 'paragraph' || name === 'item') this.#text += '\n'
    else if (name === 'table') this.#endTable()
  }

  #cell(name: string): void {
    const row = this.#table!.rows.at(-1)
    if (row) row.cells.push({ text: tidy(this.#text), head: name === 'th' })
    this.#text = ''
    this.#blocks++
  }

  #item(): void {
    const text = tidy(this.#text)
    if (text !== '') this.#list!.push(text)
    this.#text = ''
    this.#blocks++
  }

  #endList(): void {
    if (!this.#list) return
    this.#item()
    const items = this.#list
    this.#list = undefined
    if (items.length > 0) this.#add({ kind: 'list', items })
  }

  #endTable(): void {
    const table = this.#table
    if (!table) return
    ;[this.#table, this.#text] = [undefined, '']
    const rows = table.rows.filter(({ cells }) => cells.length > 0)
    if (rows.length > 0) this.#add({ kind: 'table', caption: table.caption, rows })
  }

  #paragraph(): void {
    const text = tidy(this.#text)
    this.#text = ''
    if (text !== '' && !this.#inTitle) this.#add({ kind: 'paragraph', text })
  }

  #add(block: CdaBlock): void {
    this.#blocks++
    if (this.sections.length === 0) this.sections.push({ level: 1, title: '', blocks: [] })
    this.sections.at(-1)!.blocks.push(block)
  }
}

const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim()
