/** The first start: the sample clinic with a taken, locked and tested generation, or a clinic's own first source. */
import { join } from 'node:path'
import type { Clock, ErrorCode } from '#base'
import { accessOf, openChart } from '#chart'
import { writeSampleClinic } from '#sample'
import { type Generation, INSIDE, NIGHTLY, type SourceInput } from '#vault'
import type { Institution } from './institution.ts'

/** What the person at the terminal is told while it goes on. */
export type Tell = (
  step: 'sample' | 'backup' | 'lock' | 'restore-test' | 'restore-test-failed' | 'chart',
  done?: Record<string, number>,
  /** Why it failed. */
  failure?: ErrorCode,
) => void

export interface SampleSize {
  readonly patients: number
  readonly months: number
}

const SAMPLE_SIZE: SampleSize = { patients: 300, months: 14 }

/** Makes the sample's storages and its first generation; takes up again where an earlier first start was cut. */
export async function setUpSample(
  institution: Institution,
  tell: Tell,
  size: SampleSize = SAMPLE_SIZE,
): Promise<Generation> {
  const { vault, clock, folder } = institution
  const known = (await vault.sources()).find((source) => source.kind === 'ssmix2')
  const generations = known ? await vault.generations.list({ sourceId: known.id }) : []
  const finished = generations.find((generation) => generation.proofs.some((proof) => proof.kind === 'restore'))
  if (finished) return finished
  const clinic = writeSampleClinic({
    folder: join(folder.path, INSIDE.sample),
    asOf: lastMidnight(clock),
    ...size,
  })
  tell('sample', { files: Object.values(clinic.files).reduce((a, b) => a + b, 0), patients: clinic.patients.length })
  const paths = [...clinic.roots.standardized, ...clinic.roots.extended]
  const source =
    known ?? (await vault.addSource({ kind: 'ssmix2', name: '電子カルテ（見本）', paths, schedule: NIGHTLY }))
  return firstGeneration(institution, source.id, tell)
}

/** Saves a clinic's own source and takes its first generation. @throws as Vault.addSource and Vault.run */
export async function protectOwn(institution: Institution, input: SourceInput, tell: Tell): Promise<Generation> {
  const known = (await institution.vault.sources()).find((source) => source.paths.includes(input.paths[0]!))
  const source = known ?? (await institution.vault.addSource(input))
  return firstGeneration(institution, source.id, tell)
}

async function firstGeneration(institution: Institution, sourceId: string, tell: Tell): Promise<Generation> {
  const { vault } = institution
  const generation = await (await vault.runs.run(sourceId)).done
  tell('backup', { files: generation.files, bytes: generation.bytes, skipped: generation.skipped })
  tell('lock', { until: generation.lockedUntil ?? 0 })
  await vault.runs.runOwnState()
  const started = institution.clock.monotonic()
  const passed = await (await vault.runs.startRestoreTest(generation.id)).done
  const ms = Math.round(institution.clock.monotonic() - started)
  const failure = (await vault.generations.get(generation.id))?.proofs.find(({ kind }) => kind === 'restore')?.failure
  if (passed) tell('restore-test', { files: generation.files, ms })
  else tell('restore-test-failed', { files: generation.files, count: failure?.count ?? 0, ms }, failure?.code)
  if ((await vault.source(sourceId))?.kind === 'ssmix2') await openOneChart(institution, generation, tell)
  return (await vault.generations.get(generation.id))!
}

/** Proves that a chart can be read out of the new generation; only during set-up, before any person holds the keys. */
async function openOneChart(institution: Institution, generation: Generation, tell: Tell): Promise<void> {
  const { ring, systemKey, charts, vault, clock } = institution
  const reading = ring.unlockSetUp(systemKey)
  if (!reading) return
  const index = await charts.index(generation.id, reading)
  if (index.size === 0) return
  const patient = index.entry(0)
  const started = clock.monotonic()
  let files = 0
  const result = await openChart(
    {
      reader: await charts.reader(generation.id),
      index,
      journal: (look) => {
        files = look.filesRead
      },
    },
    {
      patientKey: patient.patientKey,
      access: accessOf({ profession: 'doctor', duties: [] }),
      identifiers: [patient.patientId, patient.kanji, patient.birthDate],
    },
  )
  if (result.outcome !== 'opened') return
  const durationMs = Math.round(clock.monotonic() - started)
  await vault.chartOpened(generation.id, { files, bytes: 0, durationMs })
  tell('chart', { patients: index.size, files, ms: durationMs })
}

/** The sample's history ends at a day's border, so that two first starts on one day make the same storage. */
function lastMidnight(clock: Clock): number {
  const offset = 9 * 3_600_000
  return Math.floor((clock.now() + offset) / 86_400_000) * 86_400_000 - offset
}
