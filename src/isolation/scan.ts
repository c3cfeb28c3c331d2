/** Restored files under ClamAV's daemon, in a place of its own (clamd(8), clamd.conf(5)). */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError, type EpochMs } from '#base'
import { type Bind, runIsolated } from './sandbox.ts'

export interface ScanOrder {
  /** Folder whose files are looked at. */
  readonly folder: string
  /** Folders of signatures: ClamAV's own, the institution's. */
  readonly signatures: readonly string[]
  /** Empty folder for the daemon's socket and settings. */
  readonly scratch: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface ScanResult {
  /** As the engine names itself, with the number of its signatures. */
  readonly engine: string
  /** When the newest file of signatures was made. */
  readonly signaturesAt: EpochMs
  readonly found: readonly { readonly path: string; readonly name: string }[]
  /** Larger, deeper or longer than the engine looks: not proved clean. */
  readonly overLimit: readonly string[]
  /** Could not be read or looked at. */
  readonly failed: readonly string[]
}

const DAEMON = '/usr/sbin/clamd'
const SIGNATURES = /\.(cvd|cld|cud|hdb|hsb|ndb|ldb|mdb|yara?|fp|ign2)$/
/** Loading eight million signatures takes half a minute on a small machine. */
const START_MS = 300_000
const TRY_MS = 100

/**
 * @throws ISOLATION_NO_SCANNER, ISOLATION_NO_SIGNATURES, ISOLATION_MISSING before anything is started; ISOLATION_SCAN_FAILED
 *   where the daemon ends or answers nothing; COMMANDS_TIMED_OUT, BASE_CANCELLED
 */
export async function scanFolder(order: ScanOrder): Promise<ScanResult> {
  if (!existsSync(DAEMON)) throw new AppError('ISOLATION_NO_SCANNER')
  const signatures = order.signatures.flatMap(signatureFiles)
  if (signatures.length === 0) throw new AppError('ISOLATION_NO_SIGNATURES')
  writeFileSync(join(order.scratch, 'clamd.conf'), SETTINGS, { mode: 0o600 })
  const done = new AbortController()
  const daemon = runIsolated({
    argv: [DAEMON, '--config-file=/run/scan/clamd.conf'],
    reads: [{ from: order.folder, at: '/data' }, ...signatures],
    writes: [{ from: order.scratch, at: '/run/scan' }],
    timeoutMs: order.timeoutMs,
    signal: order.signal ? AbortSignal.any([order.signal, done.signal]) : done.signal,
  })
  const ended = daemon.then(
    ({ log }) => new AppError('ISOLATION_SCAN_FAILED', { detail: log.slice(-2000) }),
    (error: unknown) => error,
  )
  try {
    const socket = join(order.scratch, 'clamd')
    await answers(socket, ended, order.signal)
    const engine = (await ask(socket, 'VERSION', ended))[0] ?? ''
    const lines = await ask(socket, 'MULTISCAN /data', ended)
    return { engine, signaturesAt: Math.max(...signatures.map(({ madeAt }) => madeAt)), ...sorted(lines) }
  } finally {
    done.abort()
    await ended
  }
}

/**
 * Whoever scans nobody's mail needs no limits of a mail gateway; what is still over one is said. Those of folders, HTML and
 * scripts are raised to the file's own, because clamd passes over them in silence.
 */
const SETTINGS = `Foreground yes
LocalSocket /run/scan/clamd
LocalSocketMode 600
DatabaseDirectory /signatures
TemporaryDirectory /tmp
MaxThreads 2
AlertExceedsMax yes
AlertEncrypted no
MaxScanTime 600000
MaxScanSize 2000M
MaxFileSize 2000M
MaxRecursion 20
MaxDirectoryRecursion 100000
MaxHTMLNormalize 2000M
MaxHTMLNoTags 2000M
MaxScriptNormalize 2000M
PCREMaxFileSize 2000M
FollowDirectorySymlinks no
FollowFileSymlinks no
CrossFilesystems no
ReadTimeout 600
`

interface SignatureFile extends Bind {
  readonly madeAt: EpochMs
}

function signatureFiles(folder: string): SignatureFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && SIGNATURES.test(entry.name))
    .map(({ name }) => {
      const from = join(folder, name)
      return { from, at: `/signatures/${name}`, isOurs: true, madeAt: statSync(from).mtimeMs }
    })
}

async function answers(socket: string, ended: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  for (let tries = 0; tries < START_MS / TRY_MS; tries++) {
    signal?.throwIfAborted()
    const reply = await ask(socket, 'PING', ended).catch((error: unknown) =>
      error instanceof AppError ? error : undefined,
    )
    if (reply instanceof AppError) throw reply
    if (reply?.[0] === 'PONG') return
    await wait(TRY_MS)
  }
  throw new AppError('ISOLATION_SCAN_FAILED', { detail: 'the daemon does not answer' })
}

/** One command of clamd's, `z` form: its answers end with NUL, each a line. */
async function ask(path: string, what: string, ended: Promise<unknown>): Promise<string[]> {
  const reply = new Promise<string[]>((resolve, reject) => {
    let text = ''
    const client = connect(path, () => client.write(`z${what}\0`))
    client.setEncoding('utf8')
    client.on('data', (more: string) => (text += more))
    client.once('error', reject)
    client.once('close', () => resolve(text.split('\0').filter((line) => line !== '')))
  })
  const first = await Promise.race([reply, ended.then((error) => ({ error }))])
  if (Array.isArray(first)) return first
  throw first.error
}

function sorted(lines: readonly string[]): Pick<ScanResult, 'found' | 'overLimit' | 'failed'> {
  const found: { path: string; name: string }[] = []
  const overLimit: string[] = []
  const failed: string[] = []
  for (const line of lines) {
    const [, path = '', name = '', kind] = /^\/data(.*): (.*?) ?(FOUND|ERROR)$/s.exec(line) ?? []
    if (kind === 'ERROR') failed.push(path)
    else if (kind === 'FOUND' && name.startsWith('Heuristics.Limits.Exceeded')) overLimit.push(path)
    else if (kind === 'FOUND') found.push({ path, name })
  }
  return { found, overLimit, failed }
}
