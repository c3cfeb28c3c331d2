/**
 * The attack on a bucket with Object Lock: a stolen production administrator with the credentials that production holds,
 * and then, worse, those of the bucket's owner. Every locked generation comes back byte for byte. What nobody can answer
 * for is the closing of the account itself (docs/manual).
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3 } from '@aws-sdk/client-s3'
import { systemClock } from '#base'
import { extendLocks, openS3AsOf, openS3Backend, restoreEarlierVersions } from '#storage'
import { mirrorRepository } from '../../src/vault/mirror.ts'
import { client, startCeph } from '../storage/s3-servers.ts'
import { type Clinic, clinicOf, Tries } from './attack-elsewhere.fixture.ts'
import { sha } from './house.fixture.ts'

const ceph = await startCeph()
after(() => ceph.stop())
const Bucket = 'clinic'
const PREFIX = 'records'
const HELD_MS = 300_000
const REFUSED =
  /AccessDenied|Forbidden|InvalidRequest|InvalidBucketState|BucketNotEmpty|MethodNotAllowed|ObjectLock|Unknown/

/** What docs/design/s3.md tells to allow to production. */
const ALLOWED = ['ListBucket', 'ListBucketVersions', 'PutObject', 'GetObject', 'GetObjectVersion', 'DeleteObject']
const ALLOWED_MORE = ['DeleteObjectVersion', 'PutObjectRetention', 'GetObjectRetention']

interface Scene {
  readonly clinic: Clinic
  readonly tries: Tries
  /** Key and version of everything that is locked. */
  readonly locked: readonly { readonly Key: string; readonly VersionId: string }[]
}

/** What any credential may try that opens the bucket. */
async function tryObjects(who: string, s3: S3, { tries, locked }: Scene): Promise<void> {
  const [one] = locked
  const Key = one!.Key
  const of = { Bucket, ...one! }
  const soon = new Date(systemClock.now() + 1000)
  await tries.refused(`${who}: delete a version`, REFUSED, () => s3.deleteObject(of))
  await tries.refused(`${who}: delete it past governance`, REFUSED, () =>
    s3.deleteObject({ ...of, BypassGovernanceRetention: true }),
  )
  await tries.taken(`${who}: delete all at once`, async () => {
    const { Errors = [] } = await s3.deleteObjects({ Bucket, Delete: { Objects: [...locked] } })
    assert.equal(Errors.length, locked.length)
  })
  await tries.refused(`${who}: shorten a lock`, REFUSED, () =>
    s3.putObjectRetention({ ...of, Retention: { Mode: 'COMPLIANCE', RetainUntilDate: soon } }),
  )
  await tries.refused(`${who}: make it governance and bypass`, REFUSED, () =>
    s3.putObjectRetention({
      ...of,
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate: soon },
      BypassGovernanceRetention: true,
    }),
  )
  await tries.refused(`${who}: take the lock off`, /./, () => s3.putObjectRetention({ ...of, Retention: {} }))
  await tries.taken(`${who}: overwrite everything`, async () => {
    for (const { Key: each } of locked) await s3.putObject({ Bucket, Key: each, Body: randomBytes(50) })
  })
  await tries.taken(`${who}: overwrite with nothing`, () => s3.putObject({ Bucket, Key, Body: '' }))
  await tries.taken(`${who}: hide everything behind delete markers`, async () => {
    for (const { Key: each } of locked) await s3.deleteObject({ Bucket, Key: each })
  })
  await tries.taken(`${who}: a poisoned index`, () => put(s3, 'index', randomBytes(700)))
  await tries.taken(`${who}: worthless generations`, async () => {
    for (let i = 0; i < 21; i++) await put(s3, 'snapshots', randomBytes(200))
  })
  await tries.taken(`${who}: a key of his own`, () => put(s3, 'keys', randomBytes(200)))
  await tries.taken(`${who}: an upload that never ends`, () => s3.createMultipartUpload({ Bucket, Key }))
}

const put = (s3: S3, kind: string, Body: Buffer<ArrayBuffer>) =>
  s3.putObject({ Bucket, Key: `${PREFIX}/${kind}/${sha(Body)}`, Body })

