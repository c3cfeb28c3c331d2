/** Charts of a source whose files hold many patients, as a reader opens them. */
import assert from 'node:assert/strict'
import { buildPatientIndex, openChart, openPatientIndex, searchPatients, type Chart, type PatientIndex } from '#chart'
import type { Institution } from '#server'
import type { GenerationReader } from '#vault'
import { EVERYTHING } from '../../src/chart/testing/messages.ts'

const KEY = Buffer.alloc(32)

export interface Opened {
  readonly reader: GenerationReader
  readonly index: PatientIndex
}

/** A backup of the source, with its index. */
export async function take({ vault }: Institution, sourceId: string): Promise<Opened> {
  const { id } = await (await vault.runs.run(sourceId)).done
  const reader = await vault.openGeneration(id)
  const { sealed } = await buildPatientIndex(reader, KEY)
  return { reader, index: openPatientIndex(sealed, KEY, reader.generationId, reader.intake?.reading) }
}

export async function chartOf({ reader, index }: Opened, words: string): Promise<Chart> {
  const { patient } = searchPatients(index, words, 5).hits[0]!
  const result = await openChart(
    { reader, index, journal: () => undefined },
    {
      patientKey: patient.patientKey,
      access: EVERYTHING,
      identifiers: [patient.patientId, patient.kanji, patient.birthDate],
    },
  )
  assert.ok(result.outcome === 'opened', result.outcome)
  return result.chart
}

export const shown = <T>(section: { access: string; value?: T }): T => {
  assert.equal(section.access, 'shown')
  return section.value!
}
