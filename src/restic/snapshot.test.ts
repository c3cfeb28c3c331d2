import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '#base'
import { applyPolicy, isEmptyPolicy, parseSpan } from './policy.ts'
import {
  decodeSnapshot,
  encodeDocument,
  encodeSnapshot,
  findSnapshot,
  matchesFilter,
  type Snapshot,
} from './snapshot.ts'

const TREE = 'ab'.repeat(32)
const snapshot = (time: string, id: string, more: object = {}): Snapshot =>
  decodeSnapshot(id.padEnd(64, '0'), Buffer.from(JSON.stringify({ time, tree: TREE, paths: ['/x'], ...more })))

test('a snapshot is written in the order and with the escapes of restic, and unknown fields survive', () => {
  const json = encodeSnapshot({
    timeNs: 1_700_000_000_000_000_001n,
    tree: TREE,
    paths: ['/srv/<診療>'],
    hostname: 'h',
    username: '',
    tags: [],
    programVersion: 'toride 1',
  })
  assert.equal(
    json,
    `{"time":"2023-11-14T22:13:20.000000001Z","tree":"${TREE}","paths":["/srv/\\u003c診療\\u003e"],"hostname":"h","program_version":"toride 1"}`,
  )
  const read = snapshot('2024-01-01T09:00:00.5+09:00', 'a', { hostname: 'h', delete: 'never', nested: { a: [1] } })
  assert.equal(read.timeNs, 1_704_067_200_500_000_000n)
  assert.equal(read.offsetMinutes, 540)
  assert.match(
    encodeDocument({ ...read.document, tags: ['x'] }),
    /"delete":"never","nested":\{"a":\[1\]\},"tags":\["x"\]\}$/,
  )
})

test('what is no snapshot is refused', () => {
  for (const bad of ['', '[]', '{}', '{"time":"x","tree":"y"}', `{"time":"2024-01-01T00:00:00Z","tree":"../x"}`]) {
    assert.throws(
      () => decodeSnapshot('a', Buffer.from(bad)),
      (e) => isAppError(e, 'RESTIC_DAMAGED'),
      bad,
    )
  }
})

test('snapshots are found by latest, by distance, by the beginning of an id', () => {
  const all = ['a1', 'a2', 'b1'].map((id, i) => snapshot(`2024-01-0${i + 1}T00:00:00Z`, id))
  assert.equal(findSnapshot(all, 'latest').id.slice(0, 2), 'b1')
  assert.equal(findSnapshot(all, 'latest~2').id.slice(0, 2), 'a1')
  assert.equal(findSnapshot(all, 'b').id.slice(0, 2), 'b1')
  for (const bad of ['a', 'c', 'latest~3', '', '..']) {
    assert.throws(
      () => findSnapshot(all, bad),
      (e) => isAppError(e, 'RESTIC_SNAPSHOT_NOT_FOUND'),
      bad,
    )
  }
  const tagged = snapshot('2024-01-01T00:00:00Z', 'c', { tags: ['a', 'b'], hostname: 'h' })
  assert.ok(matchesFilter(tagged, { tags: [['a', 'b'], ['z']], hosts: ['h'], paths: ['/x'] }))
  assert.ok(!matchesFilter(tagged, { tags: [['a', 'z']] }))
})

test('an empty policy removes nothing', () => {
  const all = [snapshot('2024-01-01T00:00:00Z', 'a')]
  for (const policy of [{}, { daily: 0 }, { within: parseSpan('0d') }, { tags: [] }]) {
    assert.ok(isEmptyPolicy(policy))
    assert.deepEqual(applyPolicy(all, policy, { nowNs: 0n }).remove, [])
  }
  assert.throws(
    () => parseSpan('1x'),
    (e) => isAppError(e, 'BASE_CONFIG_INVALID'),
  )
})

test('days are counted in the given zone', () => {
  // 23:30 and 00:30 in Tokyo: two days there, one in UTC.
  const all = [
    snapshot('2024-01-01T14:30:00Z', 'a'),
    snapshot('2024-01-01T15:30:00Z', 'b'),
    snapshot('2024-01-01T15:40:00Z', 'c'),
  ]
  const kept = (offsetMinutes: number) =>
    applyPolicy(all, { daily: 2 }, { nowNs: 10n ** 19n, offsetMinutes }).keep.map((one) => one.snapshot.id[0])
  assert.deepEqual(kept(540), ['c', 'a'])
  assert.deepEqual(kept(0), ['c', 'a'], 'with counts left the oldest stays as well')
  assert.deepEqual(
    applyPolicy(all, { daily: 1 }, { nowNs: 10n ** 19n }).remove.map((one) => one.id[0]),
    ['b', 'a'],
  )
})
