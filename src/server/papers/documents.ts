/** The kit, the manuals and the cards as documents of blocks, in Japanese. */
import type { Department } from '#downtime'
import type { Block, OfficeDocument } from '#office'
import { FORMATS, type KitPaper, MESSAGES, type ServiceCard } from '#web'
import { BLANK, CARDS, KIT } from './kit-texts.ts'

export interface PaperHouse {
  readonly name: string
  readonly phone: string
  readonly fax: string
}

const t = MESSAGES.ja.papers

const documentOf = (title: string, house: PaperHouse, blocks: readonly Block[]): OfficeDocument => ({
  title,
  language: 'ja',
  header: house.name,
  blocks: [{ kind: 'heading', level: 1, text: title }, ...blocks],
})

function textDocument({ title, parts }: (typeof KIT)[KitPaper], house: PaperHouse): OfficeDocument {
  const filled = (line: string): string =>
    line
      .replaceAll('{house}', () => house.name || BLANK)
      .replaceAll('{phone}', () => house.phone || BLANK)
      .replaceAll('{fax}', () => house.fax || BLANK)
  const blocks = parts.flatMap(({ title: head, lines, isLarge }): Block[] => [
    { kind: 'heading', level: 2, text: head },
    ...(isLarge
      ? lines.map((line): Block => ({ kind: 'paragraph', text: filled(line), isLarge: true }))
      : [{ kind: 'list', items: lines.map(filled), isLarge: true } as const]),
  ])
  // What hangs on a door begins with what it says.
  return { ...documentOf(title, house, blocks), ...(parts[0]?.isLarge && { blocks }) }
}

export const kitDocument = (paper: KitPaper, house: PaperHouse): OfficeDocument => textDocument(KIT[paper], house)

export const cardDocument = (card: ServiceCard, house: PaperHouse): OfficeDocument => textDocument(CARDS[card], house)

export interface ManualContent {
  readonly text: string
  /** 0: nobody has changed the template. */
  readonly number: number
  readonly savedAt: number
  readonly savedBy: string
}

export function manualDocument(department: Department, house: PaperHouse, manual: ManualContent): OfficeDocument {
  const { number, savedAt, savedBy } = manual
  const version = number === 0 ? t.notYetOwn : t.versionOf(String(number), FORMATS.ja.fullDate(savedAt), savedBy)
  const title = t.manualOf(t.departments[department])
  return documentOf(title, house, [{ kind: 'paragraph', text: version, small: true }, ...linesOf(manual.text)])
}

/** `■` begins a heading, `・` a step, anything else is a sentence. */
function linesOf(text: string): Block[] {
  const blocks: Block[] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue
    const last = blocks.at(-1)
    if (line.startsWith('■')) blocks.push({ kind: 'heading', level: 2, text: line.slice(1).trim() })
    else if (!line.startsWith('・')) blocks.push({ kind: 'paragraph', text: line })
    else if (last?.kind === 'list') blocks[blocks.length - 1] = { ...last, items: [...last.items, line.slice(1)] }
    else blocks.push({ kind: 'list', items: [line.slice(1)], isLarge: true })
  }
  return blocks
}

/** All of them one behind the other, each on a page of its own. */
export function stackDocument(documents: readonly OfficeDocument[], house: PaperHouse): OfficeDocument {
  const pages = documents.flatMap(({ blocks }, i) => (i === 0 ? blocks : [{ kind: 'pageBreak' } as const, ...blocks]))
  return { title: t.stackTitle, language: 'ja', header: house.name, blocks: pages }
}
