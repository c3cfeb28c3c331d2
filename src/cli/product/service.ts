/** `toride service install|uninstall|status`: the server as a service of the machine. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '#base'
import { INSIDE } from '#vault'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { dataFolder, options } from './data.ts'
import { tell } from './texts.ts'
import { CREDENTIAL, CREDENTIAL_FILES, unitFile, type UnitSettings } from './unit-file.ts'

const UNIT = 'toride.service'
const UNIT_PATH = `/etc/systemd/system/${UNIT}`
const DEFAULT_PORT = '8470'

export async function runService(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const text = { type: 'string' } as const
  const given = options(args, { port: text, user: text, out: text })
  const folder = dataFolder(given.text('data'), io)
  const out = given.text('out')
  const word = given.words[0]
  if (word === 'install' && out !== undefined) {
    writeFileSync(resolve(out), unitFile({ ...settings(given, folder), credential: storedCredential() }))
    io.stdout.write(tell(io, 'serviceWritten', { path: resolve(out) }))
    return EXIT.ok
  }
  if (given.has('help') || !['install', 'uninstall', 'status'].includes(word ?? '')) {
    io.stdout.write(tell(io, 'serviceUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  if (!existsSync('/run/systemd/system')) return refuse(io, tell(io, 'serviceNoSystemd'))
  if (word === 'status') return status(io)
  if (process.getuid?.() !== 0) return refuse(io, tell(io, 'serviceNotRoot'))
  return word === 'install' ? install(io, settings(given, folder)) : uninstall(io, folder)
}

function settings(given: ReturnType<typeof options>, folder: string): Omit<UnitSettings, 'credential'> {
  const port = Number(given.text('port') ?? DEFAULT_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AppError('BASE_CONFIG_INVALID', { detail: '--port' })
  const user = given.text('user')
  if (user !== undefined && !/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw new AppError('BASE_CONFIG_INVALID', { detail: '--user' })
  return {
    node: process.execPath,
    checkout: resolve(import.meta.dirname, '..', '..', '..'),
    dataFolder: folder,
    port,
    user,
  }
}

function refuse(io: CliIo, text: string): ExitCode {
  io.stderr.write(text)
  return EXIT.failed
}

function install(io: CliIo, unit: Omit<UnitSettings, 'credential'>): ExitCode {
  mkdirSync(unit.dataFolder, { recursive: true, mode: 0o700 })
  writeFileSync(UNIT_PATH, unitFile({ ...unit, credential: storeCredential(unit.dataFolder) }), { mode: 0o644 })
  io.stdout.write(tell(io, 'serviceWritten', { path: UNIT_PATH }))
  for (const words of [['daemon-reload'], ['enable', '--now', UNIT]]) {
    const done = spawnSync('systemctl', words, { encoding: 'utf8' })
    if (done.status !== 0) return refuse(io, tell(io, 'serviceFailed', { word: words[0]!, detail: done.stderr.trim() }))
  }
  io.stdout.write(tell(io, 'serviceInstalled', { port: unit.port, file: join(unit.dataFolder, INSIDE.firstSignIn) }))
  return EXIT.ok
}

/** A key that the service manager kept already; never replaced, since the ring is sealed with it. */
function storedCredential(): UnitSettings['credential'] {
  return (['encrypted', 'plain'] as const).find((kind) => existsSync(CREDENTIAL_FILES[kind]))
}

/**
 * Hands the system's key to the service manager. The file in the data folder stays for the verbs of the terminal; whoever
 * wants the stronger keeping alone removes it after the first start and says so in the settings.
 */
function storeCredential(folder: string): UnitSettings['credential'] {
  const stored = storedCredential()
  const key = join(folder, INSIDE.keys, 'system-key')
  if (stored || !existsSync(key)) return stored
  const target = CREDENTIAL_FILES.encrypted
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  try {
    execFileSync('systemd-creds', ['encrypt', `--name=${CREDENTIAL}`, '-', target], {
      input: readFileSync(key),
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    return 'encrypted'
  } catch {
    // No systemd-creds (before 250) or no way to seal here: the key stays a file, and the settings page says weaker.
    rmSync(target, { force: true })
    return undefined
  }
}

function uninstall(io: CliIo, folder: string): ExitCode {
  if (!existsSync(UNIT_PATH)) return refuse(io, tell(io, 'serviceAbsent'))
  spawnSync('systemctl', ['disable', '--now', UNIT])
  rmSync(UNIT_PATH, { force: true })
  spawnSync('systemctl', ['daemon-reload'])
  io.stdout.write(tell(io, 'serviceRemoved', { path: folder }))
  return EXIT.ok
}

function status(io: CliIo): ExitCode {
  if (!existsSync(UNIT_PATH)) return refuse(io, tell(io, 'serviceAbsent'))
  const ask = (word: string): string => spawnSync('systemctl', [word, UNIT], { encoding: 'utf8' }).stdout.trim()
  const active = ask('is-active')
  io.stdout.write(tell(io, 'serviceState', { enabled: ask('is-enabled'), active }))
  return active === 'active' ? EXIT.ok : EXIT.failed
}
