/** The database's conformance suite on a real PostgreSQL: a throw-away cluster on loopback, as an ordinary user. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { systemClock } from '#base'
import { databaseConformance, FIRST, SECOND } from '../../src/db/conformance.suite.ts'
import { type DatabaseConfig, openDatabase, sql } from '#db'
import { roomsConformance } from './rooms.suite.ts'

const BIN = '/usr/lib/postgresql/15/bin'
const skip = existsSync(`${BIN}/initdb`) ? undefined : 'PostgreSQL 15 is not installed (Debian package postgresql-15)'

if (skip !== undefined) test('postgres', { skip }, () => {})
else await runSuite()

async function runSuite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'))
  const port = await freePort()
  start(folder, port)
  after(() => {
    as(folder, `${BIN}/pg_ctl`, '-D', `${folder}/data`, '-m', 'immediate', '-w', 'stop')
    rmSync(folder, { recursive: true, force: true })
  })
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  let count = 0
  const fresh = async (): Promise<DatabaseConfig> => {
    const name = `fresh${count++}`
    as(folder, `${BIN}/createdb`, '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', name)
    return { kind: 'postgres', url: url(name) }
  }
  databaseConformance('postgres', fresh)
  roomsConformance('postgres', fresh)
  test('postgres: two servers that start at once run each migration once', async () => {
    as(folder, `${BIN}/createdb`, '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', 'both')
    const open = () => openDatabase({ kind: 'postgres', url: url('both') }, [[FIRST, SECOND]], systemClock)
    const both = await Promise.all([open(), open(), open()])
    const rows = await sql`select * from thing`.execute(both[0].tables())
    assert.equal(rows.rows.length, 1)
    for (const db of both) await db.close()
  })
  test('postgres: a server that is not there, and a database that is not, are said so', async () => {
    await assert.rejects(openDatabase({ kind: 'postgres', url: 'postgres://x@127.0.0.1:1/x' }, [], systemClock), {
      code: 'DB_UNREACHABLE',
      retry: 'temporary',
    })
    await assert.rejects(openDatabase({ kind: 'postgres', url: url('nowhere') }, [], systemClock), {
      code: 'DB_UNREACHABLE',
    })
  })
}

/** PostgreSQL refuses to run as root; Debian's package made the user postgres. */
function as(cwd: string, command: string, ...args: string[]): void {
  const root = process.getuid?.() === 0
  const done = root
    ? spawnSync('/usr/sbin/runuser', ['-u', 'postgres', '--', command, ...args], { cwd, encoding: 'utf8' })
    : spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`)
}

function start(folder: string, port: number): void {
  if (process.getuid?.() === 0) spawnSync('chown', ['postgres:', folder])
  const data = `${folder}/data`
  // Not synced: the cluster is thrown away.
  as(folder, `${BIN}/initdb`, '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N')
  const options = `-c listen_addresses=127.0.0.1 -p ${port} -k ${folder} -c fsync=off`
  as(folder, `${BIN}/pg_ctl`, '-D', data, '-w', '-t', '60', '-l', `${folder}/log`, '-o', options, 'start')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
