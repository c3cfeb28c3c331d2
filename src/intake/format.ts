/**
 * A format of clinics without SS-MIX2. Its files hold many patients, and nothing clinical may rest unencrypted outside the
 * source: so files are backed up as they are, a survey says which bytes belong to whom, and a chart is made of those bytes.
 */
import type { Resource, StayMoment, UnknownResource } from '#fhir'

export type IntakeKind = 'fhir' | 'csv' | 'uke' | 'documents'

/** A file of a source. */
export interface IntakeFile {
  /** Below the source's folder (the file's name where the source is one file), as text. Patient data. */
  readonly path: string
  readonly sizeBytes: number
}

export interface IntakeFormat<Settings = unknown> {
  readonly kind: IntakeKind
  /** Raised when the same bytes would give another survey: surveys that are kept are then made anew. */
  readonly version: number
  /** What the source keeps for this format, checked. @throws INTAKE_SETTINGS_INVALID */
  parseSettings(input: unknown): Settings
  /**
   * Looks at one file during the backup.
   * @returns a surveyor that wants its bytes, or the survey where the name alone tells
   */
  survey(file: IntakeFile, settings: Settings): Surveyor | FileSurvey
  /** One patient's resources out of a file. Never throws on bad bytes. */
  resources(request: IntakeRequest<Settings>): IntakeReading
  /** A document inside a record, where resources named one by `#start-end!pointer`. @param slice those bytes */
  embedded?(slice: Uint8Array, form: string | undefined, pointer: string): Uint8Array | undefined
}

/** Takes a file's bytes in order, in pieces of any size. */
export interface Surveyor {
  take(bytes: Uint8Array): void
  end(): FileSurvey
}

/** From `start` to before `end`. */
export type ByteRange = readonly [start: number, end: number]

export interface FileSurvey {
  /** Records found, readable or not. */
  readonly records: number
  readonly patients: readonly SurveyedPatient[]
  /** Records that are nobody's and that others refer to. */
  readonly shared: readonly SharedRecord[]
  readonly called?: readonly CalledRecord[]
  readonly problems: readonly IntakeProblem[]
  /** How the ranges were cut; the format's own word, given back to it when they are read. */
  readonly form?: string
}

export interface SurveyedPatient {
  /** How this file speaks of the patient; patients of all files that share a name are one. At least one. See {@link idName}. */
  readonly names: readonly string[]
  /** Absent where the file only refers to the patient. */
  readonly identity?: SurveyedIdentity
  readonly ranges: readonly ByteRange[]
  /** Records by kind: FHIR resource type, for some with what it is (`Observation:laboratory`, see {@link recordKind}). */
  readonly counts: Readonly<Record<string, number>>
  /** `YYYY-MM-DD` of the newest record that has a date. */
  readonly lastCareDate?: string
  readonly bookings?: readonly Booking[]
  readonly stays?: readonly SurveyedStay[]
  /** When each record that lists are made of was last changed (ms), by its type and id; called off ones too. */
  readonly changed?: Readonly<Record<string, number>>
}

export interface SurveyedIdentity {
  /** The number that people know the patient by. */
  readonly patientId: string
  /** 10 digits, where the source says so. */
  readonly institution?: string
  readonly kanji: string
  readonly kana: string
  /** As precise as recorded: `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or ''. */
  readonly birthDate: string
  readonly sex: 'M' | 'F' | 'O' | ''
  readonly dead: boolean
  /** When the source recorded it, to choose the newest: ISO text, or ''. */
  readonly recordedAt: string
}

/** An appointment, for today's and tomorrow's list. */
export interface Booking {
  /** `YYYY-MM-DD` or `YYYY-MM-DDThh:mm` in the institution's time. */
  readonly start: string
  readonly department?: string
  readonly text?: string
  readonly version?: RecordVersion
}

/** A record that may lie in several files, and when it was changed (ms): the older one of two says nothing any more. */
export type RecordVersion = readonly [name: string, changedMs: number]

/** A moment of a stay in hospital, for the lists of wards. */
export interface SurveyedStay extends StayMoment {
  /** As of a booking. */
  readonly at: string
  /** Names of the place, see {@link CalledRecord}; what the record itself says of it. */
  readonly place?: readonly string[]
  readonly placeText?: string
  readonly department?: string
  readonly doctor?: string
  /** Names of the doctor, where the record says no more. */
  readonly doctorNames?: readonly string[]
  readonly version?: RecordVersion
}

/** A place or a person that others refer to: what lists say of it. */
export interface CalledRecord {
  readonly names: readonly string[]
  readonly label?: string
  readonly level?: 'ward' | 'room' | 'bed'
  /** Names of the place around it. */
  readonly within?: readonly string[]
}

export interface SharedRecord {
  /** Every way to refer to it: `Medication/7`, `urn:uuid:…`, `system|value`. */
  readonly names: readonly string[]
  readonly range: ByteRange
}

