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
  const body = /<(?:\w+:)?structuredBody\b[\s\S]*<\/(?:\w+:)?structuredBody>/.exec(xml)?.[0]
  if (!/<(?:\w+:)?ClinicalDocument\b/.test(xml)) return undefined
  const title = plain(element(xml.slice(0, body ? xml.indexOf(body) : undefined), 'title') ?? '')
  const text = body ? sections(body) : plain(element(xml, 'text') ?? '')
  return text === '' ? undefined : { title, text }
}

function sections(body: string): string {
  const pieces = body.matchAll(/<(?:\w+:)?(title|text)\b[^>]*>([\s\S]*?)<\/(?:\w+:)?\1>/g)
  const lines: string[] = []
  for (const [, tag, inner] of pieces) {
    const text = plain(inner!)
    if (text !== '') lines.push(tag === 'title' ? `【${text}】` : text)
  }
  return lines.join('\n')
}

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<(?:\\w+:)?${name}\\b[^>]*>([\\s\\S]*?)</(?:\\w+:)?${name}>`).exec(xml)?.[1]
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", '#160': ' ' }

/** Blocks become lines, cells are separated, other tags vanish. */
function plain(inner: string): string {
  return inner
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, raw: string) =>
      raw.replace(/[<&]/g, (c) => (c === '<' ? '&lt;' : '&amp;')),
    )
    .replace(/<(?:\w+:)?(?:br|\/paragraph|\/item|\/tr|\/caption)\b[^>]*>/g, '\n')
    .replace(/<\/(?:\w+:)?t[dh]>/g, '\t')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|apos|#160);/g, (_, name: string) => ENTITIES[name]!)
    .replace(
      /&#(x?)([0-9a-f]{1,6});/gi,
      (whole, hex: string, digits: string) => character(parseInt(digits, hex ? 16 : 10)) ?? whole,
    )
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function character(code: number): string | undefined {
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined
}
