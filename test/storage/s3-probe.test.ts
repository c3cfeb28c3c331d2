/** Enrolment and monthly test of a place: which servers and which credentials are taken, and why the others are not. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { manualClock, systemClock } from '#base'
import { probeObjectLock, type ProbeResult, type S3Config } from '#storage'
import { ALLOWED, allowWriter, between, client, reply, startCeph, startS3rver } from './s3-servers.ts'

const ceph = await startCeph()
after(() => ceph.stop())
const skip = { skip: ceph.missing }
const s3 = client(ceph.owner)
after(() => s3.destroy())
if (!ceph.missing) {
  await s3.createBucket({ Bucket: 'locked', ObjectLockEnabledForBucket: true })
  await s3.createBucket({ Bucket: 'weak', ObjectLockEnabledForBucket: true })
  await s3.createBucket({ Bucket: 'plain' })
  await allowWriter(s3, 'locked')
  await allowWriter(
    s3,
    'weak',
    ALLOWED.filter((action) => !action.startsWith('s3:Delete')),
  )
  await allowWriter(s3, 'plain')
}

/** Without the wait at the end: the test objects stay, which only the first test minds. */
const HOLD = { holdMs: 20_000, sleep: async () => undefined }
const writer = (bucket: string): S3Config => ({ ...ceph.writer, bucket, prefix: 'clinic' })

test(
  'credentials that may only write, read and lock are taken, and the test cleans up behind itself',
  skip,
  async () => {
    const result = await probeObjectLock(writer('locked'), { holdMs: 5000 })
    assert.deepEqual(wrong(result), [])
    assert.equal(result.verdict, 'holds')
    assert.ok(Math.abs(result.offsetMs!) < 2000)
    const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket: 'locked' })
    assert.deepEqual([Versions, DeleteMarkers], [undefined, undefined])
  },
)

test(
  'credentials that may change the rules of the bucket are refused, and nothing of it was changed',
  skip,
  async () => {
    const before = await s3.getBucketPolicy({ Bucket: 'locked' })
    const result = await probeObjectLock({ ...writer('locked'), ...ceph.owner }, HOLD)
    assert.deepEqual([result.verdict, result.refusal], ['refused', 'STORAGE_S3_CREDENTIALS_TOO_STRONG'])
    assert.deepEqual(wrong(result), [
      'fail may-not-lifecycle',
      'fail may-not-policy',
      'fail may-not-versioning',
      'fail may-not-object-lock',
      'fail may-not-bypass',
    ])
    assert.equal((await s3.getBucketPolicy({ Bucket: 'locked' })).Policy, before.Policy)
    assert.equal((await s3.getBucketVersioning({ Bucket: 'locked' })).Status, 'Enabled')
    await assert.rejects(s3.getBucketLifecycleConfiguration({ Bucket: 'locked' }))
  },
)

test('credentials that may not delete at all cannot prove the lock: said, not refused', skip, async () => {
  const result = await probeObjectLock(writer('weak'), HOLD)
  assert.equal(result.verdict, 'unproven')
  assert.deepEqual(wrong(result), ['unproven delete-refused', 'unproven bypass-refused'])
})

test('a bucket without Object Lock is refused as that', skip, async () => {
  const result = await probeObjectLock(writer('plain'), HOLD)
  assert.deepEqual([result.verdict, result.refusal], ['refused', 'STORAGE_S3_LOCK_MISSING'])
})

test('a server that says it locks and deletes all the same is refused', skip, async (t) => {
  let retain = ''
  const lying = await between(ceph.owner.endpoint, ({ method, query, body }, answer) => {
    if (!query.includes('retention')) return false
    if (method === 'PUT') retain = body.toString()
    return reply(answer, 200, method === 'PUT' ? '' : retain)
  })
  t.after(() => lying.server.close())
  const result = await probeObjectLock({ ...writer('locked'), endpoint: lying.endpoint }, HOLD)
  assert.deepEqual([result.verdict, result.refusal], ['refused', 'STORAGE_S3_LOCK_IGNORED'])
  assert.ok(wrong(result).includes('fail delete-refused'))
  assert.ok(wrong(result).includes('fail bytes-kept'))
})

test('a clock that is an hour off is refused', skip, async () => {
  const clock = manualClock(systemClock.now() - 3_600_000)
  const result = await probeObjectLock({ ...writer('locked'), clock }, HOLD)
  assert.deepEqual([result.verdict, result.refusal], ['refused', 'STORAGE_S3_CLOCK_OFF'])
  assert.deepEqual(wrong(result), ['fail clock'])
})

test('s3rver, which takes a lock and deletes the file, is refused', async (t) => {
  const server = await startS3rver()
  t.after(() => server.stop())
  const result = await probeObjectLock(server)
  assert.deepEqual([result.verdict, result.refusal], ['refused', 'STORAGE_S3_LOCK_IGNORED'])
})

function wrong({ findings }: ProbeResult): string[] {
  return findings.filter(({ outcome }) => outcome !== 'pass').map(({ step, outcome }) => `${outcome} ${step}`)
}
