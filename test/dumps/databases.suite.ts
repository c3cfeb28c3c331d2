/** What must be true of a database source, whatever the database: the same tests on a real PostgreSQL and a real MariaDB. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAppError } from '#base'
import { tryDatabase } from '#commands'
import type { SourceInput } from '#vault'
import { clinic } from './clinic.ts'
import type { DatabaseServer } from './servers.ts'

export interface DatabaseUnderTest {
  readonly kind: 'postgresql' | 'mariadb'
  readonly dumpFile: string
  /** Path of the real tool that dumps. */
  readonly tool: string
  start(): Promise<DatabaseServer>
  /** Makes the user `toride`, who may read everything, and the user `nobody-much` without rights to the database. */
  readonly accounts: readonly string[]
  /** Fills the database `clinic`: tables `patient` (100,000 rows) and `lab`. */
  readonly fill: readonly string[]
  /** Changes three rows; one near the beginning grows. */
  readonly change: readonly string[]
  /** Holds the table `lab` against everybody; who holds it; who waits for it; what ends that one. */
  readonly hold: string
  readonly holding: string
  readonly waiting: string
  readonly end: (id: string) => string
  /** A text over all rows that tells any difference. */
  readonly digest: string
  /** The quicker way of the README beside the dump: what it makes of the dump. */
  readonly quick?: (restored: string) => string
}

const ORCA: SourceInput = { kind: 'database', name: '日レセ', paths: [], options: { definition: 'orca' } }

