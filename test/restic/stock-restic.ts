/** The restics that judge us: Debian's, and the newest that tools/peers.sh fetched. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface StockRestic {
  readonly version: string
  /** Why it cannot judge here, or false. */
  readonly missing: string | false
  /** Runs it without a cache; standard output. Throws with its messages where it fails. */
  run(repository: string, password: string, ...args: string[]): string
  /** The same while this process serves what it asks for: a synchronous call would wait for itself. Never throws. */
  ask(repository: string, password: string, ...args: string[]): Promise<{ status: number | null; output: string }>
  /** The same for what may fail. */
  try(repository: string, password: string, ...args: string[]): { status: number | null; output: string }
}

/** Where tools/peers.sh puts what it fetches, unless TORIDE_PEERS says otherwise. */
const peersFolder = process.env['TORIDE_PEERS'] ?? '/var/tmp/toride-peers'

export function stockRestics(): StockRestic[] {
  return [stock('restic of Debian', '/usr/bin/restic'), stock('newest restic', join(peersFolder, 'bin', 'restic'))]
}

function stock(label: string, path: string): StockRestic {
  const found = existsSync(path)
  const version = found ? execFileSync(path, ['version'], { encoding: 'utf8' }).split(' ', 2).join(' ') : label
  const environment = (password: string) => ({ ...process.env, RESTIC_PASSWORD: password, GOMAXPROCS: '2' })
  return {
    version,
    missing: found ? false : `${label} is not installed (tools/peers.sh fetches it)`,
    run: (repository, password, ...args) =>
      execFileSync(path, ['--no-cache', '-r', repository, ...args], { encoding: 'utf8', env: environment(password) }),
    ask: (repository, password, ...args) =>
      new Promise((resolve) => {
        const options = { encoding: 'utf8', env: environment(password), timeout: 120_000, maxBuffer: 1 << 26 } as const
        const child = execFile(path, ['--no-cache', '-r', repository, ...args], options, (_error, stdout, stderr) =>
          resolve({ status: child.exitCode, output: stdout + stderr }),
        )
      }),
    try(repository, password, ...args) {
      const done = spawnSync(path, ['--no-cache', '-r', repository, ...args], {
        encoding: 'utf8',
        env: environment(password),
      })
      return { status: done.status, output: done.stdout + done.stderr }
    },
  }
}
