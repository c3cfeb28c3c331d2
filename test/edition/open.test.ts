/** The format end to end without a browser: the reader's own code over files, and everything that can be done to them. */
import assert from 'node:assert/strict'
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64 } from '../../src/edition/format/web-crypto.ts'
import { test } from 'node:test'
import { accessOf, chartOf, gatherChart, redactFor } from '#chart'
import { payloadOf } from '#edition/format'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { AS_OF, fewPatients, indexOf, makeEdition, PASSPHRASE, sampleFiles, scratch } from './made.ts'
import { allCharts, edition, opened } from './opened.ts'

const packsOf = (disc: string): string[] =>
  readdirSync(join(disc, 'data/00')).map((name) => join(disc, 'data/00', name))

test('every chart of the clinic comes out as the server would show it, documents of who lies in hospital or is expected too', async (t) => {
  const folder = scratch(t)
  const files = sampleFiles()
  const made = await makeEdition(folder, files, { months: undefined })
  const disc = made.discs[0]!.folder
  const read = await edition(disc)
  const reader = memoryGeneration(files, 'a'.repeat(64), AS_OF)
  const index = await indexOf(reader)
  const access = accessOf({ profession: 'doctor', duties: [] })
  assert.equal(read.index.size, index.size)
  for (let row = 0; row < index.size; row++) {
    const result = await read.chart(row)
    assert.ok(result.state === 'opened' && result.isPackSound)
    const similar = result.chart.similar
    const expected = redactFor(chartOf(await gatherChart(reader, index, row, similar)), access, true)
    assert.deepEqual(result.chart, JSON.parse(JSON.stringify(expected)))
    assert.deepEqual(read.index.sameAs(row), index.sameAs(row))
    assert.equal(similar.total, index.similarTo(row).total)
  }
  const { lists } = read.index.about
  const first = lists.flatMap(({ rows }) => rows.map(({ row }) => row))
  assert.equal(lists.filter(({ kind }) => kind === 'ward').flatMap(({ rows }) => rows).length, index.inpatients().total)
  let documents = 0
  for (let row = 0; row < index.size; row++)
    for (const place of (await read.documents(row))!) {
      assert.ok(first.includes(row))
      assert.deepEqual(Buffer.from((await read.document(row, place))!), Buffer.from(await reader.readFile(place.path)))
      documents++
    }
  assert.ok(documents > 0 && made.leftOut.notFirst > 0)
  const found = await read.verify(() => undefined)
  assert.deepEqual([found.read, found.unreadable, found.changed, found.missing], [index.size, [], [], []])
})

