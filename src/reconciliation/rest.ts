/**
 * What is left over when everybody's sheets are compared at once: records of the emergency that stand on no sheet, and what
 * was entered twice. Each is signed by somebody or goes by itself when the system was mended. A fold over the same book as
 * the sheets; only codes are needed to count what is open.
 */
import type { BookEntry, BookWriter } from '#casebook'
import type { EpochMs } from '#base'
import { type EhrItem, type Item, ITEM_KINDS, type ItemKind, type PaperItem } from './items.ts'
import { type Match, matchAll, type Period } from './match/match.ts'

/** `right`: it was written straight into the system, no sheet is missing. `mended`: it was taken out or corrected there. */
export const REST_ENDS = ['right', 'mended', 'exception'] as const
export type RestEnd = (typeof REST_ENDS)[number]
export type RestOutcome = 'only-ehr' | 'duplicate'

/** One record or sheet that is left over. Names and text are absent for a reader without the key. */
export interface Rest {
  readonly id: string
  readonly outcome: RestOutcome
  readonly kind: ItemKind
  readonly foundAt: EpochMs
  readonly found: RestFound | undefined
  readonly signed:
    | { readonly at: EpochMs; readonly who: BookWriter | undefined; readonly how: RestEnd; readonly note: string }
    | undefined
}

export interface RestFound {
  readonly patientKey: string
  readonly patientId: string
  readonly name: string
  readonly item: Item
  /** Sheet of the item; '' where it is a record of the system. */
  readonly sheet: string
  /** Of a duplicate: what it repeats, and on which sheet that stands ('': in the system). */
  readonly other?: { readonly item: Item; readonly sheet: string }
}

/** One comparison of everybody. */
export interface WholeRun {
  readonly at: EpochMs
  readonly who: BookWriter | undefined
  readonly period: Period
  /** When the backup that was read began. */
  readonly asOf: EpochMs
  readonly patients: number
  /** Patients of whom this person may not see everything, or of whom something could not be read. */
  readonly withheld: number
  readonly same: number
  readonly differs: number
  readonly missing: number
  /** There was a backup from before the emergency, so that older records are told from newer ones. */
  readonly hasBefore: boolean
}

export interface Rests {
  /** Open ones first, then by kind; what went by itself is left out. */
  readonly all: readonly Rest[]
  readonly open: number
  readonly run: WholeRun | undefined
}

export function restsOf(entries: readonly BookEntry[]): Rests {
  const found = new Map<string, Rest>()
  let run: WholeRun | undefined
  for (const entry of entries) {
    const { codes, at, who } = entry
    const detail = (entry.detail ?? {}) as Record<string, unknown>
    if (entry.kind === 'whole.compared') run = runOf(entry)
    if (entry.kind === 'rest.found')
      found.set(entry.id, {
        id: entry.id,
        outcome: codes['outcome'] === 'duplicate' ? 'duplicate' : 'only-ehr',
        kind: ITEM_KINDS.find((known) => known === codes['form']) ?? 'encounter',
        foundAt: at,
        found: entry.detail === undefined ? undefined : (entry.detail as RestFound),
        signed: undefined,
      })
    const rest = found.get(String(codes['rest'] ?? ''))
    if (!rest) continue
    if (entry.kind === 'rest.gone') found.delete(rest.id)
    if (entry.kind === 'rest.reopened') found.set(rest.id, { ...rest, signed: undefined })
    if (entry.kind === 'rest.signed') {
      const how = REST_ENDS.find((known) => known === codes['how']) ?? 'exception'
      found.set(rest.id, {
        ...rest,
        signed: { at, who, how, note: typeof detail['note'] === 'string' ? detail['note'] : '' },
      })
    }
  }
  const all = [...found.values()].toSorted(
    (a, b) =>
      Number(a.signed !== undefined) - Number(b.signed !== undefined) ||
      ITEM_KINDS.indexOf(a.kind) - ITEM_KINDS.indexOf(b.kind) ||
      a.foundAt - b.foundAt,
  )
  return { all, open: all.filter(({ signed }) => !signed).length, run }
}

function runOf({ at, who, codes }: BookEntry): WholeRun {
  const count = (name: string): number => Number(codes[name] ?? 0)
  return {
    at,
    who,
    period: { from: String(codes['from'] ?? ''), until: String(codes['until'] ?? '') },
    asOf: count('asOf'),
    patients: count('patients'),
    withheld: count('withheld'),
    same: count('same'),
    differs: count('differs'),
    missing: count('missing'),
    hasBefore: codes['before'] === true,
  }
}

/**
 * One patient: all that stands on sheets against all that the system holds.
 * @param before what the system held when the emergency began: it needs no paper
 * @param plain sheets of which the picture or a sentence is enough: what the system holds of that kind and day is on paper
 */
export function compareAll(
  papers: readonly PaperItem[],
  now: readonly EhrItem[],
  before: readonly EhrItem[],
  { period, plain }: { readonly period: Period; readonly plain: readonly Pick<Item, 'kind' | 'day'>[] },
): readonly Match[] {
  const known = new Map<string, number>()
  for (const item of before) known.set(sayingOf(item), (known.get(sayingOf(item)) ?? 0) + 1)
  const records = now.map((item) => {
    const left = known.get(sayingOf(item)) ?? 0
    if (left === 0) return item
    known.set(sayingOf(item), left - 1)
    return { ...item, origin: 'restored' as const }
  })
  const isOnPicture = ({ kind, day }: Item) =>
    plain.some((sheet) => sheet.kind === kind && (day === '' || sheet.day === day))
  return matchAll(papers, records, period).filter(
    ({ outcome, ehr }) => outcome !== 'only-ehr' || ehr === undefined || !isOnPicture(ehr),
  )
}

/** What of it is to be signed. */
export function leftOver(matches: readonly Match[], about: Pick<RestFound, 'patientKey' | 'patientId' | 'name'>) {
  const items = new Map<string, { item: Item; sheet: string }>()
  for (const { paper, ehr } of matches) {
    if (paper) items.set(paper.id, { item: bare(paper), sheet: paper.sheet })
    if (ehr) items.set(ehr.id, { item: bare(ehr), sheet: '' })
  }
  return matches.flatMap(({ outcome, paper, ehr, of }): { outcome: RestOutcome; found: RestFound }[] => {
    if (outcome !== 'only-ehr' && outcome !== 'duplicate') return []
    const side = paper ?? ehr!
    const other = of === undefined ? undefined : items.get(of)
    return [{ outcome, found: { ...about, item: bare(side), sheet: paper?.sheet ?? '', ...(other && { other }) } }]
  })
}

const bare = ({ kind, day, what, code, fields }: Item): Item => ({ kind, day, what, code, fields })

/** The same whenever the same is found again. */
export const restKey = (outcome: RestOutcome, { patientKey, item, sheet }: RestFound): string =>
  JSON.stringify([outcome, patientKey, sheet, sayingOf(item)])

const sayingOf = ({ kind, day, what, fields }: Item): string =>
  JSON.stringify([kind, day, what, Object.entries(fields).toSorted()])
