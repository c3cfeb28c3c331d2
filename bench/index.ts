/**
 * `npm run bench`: Toride's engine against restic and borg, in one alternating run, to bench/RESULTS.md.
 *   npm run bench                    100,000 files (all operations, with borg), 300,000 files (three), a dump of 512 MB
 *   npm run bench -- --quick         30,000 files and a dump of 128 MB, under ten minutes
 *   npm run bench -- --full          also 1,000,000 files
 *   npm run bench -- --keeper        300,000 files (--quick: 10,000) to a Keeper, to bench/KEEPER.md
 *   npm run bench -- --reading       100,000 patients × 30 records (--quick: 1,000), to bench/READING.md; --work DIR is kept
 *   npm run bench -- --edition       an edition of 100,000 patients (--quick: 2,000), to bench/EDITION.md
 *   npm run bench -- --signs         looks for signs of an attack during a backup of 100,000 files (--quick: 10,000), to bench/SIGNS.md
 *   npm run bench -- --rehearsal     restore part of a rehearsal of 300,000 files (--quick: 10,000), to bench/REHEARSAL.md
 *   npm run bench -- --instant       a disk image of 2 GB (--quick: 256 MB) over NBD against restic mount, to bench/INSTANT.md
 *   npm run bench -- --reconciliation  10,000 sheets against 100,000 records (--quick: a tenth), to bench/RECONCILIATION.md
 *   --rounds N (3)  --work DIR (temporary folder)  --out FILE (bench/RESULTS.md)  --only WORD (titles that contain it)
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchPatientFolder, touchOnePercent, writeBenchStorage, writeDump } from '#sample'
import { benchEdition } from './edition.ts'
import { benchInstant } from './instant.ts'
import { benchKeeper } from './keeper.ts'
import { benchReading } from './reading.ts'
import { benchReconciliation } from './reconciliation.ts'
import { describeMachine } from './machine.ts'
import { canMeasure } from './measure.ts'
import { reportPage } from './report.ts'
import { benchSigns } from './signs.ts'
import { runSubject } from './rounds.ts'
import type { Measurement, Operation, Subject } from './rounds.ts'
import { findTools } from './tools.ts'
import type { ToolName } from './tools.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    keeper: { type: 'boolean', default: false },
    reading: { type: 'boolean', default: false },
    edition: { type: 'boolean', default: false },
    signs: { type: 'boolean', default: false },
    rehearsal: { type: 'boolean', default: false },
    instant: { type: 'boolean', default: false },
    reconciliation: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    work: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})

const ALL: readonly Operation[] = ['first', 'unchanged', 'listed', 'changed', 'check', 'restore', 'patient']
const THREE: readonly Operation[] = ['first', 'unchanged', 'check']
const EVERYBODY: readonly ToolName[] = ['toride', 'restic', 'borg']
const TWO: readonly ToolName[] = ['toride', 'restic']
const DUMP_BYTES = 512 << 20

const PAGE =
  (['reading', 'keeper', 'edition', 'signs', 'rehearsal', 'instant', 'reconciliation'] as const)
    .find((name) => options[name])
    ?.toUpperCase() ?? 'RESULTS'
const out = options.out ?? `bench/${PAGE}.md`
const rounds = Number(options.rounds)
const timeoutSeconds = options.quick ? 120 : 1800
/** Bytes of the source are on disk only while its subject is measured. */
type Plan = { readonly title: string; prepare(folder: string): Subject }

function storage(files: number, operations: readonly Operation[], tools: readonly ToolName[]): Plan {
  const title = `${files.toLocaleString('en')} files`
  return {
    title,
    prepare(folder) {
      const written = writeBenchStorage({ folder, files })
      const change = (round: number): void => void touchOnePercent(written, round + 1)
      const patientFolder = benchPatientFolder(written, 17)
      return { title, source: folder, operations, tools, rounds, timeoutSeconds, change, patientFolder }
    },
  }
}

