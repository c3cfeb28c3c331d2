/** Rehearsals on machines that cannot isolate, that run full, and whose programs are killed. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import { isolationProblem } from '#isolation'
import type { Step } from '#rehearsal'
import { noPostgres } from '../dumps/servers.ts'
import { house, type House } from '../server/house.ts'

const problem = await isolationProblem()
const PLACE = problem === undefined ? false : `this system cannot isolate: ${problem}`
const clamd = existsSync('/usr/sbin/clamd') ? false : 'clamd is not here'
const ROOT = join(import.meta.dirname, '../..')
const WORLD = ['--dev-bind', '/', '/', '--die-with-parent']
/** Memory of 12 MB, of its own. */
const LITTLE = [...WORLD, '--size', String(12 * 1_048_576), '--tmpfs', '/dev/shm']
const NO_NAMESPACES = [...WORLD, '--unshare-user', '--disable-userns']
const NO_PROGRAM = [...WORLD, '--tmpfs', '/usr/bin', '--ro-bind', process.execPath, process.execPath]

interface Told {
  readonly refused?: string
  readonly says?: { readonly what: string; readonly why: string; readonly next: string }
  readonly result?: string
  readonly kept?: string
  readonly reportHash?: string
  readonly steps: readonly { readonly step: Step; readonly state: string; readonly code?: string }[]
  readonly light: string
  readonly isProven: boolean
  readonly left: readonly string[]
  readonly rows: number
  readonly isPossible: boolean
}

function rehearseIn(world: readonly string[], home: House, kind = 'folder', fillAt = ''): Promise<Told> {
  const script = join(import.meta.dirname, 'rehearse-in.ts')
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs', script]
  const args = [...world, '--chdir', ROOT, '--', ...node, home.folder, home.source, kind, fillAt]
  const child = spawn('/usr/bin/bwrap', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, error] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text))
  return new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(out) as Told) : reject(new Error(error || out))))
  })
}

const states = ({ steps }: Told): Record<string, string> =>
  Object.fromEntries(steps.map(({ step, state, code }) => [step, code ? `${state} ${code}` : state]))

for (const [name, world] of [
  ['no user namespaces', NO_NAMESPACES],
  ['no bubblewrap', NO_PROGRAM],
] as const)
  test(`${name}: refused in Japanese, nothing restored, no row, no light`, { skip: PLACE }, async (t) => {
    const told = await rehearseIn(world, house(t))
    assert.equal(told.refused, 'ISOLATION_MISSING')
    assert.equal(told.isPossible, false)
    assert.match(told.says!.what, /隔離した場所を作れません/)
    assert.match(told.says!.why, /bubblewrap/)
    assert.match(told.says!.next, /管理者/)
    assert.deepEqual([told.rows, told.isProven, told.left], [0, false, []])
    assert.notEqual(told.light, 'good')
  })

test(
  'memory that is full before, or that fills while restoring: said, torn down, no light',
  { skip: PLACE },
  async (t) => {
    const home = house(t)
    for (let i = 0; i < 40; i++) writeFileSync(join(home.source, `file-${i}`), randomBytes(100_000))
    const before = await rehearseIn(LITTLE, home, 'folder', 'before')
    assert.equal(states(before)['restore'], 'not-done STORAGE_FULL')
    assert.equal(states(before)['scan'], 'not-done REHEARSAL_NEEDS_RESTORE')
    for (const told of [before, await rehearseIn(LITTLE, house(t), 'folder', 'isolate')]) {
      assert.notEqual(told.kept, 'passed')
      assert.equal(states(told)['teardown'], 'passed')
      assert.match(told.reportHash!, /^[0-9a-f]{64}$/)
      assert.deepEqual([told.left, told.isProven], [[], false])
      assert.notEqual(told.light, 'good')
    }
  },
)

test('a dump whose database does not fit is not called damaged', { skip: PLACE || noPostgres }, async (t) => {
  const home = house(t)
  for (const name of readdirSync(home.source)) rmSync(join(home.source, name))
  writeFileSync(join(home.source, 'orca.sql'), '-- PostgreSQL database dump\ncreate table patient (id int);\n')
  const told = await rehearseIn(LITTLE, home, 'dumps')
  assert.equal(states(told)['restore'], 'passed')
  assert.equal(states(told)['databases'], 'not-done REHEARSAL_NO_ROOM')
  assert.equal(states(told)['teardown'], 'passed')
  assert.deepEqual(told.left, [])
})

/** Pids below one, told by what the kernel says of each. */
function* below(pid: number): IterableIterator<{ pid: number; name: string }> {
  for (const child of childrenOf(pid)) {
    yield { pid: child, name: nameOf(child) }
    yield* below(child)
  }
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .map(Number)
    .filter((one) => one > 0)
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

for (const [program, step] of [
  ['clamd', 'scan'],
  ['postgres', 'databases'],
  ['restic', 'second'],
] as const)
  test(
    `${program} is killed as the system does for want of memory: said so, the backup is not blamed, torn down`,
    { skip: PLACE || clamd || noPostgres || (existsSync('/usr/bin/restic') ? false : 'restic is not here') },
    async (t) => {
      const home = house(t)
      for (const name of readdirSync(home.source)) rmSync(join(home.source, name))
      const slow = 'select pg_sleep(3);\n'
      writeFileSync(
        join(home.source, 'orca.sql'),
        `-- PostgreSQL database dump\ncreate table patient (id int);\n${slow}`,
      )
      // A check that lasts long enough to be met.
      writeFileSync(join(home.source, 'images.bin'), randomBytes(60_000_000))
      const later = { now: () => systemClock.now() + 20 * 60_000, monotonic: () => systemClock.monotonic() }
      const { vault, rehearsals } = await home.open(later)
      const signatures = join(home.folder, '..', 'signatures')
      mkdirSync(signatures)
      // Many, so that loading takes a moment.
      const lines = Array.from({ length: 50_000 }, (_, i) => `Test-${i}:0:*:${randomBytes(20).toString('hex')}\n`)
      writeFileSync(join(signatures, 'test.ndb'), lines.join(''))
      await rehearsals.settings.saveHouse({ everyDays: 28, signatures, scratch: '', charts: 5 })
      const options = { everyHours: 24 }
      const source = await vault.addSource({ kind: 'dumps', name: '書き出し', paths: [home.source], options })
      const generation = await (await vault.runs.run(source.id)).done
      const { id, done } = await rehearsals.start(generation.id, 'schedule')
      let killed = 0
      const hunt = setInterval(() => {
        if (killed > 0) return
        for (const { pid, name } of below(process.pid))
          if (name === program) {
            process.kill(pid, 'SIGKILL')
            killed++
          }
      }, 50)
      const result = await done.finally(() => clearInterval(hunt))
      assert.ok(killed > 0, `${program} was met`)
      const { steps } = await rehearsals.book.get(id)
      const of = (name: Step) => steps.find((one) => one.step === name)!
      const said = JSON.stringify((await rehearsals.details(id))?.dumps)
      assert.deepEqual([of(step).state, of(step).code], ['not-done', 'ISOLATION_KILLED'], said)
      assert.notEqual(result, 'passed')
      assert.equal(of('teardown').state, 'passed')
      const left = readdirSync('/dev/shm').filter((name) => name.startsWith(`toride-restore-test-${process.pid}-`))
      assert.deepEqual(left, [])
    },
  )
