/** Everybody's sheets against everything the recovered system holds of the emergency: what stands on no sheet, what came twice. */
import { addDays, type EpochMs, institutionDate, institutionInstant, isAppError } from '#base'
import type { BookEntry } from '#casebook'
import type { Chart } from '#chart'
import {
  chartItems,
  compareAll,
  type EhrItem,
  ITEM_KINDS,
  type ItemKind,
  itemsOf,
  leftOver,
  type Match,
  type PaperItem,
  type RestFound,
  restKey,
  type RestOutcome,
  restsOf,
  type Sheet,
  sheetsOf,
} from '#reconciliation'
import { chartService } from '#reading'
import { type GenerationSummary, newestOfEach, type Viewer, type WholeRunning } from '#web'
import type { Institution } from '../institution.ts'
import { readingHouse } from './reading-house.ts'
import { readingOf } from './viewers.ts'

const SECTION: Readonly<
  Record<
    ItemKind,
    keyof Pick<Chart, 'prescriptions' | 'injections' | 'allergies' | 'labs' | 'problems' | 'encounters'> | undefined
  >
> = {
  prescription: 'prescriptions',
  injection: 'injections',
  allergy: 'allergies',
  lab: 'labs',
  diagnosis: 'problems',
  encounter: 'encounters',
  // What a patient owes stands in no chart: a person looks.
  billing: undefined,
}

/** Whether all records of a kind stand in this chart as this person sees it. */
export function isWhole(chart: Chart, kind: ItemKind): boolean {
  const section = SECTION[kind] && chart[SECTION[kind]]
  return section !== undefined && section.access === 'shown' && section.gaps === 0
}

/**
 * The backup that paper is held against: the newest of the source with most patients. A booking table or a file of results
 * that was taken after it is not the record, and all that stands on paper would be missing from it.
 */
export const newestRecord = (readable: readonly GenerationSummary[]): GenerationSummary | undefined =>
  newestOfEach(readable)[0]

/** Longer than any emergency that was heard of; a run over years would read the whole house. */
export const MOST_DAYS = 120
const COMPARED = ITEM_KINDS.filter((kind) => SECTION[kind] !== undefined)

interface Book {
  readonly entriesOf: (viewer: Viewer) => Promise<BookEntry[]>
  readonly write: (
    viewer: Viewer,
    kind: string,
    codes: Record<string, string | number | boolean>,
    detail?: object,
  ) => Promise<unknown>
}

export interface Period {
  readonly from: string
  readonly until: string
}

interface Opened {
  readonly chart: Chart
  readonly items: readonly EhrItem[]
  readonly about: Pick<RestFound, 'patientKey' | 'patientId' | 'name'>
}
type Looked = Opened | 'none' | 'withheld'

