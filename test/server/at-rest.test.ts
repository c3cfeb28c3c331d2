/**
 * SECURITY 15: no patient data in the clear outside the source. A sample clinic is backed up, searched and read through the
 * product; then every file of the data folder outside the source is searched for every name, reading and patient id.
 */
import assert from 'node:assert/strict'
import Encoding from 'encoding-japanese'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { setUpSample } from '../../src/server/first-run.ts'
import { house, toride } from './house.ts'
import { Needles, type Needle } from './needles.ts'
import { firstPerson } from './person.ts'

const ENCODINGS: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'ISO-2022-JP': (text) =>
    Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), { to: 'JIS', from: 'UNICODE' })),
  CP932: (text) => Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), { to: 'SJIS', from: 'UNICODE' })),
  hex: (text) => Buffer.from(Buffer.from(text).toString('hex')),
}

function needles(values: readonly { what: string; text: string }[]): Needles {
  const all = values.flatMap(({ what, text }, n) =>
    Object.entries(ENCODINGS).map(([name, encode]): Needle => ({
      label: `${what} ${n} as ${name}`,
      bytes: encode(text),
    })),
  )
  return new Needles(all)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test('no name, reading or id of a patient lies in the clear outside the source', async (t) => {
  const home = house(t, 'sample')
  const institution = await home.open()
  const { vault, charts } = institution
  await vault.ensureOwnState()
  const generation = await setUpSample(institution, () => {}, { patients: 60, months: 2 })
  const { viewer, reading, services } = await firstPerson(institution)
  const index = await charts.index(generation.id, reading)
  const patients = Array.from({ length: index.size }, (_, row) => index.entry(row))
  assert.ok(patients.length >= 60)

  // Reads as people do: searches by name, opens charts, fails to open one; then a second generation with own state.
  for (const patient of patients.slice(0, 5)) {
    await services.charts.search(viewer, patient.kana, { page: 1, pageSize: 20 })
    const identifiers = [patient.patientId, patient.kanji, patient.birthDate]
    await services.charts.open(viewer, patient.patientKey, {
      generationId: generation.id,
      identifiers,
      reason: '救急外来',
    })
  }
  await services.problems(viewer, { page: 1 })
  await (
    await vault.runs.run(generation.sourceId)
  ).done
  await vault.runs.runOwnState()
  await services.home(viewer)
  await institution.night.tick()
  assert.ok((await institution.night.state())!.patients > 0, 'the night’s print file is there')
  const out = join(mkdtempSync(join(tmpdir(), 'toride-doctor-')), 'report.json')
  t.after(() => rmSync(join(out, '..'), { recursive: true }))
  const doctor = await toride('doctor', '--data', home.folder, '--out', out)
  assert.equal(doctor.code, 0, doctor.out + doctor.error)
  assert.ok(doctor.out.includes(readFileSync(out, 'utf8')), 'what is written was shown')
  await home.close()

  const values = patients.flatMap(({ patientId, kanji, kana }) => [
    { what: 'id', text: patientId },
    { what: 'kanji', text: kanji },
    { what: 'kana', text: kana },
    ...kanji.split(/[\s　]+/).map((text) => ({ what: 'part of kanji', text })),
    ...kana.split(/[\s　]+/).map((text) => ({ what: 'part of kana', text })),
  ])
  const sought = needles(values.filter(({ text }) => text !== ''))
  assert.ok(sought.size > 1000)
  const found: string[] = []
  let bytes = 0
  for (const file of filesBelow(home.folder)) {
    const inside = relative(home.folder, file)
    if (inside.startsWith('sample/')) continue
    const content = readFileSync(file)
    bytes += content.length
    for (const label of [...sought.find(content), ...sought.find(Buffer.from(inside))])
      found.push(`${inside}: ${label}`)
  }
  assert.deepEqual(found, [])
  assert.deepEqual(
    [...sought.find(readFileSync(out)), ...sought.find(Buffer.from(doctor.out))],
    [],
    'the report names a patient',
  )
  // The search itself works: in the source the names are there, in the encodings that messages have.
  assert.ok(bytes > 1_000_000)
  const inSource = new Set(
    filesBelow(join(home.folder, 'sample')).flatMap((file) => [...sought.find(readFileSync(file))]),
  )
  for (const encoding of ['UTF-8', 'ISO-2022-JP'])
    assert.ok(
      [...inSource].some((label) => label.endsWith(encoding)),
      encoding,
    )
})
