/** Dumps that attack whoever tries them, against real PostgreSQL and MariaDB. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import { type DatabaseKind, isolationProblem, runIsolated, tryDump } from '#isolation'
import { noMariadb, noPostgres } from '../dumps/servers.ts'

const problem = await isolationProblem()
const PLACE = problem === undefined ? false : `this system cannot isolate: ${problem}`
const POSTGRES = '-- PostgreSQL database dump\ncreate table one (a text);\n'
const MARIADB = '-- MariaDB dump 10.19\ncreate table one (a int);\n'

function house(t: TestContext): {
  secret: string
  load: (kind: DatabaseKind, sql: string, mode?: number) => ReturnType<typeof tryDump>
} {
  const folder = mkdtempSync(join(tmpdir(), 'toride-dump-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const secret = join(folder, 'secret')
  writeFileSync(secret, 'of the host alone')
  let tries = 0
  const load = (kind: DatabaseKind, sql: string, mode = 0o600) => {
    const [dump, scratch] = [join(folder, `dump-${++tries}`), join(folder, `scratch-${tries}`)]
    mkdirSync(scratch)
    writeFileSync(dump, sql)
    chmodSync(dump, mode)
    return tryDump({ kind, form: 'sql', dump, scratch, queries: ['select 1'], timeoutMs: 120_000 })
  }
  return { secret, load }
}

const linked = (secret: string): string =>
  `cd /run/db; for f in version load.log tables loaded answer-000.text answer-000.exit; do rm -f $f; ln -s ${secret} $f; done`

test(
  'what a dump leaves in the place is not followed to a file of the host',
  { skip: PLACE || noPostgres },
  async (t) => {
    const { secret, load } = house(t)
    const ways = [`\\! ${linked(secret)}\n`, `copy one from program '${linked(secret)}';\n`]
    for (const way of ways) {
      const result = await load('postgresql', POSTGRES + way)
      assert.ok(!JSON.stringify(result).includes('of the host'), way)
      assert.match(result.server, /^PostgreSQL \d/)
    }
  },
)

test('a pipe or a terabyte of nothing in the place keeps nobody waiting', { skip: PLACE || noPostgres }, async (t) => {
  const { load } = house(t)
  // The place itself has no more use for it once the tables are counted.
  const made = String.raw`\! cd /run/db; (until [ -s tables ]; do sleep 0.01; done; rm -f loaded; mkfifo loaded) >&- 2>&- &
`
  const { answers } = await load('postgresql', POSTGRES + made)
  assert.deepEqual(answers, [{ text: '1', failed: false }])
  const huge = await load('postgresql', `${POSTGRES}\\! truncate -s 1T /run/db/load.log\n`)
  assert.equal(huge.log.replaceAll('\0', ''), '')
})

test('a dump that ends the place did not load', { skip: PLACE || noPostgres }, async (t) => {
  const { load } = house(t)
  const { isLoaded, answers, server } = await load(
    'postgresql',
    `${POSTGRES}\\! kill -TERM $PPID; kill -TERM -1\n`,
  ).catch(
    (error: unknown) => (
      assert.ok(isAppError(error, 'ISOLATION_KILLED')),
      { isLoaded: false, answers: [], server: 'PostgreSQL' }
    ),
  )
  assert.equal(isLoaded, false)
  assert.ok(answers.every(({ failed }) => failed))
  assert.match(server, /^PostgreSQL/)
})

test('commands of the client in a dump of MariaDB are refused', { skip: PLACE || noMariadb }, async (t) => {
  const { secret, load } = house(t)
  const result = await load('mariadb', `${MARIADB}\\! ${linked(secret)}\n`)
  assert.equal(result.isLoaded, false)
  assert.ok(!JSON.stringify(result).includes('of the host'))
  assert.equal((await load('mariadb', MARIADB)).isLoaded, true)
})

test('a dump that a group may write is tried as any other', { skip: PLACE || noPostgres }, async (t) => {
  const { load } = house(t)
  assert.equal((await load('postgresql', POSTGRES, 0o666)).isLoaded, true)
})

test(
  'an argument that names a file of somebody else on the host is only text to the place',
  { skip: PLACE },
  async (t) => {
    const { secret } = house(t)
    chmodSync(secret, 0o666)
    const { exit } = await runIsolated({ argv: ['/usr/bin/test', '!', '-e', secret], timeoutMs: 20_000 })
    assert.equal(exit, 0)
  },
)
