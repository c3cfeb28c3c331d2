/**
 * What the looks for signs of an attack cost a backup: the same first backup with and without them, in turn, of an SS-MIX2
 * storage and of a folder of documents. `npm run bench -- --signs`, to bench/SIGNS.md.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { RunChanges, judge, look } from '#signs'
import { openLocalBackend } from '#storage'
import { Repository } from '#restic'
import { writeBenchStorage } from '#sample'
import { unitRule } from '../src/vault/source.ts'
import { ClinicFiles } from '../test/signs/clinic-files.ts'
import { backUp } from '../test/restic/back-up.ts'
import { describeMachine } from './machine.ts'
import { median } from './measure.ts'

/** Share of a backup's time. */
const TARGET = 1.1

export interface SignsPlan {
  readonly files: number
  readonly rounds: number
  readonly work: string
  readonly tell: (line: string) => void
}

interface Measured {
  readonly what: string
  readonly files: number
  /** Seconds of wall time and of the processor, by round. */
  readonly plain: readonly Cost[]
  readonly looking: readonly Cost[]
}

interface Cost {
  readonly wall: number
  readonly cpu: number
}

/** @returns a page of what was measured */
export async function benchSigns(plan: SignsPlan): Promise<string> {
  const machine = describeMachine([`Node ${process.version}`], plan.work)
  const source = join(plan.work, 'source')
  const storage = writeBenchStorage({ folder: source, files: plan.files })
  const measured = [await compare(plan, 'ssmix2', source, storage.files)]
  rmSync(source, { recursive: true, force: true })
  measured.push(await compare(plan, 'folder', source, writeDocuments(source, Math.round(plan.files / 5))))
  return page(measured, judgeSeconds(plan.files), machine())
}

/** Valid documents of every kind, as the simulated clinic has them. */
function writeDocuments(folder: string, wanted: number): number {
  let written = 0
  for (let n = 0; written < wanted; n++)
    for (const [path, bytes] of new ClinicFiles(`bench ${n}`).files) {
      const file = join(folder, String(n), path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
      written++
    }
  return written
}

async function compare(plan: SignsPlan, kind: 'ssmix2' | 'folder', source: string, files: number): Promise<Measured> {
  const costs = { plain: [] as Cost[], looking: [] as Cost[] }
  await once(plan, kind, source, false)
  for (let round = 0; round < plan.rounds; round++)
    for (const way of round % 2 === 0 ? (['plain', 'looking'] as const) : (['looking', 'plain'] as const)) {
      const cost = await once(plan, kind, source, way === 'looking')
      costs[way].push(cost)
      plan.tell(
        `signs · ${kind} · round ${round + 1} · ${way}: ${cost.wall.toFixed(2)} s, CPU ${cost.cpu.toFixed(2)} s`,
      )
    }
  return { what: kind, files, ...costs }
}

async function once({ work }: SignsPlan, kind: 'ssmix2' | 'folder', source: string, looks: boolean): Promise<Cost> {
  const root = join(work, 'repository')
  rmSync(root, { recursive: true, force: true })
  const owner = { created: new Date().toISOString(), hostname: 'bench', username: 'bench' }
  const repository = await Repository.init(openLocalBackend(root), { password: 'bench', owner })
  const isUnit = unitRule({ kind, paths: [source] })
  const [begun, before] = [performance.now(), process.cpuUsage()]
  await backUp(repository, [source], {
    ...(isUnit ? { isUnit } : {}),
    startWorker: (archiver) =>
      new Worker(new URL('./signs-worker.ts', import.meta.url), {
        workerData: { archiver, root, roots: [Buffer.from(source).toString('latin1')], kind, looks },
        trackUnmanagedFds: false,
      }),
  })
  const { user, system } = process.cpuUsage(before)
  return { wall: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 }
}

/** After the run: every file new, the worst case. */
function judgeSeconds(files: number): number {
  const begun = performance.now()
  const changes = new RunChanges()
  const bytes = Buffer.from('text')
  for (let unit = 0; unit < files / 30; unit++)
    changes.unit(
      `unit ${unit}`,
      [],
      Array.from({ length: 30 }, (_, n) => ({
        path: `${n}.txt`,
        content: `${unit} ${n}`,
        sizeBytes: bytes.length,
        look: look('a.txt', bytes),
      })),
    )
  judge(changes.figures(0, files), [])
  return (performance.now() - begun) / 1000
}

function page(measured: readonly Measured[], judging: number, machine: readonly string[]): string {
  const ratio = (one: Measured, of: (cost: Cost) => number): number =>
    median(one.looking.map(of)) / median(one.plain.map(of))
  const rows = measured.map((one) => {
    const [wall, cpu] = [ratio(one, (c) => c.wall), ratio(one, (c) => c.cpu)]
    const seconds = (costs: readonly Cost[]): string => median(costs.map((c) => c.wall)).toFixed(2)
    return `| ${one.what} | ${one.files.toLocaleString('en')} | ${seconds(one.plain)} | ${seconds(one.looking)} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${TARGET} | ${wall <= TARGET ? 'yes' : '**no**'} |`
  })
  return [
    '# Signs of an attack: what looking costs',
    'First backups, where every file is read; medians of rounds in turn. `npm run bench -- --signs`',
    ...machine.map((line) => `- ${line}`),
    '',
    '| source | files | without, s | with, s | ratio, wall | ratio, processor | target | reached |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `Judging after the run, every file of the larger source new: ${judging.toFixed(2)} s.`,
    '',
  ].join('\n')
}
