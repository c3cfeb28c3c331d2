/** What this room needs from others. The roots bind them: `vault` gives the reader, `access` the rules, `journal` the record. */
import type { EpochMs } from '#base'
import type { ByteRange, IntakeKind, SurveyFile } from '#intake'
import type { Part, Sensitivity } from './model.ts'

/** One generation, open for reading. Every byte it gives was checked against its blobs' SHA-256. */
export interface GenerationReader {
  readonly generationId: string
  /** When the backup began. */
  readonly asOf: EpochMs
  /** All units (patient folders) with what the observer noted of their files. */
  units(): Iterable<UnitNotes> | AsyncIterable<UnitNotes>
  /** The files of one unit; empty where the generation does not hold it. */
  unit(unitPath: string): Promise<readonly UnitFile[]>
  /** The whole file. Throws RESTIC_DAMAGED or RESTIC_BLOB_MISSING where its bytes are not those that were saved. */
  readFile(path: string): Promise<Uint8Array>
  /** Of sources whose files hold many patients; absent for SS-MIX2 storages. */
  readonly intake?: IntakeReader
}

/** The files of a source without SS-MIX2, with what surveys found in them. */
export interface IntakeReader {
  /** Changes when files of the same bytes would be read otherwise (other settings, another version of a format). */
  readonly reading: string
  /** Every file that the generation holds of the source, by their paths. */
  files(): AsyncIterable<IntakeReaderFile>
  /** Whether the erasure register hides a patient. */
  isHidden(patientKey: string): boolean
  /** Throws VAULT_FILE_UNKNOWN where the generation holds no such file. */
  file(path: string): Promise<IntakeReaderFile>
  /** Throws as `readFile`. */
  readRanges(path: string, ranges: readonly ByteRange[]): Promise<Uint8Array[]>
}

export interface IntakeReaderFile extends UnitFile {
  readonly kind: IntakeKind
  readonly settings: unknown
  /** Below the source's folder, as formats know it. */
  readonly localPath: string
  /**
   * Names the bytes and the way they are read. Patients' numbers in a survey hold while it is the same.
   */
  readonly surveyId: string
  /** Undefined where the file's bytes are damaged; `damage` is then the reader's error code. */
  readonly survey: SurveyFile | undefined
  readonly damage?: string
}

export interface UnitNotes {
  readonly unitPath: string
  /**
   * Changes whenever anything in the unit changed (a hash of its tree). Index entries are taken over from the previous
   * generation while it stays the same, and then `notes` is not called.
   */
  readonly signature: string
  notes(): Iterable<FileNote>
}

export interface FileNote {
  /** Path of the file as the reader's `readFile` takes it. */
  readonly path: string
  /** Absent where the observer did not see the file (too large): it still counts by its path. */
  readonly note?: Uint8Array
}

export interface UnitFile {
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
}

/** What a role may see: yes, only after giving a reason (break-glass), or no. */
export type AccessRule = 'yes' | 'with-reason' | 'no'

/** One person's rights on charts, from the matrix of roles by 職種. What it does not name is refused by the type. */
export interface ChartAccess {
  readonly parts: Readonly<Record<Part, AccessRule>>
  readonly sensitive: Readonly<Record<Sensitivity, AccessRule>>
  /** True where opening any chart needs a reason (an emergency account, a protected patient). */
  readonly reasonAlways: boolean
}

/** Why a chart was opened beyond the ordinary: shown in the journal. */
export interface OpeningReason {
  readonly code: string
  readonly text: string
}

/** One look at a chart, to be journaled before the chart is handed over; a failure to journal keeps it closed. */
export interface ChartLook {
  readonly generationId: string
  readonly patientKey: string
  readonly outcome: 'opened' | 'refused'
  readonly reason?: OpeningReason
  /** Rules that were opened by the reason. */
  readonly openedByReason: readonly (Part | Sensitivity)[]
  readonly filesRead: number
  readonly filesDamaged: number
}
export type JournalLook = (look: ChartLook) => Promise<void> | void
