/** Rehearsals judged by the real things: ClamAV with EICAR and a YARA rule, PostgreSQL, MariaDB, stock restic. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isAppError, systemClock } from '#base'
import { isolationProblem } from '#isolation'
import type { Step, StepResult } from '#rehearsal'
import { writeSampleClinic } from '#sample'
import type { Institution } from '#server'
import { NIGHTLY } from '#vault'
import { zipOf } from '../../tools/zip.ts'
import { noMariadb, noPostgres, startMariadb, startPostgres } from '../dumps/servers.ts'
import { choose } from '../../src/vault/restore-aside.ts'
import { attack, house, toride } from '../server/house.ts'

const problem = await isolationProblem()
const PLACE = problem === undefined ? false : `this system cannot isolate: ${problem}`
const restic = existsSync('/usr/bin/restic') ? false : 'restic is not here'
const clamd = existsSync('/usr/sbin/clamd') ? false : 'clamd is not here'
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const left = () => readdirSync('/dev/shm').filter((name) => name.startsWith(`toride-restore-test-${process.pid}-`))

async function rehearse({ rehearsals, vault }: Institution, sourceId: string) {
  const generation = await (await vault.runs.run(sourceId)).done
  const { id, done } = await rehearsals.start(generation.id, 'schedule')
  const result = await done
  const rehearsal = await rehearsals.book.get(id)
  const at = (step: Step): StepResult => rehearsal.steps.find((one) => one.step === step)!
  return { generation, id, result, rehearsal, at, states: rehearsal.steps.map((one) => `${one.step} ${one.state}`) }
}

/** Signatures and rules as an institution lays them. */
async function withSignatures({ rehearsals }: Institution, root: string): Promise<void> {
  const signatures = join(root, 'signatures')
  mkdirSync(signatures)
  writeFileSync(join(signatures, 'test.ndb'), `Eicar-Test:0:*:${Buffer.from(EICAR).toString('hex')}\n`)
  writeFileSync(
    join(signatures, 'own.yar'),
    'rule CrewNote { strings: $a = "all your charts are ours" condition: $a }\n',
  )
  await rehearsals.settings.saveHouse({ everyDays: 28, signatures, scratch: '', charts: 5 })
}

test(
  'the sample: every step passes, the report is what the ledger says',
  { skip: PLACE || restic || clamd },
  async (t) => {
    const home = house(t)
    const institution = await home.open()
    const { vault, rehearsals, ledger } = institution
    await withSignatures(institution, home.source)
    const clinic = writeSampleClinic({
      folder: join(home.folder, 'sample'),
      asOf: Date.UTC(2026, 10, 1),
      patients: 60,
      months: 2,
    })
    const paths = [...clinic.roots.standardized, ...clinic.roots.extended]
    const source = await vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths, schedule: NIGHTLY })
    await rehearsals.settings.saveDeclared(source.id, { minimumMinutes: 10, fullMinutes: 60, lossMinutes: 1440 })
    const { id, generation, result, rehearsal, at, states } = await rehearse(institution, source.id)
    assert.deepEqual(states, [
      'place passed',
      'restore passed',
      'scan passed',
      'records passed',
      'databases not-needed',
      'second passed',
      'times passed',
      'teardown passed',
      'report passed',
    ])
    assert.equal(result, 'passed')
    assert.equal(at('restore').figures.files, generation.files)
    assert.equal(at('records').figures.patients, 60)
    assert.equal(at('records').figures.charts, 5)
    assert.ok(at('records').figures.fields! > 200)
    assert.ok(at('second').figures.compared! > 0)
    assert.deepEqual(left(), [])

    const pdf = (await rehearsals.book.report(id))!
    assert.equal(createHash('sha256').update(pdf).digest('hex'), rehearsal.reportHash)
    const entries = []
    for await (const { entry } of (await ledger.reader()).entries())
      if (entry.type === 'generation.rehearsed') entries.push(entry.data)
    assert.equal(entries.length, 1)
    assert.equal(entries[0]!['report'], rehearsal.reportHash)
    const light = (await vault.lights({ stations: 0 })).find(({ name }) => name === 'proven')!
    assert.equal(light.state, 'good')
    const file = join(home.source, 'report.pdf')
    writeFileSync(file, pdf)
    const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout
    if (text) assert.match(text, /復元リハーサル報告書/)
    const { code, out } = await toride('rehearsal', 'verify', file, '--data', home.folder)
    assert.equal(code, 0, out)
    writeFileSync(file, Buffer.concat([pdf, Buffer.from(' ')]))
    assert.equal((await toride('rehearsal', 'verify', file, '--data', home.folder)).code, 1)
  },
)

