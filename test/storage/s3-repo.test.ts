/** `toride repo --repo s3:…` and stock restic on one Ceph, each reading what the other wrote. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeNastyTree } from '../restic/nasty-tree.ts'
import { stockRestics } from '../restic/stock-restic.ts'
import { assertSameLook, PASSWORD, scratch, toride, torideOk } from '../restic/toride-repo.ts'
import { client, startCeph } from './s3-servers.ts'

const ceph = await startCeph()
after(() => ceph.stop())
const [, newest] = stockRestics()
const skip = ceph.missing || newest!.missing

test('a backup into a bucket, checked and restored by restic, and the other way round', { skip }, async (t) => {
  process.env['AWS_ACCESS_KEY_ID'] = ceph.owner.credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = ceph.owner.credentials.secretAccessKey
  t.after(() => {
    delete process.env['AWS_ACCESS_KEY_ID']
    delete process.env['AWS_SECRET_ACCESS_KEY']
  })
  const s3 = client(ceph.owner)
  t.after(() => s3.destroy())
  await s3.createBucket({ Bucket: 'clinic' })
  const repo = `s3:${ceph.owner.endpoint}/clinic/files`
  const base = scratch(t)
  const [source, ours, theirs] = [join(base, 'src'), join(base, 'ours'), join(base, 'theirs')]
  makeNastyTree(source, 20_000_000)
  assert.equal((await toride(repo, 'snapshots')).code, 10)
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', source)
  newest!.run(repo, PASSWORD, 'check', '--read-data')
  newest!.try(repo, PASSWORD, 'restore', 'latest', '--target', theirs)
  assertSameLook(join(theirs, source), source)
  newest!.run(repo, PASSWORD, 'backup', source)
  await torideOk(repo, 'check', '--read-data')
  await torideOk(repo, 'restore', `latest:${source}`, '--target', ours, '--special', '--verify')
  assertSameLook(ours, source)
})

test('what a thief wrote over and hid comes back, and restic opens it again', { skip }, async (t) => {
  process.env['AWS_ACCESS_KEY_ID'] = ceph.owner.credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = ceph.owner.credentials.secretAccessKey
  t.after(() => {
    delete process.env['AWS_ACCESS_KEY_ID']
    delete process.env['AWS_SECRET_ACCESS_KEY']
  })
  const s3 = client(ceph.owner)
  t.after(() => s3.destroy())
  const Bucket = 'locked'
  await s3.createBucket({ Bucket, ObjectLockEnabledForBucket: true })
  const repo = `s3:${ceph.owner.endpoint}/${Bucket}/files`
  const source = join(scratch(t), 'src')
  makeNastyTree(source, 1_000_000)
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', source)
  const { Contents = [] } = await s3.listObjectsV2({ Bucket })
  for (const [i, { Key }] of Contents.entries())
    await (i % 2 === 0 ? s3.deleteObject({ Bucket, Key }) : s3.putObject({ Bucket, Key, Body: 'paid?' }))
  assert.notEqual((await toride(repo, 'check')).code, 0)
  assert.match((await toride('/tmp', 'repair', 'versions')).err, /bucket/)
  const done = await toride(repo, 'repair', 'versions', '--json')
  assert.equal(done.code, 0, done.err)
  const kept = Contents.filter(({ Key }) => !Key!.includes('/locks/')).length
  assert.deepEqual(JSON.parse(done.out), { message_type: 'versions', brought_back: kept, lost: 0 })
  newest!.run(repo, PASSWORD, 'check', '--read-data')
})

test('an address that is none, and no key, are told before anything is asked', async () => {
  assert.match((await toride('s3:https://127.0.0.1:1', 'snapshots')).err, /address of the bucket/)
  assert.match((await toride('s3:127.0.0.1:1/bucket', 'snapshots')).err, /AWS_ACCESS_KEY_ID/)
  assert.match((await toride('b2:bucket', 'snapshots')).err, /cannot be used yet/)
})
