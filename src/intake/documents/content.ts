/** What a file really is, told by its first bytes, whatever its name says. */

export type DocumentType = 'application/pdf' | 'image/jpeg' | 'image/png' | 'image/tiff' | 'text/plain'

/** Undefined for anything else: programs, archives, office files. */
export function typeOfBytes(bytes: Uint8Array): DocumentType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1')
  // Some printers put a line before it; readers look through the first 1024 bytes (ISO 32000-1, annex H).
  if (head.includes('%PDF-')) return 'application/pdf'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'image/tiff'
  return isText(head) ? 'text/plain' : undefined
}

/** No control characters but tab, line ends, form feed and those of an escape sequence of JIS. */
function isText(head: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return head !== '' && !/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(head)
}

const ENDINGS: Readonly<Record<string, DocumentType>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
}

/** What a name promises; undefined for endings that no drop folder takes. */
export function typeOfName(path: string): DocumentType | undefined {
  return ENDINGS[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '']
}

/**
 * Pages of a PDF as its page tree counts them; undefined where that lies compressed or is damaged. Counted, not understood:
 * it is a help to see that a scan of four sheets has four. One pass, whatever the file holds.
 */
export function pdfPages(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  let [most, pages] = [-1, 0]
  /** Of the object that is passed. */
  let [isTree, count] = [false, -1]
  for (const { 0: token, 1: tree, 2: number } of text.matchAll(TOKENS)) {
    if (number !== undefined) {
      if (count === -1) count = Number(number)
    } else if (token !== 'obj') {
      if (tree) isTree = true
      else pages++
    } else [isTree, count] = [false, -1]
    if (isTree) most = Math.max(most, count)
  }
  return most !== -1 ? most : pages > 0 ? pages : undefined
}

/** Begin and end of an object, what it is, `/Count n`. */
const TOKENS = /obj|\/Type\s*\/Page(s?)(?![A-Za-z])|\/Count\s+(\d{1,6})\b/g
