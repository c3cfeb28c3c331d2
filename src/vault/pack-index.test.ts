/** How many headers a night reads, and what is believed without reading. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import type { Backend } from '#base'
import { type IndexedPack, Repository } from '#restic'
import { memBackend } from '#storage'
import { Catalogue } from './catalogue.ts'
import { contradictions, indexOfPacks } from './pack-index.ts'
import { deriveKeys } from './seal.ts'

const owner = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }

async function make() {
  const plain = memBackend()
  const reads = { data: 0, index: 0 }
  const backend: Backend = {
    ...plain,
    load: (file, offset, length) => {
      if (file.kind === 'data' || file.kind === 'index') reads[file.kind]++
      return plain.load(file, offset, length)
    },
  }
  const repository = await Repository.init(backend, { password: 'x', owner, cost: { N: 1024, r: 8, p: 1 } })
  const keys = deriveKeys(repository.masterKey, repository.config.id, 'catalogue')
  const opened = { repository, catalogue: Catalogue.open(':memory:', keys, rmSync) }
  /** One pack in one index file; its id. */
  const night = async (text: string): Promise<string> => {
    const before = new Set((await backend.list('data')).map(({ name }) => name))
    const writer = repository.packWriter(await repository.loadIndex())
    await writer.add('data', Buffer.from(text))
    await writer.finish()
    return (await backend.list('data')).find(({ name }) => !before.has(name))!.name
  }
  /** Reads of headers and index files during some work. */
  const counted = async (work: () => Promise<unknown>): Promise<[data: number, index: number]> => {
    const { data, index } = reads
    await work()
    return [reads.data - data, reads.index - index]
  }
  const closure = async () => indexOfPacks(opened, await backend.list('data'))
  return { plain, repository, opened, night, counted, closure }
}

test('a night reads the headers of its own packs, and its start reads nothing', async () => {
  const { opened, night, counted, closure } = await make()
  for (let n = 1; n <= 30; n++) {
    const id = await night(`night ${n}`)
    assert.deepEqual(await counted(closure), [1, n], 'one new pack; every index file is loaded to find blobs')
    assert.deepEqual(await counted(() => contradictions(opened)), [0, 0])
    assert.ok((await closure()).index.packIds().includes(id))
  }
  opened.catalogue.forgetProofs()
  assert.deepEqual(await counted(() => contradictions(opened)), [30, 30], 'a full walk proves everything anew')
})

test('index files that were joined say nothing new: no header is read', async () => {
  const { plain, repository, night, counted, closure } = await make()
  for (let n = 1; n <= 10; n++) await night(`night ${n}`)
  await closure()
  const packs: IndexedPack[] = []
  await repository.loadIndex((_name, some) => packs.push(...some))
  for (const { name } of await plain.list('index')) await plain.remove({ kind: 'index', name })
  await repository.saveIndexFile(packs)
  assert.deepEqual(await counted(closure), [0, 1])
})

test('a pack of another size is not believed, whatever was proved of its name', async () => {
  const { plain, opened, night, closure } = await make()
  const id = await night('whole')
  await closure()
  const file = `data/${id}`
  plain.files.set(file, plain.files.get(file)!.subarray(0, -1))
  assert.deepEqual((await closure()).index.packIds(), [])
  opened.catalogue.forgetProofs()
  const { packs, liars, sound } = await contradictions(opened)
  assert.deepEqual([[...packs], [...liars.keys()], [...sound]], [[id], [], []], 'a decayed pack is no lie of the index')
})

test('what was proved of a pack bears out only the same claim', async () => {
  const { repository, opened, night, closure } = await make()
  const id = await night('true')
  await closure()
  const [true_] = (await repository.loadIndexFile((await repository.backend.list('index'))[0]!.name)).packs
  const forged = [{ ...true_!.blobs[0]!, id: 'ab'.repeat(32) }]
  const name = await repository.saveIndexFile([{ id, blobs: forged }])
  const { liars } = await contradictions(opened)
  assert.deepEqual([...liars], [[name, [true_]]])
  assert.ok(!(await closure()).index.has('ab'.repeat(32)))
})
