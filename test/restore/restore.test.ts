/** Restores that people order: what the plan says, what is never overwritten, what a killed or second one leaves. */
import { SHEETS_BOOK } from '#reconciliation'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock } from '#base'
import { Cases, type Existing, type RecoveryTables, Restores } from '#recovery'
import { otherDisk, WITHOUT_OTHER_DISK } from '../server/other-disk.ts'
import { house } from '../server/house.ts'

const code = (wanted: string) => (error: unknown) => isAppError(error, wanted as never)
/** Written by all threads together. */
const LARGE = 70 * 1024 * 1024
const NIGHT = Date.UTC(2026, 10, 27, 17, 0)

/** A clinic's folder with one generation, and a place beside it. */
async function scene(t: TestContext, bigBytes = 1000) {
  const home = house(t)
  const institution = await home.open(manualClock(NIGHT))
  mkdirSync(join(home.source, '患者', '田中'), { recursive: true })
  writeFileSync(join(home.source, '患者', '田中', '紹介状.txt'), 'いつもお世話になっております')
  writeFileSync(join(home.source, 'big.bin'), Buffer.alloc(bigBytes, 7))
  symlinkSync('file-1.txt', join(home.source, 'link'))
  const source = await institution.vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const generation = await (await institution.vault.runs.run(source.id)).done
  const target = join(dirname(home.folder), 'elsewhere')
  return { home, ...institution, institution, generation, target, source }
}
const order = (generationId: string, target: string | undefined, existing: Existing = 'beside') => ({
  generationId,
  target,
  existing,
})

test('a new place: plan, every byte back, the second time nothing is new', async (t) => {
  const { restores, generation, target, home, vault, ledger } = await scene(t, LARGE)
  const wanted = order(generation.id, target)
  const plan = await restores.plan(wanted)
  const { classes } = plan
  assert.deepEqual(
    [classes.new.files, classes.same.files, classes.changed.files, classes.gone.files, plan.files],
    [6, 0, 0, 0, 6],
  )
  assert.ok(plan.bytes > 70 * 1024 * 1024 && plan.neededBytes === plan.bytes && plan.freeBytes > 0)
  assert.ok(!existsSync(target), 'a plan makes nothing')
  const { done, runId } = await restores.start(wanted, plan.fingerprint, 'p1')
  const run = await done
  assert.deepEqual(
    [run.state, run.result],
    ['complete', { files: 5, bytes: plan.bytes, verified: 5, kept: 0, problems: 0 }],
  )
  const back = join(target, 'source')
  assert.equal(readFileSync(join(back, '患者', '田中', '紹介状.txt'), 'utf8'), 'いつもお世話になっております')
  assert.ok(readFileSync(join(back, 'big.bin')).equals(readFileSync(join(home.source, 'big.bin'))))
  assert.ok(lstatSync(join(back, 'link')).isSymbolicLink())
  assert.deepEqual(
    readdirSync(back, { recursive: true }).filter((name) => String(name).includes('.toride')),
    [],
  )
  const again = await restores.plan(wanted)
  assert.deepEqual([again.classes.same.files, again.neededBytes], [6, 0])
  const second = await (await restores.start(wanted, again.fingerprint, 'p1')).done
  assert.deepEqual([second.state, second.result?.files, second.result?.kept], ['complete', 0, 0])
  const proofs = (await vault.generations.get(generation.id))!.proofs
  assert.ok(proofs.some(({ kind, passed }) => kind === 'restore' && passed))
  const types: string[] = []
  const said: string[] = []
  for await (const { entry } of (await ledger.reader()).entries()) {
    types.push(entry.type)
    if (entry.type.startsWith('restore.')) said.push(JSON.stringify(entry.data))
  }
  assert.equal(types.filter((type) => type === 'restore.ended').length, 2)
  assert.ok(!said.join('').includes('紹介状') && !said.join('').includes(target), 'no path in the ledger')
  assert.equal((await restores.get(runId))?.target, target)
})

