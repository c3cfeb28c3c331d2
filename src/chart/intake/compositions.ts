/** Compositions (JP-CLINS letters and summaries, documents of other countries) as documents to be read in the chart. */
import { documentDate, type DocumentReference, type Resource, type UnknownResource } from '#fhir'

interface Section {
  readonly title?: string
  readonly text?: { readonly div?: string }
  readonly section?: readonly Section[]
}

/** A document per Composition: its sections' titles and narrative as text, tags taken out. Nothing is interpreted. */
export function documentsIn(others: readonly UnknownResource[], path: string): Resource[] {
  return others.filter(({ resourceType }) => resourceType === 'Composition').map((one) => documentOf(one, path))
}

function documentOf(composition: UnknownResource, path: string): DocumentReference {
  const { id, meta, type, title, date, author, subject, identifier, section } = composition
  const text = sectionText((section ?? []) as Section[]).join('\n')
  return {
    resourceType: 'DocumentReference',
    ...(id && { id }),
    meta: { ...meta, source: path },
    status: 'current',
    ...(isObject(type) && { type }),
    ...(isObject(subject) && { subject }),
    ...(isObject(identifier) && { identifier: [identifier] }),
    ...(typeof date === 'string' && documentDate(date)),
    ...(Array.isArray(author) && { author: author as DocumentReference['author'] & object }),
    description: typeof title === 'string' ? title : '',
    content: text ? [{ attachment: { contentType: 'text/plain', data: Buffer.from(text).toString('base64') } }] : [],
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function sectionText(sections: readonly Section[]): string[] {
  return sections.flatMap(({ title, text, section }) => [
    ...(title ? [`【${title}】`] : []),
    ...(typeof text?.div === 'string' ? [plain(text.div)] : []),
    ...sectionText(Array.isArray(section) ? section : []),
  ])
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' }

/** Narrative (XHTML) to text: blocks become lines. Linear in its length. */
function plain(div: string): string {
  return div
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h\d|\/caption)\b[^<>]*>/gi, '\n')
    .replace(/<\/t[dh]\s*>/gi, '\t')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|apos|nbsp);/g, (_, name: string) => ENTITIES[name]!)
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (whole, hex: string, digits: string) => {
      const code = parseInt(digits, hex ? 16 : 10)
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
    })
    .split('\n')
    .map((line) => line.trim())
    .filter((line, i, all) => line !== '' || (i > 0 && all[i - 1] !== ''))
    .join('\n')
    .trim()
}
