/** `toride repo` in this process, and what the suites need around it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { runCli } from '#cli'
import { openCatalogue } from '#vault'

export const PASSWORD = '砦'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a sub-command; never throws. */
export async function toride(repository: string, ...args: string[]): Promise<Ran> {
  const [command = '', ...rest] = args
  const out: string[] = []
  const err: string[] = []
  const output = (parts: string[]) => ({
    write(text: string | Uint8Array, done?: () => void) {
      parts.push(Buffer.from(text as string).toString('latin1'))
      done?.()
    },
  })
  const code = await runCli(['repo', command, ...rest, '--repo', repository], {
    stdout: output(out),
    stderr: output(err),
    env: {
      RESTIC_PASSWORD: PASSWORD,
      LANG: 'en_US.UTF-8',
      AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'],
      AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'],
    },
    signal: new AbortController().signal,
    // Used where a test gives --cache-dir: there is no home here.
    openCatalogue: async (...cache) => openCatalogue(...cache),
  })
  const text = (parts: string[]) => Buffer.from(parts.join(''), 'latin1').toString('utf8')
  return { code, out: text(out), err: text(err) }
}

/** The same, failing the test where the code is not 0. */
export async function torideOk(repository: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await toride(repository, ...args)
  if (code !== 0) throw new Error(`toride repo ${args[0]} ended with ${code}: ${err}${out}`)
  return out
}

export function scratch(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'toride-restic-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** What GNU find and sha256sum see of a tree: type, mode, owner, size, times to the nanosecond, targets, link counts. */
function lookOf(folder: string): string[] {
  const format = '%P\\t%y\\t%m\\t%U:%G\\t%T@\\t%l\\t%n\\t%s\\n'
  const all = execFileSync('find', ['.', '-printf', format], { cwd: folder, encoding: 'latin1' })
  const sums = execFileSync('sh', ['-c', 'find . -type f -print0 | sort -z | xargs -0r sha256sum'], {
    cwd: folder,
    encoding: 'latin1',
  })
  // A folder's size and link count belong to its file system; the root is the caller's own.
  const lines = all
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('\t'))
    .map((line) => (line.split('\t')[1] === 'd' ? line.split('\t').slice(0, 6).join('\t') : line))
  return [...lines.toSorted(), ...sums.split('\n')]
}

/** Fails naming only the lines that differ. `except` begins lines that are left out. */
export function assertSameLook(actual: string, expected: string, except = '\0'): void {
  const [mine, theirs] = [actual, expected].map(
    (folder) => new Set(lookOf(folder).filter((l) => !l.startsWith(except))),
  )
  const onlyMine = [...mine!].filter((line) => !theirs!.has(line))
  const onlyTheirs = [...theirs!].filter((line) => !mine!.has(line))
  assert.deepEqual(onlyMine, onlyTheirs)
}
