/**
 * Files of many patients: a clinic's NDJSON export, backed up, surveyed, indexed, charts opened out of the locked backup.
 * `node --import ./tools/jsx-hook.mjs bench/intake.ts [patients] [records of each]`
 */
import { createWriteStream, mkdirSync, mkdtempSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base'
import { buildPatientIndex, openChart, openPatientIndex, PARTS, SENSITIVITIES } from '#chart'
import { openInstitution } from '#server'
import { removeHeld } from '../test/server/house.ts'

const [patients = 5000, records = 40] = process.argv.slice(2).map(Number)
const root = mkdtempSync(join(tmpdir(), 'toride-bench-intake-'))
const folder = join(root, 'export')
mkdirSync(folder)

async function write(name: string, lines: Iterable<object>): Promise<void> {
  const file = createWriteStream(join(folder, name))
  for (const line of lines) if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
}

function* people() {
  for (let n = 0; n < patients; n++)
    yield {
      resourceType: 'Patient',
      id: `p${n}`,
      identifier: [{ system: 'urn:example:mrn', value: String(n).padStart(6, '0') }],
      name: [{ text: `試験 ${n}` }],
      gender: n % 2 ? 'male' : 'female',
      birthDate: `19${30 + (n % 60)}-0${1 + (n % 9)}-11`,
    }
}

/** Day by day over all patients, as exports by date come: the worst order for finding one patient's. */
function* results() {
  for (let k = 0; k < records; k++)
    for (let n = 0; n < patients; n++)
      yield {
        resourceType: 'Observation',
        id: `o${n}-${k}`,
        status: 'final',
        category: [{ coding: [{ code: 'laboratory' }] }],
        code: { text: 'Na', coding: [{ system: 'urn:oid:1.2.392.200119.4.504', code: '3H010000002326101' }] },
        subject: { reference: `Patient/p${n}` },
        effectiveDateTime: `2026-${String(1 + (k % 12)).padStart(2, '0')}-03T09:00:00+09:00`,
        valueQuantity: { value: 135 + (k % 10), unit: 'mmol/L' },
        referenceRange: [{ low: { value: 138 }, high: { value: 145 } }],
      }
}

const report = (what: string, since: number): void =>
  console.log(
    `${what}: ${((performance.now() - since) / 1000).toFixed(2)} s, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  )

const fresh = { kind: 'own', institution: 'bench', createdAt: systemClock.now() } as const
const institution = await openInstitution({ dataFolder: join(root, 'data'), fresh, clock: systemClock, version: '0' })
try {
  await write('Patient.ndjson', people())
  await write('Observation.ndjson', results())
  const { vault } = institution
  const { id } = await vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  for (const night of ['first night', 'night without changes']) {
    const began = performance.now()
    await (
      await vault.runs.run(id)
    ).done
    report(night, began)
  }
  const reader = await vault.openGeneration((await vault.generations.list({ sourceId: id }))[0]!.id)
  let began = performance.now()
  const { sealed } = await buildPatientIndex(reader, Buffer.alloc(32))
  report(`index (${(sealed.length / 1e6).toFixed(1)} MB sealed)`, began)
  began = performance.now()
  const index = openPatientIndex(sealed, Buffer.alloc(32), reader.generationId, reader.intake?.reading)
  report('index opened', began)
  const access = {
    parts: Object.fromEntries(PARTS.map((part) => [part, 'yes'])),
    sensitive: Object.fromEntries(SENSITIVITIES.map((one) => [one, 'yes'])),
    reasonAlways: false,
  } as never
  const times: number[] = []
  for (let n = 0; n < 100; n++) {
    const { patientKey, patientId, kanji, birthDate } = index.entry((n * 37) % index.size)
    began = performance.now()
    const request = { patientKey, access, identifiers: [patientId, kanji, birthDate] }
    const { outcome } = await openChart({ reader, index, journal: () => undefined }, request)
    if (outcome !== 'opened') throw new Error(outcome)
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  console.log(`charts: median ${times[50]!.toFixed(0)} ms, p95 ${times[94]!.toFixed(0)} ms`)
} finally {
  await institution.close()
  removeHeld(root)
}
