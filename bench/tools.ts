/** The programs compared, each with the commands a careful administrator would give it. Same durability: all flush packs. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from './measure.ts'

export type ToolName = 'toride' | 'restic' | 'borg'

/** One program on one repository of its own. Paths are absolute. */
export interface Tool {
  readonly name: ToolName
  readonly version: string
  init(): Command
  /** `nth` counts the backups of this repository; `full` lists every folder whatever its times say. */
  backup(source: string, nth: number, walk: 'nightly' | 'full'): Command
  check(): Command
  /** `proved`: every byte read again and compared afterwards. */
  restoreAll(source: string, target: string, nth: number, proved?: boolean): Command
  restoreFolder(source: string, folder: string, target: string, nth: number): Command
  /** Where a restored source lies below `target`. */
  restored(source: string, target: string): string
}

export interface Missing {
  readonly name: ToolName
  readonly reason: string
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PASSWORD = 'bench'

/** First line of what a command prints, or undefined where it cannot be run. */
function firstLine(command: string, args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: 'utf8' })
  return done.status === 0 ? done.stdout.trim().split('\n')[0] : undefined
}

/** `place` is a folder for repository, caches and password file; made anew for each round. */
export type MakeTool = (place: string) => Tool

function passwordFile(place: string): string {
  mkdirSync(place, { recursive: true })
  const file = join(place, 'password')
  writeFileSync(file, PASSWORD)
  return file
}

/** toride and restic take the same words. */
function resticLike(
  name: 'toride' | 'restic',
  version: string,
  base: readonly [string, ...string[]],
  place: string,
): Tool {
  const common = ['--repo', join(place, 'repository'), '--password-file', passwordFile(place)]
  // Each keeps what it caches in the place of the round: a first backup starts without.
  const env = { RESTIC_CACHE_DIR: join(place, 'cache'), TORIDE_CACHE_DIR: join(place, 'cache') }
  const run = (verb: string, ...args: string[]): Command => ({ argv: [...base, verb, ...common, ...args], env })
  return {
    name,
    version,
    init: () => run('init'),
    // As the vault's nightly run on a local disk; restic has no such shortcut.
    backup: (source, _nth, walk) =>
      run('backup', source, ...(name === 'toride' && walk === 'nightly' ? ['--trust-folder-times'] : [])),
    check: () => run('check', '--read-data'),
    restoreAll: (_source, target, _nth, proved = false) =>
      run('restore', 'latest', '--target', target, ...(proved ? ['--verify'] : [])),
    restoreFolder: (_source, folder, target) => run('restore', 'latest', '--target', target, '--include', folder),
    restored: (source, target) => join(target, source),
  }
}

function borg(version: string, place: string): Tool {
  const repository = join(place, 'repository')
  mkdirSync(place, { recursive: true })
  const env = { BORG_PASSPHRASE: PASSWORD, BORG_BASE_DIR: place, BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes' }
  const inside = (source: string): string => relative('/', source)
  return {
    name: 'borg',
    version,
    init: () => ({ argv: ['borg', 'init', '--encryption=repokey-blake2', repository], env }),
    backup: (source, nth) => ({
      argv: ['borg', 'create', '--compression=zstd,3', `${repository}::n${nth}`, source],
      env,
    }),
    check: () => ({ argv: ['borg', 'check', '--verify-data', repository], env }),
    restoreAll: (_source, target, nth) => ({ argv: ['borg', 'extract', `${repository}::n${nth}`], env, cwd: target }),
    restoreFolder: (_source, folder, target, nth) => ({
      argv: ['borg', 'extract', `${repository}::n${nth}`, inside(folder)],
      env,
      cwd: target,
    }),
    restored: (source, target) => join(target, inside(source)),
  }
}

/** Those that are here, and why the others are not. Nothing is measured that is not the real program. */
export function findTools(wanted: readonly ToolName[]): {
  tools: { name: ToolName; version: string; make: MakeTool }[]
  missing: Missing[]
} {
  const found = wanted.map((name) => FINDERS[name]())
  return {
    tools: found.flatMap((tool) => ('make' in tool ? [tool] : [])),
    missing: found.flatMap((tool) => ('reason' in tool ? [tool] : [])),
  }
}

/** @throws where it cannot be fetched */
export function resticProgram(): { program: string; version: string } {
  const program = firstLine('bash', [join(ROOT, 'tools/peers.sh')])
  const version = program && firstLine(program, ['version'])
  if (!program || !version) throw new Error('tools/peers.sh could not fetch restic')
  return { program, version }
}

type Found = { name: ToolName; version: string; make: MakeTool } | Missing

const FINDERS: Readonly<Record<ToolName, () => Found>> = {
  toride() {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    const program = join(ROOT, 'bin/toride')
    if (spawnSync(program, ['repo', '--help']).status !== 0)
      return { name: 'toride', reason: 'bin/toride repo does not start' }
    const label = `toride ${version} (Node ${process.versions.node})`
    return { name: 'toride', version: label, make: (place) => resticLike('toride', label, [program, 'repo'], place) }
  },
  restic() {
    const program = firstLine('bash', [join(ROOT, 'tools/peers.sh')])
    const version = program && firstLine(program, ['version'])
    if (!program || !version) return { name: 'restic', reason: 'tools/peers.sh could not fetch it' }
    return { name: 'restic', version, make: (place) => resticLike('restic', version, [program], place) }
  },
  borg() {
    const version = firstLine('borg', ['--version'])
    if (!version) return { name: 'borg', reason: 'not installed (apt-get install borgbackup)' }
    return { name: 'borg', version, make: (place) => borg(version, place) }
  },
}