for (const existing of ['beside', 'replace', 'skip'] as const)
  test(`what is there and differs: ${existing}`, async (t) => {
    const { restores, generation, target } = await scene(t)
    const back = join(target, 'source')
    mkdirSync(back, { recursive: true })
    writeFileSync(join(back, 'file-1.txt'), 'written since')
    writeFileSync(join(back, 'file-2.txt'), 'older')
    utimesSync(join(back, 'file-2.txt'), 1_000_000, 1_000_000)
    writeFileSync(join(back, 'only-here.txt'), 'mine')
    const wanted = order(generation.id, target, existing)
    const plan = await restores.plan(wanted)
    assert.deepEqual(
      [plan.classes.newer.names, plan.classes.changed.names, plan.classes.gone.names],
      [[join(back, 'file-1.txt')], [join(back, 'file-2.txt')], [join(back, 'only-here.txt')]],
    )
    const run = await (await restores.start(wanted, plan.fingerprint, 'p1')).done
    assert.deepEqual([run.state, run.result?.problems], ['complete', 0])
    const text = (name: string) => readFileSync(join(back, name), 'utf8')
    assert.equal(text('only-here.txt'), 'mine')
    const isOld = existing === 'skip'
    assert.equal(text('file-1.txt') === 'written since', isOld)
    const kept = readdirSync(back).filter((name) => name.startsWith('file-1.txt.toride-'))
    assert.equal(kept.length, existing === 'beside' ? 1 : 0)
    if (kept[0]) assert.equal(text(kept[0]), 'written since')
    assert.equal(run.result?.kept, existing === 'replace' ? 0 : 2)
  })

test('whoever began a restore finds it at once', async (t) => {
  const { restores, generation, target } = await scene(t)
  const wanted = order(generation.id, target)
  const { fingerprint, isAllNew, disk } = await restores.plan(wanted)
  assert.equal(isAllNew, true)
  const point = execFileSync('stat', ['--format=%m', dirname(target)], { encoding: 'utf8' }).trim()
  // In a chroot the kernel lists no mount for what is above.
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  const isListed = mounts.some((line) => line.split(' ')[4] === point)
  assert.equal(disk, isListed ? point : undefined, 'as stat of coreutils names it')
  const { runId, done } = await restores.start(wanted, fingerprint, 'p1')
  assert.equal((await restores.get(runId))?.state, 'running')
  assert.deepEqual(
    (await restores.list()).map(({ id }) => id),
    [runId],
  )
  await done
  assert.equal((await restores.plan(wanted)).isAllNew, false)
})

test('a write-protected disk is said in the plan', { skip: WITHOUT_OTHER_DISK }, async (t) => {
  const { restores, generation } = await scene(t)
  const disk = otherDisk(t)
  assert.equal(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0)
  await assert.rejects(restores.plan(order(generation.id, join(disk, 'a', 'b'))), code('RECOVERY_TARGET_LOCKED'))
})

test('a plan that is no longer true begins nothing', async (t) => {
  const { restores, generation, target } = await scene(t)
  const wanted = order(generation.id, target, 'replace')
  const { fingerprint } = await restores.plan(wanted)
  mkdirSync(join(target, 'source'), { recursive: true })
  writeFileSync(join(target, 'source', 'file-1.txt'), 'came after the plan')
  await assert.rejects(restores.start(wanted, fingerprint, 'p1'), code('RECOVERY_PLAN_CHANGED'))
  assert.equal(readFileSync(join(target, 'source', 'file-1.txt'), 'utf8'), 'came after the plan')
  assert.deepEqual(readdirSync(join(target, 'source')), ['file-1.txt'])
})

test('links that somebody planted lead nothing elsewhere', async (t) => {
  const { restores, generation, target, home } = await scene(t)
  const outside = join(dirname(home.folder), 'outside')
  mkdirSync(outside)
  mkdirSync(join(target, 'source'), { recursive: true })
  symlinkSync(outside, join(target, 'source', '患者'))
  symlinkSync(join(outside, 'hit.txt'), join(target, 'source', 'file-1.txt'))
  const wanted = order(generation.id, target, 'replace')
  const plan = await restores.plan(wanted)
  assert.equal(plan.classes.blocked.files, 2)
  const run = await (await restores.start(wanted, plan.fingerprint, 'p1')).done
  assert.equal(run.state, 'incomplete', 'what could not be written is told')
  assert.deepEqual(readdirSync(outside), [])
  // The target's own folder becomes a link after the plan.
  rmSync(target, { recursive: true })
  symlinkSync(outside, target)
  await assert.rejects(restores.start(wanted, plan.fingerprint, 'p1'))
  assert.deepEqual(readdirSync(outside), [])
})

