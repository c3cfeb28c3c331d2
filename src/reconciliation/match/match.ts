/**
 * Sheets against records: who belongs to whom. Within one patient and one kind alone; the closest pairs are joined first,
 * each record to one item; what is left over is missing, only in the system, or says the same once more.
 */
import type { EhrItem, ItemKind, PaperItem } from '../items.ts'
import { type Comparison, compare, type Difference, dayNumber, NEAR_DAYS, type Reason } from './compare.ts'
import { nameOf } from './names.ts'

/** `duplicate`: it says what another one says that is joined already (`of`). */
export const OUTCOMES = ['same', 'differs', 'missing', 'only-ehr', 'duplicate'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Match {
  readonly outcome: Outcome
  readonly paper?: PaperItem
  readonly ehr?: EhrItem
  readonly reasons: readonly Reason[]
  readonly differences: readonly Difference[]
  /** Of a duplicate: id of the item or record that it repeats. */
  readonly of?: string
}

export interface Period {
  /** Days, both included; records outside are nobody's paper. */
  readonly from: string
  readonly until: string
}

/** Deterministic: the same items in any order give the same matches. */
export function matchAll(paper: readonly PaperItem[], ehr: readonly EhrItem[], period: Period): Match[] {
  const papers = grouped(paper)
  const records = grouped(ehr)
  const keys = [...new Set([...papers.keys(), ...records.keys()])].toSorted()
  return keys.flatMap((key) => matchGroup(papers.get(key) ?? [], records.get(key) ?? [], period))
}

/** Never across patients, never across kinds. */
function grouped<T extends { readonly patientKey: string; readonly kind: ItemKind; readonly id: string }>(
  items: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = `${item.patientKey}\u0000${item.kind}`
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  for (const group of groups.values()) group.sort((a, b) => (a.id < b.id ? -1 : 1))
  return groups
}

interface Pair {
  readonly paper: PaperItem
  readonly ehr: EhrItem
  readonly found: Comparison
}

function matchGroup(paper: readonly PaperItem[], ehr: readonly EhrItem[], period: Period): Match[] {
  const pairs = pairsOf(paper, ehr)
  const takenPaper = new Map<string, Match>()
  const takenEhr = new Map<string, Match>()
  for (const { paper: left, ehr: right, found } of pairs) {
    if (takenPaper.has(left.id) || takenEhr.has(right.id)) continue
    const { reasons, differences } = found
    const outcome = differences.length === 0 ? 'same' : 'differs'
    const match: Match = { outcome, paper: left, ehr: right, reasons, differences }
    takenPaper.set(left.id, match)
    takenEhr.set(right.id, match)
  }
  return [...takenPaper.values(), ...restOfPaper(paper, takenPaper), ...restOfRecords(ehr, takenEhr, period)]
}

/** All that may belong together, the closest first; of equally close ones by their ids. */
function pairsOf(paper: readonly PaperItem[], ehr: readonly EhrItem[]): Pair[] {
  const byDay = new Map<number, EhrItem[]>()
  const dayless: EhrItem[] = []
  for (const record of ehr) {
    const number = bounded(record) ? dayNumber(record.day) : Number.NaN
    if (Number.isNaN(number)) dayless.push(record)
    else {
      const there = byDay.get(number)
      if (there) there.push(record)
      else byDay.set(number, [record])
    }
  }
  const pairs: Pair[] = []
  for (const item of paper) {
    for (const record of near(item, byDay, dayless, ehr)) {
      const found = compare(item, record)
      if (found) pairs.push({ paper: item, ehr: record, found })
    }
  }
  return pairs.sort(
    (a, b) => b.found.score - a.found.score || order(a.paper.id, b.paper.id) || order(a.ehr.id, b.ehr.id),
  )
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const bounded = ({ kind, day }: { kind: ItemKind; day: string }): boolean =>
  day !== '' && kind !== 'allergy' && kind !== 'diagnosis'

/** Records whose day is near enough to be compared at all. */
function near(
  item: PaperItem,
  byDay: ReadonlyMap<number, EhrItem[]>,
  dayless: readonly EhrItem[],
  all: readonly EhrItem[],
): readonly EhrItem[] {
  const day = bounded(item) ? dayNumber(item.day) : Number.NaN
  if (Number.isNaN(day)) return all
  const found = [...dayless]
  for (let at = day - NEAR_DAYS; at <= day + NEAR_DAYS; at++) found.push(...(byDay.get(at) ?? []))
  return found
}

/** Two sheets that say the same (a copy, the carbon of a slip) are one act; anything else is missing in the system. */
function restOfPaper(paper: readonly PaperItem[], taken: ReadonlyMap<string, Match>): Match[] {
  const first = new Map<string, string>()
  for (const item of paper) if (taken.has(item.id)) first.set(sayingOf(item), first.get(sayingOf(item)) ?? item.id)
  return paper
    .filter(({ id }) => !taken.has(id))
    .map((item) => {
      const of = first.get(sayingOf(item))
      if (of !== undefined) return { outcome: 'duplicate', paper: item, reasons: [], differences: [], of }
      first.set(sayingOf(item), item.id)
      return { outcome: 'missing', paper: item, reasons: [], differences: [] }
    })
}

/** What came into the system twice (restored, by a vendor's feed, by hand), and what no paper speaks of. */
function restOfRecords(ehr: readonly EhrItem[], taken: ReadonlyMap<string, Match>, period: Period): Match[] {
  const first = new Map<string, EhrItem>()
  for (const record of ehr) if (taken.has(record.id)) first.set(actOf(record), first.get(actOf(record)) ?? record)
  const rest = ehr.filter((record) => !taken.has(record.id) && isOfPeriod(record, period))
  return rest.flatMap((record): Match[] => {
    const other = first.get(actOf(record))
    first.set(actOf(record), other ?? record)
    // What was there before the outage needs no paper, and is as it was then.
    if (record.origin === 'restored' && (!other || other.origin === 'restored')) return []
    if (other) return [{ outcome: 'duplicate', ehr: record, reasons: [], differences: [], of: other.id }]
    return [{ outcome: 'only-ehr', ehr: record, reasons: [], differences: [] }]
  })
}

/** The same drug or test on the same day at the same time. Two results of one day with times of their own are two. */
const actOf = ({ day, what, fields }: EhrItem | PaperItem): string =>
  `${day}\u0000${nameOf(what).whole}\u0000${fields.time ?? ''}`
const sayingOf = (item: PaperItem): string =>
  `${actOf(item)}\u0000${JSON.stringify(Object.entries(item.fields).toSorted())}`

/** Without a day it counts: nobody can say that it is older. */
const isOfPeriod = ({ day }: EhrItem, { from, until }: Period): boolean =>
  day === '' || (day >= from && day.slice(0, 10) <= until)
