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

test('an address that is none, and no key, are told before anything is asked', async () => {
  assert.match((await toride('s3:https://127.0.0.1:1', 'snapshots')).err, /address of the bucket/)
  assert.match((await toride('s3:127.0.0.1:1/bucket', 'snapshots')).err, /AWS_ACCESS_KEY_ID/)
  assert.match((await toride('b2:bucket', 'snapshots')).err, /cannot be used yet/)
})
