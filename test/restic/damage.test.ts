/** A repository that decays or was tampered with: every damage is named, what is whole restores, what can heal heals. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { check, repairPacks, Repository, type MasterKey } from '#restic'
import { openLocalBackend } from '#storage'
import { noise } from './nasty-tree.ts'
import { stockRestics } from './stock-restic.ts'
import { assertSameLook, PASSWORD, scratch, toride, torideOk } from './toride-repo.ts'

const restic = stockRestics()[0]!

async function make(t: TestContext): Promise<{ base: string; repo: string; source: string }> {
  const base = scratch(t)
  const [repo, source] = [join(base, 'repo'), join(base, 'src')]
  for (let i = 0; i < 40; i++) {
    mkdirSync(join(source, `${i % 7}`), { recursive: true })
    writeFileSync(join(source, `${i % 7}`, `${i}.hl7`), noise(3000 + i, `${i + 1}`))
  }
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', source)
  return { base, repo, source }
}

function files(repo: string, kind: string): string[] {
  return readdirSync(join(repo, kind), { recursive: true })
    .map((name) => join(repo, kind, String(name)))
    .filter((path) => statSync(path).isFile())
}

function flip(path: string, at: number): void {
  chmodSync(path, 0o600)
  const bytes = readFileSync(path)
  bytes[at]! ^= 0x10
  writeFileSync(path, bytes)
}

async function errorsOf(repo: string, masterKey?: MasterKey): Promise<string[]> {
  const backend = openLocalBackend(repo)
  const repository = await Repository.open(backend, masterKey ? { masterKey } : { password: PASSWORD })
  const result = await check({ repository, storage: backend.sync, readData: 'all' })
  return result.findings.flatMap((one) => (one.severity === 'error' ? [one.what] : []))
}

test('a flipped bit anywhere is found', async (t) => {
  const { repo, base } = await make(t)
  const { masterKey } = await Repository.open(openLocalBackend(repo), { password: PASSWORD })
  const all = ['data', 'index', 'snapshots'].flatMap((kind) => files(repo, kind))
  for (const path of all) {
    const { size } = statSync(path)
    for (const at of [0, 20, size >> 1, size - 40, size - 3]) {
      const copy = join(base, 'copy')
      cpSync(repo, copy, { recursive: true })
      flip(path.replace(repo, copy), Math.max(0, at))
      const errors = await errorsOf(copy, masterKey)
      assert.ok(errors.length > 0, `${path.slice(repo.length)} at ${at} of ${size}`)
      rmSync(copy, { recursive: true })
    }
  }
  for (const path of [...files(repo, 'keys'), join(repo, 'config')]) {
    const copy = join(base, 'copy')
    cpSync(repo, copy, { recursive: true })
    flip(path.replace(repo, copy), statSync(path).size >> 1)
    assert.notEqual((await toride(copy, 'snapshots')).code, 0, path)
    rmSync(copy, { recursive: true })
  }
})

test('a truncated or missing pack, an index that lies, a lost index', async (t) => {
  const { repo, base } = await make(t)
  const spoiled = async (what: (copy: string) => void | Promise<void>): Promise<string[]> => {
    const copy = join(base, 'copy')
    rmSync(copy, { recursive: true, force: true })
    cpSync(repo, copy, { recursive: true })
    await what(copy)
    return errorsOf(copy)
  }
  assert.ok((await spoiled((copy) => truncateSync(files(copy, 'data')[0]!, 100))).includes('pack-size'))
  assert.ok((await spoiled((copy) => rmSync(files(copy, 'data')[0]!))).includes('pack-missing'))
  assert.ok((await spoiled((copy) => rmSync(files(copy, 'index')[0]!))).includes('tree-unreadable'))
  const forge = async (copy: string): Promise<void> => {
    const repository = await Repository.open(openLocalBackend(copy), { password: PASSWORD })
    const blob = { id: 'ab'.repeat(32), type: 'data' as const, offset: 0, length: 100, uncompressedLength: 200 }
    await repository.saveIndexFile([{ id: 'cd'.repeat(32), blobs: [blob] }])
  }
  assert.deepEqual(await spoiled(forge), ['pack-missing'])

  // Each of these heals by a rebuilt index; stock restic agrees.
  for (const damage of [forge, (copy: string) => files(copy, 'index').forEach((path) => rmSync(path))]) {
    await spoiled(damage)
    await torideOk(join(base, 'copy'), 'repair', 'index')
    assert.deepEqual(await errorsOf(join(base, 'copy')), [])
    if (!restic.missing) restic.run(join(base, 'copy'), PASSWORD, 'check', '--read-data')
  }
})

test('one bad blob costs one file: the rest restores, the pack heals, the snapshot is written anew', async (t) => {
  const { repo, base, source } = await make(t)
  const backend = openLocalBackend(repo)
  const repository = await Repository.open(backend, { password: PASSWORD })
  const index = await repository.loadIndex()
  let victim: { packId: string; offset: number } | undefined
  index.forEach((_id, place) => {
    if (place.type === 'data' && place.offset > 0) victim = { packId: place.packId, offset: place.offset }
  })
  const pack = victim!.packId
  flip(join(repo, 'data', pack.slice(0, 2), pack), victim!.offset + 20)

  const out = join(base, 'out')
  const restored = await toride(repo, 'restore', `latest:${source}`, '--target', out)
  assert.equal(restored.code, 1)
  assert.equal(files(out, '.').length, 39, 'the damaged file is not left half-written')
  assert.equal(restored.err.match(/RESTIC_DAMAGED/g)?.length, 1)

  // The next backup cannot know; repair does, and what follows is sound again.
  const repaired = await repairPacks(repository, [pack])
  assert.deepEqual([repaired.blobsSaved, repaired.blobsLost], [39, 1])
  assert.deepEqual(await errorsOf(repo), ['node-content-missing'])
  const told = await torideOk(repo, 'repair', 'snapshots', '--forget')
  assert.match(told, /lost: .*\.hl7/)
  assert.deepEqual(await errorsOf(repo), [])
  if (!restic.missing) restic.run(repo, PASSWORD, 'check', '--read-data')
  await torideOk(repo, 'backup', '--force', source)
  await torideOk(repo, 'restore', `latest:${source}`, '--target', join(base, 'healed'), '--verify')
  assertSameLook(join(base, 'healed'), source)
})

test('prune refuses to work on what it cannot read', async (t) => {
  const { repo } = await make(t)
  const before = files(repo, 'data')
  rmSync(before.find((path) => path.length > 0)!)
  const left = files(repo, 'data')
  assert.equal((await toride(repo, 'prune')).code, 1)
  flip(files(repo, 'snapshots')[0]!, 5)
  assert.equal((await toride(repo, 'prune')).code, 1)
  assert.deepEqual(files(repo, 'data'), left)
})
