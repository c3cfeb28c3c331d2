import type { PatientEntry } from '#chart'
import type { PatientHit, SameAs } from '#web'

/** One line of a list of patients. A twin shares the birth date: lists warn of that. */
export function patientHit(patient: PatientEntry, sameAs: readonly (SameAs | 'twin')[]): PatientHit {
  const { kanji, kana, birthDate, lastCareDate } = patient
  return {
    key: patient.patientKey,
    patientId: patient.patientId,
    ...(kanji && { kanji }),
    ...(kana && { kana }),
    ...(birthDate && { birthDate }),
    ...(patient.kinds['Patient:linked'] !== undefined && { linked: true }),
    sex: patient.sex,
    ...(lastCareDate && { lastRecordOn: lastCareDate }),
    sameAs: [...new Set(sameAs.map((what) => (what === 'twin' ? 'birth-date' : what)))],
  }
}