test('a second click, another run on the same target, and a stop that goes on later', async (t) => {
  const { restores, vault, generation, target, source } = await scene(t, LARGE)
  const wanted = order(generation.id, target)
  const { fingerprint } = await restores.plan(wanted)
  const first = await restores.start(wanted, fingerprint, 'p1')
  await assert.rejects(restores.start(wanted, fingerprint, 'p1'), code('RECOVERY_TARGET_IN_USE'))
  await assert.rejects(restores.start(order(generation.id, join(target, 'source')), fingerprint, 'p1'))
  vault.jobs.cancel(first.jobId)
  await assert.rejects(first.done, code('BASE_CANCELLED'))
  const [stopped] = await restores.list()
  assert.deepEqual([stopped?.state, stopped?.sourceId], ['stopped', source.id])
  const run = await (await restores.resume(first.runId, 'p1')).done
  assert.deepEqual([run.state, run.result?.verified, run.result?.kept], ['complete', 5, 0])
  await assert.rejects(restores.resume(first.runId, 'p1'), code('RECOVERY_NOTHING_TO_RESUME'))
})

test('a target that goes away while it is written to is told, and nothing more', async (t) => {
  const { restores, vault, generation, target } = await scene(t)
  const wanted = order(generation.id, target)
  const { fingerprint } = await restores.plan(wanted)
  const { done, jobId } = await restores.start(wanted, fingerprint, 'p1')
  for await (const job of vault.jobs.watch(jobId, AbortSignal.timeout(20_000)))
    if (existsSync(join(target, 'source')) || job.state !== 'running') break
  renameSync(join(target, 'source'), join(dirname(target), 'gone'))
  rmSync(target, { recursive: true })
  const ended = await done.catch((error: unknown) => error)
  const [run] = await restores.list()
  assert.ok(['incomplete', 'failed', 'complete'].includes(run!.state), String(ended))
  const again = await restores.plan(wanted)
  const redone = await (await restores.start(wanted, again.fingerprint, 'p1')).done
  assert.equal(redone.state, 'complete')
})

test('killed in the middle: nothing half has a name, and it goes on to its end', async (t) => {
  const { home, institution, target } = await scene(t, 2 * LARGE)
  const before = institution.restores
  assert.deepEqual(await before.list(), [])
  await home.close()
  const script = join(import.meta.dirname, 'restore-until-killed.ts')
  const loader = ['--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs']
  const done = spawnSync(process.execPath, [...loader, script, home.folder, target], { encoding: 'utf8' })
  assert.equal(done.signal, 'SIGKILL', done.stdout + done.stderr)
  const big = join(target, 'source', 'big.bin')
  assert.ok(!existsSync(big), 'half a file has not its name')
  const { restores } = await home.open()
  const [stopped] = await restores.list()
  assert.deepEqual([stopped?.state, stopped?.result], ['stopped', undefined])
  const run = await (await restores.resume(stopped!.id, 'p1')).done
  assert.deepEqual([run.state, run.result?.verified, run.result?.kept], ['complete', 5, 0])
  assert.equal(lstatSync(big).size, 2 * LARGE)
  assert.deepEqual(
    readdirSync(join(target, 'source')).filter((name) => name.includes('.toride')),
    [],
  )
})

test('a full disk begins nothing, or stops and goes on when there is room', { skip: WITHOUT_OTHER_DISK }, async (t) => {
  const { restores, generation } = await scene(t, LARGE)
  const disk = otherDisk(t)
  const filler = join(disk, 'filler')
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 30_000_000))
  const wanted = order(generation.id, join(disk, 'back'))
  const plan = await restores.plan(wanted)
  assert.ok(plan.neededBytes > plan.freeBytes)
  await assert.rejects(restores.start(wanted, plan.fingerprint, 'p1'), code('STORAGE_FULL'))
  assert.ok(!existsSync(join(disk, 'back')))
  rmSync(filler)
  const { done, runId } = await restores.start(wanted, plan.fingerprint, 'p1')
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 30_000_000))
  await assert.rejects(done, code('STORAGE_FULL'))
  assert.deepEqual(
    [(await restores.list())[0]?.state, (await restores.list())[0]?.errorCode],
    ['failed', 'STORAGE_FULL'],
  )
  rmSync(filler)
  assert.equal((await (await restores.resume(runId, 'p1')).done).state, 'complete')
})

