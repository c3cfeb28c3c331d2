import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { BlobIndex, type BlobLocation } from './blob-index.ts'

const id = (n: number): string => createHash('sha256').update(String(n)).digest('hex')
const blob = (n: number, offset = n): { id: string } & Omit<BlobLocation, 'packId'> => ({
  id: id(n),
  type: n % 2 ? 'tree' : 'data',
  offset,
  length: 100,
  uncompressedLength: 0xfffffff0,
})

test('finds what was added, by id and type, after growing several times', () => {
  const index = BlobIndex.create()
  const count = 600_000
  for (let pack = 0; pack < count / 1000; pack++) {
    assert.ok(
      index.addPack(
        id(-pack - 1),
        Array.from({ length: 1000 }, (_, i) => blob(pack * 1000 + i)),
      ),
    )
  }
  assert.equal(index.blobCount, count)
  assert.equal(index.packCount, count / 1000)
  const other = BlobIndex.attach(index.shared)
  for (let n = 0; n < count; n += 377) {
    const expected = {
      packId: id(-Math.floor(n / 1000) - 1),
      type: n % 2 ? 'tree' : 'data',
      offset: n,
      length: 100,
      uncompressedLength: 0xfffffff0,
    }
    assert.deepEqual(other.find(id(n)), [expected])
    assert.equal(index.has(id(n), n % 2 ? 'data' : 'tree'), false)
  }
  assert.equal(index.has(id(count)), false)
  let seen = 0
  index.forEach((bytes, location) => {
    if (seen++ === 5) assert.deepEqual([bytes.toString('hex'), location.offset], [id(5), 5])
  })
  assert.equal(seen, count)
})

test('a blob in several packs has several places; a pack counts once', () => {
  const index = BlobIndex.create()
  for (const pack of [1001, 1002, 1003]) index.addPack(id(pack), [blob(4, pack)])
  assert.equal(index.addPack(id(1002), [blob(6)]), false)
  assert.deepEqual(
    index.find(id(4)).map((l) => l.offset),
    [1001, 1002, 1003],
  )
  assert.equal(index.has(id(6)), false)
})

test('a claimed blob is known at once and placed later', () => {
  const index = BlobIndex.create()
  const bytes = Buffer.from(id(1), 'hex')
  const entry = index.claim(bytes, 'data')
  assert.ok(entry >= 0)
  assert.equal(index.claim(bytes, 'data'), ~entry)
  assert.ok(index.claim(bytes, 'tree') >= 0, 'the same bytes as a tree are another blob')
  assert.deepEqual(index.find(bytes), [])
  index.place(entry, index.addPackId(id(2)), 3_000_000_000, 7, 9)
  assert.deepEqual(index.find(bytes, 'data'), [
    { packId: id(2), type: 'data', offset: 3_000_000_000, length: 7, uncompressedLength: 9 },
  ])
})

test('threads that claim the same blobs at the same time each win some, never both', async () => {
  const index = BlobIndex.create()
  const source = `
    const { workerData, parentPort } = require('node:worker_threads')
    const { createHash } = require('node:crypto')
    import(workerData.module).then(({ BlobIndex }) => {
      const index = BlobIndex.attach(workerData.shared)
      const won = []
      for (let n = 0; n < 60000; n++) {
        const entry = index.claim(createHash('sha256').update('c' + n).digest(), 'data')
        if (entry >= 0) won.push(n)
      }
      parentPort.postMessage(won)
    })`
  const module = new URL('./blob-index.ts', import.meta.url).href
  const won = await Promise.all(
    [1, 2].map(
      () =>
        new Promise<number[]>((resolve, reject) => {
          const worker = new Worker(source, { eval: true, workerData: { shared: index.shared, module } })
          worker.on('message', resolve).on('error', reject)
        }),
    ),
  )
  const all = [...won[0]!, ...won[1]!]
  assert.equal(new Set(all).size, 60_000, 'every blob was claimed')
  // While a segment is being opened two threads may both win: a duplicate is legal in the format, many would be a fault.
  assert.ok(all.length <= 60_010, `${all.length - 60_000} doubled`)
})
