/**
 * An authority's own DOCX or XLSX, filled: `{{field}}` wherever it stands, and cells of a sheet by their address. Styles and
 * formulas stay as they are. Macros, links to other files and zips that swell are refused.
 */
import { AppError } from '#base'
import { writable } from './model/index.ts'
import { type Parts, unzipped, zipped } from './unzip.ts'

export interface Template {
  readonly kind: 'docx' | 'xlsx'
  /** `{{field}}` that stand in it, each once. */
  readonly fields: readonly string[]
}

/** `Sheet1!B5` to the field that goes there. */
export type CellMap = Readonly<Record<string, string>>

const refused = (detail: string): AppError => new AppError('OFFICE_TEMPLATE_REFUSED', { detail })
const FIELD = /\{\{\s*([a-z][a-z-]*)\s*\}\}/g
const TEXT_PARTS = /^(?:word\/(?:document|header\d*|footer\d*)\.xml|xl\/sharedStrings\.xml|xl\/worksheets\/[^/]+\.xml)$/

/** @throws OFFICE_TEMPLATE_REFUSED */
export function readTemplate(bytes: Uint8Array): Template {
  const { parts, kind } = opened(bytes)
  const found = new Set<string>()
  for (const [name, content] of parts)
    if (TEXT_PARTS.test(name))
      for (const block of blocksOf(content.toString()))
        for (const [, field] of joined(block.text).text.matchAll(FIELD)) found.add(field!)
  return { kind, fields: [...found] }
}

/**
 * @param values by field; one that is missing leaves its place empty
 * @returns the filled file, and addresses that could not be filled (no such sheet, or a formula stands there)
 */
export function fillTemplate(
  bytes: Uint8Array,
  values: Readonly<Record<string, string>>,
  cells: CellMap = {},
): { readonly bytes: Uint8Array; readonly notFilled: readonly string[] } {
  const { parts } = opened(bytes)
  for (const [name, content] of parts)
    if (TEXT_PARTS.test(name)) parts.set(name, Buffer.from(filledText(content.toString(), values, name)))
  const notFilled = Object.entries(cells)
    .filter(([address, field]) => !fillCell(parts, address, values[field] ?? ''))
    .map(([address]) => address)
  return { bytes: zipped(parts), notFilled }
}