test('where nothing may be written', async (t) => {
  const { restores, generation, home } = await scene(t)
  const refused = (target: string, why: string) =>
    assert.rejects(restores.plan(order(generation.id, target)), code(why), target)
  for (const target of ['/', '/etc/x', home.folder, join(home.folder, 'x'), dirname(home.folder), '/usr/local'])
    await refused(target, 'RECOVERY_TARGET_INVALID')
  for (const target of ['', 'relative', 'C:\\back', '\\\\nas\\share\\back'])
    await refused(target, 'RECOVERY_TARGET_NOT_HERE')
  await refused(join(home.source, 'inside'), 'RECOVERY_TARGET_IS_PRODUCTION')
  await assert.rejects(
    restores.plan({ ...order(generation.id, join(home.folder, '..', 'n')), paths: ['/nowhere/at/all'] }),
    code('RECOVERY_NOTHING_CHOSEN'),
  )
})

test('nothing is restored into what holds backups: a place, a medium, a repository', async (t) => {
  const { restores, generation, home } = await scene(t)
  const base = join(dirname(home.folder), 'disks')
  const make = (...names: string[]) => {
    const path = join(base, ...names)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '{}')
  }
  make('place', 'toride-place.json')
  make('medium', 'toride', 'DEVICE')
  for (const name of ['config', 'keys/1', 'data/1', 'snapshots/1']) make('restic', name)
  const plan = (...names: string[]) => restores.plan(order(generation.id, join(base, ...names)))
  for (const names of [
    ['place'],
    ['place', 'new', 'deep'],
    ['medium'],
    ['medium', 'toride', 'x'],
    ['restic'],
    ['restic', 'data'],
  ])
    await assert.rejects(plan(...names), code('RECOVERY_TARGET_INVALID'), names.join('/'))
  assert.ok((await plan('medium', 'restored')).files > 0, 'beside what Toride keeps on a disk there may be room')
})

test('a second person is one who was there before; alone means that nobody else is', async (t) => {
  const { institution } = await scene(t)
  const clock = institution.clock as ReturnType<typeof manualClock>
  const tables = institution.database.tables<RecoveryTables>()
  let deciders: { id: string; since: number }[] = []
  const facts = {
    isCalm: async () => true,
    wasRestored: async () => true,
    scanned: async () => 'unknown' as const,
    openSheets: async () => 0,
    deciders: async () => deciders,
  }
  const cases = new Cases({ tables, ledger: institution.ledger, clock, facts })
  await cases.begin('attack', undefined, 'asks')
  await cases.askOverride(1, '急ぐ', 'asks')
  const confirm = (by: string) => cases.confirmOverride(1, '認める', by)
  const long = { id: 'long', since: NIGHT - 30 * 86_400_000 }
  deciders = [{ id: 'asks', since: 0 }, { id: 'made-today', since: NIGHT }, long]
  await assert.rejects(confirm('made-today'), code('RECOVERY_SAME_PERSON'))
  await assert.rejects(confirm('nobody-we-know'), code('RECOVERY_SAME_PERSON'))
  clock.advance(2 * 86_400_000)
  await assert.rejects(confirm('asks'), code('RECOVERY_SAME_PERSON'), 'another one is there')
  await assert.rejects(confirm('made-today'), code('RECOVERY_SAME_PERSON'))
  await confirm('long')
  assert.equal((await cases.open())!.gates[0]!.state, 'overridden')
})

