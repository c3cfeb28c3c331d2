/** A repository that is gone, a restore test that throws, what a killed test left, and who may read the databases. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sweepRestoreTests } from '#vault'
import { startInstitution } from '#server'
import { scratchPlace } from '../../src/vault/restore-scratch.ts'
import { systemClock } from '#base'
import { attack, house, take, toride } from './house.ts'

const NOTHING = { tell: () => {}, onError: () => {}, host: '127.0.0.1', port: 0, version: '0.0.1' }

test('a start goes on without one repository; its source has failed and home does not call it safe', async (t) => {
  const home = house(t)
  const first = await home.open()
  await take(first, home, 1)
  const source = (await first.vault.sources()).find((one) => one.kind === 'folder')!
  const folder = join(home.folder, 'places', 'local', source.id)
  await home.close()
  renameSync(folder, `${folder}-elsewhere`)
  const { institution, server } = await startInstitution({
    ...NOTHING,
    kind: 'own',
    dataFolder: home.folder,
    institutionName: '試験の医院',
    administratorName: '管理者',
    clock: systemClock,
  })
  t.after(() => server.close())
  const { vault } = institution
  assert.equal((await vault.source(source.id))?.lastFailure?.code, 'RESTIC_NO_REPOSITORY')
  const codes = (await vault.lights({ stations: 0 })).flatMap((light) => light.reasons.map((reason) => reason.code))
  for (const code of ['source-failed', 'lock-none'] as const) assert.ok(codes.includes(code), code)
  assert.ok(!codes.includes('lock-holds') && !codes.includes('source-taken'))
})

test('a restore test that throws or fails is the newest result', async (t) => {
  const home = house(t)
  const [id] = await take(await home.open(), home, 1)
  const again = (await home.open()).vault
  assert.equal(await (await again.runs.startRestoreTest(id!)).done, true)
  const source = (await again.sources()).find((one) => one.kind === 'folder')!
  const data = join(home.folder, 'places', 'local', source.id, 'data')
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) attack(join(entry.parentPath, entry.name))
  await (await again.runs.startRestoreTest(id!)).done.catch(() => false)
  const newest = (await again.generations.get(id!))!.proofs.find((proof) => proof.kind === 'restore')
  assert.equal(newest?.passed, false)
  assert.ok(newest.failure!.count > 0)
  assert.match(newest.failure!.code, /^STORAGE_NOT_FOUND$/)
  const proven = (await again.lights({ stations: 0 })).find((light) => light.name === 'proven')!
  assert.equal(proven.reasons[0]?.code, 'verified-failed')
})

test('a restore test that failed says why: codes and counts in the ledger, paths sealed', async (t) => {
  const home = house(t)
  writeFileSync(join(home.source, '個人名.txt'), randomBytes(200_000))
  const { vault, ledger } = await home.open()
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const generation = await (await vault.runs.run(source.id)).done
  const data = join(home.folder, 'places', 'local', source.id, 'data')
  const packs = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  // A blob of a data pack, which is the largest here; trees lie in the other.
  const { path } = packs
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file, size: statSync(file).size }))
    .toSorted((a, b) => b.size - a.size)[0]!
  attack(path)
  assert.equal(await (await vault.runs.startRestoreTest(generation.id)).done, false)
  const { failure } = (await vault.generations.get(generation.id))!.proofs.find(({ kind }) => kind === 'restore')!
  const problems = await vault.restoreProblems(generation.id)
  assert.equal(problems.length, failure!.count)
  assert.ok(problems.some((one) => Buffer.from(one.path, 'latin1').toString().endsWith('個人名.txt')))
  const told: unknown[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === 'generation.verified') told.push(entry.data)
  const last = told.at(-1) as { problems: number; codes: { code: string; count: number }[] }
  assert.equal(last.problems, failure!.count)
  assert.deepEqual(last.codes, [failure])
  assert.ok(!JSON.stringify(told).includes('.txt'))
  const state = readFileSync(join(home.folder, 'state.db'))
  assert.ok(!state.includes('個人名'))
})

test('a ledger that was moved away is replaced only under an alarm, which the new one says first', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  await home.close()
  renameSync(join(home.folder, 'ledger'), join(home.folder, 'elsewhere'))
  const { ledgerAlarm, ledger } = await home.open()
  assert.ok(ledgerAlarm?.findings.some((one) => one.code === 'LEDGER_MISSING'))
  const types: string[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    types.push(`${entry.type} ${JSON.stringify((entry.data as { changes?: unknown }).changes ?? '')}`)
  assert.deepEqual(types.slice(0, 2), ['ledger.created ""', 'settings.changed ["LEDGER_MISSING"]'])
  assert.equal((await toride('ledger', 'verify', '--data', home.folder)).code, 1)
  const again = await home.open()
  assert.ok(again.ledgerAlarm?.findings.some((one) => one.code === 'LEDGER_MISSING'))
})

test('what a killed restore test left in the clear is swept, what a living one writes is not', () => {
  const { pid } = spawnSync('true')
  const space = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))![0]
  const folder = (rest: string) => join(scratchPlace(), `toride-restore-test-${rest}`)
  const dead = folder(`${pid}-1-${space}-swept`)
  const living = folder(`1-${ticksOfInit()}-${space}-kept`)
  // Another container's, which shares this memory: nothing is known of its processes.
  const others = folder(`${pid}-1-1-kept`)
  const othersOld = folder(`${pid}-1-1-swept`)
  const all = [dead, living, others, othersOld]
  for (const path of all) mkdirSync(path)
  utimesSync(othersOld, 0, 0)
  try {
    assert.ok(sweepRestoreTests() >= 2)
    assert.deepEqual(
      all.map((path) => existsSync(path)),
      [false, true, true, false],
    )
  } finally {
    spawnSync('rmdir', all)
  }
})

const ticksOfInit = (): string =>
  String(spawnSync('cat', ['/proc/1/stat']).stdout)
    .split(') ')[1]
    ?.split(' ')[19] ?? ''

test('databases are for their owner alone', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  const catalogue = join(home.folder, 'catalogue')
  const files = readdirSync(catalogue).map((name) => join(catalogue, name))
  const state = ['', '-wal', '-shm'].map((suffix) => join(home.folder, `state.db${suffix}`))
  for (const file of [...files, ...state.filter(existsSync)]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
})
