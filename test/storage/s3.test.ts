/** The S3 backend against a real server with Object Lock. Everything here skips with one reason where there is none. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { isAppError, manualClock, systemClock, type ErrorCode, type FileKind, type FileRef } from '#base'
import {
  extendLocks,
  openS3AsOf,
  openS3Backend,
  withRetry,
  type HeldVersion,
  type S3Backend,
  type S3Options,
} from '#storage'
import { backendConformance, retentionConformance } from '../../src/storage/conformance.suite.ts'
import { between, client, reply, startCeph, startS3rver } from './s3-servers.ts'

const ceph = await startCeph()
after(() => ceph.stop())
const skip = { skip: ceph.missing }
const s3 = client(ceph.owner)
after(() => s3.destroy())
const LOCKED = 'locked'
const PLAIN = 'plain'
if (!ceph.missing) {
  await s3.createBucket({ Bucket: LOCKED, ObjectLockEnabledForBucket: true })
  await s3.createBucket({ Bucket: PLAIN })
}

/** A repository of its own in the bucket with Object Lock. */
function options(more: Partial<S3Options> = {}): S3Options & { prefix: string } {
  return { ...ceph.owner, bucket: LOCKED, prefix: randomBytes(6).toString('hex'), objectLock: 'compliance', ...more }
}

const open = (more: Partial<S3Options> = {}): S3Backend => openS3Backend(options(more))
/** The next whole second: servers keep no parts of it. */
const second = (ms: number) => Math.ceil((systemClock.now() + ms) / 1000) * 1000
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const s3rver = await startS3rver()
after(() => s3rver.stop())
backendConformance('s3 on s3rver, which knows no versions', () =>
  open({ ...s3rver, objectLock: 'none', prefix: randomBytes(6).toString('hex') }),
)
if (ceph.missing) test('S3', skip, () => undefined)
else {
  backendConformance('s3 with Object Lock', () => open())
  backendConformance('s3 without versions', () => open({ bucket: PLAIN, objectLock: 'none' }))
  backendConformance('retry over s3', () => withRetry(open()))
  retentionConformance('retry over s3 with Object Lock', async () => {
    const nowMs = second(0)
    return {
      backend: withRetry(open()),
      nowMs,
      advance: (ms) => wait(nowMs + ms + 1000 - systemClock.now()),
    }
  })
}

test('a lock costs a call only where it must be extended', skip, async () => {
  const requests: string[] = []
  const held = new Map<string, HeldVersion>()
  const config = options({ held, onRequest: (operation) => requests.push(operation) })
  const backend = openS3Backend(config)
  const files = await saveSome(backend, 5)
  const count = async (run: () => Promise<unknown>) => {
    requests.length = 0
    await run()
    return Object.entries(Object.groupBy(requests, (name) => name)).map(([name, all]) => `${all!.length} ${name}`)
  }
  assert.deepEqual(await count(() => saveSome(backend, 1)), ['2 HeadObject', '1 PutObject'])
  const untilMs = second(60_000)
  const DAY = 86_400_000
  assert.deepEqual((await count(() => extendLocks(backend, files, untilMs, { aheadMs: 5000 }))).toSorted(), [
    '5 GetObjectRetention',
    '5 PutObjectRetention',
  ])
  // Held five seconds ahead: the next nights ask for no more than that, and cost nothing.
  for (const more of [0, 2000, 5000]) {
    assert.deepEqual(await count(() => extendLocks(backend, files, untilMs + more, { aheadMs: 5000 })), [])
  }
  assert.deepEqual(await count(() => backend.retention!.lock(files[0]!, untilMs)), [])
  const result = await extendLocks(backend, [files[0]!, file('data', 'nothing there'), files[1]!], untilMs + 6000, {
    aheadMs: 0,
  })
  assert.deepEqual(
    [result.extended, result.enough, result.failed.map(({ error }) => error.code)],
    [2, 0, ['STORAGE_NOT_FOUND']],
  )
  // Another process with the record knows as much; one without it looks once and then knows.
  const again = openS3Backend(config)
  assert.deepEqual(await count(() => extendLocks(again, files, untilMs, { aheadMs: DAY })), [])
  const fresh = openS3Backend({ ...config, held: new Map() })
  assert.deepEqual((await count(() => fresh.retention!.lock(files[2]!, untilMs))).toSorted(), [
    '1 GetObjectRetention',
    '1 ListObjectVersions',
  ])
  assert.deepEqual(await count(() => fresh.retention!.lock(files[2]!, untilMs)), [])
})

