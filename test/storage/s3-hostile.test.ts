/** What a thief of the write credentials can do to a bucket with Object Lock, what is left, and how it comes back. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isAppError, systemClock, type Backend } from '#base'
import { encodeTree, Repository, type Node } from '#restic'
import {
  extendLocks,
  openLocalBackend,
  openS3AsOf,
  openS3Backend,
  restoreEarlierVersions,
  type S3Options,
} from '#storage'
import { stockRestics } from '../restic/stock-restic.ts'
import { client, startCeph } from './s3-servers.ts'

const ceph = await startCeph()
after(() => ceph.stop())
const skip = { skip: ceph.missing }
const s3 = client(ceph.owner)
after(() => s3.destroy())
if (!ceph.missing) await s3.createBucket({ Bucket: 'locked', ObjectLockEnabledForBucket: true })

const owner = { hostname: 'h', username: 'u', created: '2026-01-01T00:00:00Z' }
const cost = { N: 1024, r: 8, p: 1 }
const password = '砦'
const KINDS = ['config', 'keys', 'data', 'index', 'snapshots'] as const
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

function place(): S3Options & { prefix: string } {
  return { ...ceph.owner, bucket: 'locked', prefix: randomBytes(6).toString('hex'), objectLock: 'compliance' }
}

/** As restic wants it: address and credentials in the environment. */
function resticAddress({ endpoint, bucket, prefix }: S3Options): string {
  process.env['AWS_ACCESS_KEY_ID'] = ceph.owner.credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = ceph.owner.credentials.secretAccessKey
  return `s3:${endpoint}/${bucket}/${prefix}`
}

/** A small repository with one snapshot of one file, as our engine writes it; the ids of its blobs. */
async function writeRepository(backend: Backend, marker: string): Promise<void> {
  const exists = (await backend.stat({ kind: 'config', name: '' })) !== undefined
  const repository = exists
    ? await Repository.open(backend, { password })
    : await Repository.init(backend, { password, owner, cost })
  const writer = repository.packWriter(await repository.loadIndex())
  const content: string[] = []
  for (let i = 0; i < 20; i++) content.push(await writer.add('data', Buffer.alloc(50_000 + i, `${marker} ${i}`)))
  const times = { mtimeNs: 1n, atimeNs: 1n, ctimeNs: 1n, uid: 0, gid: 0 }
  const file: Node = { name: Buffer.from('記録'), type: 'file', mode: 0o600, ...times, sizeBytes: 1_000_190, content }
  const tree = await writer.add('tree', encodeTree([file]))
  await writer.finish()
  await repository.saveUnpacked('snapshots', JSON.stringify({ time: owner.created, tree, paths: ['/x'] }))
}

/** Every blob that the index knows, read and checked; how many. */
async function readEverything(backend: Backend): Promise<number> {
  const repository = await Repository.open(backend, { password })
  const index = await repository.loadIndex()
  const blobs: [string, 'data' | 'tree'][] = []
  index.forEach((id, { type }) => blobs.push([id.toString('hex'), type]))
  for (const [id, type] of blobs) await repository.loadBlob(index, id, type)
  for (const { name } of await backend.list('snapshots')) await repository.loadUnpacked('snapshots', name)
  return blobs.length
}

async function holdAll(backend: Backend): Promise<void> {
  const lists = KINDS.map(async (kind) => (await backend.list(kind)).map(({ name }) => ({ kind, name })))
  const files = (await Promise.all(lists)).flat()
  const { failed } = await extendLocks(backend, files, systemClock.now() + 120_000, { aheadMs: 0 })
  assert.deepEqual(failed, [])
}

/** Every object: deleted for ever if that were possible, and else written over (half of them) and hidden (two thirds). */
async function destroy(prefix: string): Promise<void> {
  const at = { Bucket: 'locked', Prefix: `${prefix}/` }
  const { Versions = [] } = await s3.listObjectVersions(at)
  assert.ok(Versions.length >= 6)
  const Objects = Versions.map(({ Key, VersionId }) => ({ Key: Key!, VersionId: VersionId! }))
  const { Errors = [] } = await s3.deleteObjects({ Bucket: 'locked', Delete: { Objects } })
  assert.equal(Errors.length, Versions.length, 'each deletion is refused')
  for (const [i, { Key, Size }] of Versions.entries()) {
    if (i % 2 === 0) await s3.putObject({ Bucket: 'locked', Key: Key!, Body: i % 4 ? 'x' : randomBytes(Size!) })
    if (i % 3 !== 0) await s3.deleteObject({ Bucket: 'locked', Key: Key! })
  }
}

