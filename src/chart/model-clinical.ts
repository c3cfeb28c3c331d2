/** The clinical items of a chart. See model.ts for the rules that hold for all of them. */
import type { Code, DateText, Item, Origin } from './model.ts'

export type * from './model-medication.ts'

export interface Allergy extends Item {
  /** `other`: a kind in the source's own words (among the notes); `unstated`: the source names none. */
  readonly category: 'medication' | 'food' | 'environment' | 'biologic' | 'other' | 'unstated'
  readonly substance: string
  readonly code?: Code
  readonly severity?: 'mild' | 'moderate' | 'severe'
  /** What happened, in the source's words (its own severity among them). */
  readonly reaction?: string
  readonly notes: readonly string[]
  /** 禁忌 where the source says so. */
  readonly contraindication: boolean
  readonly onset?: DateText
  /** The source's own status where it is not simply active (`inactive`, `refuted`, `resolved`): shown, never hidden. */
  readonly status?: string
  /** Further places that record the same allergy. */
  readonly alsoIn: readonly Origin[]
}

/**
 * The newest result per test, and the earlier ones, positive and negative alike: words of the source, no judgement of
 * ours. So the section knows no あり: a list of results may be all negative.
 */
export interface Infections {
  readonly presence: 'results' | 'unconfirmed' | 'not-recorded' | 'withheld'
  readonly items: readonly Infection[]
}
export interface Infection extends Item {
  readonly name: string
  /** What it is about: `hbv`, `hcv`, `hiv`, `htlv`, `syphilis`, `tuberculosis`, `mrsa`, `resistant`, `other`. */
  readonly kind: string
  readonly result: string
  readonly flag?: string
  readonly range?: string
  readonly takenAt?: DateText
  readonly earlier: readonly { readonly result: string; readonly takenAt?: DateText; readonly origin: Origin }[]
}

export interface BloodType {
  /** Every recorded statement, newest first. Two that differ are both here. */
  readonly abo: readonly RecordedText[]
  readonly rh: readonly RecordedText[]
  readonly contradictory: boolean
}
export interface RecordedText extends Item {
  readonly text: string
  readonly at?: DateText
}

/** 注意: only what the source recorded as an alert. */
export interface Alert extends Item {
  readonly category?: string
  readonly text: string
  readonly from?: DateText
  readonly until?: DateText
}

export interface LabValue {
  /** Exactly as the source wrote it. Empty where only ordered. */
  readonly text: string
  readonly unit?: string
  /** The source's own flag (H, L, HH …). Absent is not "normal". */
  readonly flag?: string
  readonly range?: string
  /** Source status where it is not final: preliminary, corrected, cancelled … */
  readonly status?: string
  readonly comments: readonly string[]
  readonly other?: readonly string[]
  readonly origin: Origin
}

export interface LabColumn {
  /** When it was collected; where not recorded, when it was reported, or else when the record was written. */
  readonly at: DateText
  readonly by: 'collected' | 'reported' | 'recorded'
}

export interface LabRow {
  readonly name: string
  readonly code?: Code
  readonly specimen?: string
  /** One list per column of the matrix: several where the same item was reported more than once; empty where not. */
  readonly cells: readonly (readonly LabValue[])[]
  /** Purely numeric values in one unit, oldest first. Fewer than two: no line. */
  readonly trend: readonly { readonly at: DateText; readonly value: number }[]
  readonly sensitivity?: Item['sensitivity']
}

export interface LabPanel {
  readonly panel: LabPanelName
  readonly rows: readonly LabRow[]
}
/** Clinical reading order. `other` holds what no known code places. */
export type LabPanelName =
  | 'blood-count'
  | 'coagulation'
  | 'chemistry'
  | 'immunology'
  | 'infection-serology'
  | 'hormones'
  | 'tumour-markers'
  | 'drug-levels'
  | 'blood-gas'
  | 'urine-stool'
  | 'blood-bank'
  | 'other'

export interface LabMatrix {
  /** Newest first. */
  readonly columns: readonly LabColumn[]
  readonly panels: readonly LabPanel[]
  /** Remarks on a whole report, newest first. */
  readonly remarks: readonly (Item & { readonly at?: DateText; readonly text: string })[]
}

/** A lab order without results yet, or any recorded order. */
export interface LabOrder extends Item {
  readonly orderNumber: string
  readonly orderedOn?: DateText
  readonly collectAt?: DateText
  readonly department?: string
  readonly items: readonly string[]
  readonly status?: string
  readonly resulted: boolean
}