test('a lock is held on the version that is the file, whatever was written over it', skip, async () => {
  const config = options()
  const backend = openS3Backend(config)
  const [first] = await saveSome(backend, 1)
  const at = { Bucket: LOCKED, Key: `${config.prefix}/data/${first!.name.slice(0, 2)}/${first!.name}` }
  await s3.putObject({ ...at, Body: 'forged' })
  await s3.deleteObject(at)
  const untilMs = second(60_000)
  // Without a record, so that it has to look for the version.
  await openS3Backend({ ...config, held: new Map() }).retention!.lock(first!, untilMs)
  assert.equal((await backend.retention!.state(first!))?.untilMs, untilMs)
  const { Versions = [] } = await s3.listObjectVersions({ Bucket: LOCKED, Prefix: at.Key })
  const locks = await Promise.all(
    Versions.map(({ VersionId, Size }) =>
      s3.getObjectRetention({ ...at, VersionId: VersionId! }).then(
        ({ Retention }) => [Size, Retention?.Mode],
        () => [Size, 'none'],
      ),
    ),
  )
  assert.deepEqual(locks, [
    [6, 'none'],
    [first!.name.length, 'COMPLIANCE'],
  ])
})

test(
  'what is removed goes for good, or is hidden where these credentials may do no more; never what is held',
  skip,
  async (t) => {
    const config = options()
    const backend = openS3Backend(config)
    const [gone, hidden, kept] = await saveSome(backend, 3)
    const left = async (one: FileRef) => {
      const Prefix = `${config.prefix}/data/${one.name.slice(0, 2)}/${one.name}`
      const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket: LOCKED, Prefix })
      return [Versions.length, DeleteMarkers.length]
    }
    await backend.remove(gone!)
    assert.deepEqual(await left(gone!), [0, 0])

    const weak = await between(ceph.owner.endpoint, ({ method, query }, answer) => {
      const forGood = method === 'DELETE' && query.includes('versionId')
      return forGood && reply(answer, 403, '<Error><Code>AccessDenied</Code></Error>')
    })
    t.after(() => weak.server.close())
    const may = openS3Backend({ ...config, endpoint: weak.endpoint })
    await may.remove(hidden!)
    await may.remove(hidden!)
    assert.equal(await may.stat(hidden!), undefined)
    assert.deepEqual(await left(hidden!), [1, 1])

    // Our clock is wrong: the server's decides.
    await backend.retention!.lock(kept!, second(60_000))
    const early = openS3Backend({ ...config, clock: manualClock(systemClock.now() + 86_400_000) })
    for (const one of [backend, may, early]) await fails('STORAGE_LOCKED_UNTIL', one.remove(kept!))
    assert.deepEqual(await left(kept!), [1, 0])
  },
)

test('a lock that a right can lift counts as logical and is never called a real one', skip, async () => {
  const config = options()
  const backend = openS3Backend(config)
  const [one] = await saveSome(backend, 1)
  const at = { Bucket: LOCKED, Key: `${config.prefix}/data/${one!.name.slice(0, 2)}/${one!.name}` }
  const untilMs = second(60_000)
  await s3.putObjectRetention({ ...at, Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(untilMs) } })
  assert.deepEqual(await backend.retention!.state(one!), { untilMs, strength: 'logical' })
  // This server changes the kind of a lock only for who may bypass it. Another may do it: then it holds, and says so.
  await fails('STORAGE_DENIED', backend.retention!.lock(one!, untilMs))
  assert.equal((await backend.retention!.state(one!))?.strength, 'logical')
})

test('listings go past the first thousand', skip, async () => {
  const config = options()
  const names = Array.from({ length: 1050 }, (_, i) => digest(Buffer.from(`${i}`)))
  const queue = names.values()
  const next = async () => {
    for (const name of queue)
      await s3.putObject({ Bucket: LOCKED, Key: `${config.prefix}/snapshots/${name}`, Body: '1' })
  }
  await Promise.all(Array.from({ length: 16 }, next))
  for (const backend of [openS3Backend(config), openS3AsOf(config)]) {
    const found = await backend.list('snapshots')
    assert.deepEqual(found.map(({ name }) => name).toSorted(), names.toSorted())
    await backend.close()
  }
})

