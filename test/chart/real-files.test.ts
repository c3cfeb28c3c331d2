/** Real SS-MIX2 files and foreign FHIR samples beside the checkout: each appears in a chart, or in the problems with its reason. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  buildChart,
  buildPatientIndex,
  openChart,
  openPatientIndex,
  PARTS,
  SENSITIVITIES,
  type Chart,
  type ChartAccess,
} from '#chart'
import { readRecord, type StoragePath } from '#ssmix2'
import { readResources, toResources } from '#fhir'
import type { Resource } from '#fhir'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const NHO = `${DATA}nhoHQ_SSMIX2DataTestingTool/sampleData`
const TEXTS = `${DATA}hl7v2_embedded_text`
const EVERYTHING: ChartAccess = {
  parts: Object.fromEntries(PARTS.map((part) => [part, 'yes'])) as ChartAccess['parts'],
  sensitive: Object.fromEntries(SENSITIVITIES.map((s) => [s, 'yes'])) as ChartAccess['sensitive'],
  reasonAlways: false,
}

function present(t: TestContext, folder: string): boolean {
  if (existsSync(folder)) return true
  t.skip(`${folder} is not there`)
  return false
}

test('every real file of a storage is in a chart or named with its reason', async (t) => {
  if (!present(t, NHO)) return
  const paths = globSync('**/*', { cwd: NHO }).filter((path) => statSync(`${NHO}/${path}`).isFile())
  const files = new Map(paths.map((path) => [path, readFileSync(`${NHO}/${path}`)]))
  const reader = memoryGeneration(files, 'g', Date.UTC(2012, 0, 1))
  const index = openPatientIndex((await buildPatientIndex(reader, Buffer.alloc(32))).sealed, Buffer.alloc(32), 'g')
  const charts: Chart[] = []
  for (let row = 0; row < index.size; row++) {
    const opened = await openChart(
      { reader, index, journal: () => undefined },
      { patientKey: index.entry(row).patientKey, access: EVERYTHING },
    )
    assert.ok(opened.outcome === 'opened')
    charts.push(opened.chart)
  }
  const reported = new Set([...index.problems()].map(({ path }) => path))
  const stopped = new Set(charts.flatMap(({ unshown }) => unshown.map(({ path }) => path)))
  const shown = paths.filter((path) => charts.some((chart) => JSON.stringify(sections(chart)).includes(path)))
  assert.equal(files.size, 22)
  assert.deepEqual(
    paths.filter((path) => !shown.includes(path) && !reported.has(path)),
    [],
  )
  // A record that is stopped stands in no section of any chart.
  assert.deepEqual(
    shown.filter((path) => stopped.has(path)),
    [],
  )
  assert.deepEqual([shown.length, stopped.size], [9, 13])
})

/** Only what is shown: the list of files that are not would name them all. */
function sections(chart: Chart): unknown[] {
  return PARTS.map((part) => chart[part])
}

function chartOf(resources: readonly Resource[]): Chart {
  return buildChart({
    patientKey: '|1',
    patientId: '1',
    generation: { id: 'g', asOf: Date.UTC(2026, 0, 1) },
    resources,
    unshown: [],
    notices: [],
    missing: [],
    files: { read: 1, superseded: 0, deleted: 0 },
    similar: { patients: [], total: 0 },
  })
}

test('every real message text becomes items of a chart', (t) => {
  if (!present(t, TEXTS)) return
  const names = globSync('*', { cwd: TEXTS })
  assert.ok(names.length >= 30)
  for (const name of names) {
    const bytes = readFileSync(`${TEXTS}/${name}`)
    const place = {
      patientId: '',
      careDate: undefined,
      dataKind: '',
      orderNo: '1',
      storage: 'standard',
    } as unknown as StoragePath
    const { message } = readRecord(place, bytes)
    const { resources } = toResources(message, { ...place, path: name })
    assert.ok(JSON.stringify(sections(chartOf(resources))).includes(name), `${name} shows nothing`)
  }
})

test('resources of other FHIR sources fill the same chart, none lost', (t) => {
  const folders = ['fhir_clinical-core_JP-CLINS', 'fhir_jp-core-1.1.2-package', 'fhir_jp-core-v1.2dev-compiled']
  if (!folders.every((folder) => present(t, `${DATA}${folder}`))) return
  const seen: Record<string, number> = {}
  for (const path of folders.flatMap((folder) => globSync(`${folder}/**/*.json`, { cwd: DATA }))) {
    const { resources } = readResources(readFileSync(`${DATA}${path}`), path)
    const shown = shownIn(chartOf(resources))
    for (const [type, count] of Object.entries(shown)) {
      const given = resources.filter(({ resourceType }) => resourceType === type).length
      assert.ok(count >= given, `${path}: ${given} ${type}, ${count} shown`)
      seen[type] = (seen[type] ?? 0) + given
    }
  }
  assert.ok(
    Object.values(seen).every((count) => count > 0),
    JSON.stringify(seen),
  )
})

/** How many of each type the chart shows; an Observation may stand in several places. */
function shownIn(chart: Chart): Record<string, number> {
  const value = <P extends (typeof PARTS)[number]>(part: P) => {
    const section = chart[part]
    assert.ok(section.access === 'shown')
    return section.value as Extract<Chart[P], { access: 'shown' }>['value']
  }
  const { items, statements } = value('allergies')
  const cells = [...value('labs').panels.flatMap(({ rows }) => rows), ...value('vitals').rows].flatMap(
    ({ cells: row }) => row.flat(),
  )
  return {
    AllergyIntolerance: items.flatMap(({ alsoIn }) => [1, ...alsoIn]).length + statements.length,
    Condition: value('problems').length,
    Coverage: value('coverage').length,
    Encounter: value('encounters').length,
    MedicationAdministration: value('administrations').length,
    MedicationRequest:
      value('prescriptions').flatMap(({ groups }) => groups.flatMap(({ drugs }) => drugs)).length +
      value('injections').flatMap(({ groups }) => groups).length,
    Observation:
      cells.length +
      value('microbiology').flatMap(({ lines }) => lines).length +
      value('examinations').flatMap(({ report }) => report).length +
      value('bloodType').abo.length,
  }
}
