import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, isAppError } from '#base'
import { CommandBook } from './definitions.ts'
import { tryDatabase } from './dump.ts'
import { demandPrivate } from './ownership.ts'
import { type Command, runCommand } from './run-command.ts'
import { accountCanWrite } from './share.ts'
import { meaningOf } from './tool.ts'

const HOOKS = { version: 1, hooks: { 'stop-ehr': { name: '止める', before: { run: ['/bin/true'] } } } }

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'toride-book-'))
  t.after(() => rmSync(made, { recursive: true }))
  return made
}

function written(t: TestContext, text: string = JSON.stringify(HOOKS)): string {
  const file = join(folder(t), 'commands.json')
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

const refuses = (code: ErrorCode) => (error: unknown) => isAppError(error) && error.code === code

test('definitions are read; their defaults stand', (t) => {
  const hook = new CommandBook(written(t)).hook('stop-ehr')
  assert.deepEqual(hook.before, { run: ['/bin/true'], timeoutMinutes: 10 })
  assert.throws(() => new CommandBook(written(t)).hook('other'), refuses('COMMANDS_UNKNOWN'))
})

test('without a file there is nothing to choose; one that was named must be there', (t) => {
  assert.throws(() => new CommandBook(join(folder(t), 'none.json')).read(), refuses('COMMANDS_FILE_WRONG'))
})

test(
  'what others could have written is refused whole: the file, its folder, a link',
  { skip: process.platform === 'win32' },
  (t) => {
    const file = written(t)
    const read = () => new CommandBook(file).read()
    for (const mode of [0o620, 0o602]) {
      chmodSync(file, mode)
      assert.throws(read, refuses('COMMANDS_FILE_UNSAFE'), mode.toString(8))
    }
    chmodSync(file, 0o644)
    read()
    chmodSync(join(file, '..'), 0o777)
    assert.throws(read, refuses('COMMANDS_FILE_UNSAFE'))
    chmodSync(join(file, '..'), 0o755)
    const link = join(folder(t), 'link.json')
    symlinkSync(file, link)
    assert.throws(() => new CommandBook(link).read(), refuses('COMMANDS_FILE_WRONG'))
    // A folder that leads elsewhere: both ways are looked at.
    const open = join(folder(t), 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    symlinkSync(join(file, '..'), join(open, 'way'))
    assert.throws(() => new CommandBook(join(open, 'way', 'commands.json')).read(), refuses('COMMANDS_FILE_UNSAFE'))
  },
)

test(
  'a file of another user is refused',
  { skip: process.getuid?.() !== 0 && 'giving a file away needs root' },
  (t) => {
    const file = written(t)
    chownSync(file, 65_534, 65_534)
    assert.throws(() => new CommandBook(file).read(), refuses('COMMANDS_FILE_UNSAFE'))
  },
)

test('what is not written as it must be is refused, and where is said', (t) => {
  const wrong: object[] = [
    { version: 2 },
    { ...HOOKS, extra: 1 },
    // No shell, so no command as one text; no relative program; neither before nor after.
    { version: 1, hooks: { a: { name: 'x', before: { run: 'rm -rf /' } } } },
    { version: 1, hooks: { a: { name: 'x', before: { run: ['true'] } } } },
    { version: 1, hooks: { a: { name: 'x' } } },
    // What libpq would take for a connection string, or a tool for an option.
    { version: 1, databases: { a: { name: 'x', kind: 'postgresql', host: 'h', database: 'host=evil', user: 'u' } } },
    { version: 1, databases: { a: { name: 'x', kind: 'mariadb', host: 'h', database: '--result-file', user: 'u' } } },
    {
      version: 1,
      databases: { a: { name: 'x', kind: 'mariadb', host: 'h', database: 'd', user: 'u', password: 'p' } },
    },
  ]
  for (const one of wrong)
    assert.throws(() => new CommandBook(written(t, JSON.stringify(one))).read(), refuses('COMMANDS_FILE_WRONG'))
  assert.throws(() => new CommandBook(written(t, '{')).read(), refuses('COMMANDS_FILE_WRONG'))
})

const run = (script: string, more: Partial<Command> = {}) =>
  runCommand({ argv: ['/bin/sh', '-c', script], timeoutMs: 10_000, ...more })

test('a program: its end, its last words, and nothing of our environment', async () => {
  process.env['TORIDE_TEST_SECRET'] = 'secret'
  const { exit, log } = await run('echo out; echo err >&2; env; exit 3', { environment: { TORIDE_RESULT: 'done' } })
  delete process.env['TORIDE_TEST_SECRET']
  assert.equal(exit, 3)
  assert.match(log, /out\n/)
  assert.match(log, /err\n/)
  assert.match(log, /TORIDE_RESULT=done/)
  assert.doesNotMatch(log, /secret/)
  const long = await run('yes 0123456789 | head -c 1000000; echo the end')
  assert.ok(long.log.length <= 65_536 && long.log.endsWith('the end\n'))
})

test('one that does not end is ended with what it started; so is a cancelled one', async () => {
  const marker = `sleep 6${process.pid}`
  const left = async () => (await run(`ps -eo args | grep -c '^${marker}$'; true`)).log.trim()
  await assert.rejects(run(`${marker} & ${marker}`, { timeoutMs: 300 }), refuses('COMMANDS_TIMED_OUT'))
  assert.equal(await left(), '0')
  const abort = new AbortController()
  const going = run(`${marker}; true`, { signal: abort.signal })
  await sleep(200)
  abort.abort()
  await assert.rejects(going, refuses('BASE_CANCELLED'))
  assert.equal(await left(), '0')
  await assert.rejects(run('true', { signal: abort.signal }), refuses('BASE_CANCELLED'))
})

test('one that ignores being asked is killed', async () => {
  const began = process.hrtime.bigint()
  await assert.rejects(
    run(`trap '' TERM; while :; do sleep 1; done`, { timeoutMs: 200 }),
    refuses('COMMANDS_TIMED_OUT'),
  )
  assert.ok(process.hrtime.bigint() - began < 20_000_000_000n)
})

test('one that leaves a service running behind it is not waited for', async () => {
  const { exit, log } = await run('sleep 30 & echo $!')
  assert.equal(exit, 0)
  process.kill(Number(log.trim()), 'SIGKILL')
})

test('a program that somebody else could replace is not started; one that is not there is said so', async (t) => {
  const file = join(folder(t), 'tool')
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o777 })
  chmodSync(file, 0o777)
  await assert.rejects(runCommand({ argv: [file], timeoutMs: 1000 }), refuses('COMMANDS_FILE_UNSAFE'))
  await assert.rejects(runCommand({ argv: ['/nowhere/tool'], timeoutMs: 1000 }), refuses('COMMANDS_TOOL_MISSING'))
  await assert.rejects(run('true', { runAs: 'no-such-user' }), refuses('COMMANDS_RUN_AS_REFUSED'))
})

