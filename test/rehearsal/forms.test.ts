/** Dumps in every form that institutions have: really started, by the real programs; a cut one of each fails. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import { isolationProblem } from '#isolation'
import { noMariadb, noPostgres, startMariadb, startPostgres } from '../dumps/servers.ts'
import { house } from '../server/house.ts'

const problem = await isolationProblem()
const PLACE = problem === undefined ? false : `this system cannot isolate: ${problem}`
const missing = ['xz', 'bzip2', 'zstd', 'gzip'].find((tool) => spawnSync(tool, ['--version']).error)
const TOOLS = missing === undefined ? false : `${missing} is not here`
const PG_DUMP = '/usr/lib/postgresql/15/bin/pg_dump'
const TABLE =
  "create table patient (id int primary key, name varchar(40)); insert into patient values (1, '山田 花子'), (2, '佐藤 次郎'), (3, '鈴木 三郎');"

function out(program: string, ...args: string[]): Buffer {
  const done = spawnSync(program, args, { maxBuffer: 1e8 })
  assert.equal(done.status, 0, done.stderr.toString())
  return done.stdout
}

test(
  'xz, bzip2, zstd, gzip, -Fd, -Ft, --tab: each is started and answers; cut ones fail',
  { skip: PLACE || noPostgres || noMariadb || TOOLS },
  async (t) => {
    const [postgres, mariadb] = [await startPostgres(), await startMariadb()]
    t.after(() => Promise.all([postgres.stop(), mariadb.stop()]))
    postgres.sql('postgres', 'create database orca')
    postgres.sql('orca', TABLE)
    mariadb.sql('', 'create database clinic character set utf8mb4')
    // A view that sorts before its table, and a table that names another.
    mariadb.sql(
      'clinic',
      `${TABLE} create view a_view as select id from patient; create table b_visit (id int, patient int, foreign key (patient) references patient (id)); insert into b_visit values (1, 3);`,
    )
    const home = house(t)
    for (const name of readdirSync(home.source)) rmSync(join(home.source, name))
    const at = (name: string): string => join(home.source, name)
    const login = ['-h', '127.0.0.1', '-p', String(postgres.port), '-U', 'postgres', 'orca']
    writeFileSync(at('orca.sql'), out(PG_DUMP, ...login))
    for (const [tool, ending] of [
      ['xz', 'xz'],
      ['bzip2', 'bz2'],
      ['zstd', 'zst'],
      ['gzip', 'gz'],
    ] as const)
      writeFileSync(at(`packed.sql.${ending}`), out(tool, '-c', at('orca.sql')))
    out(PG_DUMP, '-Fd', '-f', at('folder'), ...login)
    out(PG_DUMP, '-Fd', '-Z0', '-f', at('plainfolder'), ...login)
    writeFileSync(at('orca.tar'), out(PG_DUMP, '-Ft', ...login))
    writeFileSync(at('tarred.tar.xz'), out('xz', '-c', at('orca.tar')))
    const socket = ['--no-defaults', '-S', join(mariadb.folder, 's'), '-u', 'root']
    const tab = at('tab')
    mkdirSync(tab)
    chmodSync(home.source, 0o755)
    chmodSync(join(home.source, '..'), 0o755)
    chmodSync(tab, 0o777)
    out('mariadb-dump', ...socket, `--tab=${tab}`, 'clinic')
    chmodSync(tab, 0o755)
    const clock = { now: () => systemClock.now() + 20 * 60_000, monotonic: () => systemClock.monotonic() }
    const { vault, rehearsals } = await home.open(clock)
    const options = { everyHours: 24 }
    const source = await vault.addSource({ kind: 'dumps', name: '書き出し', paths: [home.source], options })
    const question = {
      name: '最後の人',
      dump: '',
      sql: 'select name from patient order by id desc limit 1',
      expected: '鈴木 三郎',
    }
    await rehearsals.settings.saveQuestions(source.id, [question])
    const rehearse = async () => {
      const generation = await (await vault.runs.run(source.id)).done
      const { id, done } = await rehearsals.start(generation.id, 'schedule')
      await done
      const { steps } = await rehearsals.book.get(id)
      const { dumps } = (await rehearsals.details(id))!
      const told = dumps.map(({ path, code, log, answers }) => [
        path.slice(home.source.length),
        answers.every(({ same }) => same) ? (code ?? 'good') : `${code} ${log} ${JSON.stringify(answers)}`,
      ])
      return { step: steps.find(({ step }) => step === 'databases')!, told: Object.fromEntries(told) as object }
    }
    const names = {
      folder: '/folder/toc.dat',
      orca: '/orca.sql',
      tar: '/orca.tar',
      bzip2: '/packed.sql.bz2',
      gzip: '/packed.sql.gz',
      xz: '/packed.sql.xz',
      zstd: '/packed.sql.zst',
      plain: '/plainfolder/toc.dat',
      tab: '/tab/patient.sql',
      tarred: '/tarred.tar.xz',
    }
    const good = await rehearse()
    assert.deepEqual(good.told, Object.fromEntries(Object.values(names).map((name) => [name, 'good'])))
    assert.equal(good.step.state, 'passed')
    assert.equal(good.step.figures.loaded, 10)

    const cut = (name: string, bytes: number): void =>
      writeFileSync(at(name), readFileSync(at(name)).subarray(0, -bytes))
    cut('packed.sql.xz', 60)
    cut('packed.sql.bz2', 20)
    cut('tarred.tar.xz', 60)
    cut('orca.tar', 5000)
    cut('tab/patient.txt', 3)
    const rows = readdirSync(at('folder')).find((name) => name.endsWith('.gz'))!
    cut(`folder/${rows}`, 9)
    rmSync(at(`plainfolder/${rows.replace('.gz', '')}`))
    const bad = await rehearse()
    const wrong = new Set([names.folder, names.tar, names.bzip2, names.xz, names.plain, names.tab, names.tarred])
    assert.deepEqual(
      Object.entries(bad.told).filter(([, code]) => code === 'good'),
      Object.values(names)
        .filter((name) => !wrong.has(name))
        .map((name) => [name, 'good']),
    )
    assert.equal(bad.step.code, 'REHEARSAL_DUMP_NOT_LOADED')
  },
)