function opened(bytes: Uint8Array): { parts: Parts; kind: Template['kind'] } {
  const parts = unzipped(bytes)
  const types = parts.get('[Content_Types].xml')?.toString() ?? ''
  const kind = parts.has('word/document.xml') ? 'docx' : parts.has('xl/workbook.xml') ? 'xlsx' : undefined
  if (!kind || types === '') throw refused('neither DOCX nor XLSX')
  if (/macroEnabled|vbaProject|activeX|oleObject/i.test(types)) throw refused('macros')
  for (const [name, content] of parts) {
    if (/vbaProject|\/externalLinks\/|\/embeddings\/|\/activeX\//i.test(name)) throw refused('macros or links')
    const text = /\.(?:xml|rels)$/i.test(name) ? content.toString() : ''
    if (/<!DOCTYPE|<!ENTITY|<!\[CDATA/i.test(text)) throw refused('a document type')
    for (const [relation] of name.endsWith('.rels') ? text.matchAll(/<Relationship\b[^>]*>/g) : [])
      if (/TargetMode\s*=\s*["']External/i.test(relation) && !/\/hyperlink["']/.test(relation)) throw refused('links')
  }
  return { parts, kind }
}

/** Paragraphs of Word, strings of Excel: a placeholder may be torn over the runs of one, never over two. */
const BLOCK = /<w:p[ >](?:(?!<w:p[ >])[\s\S])*?<\/w:p>|<si>[\s\S]*?<\/si>|<is>[\s\S]*?<\/is>/g
const TEXT = /(<(w:t|t)(?: [^>]*)?>)([\s\S]*?)(<\/\2>)/g

const blocksOf = (xml: string) => [...xml.matchAll(BLOCK)].map(([text]) => ({ text }))

function joined(block: string): { text: string; pieces: { from: number; text: string }[] } {
  const pieces: { from: number; text: string }[] = []
  let text = ''
  for (const match of block.matchAll(TEXT)) {
    pieces.push({ from: text.length, text: match[3]! })
    text += match[3]!
  }
  return { text, pieces }
}

function filledText(xml: string, values: Readonly<Record<string, string>>, part: string): string {
  const lineBreak = part.startsWith('word/') ? '</w:t><w:br/><w:t xml:space="preserve">' : '\n'
  return xml.replace(BLOCK, (block) => {
    const { text, pieces } = joined(block)
    const found = [...text.matchAll(FIELD)]
    if (found.length === 0) return block
    const filled = pieces.map((piece) => {
      let out = ''
      for (let at = 0; at < piece.text.length;) {
        const here = piece.from + at
        const hit = found.find(({ index, 0: all }) => here >= index && here < index + all.length)
        if (!hit) {
          out += piece.text[at]
          at += 1
          continue
        }
        // The value stands where its placeholder begins; the rest of it goes, wherever it was torn.
        if (here === hit.index) out += escaped(values[hit[1]!] ?? '').replaceAll('\n', lineBreak)
        at = Math.min(piece.text.length, hit.index + hit[0].length - piece.from)
      }
      return out
    })
    let i = 0
    return block.replace(TEXT, (_all, _open, name: string, _text, close: string) => {
      const content = filled[i] ?? ''
      i += 1
      return `<${name} xml:space="preserve">${content}${close}`
    })
  })
}

const escaped = (text: string): string =>
  writable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** False where there is no such sheet or cell, or a formula stands there: it is kept. */
function fillCell(parts: Parts, address: string, value: string): boolean {
  const [, sheet = '', cell = '', row = ''] = /^(.+)!([A-Z]{1,3}([1-9]\d{0,6}))$/.exec(address) ?? []
  const path = sheetPath(parts, sheet)
  const xml = path && parts.get(path)?.toString()
  if (!path || !xml) return false
  const known = new RegExp(`<c r="${cell}"([^>]*?)(/>|>([\\s\\S]*?)</c>)`).exec(xml)
  if (known?.[3] && /<f[ >/]/.test(known[3])) return false
  const style = /\bs="\d+"/.exec(known?.[1] ?? '')?.[0] ?? ''
  const content = `<c r="${cell}" ${style} t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`
  const filled = known ? xml.replace(known[0], () => content) : withCell(xml, row, cell, content)
  if (filled === undefined) return false
  parts.set(path, Buffer.from(filled))
  countAgain(parts)
  return true
}

/** Column letters of one length sort as they stand. */
const columnOf = (cell: string): string => cell.replace(/\d+/, '').padStart(3)

function withCell(xml: string, row: string, cell: string, content: string): string | undefined {
  const found = new RegExp(`<row [^>]*?\\br="${row}"[^>]*?(/>|>([\\s\\S]*?)</row>)`).exec(xml)
  if (!found) return undefined
  if (found[1] === '/>') return xml.replace(found[0], () => `${found[0].slice(0, -2)}>${content}</row>`)
  const next = [...found[2]!.matchAll(/<c r="([A-Z]+\d+)"/g)].find(([, other]) => columnOf(other!) > columnOf(cell))
  const at = found.index + found[0].indexOf('>') + 1 + (next ? next.index : found[2]!.length)
  return xml.slice(0, at) + content + xml.slice(at)
}

function sheetPath(parts: Parts, sheet: string): string | undefined {
  const workbook = parts.get('xl/workbook.xml')?.toString() ?? ''
  const name = escaped(sheet).replaceAll('"', '&quot;')
  const tag = [...workbook.matchAll(/<sheet [^>]*>/g)].map(([all]) => all).find((all) => all.includes(`name="${name}"`))
  const id = /r:id="([^"]+)"/.exec(tag ?? '')?.[1]
  const relations = parts.get('xl/_rels/workbook.xml.rels')?.toString() ?? ''
  const relation = [...relations.matchAll(/<Relationship [^>]*>/g)]
    .map(([all]) => all)
    .find((all) => all.includes(`Id="${id}"`))
  const target = /Target="([^"]+)"/.exec(relation ?? '')?.[1]
  return target && (target.startsWith('/') ? target.slice(1) : `xl/${target}`)
}

/** Formulas that look at a filled cell are counted when the file is opened: results that were kept are of before. */
function countAgain(parts: Parts): void {
  for (const [name, content] of parts)
    if (/^xl\/worksheets\/[^/]+\.xml$/.test(name))
      parts.set(name, Buffer.from(content.toString().replace(/(<f\b[^>]*\/>|<\/f>)<v>[^<]*<\/v>/g, '$1')))
  const workbook = parts.get('xl/workbook.xml')!.toString()
  if (workbook.includes('fullCalcOnLoad')) return
  const calculated = /<calcPr\b/.test(workbook)
    ? workbook.replace(/<calcPr\b/, '<calcPr fullCalcOnLoad="1"')
    : workbook.replace('</workbook>', '<calcPr fullCalcOnLoad="1"/></workbook>')
  parts.set('xl/workbook.xml', Buffer.from(calculated))
}
