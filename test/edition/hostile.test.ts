/**
 * Discs that are made to harm who opens them, in a browser: manifests of any shape, an insider's whole edition with script in
 * every field, parts of another disc. What happens each time: it is text, or it is refused in words.
 */
import assert from 'node:assert/strict'
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeSigningKey, signerOf } from '#edition'
import { dataPage, type Manifest, MANIFEST_NAME, payloadOf } from '#edition/format'
import { WITHOUT_CHROMIUM } from '../web/harness.ts'
import { atDesk, type Desk, openCover, openFirst, unlockWith } from './chromium.ts'
import { fewPatients, makeEdition, scratch } from './made.ts'
import { edition } from './opened.ts'
import { reseal, sign } from './resealed.ts'

const skip = WITHOUT_CHROMIUM
let desk: Desk
before(async () => {
  if (!skip) desk = await atDesk()
})
after(() => desk?.close())

const HTML = '<img src=x onerror=alert(1)><script>window.stolen=1</script>"\'><svg onload=alert(1)>'

const asText = (disc: string): string =>
  (
    JSON.parse(Buffer.from(payloadOf(readFileSync(join(disc, MANIFEST_NAME), 'latin1'))!, 'base64').toString()) as {
      manifest: string
    }
  ).manifest

test('a manifest of any shape: said to be unreadable or not to fit, and the page goes on', { skip }, async (t) => {
  const whole = (await makeEdition(scratch(t), await fewPatients(2))).discs[0]!.folder
  const disc = join(scratch(t), 'disc')
  cpSync(whole, disc, { recursive: true })
  const genuine = asText(whole)
  const signer = signerOf(makeSigningKey())
  const { page, errors } = desk
  const alter = (how: (manifest: Manifest) => unknown): string => {
    const manifest = JSON.parse(genuine) as Manifest
    return JSON.stringify(how(manifest) ?? manifest)
  }
  const shapes: Record<string, string> = {
    'not JSON': '{',
    'a list': '[]',
    null: 'null',
    'head of another kind': alter((m) => ({ ...m, head: { ...m.head, kind: '__proto__' } })),
    'no sources': alter((m) => ({ ...m, head: { ...m.head, sources: [] } })),
    'sources of numbers': alter((m) => ({ ...m, head: { ...m.head, sources: [1, null] } })),
    'a million slots': alter((m) => ({ ...m, slots: Array(1_000_000).fill(m.slots[0]) })),
    'a salt that is a number': alter((m) => ({ ...m, kdf: { ...m.kdf, salt: 5 } })),
    'rounds for years': alter((m) => ({ ...m, kdf: { ...m.kdf, iterations: 1e12 } })),
    'packs without a hash': alter((m) => ({ ...m, packs: m.packs.map(({ name }) => ({ name })) })),
    'a pack elsewhere': alter((m) => ({ ...m, packs: [{ ...m.packs[0], name: 'https://example.invalid/' }] })),
    'a huge count of packs': alter((m) => ({ ...m, packs: Array(200_000).fill(m.packs[0]) })),
    'prototype keys': genuine.replace('{"head":', '{"__proto__":{"head":1},"constructor":1,"head":'),
  }
  for (const [name, text] of Object.entries(shapes)) {
    errors.length = 0
    sign(disc, signer, text)
    await openCover(page, disc)
    if (await page.$('#field-passphrase')) {
      await unlockWith(page)
      assert.match(await page.innerText('.field-error'), /書き換え/, name)
    } else assert.match(await page.innerText('.notice-danger'), /読めません/, name)
    assert.deepEqual(errors, [], name)
  }
  // Keys and signatures that are none: read, and not believed.
  for (const [publicKey, signature] of [
    ['', ''],
    ['AAAA', 'AAAA'],
    [signer.publicKey.toString('base64'), 'x'.repeat(200_000)],
    [5, {}],
  ]) {
    writeFileSync(
      join(disc, MANIFEST_NAME),
      dataPage(Buffer.from(JSON.stringify({ manifest: genuine, publicKey, signature })).toString('base64')),
    )
    await openCover(page, disc)
    assert.match(await page.innerText('.notice-danger'), /署名が合いません|読めません/)
  }
  const envelope = { key: 'A'.repeat(400), ephemeral: '!!' }
  sign(
    disc,
    signer,
    alter((m) => ({ ...m, slots: [{ ...m.slots[0], envelope }] })),
  )
  await openCover(page, disc)
  await unlockWith(page)
  assert.match(await page.innerText('.field-error'), /このディスクの合言葉ではありません/)
})

