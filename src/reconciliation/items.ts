/** What stands on a sheet, and what a record of the system says: the same few fields for both, as text. */

/** In the order of the screens. */
export const ITEM_KINDS = ['prescription', 'injection', 'allergy', 'lab', 'diagnosis', 'encounter', 'billing'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

/**
 * Fields of each kind besides what it is (`what`: drug, test, name of the disease …) and its day. A dose is never a bare
 * amount: 1回量 and 1日量 are two fields.
 */
export const FIELDS = {
  prescription: ['perTime', 'perDay', 'usage', 'supply'],
  injection: ['amount', 'route', 'rate', 'time'],
  allergy: ['category', 'reaction', 'severity'],
  lab: ['value', 'unit', 'specimen', 'time'],
  diagnosis: ['suspected', 'outcome'],
  encounter: ['department', 'doctor', 'ward'],
  billing: ['due', 'paid', 'note'],
} as const satisfies Record<ItemKind, readonly string[]>
export type FieldName = (typeof FIELDS)[ItemKind][number]

/** Fields in which silence of one side is a difference even where only the system says something. */
export const MUST_AGREE: readonly FieldName[] = ['perTime', 'perDay', 'amount', 'value', 'unit', 'due', 'paid']

export interface Item {
  readonly kind: ItemKind
  /** `YYYY-MM-DD` on paper or in the record; '' where none stands there. */
  readonly day: string
  readonly what: string
  /** Only where it was taken from a list or a record, never made up; '' otherwise. */
  readonly code: string
  /** As written; a field that does not stand there is absent. */
  readonly fields: Readonly<Partial<Record<FieldName, string>>>
}

export interface PaperItem extends Item {
  /** `<sheet>#<position>` */
  readonly id: string
  readonly sheet: string
  readonly patientKey: string
}

/**
 * `restored`: it was there before the outage. `marked`: it carries the words 事後入力. `later`: it came after the outage,
 * from a vendor's feed or by hand: the record does not say which.
 */
export const EHR_ORIGINS = ['restored', 'marked', 'later'] as const
export type EhrOrigin = (typeof EHR_ORIGINS)[number]

export interface EhrItem extends Item {
  /** Of this generation, and the same whenever it is read again. */
  readonly id: string
  readonly patientKey: string
  readonly origin: EhrOrigin
}