/** The rules of the bucket: production may touch none; even its owner cannot touch what is locked by them. */
async function tryBucket(who: string, s3: S3, { tries }: Scene, isOwner: boolean): Promise<void> {
  const suspended = { Bucket, VersioningConfiguration: { Status: 'Suspended' } } as const
  await tries.refused(`${who}: suspend versioning`, REFUSED, () => s3.putBucketVersioning(suspended))
  await tries.refused(`${who}: delete the bucket`, REFUSED, () => s3.deleteBucket({ Bucket }))
  const lifecycle = () =>
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'all',
            Status: 'Enabled',
            Filter: { Prefix: '' },
            Expiration: { Days: 1 },
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          },
        ],
      },
    })
  const rules = () =>
    s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } })
  if (isOwner) {
    await tries.taken(`${who}: expire all by lifecycle`, lifecycle)
    await tries.taken(`${who}: no lock by default any more`, rules)
    return
  }
  await tries.refused(`${who}: expire all by lifecycle`, REFUSED, lifecycle)
  await tries.refused(`${who}: no lock by default any more`, REFUSED, rules)
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] })
  await tries.refused(`${who}: another policy`, REFUSED, () => s3.putBucketPolicy({ Bucket, Policy }))
}

test('nothing he tries takes a locked generation out of the bucket', { skip: ceph.missing }, async (t) => {
  const [owner, writer] = [client(ceph.owner), client(ceph.writer)]
  t.after(() => [owner, writer].map((one) => one.destroy()))
  await owner.createBucket({ Bucket, ObjectLockEnabledForBucket: true })
  const Action = [...ALLOWED, ...ALLOWED_MORE].map((word) => `s3:${word}`)
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]
  const Statement = [{ Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/writer'] }, Action, Resource }]
  await owner.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })

  const clinic = await clinicOf(t, 4)
  const config = { ...ceph.writer, bucket: Bucket, prefix: PREFIX, objectLock: 'compliance' as const }
  const place = openS3Backend(config)
  t.after(() => place.close())
  await mirrorRepository(clinic.local, place)
  const { failed } = await extendLocks(place, [...clinic.files], systemClock.now() + HELD_MS, { aheadMs: 0 })
  assert.deepEqual(failed, [])
  const { Versions = [] } = await owner.listObjectVersions({ Bucket })
  const locked = Versions.map(({ Key, VersionId }) => ({ Key: Key!, VersionId: VersionId! }))
  assert.equal(locked.length, clinic.files.length)
  await sleep(1500)
  const asOfMs = systemClock.now()
  await sleep(1500)

  const scene = { clinic, tries: new Tries(), locked }
  await tryObjects('production', writer, scene)
  await tryBucket('production', writer, scene, false)
  await tryObjects('owner', owner, scene)
  await tryBucket('owner', owner, scene, true)
  assert.ok(scene.tries.made.size >= 30, `${scene.tries.made.size} tries`)

  const still = new Set((await allVersions(owner)).map(({ VersionId }) => VersionId))
  for (const { VersionId, Key } of locked) assert.ok(still.has(VersionId), `${Key} is there`)
  await t.test('as it was before he came', async () => {
    const past = openS3AsOf({ ...config, asOfMs })
    await clinic.demandRestores(past)
    await past.close()
  })
  await t.test('brought back to the front', async () => {
    const { lost } = await restoreEarlierVersions({ ...config, asOfMs })
    assert.deepEqual(lost, [])
    for (const file of clinic.files) assert.deepEqual(await place.load(file), await clinic.local.load(file))
  })
})

async function allVersions(s3: S3) {
  const found = []
  for (let KeyMarker: string | undefined, VersionIdMarker: string | undefined, more = true; more;) {
    const page = await s3.listObjectVersions({ Bucket, KeyMarker, VersionIdMarker })
    found.push(...(page.Versions ?? []))
    more = page.IsTruncated ?? false
    KeyMarker = page.NextKeyMarker
    VersionIdMarker = page.NextVersionIdMarker
  }
  return found
}
