/** The rounds of rotating media in a real institution, on real ext4: the morning's check, copy, reading back, taking off. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { institutionInstant, isAppError, manualClock } from '#base'
import { sql } from '#db'
import type { Institution } from '#server'
import { isVerified } from '#retention'
import { folderOnMedium } from '../../src/vault/media/copy-job.ts'
import { DEFAULT_MEDIA_SETTINGS } from '../../src/vault/media/settings.ts'
import { MediaStation } from '../../src/vault/media/station.ts'
import { house, take, type House } from '../server/house.ts'
import { loopDevice, missing, mountsOf, pullOut, putIn, type Loop } from './loop.ts'

const BY = 'person:clerk-a'
// A Monday.
const MONDAY = '2026-11-16'
const at = (day: string, hour: number): number => institutionInstant(day, hour)

interface Parts {
  readonly home: House
  readonly institution: Institution
  readonly clock: ReturnType<typeof manualClock>
}

async function begin(t: TestContext, size = 5): Promise<Parts> {
  const home = house(t)
  const clock = manualClock(at(MONDAY, 7))
  const institution = await home.open(clock)
  await institution.vault.ensureOwnState()
  await take(institution, home, 1)
  await institution.vault.media.saveSettings({ ...DEFAULT_MEDIA_SETTINGS, name: '交代用', size }, BY)
  return { home, institution, clock }
}

async function register({ institution }: Parts, number: number, { uuid }: Loop): Promise<void> {
  const medium = { number, uuid, label: '', kind: 'usb-ssd', shelf: `棚${number}` } as const
  await institution.vault.media.register(medium, BY)
}

/** A tick, and the end of what it began. */
async function round({ institution }: Pick<Parts, 'institution'>): Promise<void> {
  await institution.vault.media.tick()
  while (institution.vault.jobs.list().some(({ state }) => state === 'running'))
    await new Promise((resolve) => setTimeout(resolve, 20))
}

const stateOf = async ({ institution }: Pick<Parts, 'institution'>) => (await institution.vault.media.state())!

async function entries({ ledger }: Institution, type: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for await (const { entry } of (await ledger.reader()).entries()) if (entry.type === type) found.push(entry.data)
  return found
}

test('a morning: nothing before the hour, then copied, read back, taken off, once; and a place of 3-2-1 when it is away', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const parts = await begin(t)
  const { institution, clock } = parts
  const loops = [loopDevice(t, 'ext4'), loopDevice(t, 'ext4')]
  await register(parts, 1, loops[0]!)
  await register(parts, 1, loops[0]!)
  assert.equal((await institution.vault.media.moves()).length, 1, 'the second click changes nothing')
  await round(parts)
  assert.equal((await stateOf(parts)).stage, 'before')
  assert.equal(institution.vault.jobs.list().filter(({ kind }) => kind === 'media').length, 0)

  clock.set(at(MONDAY, 9))
  const source = (await institution.vault.sources())[0]!
  await round(parts)
  const state = await stateOf(parts)
  assert.equal(state.stage, 'done')
  assert.equal(state.copy?.ejected, 'unmounted')
  assert.ok(state.copy!.files > 5)
  assert.deepEqual(mountsOf(loops[0]!.device), [])
  assert.deepEqual([state.due?.number, state.nextDue?.number], [1, 1], 'the only one yet')
  await round(parts)
  assert.equal(institution.vault.jobs.list().filter(({ kind }) => kind === 'media').length, 1)
  const place = 'media-main-1'
  const copied = await entries(institution, 'generation.copied')
  assert.ok(copied.length >= 1 && copied.every((data) => data['place'] === place))
  assert.ok((await entries(institution, 'generation.verified')).some((data) => data['place'] === place))
  assert.equal(await institution.vault.media.placeFacts(source.id), undefined, 'it is still in the machine')

  await institution.vault.media.move({ number: 1, to: 'vault', at: clock.now(), person: 'clerk-b' }, BY)
  await institution.vault.media.move({ number: 1, to: 'vault', at: clock.now(), person: 'clerk-b' }, BY)
  assert.equal((await institution.vault.media.moves()).length, 2)
  const facts = (await institution.vault.media.placeFacts(source.id))!
  assert.deepEqual([facts.kind, facts.offsite, isVerified(facts, clock.now())], ['media', false, true])
  const settings = { ...DEFAULT_MEDIA_SETTINGS, name: '交代用', vault: { name: '銀行', isOffsite: true } }
  await institution.vault.media.saveSettings(settings, BY)
  assert.equal((await institution.vault.media.placeFacts(source.id))!.offsite, true)
  assert.equal(
    (await stateOf(parts)).generationsAway,
    (await institution.vault.media.holds(1)).flatMap((r) => r.snapshots).length,
  )
  const changes = (await entries(institution, 'settings.changed')).filter(({ area }) => area === 'media')
  assert.deepEqual(
    changes.map((data) => (data['changes'] as string[])[0]),
    ['begun', 'registered', 'to-vault', 'vault'],
  )
  const notes = { capacityBytes: 1e12, risk: '落として壊す', response: '次の番号から戻す' }
  for (let click = 0; click < 2; click++) await institution.vault.media.saveSettings({ ...settings, notes }, BY)
  assert.deepEqual((await stateOf(parts)).kept.settings.notes, notes)
  const written = (await entries(institution, 'settings.changed')).filter(({ area }) => area === 'media')
  assert.deepEqual(
    written.slice(4).map(({ changes: codes }) => codes),
    [['notes']],
    'codes alone, and once',
  )
})

