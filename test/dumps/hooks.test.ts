/** Commands before and after a run, on real processes: order, failure, cancel, a kill between, and what they print. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAppError } from '#base'
import type { SourceInput } from '#vault'
import type { VaultTables } from '../../src/vault/tables.ts'
import { clinic, type Clinic } from './clinic.ts'

const PATIENT = '見本患者の名前'

/** Each command writes a line into a file beside the source. */
function hooks(place: Clinic, before: string, after: string): void {
  const shell = (script: string) => ({ run: ['/bin/sh', '-c', script, 'sh', notes(place)] })
  place.define({ hooks: { stop: { name: '止める', before: shell(before), after: shell(after) } } })
}
const notes = (place: Clinic): string => join(place.source, '..', 'notes')
const lines = (place: Clinic): string[] =>
  existsSync(notes(place)) ? readFileSync(notes(place), 'utf8').trim().split('\n') : []
const AFTER = 'echo "after $TORIDE_RESULT" >> "$1"'
const folder = (place: Clinic): SourceInput => ({
  kind: 'folder',
  name: '書類',
  paths: [place.source],
  options: { hook: 'stop' },
})

test('before, run, after; what they print is sealed, readable to the operator, and in no ledger', async (t) => {
  const place = clinic(t)
  hooks(place, `echo before >> "$1"; echo "${PATIENT}"; echo fresh > "${join(place.source, 'made.txt')}"`, AFTER)
  const { vault } = await place.begin()
  const generation = await place.take(folder(place))
  assert.deepEqual(lines(place), ['before', 'after done'])
  assert.ok(
    existsSync(join(await place.restore(generation), 'made.txt')),
    'what the command before laid there is in it',
  )
  const source = (await vault.sources())[0]!
  const records = await vault.runs.commandRecords(source)
  assert.deepEqual(
    records.map(({ stage, ended }) => [stage, ended]),
    [
      ['after', 'done'],
      ['before', 'done'],
    ],
  )
  assert.match(records[1]!.text, new RegExp(PATIENT))
  assert.equal(source.unfinished, undefined)
  for (let i = 0; i < 20; i++) await place.take(folder(place))
  assert.equal((await vault.runs.commandRecords(source)).length, 30, 'the newest few')
  await place.close()
  for (const entry of readdirSync(place.folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const bytes = readFileSync(join(entry.parentPath, entry.name))
      assert.ok(!bytes.includes(PATIENT), `in the clear: ${entry.name}`)
    }
})

test('the command before fails: no run, and the command after still runs', async (t) => {
  const place = clinic(t)
  hooks(place, 'exit 7', AFTER)
  const { vault } = await place.begin()
  await place.fail(folder(place), 'VAULT_HOOK_BEFORE_FAILED')
  assert.deepEqual(lines(place), ['after failed'])
  const records = await vault.runs.commandRecords((await vault.sources())[0]!)
  assert.deepEqual(
    records.map(({ ended }) => ended),
    ['done', 'exit 7'],
  )
})

test('the command after fails: the generation stands, and the source says so', async (t) => {
  const place = clinic(t)
  hooks(place, 'true', 'exit 1')
  const { vault } = await place.begin()
  const source = await vault.addSource(folder(place))
  await assert.rejects((await vault.runs.run(source.id)).done, (error) => isAppError(error, 'VAULT_HOOK_AFTER_FAILED'))
  assert.equal(await vault.generations.count(source.id), 1)
  const now = (await vault.source(source.id))!
  assert.equal(now.lastFailure?.code, 'VAULT_HOOK_AFTER_FAILED')
  assert.equal(now.unfinished, undefined, 'it has run: not again at the next start')
})

test('a cancelled run: the command before is ended, the one after runs; a server that stops waits for it', async (t) => {
  const place = clinic(t)
  hooks(place, 'echo began >> "$1"; sleep 60', `sleep 0.5; ${AFTER}`)
  const { vault } = await place.begin()
  const source = await vault.addSource(folder(place))
  for (const end of ['cancel', 'close'] as const) {
    writeFileSync(notes(place), '')
    const { jobId, done } = await vault.runs.run(source.id)
    done.catch(() => undefined)
    while (!lines(place).includes('began')) await sleep(20)
    if (end === 'cancel') {
      vault.jobs.cancel(jobId)
      await assert.rejects(done, (error) => isAppError(error, 'BASE_CANCELLED'))
    } else await place.close()
    assert.deepEqual(lines(place), ['began', 'after cancelled'], end)
  }
})

test('killed between: the next start ends what was left and runs the command after, once', async (t) => {
  const place = clinic(t)
  hooks(place, 'echo "began $$" >> "$1"; sleep 61', AFTER)
  const loader = ['--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs']
  const script = join(import.meta.dirname, 'run-until-killed.ts')
  const child = spawn(process.execPath, [...loader, script, place.folder, place.source, place.commandsFile], {
    stdio: 'inherit',
  })
  const ended = once(child, 'exit')
  while (!lines(place).some((line) => line.startsWith('began'))) await sleep(50)
  // The number of the command is noted by then.
  await sleep(500)
  child.kill('SIGKILL')
  await ended
  const pid = Number(lines(place)[0]!.split(' ')[1])
  assert.ok(isAlive(pid), 'the command outlives the server that was killed')
  const { vault } = await place.begin()
  await vault.runs.recover()
  assert.deepEqual(lines(place).slice(1), ['after killed'])
  await sleep(100)
  assert.ok(!isAlive(pid), 'what was left is ended')
  await vault.runs.recover()
  hooks(place, 'true', AFTER)
  await place.take(folder(place))
  assert.deepEqual(lines(place).slice(1), ['after killed', 'after done'])
})

test('after a kill the definitions do not allow it: it stays to be done, and the next run does it first', async (t) => {
  const place = clinic(t)
  hooks(place, 'true', AFTER)
  const { vault, database } = await place.begin()
  const source = await vault.addSource(folder(place))
  const left = JSON.stringify({ hook: 'stop' })
  await database.tables<VaultTables>().updateTable('source').set({ unfinished: left }).execute()
  place.define({})
  await vault.runs.recover()
  assert.equal((await vault.source(source.id))?.lastFailure?.code, 'COMMANDS_UNKNOWN')
  assert.deepEqual(lines(place), [])
  hooks(place, 'true', AFTER)
  await place.take(folder(place))
  assert.deepEqual(lines(place), ['after killed', 'after done'])
})

function isAlive(pid: number): boolean {
  // One that nobody has collected yet is gone too.
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
  return stat !== '' && !stat.includes(') Z ')
}
