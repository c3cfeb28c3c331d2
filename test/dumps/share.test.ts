/** A Windows share: a real Samba, its share mounted read only (see samba.ts), through all that goes wrong with a line. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, isAppError, systemClock } from '#base'
import { accountCanWrite, localPathOf } from '#commands'
import type { SourceInput } from '#vault'
import { hoursLeftMs } from '../../src/vault/prepare/share.ts'
import { firstPerson } from '../server/person.ts'
import { clinic } from './clinic.ts'
import { noSamba, type Samba, samba } from './samba.ts'

const shareOf = ({ mountedAt, port, credentialsFile }: Samba, more: object = {}) => ({
  name: '電子カルテの共有',
  unc: '//127.0.0.1/emr',
  mountedAt,
  port,
  credentialsFile,
  ...more,
})
const folder = (server: Samba, below = ''): SourceInput => ({
  kind: 'folder',
  name: '共有',
  paths: [join(server.mountedAt, below)],
})

test(
  'names as the server has them: NFC beside NFD, and those that lie there in CP932',
  { skip: noSamba },
  async (t) => {
    // The same name composed and decomposed, and one that is not ASCII in any way.
    const names = ['ガ.txt'.normalize('NFC'), 'ガ.txt'.normalize('NFD'), '患者①髙橋.txt']
    for (const charset of ['UTF-8', 'CP932']) {
      const server = await samba(t, { charset })
      const here = charset === 'UTF-8' ? names : ['表示ソ十.txt', '患者①髙橋.txt']
      for (const name of here) writeFileSync(onDisk(server.shared, name, charset), `中身 ${name.length}`)
      const place = clinic(t)
      place.define({ shares: { emr: shareOf(server) } })
      await place.begin()
      const generation = await place.take(folder(server))
      assert.equal(generation.skipped, 0)
      const restored = await place.restore(generation)
      assert.deepEqual(readdirSync(restored).toSorted(), here.toSorted(), charset)
      for (const name of here) assert.equal(readFileSync(join(restored, name), 'utf8'), `中身 ${name.length}`)
      assert.equal((await place.take(folder(server))).walk, 'full', 'a network source is walked whole each time')
      await server.unmount()
      await server.stop()
    }
  },
)

/** A name in the bytes that Japanese Windows servers of old have on their disk. */
function onDisk(shared: string, name: string, charset: string): Buffer | string {
  if (charset === 'UTF-8') return join(shared, name)
  const bytes = execFileSync('iconv', ['-f', 'UTF-8', '-t', 'CP932'], { input: name })
  return Buffer.concat([Buffer.from(`${shared}/`), bytes])
}

test(
  'a share that is not mounted is no empty source; the line breaks, and the next run goes on',
  { skip: noSamba },
  async (t) => {
    const server = await samba(t)
    for (let n = 0; n < 300; n++) {
      mkdirSync(join(server.shared, `p${n}`))
      for (const k of [1, 2]) writeFileSync(join(server.shared, `p${n}`, `${k}.bin`), Buffer.alloc(30_000, n * 2 + k))
    }
    const place = clinic(t)
    place.define({ shares: { emr: shareOf(server) } })
    const { vault } = await place.begin()
    const first = await place.take(folder(server))
    assert.equal(first.files, 600)
    await server.unmount()
    await place.fail(folder(server), 'VAULT_SHARE_NOT_MOUNTED')
    await server.mount()

    for (let n = 0; n < 300; n++) writeFileSync(join(server.shared, `p${n}`, '3.bin'), Buffer.alloc(40_000, n))
    // Slow enough that the line breaks while it is read.
    place.define({ shares: { emr: shareOf(server, { megabytesPerSecond: 2 }) } })
    const source = (await vault.sources())[0]!
    const { jobId, done } = await vault.runs.run(source.id)
    done.catch(() => undefined)
    while ((vault.jobs.get(jobId)!.bytesDone ?? 0) < 1_000_000 && vault.jobs.get(jobId)!.state === 'running')
      await sleep(50)
    await server.stop()
    await assert.rejects(done, (error) => isAppError(error, 'POSIX_SHARE_LOST'))
    assert.equal(await vault.generations.count(source.id), 1, 'a cut source is no generation')
    await server.unmount()
    await server.start()
    await server.mount()
    place.define({ shares: { emr: shareOf(server) } })
    const next = await place.take(folder(server))
    assert.deepEqual([next.files, next.skipped], [900, 0])
    assert.ok(await (await vault.runs.startRestoreTest(next.id)).done)
  },
)

