/**
 * The text of a CDA R2 document (notes, summaries, referrals of the extended storage) for reading in the chart: section
 * titles and their text, tags taken out. The document itself stays one click away; nothing is interpreted.
 */
export interface CdaText {
  readonly title: string
  readonly text: string
}

/** Undefined where it is no CDA or holds no text. Never throws; the result is text and must be escaped where shown. */
export function cdaText(xml: string): CdaText | undefined {
  if (!/<(?:\w+:)?ClinicalDocument\b/.test(xml)) return undefined
  const start = xml.search(/<(?:\w+:)?(?:structuredBody|nonXMLBody)\b/)
  const title = start === -1 ? undefined : blocks(xml.slice(0, start)).find(({ tag }) => tag === 'title')?.text
  const lines = blocks(xml.slice(Math.max(start, 0))).map(({ tag, text }) => (tag === 'title' ? `【${text}】` : text))
  return lines.length === 0 ? undefined : { title: title ?? '', text: lines.join('\n') }
}

/** Titles and texts in order. One pass over the tags: a hostile document with a million open tags costs no more than its length. */
function blocks(xml: string): { tag: string; text: string }[] {
  const found: { tag: string; text: string }[] = []
  let open: { tag: string; from: number } | undefined
  for (const match of xml.matchAll(/<(\/?)(?:\w+:)?(title|text)\b[^<>]*>/g)) {
    const [whole, closing, tag = ''] = match
    if (!closing && !whole.endsWith('/>')) open ??= { tag, from: match.index + whole.length }
    else if (closing && open?.tag === tag) {
      const text = plain(xml.slice(open.from, match.index))
      if (text !== '') found.push({ tag, text })
      open = undefined
    }
  }
  return found
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Blocks become lines, cells are separated, other tags vanish. */
function plain(inner: string): string {
  const lines = escapeCdata(inner)
    .replace(/<(?:\w+:)?br\b[^<>]*>|<\/(?:\w+:)?(?:paragraph|item|tr|caption)\s*>/g, '\n')
    .replace(/<\/(?:\w+:)?t[dh]\s*>/g, '\t')
    .replace(/<[^<>]*>/g, '')
  return unescapeXml(lines)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Named and numbered characters of XML; what is none stays as written. One pass: `&amp;lt;` is `&lt;`. */
export function unescapeXml(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(x?)([0-9a-f]{1,6}));/gi,
    (whole, name: string | undefined, hex: string | undefined, digits: string) =>
      name ? (ENTITIES[name] ?? whole) : (character(parseInt(digits, hex ? 16 : 10)) ?? whole),
  )
}

function character(code: number): string | undefined {
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined
}

/** CDATA becomes escaped text. A section that is never closed ends the search: no second look at the same bytes. */
export function escapeCdata(inner: string): string {
  let text = ''
  let at = 0
  for (;;) {
    const start = inner.indexOf('<![CDATA[', at)
    const end = start === -1 ? -1 : inner.indexOf(']]>', start)
    if (end === -1) return text + inner.slice(at)
    const raw = inner.slice(start + 9, end)
    text += inner.slice(at, start) + raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    at = end + 3
  }
}
