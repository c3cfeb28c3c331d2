import type { TimeStamp } from '#hl7v2'

/** Standardized storage (標準化ストレージ) or extended storage (拡張ストレージ). */
export type StorageClass = 'standard' | 'extended'

/** コンディションフラグ: `1` valid; `2` superseded by an update; `0` deleted. 0 and 2 alike are not current. */
export type ConditionFlag = '0' | '1' | '2'

/** Where a record lies and what its name says. All text is NFC. Patient data: it carries the patient's id. */
export interface StoragePath {
  readonly storage: StorageClass
  /** Segments above root/aaa/bbb, joined with `/`; '' where the path starts at the root. */
  readonly root: string
  readonly patientId: string
  /** `YYYYMMDD`, or undefined for `-` (kinds without a date). */
  readonly careDate: string | undefined
  /** ADT-00 …; in the extended storage the type folder's local code. */
  readonly dataKind: string
  /** Extended storage only. */
  readonly documentType?: DocumentType
  /** ORC-2, 15 digits; `999999999999999` where there is no order. Extended storage: 特定キー. */
  readonly orderNo: string
  /** 17 digits YYYYMMDDHHMMSSFFF, when it was sent; compare as text. */
  readonly occurredAt: string
  /** 診療科 (使用者定義表 0069), or undefined for `-`. */
  readonly department: string | undefined
  readonly flag: ConditionFlag
  /** Extended storage: the path inside the content folder (`main_document.hl7`, `image/1.jpg`). */
  readonly contentPath?: string
}

/** The type folder of the extended storage: `[local code]^name^system^standard code^name^system`. */
export interface DocumentType {
  readonly localCode: string
  readonly localName: string
  readonly localSystem: string
  readonly standardCode: string
  readonly standardName: string
  /** `LN` = LOINC. */
  readonly standardSystem: string
  /** For people: the LOINC label where known, else the standard or local name. */
  readonly label: string
}

/**
 * What can be wrong with one file. Wording: `ssmix2.problem.<code>` in the message catalogues.
 * `stop` = the file is not shown; `notice` = it is shown and the deviation is counted.
 */
export const PROBLEM_SEVERITY = {
  /** The path does not follow aaa/bbb/patient/date/kind/file, or folder and file name contradict each other. */
  'path-malformed': 'stop',
  /** The condition flag is not 0, 1 or 2. */
  'flag-unknown': 'stop',
  /** A kind that the table of the guideline does not know. The file is shown as it is. */
  'kind-unknown': 'notice',
  /** Not a record: lies beside the layout (Thumbs.db and the like). */
  'outside-layout': 'notice',
  /** The file has no bytes. */
  'empty-file': 'stop',
  /** Does not start with MSH. */
  'not-hl7': 'stop',
  'looks-random': 'stop',
  /** Bytes that no charset explains. */
  'charset-unreadable': 'notice',
  /** Characters outside JIS X 0208 or escapes that are missing: read, but look at the original where it matters. */
  'charset-deviation': 'notice',
  /** Segments that are a bare id without fields, or a second MSH. */
  'segments-malformed': 'notice',
  /** The last segment has no end: the file was cut. What is left is shown. */
  'cut-short': 'notice',
  /** No PID-3: nothing proves whose record it is. */
  'patient-missing': 'stop',
  /** PID-3 is another patient's than the path says: shown under neither. */
  'patient-differs': 'stop',
  /** The message type is not one that the data kind may hold. */
  'message-type-differs': 'notice',
  /** Extended storage: none of the patient numbers inside a CDA document is the one of the path. */
  'document-patient-unproven': 'notice',
  /** Two valid files for one patient, date, kind and order: the latest is shown. */
  'two-current': 'notice',
  /** The same record lies in two roots. */
  'duplicate-in-roots': 'notice',
  /** A later file of the same record is superseded or deleted, this older one still says valid. */
  'newer-not-current': 'notice',
} as const satisfies Record<string, 'stop' | 'notice'>

export type ProblemCode = keyof typeof PROBLEM_SEVERITY

/** One finding about one file. `path` is patient data: never in logs, only in sealed lists and on the operator's screen. */
export interface Problem {
  readonly code: ProblemCode
  readonly path: string
}

/** Is the PID-3 inside the file the patient of the path? `padded` = the same but for leading zeros. */
export type PatientCheck = 'same' | 'padded' | 'different' | 'missing' | 'unchecked'

/** From ADT-00 alone, for the patient index. No address, no telephone. */
export interface Identity {
  readonly patientId: string
  /** Family and given joined by one ideographic space, as written. */
  readonly kanji: string
  readonly kana: string
  /** `YYYYMMDD` or a shorter prefix as written; '' where absent. */
  readonly birthDate: string
  /** PID-8 as written: F, M, O, U, A, N or ''. */
  readonly sex: string
  /** PID-30 is Y, or PID-29 has a date. */
  readonly dead: boolean
}

/** What an admission record says, for the list of inpatients. Times are `YYYY-MM-DDThh:mm`, as precise as recorded. */
export interface StayNote {
  readonly event: StayEvent
  readonly at: string
  readonly ward?: string
  readonly room?: string
  readonly bed?: string
  readonly department?: string
  readonly doctor?: string
}
export const STAY_EVENTS = [
  'admission',
  'transfer',
  'leave',
  'return',
  'discharge',
  'admission-planned',
  'transfer-planned',
  'discharge-planned',
] as const
export type StayEvent = (typeof STAY_EVENTS)[number]

/** An appointment, for the list of a day: any sort of source gives it in this shape. */
export interface BookingNote {
  /** `YYYY-MM-DD` or `YYYY-MM-DDThh:mm` in the institution's time. */
  readonly start: string
  readonly department?: string
  /** What for, in the source's words. */
  readonly text?: string
}

/** What the archiver's observer remembers of a file, so that index and problem list need not read it again. */
export interface Note {
  readonly check: PatientCheck
  /** Only of a valid ADT-00 whose PID-3 is the patient of the path. */
  readonly identity: Identity | undefined
  readonly problems: readonly ProblemCode[]
  /** Of a valid admission record (ADT-21 … ADT-52) of the patient of the path. */
  readonly stay?: StayNote
  readonly bookings?: readonly BookingNote[]
}

/** What becomes of a file. Every file has exactly one; their counts add up to the number of files. */
export type FileState = 'current' | 'superseded' | 'deleted' | 'quarantined' | 'problem' | 'log'

export interface ClassifiedFile {
  readonly path: string
  /** Undefined where the path is not one of a record. */
  readonly place: StoragePath | undefined
  readonly state: FileState
}

export interface Inventory {
  readonly files: readonly ClassifiedFile[]
  readonly problems: readonly Problem[]
  readonly counts: Readonly<Record<FileState, number>>
}

/** One line `#SSMIX,…` of the transaction storage. */
export interface TransactionRecord {
  readonly facilityId: string
  readonly patientId: string
  readonly careDate: string | undefined
  readonly dataKind: string
  readonly orderNo: string
  readonly action: 'INS' | 'DEL'
  readonly department: string | undefined
  /** 17 digits, the institution's time. */
  readonly recordedAt: string
}

/** When a record happened, by the care-date rule of its message (guideline 1.2g; NHO care-date table). */
export interface CareDate {
  /** For example `ORC-9`. */
  readonly field: string
  readonly value: TimeStamp | undefined
}