export function wholeComparison(institution: Institution, { entriesOf, write }: Book) {
  const house = readingHouse(institution)
  // One comparison opens more charts within the hour than a person may one by one; each look is journaled all the same.
  const charts = chartService({ ...house, mayOpen: () => true })
  let running: WholeRunning | undefined

  async function look(viewer: Viewer, generationId: string, patientKey: string): Promise<Looked> {
    const index = await institution.charts.index(generationId, readingOf(viewer))
    const row = index.rowOf(patientKey)
    if (row === undefined) return 'none'
    const { patientId, birthDate, kanji, kana } = index.entry(row)
    const identifiers = [patientId, birthDate || kanji]
    const result = await charts.open(viewer, patientKey, { generationId, reason: '紙との照らし合わせ', identifiers })
    if (result.kind === 'keys-closed') throw new Error('keys closed')
    if (result.kind !== 'ok') return 'withheld'
    const about = { patientKey, patientId, name: kanji || kana }
    return { chart: result.chart, items: chartItems(result.chart), about }
  }

  /** {@link newestRecord}, and the newest of the same source from before the emergency. */
  async function generations({ from }: Period) {
    const all = await charts.readableGenerations()
    const newest = newestRecord(all)
    const started = await begunAt(institution, from)
    const before = all.find(({ sourceId, takenAtMs }) => sourceId === newest?.sourceId && takenAtMs < started)
    return { newest, before: before?.id === newest?.id ? undefined : before }
  }

  async function run(viewer: Viewer, period: Period, newest: GenerationSummary, before: GenerationSummary | undefined) {
    const entries = await entriesOf(viewer)
    const sheets = sheetsOf(entries).filter(({ joined }) => joined !== undefined)
    const papers = papersOf(sheets)
    const index = await institution.charts.index(newest.id, readingOf(viewer))
    const keys = new Set([...papers.keys(), ...patientsSince(index, period.from)])
    const counts = { same: 0, differs: 0, missing: 0 }
    const done = { patients: 0, withheld: 0 }
    running = { done: 0, of: keys.size }
    for (const patientKey of keys) {
      const looked = await look(viewer, newest.id, patientKey)
      running = { ...running, done: running.done + 1 }
      if (looked === 'none') continue
      done.patients++
      if (looked === 'withheld') {
        done.withheld++
        continue
      }
      const kinds = COMPARED.filter((kind) => isWhole(looked.chart, kind))
      if (kinds.length < COMPARED.length) done.withheld++
      const earlier = before ? await look(viewer, before.id, patientKey) : 'none'
      const known = typeof earlier === 'object' ? earlier.items : []
      const within = <T extends { kind: ItemKind }>(all: readonly T[]) => all.filter(({ kind }) => kinds.includes(kind))
      const matches = compareAll(within(papers.get(patientKey) ?? []), within(looked.items), within(known), {
        period,
        plain: sheets.filter((one) => one.joined?.patientKey === patientKey && itemsOf(one).length === 0),
      })
      for (const { outcome } of matches) if (outcome in counts) counts[outcome as keyof typeof counts]++
      await note(viewer, { about: looked.about, kinds, matches })
    }
    const codes = { generation: newest.id, asOf: newest.takenAtMs, ...period, ...done, ...counts }
    await write(viewer, 'whole.compared', { ...codes, before: before !== undefined })
  }

  /** Writes what is new of one patient, and takes back what is no longer there. A second run over the same writes nothing. */
  async function note(viewer: Viewer, { about, kinds, matches }: Noted): Promise<void> {
    const { patientKey } = about
    const left = new Map<string, { outcome: RestOutcome; found: RestFound }[]>()
    for (const one of leftOver(matches, about)) {
      const key = restKey(one.outcome, one.found)
      left.set(key, [...(left.get(key) ?? []), one])
    }
    for (const { id, kind, outcome, found } of restsOf(await entriesOf(viewer)).all) {
      if (found?.patientKey !== patientKey || !kinds.includes(kind)) continue
      const key = restKey(outcome, found)
      const there = left.get(key)
      if (there?.pop()) continue
      await write(viewer, 'rest.gone', { rest: id })
    }
    for (const { outcome, found } of [...left.values()].flat())
      await write(viewer, 'rest.found', { outcome, form: found.item.kind }, found)
  }

  /** In the background: how it goes is read from `running`. */
  async function watched(going: Promise<void>): Promise<void> {
    try {
      await going
      running = undefined
    } catch (error) {
      // What was noted so far stays; pressed again it goes on from the beginning and doubles nothing.
      running = { ...(running ?? { done: 0, of: 0 }), failed: isAppError(error) ? error.code : 'BASE_BUG' }
    }
  }

  return {
    running: () => running,
    /** The first day of the newest emergency; undefined where there was none. */
    since: async (): Promise<string | undefined> => {
      const all = (await institution.incidents.list()).filter(({ emergency }) => emergency !== undefined)
      const newest = Math.max(...all.map(({ openedAt }) => openedAt))
      return all.length === 0 ? undefined : institutionDate(newest)
    },
    async start(viewer: Viewer, period: Period): Promise<'running' | 'no-backup' | 'period' | undefined> {
      if (running && !running.failed) return 'running'
      if (period.until < period.from || addDays(period.from, MOST_DAYS) < period.until) return 'period'
      const { newest, before } = await generations(period)
      if (!newest) return 'no-backup'
      running = { done: 0, of: 0 }
      void watched(run(viewer, period, newest, before))
      return undefined
    },
  }
}

interface Noted {
  readonly about: Opened['about']
  readonly kinds: readonly ItemKind[]
  readonly matches: readonly Match[]
}

/** All that stands on sheets of which it is known whose they are. */
function papersOf(sheets: readonly Sheet[]): Map<string, PaperItem[]> {
  const found = new Map<string, PaperItem[]>()
  for (const sheet of sheets) {
    if (!sheet.joined) continue
    const { patientKey } = sheet.joined
    const items = itemsOf(sheet).map((item, i) => ({
      ...item,
      id: `${sheet.id}#${i}`,
      sheet: sheet.number,
      patientKey,
    }))
    found.set(patientKey, [...(found.get(patientKey) ?? []), ...items])
  }
  return found
}

/** Who has a record from that day on, or of whom the index does not say. */
function* patientsSince(
  index: { readonly size: number; entry(row: number): { readonly patientKey: string; readonly lastCareDate: string } },
  from: string,
): Iterable<string> {
  for (let row = 0; row < index.size; row++) {
    const { patientKey, lastCareDate } = index.entry(row)
    if (lastCareDate === '' || lastCareDate >= from) yield patientKey
  }
}

/** When the emergency of that day began, to the minute where it is known. */
async function begunAt({ incidents }: Institution, from: string): Promise<EpochMs> {
  const opened = (await incidents.list()).map(({ openedAt }) => openedAt).filter((at) => institutionDate(at) === from)
  return opened.length > 0 ? Math.min(...opened) : institutionInstant(from)
}
