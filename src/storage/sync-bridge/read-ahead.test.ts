import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileRef } from '#base'
import { memBackend } from '../mem.ts'
import { ReadAhead } from './read-ahead.ts'

const FILE: FileRef = { kind: 'data', name: 'a'.repeat(64) }
const MIB = 1024 * 1024

function counted(sizeBytes: number) {
  const { sync } = memBackend()
  const bytes = Buffer.alloc(sizeBytes)
  for (let i = 0; i < sizeBytes; i += 4) bytes.writeUInt32LE(i, Math.min(i, sizeBytes - 4))
  sync.save(FILE, [bytes])
  const seen = { readings: 0, bytes: 0 }
  const ahead = new ReadAhead({
    stat: (file) => sync.stat(file),
    load(file, offset, length) {
      const part = sync.load(file, offset, length)
      seen.readings++
      seen.bytes += part.length
      return part
    },
  })
  const read = (offset: number, length: number): void => {
    const target = Buffer.alloc(length)
    ahead.loadInto(FILE, offset, target)
    assert.ok(target.equals(bytes.subarray(offset, offset + length)), `${length} at ${offset}`)
  }
  return { seen, read, ahead }
}

test('reading a pack blob by blob takes few readings, forwards and backwards, and each byte once', () => {
  const size = 4 * MIB + 77
  const forwards = counted(size)
  for (let at = 0; at < size; at += 3000) forwards.read(at, Math.min(3000, size - at))
  assert.deepEqual(forwards.seen, { readings: 6, bytes: size })
  const backwards = counted(size)
  for (let at = size - 3000; at >= 0; at -= 3000) backwards.read(at, 3000)
  assert.equal(backwards.seen.readings, 33)
  assert.ok(backwards.seen.bytes <= size)
})

test('one blob costs one block, a whole pack one reading, and what was read is not kept without bound', () => {
  const { seen, read } = counted(40 * MIB)
  read(5 * MIB, 100)
  assert.deepEqual(seen, { readings: 1, bytes: 128 * 1024 })
  read(0, 20 * MIB)
  assert.equal(seen.readings, 2)
  for (let at = 0; at < 40 * MIB; at += MIB / 8) read(at, 10)
  const once = seen.bytes
  read(0, 10)
  assert.ok(seen.bytes > once)
})

test('what is removed is not read from memory', () => {
  const { seen, read, ahead } = counted(1000)
  read(0, 10)
  read(20, 10)
  assert.equal(seen.readings, 1)
  ahead.forget(FILE)
  read(20, 10)
  assert.equal(seen.readings, 2)
})