test('the wrong one is refused that morning and not written to; exchanged, the copy goes by itself', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const parts = await begin(t)
  const { institution, clock } = parts
  const loops = [loopDevice(t, 'ext4'), loopDevice(t, 'ext4')]
  for (const [i, loop] of loops.entries()) {
    await register(parts, i + 1, loop)
    await institution.vault.media.eject(i + 1)
    pullOut(loop)
  }
  clock.set(at(MONDAY, 9))
  await round(parts)
  assert.equal((await stateOf(parts)).check?.finding, 'missing')
  const wrong = putIn(t, loops[1]!)
  clock.advance(30_000)
  await round(parts)
  const { check, stage, due } = await stateOf(parts)
  assert.deepEqual([check?.finding, check?.found, due?.number, stage], ['wrong', [2], 1, 'waiting'])
  assert.deepEqual(mountsOf(wrong.device), [], 'closed again, so that it can be pulled out')
  pullOut(wrong)
  putIn(t, loops[0]!)
  clock.advance(30_000)
  await round(parts)
  assert.equal((await stateOf(parts)).stage, 'done')
  assert.equal((await institution.vault.media.copies()).length, 1)
})

test('killed at each step, the next start completes the morning', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const parts = await begin(t)
  const { home, clock } = parts
  const loop = loopDevice(t, 'ext4')
  await register(parts, 1, loop)
  clock.set(at(MONDAY, 9))
  await round(parts)
  // Between copy and row; between copy and reading back; between reading back and taking off.
  const cuts = ['DELETE FROM medium_copy', 'UPDATE medium_copy SET verified_at = NULL, ejected = NULL']
  for (const [i, cut] of [...cuts, 'UPDATE medium_copy SET ejected = NULL'].entries()) {
    const { database } = parts.institution
    await sql.raw(cut).execute(database.tables())
    const next = { institution: await home.open(clock) }
    Object.assign(parts, next)
    clock.advance(16 * 60_000)
    await round(next)
    const state = await stateOf(next)
    assert.deepEqual([state.stage, state.copy?.ejected, state.failure], ['done', 'unmounted', undefined], `cut ${i}`)
    const jobs = next.institution.vault.jobs.list().filter(({ kind }) => kind === 'media').length
    assert.equal(jobs, i < 2 ? 1 : 0, 'what was read back is not read again')
  }
  assert.deepEqual(mountsOf(loop.device), [])
})

test('pulled out in the middle: said that day, nothing on the own disk, and it goes on when it is back', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const parts = await begin(t)
  const { institution, clock } = parts
  const { jobs, media } = institution.vault
  for (let i = 0; i < 8; i++) writeFileSync(join(parts.home.source, `large-${i}`), randomBytes(8 << 20))
  await take(institution, parts.home, 1)
  const loop = loopDevice(t, 'ext4', 160)
  await register(parts, 1, loop)
  const [folder] = mountsOf(loop.device)
  clock.set(at(MONDAY, 9))
  const started = await media.copyNow()
  assert.ok('jobId' in started)
  // A second click leads to the same work.
  await assert.rejects(media.copyNow(), (e) => isAppError(e, 'VAULT_RUN_IN_PROGRESS'))
  while (jobs.get(started.jobId)!.filesDone === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  pullOut(loop)
  await assert.rejects(started.done, (e) => isAppError(e, 'VAULT_MEDIUM_GONE'))
  const state = await stateOf(parts)
  assert.equal(state.stage, 'waiting')
  assert.equal(state.failure?.code, 'VAULT_MEDIUM_GONE')
  assert.ok(!existsSync(folder!) || readdirSync(folder!).length === 0)
  clock.advance(30_000)
  await round(parts)
  assert.equal((await stateOf(parts)).check?.finding, 'missing')
  putIn(t, loop)
  clock.advance(30_000)
  await round(parts)
  assert.equal((await stateOf(parts)).stage, 'done')
  assert.equal((await stateOf(parts)).failure, undefined)
})

test('a rotten byte on the medium: the generations that need it count no more, the disk is to be replaced', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const parts = await begin(t, 2)
  const { institution, clock } = parts
  const loop = loopDevice(t, 'ext4')
  await register(parts, 1, loop)
  clock.set(at(MONDAY, 9))
  await round(parts)
  const source = (await institution.vault.sources())[0]!
  const before = (await stateOf(parts)).media[0]!.generations

  // As a bad sector does: on the device, while nothing has it open.
  pullOut(loop)
  const again = putIn(t, loop)
  clock.set(at('2026-11-17', 9))
  const set = (await stateOf(parts)).kept.set
  const folder = `/run/toride-media-test-${process.pid}`
  const other = new MediaStation(set, folder)
  await other.open(1).then((medium) => medium.close())
  const [point] = mountsOf(again.device)
  const data = join(point!, 'toride', folderOnMedium(source), 'data')
  const [pack] = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const path = join(pack!.parentPath, pack!.name)
  chmodSync(path, 0o600)
  const fd = openSync(path, 'r+')
  writeSync(fd, 'x', 50)
  closeSync(fd)
  await other.eject(1)
  rmSync(folder, { recursive: true })

  await round(parts)
  const state = await stateOf(parts)
  assert.equal(state.stage, 'damaged')
  assert.equal(state.failure?.code, 'VAULT_MEDIUM_DAMAGED')
  assert.ok(state.media[0]!.generations < before)
  assert.equal(state.copy?.ejected, 'unmounted')
  const damaged = (await entries(institution, 'generation.verified')).filter(({ result }) => result === 'damaged')
  assert.equal(damaged.length, 1)
  await round(parts)
  assert.equal((await institution.vault.media.copies()).length, 2, 'not copied to again that day')
  await institution.vault.media.move({ number: 1, to: 'retired', at: clock.now(), person: 'clerk-a' }, BY)
  assert.equal((await stateOf(parts)).due, undefined)
})
