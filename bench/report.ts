/** Measurements as a page: ratios against their targets first, absolute figures below. */
import { isFailure, median } from './measure.ts'
import type { Sample } from './measure.ts'
import type { Measurement, Operation } from './rounds.ts'
import type { Missing, ToolName } from './tools.ts'

/** Wall time against restic that is to be reached. */
export const TARGETS: Readonly<Record<Operation, number>> = {
  first: 0.55,
  unchanged: 0.12,
  listed: 0.12,
  changed: 0.2,
  check: 0.7,
  restore: 0.5,
  memory: 0.6,
  rehearse: 0.6,
  patient: 0.3,
  dump: 0.75,
}
/** Peak memory: against restic at 100,000 files, and at most this much at 1,000,000. */
const MEMORY_RATIO = 2
const MEMORY_BYTES = 1.5e9

const NAMES: Readonly<Record<Operation, string>> = {
  first: 'first backup',
  unchanged: 'nothing changed',
  listed: 'nothing changed, every folder listed',
  changed: '1 % changed',
  check: 'check, all data read',
  restore: 'restore all',
  memory: 'restore all, into memory',
  rehearse: 'restore all, into memory, every byte read again (a rehearsal)',
  patient: "one patient's files, new process",
  dump: 'backup of the dump',
}

export interface Medians extends Sample {
  readonly rounds: number
  /** Fastest and slowest wall time. */
  readonly spread: readonly [number, number]
}

/** Medians of the rounds that went well, or undefined where one failed: a failed round is not averaged away. */
export function mediansOf(
  all: readonly Measurement[],
  subject: string,
  operation: Operation,
  tool: ToolName,
): Medians | undefined {
  const results = all
    .filter((m) => m.subject === subject && m.operation === operation && m.tool === tool)
    .map((m) => m.result)
  const samples = results.filter((result): result is Sample => !isFailure(result))
  if (samples.length === 0 || samples.length < results.length) return undefined
  const walls = samples.map((s) => s.wallSeconds)
  return {
    wallSeconds: median(walls),
    cpuSeconds: median(samples.map((s) => s.cpuSeconds)),
    peakBytes: median(samples.map((s) => s.peakBytes)),
    rounds: samples.length,
    spread: [Math.min(...walls), Math.max(...walls)],
  }
}

const ratio = (a: number | undefined, b: number | undefined): string =>
  a === undefined || b === undefined || b === 0 ? '–' : (a / b).toFixed(2)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The pairs of subject and operation in the order they were measured. */
function measured(all: readonly Measurement[]): (readonly [string, Operation])[] {
  const seen = new Map(all.map((m) => [`${m.subject}/${m.operation}`, [m.subject, m.operation] as const]))
  return [...seen.values()]
}

export function ratioTable(all: readonly Measurement[]): string {
  const rows = measured(all).map(([subject, operation]) => {
    const of = (tool: ToolName) => mediansOf(all, subject, operation, tool)
    const [ours, restic, borg] = [of('toride'), of('restic'), of('borg')]
    const target = TARGETS[operation]
    const reached = ours && restic ? (ours.wallSeconds / restic.wallSeconds <= target ? 'yes' : '**no**') : '–'
    return [
      subject,
      NAMES[operation],
      ratio(ours?.wallSeconds, restic?.wallSeconds),
      String(target),
      reached,
      ratio(ours?.cpuSeconds, restic?.cpuSeconds),
      ratio(ours?.peakBytes, restic?.peakBytes),
      ratio(ours?.wallSeconds, borg?.wallSeconds),
    ]
  })
  return table(
    ['source', 'operation', 'wall / restic', 'target', 'reached', 'CPU / restic', 'memory / restic', 'wall / borg'],
    rows,
  )
}