test('as another user', { skip: process.getuid?.() !== 0 && 'changing the user needs root' }, async () => {
  const { log } = await run('id -un; id -G; echo $HOME', { runAs: 'nobody' })
  assert.match(log, /^nobody\n65534\n/)
})

test('what the tools say', () => {
  const said: [text: string, code: ErrorCode][] = [
    [
      'pg_dump: error: connection to server at "h", port 5432 failed: FATAL:  password authentication failed for user "t"',
      'COMMANDS_LOGIN_REFUSED',
    ],
    [
      'pg_dump: error: connection to server on socket "/x" failed: FATAL:  Peer authentication failed for user "t"',
      'COMMANDS_LOGIN_REFUSED',
    ],
    [
      'pg_dump: error: connection to server at "h" failed: FATAL:  database "x" does not exist',
      'COMMANDS_DATABASE_UNKNOWN',
    ],
    ['pg_dump: error: connection to server at "h" failed: Connection refused', 'COMMANDS_UNREACHABLE'],
    ['pg_dump: error: aborting because of server version mismatch', 'COMMANDS_TOOL_TOO_OLD'],
    ['pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout', 'COMMANDS_DATABASE_BUSY'],
    ['pg_dump: error: could not write to output file: No space left on device', 'STORAGE_FULL'],
    ['mariadb-dump: Got error: 1045: "Access denied for user" when trying to connect', 'COMMANDS_LOGIN_REFUSED'],
    [
      'mariadb-dump: Got error: 1049: "Unknown database \'x\'" when selecting the database',
      'COMMANDS_DATABASE_UNKNOWN',
    ],
    [
      "mariadb-dump: Got error: 2002: \"Can't connect to server on 'h' (115)\" when trying to connect",
      'COMMANDS_UNREACHABLE',
    ],
    ['mariadb-dump: Error 2013: Lost connection to server during query when dumping table', 'COMMANDS_UNREACHABLE'],
    ['something else', 'COMMANDS_DUMP_FAILED'],
  ]
  for (const [text, code] of said) assert.equal(meaningOf(text), code, text)
})

