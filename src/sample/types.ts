/** The words of this room: what is asked for, what comes back, and the record events between patient and disk. */
import type { EpochMs } from '#base'
import type { Segment } from './hl7-segment.ts'
import type { TextStyle } from './encode-text.ts'

/** Where the sample is written. Paths are relative with `/`, UTF-8. Renames come before writes within one call. */
export interface SampleDisk {
  write(path: string, bytes: Uint8Array, modifiedMs: EpochMs): void
  rename(from: string, to: string): void
  /** The bytes of a small file, or undefined where there is none. */
  read(path: string): Buffer | undefined
  /** Nothing is there yet: the sample never writes into somebody's storage. */
  isEmpty(): boolean
}

export interface SampleClinicOptions {
  /** Where the storages go; made when missing. Ignored by an own `disk`. */
  readonly folder: string
  readonly asOf: EpochMs
  readonly seed?: string
  /** At least {@link SAMPLE_MINIMUM_PATIENTS}. */
  readonly patients?: number
  /** How much history lies before the first `asOf`. */
  readonly months?: number
  readonly disk?: SampleDisk
}

/**
 * What is wrong with a planted file.
 * Problems that a reader must report: `patient-mismatch` (PID-3 of somebody else), `patient-folder-mismatch` (file name of
 * another patient), `bare-segments` (segment ids without fields after a good message), `empty`, `truncated` (cut inside a
 * kanji of the PID segment), `not-hl7` (two bytes of CP932), `unknown-kind` (data kind that SS-MIX2 does not know).
 * Deviations that a reader must read through: `yen-escape`, `short-order-number`, `hiragana-kana`, `unsplit-name`,
 * `birth-date-in-pid9`, `duplicate-current` (two files `_1` of one record, the later one counts).
 * Not records at all: `stray`.
 */
export type PlantedKind =
  | 'patient-mismatch'
  | 'patient-folder-mismatch'
  | 'bare-segments'
  | 'empty'
  | 'truncated'
  | 'not-hl7'
  | 'unknown-kind'
  | 'yen-escape'
  | 'short-order-number'
  | 'hiragana-kana'
  | 'unsplit-name'
  | 'birth-date-in-pid9'
  | 'duplicate-current'
  | 'stray'

export interface PlantedProblem {
  /** Relative to `folder`. */
  readonly path: string
  readonly kind: PlantedKind
  /** What a correct reader does with it. */
  readonly expect: 'report' | 'read' | 'ignore'
}

/** Patient ids for demonstrations and tests. */
export interface SampleCast {
  /** Haemodialysis three times a week: more than 300 files. */
  readonly heavy: string
  /** Nothing but ADT-00. */
  readonly identityOnly: string
  readonly newborn: string
  readonly newbornMother: string
  readonly oldest: string
  readonly twins: readonly [string, string]
  readonly sameName: readonly [string, string]
  readonly sameReading: readonly [string, string]
  readonly sameBirthDate: readonly [string, string]
  readonly deceased: readonly string[]
  /** A diagnosis the patient was not told (PRB-25), and one that is marked as sensitive. */
  readonly uninformed: string
  readonly allergies: string
  readonly noAllergies: string
  readonly allergiesUnrecorded: string
  readonly positiveInfection: string
  /** 髙, 﨑 and 𠮷 in the name, and how each file writes them. */
  readonly gaiji: readonly { readonly patient: string; readonly name: string; readonly style: TextStyle }[]
  /** How the prescriptions of these patients give the dose. */
  readonly doses: Readonly<Record<DoseStyle, string>>
  /** In hospital at the first `asOf`, by ward code. */
  readonly inpatients: Readonly<Record<string, readonly string[]>>
}

/** Which of RXE-3 (dose per time) and RXE-19 (dose per day) a prescription fills, and whether they agree. */
export type DoseStyle = 'both' | 'per-time' | 'per-day' | 'contradictory'

export interface SampleClinic {
  readonly facility: { readonly name: string; readonly id: string; readonly beds: number }
  /** Absolute where `folder` is. All roots of the standardized storage are to be read as one. */
  readonly roots: {
    readonly standardized: readonly string[]
    readonly extended: readonly string[]
    readonly transactionLog: string
  }
  readonly patients: readonly string[]
  /** The first `asOf`; later calls continue from it. */
  readonly anchor: EpochMs
  readonly asOf: EpochMs
  readonly cast: SampleCast
  readonly problems: readonly PlantedProblem[]
  /** What this call did on disk. */
  readonly changes: { readonly written: number; readonly renamed: number; readonly bytes: number }
  /** Files below the roots after this call, by standardized data kind or extended document type; strays under `-`. */
  readonly files: Readonly<Record<string, number>>
}

/** One record sent by a system of the hospital at one instant. */
export interface RecordEvent {
  readonly storage: 'standardized' | 'extended'
  /** 発生日時: when it was sent; the order of versions. */
  readonly at: EpochMs
  readonly patient: string
  /** `YYYYMMDD`, or `-` for what has no date. */
  readonly careDate: string
  /** `ADT-00` … `OMG-13`; in the extended storage `^name^^LOINC^LOINC name^LN` and the like. */
  readonly dataKind: string
  /** ORC-2 with 15 digits, or the extended storage's own key (特定キー). */
  readonly orderNo: string
  /** Two digits, or `-`. */
  readonly department: string
  /** DEL cancels the record: all its versions become `_0`, and the cancel message is kept as `_0`. */
  readonly action: 'INS' | 'DEL'
  readonly content: RecordContent
}

export type RecordContent =
  | { readonly message: () => readonly Segment[]; readonly style: TextStyle }
  | { readonly attachments: readonly { readonly name: string; readonly bytes: () => Uint8Array }[] }

export const SAMPLE_MINIMUM_PATIENTS = 60
