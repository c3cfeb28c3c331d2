/**
 * Sheets of paper, as a fold over entries of the book `sheets:paper`: who wrote, who entered, who verified, who joined the
 * number to a patient, and what came of it. The server and emergency PCs may all write; two answers to one question stay
 * beside each other until somebody decides.
 */
import { type EpochMs, institutionDate } from '#base'
import type { BookEntry, BookWriter, Casebook } from '#casebook'
import { type Item, ITEM_KINDS, type ItemKind } from './items.ts'
import { restsOf } from './rest.ts'

export const SHEETS_BOOK = 'sheets:paper'

/** regulation.md 7.2: A every field is entered, B the picture with what identifies it, C a sentence. */
export const CHOICES = ['structured', 'scan', 'note'] as const
export type Choice = (typeof CHOICES)[number]
/** What the management has not decided otherwise. */
export const USUAL_CHOICES: Readonly<Record<ItemKind, Choice>> = {
  prescription: 'structured',
  injection: 'structured',
  allergy: 'structured',
  lab: 'structured',
  diagnosis: 'structured',
  encounter: 'scan',
  billing: 'structured',
}

/** In which order sheets are worked on: what harms first if it is missing. */
const ORDER: readonly ItemKind[] = ['prescription', 'injection', 'allergy', 'lab', 'diagnosis', 'encounter', 'billing']

export const SHEET_STATES = ['registered', 'entered', 'verified', 'settled'] as const
export type SheetState = (typeof SHEET_STATES)[number]

/** How a sheet ends: compared and the same, entered into the system by hand, or left as it is with a reason. */
export const SETTLINGS = ['same', 'in-system', 'exception'] as const
export type Settling = (typeof SETTLINGS)[number]

interface Act {
  readonly id: string
  readonly at: EpochMs
  readonly who: BookWriter | undefined
}

export interface EnteredItems extends Act {
  readonly items: readonly Item[]
  /** Id of the one that it replaces; '' for the first. */
  readonly after: string
}

export interface PatientJoin extends Act {
  readonly patientId: string
  readonly patientKey: string
  readonly name: string
  /** Why the same person confirms on a later day. */
  readonly reason: string
}

export interface Sheet {
  /** Of the entry that registered it. */
  readonly id: string
  /** Printed on it. */
  readonly number: string
  readonly kind: ItemKind
  /** On paper. */
  readonly day: string
  /** As written on the sheet; '' for a reader without the key. */
  readonly patient: string
  readonly author: string
  readonly note: string
  readonly photos: readonly string[]
  /** Quarter turns to the right, by photo. */
  readonly turned: ReadonlyMap<string, number>
  /** 仮番号 that stands on it; '' for none. */
  readonly temporary: string
  readonly registered: Act
  readonly state: SheetState
  /** Newest last; more than one that nobody saw of the other is a conflict. */
  readonly entered: readonly EnteredItems[]
  readonly isConflict: boolean
  readonly verified: (Act & { readonly of: string }) | undefined
  readonly joins: readonly PatientJoin[]
  /** The patient that two people named, or one on two days. */
  readonly joined: PatientJoin | undefined
  readonly settled: (Act & { readonly how: Settling; readonly note: string }) | undefined
  /** Another sheet has the same number: read twice, or two PCs while apart. */
  readonly isDouble: boolean
}

interface Draft {
  sheet: Omit<Sheet, 'state' | 'isConflict' | 'verified' | 'joined' | 'settled' | 'isDouble'> & {
    entered: EnteredItems[]
    joins: PatientJoin[]
    photos: string[]
    turned: Map<string, number>
  }
  verified: Sheet['verified']
  settled: Sheet['settled']
}

/** One number however it was typed: Ａ−１ on a Japanese keyboard is the A-1 that a reader of barcodes gives. */
export const sheetNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .replace(/(?<=[0-9A-Za-z])[‐‑‒–—―−ー](?=[0-9A-Za-z])/g, '-')
    .toUpperCase()

/** In the order of work: open ones first, by kind, then by day. */
export function sheetsOf(entries: readonly BookEntry[]): Sheet[] {
  const drafts = new Map<string, Draft>()
  for (const entry of entries) take(drafts, entry)
  const numbers = new Map<string, number>()
  for (const { sheet } of drafts.values()) {
    const number = sheetNumber(sheet.number)
    numbers.set(number, (numbers.get(number) ?? 0) + 1)
  }
  return [...drafts.values()]
    .map((draft) => finished(draft, (numbers.get(sheetNumber(draft.sheet.number)) ?? 0) > 1))
    .toSorted(
      (a, b) =>
        Number(a.state === 'settled') - Number(b.state === 'settled') ||
        ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
        (a.day < b.day ? -1 : a.day > b.day ? 1 : 0) ||
        (a.number < b.number ? -1 : 1),
    )
}

