/** `toride ledger verify` looks at every file that a generation needs: gone, shortened, overwritten, or no longer held. */
import assert from 'node:assert/strict'
import { readdirSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isImmutable, setImmutable } from '#posix'
import { attack, house, take, toride } from './house.ts'

async function taken(t: TestContext, generations = 2) {
  const home = house(t)
  const institution = await home.open()
  await take(institution, home, generations)
  const source = (await institution.vault.sources()).find((one) => one.kind === 'folder')!
  const folder = join(home.folder, 'places', 'local', source.id)
  const files = (kind: string): string[] =>
    readdirSync(join(folder, kind), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  const verify = (...words: string[]) => toride('ledger', 'verify', ...words, '--data', home.folder)
  const codes = async (readData = false): Promise<string[]> => [
    ...new Set((await institution.vault.verifyLedger([], { readData })).findings.map((one) => one.code)),
  ]
  return { home, institution, folder, files, verify, codes, source }
}

test('a repository that was moved away is an error, is named, and its backups are not said to be looked at', async (t) => {
  const { home, folder, verify } = await taken(t)
  await home.close()
  renameSync(folder, `${folder}-elsewhere`)
  const { code, out } = await verify()
  assert.equal(code, 1, out)
  assert.match(out, /REPOSITORY_NOT_SEEN/)
  assert.match(out, /書類/)
  assert.match(out, /バックアップ 2 件のうち 0 件/)
  assert.doesNotMatch(out, /消されたり差し替えられたりしたものはありません/)
})

test('a pack that is gone and one that was cut short are found without reading', async (t) => {
  // One generation: of two, either might need only one of the two packs.
  const { files, codes, verify } = await taken(t, 1)
  assert.deepEqual(await codes(true), [])
  const [first, second, ...more] = files('data')
  assert.equal(more.length, 0, 'one pack of data, one of trees')
  attack(first!)
  assert.deepEqual(await codes(), ['GENERATION_OBJECT_MISSING'])
  assert.equal((await verify()).code, 1)
  setImmutable(second!, false)
  truncateSync(second!, statSync(second!).size - 1)
  const { out } = await verify()
  assert.match(out, /ファイル 2 件/)
})

test('a pack overwritten with zeros is found by reading it, and by its lifted attribute where there is one', async (t) => {
  const { files, codes, verify } = await taken(t)
  const pack = files('data')[0]!
  const wasHeld = isImmutable(pack)
  setImmutable(pack, false)
  writeFileSync(pack, Buffer.alloc(statSync(pack).size))
  if (wasHeld) setImmutable(pack, true)
  assert.deepEqual(await codes(), [])
  assert.deepEqual(await codes(true), ['GENERATION_OBJECT_DAMAGED'])
  assert.equal((await verify('--read-data')).code, 1)
})

test('an index that is gone while held is said; without any the packs are lost to view', async (t) => {
  const { files, codes } = await taken(t)
  const indexes = files('index')
  assert.ok(indexes.length > 1)
  for (const index of indexes) attack(index)
  const found = await codes()
  assert.ok(found.includes('GENERATION_OBJECT_MISSING'))
  assert.ok(found.includes('GENERATION_INDEX_MISSING'))
})

test('a lifted attribute is found where it was promised', async (t) => {
  const { files, codes } = await taken(t)
  const pack = files('data')[0]!
  if (!isImmutable(pack)) return t.skip('this file system has no immutable attribute')
  setImmutable(pack, false)
  assert.deepEqual(await codes(), ['GENERATION_LOCK_LIFTED'])
})

test('a list of files that was changed in the database is not believed: the trees are followed', async (t) => {
  const { institution, files, codes } = await taken(t)
  const [generation] = await institution.vault.generations.list()
  await institution.vault.generations.update(generation!.id, { manifest: Buffer.from('nothing') })
  assert.deepEqual(await codes(), ['GENERATION_MANIFEST_LOST'])
  for (const pack of files('data')) attack(pack)
  assert.ok((await codes()).includes('GENERATION_OBJECT_MISSING'))
})
