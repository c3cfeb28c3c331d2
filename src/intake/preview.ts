/** The first patient of one file as a chart would get them, for the screen where the reading is set up. */
import type { Resource } from '#fhir'
import type { IntakeFile, IntakeFormat, IntakeProblem, IntakeRemark } from './format.ts'

export interface PatientPreview {
  /** Found in what was looked at. */
  readonly patients: number
  readonly records: number
  readonly problems: readonly IntakeProblem[]
  /** Undefined where nobody is in it. */
  readonly first:
    | { readonly patientId: string; readonly resources: readonly Resource[]; readonly remarks: readonly IntakeRemark[] }
    | undefined
}

/** @param bytes the file, or its beginning; who has most records in it is shown */
export function firstPatient<Settings>(
  format: IntakeFormat<Settings>,
  settings: Settings,
  file: IntakeFile & { readonly mtimeMs: number },
  bytes: Uint8Array,
): PatientPreview {
  const begun = format.survey(file, settings)
  if ('take' in begun) begun.take(bytes)
  const { patients, problems, records, form } = 'take' in begun ? begun.end() : begun
  const counted = patients.map((patient) => ({
    patient,
    count: Object.values(patient.counts).reduce((sum, count) => sum + count, 0),
  }))
  const most = counted.reduce<(typeof counted)[number] | undefined>(
    (a, b) => (a && a.count >= b.count ? a : b),
    undefined,
  )
  if (!most) return { patients: 0, records, problems, first: undefined }
  const { names, ranges, identity } = most.patient
  const patientId = identity?.patientId ?? names[0]!.slice(names[0]!.indexOf('|') + 1)
  const slices = ranges.map(([start, end]) => bytes.subarray(start, end))
  const reading = format.resources({ file, settings, form, names: new Set(names), patientId, slices })
  return { patients: patients.length, records, problems, first: { patientId, ...reading } }
}