test('over the old place: only through the gates, in their order, by two people', async (t) => {
  const { restores, cases, generation, home, institution, rehearsals } = await scene(t)
  const clock = institution.clock as ReturnType<typeof manualClock>
  const wanted = order(generation.id, undefined)
  writeFileSync(join(home.source, 'file-1.txt'), 'spoilt')
  const plan = await restores.plan(wanted)
  const start = () => restores.start(wanted, plan.fingerprint, 'p1')
  const pass = (gate: Parameters<typeof cases.pass>[1], by = 'p1') => cases.pass(1, gate, 'なぜなら', by)
  const scanGate = async () => (await cases.open())?.gates.find(({ gate }) => gate === 'scan')?.state
  await assert.rejects(start(), code('RECOVERY_NEEDS_CASE'))
  await cases.begin('attack', undefined, 'p1')
  assert.equal((await cases.begin('attack', undefined, 'p2')).openedBy, 'p1', 'a second click')
  await assert.rejects(start(), code('RECOVERY_NEEDS_EVIDENCE'))
  await assert.rejects(pass('evidence'), code('RECOVERY_EVIDENCE_MISSING'))
  await assert.rejects(pass('scan'), code('RECOVERY_GATE_NOT_YET'))
  await assert.rejects(cases.confirmOverride(1, '', 'p2'), code('RECOVERY_GATE_NOT_YET'))
  await cases.askOverride(1, '記録装置が壊れた', 'p1')
  await assert.rejects(start(), code('RECOVERY_NEEDS_EVIDENCE'), 'asking is not having')
  await assert.rejects(cases.confirmOverride(1, '', 'p1'), code('RECOVERY_SAME_PERSON'))
  clock.advance(86_400_000)
  await cases.confirmOverride(1, 'ほかにいない', 'p1')
  await assert.rejects(start(), code('RECOVERY_NEEDS_SCAN'))
  await assert.rejects(pass('scan'), code('RECOVERY_NOT_CHOSEN'))
  await cases.choose(1, generation, '侵入の前', 'p2')
  await pass('scan')
  assert.equal(await scanGate(), 'overridden', 'nobody scanned it here: a word, and said to be one')
  await assert.rejects(start(), code('RECOVERY_NEEDS_ISOLATED'))
  await assert.rejects(pass('isolated'), code('RECOVERY_NOT_PROVEN'))
  const aside = order(generation.id, join(dirname(home.folder), 'aside'))
  await (
    await restores.start(aside, (await restores.plan(aside)).fingerprint, 'p1')
  ).done
  await pass('isolated')
  const run = await (await start()).done
  assert.deepEqual([run.state, run.kind, run.result?.kept], ['complete', 'over', 1])
  assert.ok(readFileSync(join(home.source, 'file-1.txt'), 'utf8').startsWith('content 1'))
  assert.equal(readdirSync(home.source).filter((name) => name.startsWith('file-1.txt.toride-')).length, 1)
  // Something new is found: all behind it is open again.
  await cases.undo(1, 'scan', '別の不正なプログラム', 'p2')
  await assert.rejects(start(), code('RECOVERY_NEEDS_SCAN'))
  const one = { id: 'r1', generationId: generation.id, sourceId: generation.sourceId, takenAt: NIGHT, startedAt: NIGHT }
  const whole = { step: 'restore', state: 'passed', figures: { sharePercent: 100 } }
  const steps = [whole, { step: 'scan', state: 'passed', figures: {} }] as never[]
  await rehearsals.book.begin({ ...one, by: 'schedule', declared: {} as never })
  await rehearsals.book.end('r1', { at: NIGHT, result: 'passed', steps })
  for (const gate of ['scan', 'isolated', 'operation'] as const) await pass(gate)
  assert.equal(await scanGate(), 'passed', 'scanned here, and clean')
  // A sheet of paper is left: only with a reason that is signed.
  await institution.casebook.append(SHEETS_BOOK, { kind: 'sheet.registered', codes: { number: 'K-1' } })
  await assert.rejects(cases.pass(1, 'reconciled', 'なぜなら', 'p1'), code('RECOVERY_SHEETS_OPEN'))
  await cases.pass(1, 'reconciled', '紙は別に取っておく', 'p1', true)
  for (const gate of ['reconciled', 'ended', 'review'] as const) await pass(gate)
  assert.equal(await cases.open(), undefined)
  await assert.rejects(pass('review'), code('RECOVERY_NEEDS_CASE'))
  const types: unknown[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type === 'recovery.gate') types.push(entry.data)
  assert.equal(types.length, 11)
  assert.ok(!JSON.stringify(types).includes('記録装置'))
})

/** Mounts as the kernel tells them, where this system has none of the kind. */
function withMounts({ vault, institution, ledger, home, cases }: Awaited<ReturnType<typeof scene>>, lines: string[]) {
  const tables = institution.database.tables<RecoveryTables>()
  const mounts = () => ['27 1 254:0 / / rw - ext4 /dev/vda rw', ...lines].join('\n')
  return new Restores({ vault, tables, ledger, clock: manualClock(NIGHT), dataFolder: home.folder, cases, mounts })
}

