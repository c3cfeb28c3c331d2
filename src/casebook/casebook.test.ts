import assert from 'node:assert/strict'
import { createPrivateKey, randomBytes } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import { parseLine, signed } from './entry.ts'
import { type Casebook, openCasebook } from './index.ts'

const KEY = randomBytes(32)
const BOOK = 'incident:9f2c'
const trust = { trust: () => true }
const nurse = { id: '', name: '見本 花子', profession: 'nurse' }

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride-casebook-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

let time = 1_000
const clock = { now: () => (time += 1_000), monotonic: () => time }
function openAt(folder: string, device: string): Casebook {
  const book = openCasebook({ folder, device, clock })
  book.admit(KEY)
  return book
}

const note = (book: Casebook, text: string, files: string[] = []) =>
  book.append(BOOK, { kind: 'note', codes: { phase: 'first' }, detail: { text }, who: nurse, files })
const texts = async (book: Casebook): Promise<string[]> =>
  (await book.entries(BOOK, KEY)).map(({ detail }) => (detail as { text: string }).text)

test('names and text are read with the key only, and nothing of them lies in the clear', async (t) => {
  const folder = scratch(t)
  const book = openAt(folder, 'server')
  await note(book, '電話がつながらない')
  const again = openCasebook({ folder, device: 'server', clock })
  await note(again, '二つめ')
  const [entry] = await again.entries(BOOK)
  assert.deepEqual(
    [entry!.kind, entry!.codes, entry!.detail, entry!.who],
    ['note', { phase: 'first' }, undefined, undefined],
  )
  assert.deepEqual((await book.entries(BOOK, KEY))[0]!.who, nurse)
  const [file] = readdirSync(join(folder, 'books/incident/9f2c'))
  assert.ok(!readFileSync(join(folder, 'books/incident/9f2c', file!), 'utf8').includes('見本'))
  const nobody = openCasebook({ folder: scratch(t), device: 'server', clock })
  await nobody.append(BOOK, { kind: 'pressed' })
  await assert.rejects(note(nobody, 'x'), (error) => isAppError(error, 'VAULT_KEY_MISSING'))
})

test('two that wrote while apart have the same book afterwards, however often and in whatever order', async (t) => {
  const [server, station, third] = [
    openAt(scratch(t), 'server'),
    openAt(scratch(t), 'pc-1'),
    openAt(scratch(t), 'pc-2'),
  ]
  const photo = await station.attach(Buffer.from('a photo'))
  await note(server, 'a')
  await note(station, 'b', [photo])
  await note(server, 'c')
  const fromStation = await station.export()
  assert.deepEqual(await server.merge(fromStation, trust), {
    added: 1,
    attachments: 1,
    forks: [],
    learned: [{ device: 'pc-1', key: station.publicKey }],
    refused: { altered: 0, stranger: 0, gap: 0 },
  })
  assert.equal((await server.merge(fromStation, trust)).added, 0)
  // Through the server to one that never met the station, and only what it lacks.
  await third.merge(await server.export(), trust)
  await note(station, 'd')
  await server.merge(await station.export(), trust)
  const since = new Set((await third.heads(BOOK)).map(({ hash }) => hash))
  const rest = await server.export({ since })
  assert.equal(rest.toString().trim().split('\n').length, 2)
  await third.merge(rest, trust)
  await station.merge(await third.export(), trust)
  for (const one of [server, station, third]) {
    assert.deepEqual(await texts(one), ['a', 'b', 'c', 'd'])
    assert.equal((await one.attachment(photo, KEY))?.toString(), 'a photo')
  }
  assert.deepEqual(await server.entries(BOOK, KEY), await third.entries(BOOK, KEY))
})

