/**
 * Places that are no Keeper, each with a real one at the other end: another disk, rest-server, a bucket with Object Lock.
 * Copied to by the night's tick, read, repaired out of each other, kept in order, and restored from by stock restic.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '#base'
import type { Institution } from '#server'
import { placeNotesSchema } from '#vault'
import type { PlaceForm } from '#web'
import { stockRestics } from '../restic/stock-restic.ts'
import { PASSWORD, restServer, USER } from '../storage/servers.ts'
import { allowWriter, client, startCeph } from '../storage/s3-servers.ts'
import { attack, clockAt, house, take } from './house.ts'
import { otherDisk, WITHOUT_OTHER_DISK } from './other-disk.ts'
import { firstPerson } from './person.ts'

const DAY_MS = 86_400_000
const ceph = await startCeph()
after(() => ceph.stop())

const form = (kind: PlaceForm['kind'], values: PlaceForm['values'], name = '控え'): PlaceForm => ({
  kind,
  name,
  offsite: kind !== 'folder',
  values,
})

async function entries({ ledger }: Institution, type: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === type) found.push(entry.data as Record<string, unknown>)
  return found
}

async function ended({ vault }: Institution, jobId: string) {
  for await (const job of vault.jobs.watch(jobId, AbortSignal.timeout(120_000))) if (job.state !== 'running') return job
  return undefined
}

const packsIn = (folder: string): string[] =>
  readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => join(folder, 'data', name))
    .sort()

/** Rots a file as a disk does: no time, no size changes hands. */
function rot(path: string): void {
  const bytes = readFileSync(path)
  attack(path)
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(path, bytes)
}

const isSound = (path: string) =>
  createHash('sha256').update(readFileSync(path)).digest('hex') === path.slice(path.lastIndexOf('/') + 1)

