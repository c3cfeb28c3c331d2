import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobReader } from './blob-reader.ts'
import { BlobCache } from './file-range.ts'

test('whatever is asked for in whatever order, the ring gives each blob its own bytes, and opens again what it let go', () => {
  let opened = 0
  const sizeOf = (n: number): number => 40 + ((n * 37) % 300)
  const bytesOf = (n: number): Buffer => Buffer.alloc(sizeOf(n), n)
  const reader = { load: (id: string) => (opened++, bytesOf(Number(id))) } as unknown as BlobReader
  const cache = new BlobCache(reader, 1000)
  let seed = 7
  for (let i = 0; i < 5000; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648
    const n = seed % 23
    assert.deepEqual(Buffer.from(cache.load(String(n))), bytesOf(n))
  }
  assert.ok(opened > 23 && opened < 5000, `${opened} opened`)
  // Asked for at once again: it is held.
  const before = opened
  cache.load('3')
  cache.load('3')
  assert.ok(opened - before <= 1)
})