test(
  'malware in a backup is named, what was not examined is no pass, and nothing of paths leaves the seal',
  { skip: PLACE || clamd },
  async (t) => {
    const home = house(t)
    const institution = await home.open()
    const { vault, rehearsals, ledger } = institution
    const root = join(home.folder, '..')
    await withSignatures(institution, root)
    writeFileSync(join(home.source, '山田.com'), EICAR)
    writeFileSync(join(home.source, 'note.html'), 'hello, all your charts are ours')
    // Whoever may write to it at the source is no business of the second program's.
    chmodSync(join(home.source, 'note.html'), 0o666)
    let deep = Buffer.from(EICAR)
    for (let i = 0; i < 25; i++) deep = Buffer.from(zipOf([{ name: `${i}.zip`, bytes: deep }]))
    writeFileSync(join(home.source, 'deep.zip'), deep)
    const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
    const { id, generation, result, at } = await rehearse(institution, source.id)
    assert.equal(result, 'failed')
    assert.equal(at('scan').code, 'REHEARSAL_MALWARE_FOUND')
    assert.deepEqual([at('scan').figures.found, at('scan').figures.overLimit], [2, 1])
    assert.ok(at('scan').names!.includes('YARA.CrewNote.UNOFFICIAL'))
    assert.equal(at('records').state, 'passed', 'the rest went on')
    assert.equal(at('second').state, restic ? 'not-done' : 'passed')
    const details = (await rehearsals.details(id))!
    assert.ok(details.found.some(({ path }) => path.endsWith('/山田.com')))
    assert.ok(details.overLimit[0]!.endsWith('/deep.zip'))
    const proof = (await vault.generations.get(generation.id))!.proofs.find(({ kind }) => kind === 'restore')!
    assert.deepEqual(proof.failure, { code: 'REHEARSAL_MALWARE_FOUND', count: 1 })
    const told: unknown[] = []
    for await (const { entry } of (await ledger.reader()).entries()) told.push(entry.data)
    assert.ok(!JSON.stringify(told).includes('山田'))
    assert.deepEqual(left(), [])
  },
)

test(
  'a damaged backup fails its restore; what needs it is not done, the rest is, and a report says so',
  { skip: PLACE },
  async (t) => {
    const home = house(t)
    const institution = await home.open()
    const { vault, rehearsals } = institution
    const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
    const generation = await (await vault.runs.run(source.id)).done
    const data = join(home.folder, 'places', 'local', source.id, 'data')
    const packs = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const largest = packs
      .map((one) => join(one.parentPath, one.name))
      .toSorted((a, b) => statSync(b).size - statSync(a).size)
    for (const pack of largest) attack(pack)
    const { id, done } = await rehearsals.start(generation.id, 'schedule')
    assert.equal(await done, 'failed')
    const { steps, reportHash } = await rehearsals.book.get(id)
    assert.deepEqual(
      steps.map(({ step, state }) => `${step} ${state}`),
      [
        'place passed',
        'restore failed',
        'scan not-done',
        'records not-done',
        'databases not-done',
        'second not-done',
        'times passed',
        'teardown passed',
        'report passed',
      ],
    )
    assert.equal(steps[2]!.code, 'REHEARSAL_NEEDS_RESTORE')
    assert.match(reportHash!, /^[0-9a-f]{64}$/)
    const light = (await vault.lights({ stations: 0 })).find(({ name }) => name === 'proven')!
    assert.equal(light.state, 'bad')
  },
)

test('stopped, clicked twice, killed: nothing is left, and each is said', { skip: PLACE }, async (t) => {
  const home = house(t)
  const first = await home.open()
  for (let i = 0; i < 200; i++) writeFileSync(join(home.source, `more-${i}`), `${i}`.repeat(5000))
  const source = await first.vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const generation = await (await first.vault.runs.run(source.id)).done
  const { id, jobId, done } = await first.rehearsals.start(generation.id, 'schedule')
  await assert.rejects(first.rehearsals.start(generation.id, 'x'), (error) =>
    isAppError(error, 'VAULT_RUN_IN_PROGRESS'),
  )
  for await (const job of first.vault.jobs.watch(jobId, new AbortController().signal))
    if (job.phase === 'read') first.vault.jobs.cancel(jobId)
  await assert.rejects(done, (error) => isAppError(error, 'BASE_CANCELLED'))
  const stopped = await first.rehearsals.book.get(id)
  assert.equal(stopped.result, 'stopped')
  assert.equal(stopped.steps.at(-1)!.step, 'teardown')
  assert.deepEqual(left(), [])
  assert.equal(
    (await first.vault.generations.get(generation.id))!.proofs.some(({ kind }) => kind === 'restore'),
    false,
  )

  // As a killed process leaves it: a row without an end, files in memory.
  await first.rehearsals.book.begin({ ...stopped, id: 'killed', declared: {} })
  const { pid } = spawnSync('true')
  const dead = join('/dev/shm', `toride-restore-test-${pid}-1-${left.length}-x`)
  mkdirSync(dead)
  const again = await home.open(systemClock)
  await again.rehearsals.sweep()
  assert.equal((await again.rehearsals.book.get('killed')).result, 'interrupted')
  spawnSync('rmdir', [dead])
})

