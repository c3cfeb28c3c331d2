/** Dumps that another program writes: nothing half-written is taken, and a dump that did not come is said. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock, systemClock } from '#base'
import type { SourceInput } from '#vault'
import { untilQuiet } from '../../src/vault/prepare/quiet.ts'
import { clockAt } from '../server/house.ts'
import { clinic } from './clinic.ts'

const MINUTE = 60_000

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'toride-dumps-'))
  t.after(() => rmSync(made, { recursive: true }))
  return made
}

/** A clock that goes on by what is waited; `during` may write at each look. */
function waiting(t: TestContext, during: (waits: number, path: string) => void) {
  const path = folder(t)
  const clock = manualClock(systemClock.now())
  let waits = 0
  const pause = async (ms: number): Promise<void> => {
    clock.advance(ms)
    during(++waits, path)
  }
  return {
    path,
    clock,
    waits: () => waits,
    run: () => untilQuiet([path], { clock, pause, signal: new AbortController().signal }),
  }
}

test('waits ten minutes after the last change, by size or by time', async (t) => {
  const house = waiting(t, (waits, path) => {
    if (waits < 5) appendFileSync(join(path, 'clinic.bak'), 'more')
    // A program that sets the time back is seen by the size and the change time.
    if (waits === 5) utimesSync(join(path, 'clinic.bak'), 1, 1)
  })
  writeFileSync(join(house.path, 'clinic.bak'), 'begun')
  await house.run()
  assert.ok(house.waits() >= 20 && house.waits() <= 27, `${house.waits()} looks, 30 s each`)
})

test('a name in Shift_JIS is looked at as any other: finished at once, waited for while it is written', async (t) => {
  const name = (path: string): Buffer => Buffer.concat([Buffer.from(`${path}/`), Buffer.from('8349838b834a', 'hex')])
  const house = waiting(t, (waits, path) => {
    if (waits === 1) appendFileSync(name(path), 'more')
  })
  writeFileSync(name(house.path), 'begun')
  house.clock.advance(11 * MINUTE)
  assert.ok((await house.run()) !== undefined)
  assert.equal(house.waits(), 0)
  house.clock.advance(-11 * MINUTE)
  await house.run()
  assert.ok(house.waits() >= 20, `${house.waits()} looks`)
})

test('what has long been finished is taken at once; an empty folder too', async (t) => {
  const house = waiting(t, () => {})
  assert.equal(await house.run(), undefined)
  writeFileSync(join(house.path, 'clinic.dmp'), 'x')
  house.clock.advance(11 * MINUTE)
  const newest = await house.run()
  assert.equal(house.waits(), 0)
  assert.ok(Math.abs(newest! - systemClock.now()) < MINUTE)
})

test('a program that never ends is not waited for longer than six hours; a cancelled wait ends', async (t) => {
  const house = waiting(t, (waits, path) => appendFileSync(join(path, 'a.bak'), String(waits)))
  writeFileSync(join(house.path, 'a.bak'), '')
  await assert.rejects(house.run(), (error) => isAppError(error, 'VAULT_DUMPS_STILL_WRITTEN'))
  const abort = new AbortController()
  const cancelled = untilQuiet([house.path], { clock: systemClock, signal: abort.signal })
  setTimeout(() => abort.abort(), 50)
  await assert.rejects(cancelled, (error) => isAppError(error, 'BASE_CANCELLED'))
})

test('a dump that did not come: the run is well, the light says so until a new one is there', async (t) => {
  const place = clinic(t)
  const input: SourceInput = { kind: 'dumps', name: 'SQL Server', paths: [place.source], options: { everyHours: 24 } }
  const light = async (days: number) => {
    const { vault } = await place.open(clockAt(systemClock.now() + days * 24 * 60 * MINUTE), place.commandsFile)
    const source = (await vault.sources())[0] ?? (await vault.addSource(input))
    await (
      await vault.runs.run(source.id)
    ).done
    return (await vault.lights({ stations: 0 })).find((one) => one.name === 'taken')!
  }
  assert.ok(!(await light(0.5)).reasons.some((one) => one.code === 'source-dump-late'))
  const late = await light(2)
  assert.equal(late.reasons[0]!.code, 'source-dump-late')
  assert.equal(late.state, 'bad')
  assert.equal(late.next, 'look-at-sources')
  const soon = new Date(systemClock.now() + 2.9 * 24 * 60 * MINUTE)
  writeFileSync(join(place.source, 'new.bak'), 'fresh')
  utimesSync(join(place.source, 'new.bak'), soon, soon)
  assert.ok(!(await light(3)).reasons.some((one) => one.code === 'source-dump-late'))
})
