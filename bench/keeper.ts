/**
 * A first backup to a Keeper over TLS on loopback, against the same backup onto the local disk and against stock restic to
 * rest-server, each in turn; and the copy of a repository that is there already.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Clients } from '#keeper'
import { writeBenchStorage } from '#sample'
import { enrolAtKeeper, type KeeperConfig } from '#storage'
import { parseVerifierKey } from '#tlog'
import { type Command, type Failure, isFailure, measure, median, type Sample } from './measure.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROGRAM = join(ROOT, 'bin/toride')
const PASSWORD = 'bench'
/** Wall time against the other of the pair; seconds for the copy. */
const TARGETS = { local: 1.2, restic: 0.7, copySeconds: 5 } as const

export interface KeeperPlan {
  readonly files: number
  readonly rounds: number
  readonly work: string
  readonly tell: (line: string) => void
}

type Way = 'toride, local disk' | 'toride, Keeper' | 'restic, rest-server' | 'copy of what is there'
type Results = Map<Way, (Sample | Failure)[]>

/** @returns a page of what was measured */
export async function benchKeeper(plan: KeeperPlan): Promise<string> {
  const { work, files, rounds, tell } = plan
  const source = join(work, 'source')
  tell(`keeper: writing ${files} files …`)
  writeBenchStorage({ folder: source, files })
  const keeper = await startKeeper(join(work, 'keeper'))
  const restServer = await startRestServer(join(work, 'rest-server'), join(work, 'keeper'))
  const results: Results = new Map()
  try {
    for (let round = 0; round < rounds; round++) {
      const ways = waysOf({ plan, source, keeper, restServer, round })
      // Each round another one begins.
      const order = ways.map((_, i) => ways[(i + round) % ways.length]!)
      for (const { way, prepare, command } of [...order, copyOf({ plan, keeper, round })]) {
        for (const before of prepare) demand(measure(before, work))
        execFileSync('sync')
        const result = measure(command, work)
        results.set(way, [...(results.get(way) ?? []), result])
        tell(`keeper · round ${round + 1} · ${way}: ${inShort(result)}`)
      }
      rmSync(join(work, `local-${round}`), { recursive: true, force: true })
    }
  } finally {
    await Promise.all([stop(keeper.child), restServer && stop(restServer.child)])
    // Nothing is held: no manifest was handed in.
    rmSync(source, { recursive: true, force: true })
  }
  return page(plan, results)
}

interface Server {
  readonly child: ChildProcess
  readonly url: string
  readonly ca: string
}
interface KeeperServer extends Server {
  readonly config: KeeperConfig
  readonly token: string
}

interface Round {
  readonly plan: KeeperPlan
  readonly source: string
  readonly keeper: KeeperServer
  readonly restServer: Server | undefined
  readonly round: number
}

interface Way1 {
  readonly way: Way
  readonly prepare: readonly Command[]
  readonly command: Command
}

function waysOf({ plan: { work }, source, keeper, restServer, round }: Round): Way1[] {
  const password = join(work, 'password')
  writeFileSync(password, PASSWORD)
  const cache = (name: string) => join(work, `cache-${name}-${round}`)
  const toride = (repo: string, name: string, more: readonly string[]): Pick<Way1, 'prepare' | 'command'> => {
    const common = ['--repo', repo, '--password-file', password, ...more]
    const env = { TORIDE_CACHE_DIR: cache(name) }
    return {
      prepare: [{ argv: [PROGRAM, 'repo', 'init', ...common], env }],
      command: { argv: [PROGRAM, 'repo', 'backup', ...common, source], env },
    }
  }
  const ways: Way1[] = [
    { way: 'toride, local disk', ...toride(join(work, `local-${round}`), 'local', []) },
    {
      way: 'toride, Keeper',
      ...toride(`rest:${withToken(keeper)}bench/round-${round}/`, 'keeper', ['--pin', keeper.config.pin]),
    },
  ]
  if (!restServer) return ways
  const common = ['-r', `rest:${restServer.url}round-${round}/`, '--password-file', password, '--cacert', restServer.ca]
  const env = { RESTIC_CACHE_DIR: cache('restic') }
  const restic = (...words: string[]): Command => ({ argv: [resticProgram()!, ...words, ...common], env })
  return [...ways, { way: 'restic, rest-server', prepare: [restic('init')], command: restic('backup', source) }]
}