test('names that every object has are no definitions', (t) => {
  const book = new CommandBook(written(t))
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
    for (const look of [() => book.hook(name), () => book.database(name), () => book.share(name)])
      assert.throws(look, refuses('COMMANDS_UNKNOWN'), name)
})

const asRoot = { skip: process.getuid?.() !== 0 && 'giving a file away needs root' }
const NOBODY = 65_534

test('a script that somebody else wrote is not run by a shell of root’s', asRoot, async (t) => {
  const own = folder(t)
  const [script, ran] = [join(own, 'x.sh'), join(own, 'ran')]
  writeFileSync(script, `touch ${ran}`, { mode: 0o755 })
  const start = (...rest: string[]) => runCommand({ argv: ['/bin/sh', ...rest], timeoutMs: 5000 })
  assert.equal((await start(script)).exit, 0)
  rmSync(ran)
  const never = async (why: string, ...rest: string[]) => {
    await assert.rejects(start(...rest), refuses('COMMANDS_FILE_UNSAFE'), why)
    assert.ok(!existsSync(ran), why)
  }
  chownSync(script, NOBODY, NOBODY)
  await never('owner', script)
  await never('as an option', `--rcfile=${script}`)
  await assert.rejects(
    runCommand({ argv: ['/bin/sh', script], runAs: 'daemon', timeoutMs: 5000 }),
    refuses('COMMANDS_FILE_UNSAFE'),
  )
  assert.equal((await start('-c', `echo "$0"`, '/dev/null')).exit, 0, 'a device is no file of anybody’s')
  chmodSync(own, 0o755)
  const { log } = await runCommand({ argv: ['/bin/sh', script], runAs: 'nobody', timeoutMs: 5000 })
  assert.match(log, /touch/, 'its own user may run it, and has no more rights by it')
  chownSync(script, 0, 0)
  chmodSync(script, 0o775)
  await never('group', script)
  chmodSync(script, 0o755)
  // A link of nobody's in a sticky folder: its owner can turn it.
  const [sticky, link] = [join(own, 'sticky'), join(own, 'sticky', 'link')]
  mkdirSync(sticky)
  chmodSync(sticky, 0o1777)
  symlinkSync(script, link)
  lchownSync(link, NOBODY, NOBODY)
  await never('link', link)
  const foreign = join(own, 'foreign')
  mkdirSync(foreign)
  symlinkSync(foreign, join(own, 'way'))
  symlinkSync(script, join(foreign, 'x.sh'))
  chownSync(foreign, NOBODY, NOBODY)
  await never('a folder in the middle of the way', join(own, 'way', 'x.sh'))
})

test('a password file of somebody else is not read by a tool of root’s: it may name libraries', asRoot, async (t) => {
  const own = folder(t)
  chmodSync(own, 0o755)
  const file = join(own, 'my.cnf')
  writeFileSync(file, '[client]\npassword=x\nplugin-dir=/tmp\ndefault-auth=evil\n', { mode: 0o600 })
  demandPrivate(file)
  chownSync(file, NOBODY, NOBODY)
  const unsafe = refuses('COMMANDS_FILE_UNSAFE')
  assert.throws(() => demandPrivate(file), unsafe)
  assert.throws(() => demandPrivate(file, 'daemon'), unsafe)
  demandPrivate(file, 'nobody')
  const tools = join(own, 'tools')
  mkdirSync(tools)
  for (const tool of ['pg_dump', 'pg_restore', 'pg_dumpall', 'mariadb-dump'])
    writeFileSync(join(tools, tool), `#!/bin/sh\ntouch ${own}/ran\n`, { mode: 0o755 })
  for (const kind of ['postgresql', 'mariadb'] as const) {
    const one = { name: 'x', kind, host: 'h', database: 'd', user: 'u', passwordFile: file, tools }
    await assert.rejects(tryDatabase({ ...one, accounts: 'none', timeoutMinutes: 1 }), unsafe)
  }
  const share = { name: 'x', unc: '//h/s', mountedAt: '/mnt/x', credentialsFile: file }
  await assert.rejects(accountCanWrite(share, '/mnt/x'), unsafe)
  assert.ok(!existsSync(join(own, 'ran')))
  chownSync(file, 0, 0)
  chownSync(own, NOBODY, NOBODY)
  assert.throws(() => demandPrivate(file), unsafe, 'the folder above is another’s')
  chownSync(own, 0, 0)
  chmodSync(file, 0o640)
  assert.throws(() => demandPrivate(file), refuses('COMMANDS_PASSWORD_EXPOSED'))
})