for (const restic of stockRestics()) {
  const judged = { skip: ceph.missing || restic.missing }

  test(`${restic.version} and we write into one repository on S3, each checked by the other`, judged, async () => {
    const config = place()
    const address = resticAddress(config)
    const backend = openS3Backend(config)
    await writeRepository(backend, 'ours')
    restic.run(address, password, 'check', '--read-data')
    assert.match(restic.run(address, password, 'ls', 'latest'), /記録/)
    restic.run(address, password, 'backup', 'src/base')
    assert.ok((await readEverything(backend)) > 30)
    await writeRepository(backend, 'again')
    restic.run(address, password, 'check', '--read-data')
    // What is locked stays whatever restic does; it says so and harms nothing.
    await holdAll(backend)
    const before = await backend.list('data')
    restic.try(address, password, 'forget', '--keep-last', '1', '--group-by', '', '--prune')
    const { prefix } = config
    const { Versions = [] } = await s3.listObjectVersions({ Bucket: 'locked', Prefix: `${prefix}/data/` })
    const kept = new Set(Versions.map(({ Key }) => Key!.slice(-64)))
    assert.ok(before.every(({ name }) => kept.has(name)))
    await backend.close()
  })

  test(
    `after everything was overwritten and hidden, ${restic.version} finds no fault in what comes back`,
    judged,
    async (t) => {
      const config = place()
      const backend = openS3Backend(config)
      await writeRepository(backend, 'locked')
      await holdAll(backend)
      await destroy(config.prefix)
      await assert.rejects(readEverything(backend))

      const past = openS3AsOf(config)
      assert.ok((await readEverything(past)) > 20)
      const copy = mkdtempSync(join(tmpdir(), 's3-'))
      t.after(() => rmSync(copy, { recursive: true }))
      const local = openLocalBackend(copy)
      for (const kind of KINDS) {
        for (const { name } of await past.list(kind)) {
          await local.save({ kind, name }, [await past.load({ kind, name })])
        }
      }
      restic.run(copy, password, 'check', '--read-data')

      const { broughtBack, lost } = await restoreEarlierVersions(config)
      assert.ok(broughtBack.length >= 4)
      assert.deepEqual(lost, [])
      restic.run(resticAddress(config), password, 'check', '--read-data')
      assert.match(restic.run(resticAddress(config), password, 'ls', 'latest'), /記録/)
      assert.deepEqual((await restoreEarlierVersions(config)).broughtBack, [], 'a second time there is nothing to do')
      await Promise.all([backend.close(), past.close()])
    },
  )
}

test('a moment in the past shows what was there then, whatever came later', skip, async () => {
  const config = place()
  const backend = openS3Backend(config)
  await writeRepository(backend, 'first')
  const [snapshot] = await backend.list('snapshots')
  await wait(1500)
  const asOfMs = systemClock.now()
  await wait(1500)
  await writeRepository(backend, 'second')
  await s3.putObject({ Bucket: 'locked', Key: `${config.prefix}/snapshots/${'ab'.repeat(32)}`, Body: 'forged' })
  const past = openS3AsOf({ ...config, asOfMs })
  assert.deepEqual(await past.list('snapshots'), [snapshot])
  assert.ok((await readEverything(past)) > 20)
  assert.equal((await openS3AsOf(config).list('snapshots')).length, 3)
  const forged = { kind: 'snapshots', name: 'ab'.repeat(32) } as const
  await assert.rejects(past.load(forged), (e) => isAppError(e, 'STORAGE_NOT_FOUND'))
  await assert.rejects(past.save(forged, []), (e) => isAppError(e, 'STORAGE_READ_ONLY'))
})

test('a file of which no right version is left is named, not brought back', skip, async () => {
  const config = place()
  const gone = { kind: 'index', name: 'cd'.repeat(32) } as const
  for (const Body of ['one', 'two']) {
    await s3.putObject({ Bucket: 'locked', Key: `${config.prefix}/index/${gone.name}`, Body })
  }
  assert.deepEqual(await restoreEarlierVersions(config), { broughtBack: [], lost: [gone] })
})
