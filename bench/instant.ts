/**
 * Reading a disk image out of a cold repository: `toride repo nbd` against `restic mount`, in turn, asked by qemu-io and
 * qemu-img. `npm run bench -- --instant`, to bench/INSTANT.md.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, randomFillSync } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describeMachine } from './machine.ts'
import { median } from './measure.ts'
import { resticProgram } from './tools.ts'

export interface InstantPlan {
  readonly megabytes: number
  /** Reads of 4 KiB, each somewhere else. */
  readonly reads: number
  readonly rounds: number
  readonly work: string
  readonly tell: (line: string) => void
}

type Way = 'toride' | 'restic'
/** Seconds by round: the reads here and there, and the whole disk from front to back. */
type Times = Record<Way, { readonly random: number[]; readonly sequential: number[] }>

const IMAGE = 'server.raw'
const TARGET_MB_PER_SECOND = 100
const ENV = { ...process.env, RESTIC_PASSWORD: 'bench', TORIDE_PASSWORD: 'bench' }
const MB = 1 << 20

/** @returns a page of what was measured @throws where qemu-utils, fuse or restic are missing */
export async function benchInstant(plan: InstantPlan): Promise<string> {
  const restic = resticProgram()
  const machine = describeMachine([restic.version, said('qemu-img', '--version'), `Node ${process.version}`], plan.work)
  const repo = await makeRepository(plan, restic.program)
  const times: Times = { toride: { random: [], sequential: [] }, restic: { random: [], sequential: [] } }
  for (let round = 0; round < plan.rounds; round++)
    for (const way of round % 2 === 0 ? (['toride', 'restic'] as const) : (['restic', 'toride'] as const)) {
      for (const kind of ['random', 'sequential'] as const) {
        drop(repo)
        const seconds = await once(way, kind, { ...plan, repo, restic: restic.program, round })
        times[way][kind].push(seconds)
        plan.tell(`instant · round ${round + 1} · ${way} · ${kind}: ${seconds.toFixed(2)} s`)
      }
    }
  return page(plan, times, machine())
}

/** Half noise, half text that repeats, as disks of servers are; some of it holes. */
async function makeRepository({ megabytes, work }: InstantPlan, restic: string): Promise<string> {
  const [images, repo] = [join(work, 'images'), join(work, 'repo')]
  mkdirSync(images)
  const file = openSync(join(images, IMAGE), 'w')
  const noise = Buffer.alloc(MB)
  const text = Buffer.from('診療録 2026-11-28 内科 再診 '.repeat(60_000)).subarray(0, MB)
  for (let at = 0; at < megabytes; at++) {
    if (at % 8 === 7) continue
    const piece = at % 2 === 0 ? randomFillSync(noise) : Buffer.concat([Buffer.from(String(at)), text]).subarray(0, MB)
    writeSync(file, piece, 0, MB, at * MB)
  }
  writeSync(file, text, 0, MB, (megabytes - 1) * MB)
  closeSync(file)
  for (const verb of [['init'], ['backup', images]]) {
    const { status, stderr } = spawnSync(restic, ['-r', repo, '-q', ...verb], { env: ENV, encoding: 'utf8' })
    if (status !== 0) throw new Error(`restic ${verb[0]}: ${stderr}`)
  }
  return repo
}

/** The repository's files out of the system's memory: cold, as after a night. */
function drop(repo: string): void {
  for (const path of [repo, ...readdirSync(repo, { recursive: true }).map((name) => join(repo, String(name)))])
    spawnSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none'])
}

interface Run extends InstantPlan {
  readonly repo: string
  readonly restic: string
  readonly round: number
}

/** Seconds from the first question to the last answer; what must start first is started before. */
async function once(way: Way, kind: 'random' | 'sequential', run: Run): Promise<number> {
  const served = way === 'toride' ? await serveNbd(run) : await mountRestic(run)
  try {
    const begun = performance.now()
    const io =
      kind === 'random'
        ? ['qemu-io', '-r', '-f', 'raw', served.disk]
        : ['qemu-img', 'bench', '-f', 'raw', '-c', String(run.megabytes), '-s', String(MB), '-d', '4', served.disk]
    // Not `spawnSync`: nothing here may stand still while the disk is served by a child that we read from.
    await ended(spawn(io[0]!, io.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] }), kind === 'random' ? commands(run) : '')
    return (performance.now() - begun) / 1000
  } finally {
    await served.end()
  }
}