/** The local repository of the round, copied twice: the second time there is nothing to send. */
function copyOf({ plan: { work }, keeper, round }: Pick<Round, 'plan' | 'keeper' | 'round'>): Way1 {
  const repository = `copy-${round}`
  const command: Command = {
    argv: [
      process.execPath,
      join(ROOT, 'bench/copy.ts'),
      join(work, `local-${round}`),
      `${keeper.url}bench/${repository}/`,
    ],
    env: { BENCH_TOKEN: keeper.token, BENCH_PIN: keeper.config.pin },
    cwd: ROOT,
  }
  return { way: 'copy of what is there', prepare: [command], command }
}

const withToken = ({ url, token }: KeeperServer): string => url.replace('://', `://bench:${token}@`)

async function startKeeper(root: string): Promise<KeeperServer> {
  execFileSync(PROGRAM, ['keeper', 'init', '--data', root, '--name', 'bench', '--host', '127.0.0.1'], {
    stdio: 'ignore',
  })
  const until = Date.now() + 86_400_000
  const code = new Clients(root).invite({ name: 'bench', kind: 'append', quotaBytes: 1e12, plain: false, until })
  const port = await freePort()
  const args = ['keeper', 'start', '--data', root, '--listen', '127.0.0.1', '--port', String(port)]
  const child = spawn(PROGRAM, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANG: 'en_US.UTF-8' },
  })
  const said = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      if (/fingerprint +[0-9a-f]{64}/.test(text)) resolve(text)
    })
  })
  const url = `https://127.0.0.1:${port}/`
  const pin = /fingerprint +([0-9a-f]{64})/.exec(said)![1]!
  const { config, token } = await enrolAtKeeper({ address: url, pin, code }, 'append', {}, parseVerifierKey)
  return { child, url, ca: join(root, 'keys', 'tls.crt'), config, token }
}

/** Undefined where tools/peers.sh found none. It gets the same certificate. */
async function startRestServer(root: string, keeperRoot: string): Promise<Server | undefined> {
  const restic = resticProgram()
  const program = restic && join(dirname(restic), 'restic-rest-server')
  if (!program || !existsSync(program)) return undefined
  mkdirSync(root, { recursive: true })
  const port = await freePort()
  const keys = join(keeperRoot, 'keys')
  const tls = ['--tls', '--tls-cert', join(keys, 'tls.crt'), '--tls-key', join(keys, 'tls.key')]
  const child = spawn(program, ['--path', root, '--no-auth', '--listen', `127.0.0.1:${port}`, ...tls], {
    stdio: 'ignore',
  })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  return { child, url: `https://127.0.0.1:${port}/`, ca: join(keys, 'tls.crt') }
}

function resticProgram(): string | undefined {
  try {
    return execFileSync('bash', [join(ROOT, 'tools/peers.sh')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function demand(result: Sample | Failure): void {
  if (isFailure(result)) throw new Error(result.message)
}

const inShort = (result: Sample | Failure): string =>
  isFailure(result)
    ? `FAILED ${result.message}`
    : `${result.wallSeconds.toFixed(2)} s, CPU ${result.cpuSeconds.toFixed(2)} s`

function page({ files, rounds }: KeeperPlan, results: Results): string {
  const wall = (way: Way): number | undefined => {
    const all = results.get(way) ?? []
    const good = all.filter((one): one is Sample => !isFailure(one))
    return good.length > 0 && good.length === all.length ? median(good.map((one) => one.wallSeconds)) : undefined
  }
  const [local, keeper, restic, copy] = (
    ['toride, local disk', 'toride, Keeper', 'restic, rest-server', 'copy of what is there'] as const
  ).map(wall)
  const row = (what: string, value: number | undefined, target: number): string =>
    `| ${what} | ${value?.toFixed(2) ?? '–'} | ${target} | ${value === undefined ? '–' : value <= target ? 'yes' : '**no**'} |`
  const against = (other: number | undefined): number | undefined => keeper && other && keeper / other
  return `# Backup to a Keeper
${files.toLocaleString('en')} files, ${rounds} rounds in turn, loopback, TLS on both servers, medians of wall time. \`npm run bench -- --keeper\`

| what | measured | target | reached |
|---|---|---|---|
${row('first backup to the Keeper / onto the local disk', against(local), TARGETS.local)}
${row('first backup to the Keeper / restic to rest-server', against(restic), TARGETS.restic)}
${row('copy of an unchanged repository, seconds', copy, TARGETS.copySeconds)}

| way | wall s | CPU s of the client |
|---|---|---|
${[...results].map(([way, all]) => `| ${way} | ${all.map((one) => (isFailure(one) ? 'failed' : one.wallSeconds.toFixed(2))).join(' · ')} | ${all.map((one) => (isFailure(one) ? '–' : one.cpuSeconds.toFixed(2))).join(' · ')} |`).join('\n')}
`
}
