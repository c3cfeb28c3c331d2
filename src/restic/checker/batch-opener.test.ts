import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import type { PackedBlob } from '../blob-index.ts'
import { Sealer } from '../crypto.ts'
import { Kernel } from '../kernel/kernel.ts'
import { BatchOpener } from './batch-opener.ts'

const sealer = new Sealer(new Kernel(), {
  encrypt: randomBytes(32),
  macK: randomBytes(16),
  macR: randomBytes(16),
})

/** A pack's blobs one behind the other, every second one compressed. */
function packOf(texts: readonly Buffer[]): { pack: Buffer; blobs: PackedBlob[] } {
  const parts: Buffer[] = []
  let offset = 0
  const blobs = texts.map((text, i): PackedBlob => {
    const stored = i % 2 === 0 ? text : zstdCompressSync(text)
    const sealed = sealer.seal(stored)
    parts.push(sealed)
    const uncompressedLength = i % 2 === 0 ? 0 : text.length
    const blob = { id: hash('sha256', text, 'hex'), type: 'data', offset, length: sealed.length } as const
    offset += sealed.length
    return { ...blob, uncompressedLength }
  })
  return { pack: Buffer.concat(parts), blobs }
}

// More than a batch holds by number and by bytes, and two that are larger than a batch.
const texts = [
  ...Array.from({ length: 1500 }, (_, i) => randomBytes(i % 700)),
  randomBytes(400_000),
  randomBytes(300_001),
]

test('sound blobs of every size open', () => {
  const { pack, blobs } = packOf(texts)
  assert.deepEqual(new BatchOpener(sealer).failures(pack, blobs), [])
})

test('exactly the bad ones are named: a wrong seal, a wrong hash, a wrong length', () => {
  const { pack, blobs } = packOf(texts)
  const [flipped, renamed, stretched, large] = [700, 3, 1201, texts.length - 1]
  pack[blobs[flipped]!.offset + 20]! ^= 1
  pack[blobs[large]!.offset + 1000]! ^= 1
  blobs[renamed] = { ...blobs[renamed]!, id: '00'.repeat(32) }
  blobs[stretched] = { ...blobs[stretched]!, uncompressedLength: blobs[stretched]!.uncompressedLength + 1 }
  const bad = new BatchOpener(sealer).failures(pack, blobs)
  assert.deepEqual(
    bad.map(({ blob }) => blobs.indexOf(blob)),
    [renamed, flipped, stretched, large],
  )
  assert.ok(bad.every(({ error }) => error.code === 'RESTIC_DAMAGED'))
})