/** The same places in each round for both, others in the next. */
function commands({ reads, megabytes, round }: Run): string {
  const lines: string[] = []
  for (let n = 0; n < reads; n++) {
    const place = createHash('sha256').update(`${round} ${n}`).digest().readUInt32BE(0) % (megabytes * 256)
    lines.push(`read ${place * 4096} 4096`)
  }
  return `${lines.join('\n')}\nquit\n`
}

interface Served {
  readonly disk: string
  end(): Promise<void>
}

async function serveNbd({ repo, work }: Run): Promise<Served> {
  const [socket, password] = [join(work, 'nbd.sock'), join(work, 'password')]
  writeFileSync(password, 'bench', { mode: 0o600 })
  const image = join(work, 'images', IMAGE)
  const child = spawn(
    'bin/toride',
    ['repo', 'nbd', 'latest', image, '--repo', repo, '--password-file', password, '--socket', socket],
    { stdio: ['ignore', 'pipe', 'pipe'], env: ENV },
  )
  let out = ''
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (out += text))
  await until(
    () => out.includes('nbd+unix'),
    child,
    () => out,
  )
  return { disk: `nbd+unix:///disk?socket=${socket}`, end: () => stop(child, 'SIGINT') }
}

async function mountRestic({ repo, restic, work }: Run): Promise<Served> {
  const at = join(work, 'mount')
  mkdirSync(at, { recursive: true })
  const child = spawn(restic, ['-r', repo, '--no-cache', 'mount', at], { stdio: 'ignore', env: ENV })
  const disk = join(at, 'snapshots', 'latest', work, 'images', IMAGE)
  await until(
    () => existsSync(disk),
    child,
    () => 'restic mount',
  )
  return {
    disk,
    async end() {
      spawnSync('fusermount3', ['-u', at])
      await stop(child, 'SIGINT')
      rmSync(at, { recursive: true })
    },
  }
}

async function until(is: () => boolean, child: ChildProcess, what: () => string): Promise<void> {
  for (let n = 0; n < 1200 && !is(); n++) {
    if (child.exitCode !== null) throw new Error(what())
    await wait(25)
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill(signal)
  await gone
}

async function ended(child: ChildProcess, input: string): Promise<void> {
  let complaint = ''
  child.stderr?.on('data', (text) => (complaint += text))
  child.stdout?.on('data', (text: Buffer) => (complaint += /.*failed.*/.exec(text.toString())?.[0] ?? ''))
  child.stdin?.end(input)
  const code = await new Promise((done) => child.once('close', done))
  if (code !== 0 || complaint !== '') throw new Error(`${child.spawnfile}: ${complaint}`)
}

const said = (program: string, ...args: string[]): string =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout.split('\n')[0] ?? program

function page({ megabytes, reads, rounds }: InstantPlan, times: Times, machine: readonly string[]): string {
  const [t, r] = [times.toride, times.restic]
  const ratio = median(t.random) / median(r.random)
  const speed = (seconds: readonly number[]): number => (megabytes * MB) / 1e6 / median(seconds)
  const all = (values: readonly number[]): string => values.map((one) => one.toFixed(2)).join(', ')
  return [
    '# Instant start: reading a disk image out of a cold repository',
    `An image of ${megabytes} MiB, half noise, taken by restic; ${rounds} rounds in turn; medians, all rounds in brackets. The repository's files are dropped from the page cache before each. \`npm run bench -- --instant\``,
    ...machine.map((line) => `- ${line}`),
    '',
    '| | toride repo nbd | restic mount | | target | reached |',
    '|---|---|---|---|---|---|',
    `| ${reads} random reads of 4 KiB, s | ${median(t.random).toFixed(2)} (${all(t.random)}) | ${median(r.random).toFixed(2)} (${all(r.random)}) | ratio ${ratio.toFixed(2)} | 1 | ${ratio <= 1 ? 'yes' : '**no**'} |`,
    `| the whole disk, MB/s | ${speed(t.sequential).toFixed(0)} | ${speed(r.sequential).toFixed(0)} | | ${TARGET_MB_PER_SECOND} | ${speed(t.sequential) >= TARGET_MB_PER_SECOND ? 'yes' : '**no**'} |`,
    '',
  ].join('\n')
}
