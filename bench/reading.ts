/**
 * Reading at 100,000 patients × 30 records (SS-MIX2, three million files): the server with 50 readers, the emergency PC, FHIR,
 * and what the backup's index costs. Each step is a process of its own; the folder is kept, so that what took hours to
 * write is measured again.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './machine.ts'
import type { Spread } from './reading/figures.ts'
import { MEASURED, ONCE } from './reading/steps.ts'

export interface ReadingPlan {
  readonly patients: number
  /** Kept between runs; `source`, `data` and `pc` in it are ours. */
  readonly work: string
  readonly tell: (line: string) => void
}

/** What the steps leave, each its part. */
interface Facts {
  readonly files: number
  readonly phases: Readonly<Record<string, number>>
  readonly peakMb: number
  readonly catalogueBytes: number
  readonly ms: number
  readonly startMs: number
  readonly toHitsMs: number
  readonly search: Spread
  readonly identify: Spread
  readonly chart: Spread
  readonly alone: Readers
  readonly people: Readers
  readonly rush: Readers
  readonly wards: Spread & { readonly first: number }
  readonly fhir: Readonly<Record<string, Spread>>
  readonly firstSearchMs: number
  readonly readyMb: number
  readonly openMb: number
  readonly usage: { readonly nowMb: number; readonly peakMb: number }
}

interface Readers {
  readonly search: Spread
  readonly chart: Spread
  readonly pagesPerSecond: number
  readonly cpuShare: number
}

/** @returns a page of what was measured */
export function benchReading({ patients, work, tell }: ReadingPlan): string {
  mkdirSync(work, { recursive: true })
  const known = join(work, 'patients')
  if (existsSync(known) && readFileSync(known, 'utf8').trim() !== String(patients))
    throw new Error(`${work} holds ${readFileSync(known, 'utf8').trim()} patients`)
  writeFileSync(known, String(patients))
  const machine = describeMachine([], work)
  for (const name of ONCE) if (!existsSync(join(work, `${name}.jsonl`))) run(name, work, tell)
  for (const name of MEASURED) {
    rmSync(join(work, `${name}.jsonl`), { force: true })
    run(name, work, tell)
  }
  return page(patients, work, machine())
}

function run(name: string, work: string, tell: ReadingPlan['tell']): void {
  const done = spawnSync(process.execPath, [...process.execArgv, 'bench/reading/step.ts', name, work], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  })
  tell(`reading · ${name}: ${done.stdout.trim().slice(0, 400)}`)
  if (done.status !== 0) throw new Error(`${name} failed`)
}

function page(patients: number, work: string, machine: readonly string[]): string {
  const last = (name: string): Facts =>
    JSON.parse(
      readFileSync(join(work, `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .at(-1)!,
    ) as Facts
  const [backup, night, server, index, start, station] = (
    ['backup', 'night', 'server', 'stationIndex', 'stationStart', 'station'] as const
  ).map(last) as [Facts, Facts, Facts, Facts, Facts, Facts]
  const row = (what: string, measured: number, target: number, unit: string): string =>
    `| ${what} | ${measured} ${unit} | ${target} ${unit} | ${measured <= target ? 'yes' : 'no'} |`
  const spread = (what: string, { count, median, p95, worst }: Spread): string =>
    `| ${what} | ${count} | ${median} | ${p95} | ${worst} |`
  const { alone, people, rush } = server
  return `# Reading at ${patients.toLocaleString('en')} patients
${patients.toLocaleString('en')} patients × 30 records in SS-MIX2 (${backup.files.toLocaleString('en')} files), people with two namesakes on average, 1 in 200 in hospital. Every page over HTTP from another process on the same machine, every search and chart journaled durably before it is shown; a search is the form and the page it leads to. \`npm run bench -- --reading\`, run with the highest priority of the processor (\`nice -n -20\`) beside other work.

${machine.map((line) => `- ${line}`).join('\n')}

| what | measured | target | reached |
|---|---|---|---|
${row('emergency PC: search, p95', station.search.p95, 20, 'ms')}
${row('emergency PC: chart, p95', station.chart.p95, 100, 'ms')}
${row('emergency PC: program to first page', start.startMs / 1000, 10, 's')}
${row('emergency PC: card to first hits', start.toHitsMs / 1000, 10, 's')}
${row('server, 50 readers with pauses: search, p95', people.search.p95, 300, 'ms')}
${row('server, 50 readers with pauses: chart, p95', people.chart.p95, 300, 'ms')}
${row('server, 50 readers without any pause: search, p95', rush.search.p95, 300, 'ms')}
${row('server, 50 readers without any pause: chart, p95', rush.chart.p95, 300, 'ms')}

| milliseconds | count | median | p95 | worst |
|---|---|---|---|---|
${spread('emergency PC: search', station.search)}
${spread('emergency PC: two identifiers', station.identify)}
${spread('emergency PC: chart', station.chart)}
${spread('server, one reader: search', alone.search)}
${spread('server, one reader: chart', alone.chart)}
${spread('server, 50 readers with pauses: search', people.search)}
${spread('server, 50 readers with pauses: chart', people.chart)}
${spread('server, 50 readers without pause: search', rush.search)}
${spread('server, 50 readers without pause: chart', rush.chart)}
${spread(`server: ward lists (the first ${server.wards.first})`, server.wards)}
${Object.entries(server.fhir)
  .map(([name, one]) => spread(`FHIR: ${name}`, one))
  .join('\n')}

With pauses each reader clicks ${people.pagesPerSecond / 50} pages a second (${people.pagesPerSecond} in all, ${people.cpuShare} of one processor for the server); without pause the server answered ${rush.pagesPerSecond} pages a second with ${rush.cpuShare} of one processor.

| what | measured |
|---|---|
| first backup, seconds by phase | ${inWords(backup.phases)} |
| first backup: memory at its most | ${backup.peakMb} MB |
| night after with nothing changed, seconds by phase | ${inWords(night.phases)} |
| night after: memory at its most | ${night.peakMb} MB |
| catalogue (the backup's index) on the disk | ${Math.round(backup.catalogueBytes / 1e6)} MB |
| server: first search after its start, which opens or makes the patient index | ${server.firstSearchMs / 1000} s |
| server: memory before any index, with it, at its most | ${server.readyMb}, ${server.openMb}, ${server.usage.peakMb} MB |
| emergency PC: index out of the bare repository | ${index.ms / 1000} s, ${index.peakMb} MB at its most |
| emergency PC: memory while read, at its most | ${station.usage.nowMb}, ${station.usage.peakMb} MB |
`
}

const inWords = (phases: Record<string, number>): string =>
  Object.entries(phases)
    .map(([name, seconds]) => `${name} ${seconds}`)
    .join(', ')
