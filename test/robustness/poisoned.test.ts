/**
 * Dedup poisoning: somebody with the repository's password adds an index file that claims a blob which was never saved.
 * Stock restic then says "snapshot saved" and the file is not there. Ours stores it again and says what it met.
 */
import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { IndexedPack, Repository } from '#restic'
import { openLocalBackend } from '#storage'
import type { Source } from '#vault'
import { checkClosure } from '../../src/vault/closure.ts'
import { type House, houseSource, openHouse, openRepository, passwordOf, repositoryPath, take } from './house.ts'
import { stockRestics } from '../restic/stock-restic.ts'
import { assertSame, readGeneration, scratch, stock } from './look.ts'
import { chanceOf } from './seed.ts'
import { contentsOf, makeSource, sha256 } from './source.ts'

const TEXT = 'MSH|the result that will be missing'

async function make(t: TestContext) {
  const base = scratch(t)
  const path = join(base, 'source')
  makeSource(path, chanceOf(1))
  const house = await openHouse(join(base, 'data'))
  t.after(() => house.close())
  const source = await houseSource(house, path)
  await take(house, source)
  return { path, house, source, repository: await openRepository(house, source) }
}

const entry = { id: sha256(TEXT), type: 'data', offset: 0, length: TEXT.length + 32, uncompressedLength: 0 } as const

async function packsOf(repository: Repository, type: 'data' | 'tree'): Promise<IndexedPack[]> {
  const packs: IndexedPack[] = []
  await repository.loadIndex((_name, some) => packs.push(...some))
  return packs.filter((pack) => pack.blobs.some((blob) => blob.type === type))
}

type Forgery = (repository: Repository) => Promise<IndexedPack>

const FORGERIES: Record<string, Forgery> = {
  'in a pack that does not exist': async () => ({ id: 'cd'.repeat(32), blobs: [entry] }),
  'alone in a pack that exists': async (repository) => ({
    id: (await packsOf(repository, 'data'))[0]!.id,
    blobs: [entry],
  }),
  // The size that the index computes for the pack stays what it is.
  'in place of a blob of a pack that exists': async (repository) => {
    const [pack] = await packsOf(repository, 'data')
    const [first, ...others] = pack!.blobs
    return { id: pack!.id, blobs: [{ ...first!, id: entry.id }, ...others] }
  },
}

/** Index files are read in the order of their random names: a forged one sometimes comes first. */
const TIMES = 6

/** A source to which the text is added after index files that claim it; their names. */
async function poison(made: Awaited<ReturnType<typeof make>>, forge: Forgery): Promise<string[]> {
  const forged: string[] = []
  for (let i = 0; i < TIMES; i++) forged.push(await made.repository.saveIndexFile([await forge(made.repository)]))
  writeFileSync(join(made.path, '3', 'poisoned.hl7'), TEXT)
  return forged
}

for (const [name, forge] of Object.entries(FORGERIES)) {
  test(`a blob claimed ${name}: the next run heals it, and stock restic restores it`, async (t) => {
    const made = await make(t)
    const { path, house, source, repository } = made
    const before = await filesOf(repository)
    const forged = await poison(made, forge)
    const healed = await take(house, source)
    assert.deepEqual([healed.closure, healed.lockedUntil], ['complete', healed.keepUntil])
    const after = await filesOf(repository)
    for (const file of before) assert.ok(after.includes(file), 'nothing that was held is repacked or removed')
    for (const file of forged) assert.ok(!after.includes(file), 'a lie that nobody was promised lies aside')
    assert.deepEqual(readdirSync(join(repositoryPath(house, source), 'set-aside')).toSorted(), forged.toSorted())
    assert.deepEqual(await contradicted(house), [TIMES])
    assertStockRestores(house, source, healed.id, path)

    const stored = await dataBlobs(repository)
    assert.equal((await take(house, source)).closure, 'complete')
    assert.equal(await dataBlobs(repository), stored, 'what was stored again is built upon')
    assert.deepEqual(await contradicted(house), [TIMES], 'said once')
  })

  test(`a blob claimed ${name} by an index file that is held: it stays, and no generation misses the blob`, async (t) => {
    const made = await make(t)
    const { path, house, source, repository } = made
    const forged = await poison(made, forge)
    const { retention } = openLocalBackend(repositoryPath(house, source))
    for (const file of forged) await retention.lock({ kind: 'index', name: file }, Date.now() + 86_400_000)
    let stored = 0
    for (let night = 1; night <= 2; night++) {
      const { id, closure } = await take(house, source)
      assert.equal(closure, 'complete')
      if (night > 1) assert.equal(await dataBlobs(repository), stored, 'stored again once')
      stored = await dataBlobs(repository)
      assertSame(await readGeneration(repository, id, path), contentsOf(path), name)
      assert.equal((await contradicted(house)).length, night, 'said each night')
    }
    for (const file of forged) assert.ok((await filesOf(repository)).includes(file))
  })
}

/** How many lying index files each entry of the ledger names. */
async function contradicted({ ledger }: House): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === 'repository.contradicted') found.push(entry.data['indexFiles'])
  return found
}

/** Counted where they are claimed; trees are left out, since the folders above the source are everybody's. */
async function dataBlobs(repository: Repository): Promise<number> {
  let count = 0
  ;(await repository.loadIndex()).forEach((_id, { type }) => (count += type === 'data' ? 1 : 0))
  return count
}

async function filesOf({ backend }: Repository): Promise<string[]> {
  const kinds = await Promise.all((['data', 'index'] as const).map((kind) => backend.list(kind)))
  return kinds.flat().map(({ name }) => name)
}

function assertStockRestores(house: House, source: Source, id: string, path: string): void {
  for (const restic of stockRestics()) {
    if (restic.missing) continue
    const target = join(house.path, 'restored')
    restic.run(repositoryPath(house, source), passwordOf(source.id), 'restore', id, '--target', target)
    assertSame(contentsOf(join(target, path)), contentsOf(path), restic.version)
    rmSync(target, { recursive: true })
  }
}

test('the closure names blobs whose pack went, also after the archiver was done', async (t) => {
  const { house, source, repository } = await make(t)
  const [generation] = await house.vault.generations.list({ sourceId: source.id })
  const lost = (await packsOf(repository, 'data'))[0]!
  const packSizes = new Map((await repository.backend.list('data')).map((file) => [file.name, file.sizeBytes]))
  packSizes.delete(lost.id)
  const index = await repository.loadIndex()
  const loadTree = (id: string) => repository.loadBlob(index, id, 'tree')
  const closure = await checkClosure({ index, packSizes, rootTree: generation!.tree, loadTree })
  assert.deepEqual(closure.missing.toSorted(), lost.blobs.map((blob) => blob.id).toSorted())
})

test('stock restic takes a poisoned snapshot for saved', { skip: stock!.missing }, async (t) => {
  const { path, house, source, repository } = await make(t)
  await repository.saveIndexFile([await FORGERIES['in a pack that does not exist']!(repository)])
  writeFileSync(join(path, '3', 'poisoned.hl7'), TEXT)
  const told = stock!.run(repositoryPath(house, source), passwordOf(source.id), 'backup', path)
  assert.match(told, /snapshot .* saved/)
  assert.notEqual(stock!.try(repositoryPath(house, source), passwordOf(source.id), 'check').status, 0)
})