test('no faster than was agreed', { skip: noSamba }, async (t) => {
  const server = await samba(t)
  writeFileSync(join(server.shared, 'large.bin'), Buffer.alloc(6_000_000, 'x'))
  const place = clinic(t)
  place.define({ shares: { emr: shareOf(server, { megabytesPerSecond: 2 }) } })
  await place.begin()
  const began = performance.now()
  await place.take(folder(server))
  assert.ok(performance.now() - began >= 2500, '6 MB at 2 MB a second')
})

test('an account that can write is said so, one that cannot too', { skip: noSamba }, async (t) => {
  for (const writable of [false, true]) {
    const server = await samba(t, { writable })
    mkdirSync(join(server.shared, '外来 1'))
    writeFileSync(join(server.shared, '外来 1', 'a.txt'), 'a')
    const share = shareOf(server)
    assert.equal(await accountCanWrite(share, join(server.mountedAt, '外来 1')), writable)
    assert.deepEqual(readdirSync(join(server.shared, '外来 1')), ['a.txt'], 'nothing of the try is left')
    assert.equal(await accountCanWrite({ ...share, port: 1 }, server.mountedAt), undefined)
    const place = clinic(t)
    place.define({ shares: { emr: share } })
    const { services } = await firstPerson(await place.begin())
    const input = {
      name: 'x',
      kind: 'folder',
      dailyAt: '',
      definition: '',
      hook: '',
      everyHours: 24,
      onChange: false,
    } as const
    const tried = await services.backup.trySource({ ...input, paths: ['\\\\127.0.0.1\\EMR\\外来 1'] })
    assert.ok(tried.kind === 'ok')
    assert.deepEqual([tried.trial.files, tried.trial.share], [1, { name: '電子カルテの共有', canWrite: writable }])
    const unknown = await services.backup.trySource({ ...input, paths: ['\\\\other\\emr'] })
    assert.ok(unknown.kind === 'refused' && unknown.code === 'share-not-defined')
    await server.unmount()
    const unmounted = await services.backup.trySource({ ...input, paths: [server.mountedAt] })
    assert.ok(unmounted.kind === 'failed' && unmounted.errorCode === 'VAULT_SHARE_NOT_MOUNTED')
  }
})

const share = { name: 'x', unc: '//server/emr', mountedAt: '/mnt/emr' }

test('hours, also over midnight, in the institution’s time', () => {
  const at = (time: string) => Date.parse(`2026-11-28T${time}+09:00`)
  const night = { ...share, hours: { from: '20:00', to: '06:00' } }
  assert.equal(hoursLeftMs(share, at('12:00:00')), undefined)
  assert.equal(hoursLeftMs(night, at('20:00:00')), 10 * 3_600_000)
  assert.equal(hoursLeftMs(night, at('05:59:30')), 30_000)
  for (const time of ['06:00:00', '12:00:00', '19:59:59'])
    assert.throws(
      () => hoursLeftMs(night, at(time)),
      (error) => isAppError(error, 'VAULT_SHARE_OUT_OF_HOURS'),
      time,
    )
})

test('the hours end while it is read: stopped, said so, and the next run goes on', { skip: noSamba }, async (t) => {
  const server = await samba(t)
  writeFileSync(join(server.shared, 'large.bin'), Buffer.alloc(40_000_000, 'x'))
  const place = clinic(t)
  place.define({
    shares: { emr: shareOf(server, { hours: { from: '20:00', to: '06:00' }, megabytesPerSecond: 4 }) },
  })
  // Two seconds before six.
  const start = Date.parse('2026-11-28T05:59:58+09:00')
  const clock: Clock = { ...systemClock, now: () => start + Math.floor(performance.now() - began) }
  const began = performance.now()
  const { vault } = await place.open(clock, place.commandsFile)
  const source = await vault.addSource(folder(server))
  await assert.rejects((await vault.runs.run(source.id)).done, (error) => isAppError(error, 'VAULT_SHARE_OUT_OF_HOURS'))
  assert.equal(await vault.generations.count(source.id), 0)
  await assert.rejects((await vault.runs.run(source.id)).done, (error) => isAppError(error, 'VAULT_SHARE_OUT_OF_HOURS'))
})

test('an address as people know it', () => {
  const shares = { emr: share }
  assert.equal(localPathOf(shares, '\\\\SERVER\\Emr\\SSMIX2\\標準'), '/mnt/emr/SSMIX2/標準')
  assert.equal(localPathOf(shares, '//server/emr/'), '/mnt/emr')
  assert.equal(localPathOf(shares, '\\\\server\\emr2'), undefined)
})