function take(drafts: Map<string, Draft>, entry: BookEntry): void {
  const { id, at, who, kind, codes, files } = entry
  const act = { id, at, who }
  const detail = (entry.detail ?? {}) as Record<string, unknown>
  const text = (key: string): string => (typeof detail[key] === 'string' ? detail[key] : '')
  if (kind === 'sheet.registered') {
    drafts.set(id, {
      sheet: {
        id,
        number: String(codes['number'] ?? ''),
        kind: ITEM_KINDS.find((known) => known === codes['form']) ?? 'encounter',
        day: String(codes['day'] ?? ''),
        patient: text('patient'),
        author: text('author'),
        note: text('note'),
        photos: [...files],
        turned: new Map(),
        temporary: String(codes['temporary'] ?? ''),
        registered: act,
        entered: [],
        joins: [],
      },
      verified: undefined,
      settled: undefined,
    })
    return
  }
  const draft = drafts.get(String(codes['sheet'] ?? ''))
  if (!draft) return
  const { sheet } = draft
  if (kind === 'sheet.photographed') {
    sheet.photos.push(...files.filter((one) => !sheet.photos.includes(one)))
    // Where the picture is the entry, a further one is to be looked at too. The code says so: without keys it counts too.
    if (codes['again'] === true) {
      draft.verified = undefined
      draft.settled = undefined
    }
    return
  }
  if (kind === 'sheet.entered') {
    const items = Array.isArray(detail['items']) ? (detail['items'] as Item[]) : []
    sheet.entered.push({ ...act, items, after: String(codes['after'] ?? '') })
    // Somebody had it still before them: what they entered is not buried under the eyes or the end of another.
    draft.verified = undefined
    draft.settled = undefined
  } else if (kind === 'sheet.verified') draft.verified = { ...act, of: String(codes['of'] ?? '') }
  else if (kind === 'sheet.joined')
    sheet.joins.push({
      ...act,
      patientId: text('patientId'),
      patientKey: text('patientKey'),
      name: text('name'),
      reason: text('reason'),
    })
  else if (kind === 'sheet.settled')
    draft.settled = {
      ...act,
      how: SETTLINGS.find((known) => known === codes['how']) ?? 'exception',
      note: text('note'),
    }
  else if (kind === 'sheet.turned') sheet.turned.set(String(codes['photo'] ?? ''), Number(codes['quarters'] ?? 0) % 4)
  else if (kind === 'sheet.reopened') draft.settled = undefined
}

function finished({ sheet, verified, settled }: Draft, isDouble: boolean): Sheet {
  const newest = sheet.entered.at(-1)
  // Two that followed the same one did not know of each other; a later one that followed either has decided.
  const rivals = newest ? sheet.entered.filter(({ after }) => after === newest.after) : []
  const isConflict = rivals.length > 1 && !rivals.some(({ id }) => id === verified?.of)
  const counts = verified && sheet.entered.some(({ id }) => id === verified.of) ? verified : undefined
  const isVerified = counts !== undefined && (counts.of === newest?.id || rivals.some(({ id }) => id === counts.of))
  return {
    ...sheet,
    verified: isVerified ? counts : undefined,
    settled,
    isConflict,
    joined: joinedOf(sheet.joins),
    isDouble,
    state: settled ? 'settled' : isVerified ? 'verified' : newest ? 'entered' : 'registered',
  }
}

/** The newest patient on whom two agree: two people, or one on two days with a reason. */
function joinedOf(joins: readonly PatientJoin[]): PatientJoin | undefined {
  const newest = joins.at(-1)
  if (!newest) return undefined
  const same = joins.filter(({ patientKey }) => patientKey === newest.patientKey && patientKey !== '')
  const agrees = same.some((one) => one.id !== newest.id && (isOther(one, newest) || isLater(one, newest)))
  return agrees ? newest : undefined
}

export const isOther = (a: Pick<Act, 'who'>, b: Pick<Act, 'who'>): boolean => (a.who?.id ?? '') !== (b.who?.id ?? '')

const isLater = (a: PatientJoin, b: PatientJoin): boolean =>
  institutionDate(a.at) !== institutionDate(b.at) && b.reason !== ''

/** What is verified of it. */
export const itemsOf = (sheet: Sheet): readonly Item[] =>
  sheet.entered.find(({ id }) => id === (sheet.verified?.of ?? sheet.entered.at(-1)?.id))?.items ?? []

export const openCount = (sheets: readonly Sheet[]): number => sheets.filter(({ state }) => state !== 'settled').length

export interface PaperLeft {
  /** Sheets and left-over records that wait. */
  readonly open: number
  /**
   * Whether everybody's sheets were compared with the chart at once, which finds the records that stand on no sheet.
   * Undefined where nothing was written on paper since.
   */
  readonly isCompared: boolean | undefined
}

/** What is left of paper, out of the book, without a key: only codes count. */
export async function paperLeft(book: Pick<Casebook, 'entries'>, since: EpochMs): Promise<PaperLeft> {
  const entries = await book.entries(SHEETS_BOOK)
  const [sheets, rests] = [sheetsOf(entries), restsOf(entries)]
  const isOnPaper = sheets.some(({ registered }) => registered.at >= since)
  const isCompared = isOnPaper ? (rests.run?.at ?? 0) >= since : undefined
  return { open: openCount(sheets) + rests.open, isCompared }
}

export const openSheets = async (book: Pick<Casebook, 'entries'>): Promise<number> => (await paperLeft(book, 0)).open

export interface BurnDown {
  /** By day: how many were open at its end. */
  readonly days: readonly { readonly day: string; readonly open: number; readonly settled: number }[]
  /** At the pace of the last three days with work; undefined where nothing was settled yet. */
  readonly forecastDays: number | undefined
}

export function burnDown(sheets: readonly Sheet[], now: EpochMs): BurnDown {
  const registered = sheets.map(({ registered: act }) => institutionDate(act.at))
  const settled = sheets.flatMap((sheet) => (sheet.settled ? [institutionDate(sheet.settled.at)] : []))
  const days = [...new Set([...registered, ...settled, institutionDate(now)])].toSorted()
  const upTo = (list: readonly string[], day: string) => list.filter((one) => one <= day).length
  const rows = days.map((day) => ({
    day,
    open: upTo(registered, day) - upTo(settled, day),
    settled: settled.filter((one) => one === day).length,
  }))
  const worked = rows.filter((row) => row.settled > 0).slice(-3)
  const pace = worked.reduce((sum, row) => sum + row.settled, 0) / Math.max(1, worked.length)
  return { days: rows, forecastDays: pace > 0 ? Math.ceil(openCount(sheets) / pace) : undefined }
}