export interface Microbiology extends Item {
  readonly collectedAt?: DateText
  readonly specimen?: string
  readonly test: string
  /** Of a susceptibility test: the organism it belongs to. */
  readonly organism?: string
  /** Lines in the source's order: organism, quantity, susceptibility. */
  readonly lines: readonly {
    readonly name: string
    readonly text: string
    readonly flag?: string
    /** Lines of one number belong together: an organism and its quantity. */
    readonly under?: string
  }[]
  readonly status?: string
}

export interface Vitals {
  /** Newest first. */
  readonly columns: readonly LabColumn[]
  readonly rows: readonly {
    readonly name: string
    readonly code?: Code
    readonly cells: readonly (readonly LabValue[])[]
    readonly trend: LabRow['trend']
  }[]
}

export interface Problem extends Item {
  readonly name: string
  readonly codes: readonly Code[]
  readonly main: boolean
  readonly suspected: boolean
  readonly onset?: DateText
  /** 転帰 in the source's words, and its date. */
  readonly outcome?: string
  readonly outcomeOn?: DateText
  readonly endedOn?: DateText
  readonly department?: string
  readonly notes: readonly string[]
  readonly setting?: 'outpatient' | 'inpatient'
  /** Whether the patient was told (告知): the source's mark, or `unknown` where it cannot carry one. */
  readonly told: 'told' | 'not-told' | 'unknown'
  /** True without outcome and end date. "As of the backup", not "now". */
  readonly open: boolean
}

/** Where the patient was when the backup began, by the admission records. */
export interface Stay {
  readonly inHospital: boolean
  readonly admittedOn?: DateText
  readonly ward?: string
  readonly room?: string
  readonly bed?: string
  readonly department?: string
  readonly doctor?: string
  /** Away overnight or on leave (外泊) by the last record. */
  readonly onLeave: boolean
  /** Moves and leaves of this stay, newest first. */
  readonly moves: readonly Encounter[]
  readonly planned: readonly Encounter[]
  readonly origin?: Origin
}

export type EncounterEvent =
  | 'outpatient'
  | 'admission'
  | 'transfer'
  | 'leave'
  | 'return'
  | 'discharge'
  | 'admission-planned'
  | 'transfer-planned'
  | 'discharge-planned'
  | 'doctor-change'
  | 'cancelled'

export interface Encounter extends Item {
  readonly event: EncounterEvent
  readonly at?: DateText
  readonly ward?: string
  readonly room?: string
  readonly bed?: string
  readonly department?: string
  readonly doctor?: string
  /** 退院区分・転帰 and remarks, in the source's words. */
  readonly text?: string
}

export interface Diet extends Item {
  readonly orderNumber?: string
  readonly start?: DateText
  readonly end?: DateText
  readonly text: string
  readonly details: readonly string[]
  readonly status?: string
}

/** Imaging, endoscopy, physiology: order or result. 参照用・診断には使えません belongs on every image. */
export interface Examination extends Item {
  readonly modality: 'radiology' | 'endoscopy' | 'physiology' | 'other'
  readonly stage: 'order' | 'done' | 'report'
  /** Of an order: whether what was done or reported under its number is here too. */
  readonly resulted?: boolean
  readonly orderNumber?: string
  readonly at?: DateText
  readonly name: string
  readonly bodySite?: string
  readonly department?: string
  /** Report or comment text, paragraphs as the source wrote them. */
  readonly report: readonly { readonly title?: string; readonly text: string; readonly flag?: string }[]
  readonly status?: string
}

/** A note or document: its bytes are read on demand by `path` (openDocument). */
export interface ClinicalDocument extends Item {
  readonly kind: 'note' | 'summary' | 'referral' | 'report' | 'image' | 'booking' | 'other'
  readonly title: string
  readonly at?: DateText
  readonly department?: string
  readonly author?: string
  readonly files: readonly { readonly path: string; readonly contentType: string; readonly sizeBytes?: number }[]
  /** Text where the record itself is text. */
  readonly text?: string
  /** Of a booking that does not stand any more: FHIR's code. */
  readonly status?: string
}

export interface Coverage extends Item {
  readonly kind: string
  readonly insurer?: string
  readonly symbol?: string
  readonly number?: string
  readonly branch?: string
  readonly relation?: string
  readonly from?: DateText
  readonly until?: DateText
}