function absoluteTable(all: readonly Measurement[]): string {
  const tools = [...new Set(all.map((m) => m.tool))]
  const rows = measured(all).flatMap(([subject, operation]) =>
    tools.flatMap((tool) => {
      const m = mediansOf(all, subject, operation, tool)
      if (!m) return []
      const [low, high] = m.spread
      const wall = `${m.wallSeconds.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
      return [
        [
          subject,
          NAMES[operation],
          tool,
          wall,
          m.cpuSeconds.toFixed(2),
          (m.peakBytes / 1e6).toFixed(0),
          String(m.rounds),
        ],
      ]
    }),
  )
  return table(['source', 'operation', 'program', 'wall s (spread)', 'CPU s', 'peak MB', 'rounds'], rows)
}

/** What the memory was, against what it may be. */
export function memoryNotes(all: readonly Measurement[]): string[] {
  const subjects = [...new Set(all.map((m) => m.subject))]
  return subjects.flatMap((subject) => {
    const peak = (tool: ToolName): number =>
      Math.max(
        0,
        ...all
          .filter((m) => m.subject === subject && m.tool === tool)
          .map((m) => (isFailure(m.result) ? 0 : m.result.peakBytes)),
      )
    const [ours, restic] = [peak('toride'), peak('restic')]
    if (ours === 0 || restic === 0) return []
    const figures = `${subject}: highest peak ${(ours / 1e6).toFixed(0)} MB, restic ${(restic / 1e6).toFixed(0)} MB (${(ours / restic).toFixed(2)} times)`
    const million = subject.startsWith('1,000,000')
    const within = million ? ours <= MEMORY_BYTES : ours <= restic * MEMORY_RATIO
    return [`${figures}; allowed ${million ? '1.5 GB' : 'twice restic'}: ${within ? 'kept' : '**exceeded**'}`]
  })
}

function failures(all: readonly Measurement[]): string[] {
  return all.flatMap((m) =>
    isFailure(m.result)
      ? [
          `${m.tool}, ${m.subject}, ${NAMES[m.operation]}, round ${m.round + 1}: ${m.result.message.replaceAll('\n', ' ')}`,
        ]
      : [],
  )
}

export interface Setting {
  /** Lines on machine, date, versions, load. */
  readonly machine: readonly string[]
  readonly missing: readonly Missing[]
  readonly quick: boolean
}

/** The whole page in Markdown. */
export function reportPage(all: readonly Measurement[], setting: Setting): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
  const failed = failures(all)
  const absent = setting.missing.map(({ name, reason }) => `${name} was not measured: ${reason}`)
  const sections = [
    '# Measurements\n',
    `Written by \`npm run bench\`${setting.quick ? ' with `--quick` (small: ratios at 100,000 files differ)' : ''}. All programs do each operation in turn, medians over the rounds; who begins changes with each round.\n`,
    `${list(setting.machine)}\n`,
    `## Ratios\n\n${ratioTable(all)}\n`,
    `## Memory\n\n${list(memoryNotes(all))}\n`,
    ...(failed.length + absent.length > 0 ? [`## Not measured or failed\n\n${list([...absent, ...failed])}\n`] : []),
    `## Absolute figures\n\n${absoluteTable(all)}\n`,
    `## How it was measured\n\n${list(METHOD)}\n`,
  ]
  return sections.join('\n')
}

const METHOD = [
  '"Nothing changed" and "1 % changed": as the nightly run of the product on a local disk, which takes the names in a folder from its record where the folder\'s times did not change, and looks at every file; every seventh night, on network file systems and after a step of the clock it lists every folder.',
  'Wall time by the clock of the measuring process, CPU (user and system) and peak resident memory by the kernel (GNU time), children included.',
  'The source is read once before the first round, and everything is flushed before each operation; the page cache is otherwise left to the system, for all alike.',
  'First backup: new repository, no cache of the program. "One patient": a new process with the caches that the program has kept, warm page cache; `toride repo` finds the files through its sealed catalogue.',
  'Restores are counted: fewer files or bytes than the source has is a failure. All repositories are encrypted; restic and borg with their default safety, borg with zstd level 3.',
]