test('a photo that did not come with its entry is named until a file of who has it is taken in', async (t) => {
  const at = scratch(t)
  const [server, station] = [openAt(scratch(t), 'server'), openAt(at, 'pc-1')]
  const [first, second] = [await station.attach(Buffer.from('first')), await station.attach(Buffer.from('second'))]
  await note(station, '二枚の写真', [first, second])
  const whole = await station.export()
  const without = Buffer.from(
    whole
      .toString()
      .split('\n')
      .filter((line) => !line.startsWith(`{"attachment":"${second}"`))
      .join('\n'),
  )
  await server.merge(without, trust)
  assert.deepEqual(
    (await server.lacking()).map(({ book, device, files }) => [book, device, files]),
    [[BOOK, 'pc-1', [second]]],
  )
  assert.deepEqual(await station.lacking(), [])
  assert.equal((await server.merge(whole, trust)).attachments, 1, 'its entry was here already')
  assert.deepEqual(await server.lacking(), [])
})

test('a device that was put back to yesterday and writes on loses nothing, and both lines stay', async (t) => {
  const [folder, saved] = [scratch(t), scratch(t)]
  const [server, station] = [openAt(folder, 'server'), openAt(scratch(t), 'pc-1')]
  await note(server, 'a')
  cpSync(folder, saved, { recursive: true })
  await note(server, 'b')
  await station.merge(await server.export(), trust)
  const again = openAt(saved, 'server')
  await note(again, 'B')
  assert.deepEqual((await station.merge(await again.export(), trust)).forks, [{ book: BOOK, device: 'server' }])
  await note(again, 'C')
  assert.deepEqual((await station.merge(await again.export(), trust)).forks, [], 'goes on in its own line')
  await again.merge(await station.export(), trust)
  assert.deepEqual(await texts(again), ['a', 'b', 'B', 'C'])
  assert.deepEqual(await station.entries(BOOK, KEY), await again.entries(BOOK, KEY), 'also their ids')
})

test('what a device lost of its own comes back without anybody to vouch for it', async (t) => {
  const [folder, saved] = [scratch(t), scratch(t)]
  const [server, station] = [openAt(folder, 'server'), openAt(scratch(t), 'pc-1')]
  await note(server, 'a')
  cpSync(folder, saved, { recursive: true })
  await note(server, 'b')
  await station.merge(await server.export(), trust)
  const again = openAt(saved, 'server')
  assert.equal((await again.merge(await station.export(), { trust: () => false })).added, 1)
  assert.deepEqual(await texts(again), ['a', 'b'])
})

test('a name in a file makes no key: a stranger writes as nobody, and pushes no key out', async (t) => {
  const [server, station, stranger] = [
    openAt(scratch(t), 'server'),
    openAt(scratch(t), 'pc-1'),
    openAt(scratch(t), 'pc-1'),
  ]
  const known = { trust: (_device: string, key: string) => key === station.publicKey }
  await note(station, 'a')
  await server.merge(await station.export(), known)
  await note(stranger, 'forged')
  const [header, ...rest] = (await stranger.export()).toString().split('\n')
  const many = Array.from({ length: 19 }, () => randomBytes(32).toString('base64url'))
  const keys = { 'pc-1': [...many, stranger.publicKey] }
  const forged = Buffer.from([JSON.stringify({ ...JSON.parse(header!), keys }), ...rest].join('\n'))
  const { added, refused, learned } = await server.merge(forged, known)
  assert.deepEqual([added, refused.altered, learned], [0, 1, []])
  await note(station, 'b')
  assert.equal((await server.merge(await station.export(), { trust: (_d, _k, isKnown) => isKnown })).added, 1)
  await note(station, 'c')
  assert.equal(
    (await server.merge(await station.export(), { trust: () => false })).refused.stranger,
    3,
    'struck out since',
  )
})

test('what is longer than one file goes in several, and nothing falls between them', async (t) => {
  const [server, station] = [openAt(scratch(t), 'server'), openAt(scratch(t), 'pc-1')]
  for (const n of [1, 2, 3, 4, 5]) await note(station, `${n}`, [await station.attach(randomBytes(40_000 + n))])
  const first = await station.exportPart({ mostBytes: 120_000, part: 0 })
  assert.equal(first.parts, 3)
  for (let part = 0; part < first.parts; part++) {
    const { bytes } = await station.exportPart({ mostBytes: 120_000, part })
    assert.ok(bytes.length < 125_000)
    assert.equal((await server.merge(bytes, trust)).refused.gap, 0)
  }
  assert.deepEqual(await texts(server), ['1', '2', '3', '4', '5'])
  // An exchange asks again with the new heads; one that is longer than allowed goes alone.
  const alone = await station.export({ mostBytes: 10 })
  assert.equal(alone.toString().trim().split('\n').length, 3)
})

