/**
 * The same patient number in several sources (a table, a folder of scans, claims): told out of their indexes. No chart is
 * opened for it and nothing is joined: whether it is the same person is for the reader, who opens each by itself.
 */
import { isAppError } from '#base'
import { compareIdentity, type PatientEntry, type PatientIndex, recordCounts, rowsOfNumber } from '#chart'
import type { GenerationSummary, SameNumber, SameNumbers, Viewer } from '#web'
import type { ReadingHouse } from './house.ts'
import { patientHit } from './patient-hit.ts'

type JournalSearch = (viewer: Viewer, generationId: string, by: 'number', hits: number) => Promise<void>

/** @throws VAULT_KEY_MISSING, ACCESS_DENIED; a source that cannot be asked otherwise is named in the answer */
export async function sameNumber(
  house: ReadingHouse,
  journalSearch: JournalSearch,
  viewer: Viewer,
  own: { readonly index: PatientIndex; readonly keys: readonly string[] },
): Promise<SameNumbers> {
  const rows = own.keys.flatMap((key) => own.index.rowOf(key) ?? [])
  const patients = rows.map((row) => own.index.entry(row)).filter(({ patientId }) => patientId !== '')
  const found = new Map<string, SameNumber[]>()
  const failed: string[] = []
  for (const generation of othersOf(await house.readable(), own.index.generationId)) {
    const index = await house.index(viewer, generation.id).catch((error: unknown) => {
      if (!isAppError(error) || error.code === 'VAULT_KEY_MISSING' || error.code === 'ACCESS_DENIED') throw error
    })
    if (!index) failed.push(generation.sourceName)
    else {
      const here = patients.map((patient) => [patient.patientKey, recordsOf(index, generation, patient)] as const)
      const hits = here.reduce((sum, [, records]) => sum + records.length, 0)
      // Names are handed over: written down as a search in that source is.
      if (hits > 0) await journalSearch(viewer, generation.id, 'number', hits)
      for (const [key, records] of here) if (records.length > 0) found.set(key, [...(found.get(key) ?? []), ...records])
    }
  }
  return { found, failed }
}

/** The newest backup of each other source that shares its numbers; none where the own one does not. */
function othersOf<T extends Shared>(all: readonly T[], generationId: string): T[] {
  const own = all.find(({ id }) => id === generationId)?.numbersOf
  if (own === undefined) return []
  const others = all.filter(({ numbersOf }) => numbersOf !== undefined && numbersOf !== own)
  return [...Map.groupBy(others, ({ numbersOf }) => numbersOf).values()].map(([newest]) => newest!)
}

interface Shared extends Pick<GenerationSummary, 'id' | 'sourceName'> {
  readonly numbersOf?: string | undefined
}

/** A generation whose index is open already. */
export interface Indexed {
  readonly summary: Shared
  readonly index: PatientIndex
}

/** For paper of many patients, which says where more lies and names nobody. @param opened the newest of each source */
export function sameNumberIn(opened: readonly Indexed[], own: PatientIndex, patient: PatientEntry): SameNumber[] {
  if (patient.patientId === '') return []
  const all = opened.map(({ summary }) => summary)
  return othersOf(all, own.generationId).flatMap((summary) =>
    recordsOf(opened.find((one) => one.summary === summary)!.index, summary, patient),
  )
}

function recordsOf(index: PatientIndex, generation: Shared, patient: PatientEntry): SameNumber[] {
  return rowsOfNumber(index, patient.patientId).map((row) => {
    const other = index.entry(row)
    return {
      sourceName: generation.sourceName,
      generationId: generation.id,
      asOfMs: index.asOf,
      patient: patientHit(other, index.sameAs(row)),
      ...recordCounts(other),
      match: compareIdentity(patient, other),
      writtenOtherwise: other.patientId !== patient.patientId,
    }
  })
}
