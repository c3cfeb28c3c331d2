/** Drugs in a chart: ordered, injected, given. See model.ts for the rules that hold for all items. */
import type { Code, DateText, Item } from './model.ts'

/** An amount as written, with its unit. Never printed without the name of what it measures. */
export interface Amount {
  readonly value: string
  readonly unit: string
}

export interface Dose {
  /** 1回量; absent is 記載なし. */
  readonly perTime?: Amount
  /** 1日量; absent is 記載なし. */
  readonly perDay?: Amount
  /** 総量 (dispensed), where recorded. */
  readonly total?: Amount
  /** True where both are recorded in one unit, the times a day are coded, and the figures do not agree. */
  readonly contradictory: boolean
}

export interface Drug extends Item {
  readonly name: string
  readonly code?: Code
  readonly dose: Dose
  /** 調剤指示 and remarks. */
  readonly comments: readonly string[]
  /** The source's order status where it is not a plain active order (cancelled, stopped). */
  readonly status?: string
}

/** `derived` is arithmetic from start and days (処方歴（日数からの計算では…まで）), never a statement that it is taken. */
export interface EndDate {
  readonly date: DateText
  readonly by: 'recorded' | 'derived'
}

/** Drugs of one RP share usage and days. */
export interface RpGroup {
  readonly rp: string
  /** 用法 in words. */
  readonly usage?: string
  /** True where the source wrote a code alone and the words were decoded from it. */
  readonly usageDecoded?: boolean
  readonly usageCode?: Code
  readonly route?: string
  /** Number of days (or of times, for 頓用) as written, with its unit: `14日分`, `5回分`. */
  readonly supply?: string
  readonly start?: DateText
  readonly end?: EndDate
  readonly drugs: readonly Drug[]
}

export interface PrescriptionOrder extends Item {
  readonly orderNumber: string
  readonly orderedOn?: DateText
  readonly department?: string
  readonly prescriber?: string
  readonly setting: 'outpatient' | 'inpatient' | 'unknown'
  readonly dispensing: 'in-house' | 'outside' | 'unknown'
  /** 入院前の処方（継続か要確認）: the patient is in hospital as of the backup and this was ordered before and outside. */
  readonly beforeAdmission: boolean
  readonly groups: readonly RpGroup[]
}

export interface InjectionOrder extends Item {
  readonly orderNumber: string
  readonly orderedOn?: DateText
  readonly department?: string
  readonly prescriber?: string
  readonly groups: readonly InjectionGroup[]
}
export interface InjectionGroup extends Item {
  readonly rp: string
  readonly kind?: string
  /** The source's order status where it is not a plain active order. */
  readonly status?: string
  readonly route?: string
  readonly site?: string
  readonly start?: DateText
  readonly end?: EndDate
  readonly usage?: string
  /** Volume of the whole mixture and its rate, as written. */
  readonly volume?: Amount
  readonly rate?: Amount
  readonly drugs: readonly { readonly name: string; readonly code?: Code; readonly amount?: Amount }[]
  readonly comments: readonly string[]
}

/** What was really given (実施). */
export interface Administration extends Item {
  readonly kind: 'prescription' | 'injection'
  readonly orderNumber?: string
  readonly start?: DateText
  readonly end?: DateText
  readonly drugs: readonly { readonly name: string; readonly code?: Code; readonly amount?: Amount }[]
  readonly route?: string
  /** How fast, as written. */
  readonly rate?: string
  /** `completed`, `not-done`, … `unknown` where the source does not say that it was given. */
  readonly status: string
  readonly by?: string
  readonly place?: string
  readonly comments: readonly string[]
}
