/** What stands until somebody acknowledges it: a ledger that was lost, locks that were lifted. */
import assert from 'node:assert/strict'
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isImmutable, setImmutable } from '#posix'
import type { Institution } from '#server'
import { house, take, toride } from './house.ts'

async function entriesOf({ ledger }: Institution, type: string): Promise<Readonly<Record<string, unknown>>[]> {
  const found: Readonly<Record<string, unknown>>[] = []
  for await (const { entry } of (await ledger.reader()).entries()) if (entry.type === type) found.push(entry.data)
  return found
}

function heldFiles(folder: string): string[] {
  return readdirSync(join(folder, 'places'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^([0-9a-f]{64}|config)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

test('a lost ledger: the alarm ends with a reason, and what it was stays in the new one', async (t) => {
  const home = house(t)
  await take(await home.open(), home, 1)
  await home.close()
  renameSync(join(home.folder, 'ledger'), join(home.folder, 'elsewhere'))
  assert.ok((await home.open()).ledgerAlarm)
  assert.match((await toride('ledger', 'acknowledge', '--data', home.folder)).error, /Toride が動いています/)
  await home.close()

  for (const words of [[], ['--reason', 'because']]) {
    const asked = await toride('ledger', 'acknowledge', ...words, '--data', home.folder)
    assert.equal(asked.code, 1)
    assert.match(asked.out, /LEDGER_MISSING/)
    assert.match(asked.error, /--reason examined/)
  }
  assert.ok((await home.open()).ledgerAlarm, 'nothing was changed without a reason')
  await home.close()

  const done = await toride('ledger', 'acknowledge', '--reason', 'examined', '--data', home.folder)
  assert.equal(done.code, 0, done.error)
  const after = await home.open()
  assert.equal(after.ledgerAlarm, undefined)
  const [entry] = await entriesOf(after, 'alarm.acknowledged')
  assert.ok((entry!['findings'] as string[]).includes('LEDGER_MISSING'))
  assert.equal(entry!['reason'], 'examined')
  await home.close()
  const { out } = await toride('ledger', 'verify', '--data', home.folder)
  assert.match(out, /LEDGER_ALARM_ACKNOWLEDGED/, 'its history stays visible')
  assert.doesNotMatch(out, /LEDGER_MISSING/)
  assert.match((await toride('ledger', 'acknowledge', '--data', home.folder)).out, /警報はありません/)
})

/** A house with a generation under real attributes; undefined where the file system has none. */
async function locked(t: TestContext) {
  const home = house(t)
  await take(await home.open(), home, 2)
  await home.close()
  const files = heldFiles(home.folder)
  if (!files.every(isImmutable)) return undefined
  return { home, files }
}
const NONE = 'this file system has no immutable attribute'

test('a copied data folder: said as an error, locked again, acknowledged', async (t) => {
  const made = await locked(t)
  if (!made) return t.skip(NONE)
  const { home, files } = made
  for (const file of files) setImmutable(file, false)
  renameSync(home.folder, `${home.folder}-before`)
  cpSync(`${home.folder}-before`, home.folder, { recursive: true })
  rmSync(`${home.folder}-before`, { recursive: true })

  const moved = await home.open()
  assert.ok(moved.ledgerReport.findings.some(({ code }) => code === 'GENERATION_LOCK_LIFTED'))
  await moved.vault.runs.recover()
  assert.ok(files.every(isImmutable))
  const { findings, ok } = await moved.vault.verifyLedger()
  assert.deepEqual(
    [ok, findings.map(({ code, count }) => [code, count])],
    [false, [['REPOSITORY_LOCKS_RESTORED', files.length]]],
  )
  await moved.vault.runs.recover()
  assert.equal((await entriesOf(moved, 'repository.locks-restored')).length, 1, 'once')
  await home.close()
  assert.equal((await toride('ledger', 'acknowledge', '--reason', 'copied', '--data', home.folder)).code, 0)
  const { code, out } = await toride('ledger', 'verify', '--data', home.folder)
  assert.equal(code, 0, out)
  assert.match(out, /LEDGER_ALARM_ACKNOWLEDGED/)
})

test('an attribute that somebody lifted under a running server: the next run says it before it locks again', async (t) => {
  const made = await locked(t)
  if (!made) return t.skip(NONE)
  const { home, files } = made
  const institution = await home.open()
  const victim = files.find((file) => file.includes('/data/'))!
  setImmutable(victim, false)
  await take(institution, home, 1)
  assert.ok(isImmutable(victim))
  assert.deepEqual(
    (await entriesOf(institution, 'repository.locks-restored')).map((data) => data['objects']),
    [1],
  )
  const again = files.find((file) => file.includes('/snapshots/'))!
  setImmutable(again, false)
  await take(institution, home, 1)
  assert.ok(isImmutable(again), 'also of a file that the new generation does not share')
  assert.equal((await toride('ledger', 'verify', '--data', home.folder)).code, 1, 'an error until acknowledged')
})
