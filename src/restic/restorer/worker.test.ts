import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WriterContext } from './file-writer.ts'
import { RestoreJobs, type RestoreJob } from './worker.ts'

test('the tree of a large folder is read once for all slices that a thread gets', () => {
  const names = Array.from({ length: 1500 }, (_, i) => String(i).padStart(5, '0'))
  const tree = Buffer.from(JSON.stringify({ nodes: names.map((name) => ({ name, type: 'file', content: null })) }))
  let loads = 0
  const load = (): Buffer => {
    loads++
    return tree
  }
  const settings = { target: '/nowhere', include: [], exclude: [] }
  const fs = { openRoot: () => 0, close: () => {} }
  const context = { fs, reader: { load }, settings, lastLarge: {} } as unknown as WriterContext
  const jobs = new RestoreJobs(context)
  const slice = (id: string): RestoreJob => ({ kind: 'slice', mode: 'restore', folder: [], tree: id, from: 0, to: 0 })
  for (const id of ['a', 'a', 'a', 'b', 'b']) jobs.run(slice(id))
  assert.equal(loads, 2)
})
