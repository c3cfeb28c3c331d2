/** What a conversion or a reading gives back, and how it names what it could not do. */
import type { Resource } from './types.ts'

/**
 * Why something of the source is not where a reader would look for it. The text is never lost: it stands in the resource
 * as text, or, where no resource exists for it, in the problem itself.
 */
export type ProblemCode =
  /** PID-3 of the message is not the patient of the path. Nothing of such a file may be shown under either patient. */
  | 'FHIR_PATIENT_MISMATCH'
  /** The message has no patient id. */
  | 'FHIR_PATIENT_MISSING'
  /** The message type is not one of the data kinds, or does not fit the data kind of the path. */
  | 'FHIR_MESSAGE_UNKNOWN'
  /** A segment that this data kind has no place for, or that lacks its key field. */
  | 'FHIR_SEGMENT_UNUSED'
  /** A code outside the table of its field; kept as text. */
  | 'FHIR_CODE_UNKNOWN'
  /** A date or time that is none; kept as text. */
  | 'FHIR_TIME_INVALID'
  /** A number that is none where only a number makes sense (doses); kept as text. */
  | 'FHIR_NUMBER_INVALID'
  /** 1回量 and 1日量 of the source do not fit the number of times a day. Both are kept as recorded. */
  | 'FHIR_DOSE_CONTRADICTS'
  /** The file is not JSON. */
  | 'FHIR_JSON_BROKEN'
  /** JSON, but no FHIR resource, or an element of the wrong shape. */
  | 'FHIR_SHAPE_WRONG'
  /** A reference that points to nothing in what was read. */
  | 'FHIR_REFERENCE_DANGLING'

export interface Problem {
  code: ProblemCode
  /** The file: path below its root. Patient data (it carries the patient's id). */
  path: string
  /** Where inside the file: `OBX[3]-14`, `line 12`, `Observation/a.value`. */
  where: string
  /** What the source wrote there. Patient data. */
  text?: string
}

export interface Conversion {
  resources: Resource[]
  problems: Problem[]
}

/** Where a message came from. */
export interface Origin {
  /** Path of the file below its root: becomes `meta.source`. */
  path: string
  /** From the path: patient id, 診療日 (`YYYYMMDD` or `-`), データ種別, order number. */
  patientId: string
  date: string
  dataKind: string
  orderNumber: string
  /** 10-digit number of the institution, where it is known: makes the patient identifier unique in Japan. */
  institutionNumber?: string
}