test('what was altered, comes from a stranger or lacks what stands before it is refused and counted', async (t) => {
  const [server, station] = [openAt(scratch(t), 'server'), openAt(scratch(t), 'pc-1')]
  for (const text of ['a', 'b', 'c']) await note(station, text)
  const lines = (await station.export()).toString().split('\n')
  const take = (bytes: string, ours = true) => server.merge(Buffer.from(bytes), { trust: () => ours })
  assert.equal((await take(lines.join('\n'), false)).refused.stranger, 3)
  const later = JSON.stringify({ ...JSON.parse(lines[1]!), at: 5 })
  assert.deepEqual((await take([lines[0], later].join('\n'))).refused, { altered: 1, stranger: 0, gap: 0 })
  assert.equal((await take([lines[0], lines[2], lines[3]].join('\n'))).refused.gap, 2)
  assert.equal((await take(lines.slice(0, 3).join('\n'))).added, 2)
  for (const bytes of ['', '{}', 'x\n', '{"toride":"casebook 1","keys":{"../x":[]}}'])
    await assert.rejects(take(bytes), (error) => isAppError(error, 'CASEBOOK_FOREIGN'))
  assert.deepEqual(await texts(server), ['a', 'b'])
})

test('a detail that was moved to another entry is not shown there', async (t) => {
  const folder = scratch(t)
  const book = openAt(folder, 'server')
  await note(book, 'a')
  // Who holds the disk holds the device's key: sealing is what is left.
  const stolen = parseLine(lineOf(folder)[0]!)!
  const key = createPrivateKey(readFileSync(join(folder, 'device.key')))
  const moved = signed({ ...stolen, n: 2, prev: stolen.hash, kind: 'decision' }, key)
  appendFileSync(fileOf(folder), `${JSON.stringify(moved)}\n`)
  const [first, second] = await openAt(folder, 'server').entries(BOOK, KEY)
  assert.ok(first!.detail)
  assert.equal(second!.detail, undefined)
})

test('a line that was cut or damaged costs itself, and the next one is whole', async (t) => {
  const folder = scratch(t)
  const other = openAt(scratch(t), 'pc-1')
  const book = openAt(folder, 'server')
  for (const text of ['a', 'b', 'c']) await note(book, text)
  await other.merge(await book.export(), trust)
  appendFileSync(fileOf(folder), '{"book":"inc')
  await note(openAt(folder, 'server'), 'd')
  assert.deepEqual(await texts(openAt(folder, 'server')), ['a', 'b', 'c', 'd'])
  const [first, , ...rest] = lineOf(folder)
  writeFileSync(fileOf(folder), [first, 'damaged', ...rest].join('\n'))
  const damaged = openAt(folder, 'server')
  assert.equal(await damaged.damaged(BOOK), 1)
  assert.deepEqual(await texts(damaged), ['a', 'c', 'd'])
  await damaged.merge(await other.export(), trust)
  assert.deepEqual(await texts(damaged), ['a', 'b', 'c', 'd'], 'who has it gives it back')
})

const fileOf = (folder: string): string => join(folder, 'books/incident/9f2c/server.jsonl')
const lineOf = (folder: string): string[] => readFileSync(fileOf(folder), 'utf8').split('\n')

test('what was opened with one key is shown with no other, nor without any', async (t) => {
  const book = openAt(scratch(t), 'server')
  await note(book, '一つめ')
  const details = async (key?: Uint8Array) => (await book.entries(BOOK, key)).map(({ detail }) => detail)
  for (const key of [KEY, Buffer.from(KEY)]) assert.deepEqual(await details(key), [{ text: '一つめ' }])
  assert.deepEqual([await details(randomBytes(32)), await details()], [[undefined], [undefined]])
  assert.deepEqual(await details(KEY), [{ text: '一つめ' }])
  book.forget()
  await note(book, '二つめ')
  assert.deepEqual(await texts(book), ['一つめ', '二つめ'])
})
