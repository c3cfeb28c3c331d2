/** A dump started as a real database in a place of its own, and asked what the institution asks (initdb(1), mariadbd(8)). */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  globSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { AppError, codeOf } from '#base'
import { runIsolated } from './sandbox.ts'

export type DatabaseKind = 'postgresql' | 'mariadb'
/** `archive`: of pg_dump, as a file, a tar file or a folder; `cluster`: SQL that makes its databases itself; `tab`: a folder of
 * MariaDB's with a definition and the rows of each table. */
export type DumpForm = 'archive' | 'sql' | 'cluster' | 'tab'

export interface DatabaseOrder {
  readonly kind: DatabaseKind
  readonly form: DumpForm
  /** The restored file or folder. */
  readonly dump: string
  /** SQL, each on its own. */
  readonly queries: readonly string[]
  /** Empty folder for the server's files; what stays in it is the caller's to remove. */
  readonly scratch: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface DatabaseResult {
  /** As the server names itself. */
  readonly server: string
  readonly isLoaded: boolean
  /** Of the dump's own database. */
  readonly tables: number
  /** One per query; `failed` with what the server said. May hold patient data. */
  readonly answers: readonly { readonly text: string; readonly failed: boolean }[]
  /** What loading complained of; may hold patient data. */
  readonly log: string
}

const QUERY_SECONDS = 120
const LOG_CHARACTERS = 4000
/** Of one file that is read: UTF-8 takes up to four a character. */
const MOST_BYTES = 4 * LOG_CHARACTERS
/** Said by the script when the server is up and empty: nothing of the dump has run yet. */
const STARTED = /^started (.{1,100})$/m
/** Exits of the scripts: the server was killed, or had no room, which says nothing of the dump. */
const SHOT = 25
const NO_ROOM = 26
/** What initdb says before there is a server. */
const FULL = /No space left on device|Errcode: 28/
const KILLED = /terminated by signal 9|exit code 137/

/** Folder of the server's programs; undefined: not on this machine. */
function programs(kind: DatabaseKind): string | undefined {
  if (kind === 'mariadb') return existsSync('/usr/sbin/mariadbd') ? '/usr/sbin' : undefined
  const version = (path: string): number => Number(/(\d+)\/bin/.exec(path)?.[1] ?? 0)
  const found = globSync('/usr/lib/postgresql/*/bin/postgres').toSorted((a, b) => version(b) - version(a))[0]
  return found?.slice(0, -'/postgres'.length)
}

/**
 * @throws ISOLATION_NO_SERVER, ISOLATION_MISSING before anything is started; ISOLATION_SERVER_FAILED where the server does
 *   not start; STORAGE_FULL; ISOLATION_KILLED; COMMANDS_TIMED_OUT, BASE_CANCELLED
 */
export async function tryDump(order: DatabaseOrder): Promise<DatabaseResult> {
  const bin = programs(order.kind)
  if (bin === undefined) throw new AppError('ISOLATION_NO_SERVER')
  const { scratch } = order
  mkdirSync(join(scratch, 'queries'), { mode: 0o700 })
  // Servers and their tools ask for their own name.
  writeFileSync(join(scratch, 'passwd'), 'nobody:x:65534:65534::/tmp:/bin/sh\n')
  for (const [i, sql] of order.queries.entries()) writeFileSync(join(scratch, 'queries', number(i)), `${sql}\n`)
  const script = order.kind === 'postgresql' ? POSTGRES : MARIADB
  let said = ''
  const { exit, log } = await runIsolated({
    argv: ['/usr/bin/bash', '-uc', `${COMMON}${script}`, 'rehearsal', bin, order.form],
    reads: [
      { from: order.dump, at: '/dump' },
      { from: join(scratch, 'passwd'), at: '/etc/passwd' },
    ],
    writes: [{ from: scratch, at: '/run/db' }],
    timeoutMs: order.timeoutMs,
    signal: order.signal,
    onOutput: (text) => (said = (said + text).slice(0, MOST_BYTES)),
  })
  if (exit === NO_ROOM || (exit !== 0 && FULL.test(log))) throw new AppError('STORAGE_FULL')
  if (exit === SHOT || (exit !== 0 && KILLED.test(log)))
    throw new AppError('ISOLATION_KILLED', { subject: log.slice(-LOG_CHARACTERS) })
  const server = STARTED.exec(said)?.[1]
  if (server === undefined) throw new AppError('ISOLATION_SERVER_FAILED', { subject: log.slice(-LOG_CHARACTERS) })
  // Whatever else ended it behind that is the dump's doing.
  const ended = exit === 0
  return {
    server,
    isLoaded: ended && read(scratch, 'loaded') === 'yes',
    tables: ended ? Math.trunc(Number(read(scratch, 'tables'))) || 0 : 0,
    answers: order.queries.map((_, i) => (ended ? answer(scratch, i) : { text: '', failed: true })),
    log: read(scratch, 'load.log', 'end').slice(-LOG_CHARACTERS),
  }
}

const number = (i: number): string => String(i).padStart(3, '0')

function answer(scratch: string, i: number): { text: string; failed: boolean } {
  const failed = read(scratch, `answer-${number(i)}.exit`) !== '0'
  return { text: read(scratch, `answer-${number(i)}.${failed ? 'log' : 'text'}`).slice(0, LOG_CHARACTERS), failed }
}

/**
 * What the place left under a name; '' where it is no plain file. A dump may run commands in the place, and what it makes there
 * (a link to a file of the host, a pipe that never ends, a terabyte of nothing) must be neither followed nor waited for.
 */
function read(scratch: string, name: string, part: 'beginning' | 'end' = 'beginning'): string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  let file: number
  try {
    file = openSync(join(scratch, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO', 'EACCES'].includes(String(codeOf(error)))) return ''
    throw error
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return ''
    const bytes = Buffer.alloc(Math.min(stat.size, MOST_BYTES))
    const have = readSync(file, bytes, 0, bytes.length, part === 'end' ? stat.size - bytes.length : 0)
    return bytes.toString('utf8', 0, have).trim()
  } finally {
    closeSync(file)
  }
}

/** $1 folder of programs, $2 form of the dump. `ask` runs one query of the file $1. */
const COMMON = `
cd /run/db
B=$1 FORM=$2
ask_all() {
  for q in queries/*; do
    [ -f "$q" ] || continue
    n=\${q#queries/}
    ask "$q" >"answer-$n.text" 2>"answer-$n.log"
    echo $? >"answer-$n.exit"
  done
}
`

/** A role that a dump names and nobody made costs no table: such complaints are not counted. */
const POSTGRES = `
"$B/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N || exit 21
"$B/pg_ctl" -D data -w -t 120 -l server.log -o "-c listen_addresses= -k /run/db -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=64MB" start >/dev/null || { cat server.log; exit 22; }
export PGHOST=/run/db PGUSER=postgres
sql() { "$B/psql" -XqAt -v ON_ERROR_STOP=1 "$@"; }
sound() {
  grep -qs 'No space left on device' load.log server.log answer-*.log && exit ${NO_ROOM}
  grep -qs 'terminated by signal 9' server.log && exit ${SHOT}
  "$B/pg_ctl" -D data status >/dev/null || exit ${SHOT}
}
sql -d postgres -c 'create database rehearsal' || exit 23
sql -d postgres -c 'show server_version' | sed 's/^/started PostgreSQL /'
# pg_restore never comes back from a tar file or a packed file of rows that was cut.
unpacks() {
  if [ ! -d /dump ]; then
    [ "$(head -c 7 /dump | tr -d '\\0')" = toc.dat ] || return 0
    tar -tf /dump >/dev/null 2>load.log
    return
  fi
  for f in /dump/*.gz; do [ -e "$f" ] || continue; gzip -t "$f" 2>>load.log || return 1; done
}
case "$FORM" in
  archive) unpacks && "$B/pg_restore" --no-owner --no-privileges --exit-on-error -d rehearsal /dump >load.log 2>&1 && echo yes >loaded
    [ $? = 137 ] && exit ${SHOT} ;;
  *) "$B/psql" -Xq -d rehearsal -f /dump >/dev/null 2>load.log && ! grep -E 'ERROR:|FATAL:' load.log | grep -qvE 'role ".*" (does not exist|already exists)' && echo yes >loaded ;;
esac
sound
count="select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r','p') and n.nspname not in ('pg_catalog','information_schema','pg_toast')"
DB=rehearsal
for d in $(sql -d postgres -c "select datname from pg_database where not datistemplate order by datname = 'rehearsal' desc, datname"); do
  [ "$(sql -d "$d" -c "$count")" -gt 0 ] && { DB=$d; break; }
done
sql -d "$DB" -c "$count" >tables
ask() { timeout ${QUERY_SECONDS} "$B/psql" -XqAt -F '	' -v ON_ERROR_STOP=1 -d "$DB" -f "$1"; }
ask_all
sound
"$B/pg_ctl" -D data -m immediate -w stop >/dev/null
exit 0
`

const MARIADB = `
mariadb-install-db --no-defaults --force --datadir=/run/db/data --auth-root-authentication-method=normal --skip-test-db >install.log 2>&1 || { cat install.log; exit 21; }
"$B/mariadbd" --no-defaults --datadir=/run/db/data --skip-networking --socket=/run/db/s --pid-file=/run/db/pid --skip-log-bin --innodb-flush-log-at-trx-commit=0 >server.log 2>&1 &
S=$!
SAFE=$(mariadb --no-defaults --sandbox --version >/dev/null 2>&1 && echo --sandbox)
sql() { mariadb --no-defaults --default-character-set=utf8mb4 -S /run/db/s -u root -N -B "$@"; }
for i in $(seq 600); do
  sql -e 'select 1' >/dev/null 2>&1 && break
  kill -0 $S 2>/dev/null || { cat server.log; exit 22; }
  sleep 0.2
done
sql -e 'create database rehearsal character set utf8mb4' || exit 23
sql -e 'select version()' | sed 's/^/started MariaDB /'
sound() {
  grep -qsE 'Errcode: 28|errno: 28|No space left|ERROR (1114|1021) ' load.log server.log answer-*.log && exit ${NO_ROOM}
  kill -0 $S 2>/dev/null && return
  wait $S
  [ $? = 137 ] && exit ${SHOT}
}
tables_and_rows() {
  sql -e 'set global foreign_key_checks = 0; set global local_infile = 1'
  local again=() rows=()
  for f in /dump/*.sql; do sql $SAFE rehearsal <"$f" 2>>load.log || again+=("$f"); done
  # A view whose tables come after it.
  for f in "\${again[@]}"; do sql $SAFE rehearsal <"$f" 2>>load.log || return 1; done
  rows=(/dump/*.txt)
  mariadb-import --no-defaults --default-character-set=utf8mb4 -S /run/db/s -u root --local rehearsal "\${rows[@]}" >rows.log 2>&1
  local exit=$?
  cat rows.log >>load.log
  # A row that does not fit is a warning to LOAD DATA LOCAL.
  [ $exit = 0 ] && ! grep -qE '(Skipped|Warnings): [1-9]' rows.log
}
case "$FORM" in
  tab) tables_and_rows && echo yes >loaded ;;
  *) sql $SAFE rehearsal </dump >/dev/null 2>load.log && echo yes >loaded ;;
esac
sound
own="table_schema not in ('mysql','information_schema','performance_schema','sys')"
DB=$(sql -e "select table_schema from information_schema.tables where $own group by 1 order by table_schema = 'rehearsal' desc, 1 limit 1")
DB=\${DB:-rehearsal}
sql -e "select count(*) from information_schema.tables where table_type = 'BASE TABLE' and table_schema = '$DB'" >tables
ask() { timeout ${QUERY_SECONDS} mariadb --no-defaults --default-character-set=utf8mb4 -S /run/db/s -u root -N -B "$DB" <"$1"; }
ask_all
sound
kill -9 $S
exit 0
`