test(
  'another disk: refused where it is none, copied to, read, healed both ways, restored by restic',
  { skip: WITHOUT_OTHER_DISK },
  async (t) => {
    const home = house(t)
    let institution = await home.open()
    const { viewer, services } = await firstPerson(institution)
    const refused = async (folder: string) => {
      const answer = await services.backup.addPlace(viewer, form('folder', { folder }))
      return answer.kind === 'refused' ? [answer.field, answer.code] : answer.kind
    }
    const beside = join(home.folder, '..', 'beside')
    mkdirSync(beside)
    assert.deepEqual(await refused('relative'), ['folder', 'VAULT_PLACE_INVALID'])
    assert.deepEqual(await refused(join(home.folder, 'places')), ['folder', 'VAULT_PLACE_INVALID'])
    assert.deepEqual(await refused(beside), ['folder', 'VAULT_PLACE_SAME_DISK'])
    assert.deepEqual(await refused('/dev/shm'), ['folder', 'VAULT_PLACE_IN_MEMORY'])
    assert.deepEqual(await refused('/mnt/nowhere-at-all'), ['folder', 'STORAGE_NOT_FOUND'])
    const disk = otherDisk(t)
    // A second click finds it there.
    const twice = await Promise.all(
      [1, 2].map(() => services.backup.addPlace(viewer, form('folder', { folder: disk }))),
    )
    assert.deepEqual(twice, [{ kind: 'ok' }, { kind: 'ok' }])
    const other = await services.backup.addPlace(viewer, form('folder', { folder: disk }, '別の名前'))
    assert.equal(other.kind === 'refused' && other.code, 'VAULT_PLACE_TAKEN')

    const [id] = await take(institution, home, 1)
    await institution.vault.tick()
    const [, place] = await services.backup.places()
    assert.deepEqual([place!.failure, place!.generations], [undefined, 1])
    const source = (await institution.vault.sources()).find(({ kind }) => kind === 'folder')!
    const there = join(disk, source.id)
    // The first night's part was all there is: the round is whole, and so the proof.
    const seen = place!.sources.find(({ sourceId }) => sourceId === source.id)!
    assert.equal(seen.proved, 1)
    const verified = await entries(institution, 'generation.verified')
    assert.ok(
      verified.some(({ place: at, scope, result }) => at === place!.id && scope === 'all-data' && result === 'ok'),
    )

    // Rot there, then here: each is brought from the other, held as before, and the ledger says so.
    const [far] = packsIn(there)
    rot(far!)
    const job = await ended(institution, (await services.backup.readPlace(viewer, place!.id))!.jobId)
    assert.equal(job?.state, 'done')
    assert.ok(isSound(far!))
    const [near] = packsIn(institution.vault.repositoryFolder(source.id))
    rot(near!)
    await ended(institution, (await services.backup.readPlace(viewer, 'local'))!.jobId)
    assert.ok(isSound(near!))
    assert.throws(() => rmSync(near!), 'held as before')
    const healed = await entries(institution, 'repository.healed')
    assert.deepEqual(
      healed.map(({ place: at, from, files }) => [at, from, files]),
      [
        [place!.id, 'local', 1],
        ['local', place!.id, 1],
      ],
    )
    // Rot in both: nobody can bring it, and it is said at the place and in the job.
    rot(far!)
    rot(near!)
    const lost = await ended(institution, (await services.backup.readPlace(viewer, place!.id))!.jobId)
    assert.deepEqual([lost?.state, lost?.errorCode], ['failed', 'VAULT_PLACE_DAMAGED'])
    assert.equal((await services.backup.places())[1]!.failure?.code, 'VAULT_PLACE_DAMAGED')
    rot(far!)
    rot(near!)
    await ended(institution, (await services.backup.readPlace(viewer, place!.id))!.jobId)
    assert.equal((await services.backup.places())[1]!.failure, undefined)

    // Not mounted: said so, and the empty folder in its stead gets nothing.
    const mark = join(disk, 'toride-place.json')
    renameSync(mark, `${mark}.away`)
    await take(institution, home, 1)
    await institution.vault.tick()
    assert.equal((await services.backup.places())[1]!.failure?.code, 'VAULT_PLACE_NOT_THERE')
    renameSync(`${mark}.away`, mark)
    const copied = await services.backup.copyNow(viewer, place!.id)
    await ended(institution, copied!.jobId)
    assert.equal((await services.backup.places())[1]!.failure, undefined)

    const restic = stockRestics().find(({ missing }) => !missing)
    if (restic) {
      const target = mkdtempSync(join(tmpdir(), 'toride-target-'))
      t.after(() => rmSync(target, { recursive: true, force: true }))
      const password = institution.keys.secrets.load(source.id)!
      const check = await restic.ask(there, password, 'check', '--read-data', '--no-lock')
      assert.match(check.output, /no errors were found/)
      const restored = await restic.ask(there, password, 'restore', id!, '--target', target, '--no-lock')
      assert.equal(restored.status, 0, restored.output)
      assert.equal(readFileSync(join(target, home.source, 'file-1.txt'), 'utf8'), 'content 1 '.repeat(2000))
    }

    // Years later what was let go here goes there too, and nothing else.
    const later = systemClock.now() + 800 * DAY_MS
    for (let day = 0; day < 4; day++) {
      institution = await home.open(clockAt(later + day * DAY_MS))
      assert.ok(institution.keys.backupIsOpen)
      await take(institution, home, 1)
      await institution.vault.tick()
    }
    const removed = await entries(institution, 'generation.removed')
    assert.ok(
      removed.some(({ snapshot }) => snapshot === id),
      'let go at the place',
    )
    assert.equal(existsSync(join(there, 'snapshots', id!)), false)
    const errors = (await institution.vault.verifyLedger()).findings.filter(({ severity }) => severity === 'error')
    // The attribute that our rotting lifted; nothing else.
    assert.ok(
      errors.every(({ code }) => code === 'REPOSITORY_LOCKS_RESTORED'),
      JSON.stringify(errors),
    )
    for (const pack of packsIn(there)) assert.ok(isSound(pack))
  },
)

