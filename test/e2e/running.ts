/** A real server, started as `npm start` starts it, in a data folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const NODE = [process.execPath, '--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs'] as const

export interface Running {
  readonly url: string
  readonly code: string | undefined
  readonly output: () => string
  stop(): Promise<number | null>
  /** As a power cut does. */
  kill(): Promise<void>
}

export interface Ended {
  readonly exitCode: number | null
  readonly output: string
}

/** A folder that goes away with the test, locked files included. */
export function scratchFolder(t: TestContext, name = 'toride e2e 見本 '): string {
  const folder = mkdtempSync(join(tmpdir(), name))
  t.after(() => {
    // Generations are locked with the immutable attribute where the tests run as root.
    spawnSync('chattr', ['-R', '-i', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function launch(
  home: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): { child: ChildProcess; output: () => string } {
  const child = spawn(NODE[0], [...NODE.slice(1), 'src/main.ts', ...args], {
    env: { ...process.env, XDG_DATA_HOME: home, LANG: 'ja_JP.UTF-8', LC_ALL: '', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, output: () => text }
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) =>
    child.exitCode !== null || child.signalCode !== null
      ? resolve(child.exitCode)
      : child.once('exit', (code) => resolve(code)),
  )

/** Starts and waits until the terminal gives the address; fails with what it said where it ends instead. */
export async function start(
  t: TestContext,
  home: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Running> {
  const { child, output } = launch(home, ['--port', '0', ...args], environment)
  t.after(async () => {
    child.kill('SIGKILL')
    await ended(child)
  })
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (/Ctrl\+C/.test(output())) resolve()
    }
    child.stdout!.on('data', look)
    child.once('exit', () => reject(new Error(`ended:\n${output()}`)))
  })
  return {
    url: /(http:\/\/\S+)/.exec(output())![1]!,
    code: /([0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})/.exec(output())?.[1],
    output,
    async stop() {
      child.kill('SIGTERM')
      return ended(child)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}

/** Starts something that is refused; what it said and how it ended. */
export async function startRefused(home: string, args: readonly string[]): Promise<Ended> {
  const { child, output } = launch(home, args)
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const exitCode = await ended(child)
  clearTimeout(timer)
  return { exitCode, output: output() }
}