test('trap 1: a multipart upload loses its lock; ours holds what was uploaded so', skip, async () => {
  const config = options()
  const bytes = Buffer.from('in one part')
  const name = digest(bytes)
  const at = { Bucket: LOCKED, Key: `${config.prefix}/snapshots/${name}` }
  const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(second(60_000)) } as const
  const { UploadId } = await s3.createMultipartUpload({ ...at, ...lock })
  const { ETag } = await s3.uploadPart({ ...at, UploadId: UploadId!, PartNumber: 1, Body: bytes })
  const parts = { MultipartUpload: { Parts: [{ PartNumber: 1, ETag: ETag! }] } }
  await s3.completeMultipartUpload({ ...at, UploadId: UploadId!, ...parts })
  const backend = openS3Backend(config)
  const snapshot = { kind: 'snapshots', name } as const
  assert.equal(await backend.retention!.state(snapshot), undefined, 'the server has become honest: say so in s3.md')
  await backend.retention!.lock(snapshot, second(60_000))
  assert.equal((await backend.retention!.state(snapshot))?.strength, 'object-lock-compliance')
  await fails('STORAGE_LOCKED_UNTIL', backend.remove(snapshot))
})

test(
  'trap 2: a copy takes the lock of its source and not the one asked for; ours reads the real one',
  skip,
  async () => {
    const config = options()
    const backend = openS3Backend(config)
    const [first] = await saveSome(backend, 1)
    const soon = second(60_000)
    await backend.retention!.lock(first!, soon)
    const from = `${LOCKED}/${config.prefix}/data/${first!.name.slice(0, 2)}/${first!.name}`
    const copy = { kind: 'index', name: first!.name } as const
    await s3.copyObject({
      Bucket: LOCKED,
      Key: `${config.prefix}/index/${copy.name}`,
      CopySource: from,
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date(soon + 60_000),
    })
    assert.equal((await backend.retention!.state(copy))?.untilMs, soon)
    await backend.retention!.lock(copy, soon + 60_000)
    assert.equal((await backend.retention!.state(copy))?.untilMs, soon + 60_000)
  },
)

test('trap 3: a body of unknown length is refused; ours sends whole buffers', skip, async () => {
  const { Readable } = await import('node:stream')
  const stream = s3.putObject({
    Bucket: LOCKED,
    Key: 'stream',
    Body: Readable.from([Buffer.from('a'), Buffer.from('b')]),
  })
  await assert.rejects(stream)
  const backend = open()
  const body = Buffer.from('ab')
  await backend.save(file('data', 'ab'), [body.subarray(0, 1), body.subarray(1)])
  assert.deepEqual(await backend.load(file('data', 'ab')), body)
})

test('trap 4: newer checksums are not looked at; Content-MD5 and reading back find changed bytes', skip, async (t) => {
  const wrong = createHash('sha256').update('other').digest('base64')
  await s3.putObject({ Bucket: LOCKED, Key: 'wrong', Body: 'bytes', ChecksumSHA256: wrong })
  const flipping = await between(ceph.owner.endpoint, (passing) => {
    if (passing.method !== 'PUT') return
    // On encrypted lines the signature does not cover the body: this header has to.
    assert.equal(passing.headers['content-md5'], createHash('md5').update(passing.body).digest('base64'))
    passing.body[0]! ^= 1
  })
  t.after(() => flipping.server.close())
  const flipped = open({ endpoint: flipping.endpoint })
  await assert.rejects(flipped.save(file('data', 'x'), [Buffer.from('x')]), (error) => {
    return isAppError(error) && ['BadDigest', 'XAmzContentSHA256Mismatch'].includes(String(error.context['s3']))
  })
  assert.deepEqual(await flipped.list('data'), [])
  // A server that says yes and keeps something else.
  const config = options()
  const key = `${config.prefix}/keys/${digest(Buffer.from('x'))}`
  await s3.putObject({ Bucket: LOCKED, Key: key, Body: 'y' })
  let asked = 0
  const lying = await between(ceph.owner.endpoint, (passing, answer) => {
    if (passing.method === 'PUT') return reply(answer, 200)
    return passing.method === 'HEAD' && asked++ === 0 && reply(answer, 404)
  })
  t.after(() => lying.server.close())
  const liar = openS3Backend({ ...config, endpoint: lying.endpoint })
  await fails('STORAGE_S3_READ_BACK_DIFFERS', liar.save(file('keys', 'x'), [Buffer.from('x')]))
})