test(
  'dumps are started as databases and asked; a wrong answer and a cut dump fail',
  { skip: PLACE || noPostgres || noMariadb },
  async (t) => {
    const [postgres, mariadb] = [await startPostgres(), await startMariadb()]
    t.after(() => Promise.all([postgres.stop(), mariadb.stop()]))
    const make =
      "create table patient (id int primary key, name varchar(40)); insert into patient values (1, '山田 花子'), (2, '佐藤 次郎'), (3, '鈴木 三郎');"
    postgres.sql('postgres', 'create database orca')
    postgres.sql('orca', make)
    mariadb.sql('', 'create database clinic character set utf8mb4')
    mariadb.sql('clinic', make)
    const home = house(t)
    for (const name of readdirSync(home.source)) spawnSync('rm', [join(home.source, name)])
    const out = (program: string, ...args: string[]): Buffer => {
      const done = spawnSync(program, args)
      assert.equal(done.status, 0, done.stderr.toString())
      return done.stdout
    }
    const login = ['-h', '127.0.0.1', '-p', String(postgres.port), '-U', 'postgres', 'orca']
    const bin = '/usr/lib/postgresql/15/bin/pg_dump'
    const sql = out(bin, ...login)
    // A name in Shift_JIS, and a mode that lets a group write.
    const shiftJis = Buffer.concat([
      Buffer.from(`${home.source}/`),
      Buffer.from('8349838b834a', 'hex'),
      Buffer.from('-20261127.dump'),
    ])
    writeFileSync(shiftJis, out(bin, '-Fc', ...login))
    chmodSync(shiftJis, 0o664)
    writeFileSync(join(home.source, 'orca.sql.gz'), gzipSync(sql))
    const socket = ['--no-defaults', '-S', join(mariadb.folder, 's'), '-u', 'root', 'clinic']
    const maria = out('mariadb-dump', ...socket)
    writeFileSync(join(home.source, 'clinic.sql'), maria)
    // Dumps are taken when nobody has written to them for ten minutes.
    const later = { now: () => systemClock.now() + 20 * 60_000, monotonic: () => systemClock.monotonic() }
    const institution = await home.open(later)
    const { vault, rehearsals } = institution
    const source = await vault.addSource({
      kind: 'dumps',
      name: '書き出し',
      paths: [home.source],
      options: { everyHours: 24 },
    })
    const count = { name: '患者数', dump: '', sql: 'select count(*) from patient', expected: '3' }
    const who = {
      name: '最後の人',
      dump: 'clinic',
      sql: 'select id, name from patient order by id desc limit 1',
      expected: '3\t鈴木 三郎',
    }
    await rehearsals.settings.saveQuestions(source.id, [count, who])
    const good = await rehearse(institution, source.id)
    assert.equal(good.at('databases').state, 'passed')
    assert.deepEqual(good.at('databases').figures, {
      dumps: 3,
      loaded: 3,
      tables: 3,
      questions: 2,
      answered: 4,
      differences: 0,
    })
    assert.deepEqual(
      good
        .at('databases')
        .names!.map((name) => name.split(' ')[0])
        .toSorted(),
      ['MariaDB', 'PostgreSQL'],
    )
    assert.deepEqual(left(), [])

    await rehearsals.settings.saveQuestions(source.id, [{ ...count, expected: '4' }])
    const wrong = await rehearse(institution, source.id)
    assert.equal(wrong.at('databases').code, 'REHEARSAL_ANSWER_DIFFERS')
    assert.equal((await rehearsals.details(wrong.id))!.dumps[0]!.answers[0]!.answer, '3')

    writeFileSync(join(home.source, 'orca.sql.gz'), gzipSync(sql).subarray(0, -200))
    writeFileSync(join(home.source, 'clinic.sql'), `${maria.toString()}\ninsert into gone values (1);`)
    const cut = await rehearse(institution, source.id)
    assert.equal(cut.at('databases').code, 'REHEARSAL_DUMP_NOT_LOADED')
    assert.equal(cut.at('databases').figures.loaded, 1)
    rmSync(shiftJis)
  },
)

test('what does not fit is tried in part, another part each time, and the share is said; nothing where no unit fits', () => {
  const units = Array.from({ length: 1000 }, (_, i) => ({ path: `/source/${i}` }))
  const opened = { catalogue: { units: () => units } } as unknown as Parameters<typeof choose>[0]
  const generation = { id: 'g', bytes: 1e9, files: 1000 } as Parameters<typeof choose>[1]
  assert.deepEqual(choose(opened, generation, 2e9), { include: [], share: 1 })
  const [one, other] = [choose(opened, generation, 1e8), choose(opened, generation, 1e8)]
  assert.equal(one.include.length, 49)
  assert.equal(one.share, 0.049)
  assert.notDeepEqual(one.include, other.include)
  assert.throws(
    () => choose(opened, generation, 1e5),
    (error) => isAppError(error, 'STORAGE_FULL'),
  )
})