test(
  'a folder that others may write in: no pipe, link or foreign mark is followed, and no lock is claimed',
  { skip: WITHOUT_OTHER_DISK },
  async (t) => {
    const home = house(t)
    const institution = await home.open()
    const { viewer, services } = await firstPerson(institution)
    const disk = otherDisk(t)
    chmodSync(disk, 0o777)
    assert.deepEqual(await services.backup.addPlace(viewer, form('folder', { folder: disk })), { kind: 'ok' })
    const [id] = await take(institution, home, 1)
    const source = (await institution.vault.sources()).find(({ kind }) => kind === 'folder')!
    const place = (await institution.vault.otherPlaces.list())[0]!
    const failure = async () => (await institution.vault.otherPlaces.get(place.id))!.lastFailure?.code
    const again = async () => {
      const copying = await services.backup.copyNow(viewer, place.id)
      if (copying) await ended(institution, copying.jobId)
      return failure()
    }
    // Where our repository would lie, a way into a folder of somebody else's.
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'))
    t.after(() => rmSync(elsewhere, { recursive: true }))
    symlinkSync(elsewhere, join(disk, source.id))
    assert.equal(await again(), 'VAULT_PLACE_NOT_THERE')
    assert.deepEqual(readdirSync(elsewhere), [])
    rmSync(join(disk, source.id))
    // A pipe in the mark's place would wait for ever.
    const mark = join(disk, 'toride-place.json')
    renameSync(mark, `${mark}.kept`)
    execFileSync('mkfifo', [mark])
    assert.equal(await again(), 'VAULT_PLACE_NOT_THERE')
    rmSync(mark)
    symlinkSync(`${mark}.kept`, mark)
    assert.equal(await again(), 'VAULT_PLACE_NOT_THERE')
    rmSync(mark)
    renameSync(`${mark}.kept`, mark)
    assert.equal(await again(), undefined)
    assert.equal((await institution.vault.otherPlaces.held([id!]))[0]?.strength, 'logical')
  },
)

test('a spoilt row takes no other place down; hours that starve a place are refused', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const tables = institution.database.tables<{ place: Record<string, unknown> }>()
  const row = { kind: 'folder', name: 'x', created_at: 1, notes: '{}' }
  await tables
    .insertInto('place')
    .values({ ...row, id: 'folder-1', config: '{"folder":""}' })
    .execute()
  await tables
    .insertInto('place')
    .values({ ...row, id: 'folder-2', config: '{"folder":"/mnt/x"}' })
    .execute()
  assert.deepEqual(
    (await services.backup.places()).map(({ id }) => id),
    ['local', 'folder-2'],
  )
  const slow = (fromHour: number, toHour: number, bytesPerSecond: number) =>
    placeNotesSchema.safeParse({ slow: { fromHour, toHour, bytesPerSecond } }).success
  assert.deepEqual(
    [
      slow(8, 19, 625_000),
      slow(22, 6, 625_000),
      slow(0, 24, 625_000),
      slow(8, 8, 625_000),
      slow(8, 7, 625_000),
      slow(8, 19, 1000),
    ],
    [true, true, false, false, false, false],
  )
  const notes = placeNotesSchema.parse({ slow: { fromHour: 8, toHour: 19, bytesPerSecond: 625_000 } })
  await services.backup.savePlaceNotes(viewer, 'folder-2', notes)
  assert.deepEqual((await entries(institution, 'settings.changed')).at(-1), {
    area: 'places',
    changes: ['described', 'slowed'],
  })
})

