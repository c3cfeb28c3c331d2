import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type Casebook, openCasebook } from '#casebook'
import {
  burnDown,
  compareAll,
  type EhrItem,
  type Item,
  itemsOf,
  leftOver,
  openCount,
  sheetNumber,
  SHEETS_BOOK,
  sheetsOf,
  unpaidOf,
} from './index.ts'

const KEY = randomBytes(32)
const DAY = 86_400_000
const START = Date.UTC(2026, 10, 20)
let now = START

function book(t: TestContext, device: string): Casebook {
  const folder = mkdtempSync(join(tmpdir(), 'toride-sheets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const opened = openCasebook({ folder, device, clock: { now: () => (now += 1000), monotonic: () => now } })
  opened.admit(KEY)
  return opened
}
const person = (id: string) => ({ id, name: `見本 ${id}`, profession: 'clerk' })
const register = (to: Casebook, number: string, form = 'prescription') =>
  to.append(SHEETS_BOOK, {
    kind: 'sheet.registered',
    codes: { number, form, day: '2026-11-20' },
    detail: { patient: '見本 はる子', author: '見本 医師' },
    who: person('a'),
  })
const act = (to: Casebook, sheet: string, kind: string, who: string, codes = {}, detail: object = {}) =>
  to.append(SHEETS_BOOK, { kind, codes: { sheet, ...codes }, detail, who: person(who) })
const items = (what: string) => ({ items: [{ kind: 'prescription', day: '2026-11-20', what, code: '', fields: {} }] })
const sheets = async (of: Casebook) => sheetsOf(await of.entries(SHEETS_BOOK, KEY))
const trust = { trust: () => true }

test('a sheet goes its way, and what is changed after it was verified is to be verified again', async (t) => {
  const server = book(t, 'server')
  const { id } = await register(server, 'K-1')
  const state = async () => (await sheets(server))[0]!.state
  assert.equal(await state(), 'registered')
  const first = await act(server, id, 'sheet.entered', 'a', { after: '' }, items('アムロジピン'))
  assert.equal(await state(), 'entered')
  await act(server, id, 'sheet.verified', 'b', { of: first.id })
  assert.equal(await state(), 'verified')
  const second = await act(server, id, 'sheet.entered', 'a', { after: first.id }, items('アムロジピン錠5mg'))
  assert.equal(await state(), 'entered')
  await act(server, id, 'sheet.verified', 'b', { of: second.id })
  assert.equal(itemsOf((await sheets(server))[0]!)[0]!.what, 'アムロジピン錠5mg')
  await act(server, id, 'sheet.settled', 'b', { how: 'in-system' })
  assert.deepEqual([await state(), openCount(await sheets(server))], ['settled', 0])
  await act(server, id, 'sheet.reopened', 'b')
  assert.equal(openCount(await sheets(server)), 1)
  await act(server, id, 'sheet.settled', 'b', { how: 'in-system' })
  await act(server, id, 'sheet.entered', 'c', { after: first.id }, items('アムロジピン錠10mg'))
  assert.equal(await state(), 'entered', 'who had it before them still is not buried under the end')
})

test('entered on the server and on a PC while apart: both sides stand there until one is verified', async (t) => {
  const [server, pc] = [book(t, 'server'), book(t, 'pc-1')]
  const { id } = await register(server, 'K-1')
  await pc.merge(await server.export(), trust)
  await act(server, id, 'sheet.entered', 'a', { after: '' }, items('A'))
  const theirs = await act(pc, id, 'sheet.entered', 'b', { after: '' }, items('B'))
  await server.merge(await pc.export(), trust)
  const [both] = await sheets(server)
  assert.deepEqual([both!.isConflict, both!.entered.length], [true, 2])
  await act(server, id, 'sheet.verified', 'c', { of: theirs.id })
  const [decided] = await sheets(server)
  assert.deepEqual([decided!.isConflict, itemsOf(decided!)[0]!.what, decided!.state], [false, 'B', 'verified'])
})

test('the same number twice is said on both, and nothing is lost', async (t) => {
  const [server, pc] = [book(t, 'server'), book(t, 'pc-1')]
  await register(server, 'K-1')
  await register(pc, 'K-1')
  await register(pc, 'K-2')
  await server.merge(await pc.export(), trust)
  assert.deepEqual(
    (await sheets(server)).map(({ number, isDouble }) => [number, isDouble]),
    [
      ['K-1', true],
      ['K-1', true],
      ['K-2', false],
    ],
  )
})

test('a number typed on a Japanese keyboard is the number that the barcode gives', async (t) => {
  for (const typed of ['A-1', 'Ａ−１', 'ａ－１', ' Aー1 ', 'A‐1']) assert.equal(sheetNumber(typed), 'A-1', typed)
  assert.equal(sheetNumber('アレルギー 1'), 'アレルギー 1', 'a word keeps its long vowel')
  const server = book(t, 'server')
  await register(server, 'A-1')
  await register(server, 'Ａ−１', 'allergy')
  assert.deepEqual(
    (await sheets(server)).map(({ isDouble }) => isDouble),
    [true, true],
  )
})

test('a number becomes a patient by two people, or by one on two days with a reason', async (t) => {
  const server = book(t, 'server')
  const { id } = await register(server, 'K-1')
  const join = (who: string, key: string, reason = '') =>
    act(server, id, 'sheet.joined', who, {}, { patientId: key, patientKey: key, name: '見本', reason })
  const joined = async () => (await sheets(server))[0]!.joined?.patientKey
  await join('a', '1')
  await join('a', '1', 'x')
  assert.equal(await joined(), undefined, 'one person on one day')
  await join('b', '2')
  assert.equal(await joined(), undefined, 'they do not agree')
  await join('a', '2')
  assert.equal(await joined(), '2')
  now += 2 * DAY
  await join('b', '3', '一人しかいない')
  now += DAY
  await join('b', '3', '一人しかいない')
  assert.equal(await joined(), '3', 'superseded')
})

test('what is left, day by day, and how long it will take', async (t) => {
  const server = book(t, 'server')
  const ids = []
  for (let i = 0; i < 6; i++) ids.push((await register(server, `K-${i}`)).id)
  now += DAY
  for (const id of ids.slice(0, 2)) await act(server, id, 'sheet.settled', 'a', { how: 'exception' })
  const { days, forecastDays } = burnDown(await sheets(server), now)
  assert.deepEqual([days.at(-1)!.open, days.at(-1)!.settled, forecastDays], [4, 2, 2])
})

test('a picture that came later is to be looked at where the picture is the entry; with and without the key alike', async (t) => {
  const server = book(t, 'server')
  const { id } = await register(server, 'K-1', 'encounter')
  const first = await act(server, id, 'sheet.entered', 'a', { after: '' }, { items: [] })
  await act(server, id, 'sheet.verified', 'b', { of: first.id })
  await act(server, id, 'sheet.settled', 'b', { how: 'in-system' })
  const photo = 'ab'.repeat(32)
  const add = (again: boolean) =>
    server.append(SHEETS_BOOK, {
      kind: 'sheet.photographed',
      codes: { sheet: id, again },
      files: [photo],
      who: person('a'),
    })
  await add(false)
  const states = async () => [(await sheets(server))[0]!.state, sheetsOf(await server.entries(SHEETS_BOOK))[0]!.state]
  assert.deepEqual(await states(), ['settled', 'settled'], 'a typed sheet stays as it is')
  await add(true)
  assert.deepEqual(await states(), ['entered', 'entered'])
  assert.deepEqual((await sheets(server))[0]!.photos, [photo], 'the same picture stands there once')
})

test('unpaid: what is less than asked for; a figure that cannot be read is said, never guessed', async (t) => {
  const server = book(t, 'server')
  const bill = (due: string, paid?: string) => ({
    kind: 'billing',
    day: '',
    what: due,
    code: '',
    fields: { due, ...(paid !== undefined && { paid }) },
  })
  const { id } = await register(server, 'K-1', 'billing')
  const bills = [
    bill('3,000円', '1000'),
    bill('￥３０００', '3000円'),
    bill('3000'),
    bill('三千円', '1000'),
    bill('500', '600'),
  ]
  await act(server, id, 'sheet.entered', 'a', { after: '' }, { items: bills })
  assert.deepEqual(
    unpaidOf(await sheets(server)).map(({ due, left }) => [due, left]),
    [
      ['3,000円', 2000],
      ['3000', 3000],
      ['三千円', undefined],
    ],
  )
})

test('all of one patient: what was there before needs no paper, and a picture stands for its kind and day', () => {
  const item = (what: string, kind: Item['kind'] = 'prescription', day = '2026-11-21') => ({
    kind,
    day,
    what,
    code: '',
    fields: {},
  })
  const ehr = (one: Item, id: string): EhrItem => ({ ...one, id, patientKey: 'k', origin: 'later' })
  const visit = item('内科', 'encounter')
  const now = [ehr(item('前からの薬'), '1'), ehr(item('直接の薬'), '2'), ehr(visit, '3'), ehr(item('直接の薬'), '4')]
  const period = { from: '2026-11-20', until: '2026-11-22' }
  const left = (plain: Pick<Item, 'kind' | 'day'>[]) =>
    leftOver(compareAll([], now, [ehr(item('前からの薬'), 'x')], { period, plain }), {
      patientKey: 'k',
      patientId: '1',
      name: '',
    }).map(({ outcome, found }) => `${outcome} ${found.item.what}`)
  assert.deepEqual(left([]), ['only-ehr 内科', 'only-ehr 直接の薬', 'duplicate 直接の薬'])
  assert.deepEqual(left([{ kind: 'encounter', day: '2026-11-21' }]), ['only-ehr 直接の薬', 'duplicate 直接の薬'])
  assert.equal(left([{ kind: 'encounter', day: '2026-11-22' }]).length, 3, 'of another day')
})