test('production’s share by its name and by its address is one place; another share is asked about first', async (t) => {
  const made = await scene(t)
  const { home, generation } = made
  const [byAddress, other] = ['by-address', 'other'].map((name) => join(dirname(home.folder), name)) as [string, string]
  for (const folder of [byAddress, other]) mkdirSync(folder)
  const restores = withMounts(made, [
    `40 27 0:51 / ${home.source} rw - cifs //ORCA/karte rw,vers=3.1.1,addr=192.0.2.7`,
    `41 27 0:52 / ${byAddress} rw - cifs //192.0.2.7/karte rw,vers=3.1.1,addr=192.0.2.7`,
    `42 27 0:53 / ${other} rw - cifs //nas/d$ rw,vers=3.1.1,addr=192.0.2.8`,
  ])
  for (const target of [byAddress, join(byAddress, 'new')])
    await assert.rejects(restores.plan(order(generation.id, target)), code('RECOVERY_TARGET_IS_PRODUCTION'))
  const wanted = order(generation.id, join(other, 'back'))
  const plan = await restores.plan(wanted)
  assert.equal(plan.isUnsure, true)
  await assert.rejects(restores.start(wanted, plan.fingerprint, 'p1'), code('RECOVERY_TARGET_UNSURE'))
  assert.deepEqual(readdirSync(other), [], 'nothing was written')
  const run = await (await restores.start({ ...wanted, isNotProduction: true }, plan.fingerprint, 'p1')).done
  assert.equal(run.state, 'complete')
  assert.equal((await restores.plan(order(generation.id, made.target))).isUnsure, false)
})

test('no home, nothing above one, no hidden folder in one', async (t) => {
  const { restores, generation, home } = await scene(t)
  const before = process.env['HOME']
  t.after(() => (process.env['HOME'] = before))
  const mine = join(dirname(home.folder), 'people', 'hana')
  mkdirSync(mine, { recursive: true })
  process.env['HOME'] = mine
  for (const target of [mine, dirname(mine), join(mine, '.ssh'), join(mine, '.config', 'autostart')])
    await assert.rejects(restores.plan(order(generation.id, target)), code('RECOVERY_TARGET_IS_HOME'), target)
  assert.equal((await restores.plan(order(generation.id, join(mine, '戻したもの')))).classes.new.files, 6)
})

test('a source that moved behind a link since is production where it really lies', async (t) => {
  const { restores, vault, home, target } = await scene(t)
  const name = join(dirname(home.folder), 'karte')
  const real = join(dirname(home.folder), 'karte-disk')
  mkdirSync(name)
  writeFileSync(join(name, 'a.txt'), 'a')
  const source = await vault.addSource({ kind: 'folder', name: '別名', paths: [name] })
  const { id } = await (await vault.runs.run(source.id)).done
  renameSync(name, real)
  symlinkSync(real, name)
  for (const wanted of [real, join(real, 'inside')])
    await assert.rejects(restores.plan(order(id, wanted)), code('RECOVERY_TARGET_IS_PRODUCTION'))
  await restores.plan(order(id, target))
})

test('what holds malware goes over no production, whatever was declared', async (t) => {
  const { cases, rehearsals, generation } = await scene(t)
  const one = { id: 'r1', generationId: generation.id, sourceId: generation.sourceId, takenAt: NIGHT, startedAt: NIGHT }
  await rehearsals.book.begin({ ...one, by: 'schedule', declared: {} as never })
  await cases.begin('mishap', 'deleted', 'p1')
  assert.equal(await cases.demandForProduction(generation), 1)
  const found = { step: 'scan', state: 'failed' } as never
  await rehearsals.book.end('r1', { at: NIGHT, result: 'failed', steps: [found] })
  await assert.rejects(cases.demandForProduction(generation), code('RECOVERY_SCAN_FOUND'))
})

test('a mishap needs no gate, and is none while something looks like an attack', async (t) => {
  const { restores, cases, vault, generation, home } = await scene(t)
  rmSync(join(home.source, '患者'), { recursive: true })
  const wanted = order(generation.id, undefined)
  await cases.begin('mishap', 'deleted', 'p1')
  const plan = await restores.plan(wanted)
  assert.deepEqual([plan.classes.new.files, plan.classes.same.files], [1, 5])
  const run = await (await restores.start(wanted, plan.fingerprint, 'p1')).done
  assert.deepEqual([run.state, run.result?.files], ['complete', 1])
  assert.ok(existsSync(join(home.source, '患者', '田中', '紹介状.txt')))
  await vault.freeze.freeze('person:p1')
  await assert.rejects(
    restores.start(wanted, (await restores.plan(wanted)).fingerprint, 'p1'),
    code('RECOVERY_LOOKS_LIKE_ATTACK'),
  )
})
