/** Repositories of ours opened by stock restic, and the other way round. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import { addKey, BlobReader, encodeTree, listKeys, removeKey, Repository, type Node } from '#restic'
import { memBackend, openLocalBackend } from '#storage'
import { stockRestics, type StockRestic } from './stock-restic.ts'

const owner = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }
const cost = { N: 1024, r: 8, p: 1 }
const password = '砦'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'toride-repository-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

for (const restic of stockRestics()) {
  test(`${restic.version} finds no fault in a repository of ours`, { skip: restic.missing }, async (t) => {
    for (const version of [1, 2] as const) await judgeOurs(folder(t), version, restic)
  })

  test(`we read every blob of ${restic.version}`, { skip: restic.missing }, async (t) => {
    const path = join(folder(t), 'repo')
    restic.run(path, password, 'init')
    restic.run(path, password, 'backup', 'src/restic')
    const repository = await Repository.open(openLocalBackend(path), { password })
    const index = await repository.loadIndex()
    const reader = new BlobReader(repository.backend.sync!, index, repository.masterKey)
    const seen: string[] = []
    index.forEach((id, { type }) => {
      assert.equal(createHash('sha256').update(reader.load(id, type)).digest('hex'), id.toString('hex'))
      seen.push(id.toString('hex'))
    })
    assert.ok(seen.length > 20)
    assert.ok((await repository.loadBlob(index, seen[0]!, index.find(seen[0]!)[0]!.type)).length > 0)
  })
}

async function judgeOurs(base: string, version: 1 | 2, restic: StockRestic): Promise<void> {
  const path = join(base, 'repo')
  const backend = openLocalBackend(path)
  const repository = await Repository.init(backend, { password, owner, version, cost })
  const index = await repository.loadIndex()
  const writer = repository.packWriter(index)
  const content: string[] = []
  for (let i = 0; i < 50; i++) content.push(await writer.add('data', Buffer.alloc(100_000 + i, `${i}`)))
  const times = { mtimeNs: 1n, atimeNs: 1n, ctimeNs: 1n, uid: 0, gid: 0 }
  const file: Node = { name: Buffer.from('記録'), type: 'file', mode: 0o600, ...times, sizeBytes: 5_001_225, content }
  const tree = await writer.add('tree', encodeTree([file]))
  await writer.finish()
  await repository.saveUnpacked('snapshots', JSON.stringify({ time: owner.created, tree, paths: ['/x'] }))
  restic.run(path, password, 'check', '--read-data')
  assert.match(restic.run(path, password, 'ls', 'latest'), /記録/)
}

test('passwords come and go; the one in use stays', async () => {
  const backend = memBackend()
  const repository = await Repository.init(backend, { password, owner, cost })
  const added = await addKey(backend, repository.sealer.kernel, repository.masterKey, 'second', owner, cost)
  const opened = await Repository.open(backend, { password: 'second', keyHint: added.slice(0, 8) })
  assert.equal(opened.keyName, added)
  assert.deepEqual(opened.masterKey, repository.masterKey)
  assert.equal((await listKeys(backend)).length, 2)
  await assert.rejects(removeKey(backend, added, opened.keyName), (e) => isAppError(e, 'RESTIC_KEY_IN_USE'))
  await removeKey(backend, repository.keyName!, opened.keyName)
  await assert.rejects(Repository.open(backend, { password }), (e) => isAppError(e, 'RESTIC_WRONG_PASSWORD'))
  const handed = await Repository.open(backend, { masterKey: repository.masterKey })
  assert.equal(handed.config.id, repository.config.id)
})

test('what is no repository, is one already, or asks for too much is refused', async () => {
  const backend = memBackend()
  await assert.rejects(Repository.open(backend, { password }), (e) => isAppError(e, 'RESTIC_NO_REPOSITORY'))
  await Repository.init(backend, { password, owner, cost })
  await assert.rejects(Repository.init(backend, { password, owner }), (e) => isAppError(e, 'RESTIC_REPOSITORY_EXISTS'))

  const [name, bytes] = [...backend.files].find(([key]) => key.startsWith('keys/'))!
  for (const greedy of [{ N: 2 ** 30 }, { r: 2 ** 20 }, { p: 2 ** 20 }, { N: 1000 }, { N: 0 }, { p: -1 }]) {
    const changed = Buffer.from(JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), ...greedy }))
    backend.files.delete(name)
    backend.files.set(`keys/${createHash('sha256').update(changed).digest('hex')}`, changed)
  }
  const started = performance.now()
  await assert.rejects(Repository.open(backend, { password }), (e) => isAppError(e, 'RESTIC_WRONG_PASSWORD'))
  assert.ok(performance.now() - started < 5000)
})

test('a newer version, a reducible polynomial and a flipped config are refused', async () => {
  const cases: [object, string][] = [
    [{ version: 3 }, 'RESTIC_VERSION_UNKNOWN'],
    [{ chunker_polynomial: '3da3358b4dc172' }, 'RESTIC_DAMAGED'],
    [{ chunker_polynomial: '1' }, 'RESTIC_DAMAGED'],
    [{ id: 'x' }, 'RESTIC_DAMAGED'],
  ]
  for (const [change, code] of cases) {
    const backend = memBackend()
    const { sealer } = await Repository.init(backend, { password, owner, cost })
    const config = { version: 2, id: 'ab'.repeat(32), chunker_polynomial: '3da3358b4dc173', ...change }
    backend.files.set('config/', sealer.seal(Buffer.from(JSON.stringify(config))))
    await assert.rejects(Repository.open(backend, { password }), (e) => isAppError(e, code as 'RESTIC_DAMAGED'), code)
  }
})