test('rest-server, append-only: a second copy without a promise', { skip: restServer.missing }, async (t) => {
  const server = await restServer.start(t, { appendOnly: true })
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const values = { url: server.url, user: USER, password: PASSWORD, pin: '' }
  const wrong = await services.backup.addPlace(viewer, form('rest', { ...values, password: 'x' }))
  assert.deepEqual(wrong, { kind: 'refused', field: 'user', code: 'STORAGE_CREDENTIALS_WRONG' })
  const nowhere = await services.backup.addPlace(viewer, form('rest', { ...values, url: 'http://127.0.0.1:1/' }))
  assert.equal(nowhere.kind === 'refused' && nowhere.field, 'url')
  assert.deepEqual(await services.backup.addPlace(viewer, form('rest', values)), { kind: 'ok' })
  const [id] = await take(institution, home, 1)
  await institution.vault.tick()
  const [, place] = await services.backup.places()
  assert.deepEqual([place!.failure, place!.generations, place!.lockedUntilMs], [undefined, 1, undefined])
  assert.deepEqual((await services.backup.generation(id!, viewer))!.places.map(({ strength }) => strength).slice(1), [
    undefined,
  ])
  assert.equal((await entries(institution, 'generation.copied')).length, 1)
  // It holds nothing: the light asks for a place that does.
  const reasons = (await institution.vault.lights({ stations: 0 })).find(({ name }) => name === 'locked')!.reasons
  assert.ok(reasons.some(({ code }) => code === 'one-place-only'))
  const [rule] = await services.backup.placeRules()
  assert.deepEqual([rule!.copies.have, rule!.media.have, rule!.offsite.have, rule!.outOfReach.have], [3, 2, 1, 0])
})

test(
  'a bucket with Object Lock: tried for half a minute, held version by version, healed',
  { skip: ceph.missing },
  async (t) => {
    const s3 = client(ceph.owner)
    t.after(() => s3.destroy())
    await s3.createBucket({ Bucket: 'clinic', ObjectLockEnabledForBucket: true })
    await s3.createBucket({ Bucket: 'plain' })
    for (const bucket of ['clinic', 'plain']) await allowWriter(s3, bucket)
    const home = house(t)
    const institution = await home.open()
    const { viewer, services } = await firstPerson(institution)
    const { endpoint, region, credentials } = ceph.writer
    const values = { endpoint, region, prefix: '', ...credentials }
    const add = async (bucket: string, more = {}, name = bucket) => {
      const answer = await services.backup.addPlace(viewer, form('s3', { ...values, bucket, ...more }, name))
      if (answer.kind !== 'started') return answer.kind
      return (await ended(institution, answer.jobId))?.errorCode
    }
    const tried = await Promise.all([
      add('plain'),
      add('clinic', ceph.owner.credentials, 'strong'),
      add('clinic', { secretAccessKey: 'wrong' }, 'wrong'),
      add('clinic'),
    ])
    assert.deepEqual(tried, [
      'STORAGE_S3_LOCK_MISSING',
      'STORAGE_S3_CREDENTIALS_TOO_STRONG',
      'STORAGE_DENIED',
      undefined,
    ])
    assert.equal((await services.backup.places()).length, 2)
    await take(institution, home, 1)
    await institution.vault.tick()
    const [, place] = await services.backup.places()
    assert.deepEqual(
      [place!.failure, place!.generations, place!.lockStrength],
      [undefined, 1, 'object-lock-compliance'],
    )
    const locks = (await entries(institution, 'generation.locked')).filter(({ place: at }) => at === place!.id)
    assert.equal(locks[0]!['strength'], 'object-lock')
    // A bucket's object that was written over by a thief is found by the reading and brought back.
    const source = (await institution.vault.sources()).find(({ kind }) => kind === 'folder')!
    const [near] = packsIn(institution.vault.repositoryFolder(source.id))
    const name = near!.slice(near!.lastIndexOf('/') + 1)
    const prefix = place!.location.slice(place!.location.indexOf('clinic/') + 7)
    const Key = `${prefix}/${source.id}/data/${name.slice(0, 2)}/${name}`
    const writer = client(ceph.writer)
    t.after(() => writer.destroy())
    await writer.putObject({ Bucket: 'clinic', Key, Body: 'written over' })
    await ended(institution, (await services.backup.readPlace(viewer, place!.id))!.jobId)
    const { Body } = await writer.getObject({ Bucket: 'clinic', Key })
    assert.deepEqual(Buffer.from(await Body!.transformToByteArray()), readFileSync(near!))
    assert.equal((await entries(institution, 'repository.healed')).length, 1)
    await assert.rejects(async () => {
      const { Versions = [] } = await writer.listObjectVersions({ Bucket: 'clinic', Prefix: Key })
      for (const { VersionId } of Versions) await writer.deleteObject({ Bucket: 'clinic', Key, VersionId: VersionId! })
    })
  },
)
