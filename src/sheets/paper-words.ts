/** Words that stand on sheets only; the catalogue (`paper.ts` of the messages in `web`) holds them in both languages. */
import type { SheetWords } from './sheet.ts'
import type { Sensitivity } from '#chart'
import { type TextView, withoutWords } from './texts.ts'

/** 院内用 or 患者に渡す用. */
export type Audience = 'staff' | 'patient'

export interface PaperTexts {
  readonly sheet: SheetWords
  readonly summary: string
  readonly medicines: string
  readonly medicinesForPatient: string
  readonly noBirth: string
  /** この紙に無いもの */
  readonly notHere: string
  readonly absenceIsNotNone: string
  /** Kinds that this reader does not get, without telling whether there are any. */
  readonly withoutLine: (what: string) => string
  readonly notAllForPatient: string
  similarMore(count: string): string
  sameDrug(count: string): string
  sameInjection(count: string, first: string): string
  readonly noneHere: string
  readonly olderDrugs: string
  readonly olderInjections: string
  readonly olderNote: string
  olderOrders(count: string): string
  olderAdministrations(count: string): string
  readonly lastGivenUnknown: string
  readonly boxes: string
  readonly newestFirst: string
  readonly openProblems: string
  generation(id: string): string
  whose(name: string, patientId: string, asOf: string): string
  readonly slip: {
    readonly kinds: Readonly<Record<SlipKind, string>>
    readonly fields: Readonly<Record<SlipKind, readonly string[]>>
    readonly mark: string
    serial(code: string): string
    /** Before a number that a patient has until the real one is known. */
    readonly temporary: string
    readonly copies: Readonly<Record<'original' | 'copy', string>>
    readonly number: string
    readonly name: string
    readonly kana: string
    readonly birth: string
    readonly sex: string
    readonly date: string
    readonly writer: string
    readonly doctor: string
    readonly entered: string
    readonly allergyAsk: string
    readonly labels: string
  }
  readonly ward: {
    readonly title: string
    readonly bookedTitle: string
    readonly nightTitle: string
    counts(patients: string, printed: string, sheets: string): string
    notPrinted(count: string): string
    readonly why: Readonly<Record<NotPrinted, string>>
    readonly bed: string
    readonly sheets: string
    readonly afterAsOf: string
    readonly noBed: string
    readonly list: string
    readonly booked: string
    readonly inpatients: string
  }
}

/** Forms of paper for the time without the system. */
/** What is printed where nothing is chosen. */
export const USUAL_SLIPS = ['note', 'prescription', 'injection', 'lab', 'vitals', 'reception'] as const
/** In this order for ever: a form's place is its number on its barcode. New ones go to the end. */
export const SLIP_KINDS = [
  ...USUAL_SLIPS,
  'allergy',
  'treatment',
  'mar',
  'physiology',
  'imaging',
  'operation',
  'diet',
  'billing',
  'booking',
  'referral',
  'phone',
  'refused',
  'device',
  'evidence',
] as const
export type SlipKind = (typeof SLIP_KINDS)[number]

/** Why a patient of the list has no sheet. */
export type NotPrinted = 'protected' | 'unreadable' | 'not-found' | 'similar'

/** The catalogue as sheets take it. */
export interface PaperView extends TextView {
  readonly p: PaperTexts
}

export const withoutOnPaper = (view: PaperView, kinds: readonly Sensitivity[]): string =>
  withoutWords({ ...view, t: { ...view.t, withoutLine: view.p.withoutLine } }, kinds)
