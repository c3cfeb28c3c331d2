import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isAppError } from '#base'
import type { PackedBlob } from './blob-index.ts'
import { Sealer } from './crypto.ts'
import { decodeIndex, encodeIndex } from './index-file.ts'
import { Kernel } from './kernel/kernel.ts'
import { decodePackHeader, encodePackHeader, packSizeBytes, readPackHeader, sealPackHeader } from './pack.ts'

const sealer = new Sealer(new Kernel(), { encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) })
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))

/** Blobs in file order, with the offsets that follow from their lengths. */
const blobs = fc
  .array(
    fc.record({
      id,
      type: fc.constantFrom('data' as const, 'tree' as const),
      length: fc.integer({ min: 32, max: 1e6 }),
      uncompressedLength: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 32 - 1 })),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) => {
    let offset = 0
    return list.map((blob): PackedBlob => {
      const at = offset
      offset += blob.length
      return { ...blob, offset: at }
    })
  })

test('pack headers come back as they were, and say the size of the pack', () => {
  fc.assert(
    fc.property(blobs, (list) => {
      assert.deepEqual(decodePackHeader(encodePackHeader(list)), list)
      const tail = sealPackHeader(sealer, list)
      const size = packSizeBytes(list)
      assert.equal(size, list.reduce((sum, blob) => sum + blob.length, 0) + tail.length)
      assert.deepEqual(readPackHeader(sealer, tail, size), { blobs: list })
      assert.deepEqual(readPackHeader(sealer, tail.subarray(-4), size), { needBytes: tail.length })
      assert.throws(
        () => readPackHeader(sealer, tail, size + 1),
        (e) => isAppError(e, 'RESTIC_DAMAGED'),
      )
    }),
    { numRuns: 50 },
  )
})

test('any bytes as a header are blobs or an error of ours', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodePackHeader(Buffer.from(bytes))
      } catch (error) {
        assert.ok(isAppError(error, 'RESTIC_DAMAGED'))
      }
    }),
  )
  const greedy = Buffer.alloc(4)
  greedy.writeUInt32LE(2 ** 31)
  assert.throws(
    () => readPackHeader(sealer, greedy, 2 ** 32),
    (e) => isAppError(e, 'RESTIC_HOSTILE'),
  )
})

test('index files come back as they were; what is none is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ id, blobs }, { noNullPrototype: true }), { maxLength: 5 }), (packs) => {
      assert.deepEqual(decodeIndex(Buffer.from(encodeIndex(packs))), packs)
    }),
    { numRuns: 30 },
  )
  const blob = { id: 'ab'.repeat(32), type: 'data', offset: 0, length: 40 }
  const broken = [{ id: '..' }, { type: 'x' }, { offset: -1 }, { length: 2 ** 31 }, { uncompressed_length: 0.5 }]
  for (const part of broken) {
    const json = JSON.stringify({ packs: [{ id: 'cd'.repeat(32), blobs: [{ ...blob, ...part }] }] })
    assert.throws(
      () => decodeIndex(Buffer.from(json)),
      (e) => isAppError(e, 'RESTIC_DAMAGED'),
      json,
    )
  }
  for (const text of ['', '{', '{"packs":3}', '{"packs":[3]}']) {
    assert.throws(
      () => decodeIndex(Buffer.from(text)),
      (e) => isAppError(e, 'RESTIC_DAMAGED'),
      text,
    )
  }
  assert.deepEqual(decodeIndex(Buffer.from('{}')), [])
})
