/** Whom a typed patient number means, in every source: hospitals may share a number. */
import { type PatientEntry, searchPatients } from '#chart'
import { newestOfEach, type Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingOf } from './viewers.ts'

/** More patients than share one id among the hospitals of a storage. */
const MOST_SAME_ID = 50

/** @throws where a source does not open now: half an answer would seem a whole one. */
export async function patientsNumbered(
  { charts }: Pick<Institution, 'charts'>,
  viewer: Viewer,
  patientId: string,
): Promise<PatientEntry[]> {
  const found: PatientEntry[] = []
  for (const { id } of newestOfEach(await charts.readable())) {
    const index = await charts.index(id, readingOf(viewer))
    found.push(...searchPatients(index, patientId, MOST_SAME_ID, 0).hits.map(({ patient }) => patient))
  }
  return found.filter((patient) => bare(patient.patientId) === bare(patientId))
}

/** People leave leading zeros away. */
const bare = (patientId: string): string => patientId.normalize('NFKC').trim().replace(/^0+/, '')
