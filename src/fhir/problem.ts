/** What a conversion or a reading gives back, and how it names what it could not do. */
import type { Resource } from './types.ts'

/**
 * Why something of the source is not where a reader would look for it. The text is never lost: it stands in the resource
 * as text, or, where no resource exists for it, in the problem itself. Wording: `fhir.problem.<code>` in the catalogues.
 */
export type FhirProblemCode =
  /** PID-3 of the message is not the patient of the path. Such a file may be shown under neither patient. */
  | 'patient-differs'
  /** The message has no patient id. */
  | 'patient-missing'
  /** The data kind is not in the table of the guideline; read by its segments alone. */
  | 'kind-unknown'
  /** A segment that this data kind has no place for, or that lacks what makes it one. */
  | 'segment-unused'
  /** A code outside the table of its field; kept as text. */
  | 'code-unknown'
  /** A date or time that is none; kept as text. */
  | 'time-invalid'
  /** A number that is none where only a number makes sense (doses); kept as text. */
  | 'number-invalid'
  /** 1回量 and 1日量 do not fit the number of times a day. Both are kept as recorded. */
  | 'dose-contradicts'
  /** The file is not JSON. */
  | 'json-broken'
  /** JSON, but not a FHIR resource, or an element of the wrong shape (that element is left out). */
  | 'shape-wrong'
  /** A reference that points to nothing in what was read. */
  | 'reference-dangling'

export interface FhirProblem {
  readonly code: FhirProblemCode
  /** The file: path below its root. Patient data (it carries the patient's id). */
  readonly path: string
  /** Where inside the file: `OBX[3]-14`, `line 12`, `Observation/a.code`. */
  readonly where: string
  /** What the source wrote there, or the reader's reason. Patient data. */
  readonly text?: string
}

export interface Conversion {
  readonly resources: Resource[]
  readonly problems: FhirProblem[]
}

/** Where a message came from. The first five are what a storage path says (`StoragePath` of ssmix2). */
export interface Origin {
  /** Path of the file below its root: becomes `meta.source`. */
  readonly path: string
  readonly patientId: string
  /** 診療日 `YYYYMMDD`, undefined for kinds without one. */
  readonly careDate: string | undefined
  /** ADT-00 …; in the extended storage the type folder's local code. */
  readonly dataKind: string
  readonly orderNo: string
  /** 10-digit number of the institution, where it is known: makes the patient identifier unique in Japan. */
  readonly institutionNumber?: string
}
