/** Confirming who it is before a chart opens (USERS.md, clinical safety). Free of Node: an edition asks the same. */
import { matchesBirth, parseBirthQuery } from '#base'
import type { PatientEntry } from './patient-index/patient-index.ts'
import type { SimilarPatient } from './model.ts'
import { foldName, foldPatientId } from './search/fold.ts'

type Identified = Pick<PatientEntry, 'patientId' | 'kanji' | 'kana' | 'birthDate'>

/** Everybody shares a birth date with somebody; only names are mistaken for each other at the counter. */
export function isConfusable({ same }: Pick<SimilarPatient, 'same'>): boolean {
  return same.some((what) => what !== 'birth-date')
}

/** How many different identifiers of the patient were confirmed. */
export function confirmed(patient: Identified, identifiers: readonly string[]): number {
  const kinds = identifiers.flatMap((typed) => matches(patient, typed) ?? [])
  return new Set(kinds).size
}

function matches(patient: Identified, typed: string): 'id' | 'name' | 'birth-date' | undefined {
  if (typed.trim() === '') return undefined
  if (foldPatientId(typed) === foldPatientId(patient.patientId)) return 'id'
  const name = foldName(typed)
  if (name !== '' && (name === foldName(patient.kanji) || name === foldName(patient.kana))) return 'name'
  const dates = parseBirthQuery(typed).filter(({ year, month, day }) => year && month && day)
  return patient.birthDate.length === 10 && matchesBirth(dates, patient.birthDate) ? 'birth-date' : undefined
}
