/**
 * Dedup poisoning: somebody with the repository's password adds an index file that claims a blob which was never saved.
 * Stock restic then says "snapshot saved" and the file is not there. Ours stores it again, or refuses the generation.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import type { IndexedPack, Repository } from '#restic'
import { checkClosure } from '../../src/vault/closure.ts'
import { houseSource, openHouse, openRepository, passwordOf, repositoryPath, take } from './house.ts'
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

for (const [name, forge] of Object.entries(FORGERIES)) {
  test(`a blob claimed ${name}: no generation misses it`, async (t) => {
    const { path, house, source, repository } = await make(t)
    for (let i = 0; i < TIMES; i++) await repository.saveIndexFile([await forge(repository)])
    writeFileSync(join(path, '3', 'poisoned.hl7'), TEXT)
    const refusal = await take(house, source).catch((error: unknown) => error)
    const [newest] = await house.vault.generations.list({ sourceId: source.id })
    if (refusal instanceof Error) {
      // An index that contradicts another: whose word is read first is chance, and the closure tells.
      assert.ok(isAppError(refusal, 'VAULT_GENERATION_INCOMPLETE'), String(refusal))
      assert.deepEqual([newest!.closure, newest!.lockedUntil], ['incomplete', undefined])
    } else assertSame(await readGeneration(repository, newest!.id, path), contentsOf(path), name)
  })
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
