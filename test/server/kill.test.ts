/** kill -9 at each border between two steps of a run: what is left opens, is completed, and looks like no attack. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import { setUpSample } from '../../src/server/first-run.ts'
import { attack, clockAt, house, take } from './house.ts'
import { firstPerson, signIn } from './person.ts'

const DAY = 86_400_000

function die(home: ReturnType<typeof house>, step: string, daysAhead = 0): void {
  const script = join(import.meta.dirname, 'die-at.ts')
  const loader = ['--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs']
  const done = spawnSync(process.execPath, [...loader, script, home.folder, home.source, step, String(daysAhead)], {
    encoding: 'utf8',
  })
  assert.equal(done.signal, 'SIGKILL', `${step}: ${done.stdout}${done.stderr}`)
  assert.ok(existsSync(join(home.folder, 'toride.pid')), 'a killed process leaves its pid file')
}

/** The border, and how many generations there are after the next start. */
const BORDERS: readonly [step: string, generations: number][] = [
  // The snapshot was saved and nobody vouches for it: never adopted, discarded.
  ['before recorded', 0],
  ['after recorded', 1],
  ['before row', 1],
  ['after row', 1],
  ['before locked', 1],
  ['after locked', 1],
  ['before lock noted', 1],
  ['after lock noted', 1],
]

for (const [step, count] of BORDERS)
  test(`killed ${step}: the next start completes it, the next run succeeds`, async (t) => {
    const home = house(t)
    die(home, step)
    const { vault, clock } = await home.open()
    await vault.runs.recover()
    const kept = await vault.generations.list()
    assert.equal(kept.length, count)
    for (const generation of kept)
      assert.ok((generation.lockedUntil ?? 0) > clock.now() + 20 * DAY, 'locked to its full end')
    assert.deepEqual(
      (await vault.verifyLedger()).findings.map((one) => one.code),
      [],
    )
    const source = (await vault.sources())[0]!
    const next = await (await vault.runs.run(source.id)).done
    assert.equal(next.closure, 'complete')
    assert.equal(await (await vault.runs.startRestoreTest(next.id)).done, true)
    const report = await vault.verifyLedger()
    assert.ok(report.ok, JSON.stringify(report.findings))
  })

for (const step of ['before expired', 'after expired', 'before expiry noted', 'after expiry noted'])
  test(`killed ${step}: the generation goes at the next start or the next run, and was not deleted by anybody`, async (t) => {
    const home = house(t)
    // Four days: the generations of one day count as one, and the floor would hold them all.
    for (const day of [0, 1, 2, 3]) await take(await home.open(clockAt(systemClock.now() + day * DAY)), home, 1)
    await home.close()
    const days = 500
    die(home, step, days)
    const later = clockAt(systemClock.now() + days * DAY)
    const { vault, ledgerReport } = await home.open(later)
    assert.ok(ledgerReport.ok, JSON.stringify(ledgerReport.findings))
    await vault.runs.recover()
    assert.deepEqual(
      (await vault.verifyLedger()).findings.map((one) => one.code),
      [],
    )
    const source = (await vault.sources())[0]!
    const next = await (await vault.runs.run(source.id)).done
    // The floor of three days stays (the last has two: the killed run's and this one); whatever is listed restores.
    assert.equal(await vault.generations.count(source.id), 4)
    assert.equal(await (await vault.runs.startRestoreTest(next.id)).done, true)
    assert.ok((await vault.verifyLedger()).ok)
  })

test('a generation that somebody removed is not taken for one that expired', async (t) => {
  const home = house(t)
  const first = await home.open()
  const ids = await take(first, home, 4)
  const source = (await first.vault.sources())[0]!
  await home.close()
  attack(join(home.folder, 'places', 'local', source.id, 'snapshots', ids[0]!))
  const later = clockAt(systemClock.now() + 500 * 86_400_000)
  const { vault, ledgerReport } = await home.open(later)
  assert.deepEqual(
    ledgerReport.findings.map((one) => one.code),
    ['GENERATION_DELETED'],
  )
  await vault.runs.recover()
  assert.deepEqual(
    (await vault.verifyLedger()).findings.map((one) => one.code),
    ['GENERATION_DELETED'],
  )
})

test('a snapshot that was ever locked is not discarded, whatever ledger and database have forgotten', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  await home.close()
  const ledger = join(home.folder, 'ledger')
  cpSync(ledger, `${home.folder}-old-ledger`, { recursive: true })
  const [second] = await take(await home.open(), home, 1)
  await home.close()
  rmSync(ledger, { recursive: true })
  cpSync(`${home.folder}-old-ledger`, ledger, { recursive: true })
  const { vault, database, ledger: log } = await home.open()
  const tables = database.tables<{ proof: { generation_id: string }; generation: { id: string } }>()
  await tables.deleteFrom('proof').where('generation_id', '=', second!).execute()
  await tables.deleteFrom('generation').where('id', '=', second!).execute()
  await vault.runs.recover()
  for await (const { entry } of (await log.reader()).entries()) assert.notEqual(entry.type, 'generation.expired')
  const [source] = await vault.sources()
  assert.ok(existsSync(join(home.folder, 'places', 'local', source!.id, 'snapshots', second!)))
})

test('killed before the catalogue: the charts of that generation open after the next start', async (t) => {
  const home = house(t, 'sample')
  const first = await home.open()
  await first.vault.ensureOwnState()
  const { id, sourceId } = await setUpSample(first, () => {}, { patients: 60, months: 1 })
  const before = await first.charts.index(id, (await firstPerson(first)).reading)
  const [gone, changed] = [before.entry(0), before.entry(1)]
  await home.close()
  // A patient's folders are gone, another got a file: the old catalogue alone would show another day.
  for (const unit of gone.units) rmSync(unit, { recursive: true })
  writeFileSync(join(changed.units[0]!, 'note.txt'), 'note')
  die(home, 'after lock noted')
  const again = await home.open()
  const { reading } = await signIn(again)
  await again.vault.runs.recover()
  const [newest] = await again.vault.generations.list({ sourceId })
  assert.notEqual(newest!.id, id)
  const after = await again.charts.index(newest!.id, reading)
  assert.equal(after.size, before.size - 1)
  assert.equal(after.rowOf(gone.patientKey), undefined)
  assert.ok(after.rowOf(changed.patientKey) !== undefined)
  const reader = await again.charts.reader(newest!.id)
  const files = (await reader.unit(changed.units[0]!)).map((file) => file.path)
  assert.ok(
    files.some((path) => path.endsWith('/note.txt')),
    JSON.stringify({ newest, units: changed.units, files }),
  )
})
