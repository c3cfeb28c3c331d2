/** Two documents of the plan, section by section: what reads otherwise, with both sides. Pure. */
import { type Cell, cellText, type OfficeDocument, plainText } from '#office/model'

interface Table {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface Item {
  readonly title: string
  readonly text: string
  readonly table: Table | undefined
}

export interface PlanSection {
  /** `2.2.1 連絡体制` */
  readonly title: string
  readonly items: readonly Item[]
}

/** Words by which tables are read. */
export interface TableWords {
  /** Heads of columns that change by themselves from day to day. */
  readonly unsteady: ReadonlySet<string>
  /** A table that begins with one of these has the name in its second column. */
  readonly nameless: ReadonlySet<string>
}

export interface Change {
  /** What of the section: a question, or a table. */
  readonly item: string
  readonly kind: 'text' | 'changed' | 'added' | 'removed'
  /** Of the row. */
  readonly name?: string
  /** Of what changed in it. */
  readonly column?: string
  readonly before: string
  readonly after: string
}

export interface SectionChange {
  readonly title: string
  readonly changes: readonly Change[]
}

const textOf = (cell: Cell): string => plainText(cellText(cell))

/** A heading of the second level begins a section, one of the third an item of it. */
export function sectionsIn({ blocks }: OfficeDocument): PlanSection[] {
  const sections: { title: string; items: { title: string; text: string; table: Table | undefined }[] }[] = []
  for (const block of blocks) {
    if (block.kind === 'heading' && block.level === 2) sections.push({ title: block.text, items: [] })
    else if (block.kind === 'heading' && block.level === 3)
      sections.at(-1)?.items.push({ title: block.text, text: '', table: undefined })
    const item = sections.at(-1)?.items.at(-1)
    if (!item) continue
    if (block.kind === 'paragraph') item.text = plainText(block.text)
    if (block.kind === 'table') item.table = { header: block.header, rows: block.rows.map((row) => row.map(textOf)) }
  }
  return sections
}

/** Every section of either side, in the order of the later one; those of the earlier alone at the end. */
export function compareSections(
  before: readonly PlanSection[],
  after: readonly PlanSection[],
  words: TableWords,
): SectionChange[] {
  const titles = [...new Set([...after, ...before].map(({ title }) => title))]
  return titles.map((title) => {
    const [old, now] = [before, after].map((all) => all.find((one) => one.title === title)?.items ?? [])
    const items = [...new Set([...now!, ...old!].map((item) => item.title))]
    const of = (all: readonly Item[], item: string) => all.find((one) => one.title === item)
    return { title, changes: items.flatMap((item) => itemChanges(item, of(old!, item), of(now!, item), words)) }
  })
}

function itemChanges(title: string, before: Item | undefined, after: Item | undefined, words: TableWords): Change[] {
  if (!before?.table && !after?.table) {
    const [old, now] = [before?.text ?? '', after?.text ?? '']
    return old === now ? [] : [{ item: title, kind: 'text', before: old, after: now }]
  }
  const none: Table = { header: [], rows: [] }
  return rowChanges(title, before?.table ?? none, after?.table ?? none, words)
}

function rowChanges(item: string, before: Table, after: Table, words: TableWords): Change[] {
  const [old, now] = [byName(before, words), byName(after, words)]
  const names = [...new Set([...now.keys(), ...old.keys()])]
  return names.flatMap((key): Change[] => {
    const [a, b] = [old.get(key), now.get(key)]
    const [name, line] = [nameOf(key), (cells: readonly string[]) => cells.filter(Boolean).join(' / ')]
    if (!a) return [{ item, kind: 'added', name, before: '', after: line(b!) }]
    if (!b) return [{ item, kind: 'removed', name, before: line(a), after: '' }]
    const header = after.header
    return header.flatMap((column, i): Change[] => {
      const [was, is] = [a[before.header.indexOf(column)] ?? '', b[i] ?? '']
      return was === is || words.unsteady.has(column)
        ? []
        : [{ item, kind: 'changed', name, column, before: was, after: is }]
    })
  })
}

const BETWEEN = '\u0000'
const nameOf = (key: string): string => key.split(BETWEEN)[0]!

/** By what stands for the row: its name without post and remark; the second of one name is another row. */
function byName({ header, rows }: Table, { nameless }: TableWords): Map<string, readonly string[]> {
  const column = nameless.has(header[0] ?? '') ? 1 : 0
  const found = new Map<string, readonly string[]>()
  for (const row of rows) {
    const name = (row[column] ?? '').split(/[／（]/)[0]!
    let n = 0
    while (found.has(`${name}${BETWEEN}${n}`)) n++
    found.set(`${name}${BETWEEN}${n}`, row)
  }
  return found
}
