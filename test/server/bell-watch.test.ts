/** What the production server sees to be wrong: each thing really brought about in a house, and what is then said of it. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { newEntry } from '#journal'
import { attack, house, take } from './house.ts'
import { otherDisk, WITHOUT_OTHER_DISK } from './other-disk.ts'
import { firstPerson } from './person.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** A Tuesday morning. */
const START = Date.parse('2026-11-24T10:00:00+09:00')

async function scene(t: TestContext) {
  const home = house(t)
  const clock = manualClock(START)
  const institution = await home.open(clock)
  const { viewer, services } = await firstPerson(institution)
  await take(institution, home, 1)
  /** Codes and subjects that stand some time later. */
  const after = async (ms: number): Promise<string[]> => {
    clock.advance(ms)
    await institution.bell.tick()
    return (await institution.bell.state()).open.map(({ code, about }) => [code, about].filter(Boolean).join(' '))
  }
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'folder')!
  return { home, clock, institution, viewer, services, after, source }
}

test('a place that is away, behind after three days, and well again', { skip: WITHOUT_OTHER_DISK }, async (t) => {
  const { home, institution, viewer, services, after } = await scene(t)
  const disk = otherDisk(t)
  const [folder, away] = [join(disk, 'place'), join(disk, 'away')]
  mkdirSync(folder)
  const form = { kind: 'folder', name: '別のディスク', offsite: false, values: { folder } } as const
  const added = await services.backup.addPlace(viewer, form)
  assert.deepEqual(added, { kind: 'ok' })
  const [place] = await institution.vault.otherPlaces.list()
  const about = place!.id
  await institution.vault.placeCare.tick()
  assert.deepEqual(await after(10 * MINUTE), [])
  renameSync(folder, away)
  await take(institution, home, 1)
  await institution.vault.placeCare.tick()
  assert.deepEqual(await after(60 * MINUTE), [`place-unreachable ${about}`])
  const later = await after(3 * DAY)
  assert.ok(later.includes(`place-behind ${about}`), String(later))
  renameSync(away, folder)
  await institution.vault.placeCare.tick()
  assert.deepEqual(
    (await after(10 * MINUTE)).filter((one) => one.includes(about)),
    [],
  )
})

test('a restore test that fails, until one passes', async (t) => {
  const { institution, after, source } = await scene(t)
  const folder = institution.vault.repositoryFolder(source.id)
  const packs = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /[0-9a-f]{64}$/.test(name),
  )
  const kept = packs.map((name) => [join(folder, 'data', name), readFileSync(join(folder, 'data', name))] as const)
  for (const [path, bytes] of kept) {
    attack(path)
    writeFileSync(path, Buffer.from(bytes).fill(0, 0, bytes.length >> 1))
  }
  const prove = async () => {
    const [newest] = await institution.vault.generations.list({ sourceId: source.id })
    await (await institution.vault.runs.startRestoreTest(newest!.id)).done.catch(() => undefined)
  }
  await prove()
  assert.ok((await after(10 * MINUTE)).includes(`restore-test-failed ${source.id}`))
  for (const [path, bytes] of kept) writeFileSync(path, bytes)
  await prove()
  assert.ok(!(await after(10 * MINUTE)).includes(`restore-test-failed ${source.id}`))
})

test('what the ledger says: a bucket that did not hold, marks that were set again, until somebody looked', async (t) => {
  const { institution, after } = await scene(t)
  const { ledger } = institution
  const repository = 'a'.repeat(64)
  const data = { repository, place: 'local', objects: 3 }
  await ledger.append(newEntry('repository.locks-restored', { actor: 'system:vault', data }))
  assert.deepEqual(await after(10 * MINUTE), ['lock-lifted'])
  const raised = new Date(START).toISOString()
  const looked = { raised, findings: ['REPOSITORY_LOCKS_RESTORED'], reason: 'examined' as const }
  await ledger.append(newEntry('alarm.acknowledged', { actor: 'person:1', data: looked }))
  assert.deepEqual(await after(10 * MINUTE), [])
})

test('a snapshot that root removes beside the running server is told the next morning', async (t) => {
  const { institution, clock, after, source } = await scene(t)
  const folder = join(institution.vault.repositoryFolder(source.id), 'snapshots')
  for (const name of readdirSync(folder)) attack(join(folder, name))
  assert.deepEqual(await after(10 * MINUTE), [])
  clock.set(Date.parse('2026-11-25T06:00:00+09:00'))
  assert.ok((await after(0)).includes('ledger-contradicted'))
})

test('locks that end within a week are told, and a disk that is full', async (t) => {
  const { home, institution, clock, after, source } = await scene(t)
  for (let day = 1; day < 3; day++) {
    clock.advance(DAY)
    await take(institution, home, 1)
  }
  assert.deepEqual(await after(10 * MINUTE), [])
  assert.ok((await after(80 * DAY)).includes(`lock-ends-soon ${source.id}`))
  Object.defineProperty(institution.reserve, 'isKept', { get: () => false })
  assert.ok((await after(10 * MINUTE)).includes('place-full local'))
})
