/**
 * The chart model: what one patient's chart holds, as plain data (JSON without loss), so that the server, the station
 * and an edition's browser script render the same object with the same pure functions. It knows nothing of SS-MIX2: it
 * is made from FHIR R4 resources and a list of files that could not be shown (docs/design/chart-model.md).
 *
 * Three rules hold everywhere:
 * - text stays what the source wrote (`5.0` is not `5`); a number stands only beside it, for trend lines;
 * - an empty list is never an answer: {@link Presence} and `gaps` say what emptiness means;
 * - nothing is inferred without its name saying so (`derived`).
 */
import type { EpochMs } from '#base'
import type {
  Administration,
  Alert,
  Allergy,
  BloodType,
  ClinicalDocument,
  Coverage,
  Diet,
  Encounter,
  Examination,
  Infections,
  InjectionOrder,
  LabMatrix,
  LabOrder,
  Microbiology,
  PrescriptionOrder,
  Problem,
  Stay,
  Vitals,
} from './model-clinical.ts'

/** `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDThh:mm[:ss]` in the institution's time, as precise as the source was. */
export type DateText = string

/** Where an item comes from, for the reader who asks. `path` lies inside the source and is patient data. */
export interface Origin {
  readonly path: string
  /** When the source recorded it, where the source says so. */
  readonly recordedAt?: DateText
  /** The date of the first complete export that no longer holds it: it was so, and nobody says that it still is. */
  readonly goneSince?: DateText
}

/** Why an item needs more than the section's permission. */
export type Sensitivity = 'uninformed' | 'undelivered' | 'stigma-infection' | 'psychiatry'

/** A code as the source wrote it; `system` is a FHIR system URI or the source's own name of it. */
export interface Code {
  readonly code: string
  readonly system?: string
}

/** What every item of a chart carries. */
export interface Item {
  readonly origin: Origin
  /** Absent where nothing is sensitive. */
  readonly sensitivity?: readonly Sensitivity[]
  /** Fields of the source that have no place of their own (`ORC-21: …`), as written: for who asks where an item comes from. */
  readonly other?: readonly string[]
}

/**
 * The four words of absence: あり (`present`), なし（確認日） (`none`: the source recorded that there is none), 未確認
 * (`unconfirmed`: the source recorded that it was not asked, or a file that could tell cannot be read) and この資料に
 * 記録なし (`not-recorded`, the default). They never stand for each other.
 */
export type Presence = 'present' | 'none' | 'unconfirmed' | 'not-recorded'

/** The source's own statement that there is none, or that nobody asked. */
export interface AbsenceStatement extends Item {
  readonly says: 'none' | 'unconfirmed'
  /** What it speaks of: everything, or one kind (`medication`, `food`, `environment`). */
  readonly scope: string
  readonly text: string
  readonly statedOn?: DateText
}

/** A list for which absence matters: allergies, infections, alerts. */
export interface Findings<T> {
  /** `withheld` where items were taken out for this reader, so that no word of absence would be true. */
  readonly presence: Presence | 'withheld'
  readonly items: readonly T[]
  /** May contradict `items`; both are shown. */
  readonly statements: readonly AbsenceStatement[]
}

/** The parts of a chart, the grain at which roles see or do not see. */
export type Part =
  | 'identity'
  | 'contacts'
  | 'coverage'
  | 'drugAllergy'
  | 'allergies'
  | 'infections'
  | 'bloodType'
  | 'alerts'
  | 'prescriptions'
  | 'injections'
  | 'administrations'
  | 'labs'
  | 'labOrders'
  | 'microbiology'
  | 'vitals'
  | 'problems'
  | 'stay'
  | 'encounters'
  | 'diets'
  | 'examinations'
  | 'notes'
  | 'documents'

/** A part as this reader may have it. Withheld is not empty: a screen must say which. */
export type Section<T> =
  | {
      readonly access: 'shown'
      readonly value: T
      /** Files that belong here and could not be shown (damaged, unreadable, stopped): while it is not 0, empty means nothing. */
      readonly gaps: number
      /** Kinds of sensitive item this reader does not get here, whether there are any or not. */
      readonly without: readonly Sensitivity[]
    }
  | { readonly access: 'withheld'; readonly why: 'role' | 'reason-needed' }

export interface Identity extends Item {
  readonly patientId: string
  readonly kanji?: string
  readonly kana?: string
  readonly birthDate?: DateText
  readonly sex: 'male' | 'female' | 'other' | 'unknown'
  readonly deceased?: { readonly on?: DateText }
  /** Other records of the same person, as the source says; they are charts of their own, never joined by us. */
  readonly links?: readonly PatientLinked[]
}

export interface PatientLinked {
  /** `replaced-by`: the source says that this record is no longer used. */
  readonly kind: 'replaced-by' | 'replaces' | 'refer' | 'seealso'
  /** Who it is, in the source's words: a name, a number, or the record's own id. */
  readonly to: string
}