function dump(bytes: number): Plan {
  const title = `dump of ${bytes >> 20} MB`
  return {
    title,
    prepare(folder) {
      writeDump(join(folder, 'dump.sql'), bytes)
      return { title, source: folder, operations: ['dump'], tools: EVERYBODY, rounds, timeoutSeconds }
    },
  }
}

const REHEARSAL: readonly Operation[] = ['first', 'memory', 'rehearse']
const fullPlans: Plan[] = options.quick
  ? [storage(30_000, ALL, EVERYBODY), dump(DUMP_BYTES / 4)]
  : [storage(100_000, ALL, EVERYBODY), dump(DUMP_BYTES), storage(300_000, THREE, TWO)]
if (options.full) fullPlans.push(storage(1_000_000, THREE, TWO))
const plans = options.rehearsal ? [storage(options.quick ? 10_000 : 300_000, REHEARSAL, TWO)] : fullPlans

function run(): void {
  if (!canMeasure()) throw new Error('/usr/bin/time is missing: apt-get install time')
  const { tools, missing } = findTools(EVERYBODY)
  for (const { name, reason } of missing) console.error(`${name}: ${reason}`)
  const makers = new Map(tools.map(({ name, make }) => [name, make]))
  const top = options.work ?? mkdtempSync(join(tmpdir(), 'toride-bench-'))
  mkdirSync(top, { recursive: true })
  const measurements: Measurement[] = []
  const machine = describeMachine(
    tools.map(({ version }) => version),
    top,
  )
  // Written after each subject: a run that is stopped leaves what it has.
  const write = (): void =>
    writeFileSync(out, reportPage(measurements, { machine: machine(), missing, quick: options.quick }))
  try {
    for (const plan of plans.filter(({ title }) => title.includes(options.only))) {
      const source = join(top, 'source')
      console.error(`${plan.title}: writing the source …`)
      const subject = plan.prepare(source)
      measurements.push(...runSubject(subject, makers, join(top, 'work'), console.error))
      rmSync(source, { recursive: true, force: true })
      write()
    }
  } finally {
    if (!options.work) rmSync(top, { recursive: true, force: true })
  }
  console.error(`${out} written`)
}

async function runKeeper(): Promise<void> {
  const work = mkdtempSync(join(options.work ?? tmpdir(), 'toride-bench-keeper-'))
  try {
    const files = options.quick ? 10_000 : 300_000
    writeFileSync(out, await benchKeeper({ files, rounds, work, tell: console.error }))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function runReading(): void {
  const work = options.work ?? join(tmpdir(), 'toride-bench-reading')
  writeFileSync(out, benchReading({ patients: options.quick ? 1000 : 100_000, work, tell: console.error }))
}

async function runEdition(): Promise<void> {
  const work = mkdtempSync(join(options.work ?? tmpdir(), 'toride-bench-edition-'))
  try {
    const patients = options.quick ? 2000 : 100_000
    writeFileSync(out, await benchEdition({ patients, work, tell: console.error }))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function runSigns(): Promise<void> {
  const work = mkdtempSync(join(options.work ?? tmpdir(), 'toride-bench-signs-'))
  try {
    const files = options.quick ? 10_000 : 100_000
    writeFileSync(out, await benchSigns({ files, rounds, work, tell: console.error }))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function runInstant(): Promise<void> {
  const work = mkdtempSync(join(options.work ?? tmpdir(), 'toride-bench-instant-'))
  try {
    const [megabytes, reads] = options.quick ? [256, 200] : [2048, 400]
    writeFileSync(out, await benchInstant({ megabytes, reads, rounds, work, tell: console.error }))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function runReconciliation(): Promise<void> {
  const [sheets, records] = options.quick ? [1000, 10_000] : [10_000, 100_000]
  writeFileSync(out, await benchReconciliation({ sheets, records, rounds, work: tmpdir(), tell: console.error }))
}

if (options.keeper) await runKeeper()
else if (options.reading) runReading()
else if (options.edition) await runEdition()
else if (options.signs) await runSigns()
else if (options.instant) await runInstant()
else if (options.reconciliation) await runReconciliation()
else run()