export interface IntakeProblem {
  readonly code: IntakeProblemCode
  /** `file`, `line 12`, `entry 3`, `row 12` (of a table, as a spreadsheet numbers it). */
  readonly where: string
}

/** Wording: web/messages/problems.ts. `stop`: the record is not shown; `notice`: it is shown, or is none. */
export const INTAKE_PROBLEM_SEVERITY = {
  /** Not JSON; not a table. */
  'json-broken': 'stop',
  /** Bytes that no charset explains. */
  'text-unreadable': 'stop',
  /** Readable, and not what the format asks for. */
  'shape-wrong': 'stop',
  'line-too-long': 'stop',
  'file-too-large': 'stop',
  'empty-file': 'stop',
  /** Names no patient. */
  'patient-missing': 'stop',
  /** Several people go by this name: shown under none. */
  'patient-ambiguous': 'stop',
  /** The bytes that a survey named hold another patient's record. */
  'patient-differs': 'stop',
  /** A row with more or fewer cells than columns. */
  'row-ragged': 'stop',
  /** A quote that nothing closes as it should. */
  'quote-open': 'stop',
  /** The columns are no longer those of the mapping, and the patient's number is not among them. */
  'columns-changed': 'stop',
  /** Columns of the mapping are gone; the others are shown. */
  'columns-lost': 'stop',
  /** All columns of the mapping are there, elsewhere or with new ones beside them. */
  'columns-moved': 'notice',
  /** A complete list with less than half of the rows of the one before: it may be cut, so nothing counts as gone by it. */
  'export-smaller': 'notice',
  /** Names and times of complete lists disagree on which is the newest: nothing counts as gone. */
  'export-order-unclear': 'notice',
  /** No table of the mapping has this file's name. */
  'table-unmapped': 'stop',
  /** No pattern of the drop folder reads its name. */
  'name-unmatched': 'stop',
  /** A file is not what its name says. */
  'type-differs': 'notice',
  /** No receipt is in it. */
  'no-claims': 'stop',
  /** A line of a claim file that belongs to no receipt, or of a kind that no layout names. */
  'claim-line-unknown': 'notice',
  /** Lines of a claim that no chart shows, which only dental and DPC claims have: type and count. */
  'claim-kind-unread': 'notice',
  /** What a claim tells and what it does not. */
  'claims-only': 'notice',
  /** A column, code or date that the format cannot use; the rest of the record is shown. */
  'value-unreadable': 'notice',
  /** A FHIR server did not give a kind of record; an older state of it may be there. */
  'type-missing': 'stop',
  /** A FHIR server's own list says that it could not export something. */
  'export-error': 'stop',
  /** A file of another kind lies there. */
  'file-unknown': 'notice',
  /** More of the same in this file than are listed. */
  'more-problems': 'stop',
} as const satisfies Record<string, 'stop' | 'notice'>
export type IntakeProblemCode = keyof typeof INTAKE_PROBLEM_SEVERITY

export interface IntakeRequest<Settings = unknown> {
  readonly file: IntakeFile & { /** When the file was written, as the source says. */ readonly mtimeMs: number }
  readonly settings: Settings
  /** Of the survey. */
  readonly form: string | undefined
  /** All names of the patient, from all files. */
  readonly names: ReadonlySet<string>
  readonly patientId: string
  /** The bytes of the ranges, in order. Every one was checked against what was backed up. */
  readonly slices: readonly Uint8Array[]
  /** Where they lie in the file, for documents that are named by their place; absent where nobody opens them. */
  readonly ranges?: readonly ByteRange[]
  /** Of what the reading asked for ({@link IntakeReading.wanted}) the records that lie in the source, by name. */
  readonly called?: ReadonlyMap<string, Uint8Array>
}

export interface IntakeReading {
  /** `meta.source` is the file's path. */
  readonly resources: readonly Resource[]
  /** Of types that the chart has no view for; a Composition is shown as a document. */
  readonly others?: readonly UnknownResource[]
  /** What is shown with a remark, or not at all; `text` in the source's words. */
  readonly remarks: readonly IntakeRemark[]
  /** Shared records of any file that it would read with: it is asked again with those that are there. */
  readonly wanted?: readonly string[]
}

export interface IntakeRemark {
  /** A stable code: of {@link IntakeProblemCode}, of FhirProblemCode, or `type-unused`. */
  readonly code: string
  readonly where: string
  readonly text?: string
}

/** The name under which files of different formats join: the patient's number as people write it, exactly. */
export const idName = (patientId: string): string => `id|${patientId}`

/** Problems of one file that are listed one by one. */
export const MOST_PROBLEMS = 1000

export function boundProblems(problems: readonly IntakeProblem[]): readonly IntakeProblem[] {
  if (problems.length <= MOST_PROBLEMS) return problems
  return [...problems.slice(0, MOST_PROBLEMS), { code: 'more-problems', where: `+${problems.length - MOST_PROBLEMS}` }]
}