export interface Contacts extends Item {
  readonly addresses: readonly { readonly postalCode?: string; readonly text: string; readonly use?: string }[]
  readonly phones: readonly { readonly text: string; readonly use?: string }[]
  readonly people: readonly { readonly name: string; readonly relation?: string; readonly phones: readonly string[] }[]
}

/** Whether a drug allergy is recorded, without saying which: what a receptionist sees. */
export interface DrugAllergy {
  readonly presence: Presence
}

/** A file of this patient that is not in the chart, and why. Never silently missing. */
export interface Unshown {
  /** Absent where it would tell this reader of something withheld. */
  readonly path?: string
  /** `damaged`: bytes do not match their hash; `unreadable`: the text could not be read; `stopped`: 表示を止めた記録. */
  readonly state: 'damaged' | 'unreadable' | 'stopped'
  /** Stable code of the room that met it (`SSMIX2_PATIENT_MISMATCH`, `RESTIC_DAMAGED` …). */
  readonly code: string
  /** The part it would have fed, where its kind tells. */
  readonly parts: readonly Part[]
}

/** Something of a file that is shown and that has no place in the chart, in the source's words. */
export interface Notice {
  readonly path?: string
  /** Stable code (`segment-unused`, `code-unknown`, `two-current` …). */
  readonly code: string
  /** `OBX[3]-14`, where it concerns a part of the file. */
  readonly where?: string
  readonly text?: string
  readonly parts: readonly Part[]
}

/** Things that people look for in a chart and that this one cannot have: この画面に無いもの. */
export type MissingTopic =
  | 'administered-drugs'
  | 'administered-injections'
  | 'nursing-orders'
  | 'nursing-records'
  | 'progress-notes'
  | 'summaries'
  | 'images'
  | 'brought-in-drugs'
  | 'other-clinics-drugs'
  | 'appointments'
  | 'transfusion'
  | 'surgery-anaesthesia'
  | 'dialysis-rehabilitation'
  | 'resuscitation-wishes'
  | 'prescriptions'
  | 'injections'
  | 'lab-results'
  | 'microbiology'
  | 'problems'
  | 'allergies'
  | 'vitals'
  | 'diets'
  | 'admissions'
  | 'imaging-reports'

export interface Missing {
  readonly topic: MissingTopic
  /** `never`: this sort of source does not carry it; `source`: it could, this source has not a single one; `withheld`: not for this reader. */
  readonly why: 'never' | 'source' | 'withheld'
}

/** Another patient who could be taken for this one. */
export interface SimilarPatient {
  readonly patientKey: string
  readonly patientId: string
  readonly kanji: string
  readonly kana: string
  readonly birthDate: DateText
  readonly same: readonly SameWhat[]
}
/** `twin`: same birth date and same family name. */
export type SameWhat = 'name' | 'reading' | 'birth-date' | 'twin'

export interface Chart {
  readonly version: 1
  readonly patientKey: string
  /** The generation that it was read from; `asOf` = when that backup began: nothing later is in it. */
  readonly generation: { readonly id: string; readonly asOf: EpochMs }
  /** Date of the newest care record of this patient in the generation. */
  readonly lastCareDate?: DateText
  readonly identity: Section<Identity>
  /** `patients`: who could be taken for this one by name or as a twin; `total` counts those of the same birth date too. */
  readonly similar: { readonly patients: readonly SimilarPatient[]; readonly total: number }
  readonly unshown: readonly Unshown[]
  readonly notices: readonly Notice[]
  readonly missing: readonly Missing[]
  /** Files read for this chart, every hash checked, and the older versions (corrected, deleted) left out of it. */
  readonly files: { readonly read: number; readonly superseded: number; readonly deleted: number }
  readonly contacts: Section<Contacts>
  readonly coverage: Section<readonly Coverage[]>
  readonly drugAllergy: Section<DrugAllergy>
  readonly allergies: Section<Findings<Allergy>>
  readonly infections: Section<Infections>
  readonly bloodType: Section<BloodType>
  readonly alerts: Section<Findings<Alert>>
  readonly prescriptions: Section<readonly PrescriptionOrder[]>
  readonly injections: Section<readonly InjectionOrder[]>
  readonly administrations: Section<readonly Administration[]>
  readonly labs: Section<LabMatrix>
  readonly labOrders: Section<readonly LabOrder[]>
  readonly microbiology: Section<readonly Microbiology[]>
  readonly vitals: Section<Vitals>
  readonly problems: Section<readonly Problem[]>
  readonly stay: Section<Stay>
  readonly encounters: Section<readonly Encounter[]>
  readonly diets: Section<readonly Diet[]>
  readonly examinations: Section<readonly Examination[]>
  readonly notes: Section<readonly ClinicalDocument[]>
  readonly documents: Section<readonly ClinicalDocument[]>
}