test('trap 5: "only if it is not there" is ignored among versions; ours looks first', skip, async () => {
  const config = options()
  const key = `${config.prefix}/config`
  await s3.putObject({ Bucket: LOCKED, Key: key, Body: 'first' })
  await s3.putObject({ Bucket: LOCKED, Key: key, Body: 'second', IfNoneMatch: '*' })
  await fails('STORAGE_EXISTS', openS3Backend(config).save({ kind: 'config', name: '' }, [Buffer.from('third')]))
})

test('a lock that was confirmed and is not there is an error, not a lock', skip, async (t) => {
  const swallowing = await between(ceph.owner.endpoint, ({ method, query }, answer) => {
    return method === 'PUT' && query.includes('retention') && reply(answer, 200)
  })
  t.after(() => swallowing.server.close())
  const backend = open({ endpoint: swallowing.endpoint })
  const [first] = await saveSome(backend, 1)
  await fails('STORAGE_S3_LOCK_IGNORED', backend.retention!.lock(first!, second(60_000)))
  assert.equal(await backend.retention!.state(first!), undefined)
})

test('errors say what happened and nothing secret', skip, async (t) => {
  const secret = 'a-secret-that-must-not-show'
  const codes: [ErrorCode, 'permanent' | 'temporary', Partial<S3Options>][] = [
    ['STORAGE_DENIED', 'permanent', { credentials: { accessKeyId: 'OWNERKEY', secretAccessKey: secret } }],
    ['STORAGE_DENIED', 'permanent', { credentials: { accessKeyId: 'NOBODYKEY', secretAccessKey: secret } }],
    ['STORAGE_DENIED', 'permanent', ceph.writer],
    ['STORAGE_S3_BUCKET_WRONG', 'permanent', { bucket: 'nowhere' }],
    ['STORAGE_UNREACHABLE', 'temporary', { endpoint: 'http://127.0.0.1:9' }],
  ]
  for (const [code, retry, more] of codes) {
    const backend = open(more)
    await assert.rejects(backend.list('data'), (error) => {
      assert.ok(isAppError(error, code), `${code}: ${String(error)}`)
      assert.equal(error.retry, retry)
      assert.doesNotMatch(JSON.stringify([error.message, error.context, error.stack, backend.location]), /secret|KEY/)
      assert.equal(error.cause, undefined)
      return true
    })
  }
  assert.throws(
    () => open({ endpoint: 'http://me:pass@127.0.0.1' }),
    (e) => isAppError(e, 'BASE_CONFIG_INVALID'),
  )

  let answers: [number, string][] = [
    [503, 'SlowDown'],
    [500, 'InternalError'],
    [429, 'TooManyRequests'],
  ]
  const failing = await between(ceph.owner.endpoint, (_passing, answer) => {
    const next = answers.shift()
    return next !== undefined && reply(answer, next[0], `<Error><Code>${next[1]}</Code></Error>`)
  })
  t.after(() => failing.server.close())
  let tries = 0
  const retrying = withRetry(open({ endpoint: failing.endpoint }), {
    sleep: async () => undefined,
    onRetry: () => void tries++,
  })
  assert.deepEqual(await retrying.list('data'), [])
  assert.equal(tries, 3)
  const once: [number, string, ErrorCode][] = [
    [403, 'QuotaExceeded', 'STORAGE_FULL'],
    [507, 'InsufficientStorage', 'STORAGE_FULL'],
    [403, 'RequestTimeTooSkewed', 'STORAGE_S3_CLOCK_OFF'],
    [301, 'PermanentRedirect', 'STORAGE_S3_BUCKET_WRONG'],
    [501, 'NotImplemented', 'STORAGE_FAILED'],
    [418, 'Teapot', 'STORAGE_FAILED'],
  ]
  for (const [status, name, code] of once) {
    answers = [[status, name]]
    await fails(code, retrying.list('data'))
  }
})

async function saveSome(backend: S3Backend, count: number): Promise<FileRef[]> {
  const all = Array.from({ length: count }, (_, i) => `file ${i} of ${randomBytes(8).toString('hex')}`.padEnd(64))
  await Promise.all(all.map((text) => backend.save(file('data', text), [Buffer.from(text)])))
  return all.map((text) => file('data', text))
}

function file(kind: FileKind, text: string): FileRef {
  return { kind, name: digest(Buffer.from(text)) }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function fails(code: ErrorCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(isAppError(error, code), `${code} expected, got ${String(error)}`)
    return true
  })
}
