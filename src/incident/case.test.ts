/** The fold, over entries of a server and an emergency PC that were apart. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { openCasebook } from '#casebook'
import { type CaseInput, Incidents } from './incidents.ts'

const KEY = randomBytes(32)
const START = Date.parse('2026-11-30T06:30:00+09:00')
const MINUTE = 60_000
const WHO = { id: 'p1', name: '山田', profession: 'nurse' }
const trust = { trust: () => true }

function device(t: TestContext, name: string, atMs = START) {
  const folder = mkdtempSync(join(tmpdir(), 'toride-incident-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const clock = manualClock(atMs)
  const casebook = openCasebook({ folder, device: name, clock })
  casebook.admit(KEY)
  const anchored: unknown[] = []
  const ledger = { append: async (entry: unknown) => void anchored.push(entry) } as never
  return { clock, casebook, anchored, incidents: new Incidents({ casebook, ledger, clock, device: name }) }
}
type Device = ReturnType<typeof device>

let number = 0
const set = (topic: string, value: string, more: Partial<CaseInput> = {}): CaseInput => ({
  kind: 'decision',
  topic,
  value,
  once: `o${number++}`,
  ...more,
})
async function exchange(one: Device, other: Device): Promise<void> {
  const [before, otherBefore] = [await one.incidents.heads(), await other.incidents.heads()]
  await other.casebook.merge(await one.casebook.export(), trust)
  await one.casebook.merge(await other.casebook.export(), trust)
  await one.incidents.cameIn(before)
  await other.incidents.cameIn(otherBefore)
}
const headsOf = async (at: Device, id: string, topic: string): Promise<string[]> =>
  (await at.incidents.get(id, KEY))!.topics.get(topic)!.heads.map((head) => head.id)

test('decided on the server and on the PC while apart: both stand, the safe side holds, a later word that names both ends it', async (t) => {
  const [server, pc] = [device(t, 'server'), device(t, '1a2b')]
  const { id } = await server.incidents.report({ once: 'a', detail: { place: '受付' } }, WHO)
  await server.incidents.write(id, set('emergency', 'not', { detail: { reason: '一台だけ' } }), WHO)
  await exchange(server, pc)
  const seen = await headsOf(pc, id, 'emergency')
  // Apart: the PC's clock is an hour behind, which changes nothing.
  pc.clock.set(START - 60 * MINUTE)
  await pc.incidents.write(id, set('emergency', 'active', { seen }), WHO)
  await server.incidents.write(id, set('emergency', 'not', { seen, detail: { reason: 'やはり' } }), WHO)
  await exchange(server, pc)
  for (const at of [server, pc]) {
    const now = (await at.incidents.get(id, KEY))!
    assert.equal(now.emergency, 'active', 'an emergency that anybody declared goes on')
    assert.deepEqual(now.conflicts, ['emergency'])
    assert.equal(now.topics.get('emergency')!.heads.length, 2)
    assert.equal(now.topics.get('emergency')!.all.length, 3, 'nothing is lost')
  }
  const both = await headsOf(server, id, 'emergency')
  await server.incidents.write(id, set('emergency', 'active', { seen: both }), WHO)
  await exchange(server, pc)
  const now = (await pc.incidents.get(id, KEY))!
  assert.deepEqual([now.emergency, now.conflicts], ['active', []])
})

test('an emergency ends at home alone: what a PC wrote, or a form that was changed, takes no declaration away', async (t) => {
  const [server, pc] = [device(t, 'server'), device(t, '1a2b')]
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  await server.incidents.write(id, set('emergency', 'active'), WHO)
  await exchange(server, pc)
  for (const [at, value] of [
    [pc, 'ended'],
    [pc, 'not'],
    [server, 'not'],
  ] as const) {
    await at.incidents.write(id, set('emergency', value, { seen: await headsOf(at, id, 'emergency') }), WHO)
    await exchange(server, pc)
    for (const one of [server, pc]) assert.equal((await one.incidents.get(id, KEY))!.emergency, 'active', value)
  }
  await server.incidents.write(id, set('emergency', 'ended', { seen: await headsOf(server, id, 'emergency') }), WHO)
  await exchange(server, pc)
  const now = (await pc.incidents.get(id, KEY))!
  assert.deepEqual([now.emergency, now.conflicts], ['ended', []])
})

test('a clock that ran stays until a person closes it, whatever is decided later', async (t) => {
  const server = device(t, 'server')
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  const open = async () =>
    (await server.incidents.get(id, KEY))!.clocks.flatMap(({ code, isClosed, isDropped }) =>
      isClosed ? [] : [`${code}${isDropped ? ' dropped' : ''}`],
    )
  assert.deepEqual(await open(), [], 'nobody judged it yet')
  await server.incidents.write(id, set('kind', 'ransomware'), WHO)
  assert.ok((await open()).includes('ppc-first'))
  await server.incidents.write(id, set('kind', 'network-down', { seen: await headsOf(server, id, 'kind') }), WHO)
  await server.incidents.write(id, set('leak', 'none'), WHO)
  const left = await open()
  for (const code of ['ppc-first', 'ppc-final', 'persons', 'police', 'insurer'])
    assert.ok(left.includes(`${code} dropped`), code)
  assert.ok(left.includes('vendor'), 'as it was')
  await server.incidents.write(id, { kind: 'clock', topic: 'clock:police', value: 'closed', once: 'p' }, WHO)
  assert.ok(!(await open()).some((code) => code.startsWith('police')))
})

test('terms of the house: from their moment on, the earlier of two that were written apart, and no word in the open', async (t) => {
  const [server, pc] = [device(t, 'server'), device(t, '1a2b')]
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  const add = (at: Device, which: string, value: string) =>
    at.incidents.write(
      id,
      { kind: 'deadline', topic: `deadline:${which}`, value, detail: { name: '本部', source: '規程' }, once: value },
      WHO,
    )
  await exchange(server, pc)
  await add(server, 'a', '72 hours known')
  await add(pc, 'a', '24 hours known')
  await add(server, 'b', '3 days declared')
  await add(server, 'c', '0 days known')
  await exchange(server, pc)
  const own = async () => (await pc.incidents.get(id, KEY))!.clocks.flatMap(({ own: term }) => (term ? [term] : []))
  assert.deepEqual(
    (await own()).map(({ code, name, dueMs }) => [code, name, dueMs]),
    [
      ['own-b', '本部', undefined],
      ['own-a', '本部', START + 24 * 60 * MINUTE],
    ],
    'one whose moment has not come has no end; one that is none is none',
  )
  const declared = START + 60 * MINUTE
  await pc.incidents.write(id, set('emergency', 'active', { happenedAt: declared }), WHO)
  const [, late] = await own()
  assert.deepEqual([late!.code, new Date(late!.dueMs!).toISOString()], ['own-b', '2026-12-03T14:59:59.999Z'])
  assert.ok(!JSON.stringify((await pc.incidents.get(id))!.clocks).includes('本部'))
})

test('merging again, in another order, twice: the same case', async (t) => {
  const [server, pc, third] = [device(t, 'server'), device(t, '1a2b'), device(t, '3c4d')]
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  await exchange(server, pc)
  await pc.incidents.write(id, { kind: 'step', topic: 'step:cut-backup', value: 'done', once: 'b' }, WHO)
  await server.incidents.write(id, { kind: 'note', detail: { text: '電話' }, once: 'c' }, WHO)
  await exchange(pc, third)
  await exchange(third, server)
  await exchange(server, third)
  await exchange(server, pc)
  const states = await Promise.all(
    [server, pc, third].map(async ({ incidents }) => {
      const now = (await incidents.get(id, KEY))!
      return [now.steps.find(({ step }) => step.code === 'cut-backup')?.state, now.conflicts.length, now.openedAt]
    }),
  )
  assert.deepEqual(
    states,
    [0, 1, 2].map(() => ['done', 0, START]),
  )
  assert.equal((await server.incidents.get(id, KEY))!.entries.filter(({ kind }) => kind === 'note').length, 1)
})

test('a second click is the same entry, and each entry is anchored once', async (t) => {
  const server = device(t, 'server')
  const first = await server.incidents.report({ once: 'same' }, WHO)
  const again = await server.incidents.report({ once: 'same' }, WHO)
  assert.equal(first.entry.id, again.entry.id)
  await Promise.all(
    [1, 2, 3].map(() => server.incidents.write(first.id, set('kind', 'ransomware', { once: 'k' }), WHO)),
  )
  assert.equal((await server.incidents.get(first.id))!.entries.length, 2)
  assert.equal(server.anchored.length, 2)
})

test('begun at two places while apart, joined to each other by two people: one case with all of it', async (t) => {
  const [server, pc] = [device(t, 'server'), device(t, '1a2b', START + MINUTE)]
  const one = await server.incidents.report({ once: 'a' }, WHO)
  const other = await pc.incidents.report({ once: 'a' }, WHO)
  await exchange(server, pc)
  assert.equal((await server.incidents.list()).length, 2)
  await server.incidents.write(other.id, { kind: 'joined', codes: { into: one.id }, once: 'j' }, WHO)
  await pc.incidents.write(one.id, { kind: 'joined', codes: { into: other.id }, once: 'j' }, WHO)
  await exchange(server, pc)
  const lists = await Promise.all([server, pc].map(({ incidents }) => incidents.list()))
  assert.deepEqual(
    lists[0]!.map(({ id }) => id),
    lists[1]!.map(({ id }) => id),
  )
  assert.equal(lists[0]!.length, 1)
  assert.equal(lists[0]![0]!.entries.filter(({ kind }) => kind === 'report').length, 2)
  assert.ok(await server.incidents.get(other.id), 'found by either name')
  // By mistake: each stands by itself again, and nothing is lost.
  const apart = lists[0]![0]!.joined[0]!
  await server.incidents.part(apart, { kind: 'joined', once: 'undo' }, WHO)
  await server.incidents.part(lists[0]![0]!.id, { kind: 'joined', once: 'undo' }, WHO)
  await exchange(server, pc)
  assert.deepEqual(
    (await pc.incidents.list()).map(({ joined }) => joined.length),
    [0, 0],
  )
  await assert.rejects(server.incidents.part('none', { kind: 'joined', once: 'x' }, WHO), { code: 'INCIDENT_UNKNOWN' })
})

test('nobody has ever signed in: that something was said is kept, without the name', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-incident-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const clock = manualClock(START)
  const casebook = openCasebook({ folder, device: 'server', clock })
  const incidents = new Incidents({
    casebook,
    ledger: { append: async () => undefined } as never,
    clock,
    device: 'server',
  })
  const { isKept, id } = await incidents.report({ once: 'a', detail: { place: '受付' } }, WHO)
  assert.equal(isKept, false)
  assert.equal((await incidents.get(id))!.entries.length, 1)
})

test('a leak is suspected from minute 0; clocks count from the moment of knowing and end by a word alone', async (t) => {
  const server = device(t, 'server')
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  assert.deepEqual((await server.incidents.get(id))!.clocks, [], 'a report that nobody judged starts no clock')
  await server.incidents.write(id, set('kind', 'ransomware'), WHO)
  const now = (await server.incidents.get(id))!
  assert.equal(now.leak, 'suspected')
  const due = (code: string) => now.clocks.find((one) => one.code === code)?.dueMs
  assert.equal(due('ppc-first'), Date.parse('2026-12-05T23:59:59.999+09:00'))
  assert.equal(due('ppc-final'), Date.parse('2027-01-29T23:59:59.999+09:00'), '60 days: somebody got in on purpose')
  server.clock.set(START + 90 * 86_400_000)
  const later = (await server.incidents.get(id))!
  assert.ok(
    later.clocks.every(({ isClosed }) => !isClosed),
    'time alone closes nothing',
  )
  await server.incidents.write(id, { kind: 'clock', topic: 'clock:ppc-first', value: 'closed', once: 'x' }, WHO)
  const closed = (await server.incidents.get(id))!.clocks.filter(({ isClosed }) => isClosed)
  assert.deepEqual(
    closed.map(({ code }) => code),
    ['ppc-first'],
  )
  // Known earlier than thought: everything moves.
  await server.incidents.write(id, set('known-at', String(START - 86_400_000)), WHO)
  const moved = (await server.incidents.get(id))!.clocks.find(({ code }) => code === 'ppc-first')
  assert.equal(moved?.dueMs, Date.parse('2026-12-04T23:59:59.999+09:00'))
})

test('evidence: who gave it to whom, what the police took and gave back; a corrected item stays readable', async (t) => {
  const server = device(t, 'server')
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  const item = await server.incidents.write(
    id,
    { kind: 'evidence', codes: { item: 'device', sha256: '' }, detail: { what: 'サーバー1号機' }, once: 'e' },
    WHO,
  )
  const move = (name: string) =>
    server.incidents.write(id, { kind: 'custody', codes: { item: item.id, move: name }, once: name }, WHO)
  await move('handed-on')
  await move('seized')
  const taken = (await server.incidents.get(id, KEY))!.evidence[0]!
  assert.deepEqual([taken.isSeized, taken.chain.length, taken.item], [true, 2, 'device'])
  await move('returned')
  await server.incidents.write(
    id,
    { kind: 'evidence', codes: { item: 'device' }, seen: [item.id], detail: { what: '2号機' }, once: 'f' },
    WHO,
  )
  const after = (await server.incidents.get(id, KEY))!.evidence
  assert.deepEqual(
    after.map(({ isSeized, isCorrected }) => [isSeized, isCorrected]),
    [
      [false, true],
      [false, false],
    ],
  )
})

test('after an end a new declaration is the newer time, and what came in is marked with when', async (t) => {
  const [server, pc] = [device(t, 'server'), device(t, '1a2b')]
  const { id } = await server.incidents.report({ once: 'a' }, WHO)
  for (const value of ['active', 'active', 'ended', 'active']) {
    const seen = value === 'active' ? [] : undefined
    const heads = (await server.incidents.get(id))!.topics.get('emergency')?.heads.map((head) => head.id) ?? seen ?? []
    server.clock.advance(MINUTE)
    await server.incidents.write(id, set('emergency', value, { seen: heads }), WHO)
  }
  assert.equal((await server.incidents.get(id))!.activeSince, START + 4 * MINUTE)
  await exchange(server, pc)
  await pc.incidents.write(id, { kind: 'note', detail: { text: 'x' }, once: 'n' }, WHO)
  server.clock.advance(10 * MINUTE)
  await exchange(server, pc)
  const cameIn = (await server.incidents.get(id))!.entries.filter(
    ({ kind, codes }) => kind === 'came-in' && codes['from'] === '1a2b',
  )
  assert.equal(cameIn.at(-1)?.at, START + 14 * MINUTE)
})

test('somebody who is not signed in presses without end: refused after 200 in an hour, for those alone', async (t) => {
  const server = device(t, 'server')
  const nobody = { id: '', name: 'x', profession: '' }
  const press = (once: string, from: string) => server.incidents.report({ once }, nobody, from)
  for (let i = 0; i < 30; i++) await press(`f${i}`, '10.0.0.66')
  await assert.rejects(press('more', '10.0.0.66'), { code: 'INCIDENT_TOO_MANY' })
  // One machine does not lock the house out of the button.
  for (let i = 30; i < 200; i++) await press(`f${i}`, `10.0.0.${Math.floor(i / 30)}`)
  await assert.rejects(press('more', '10.0.0.99'), { code: 'INCIDENT_TOO_MANY' })
  await server.incidents.report({ once: 'signed in' }, WHO)
  server.clock.advance(60 * MINUTE)
  await server.incidents.report({ once: 'later' }, nobody)
  assert.equal((await server.incidents.open())[0]!.entries.length, 202)
  // A clock that was ahead when they were written locks nobody out once it is put right.
  server.clock.set(START - 60 * MINUTE)
  await press('back', '10.0.0.66')
})

test('a PC whose clock is an hour behind or a year ahead: its times are put right at home, and it is said', async (t) => {
  const HOUR = 60 * MINUTE
  const YEAR = 365 * 24 * HOUR
  for (const [off, name] of [
    [HOUR, 'behind'],
    [-YEAR, 'ahead'],
  ] as const) {
    const [server, pc] = [device(t, 'server', START + 10 * MINUTE), device(t, '1a2b', START - off)]
    const { id } = await pc.incidents.report({ once: 'a' }, WHO)
    await pc.incidents.write(id, { kind: 'note', happenedAt: START - 5 * MINUTE, once: 'typed' }, WHO)
    const before = await server.incidents.heads()
    await server.casebook.merge(await pc.casebook.export(), trust)
    await server.incidents.cameIn(before, { of: '1a2b', off })
    const now = (await server.incidents.get(id, KEY))!
    assert.deepEqual(
      now.entries.map(({ kind, at, codes }) => [kind, at, codes['clockOff']]),
      [
        ['report', START, off],
        ['note', START, off],
        ['came-in', START + 10 * MINUTE, off],
      ],
      name,
    )
    assert.equal(now.openedAt, START - 5 * MINUTE, 'what somebody typed is theirs')
  }
  // By file nobody knows how far it was off: but nothing was written after it came.
  const [server, pc] = [device(t, 'server'), device(t, '1a2b', START + YEAR)]
  const { id } = await pc.incidents.report({ once: 'a' }, WHO)
  await server.casebook.merge(await pc.casebook.export(), trust)
  await server.incidents.cameIn(new Map())
  assert.deepEqual(
    (await server.incidents.get(id, KEY))!.entries.map(({ at, codes }) => [at, codes['clockOff']]),
    [
      [START, -YEAR],
      [START, undefined],
    ],
  )
})
