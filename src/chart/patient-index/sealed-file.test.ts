import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { isAppError } from '#base'
import { INDEX_VERSION, openSealedIndex, readIndexHeader, sealIndex } from './sealed-file.ts'

const KEY = Buffer.alloc(32, 3)
const CHUNK = (1 << 20) + 16
const payload = randomBytes(2.5 * 2 ** 20)
const header = { version: INDEX_VERSION, generationId: 'g', asOf: 5, payloadBytes: payload.length } as const
const sealed = sealIndex(header, payload, KEY)
const front = sealed.length - payload.length - 3 * 16
const damaged = (error: unknown) => isAppError(error, 'CHART_INDEX_DAMAGED')

test('what was sealed opens again, and never seals the same way twice', () => {
  assert.ok(openSealedIndex(sealed, KEY, 'g').equals(payload))
  assert.deepEqual(readIndexHeader(sealed), header)
  assert.ok(!sealIndex(header, payload, KEY).equals(sealed))
})

test('chunks cannot be cut off, swapped, repeated or taken from another file', () => {
  const chunk = (n: number) => sealed.subarray(front + n * CHUNK, front + (n + 1) * CHUNK)
  const head = sealed.subarray(0, front)
  const foreign = sealIndex(header, payload, KEY)
  const cases: readonly Buffer[][] = [
    [head, chunk(0), chunk(1)],
    [head, chunk(0)],
    [head],
    [head, chunk(1), chunk(0), chunk(2)],
    [head, chunk(0), chunk(0), chunk(2)],
    [head, chunk(0), chunk(1), chunk(2), chunk(2)],
    [head, foreign.subarray(front)],
    [foreign.subarray(0, front), sealed.subarray(front)],
  ]
  for (const [i, parts] of cases.entries())
    assert.throws(() => openSealedIndex(Buffer.concat(parts), KEY, 'g'), damaged, `case ${i}`)
})

test('a header that promises nonsense is refused', () => {
  const long = Buffer.from(sealed)
  long.writeUInt32LE(0xff_ff_ff_ff, 8)
  for (const bytes of [long, Buffer.alloc(0), Buffer.from('TORIDEPI'), Buffer.alloc(100)])
    assert.throws(() => readIndexHeader(bytes), damaged)
})
