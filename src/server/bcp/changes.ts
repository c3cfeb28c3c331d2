/** What reads otherwise than in a version, since when, and without numbers at home for who may not see them. */
import type { EpochMs } from '#base'
import { type Change, compareSections, type SectionChange, sectionsIn, type Version } from '#bcp'
import type { RegisterEntry } from '#governance'
import type { Block, Cell, OfficeDocument } from '#office'
import { MESSAGES, type StaleSection } from '#web'
import type { Institution } from '../institution.ts'
import type { PlanDocument } from './document.ts'

const { bcp: t } = MESSAGES.ja
const WORDS = {
  unsteady: new Set<string>([t.head.tested, t.measured, t.head.count]),
  nameless: new Set<string>([t.head.order, t.head.kind]),
}
/** Tables with telephones of people. */
const PEOPLE = new Set<string>([t.live.people, t.live.deciders])
/** More entries of the ledger are not looked through: the date is left out then. */
const MOST_ENTRIES = 500

export const compared = (before: OfficeDocument, after: OfficeDocument): SectionChange[] =>
  compareSections(sectionsIn(before), sectionsIn(after), WORDS)

type House = Pick<Institution, 'registers' | 'journalIndex' | 'ledger'>

/** @param before what was approved, as the viewer may see it @param codes of the sections that are stale */
export async function staleOf(
  house: House,
  before: OfficeDocument,
  now: PlanDocument,
  codes: readonly string[],
  approvedAt: EpochMs,
): Promise<StaleSection[]> {
  if (codes.length === 0) return []
  const sections = compared(before, now.document)
  const known = new Set(sectionsIn(before).map(({ title }) => title))
  const when = await timesOf(house, approvedAt)
  return codes.map((code) => {
    const title = now.titles[code]
    const found = sections.find((section) => section.title === title)?.changes ?? []
    const changes = found.map((change) => ({ ...change, atMs: when(change) }))
    const times = changes.flatMap(({ atMs }) => atMs ?? [])
    return { code, isNew: !known.has(title ?? ''), changes, sinceMs: times.length > 0 ? Math.min(...times) : undefined }
  })
}

/** Of a row by its entry in the registers, of an answer by the ledger; undefined where neither tells. */
async function timesOf({ registers, journalIndex, ledger }: House, approvedAt: EpochMs) {
  const rows = new Map<string, EpochMs>()
  for (const { entry, removedAt } of await registers.removedSince(approvedAt))
    rows.set(entry.values['name'] ?? '', removedAt)
  for (const entry of Object.values(await registers.all()).flat()) {
    const name = entry.values['name'] ?? ''
    if (entry.changedAt >= approvedAt) rows.set(name, Math.max(entry.changedAt, rows.get(name) ?? 0))
  }
  await journalIndex.catchUp(await ledger.reader())
  const { entries } = await journalIndex.query({ types: ['settings.changed'], fromMs: approvedAt, limit: MOST_ENTRIES })
  const answers = new Map<string, EpochMs>()
  for (const { entry } of entries) {
    const { area, changes } = entry.data
    if (area === 'coverage') answers.set('systems', Math.max(entry.atMs, answers.get('systems') ?? 0))
    if (area === 'bcp' && Array.isArray(changes))
      for (const key of changes.map(String)) answers.set(key, Math.max(entry.atMs, answers.get(key) ?? 0))
  }
  const titles = new Map<string, string>([
    ...Object.entries(t.question).map(([key, title]): [string, string] => [title, key]),
    [t.live['care-order'], 'order-care'],
    [t.live['recovery-order'], 'order-recovery'],
    [t.live.bia, 'bia'],
    [t.live.systems, 'systems'],
  ])
  return ({ item, name }: Change): EpochMs | undefined =>
    (name === undefined ? undefined : rows.get(name)) ?? answers.get(titles.get(item) ?? '')
}

/**
 * A version of before numbers at home were kept out of the plan: its text stays as its hash says, and of the column of
 * telephones only numbers are shown that the register calls the house's own today. Rather one too few.
 */
export function withoutPrivate(version: Pick<Version, 'document'>, people: readonly RegisterEntry[]): OfficeDocument {
  const document = JSON.parse(version.document) as OfficeDocument
  const open = new Set(people.map(({ values }) => values['phone'] ?? ''))
  const hidden = (cell: Cell): Cell =>
    typeof cell === 'string'
      ? cell
          .split('／')
          .map((one) => (one === '' || open.has(one) ? one : t.privateHidden))
          .join('／')
      : t.privateHidden
  let isPeople = false
  const blocks = document.blocks.map((block): Block => {
    if (block.kind === 'heading') isPeople = PEOPLE.has(block.text)
    if (!isPeople || block.kind !== 'table') return block
    const at = block.header.indexOf(t.head.phone)
    return { ...block, rows: block.rows.map((row) => row.map((cell, i) => (i === at ? hidden(cell) : cell))) }
  })
  return { ...document, blocks }
}
