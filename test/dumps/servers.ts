/** Real databases that judge the dumps: throw-away servers on loopback, as ordinary users, ended by their own tools. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const PASSWORD = 'kagi-no-3ban'

export interface DatabaseServer {
  readonly folder: string
  readonly port: number
  /** A file with {@link PASSWORD} for the user `toride`, as its tool reads it. */
  readonly passwordFile: string
  /** Runs SQL as the administrator and answers what it printed, one row a line. */
  sql(database: string, text: string): string
  /** Begins SQL of the administrator's in a session of its own, which the caller ends. */
  session(database: string, text: string): ChildProcess
  /** Feeds a file to the vendor's client. */
  load(database: string, file: string): void
  stop(): Promise<void>
}

const POSTGRES = '/usr/lib/postgresql/15/bin'
export const noPostgres = existsSync(`${POSTGRES}/initdb`)
  ? false
  : 'PostgreSQL 15 is not installed (Debian package postgresql-15)'
export const noMariadb = existsSync('/usr/sbin/mariadbd')
  ? false
  : 'MariaDB is not installed (Debian package mariadb-server)'

export async function startPostgres(): Promise<DatabaseServer> {
  const { folder, port } = await place('postgres')
  const data = join(folder, 'data')
  as(
    'postgres',
    folder,
    `${POSTGRES}/initdb`,
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '-N',
  )
  const rules = join(data, 'pg_hba.conf')
  writeFileSync(rules, `host all toride 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`)
  const options = `-c listen_addresses=127.0.0.1 -p ${port} -k ${folder} -c fsync=off`
  as(
    'postgres',
    folder,
    `${POSTGRES}/pg_ctl`,
    '-D',
    data,
    '-w',
    '-t',
    '60',
    '-l',
    `${folder}/log`,
    '-o',
    options,
    'start',
  )
  const login = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', '-qAt']
  const psql = (database: string, ...more: string[]): string =>
    run(folder, `${POSTGRES}/psql`, ...login, ...more, database)
  const passwordFile = secret(folder, `*:*:*:toride:${PASSWORD}\n`)
  return {
    folder,
    port,
    passwordFile,
    sql: (database, text) => psql(database, '-c', text),
    session: (database, text) => spawn(`${POSTGRES}/psql`, [...login, '-c', text, database], { stdio: 'ignore' }),
    load: (database, file) => {
      if (file.endsWith('.sql')) psql(database, '-f', file)
      else
        run(
          folder,
          `${POSTGRES}/pg_restore`,
          '-h',
          '127.0.0.1',
          '-p',
          String(port),
          '-U',
          'postgres',
          '--exit-on-error',
          '-d',
          database,
          file,
        )
    },
    async stop() {
      if (existsSync(join(data, 'postmaster.pid')))
        as('postgres', folder, `${POSTGRES}/pg_ctl`, '-D', data, '-m', 'immediate', '-w', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function startMariadb(): Promise<DatabaseServer> {
  const { folder, port } = await place('mysql')
  const data = join(folder, 'data')
  const user = process.getuid?.() === 0 ? ['--user=mysql'] : []
  run(
    folder,
    'mariadb-install-db',
    '--no-defaults',
    ...user,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  )
  const socket = join(folder, 's')
  const options = [
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socket}`,
    `--pid-file=${folder}/pid`,
  ]
  const child = spawn('/usr/sbin/mariadbd', ['--no-defaults', ...user, ...options, '--skip-log-bin'], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const login = ['--no-defaults', '--default-character-set=utf8mb4', '-S', socket, '-u', 'root', '-N', '-B']
  for (let tries = 0; spawnSync('mariadb', [...login, '-e', 'select 1']).status !== 0; tries++) {
    if (tries > 150) throw new Error('MariaDB does not start')
    await sleep(200)
  }
  return {
    folder,
    port,
    passwordFile: secret(folder, `[client]\npassword=${PASSWORD}\n`),
    session: (database, text) => spawn('mariadb', [...login, database, '-e', text], { stdio: 'ignore' }),
    sql: (database, text) => run(folder, 'mariadb', ...login, ...(database ? [database] : []), '-e', text),
    load: (database, file) => {
      const done = spawnSync('mariadb', [...login, database], { input: readFileSync(file), encoding: 'utf8' })
      if (done.status !== 0) throw new Error(done.stderr)
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A folder that the server's own user may use, and a free port. */
async function place(user: string): Promise<{ folder: string; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'toride-db-'))
  // The server writes beside the password's file and may not replace it.
  chmodSync(folder, 0o1777)
  mkdirSync(join(folder, 'data'))
  if (process.getuid?.() === 0) spawnSync('chown', [`${user}:`, join(folder, 'data')])
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return { folder, port }
}

function secret(folder: string, text: string): string {
  const file = join(folder, 'secret')
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

function run(cwd: string, command: string, ...args: string[]): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`)
  return done.stdout.trim()
}

/** PostgreSQL refuses to run as root; Debian's package made the user. */
function as(user: string, cwd: string, command: string, ...args: string[]): string {
  if (process.getuid?.() !== 0) return run(cwd, command, ...args)
  return run(cwd, '/usr/sbin/runuser', '-u', user, '--', command, ...args)
}