export function databaseSuite(under: DatabaseUnderTest): void {
  let server: DatabaseServer
  const { kind } = under
  test(`${kind}: a database`, async (t) => {
    server = await under.start()
    after(() => server.stop())
    for (const text of under.accounts) server.sql(kind === 'mariadb' ? '' : 'postgres', text)
    for (const text of under.fill) server.sql('clinic', text)
    const { port, passwordFile } = server
    const good = { name: 'ORCA', kind, host: '127.0.0.1', port, database: 'clinic', user: 'toride', passwordFile }
    const definition = { ...good, timeoutMinutes: 5, accounts: 'none' } as const

    await t.test('a trial connects, counts the tables, and says what is wrong', async () => {
      assert.deepEqual(await tryDatabase(definition), { tables: 2, unsafeTables: 0 })
      const wrong = async (change: object, code: string) =>
        assert.rejects(tryDatabase({ ...definition, ...change }), (error) => isAppError(error) && error.code === code)
      await wrong({ database: 'nowhere' }, kind === 'mariadb' ? 'COMMANDS_NOT_ALLOWED' : 'COMMANDS_DATABASE_UNKNOWN')
      await wrong({ passwordFile: undefined }, 'COMMANDS_LOGIN_REFUSED')
      await wrong({ user: 'stranger' }, 'COMMANDS_LOGIN_REFUSED')
      await wrong({ user: 'nobody-much' }, 'COMMANDS_NOT_ALLOWED')
      await wrong({ port: 1 }, 'COMMANDS_UNREACHABLE')
      await wrong({ tools: '/nowhere' }, 'COMMANDS_TOOL_MISSING')
      await wrong({ runAs: 'no-such-user' }, 'COMMANDS_RUN_AS_REFUSED')
    })

    await t.test(
      'a generation restores into an empty database with the same rows; the next night adds little',
      async (t) => {
        const place = clinic(t)
        place.define({ databases: { orca: good } })
        const { vault } = await place.begin()
        const first = await place.take(ORCA)
        assert.equal(first.closure, 'complete')
        assert.deepEqual(place.dumps(), [], 'no dump is left in the clear')
        const before = server.sql('clinic', under.digest)
        const restored = await place.restore(first)
        for (const text of under.change) server.sql('clinic', text)
        server.sql(kind === 'mariadb' ? '' : 'postgres', 'create database back')
        server.load('back', join(restored, under.dumpFile))
        assert.equal(server.sql('back', under.digest), before)
        server.sql(kind === 'mariadb' ? '' : 'postgres', 'drop database back')
        assert.match(readFileSync(join(restored, 'README.txt'), 'utf8'), /戻す前に/)
        if (under.quick) {
          server.sql('', 'create database quick')
          server.load('quick', under.quick(restored))
          assert.equal(server.sql('quick', under.digest), before, 'joined rows are the same rows')
        }
        const second = await place.take(ORCA)
        assert.notEqual(server.sql('clinic', under.digest), before, 'the rows did change')
        t.diagnostic(`second night: ${second.addedBytes} of ${first.addedBytes} bytes`)
        // A row that grows must not make what follows it new.
        assert.ok(second.addedBytes < first.addedBytes / 2, `${second.addedBytes} of ${first.addedBytes}`)
        assert.ok(await (await vault.runs.startRestoreTest(second.id)).done)
      },
    )

    await t.test('a tool that is killed, cut or too old leaves no generation', async (t) => {
      const place = clinic(t)
      // The dump ends well and half is missing; SIGKILL in the middle; what an older tool says.
      const fakes: [script: string, code: string][] = [
        [`"${under.tool}" "$@" | head -c 100000; exit 0`, 'COMMANDS_DUMP_CUT'],
        ['kill -9 $$', 'COMMANDS_DUMP_FAILED'],
        ['echo "pg_dump: error: aborting because of server version mismatch" >&2; exit 1', 'COMMANDS_TOOL_TOO_OLD'],
        ['echo "could not write to file: No space left on device" >&2; exit 1', 'STORAGE_FULL'],
      ]
      const { vault } = await place.begin()
      for (const [script, code] of fakes) {
        place.define({ databases: { orca: { ...good, tools: fakeTool(t, under.tool, script) } } })
        await place.fail(ORCA, code)
      }
      const records = await vault.runs.commandRecords((await vault.sources())[0]!)
      assert.deepEqual(
        records.map((one) => one.ended),
        fakes.map(([, code]) => code).toReversed(),
      )
    })

    await t.test('a database that does not answer: the run is cancelled, and its tool ended', async (t) => {
      const place = clinic(t)
      const silent = createServer(() => {}).listen(0, '127.0.0.1')
      t.after(() => silent.close())
      await new Promise((resolve) => silent.once('listening', resolve))
      const { port: silentPort } = silent.address() as { port: number }
      place.define({ databases: { orca: { ...good, port: silentPort, timeoutMinutes: 1 } } })
      const { vault } = await place.begin()
      const source = await vault.addSource(ORCA)
      const { jobId, done } = await vault.runs.run(source.id)
      while (vault.jobs.get(jobId)!.phase !== 'dump') await sleep(20)
      await sleep(300)
      vault.jobs.cancel(jobId)
      await assert.rejects(done, (error) => isAppError(error, 'BASE_CANCELLED'))
      assert.equal(vault.jobs.get(jobId)!.state, 'cancelled')
      assert.deepEqual(place.dumps(), [])
      assert.deepEqual(toolsLeft(under.tool, silentPort), [], 'the tool was ended with the run')
    })

    await t.test('the server ends the connection in the middle of a dump that waits for a table', async (t) => {
      const place = clinic(t)
      place.define({ databases: { orca: good } })
      const { vault } = await place.begin()
      const holder = server.session('clinic', under.hold)
      t.after(() => holder.kill('SIGKILL'))
      const source = await vault.addSource(ORCA)
      await untilHeld(() => server.sql('clinic', under.holding))
      const { done } = await vault.runs.run(source.id)
      done.catch(() => undefined)
      const waiting = await untilHeld(() => server.sql('clinic', under.waiting))
      server.sql('clinic', under.end(waiting))
      await assert.rejects(done, (error) => isAppError(error, 'COMMANDS_UNREACHABLE'))
      assert.equal(await vault.generations.count(source.id), 0)
      assert.deepEqual(place.dumps(), [])
    })

    await t.test('a full disk', { skip: process.getuid?.() !== 0 && 'mounting needs root' }, async (t) => {
      const place = clinic(t)
      place.define({ databases: { orca: good } })
      await place.begin()
      const small = join(place.folder, 'dumps')
      mkdirSync(small)
      assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]).status, 0)
      try {
        await place.fail(ORCA, 'STORAGE_FULL')
      } finally {
        spawnSync('umount', [small])
      }
      assert.equal((await place.take(ORCA)).closure, 'complete', 'with room again it is taken')
    })

    await t.test(
      'a tool that is ended from outside, a server that is not there, definitions that changed',
      async (t) => {
        const place = clinic(t)
        const script = `"${under.tool}" "$@" & tool=$!; sleep 0.05; kill -TERM $tool; wait $tool`
        place.define({ databases: { orca: { ...good, tools: fakeTool(t, under.tool, script) } } })
        await place.begin()
        await place.fail(ORCA, 'COMMANDS_DUMP_FAILED')
        place.define({ databases: { orca: { ...good, port: 1 } } })
        await place.fail(ORCA, 'COMMANDS_UNREACHABLE')
        place.define({})
        await place.fail(ORCA, 'COMMANDS_UNKNOWN')
        place.define({ databases: { orca: good } })
        chmodSync(place.commandsFile, 0o666)
        await place.fail(ORCA, 'COMMANDS_FILE_UNSAFE')
        chmodSync(place.commandsFile, 0o600)
        assert.equal((await place.take(ORCA)).closure, 'complete', 'and the next run is well again')
      },
    )
  })
}

async function untilHeld(look: () => string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const found = look()
    if (found !== '') return found
    await sleep(50)
  }
  throw new Error('nobody holds or waits')
}

/** A folder with the database's tools of which the dumping one is a script of ours. */
function fakeTool(t: TestContext, tool: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride-tools-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const name = tool.split('/').at(-1)!
  writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 })
  for (const other of ['pg_restore', 'pg_dumpall'])
    writeFileSync(join(folder, other), `#!/bin/bash\nexec /usr/lib/postgresql/15/bin/${other} "$@"\n`, { mode: 0o755 })
  return folder
}

function toolsLeft(tool: string, port: number): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return stdout.split('\n').filter((line) => line.includes(tool.split('/').at(-1)!) && line.includes(`--port=${port}`))
}