test('an insider’s disc with script in every text: text on every screen and every sheet', { skip }, async (t) => {
  const made = await makeEdition(scratch(t), await fewPatients(4))
  const disc = made.discs[0]!.folder
  const rows = await edition(disc)
  const { patientId, birthDate } = rows.index.entry(0)
  const codes = /^(?:[a-z][a-z-]*|\d{4}-\d{2}.*|[\d.:+-]*|0\d+)$/
  const everywhere = (value: unknown): unknown => {
    if (typeof value === 'string') return codes.test(value) ? value : `${value}${HTML}`
    if (Array.isArray(value)) return value.map(everywhere)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, everywhere(one)]))
  }
  await reseal(disc, {
    chart: (text) => JSON.stringify(everywhere(JSON.parse(text))),
    name: (text) => text + HTML,
    about: (about) => ({
      ...about,
      head: { ...about.head, institution: HTML, program: HTML, sources: [{ ...about.head.sources[0]!, name: HTML }] },
      lists: [{ kind: 'ward', source: 0, title: HTML, rows: [{ row: 0, note: HTML, bed: HTML }] }],
      minimums: [{ ward: HTML, topics: ['vitals', 'constructor' as never], by: HTML, onMs: 1 }],
    }),
  })
  const { page, errors } = desk
  errors.length = 0
  const isClean = async (where: string) => {
    assert.equal(await page.locator('main img[src=x], main script, main svg[onload]').count(), 0, where)
    assert.equal(await page.evaluate('window.stolen'), undefined, where)
    assert.deepEqual(errors, [], where)
  }
  await openCover(page, disc)
  await isClean('cover')
  await unlockWith(page)
  await page.click('summary')
  await isClean('search and lists')
  assert.equal(await openFirst(page, patientId, birthDate), 'chart')
  assert.ok((await page.innerText('.chart')).includes('<img src=x'))
  await isClean('chart')
  for (const does of ['origins', 'sheet-staff', 'whole', 'sheet-medicines', 'whole', 'sheet-slips', 'whole']) {
    await page.click(`[data-do=${does}]`)
    await isClean(does)
  }
  for (const place of ['log', 'verify', 'search']) {
    await page.click(`[data-go=${place}]`)
    await isClean(place)
  }
  await page.fill('#field-query', '')
  await page.click('summary')
  await page.click('[data-stack]')
  await page.click('[data-form=stack] button[type=submit]')
  await page.waitForSelector('[data-do=print]')
  await isClean('everybody on paper')
})

test(
  'an insider’s disc of impossible charts and counts: refused in words, and the next patient opens',
  { skip },
  async (t) => {
    const files = await fewPatients(3)
    const fresh = async () => (await makeEdition(scratch(t), files)).discs[0]!.folder
    const { page } = desk
    const shapes = [
      'null',
      '[]',
      '{',
      '{"identity":5}',
      '{"__proto__":{"identity":1},"leftOut":{"__proto__":9}}',
      '"x"',
    ]
    for (const shape of shapes) {
      const disc = await fresh()
      const [first, second] = [0, 1].map((row) => row)
      const { index } = await edition(disc)
      let n = 0
      await reseal(disc, { chart: (text) => (n++ === 0 ? shape : text) })
      await openCover(page, disc)
      await unlockWith(page)
      const open = (row: number) => openFirst(page, index.entry(row).patientId, index.entry(row).birthDate)
      assert.equal(await open(first!), 'refused', shape)
      assert.equal(await open(second!), 'chart', shape)
    }
    const disc = await fresh()
    const counts = (rows: number) => (bytes: Uint8Array) => {
      const view = Buffer.from(bytes)
      const length = view.readUInt32LE(0)
      const directory = JSON.parse(view.toString('utf8', 4, 4 + length)) as { rows: number }
      const text = Buffer.from(JSON.stringify({ ...directory, rows }))
      const head = Buffer.alloc(4)
      head.writeUInt32LE(text.length)
      return Buffer.concat([head, text, view.subarray(4 + length)])
    }
    for (const index of [counts(4e9), counts(-1), counts(1e300), () => new Uint8Array(3)]) {
      const trial = join(scratch(t), 'disc')
      cpSync(disc, trial, { recursive: true })
      await reseal(trial, { index })
      await openCover(page, trial)
      await unlockWith(page)
      assert.match(await page.innerText('.field-error, .notice-danger'), /壊れて/)
    }
  },
)

test(
  'packs and pages of two editions of one institution, exchanged: nobody is shown under another’s name',
  { skip },
  async (t) => {
    const files = await fewPatients(3)
    const signer = signerOf(makeSigningKey())
    const [mine, other] = await Promise.all(
      [0, 1].map(async () => (await makeEdition(scratch(t), files, { signer })).discs[0]!.folder),
    )
    const { index } = await edition(mine!)
    const { patientId, birthDate } = index.entry(0)
    const { page } = desk
    copyFileSync(join(other!, 'data/00/p00000.html'), join(mine!, 'data/00/p00000.html'))
    await openCover(page, mine!)
    await unlockWith(page)
    assert.equal(await openFirst(page, patientId, birthDate), 'refused')
    await page.click('[data-go=verify]')
    await page.click('[data-do=verify]')
    await page.waitForSelector('main .notice-danger')
    assert.match(await page.innerText('main'), /作られたときと違うファイル/)
    copyFileSync(join(other!, MANIFEST_NAME), join(mine!, MANIFEST_NAME))
    await openCover(page, mine!)
    await unlockWith(page)
    assert.match(await page.innerText('.field-error'), /一覧が壊れて/)
  },
)