test('nothing of a patient lies readable on the disc', async (t) => {
  const folder = scratch(t)
  const files = await fewPatients(6)
  const disc = (await makeEdition(folder, files)).discs[0]!.folder
  const index = await indexOf(memoryGeneration(files, 'x', AS_OF))
  const names = readdirSync(disc, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
  const texts = names.map((name) => {
    const text = readFileSync(join(disc, name), 'utf8')
    return `${name}\n${text}\n${Buffer.from(payloadOf(text) ?? '', 'base64').toString('utf8')}`
  })
  for (let row = 0; row < index.size; row++) {
    const { patientId, kanji, kana } = index.entry(row)
    for (const word of [patientId, kanji, kana, kanji.split('　')[0]!])
      assert.ok(texts.every((text) => !text.includes(word)))
  }
})

test('passphrase: any width and case, a typing error is named, another passphrase opens nothing', async (t) => {
  const folder = scratch(t)
  const disc = (await makeEdition(folder, await fewPatients(3))).discs[0]!.folder
  assert.equal(typeof (await opened(disc)), 'object')
  assert.equal(await opened(disc, PASSPHRASE.replace('0', '1')), 'no-slot')
  assert.equal(await opened(disc, ''), 'no-slot')
})

test('a damaged pack costs its own patients, and a missing one is said', async (t) => {
  const folder = scratch(t)
  const made = await makeEdition(folder)
  const disc = made.discs[0]!.folder
  const whole = await allCharts(await edition(disc))
  const first = packsOf(disc)[0]
  const bytes = readFileSync(first!)
  const spoilt = Buffer.from(bytes)
  for (let at = 5000; at < 5400; at++) spoilt[at] = 65
  writeFileSync(first!, spoilt)
  const spoiltCharts = await allCharts(await edition(disc))
  const lost = spoiltCharts.filter((chart) => chart === 'damaged').length
  assert.ok(lost >= 1 && lost <= 3, `${lost} charts lost`)
  assert.ok(spoiltCharts.every((chart, row) => chart === 'damaged' || chart === whole[row]))
  const found = await (await edition(disc)).verify(() => undefined)
  assert.deepEqual([found.unreadable.length, found.changed, found.missing], [lost, ['data/00/p00000.html'], []])

  writeFileSync(first!, bytes)
  truncateSync(first!, 400_000)
  assert.ok((await allCharts(await edition(disc))).every((chart) => chart === 'missing'))
  rmSync(first!)
  assert.ok((await allCharts(await edition(disc))).every((chart) => chart === 'missing'))
})

test('parts of another edition, an older manifest, a forged signature: none passes for this one', async (t) => {
  const folder = scratch(t)
  const files = await fewPatients(5)
  const mine = (await makeEdition(folder, files)).discs[0]!.folder
  const other = (await makeEdition(scratch(t), files)).discs[0]!.folder
  const whole = await allCharts(await edition(mine))
  const trial = join(folder, 'trial')
  const swap = async (name: string) => {
    rmSync(trial, { recursive: true, force: true })
    cpSync(mine, trial, { recursive: true })
    copyFileSync(join(other, name), join(trial, name))
    const result = await opened(trial)
    return typeof result === 'string' ? result : allCharts(result)
  }
  assert.ok((await swap('data/00/p00000.html')).toString().includes('damaged'))
  assert.equal(await swap('data/index.html'), 'index-damaged')
  assert.equal(await swap('data/manifest.html'), 'index-damaged')
  // Who signs anew with a key of his own can make a manifest, and not an index that agrees with it.
  const page = readFileSync(join(mine, 'data/manifest.html'), 'latin1')
  const signed = JSON.parse(Buffer.from(payloadOf(page)!, 'base64').toString()) as { manifest: string }
  const { makeSigningKey, signerOf } = await import('#edition')
  const { dataPage } = await import('#edition/format')
  const thief = signerOf(makeSigningKey())
  const text = signed.manifest.replace('"asOf":', '"asOf":1')
  for (const manifest of [text, signed.manifest]) {
    const forged = {
      manifest,
      publicKey: thief.publicKey.toString('base64'),
      signature: thief.sign(manifest).toString('base64'),
    }
    rmSync(trial, { recursive: true, force: true })
    cpSync(mine, trial, { recursive: true })
    writeFileSync(join(trial, 'data/manifest.html'), dataPage(Buffer.from(JSON.stringify(forged)).toString('base64')))
    assert.equal(await opened(trial), 'manifest-changed')
  }
  assert.deepEqual(await allCharts(await edition(mine)), whole)
})

test('100 bytes changed by chance: what is shown as genuine is what was written', async (t) => {
  const folder = scratch(t)
  const disc = (await makeEdition(folder, await fewPatients(4))).discs[0]!.folder
  const whole = await allCharts(await edition(disc))
  const files = [packsOf(disc)[0]!, join(disc, 'data/index.html'), join(disc, 'data/manifest.html')]
  let seed = 20_261_128
  const chance = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
  let noticed = 0
  for (let round = 0; round < 100; round++) {
    const file = files[chance(files.length)]!
    const bytes = readFileSync(file)
    const changed = Buffer.from(bytes)
    const at = chance(bytes.length)
    changed[at] = changed[at]! ^ (1 << chance(8))
    writeFileSync(file, changed)
    const result = await opened(disc)
    const charts = typeof result === 'string' ? [] : await allCharts(result)
    assert.ok(charts.every((chart, row) => chart === whole[row] || chart === 'damaged' || chart === 'missing'))
    if (typeof result === 'string' || charts.includes('damaged') || charts.includes('missing')) noticed++
    writeFileSync(file, bytes)
  }
  assert.ok(noticed > 80, `only ${noticed} changes were noticed`)
})

test('a medium that is too small: several discs, each usable alone, and what was left out is said', async (t) => {
  const folder = scratch(t)
  const whole = await makeEdition(folder)
  const chartBytes = readFileSync(packsOf(whole.discs[0]!.folder)[0]!).length
  const capacity = (12 << 20) + Math.ceil(chartBytes / 2 / 0.8)
  const made = await makeEdition(scratch(t), undefined, { capacity, documents: 'all' })
  assert.ok(made.discs.length >= 2 && made.discs.length <= 4)
  const editions = await Promise.all(made.discs.map(({ folder: disc }) => edition(disc)))
  for (let row = 0; row < editions[0]!.index.size; row++) {
    const states = await Promise.all(editions.map(async (one) => (await one.chart(row)).state))
    assert.deepEqual(states.toSorted(), ['opened', ...states.slice(1).map(() => 'other-disc')].toSorted())
  }
  assert.equal(
    made.discs.reduce((sum, { head }) => sum + head.patients.here, 0),
    made.patients,
  )
  for (const { bytes } of made.discs) assert.ok(bytes <= capacity)
  assert.deepEqual(editions[0]!.index.about.leftOut, made.leftOut)
})

test('reception: built from what a clerk may see', async (t) => {
  const folder = scratch(t)
  const made = await makeEdition(folder, await fewPatients(8), {
    kind: 'reception',
    access: accessOf({ profession: 'clerk', duties: [] }),
    isProtected: (key) => key.endsWith('1'),
  })
  const read = await edition(made.discs[0]!.folder)
  assert.ok(read.index.about.lists.every(({ kind }) => kind === 'booking'))
  for (let row = 0; row < read.index.size; row++) {
    const result = await read.chart(row)
    assert.ok(result.state === 'opened')
    for (const part of ['allergies', 'labs', 'problems', 'notes', 'documents', 'prescriptions', 'stay'] as const)
      assert.equal(result.chart[part].access, 'withheld')
    assert.equal(result.chart.drugAllergy.access, 'shown')
    assert.deepEqual(await read.documents(row), [])
  }
})

test('base64 of a hostile disc is read in one pass and throws nothing', () => {
  assert.equal(fromBase64('='.repeat(2_000_000)).length, 0)
  for (const text of ['=', 'A===', 'A=A=', 'AAAAA', '日本', '='.repeat(9)]) assert.ok(fromBase64(text).length < 4, text)
  assert.equal(Buffer.from(fromBase64('aGVsbA==')).toString(), 'hell')
})
