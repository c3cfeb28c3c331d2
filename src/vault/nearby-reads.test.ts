import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileRef } from '#base'
import { nearbyReads } from './nearby-reads.ts'

const MIB = 1 << 20

test('pieces near each other come in one read, each with its own bytes', async () => {
  const pack = Buffer.from(Uint8Array.from({ length: 2 * MIB + 500 }, (_, i) => (i * 31 + (i >> 8)) & 255))
  const asked: [string, number, number][] = []
  const load = async ({ name }: FileRef, offset = 0, length = 0): Promise<Buffer> => {
    asked.push([name, offset, length])
    if (offset + length > pack.length) throw new Error('beyond the end')
    return pack.subarray(offset, offset + length)
  }
  const read = nearbyReads({ load }, new Map([['a', pack.length]]))
  const at = (offset: number, length: number) => read({ kind: 'data', name: 'a' }, offset, length)
  for (let offset = 0; offset < MIB - 700; offset += 613)
    assert.ok((await at(offset, 600)).equals(pack.subarray(offset, offset + 600)))
  assert.deepEqual(asked, [['a', 0, MIB]])
  // The last block ends where the pack does; what lies across two blocks is read by itself.
  assert.ok((await at(2 * MIB + 100, 400)).equals(pack.subarray(2 * MIB + 100)))
  assert.ok((await at(MIB - 10, 20)).equals(pack.subarray(MIB - 10, MIB + 10)))
  assert.deepEqual(asked.slice(1), [
    ['a', 2 * MIB, 500],
    ['a', MIB - 10, 20],
  ])
  await assert.rejects(at(2 * MIB + 200, 400), /beyond/)
})

test('a bad sector costs the piece on it, not those beside it', async () => {
  const pack = Buffer.alloc(4000, 7)
  const load = async (_: FileRef, offset = 0, length = 0): Promise<Buffer> => {
    if (offset <= 2000 && offset + length > 2000) throw new Error('the disk')
    return pack.subarray(offset, offset + length)
  }
  const read = nearbyReads({ load }, new Map([['a', pack.length]]))
  const at = (offset: number) => read({ kind: 'data', name: 'a' }, offset, 100)
  assert.equal((await at(0)).length, 100)
  await assert.rejects(at(1950), /disk/)
  assert.equal((await at(2100)).length, 100)
})
