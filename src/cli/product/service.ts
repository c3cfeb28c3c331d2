/** `toride service install|uninstall|status`: the server, or with --agent an agent, as a service of the machine. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { openAgent } from '#agent'
import { AppError } from '#base'
import { INSIDE } from '#vault'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { agentFolder } from '../agent/data.ts'
import { dataFolder, options } from './data.ts'
import { tell } from './texts.ts'
import { CREDENTIAL, CREDENTIAL_FILES, unitFile, type UnitSettings } from '#posix'

const DEFAULT_PORT = '8470'

interface Service {
  /** The unit's name. */
  readonly unit: string
  readonly path: string
  readonly isAgent: boolean
  readonly port: number
}

function serviceOf(isAgent: boolean, port: number): Service {
  const unit = isAgent ? 'toride-agent.service' : 'toride.service'
  return { unit, path: `/etc/systemd/system/${unit}`, isAgent, port }
}

export async function runService(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const text = { type: 'string' } as const
  const given = options(args, {
    port: text,
    user: text,
    out: text,
    agent: { type: 'boolean' },
    media: { type: 'boolean' },
  })
  const isAgent = given.has('agent')
  const folder = isAgent ? agentFolder(given.text('data'), io) : dataFolder(given.text('data'), io)
  const service = serviceOf(isAgent, portOf(given))
  const out = given.text('out')
  const word = given.words[0]
  if (word === 'install' && out !== undefined) {
    writeFileSync(
      resolve(out),
      unitFile({ ...settings(given, folder, service), credential: isAgent ? undefined : storedCredential() }),
    )
    io.stdout.write(tell(io, 'serviceWritten', { path: resolve(out) }))
    return EXIT.ok
  }
  if (given.has('help') || !['install', 'uninstall', 'status'].includes(word ?? '')) {
    io.stdout.write(tell(io, 'serviceUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  if (!existsSync('/run/systemd/system')) return refuse(io, tell(io, 'serviceNoSystemd'))
  if (word === 'status') return status(io, service)
  if (process.getuid?.() !== 0) return refuse(io, tell(io, 'serviceNotRoot'))
  if (word === 'uninstall') return uninstall(io, folder, service)
  // A service that cannot start would only be found out the next morning.
  if (isAgent) openAgent(folder)
  return install(io, settings(given, folder, service), service)
}

function portOf(given: ReturnType<typeof options>): number {
  const port = Number(given.text('port') ?? DEFAULT_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AppError('BASE_CONFIG_INVALID', { detail: '--port' })
  return port
}

function settings(
  given: ReturnType<typeof options>,
  folder: string,
  { isAgent, port }: Service,
): Omit<UnitSettings, 'credential'> {
  const user = given.text('user')
  if (user !== undefined && !/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw new AppError('BASE_CONFIG_INVALID', { detail: '--user' })
  const media = given.has('media')
  // Only root may open a disk, and only the server copies to one.
  if (media && (user !== undefined || isAgent)) throw new AppError('BASE_CONFIG_INVALID', { detail: '--media' })
  return {
    description: isAgent ? 'Toride agent (backup of this machine)' : 'Toride (backup of medical records)',
    node: process.execPath,
    checkout: resolve(import.meta.dirname, '..', '..', '..'),
    program: isAgent
      ? ['src/cli.ts', 'agent', 'start', '--data', folder]
      : ['src/main.ts', '--data', folder, '--port', String(port)],
    dataFolder: folder,
    user,
    media,
  }
}

function refuse(io: CliIo, text: string): ExitCode {
  io.stderr.write(text)
  return EXIT.failed
}

function install(io: CliIo, unit: Omit<UnitSettings, 'credential'>, service: Service): ExitCode {
  mkdirSync(unit.dataFolder, { recursive: true, mode: 0o700 })
  // The credential store has one key of the name: an agent beside a server keeps its own in its folder.
  const credential = service.isAgent ? undefined : storeCredential(unit.dataFolder)
  writeFileSync(service.path, unitFile({ ...unit, credential }), { mode: 0o644 })
  io.stdout.write(tell(io, 'serviceWritten', { path: service.path }))
  for (const words of [['daemon-reload'], ['enable', '--now', service.unit]]) {
    const done = spawnSync('systemctl', words, { encoding: 'utf8' })
    if (done.status !== 0) return refuse(io, tell(io, 'serviceFailed', { word: words[0]!, detail: done.stderr.trim() }))
  }
  const file = join(unit.dataFolder, INSIDE.firstSignIn)
  io.stdout.write(
    service.isAgent ? tell(io, 'serviceAgentInstalled') : tell(io, 'serviceInstalled', { port: service.port, file }),
  )
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

function uninstall(io: CliIo, folder: string, { unit, path }: Service): ExitCode {
  if (!existsSync(path)) return refuse(io, tell(io, 'serviceAbsent'))
  spawnSync('systemctl', ['disable', '--now', unit])
  rmSync(path, { force: true })
  spawnSync('systemctl', ['daemon-reload'])
  io.stdout.write(tell(io, 'serviceRemoved', { path: folder }))
  return EXIT.ok
}

function status(io: CliIo, { unit, path }: Service): ExitCode {
  if (!existsSync(path)) return refuse(io, tell(io, 'serviceAbsent'))
  const ask = (word: string): string => spawnSync('systemctl', [word, unit], { encoding: 'utf8' }).stdout.trim()
  const active = ask('is-active')
  io.stdout.write(tell(io, 'serviceState', { enabled: ask('is-enabled'), active }))
  return active === 'active' ? EXIT.ok : EXIT.failed
}
