/** A verifier that watches a bucket with credentials that read alone: what it finds when production stops extending locks. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock, type FileRef } from '#base'
import { Repository } from '#restic'
import { extendLocks, openS3Backend } from '#storage'
import { type BucketBook, lookAtBucket } from '../../src/verifier/bucket.ts'
import { mirrorRepository } from '../../src/vault/mirror.ts'
import { runCli } from '#cli'
import { backUpSource } from '../robustness/engine.ts'
import { PASSWORD, scratch } from '../robustness/look.ts'
import { client, startCeph } from '../storage/s3-servers.ts'
import { clinicOf, KINDS } from './attack-elsewhere.fixture.ts'
import { DAY } from './running.ts'

const ceph = await startCeph()
after(() => ceph.stop())
const Bucket = 'watched'
const READS = ['ListBucket', 'ListBucketVersions', 'GetObject', 'GetObjectVersion', 'GetObjectRetention']

test(
  'it says when a generation is not locked, its packs not as long, when nothing comes',
  { skip: ceph.missing },
  async (t) => {
    const owner = client(ceph.owner)
    t.after(() => owner.destroy())
    await owner.createBucket({ Bucket, ObjectLockEnabledForBucket: true })
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]
    const Action = READS.map((word) => `s3:${word}`)
    const Statement = [{ Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/writer'] }, Action, Resource }]
    await owner.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })

    const clinic = await clinicOf(t, 2)
    const production = openS3Backend({ ...ceph.owner, bucket: Bucket, prefix: 'records', objectLock: 'compliance' })
    t.after(() => production.close())
    const hold = async (files: readonly FileRef[], days: number): Promise<void> => {
      const { failed } = await extendLocks(production, [...files], systemClock.now() + days * DAY, { aheadMs: 0 })
      assert.deepEqual(failed, [])
    }
    await mirrorRepository(clinic.local, production)
    await hold(clinic.files, 30)

    const place = { kind: 's3', ...ceph.writer, bucket: Bucket, prefix: 'records' } as const
    const book: BucketBook = { seen: [], wrong: [], newAt: systemClock.now(), ends: {} }
    const look = async (afterDays = 0) => {
      const now = systemClock.now() + afterDays * DAY
      return (await lookAtBucket({ place, password: PASSWORD, book, now, lateMs: 4 * DAY })).map(({ what }) => what)
    }
    assert.deepEqual(await look(), [])
    assert.deepEqual(await look(1), [])
    assert.deepEqual(await look(5), ['late'])

    // Stolen: a new generation comes, without a lock; then with one of its own alone.
    const before = new Set(clinic.files.map(({ name }) => name))
    const source = join(clinic.local.location, '..', 'source')
    writeFileSync(join(source, '0', 'new.hl7'), 'MSH|new\r')
    const repository = await Repository.open(clinic.local, { password: PASSWORD })
    await backUpSource(repository, source, join(source, '..', 'cache'))
    await mirrorRepository(clinic.local, production)
    assert.deepEqual(await look(), ['unlocked'])
    const fresh: FileRef[] = []
    for (const kind of KINDS)
      for (const { name } of await clinic.local.list(kind)) if (!before.has(name)) fresh.push({ kind, name })
    await hold(fresh, 60)
    assert.deepEqual(await look(), ['short'], 'the packs of before end sooner')
    assert.deepEqual(await look(25), ['late', 'short', 'ends-soon'])
    await hold([...clinic.files, ...fresh], 60)
    assert.deepEqual(await look(), [])

    await t.test('as it is typed, with its own alarm', async () => {
      const told: string[] = []
      const server = createServer((asked, answer) => {
        asked.on('data', (bytes: Buffer) => told.push(bytes.toString()))
        asked.on('end', () => answer.end())
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const folder = join(scratch(t), 'verifier')
      const [passwords, spoken] = [join(scratch(t), 'password'), [] as string[]]
      writeFileSync(passwords, PASSWORD)
      const type = (args: string[], now = systemClock.now()) => {
        const output = { write: (text: string | Uint8Array) => void spoken.push(String(text)) }
        const { accessKeyId, secretAccessKey } = ceph.writer.credentials
        const env = { LANG: 'en', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
        const { signal } = new AbortController()
        const clock = { ...systemClock, now: () => now }
        return runCli(['verifier', ...args, '--data', folder], { stdout: output, stderr: output, env, signal, clock })
      }
      const repo = `s3:${ceph.writer.endpoint}/${Bucket}/records`
      assert.equal(await type(['watch']), 1, 'none yet')
      assert.equal(
        await type(['bucket', '--name', 'records', '--repo', repo, '--password-file', passwords]),
        0,
        spoken.join(''),
      )
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      writeFileSync(
        join(folder, 'contacts.json'),
        JSON.stringify({ webhook: { url, secret: 'x'.repeat(32), inTheClear: true } }),
      )
      assert.equal(await type(['watch']), 0, spoken.join(''))
      assert.equal(await type(['watch'], systemClock.now() + 55 * DAY), 3, spoken.join(''))
      assert.match(spoken.join(''), /records +NO NEW GENERATION/)
      assert.ok(
        told.some((text) => text.includes('backup-late')),
        told.join(),
      )
      server.close()
    })
  },
)
