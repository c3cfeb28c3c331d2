/** `toride keeper <command>`: making, running and administering a Keeper at its own host. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError, systemClock } from '#base'
import { unitFile } from '#posix'
import { CLIENT_KINDS, type ClientKind } from '../clients.ts'
import { INSIDE } from '../layout.ts'
import { demandInfo, makeKeeper } from '../open.ts'
import { isMadeFor, runKeeper, runSplit } from '../run.ts'
import { addAdministrator, administrators } from '../second-factor.ts'
import { certificatePin } from '#tls'
import type { Command, Outcome } from './commands.ts'
import { askConsole } from './socket.ts'
import { statusText } from './status-text.ts'
import { keeperText, type KeeperText } from './texts.ts'

export interface KeeperIo {
  readonly say: (text: string) => void
  readonly language: 'ja' | 'en'
  /** The entry file, for the second process. */
  readonly entry: string
  /** True in the network process of two. */
  readonly isNetworkProcess: boolean
  readonly onError: (error: unknown) => void
}

const DEFAULT_PORT = '8471'
const DEFAULT_FOLDER = '/var/lib/toride-keeper'

type Given = ReturnType<typeof parse>

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: DEFAULT_FOLDER },
        name: text,
        host: { type: 'string', multiple: true },
        port: { type: 'string', default: DEFAULT_PORT },
        listen: { type: 'string', default: '0.0.0.0' },
        user: text,
        kind: { type: 'string', default: 'append' },
        of: text,
        'quota-gb': { type: 'string', default: '1000' },
        'expect-hours': { type: 'string' },
        plain: { type: 'boolean', default: false },
        code: text,
        'second-code': text,
        help: { type: 'boolean', default: false },
      },
    })
    return { values, words: positionals, root: resolve(values.data) }
  } catch (cause) {
    throw new AppError('BASE_CONFIG_INVALID', { cause, detail: cause instanceof Error ? cause.message : '' })
  }
}

/** @returns the exit code */
export async function runKeeperCommand(args: readonly string[], io: KeeperIo): Promise<number> {
  const given = parse(args)
  const [word = 'help', ...more] = given.words
  const say = (key: KeeperText, values?: Readonly<Record<string, string | number>>): void =>
    io.say(keeperText(io.language, key, values))
  if (given.values.help || word === 'help') {
    say('usage')
    return 0
  }
  if (word === 'init') return init(given, say)
  if (word === 'administrator') return administrator(given, say)
  if (word === 'service-unit') return serviceUnit(given, io)
  if (word === 'start') return start(given, args, io, say)
  const command = commandOf(word, given, more)
  if (!command) {
    say('usage')
    return 1
  }
  return tell(await askConsole(given.root, command), command, io, say)
}

type Say = (key: KeeperText, values?: Readonly<Record<string, string | number>>) => void

function demandText(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new AppError('BASE_CONFIG_INVALID', { detail: option })
  return value
}

function demandNumber(value: string, option: string): number {
  if (!/^\d{1,12}$/.test(value)) throw new AppError('BASE_CONFIG_INVALID', { detail: option })
  return Number(value)
}

async function init({ values, root }: Given, say: Say): Promise<number> {
  const name = values.name ?? 'keeper'
  await makeKeeper(root, { name, hosts: values.host ?? ownAddresses(), clock: systemClock })
  say('made', { root, pin: pin(root) })
  return 0
}

const pin = (root: string): string => certificatePin(readFileSync(join(root, INSIDE.keys, 'tls.crt'), 'utf8'))

function ownAddresses(): string[] {
  const addresses = interfaces().flatMap((all) => (all ?? []).map(({ address }) => address))
  return [...new Set([hostname(), 'localhost', ...addresses.map((address) => address.replace(/%.*/, ''))])]
}

/** None where the unit leaves the process no netlink to ask the system with. */
function interfaces(): ReturnType<typeof networkInterfaces>[string][] {
  try {
    return Object.values(networkInterfaces())
  } catch {
    return []
  }
}

function administrator({ values, root }: Given, say: Say): number {
  demandInfo(root)
  const name = demandText(values.name, '--name')
  // Whoever can write here owns the machine; afterwards a code of one who is known is asked at every change.
  say('administratorMade', { name, ...addAdministrator(root, name) })
  if (administrators(root).length < 2) say('twoWanted')
  return 0
}

/** What the locker needs of root: folders of another group, the attribute, and to start and end the network process. */
const LOCKER_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'LINUX_IMMUTABLE', 'SETGID', 'SETUID']

/** `toride keeper service-unit --user NAME > /etc/systemd/system/toride-keeper.service` */
function serviceUnit({ values, root }: Given, io: KeeperIo): number {
  demandInfo(root)
  const { user, port, listen } = values
  if (user !== undefined && !USER.test(user)) throw new AppError('BASE_CONFIG_INVALID', { detail: '--user' })
  const checkout = resolve(dirname(io.entry), '..')
  const options = ['--data', root, '--port', String(demandNumber(port, '--port')), '--listen', listen]
  const unit = unitFile({
    description: 'Toride Keeper (locked copies of backups)',
    node: process.execPath,
    checkout,
    program: ['src/keeper.ts', 'start', ...options, ...(user === undefined ? [] : ['--user', user])],
    dataFolder: root,
    user: undefined,
    credential: undefined,
    // Flushes of many uploads at once must not hold up who only asks (bin/toride).
    environment: ['UV_THREADPOOL_SIZE=16'],
    rootCapabilities: LOCKER_CAPABILITIES.map((name) => `CAP_${name}`),
  })
  io.say(unit)
  return 0
}

async function start({ values, root }: Given, args: readonly string[], io: KeeperIo, say: Say): Promise<number> {
  demandInfo(root)
  if (!io.isNetworkProcess && administrators(root).length === 0) say('noAdministrator')
  const isRoot = process.getuid?.() === 0
  if (values.user !== undefined && isRoot && !io.isNetworkProcess) {
    const ids = idsOf(values.user)
    if (ids && !isMadeFor(root, ids.gid)) {
      say('madeForAnother')
      return 1
    }
    if (ids) return runSplit(root, io.entry, args, ids)
    say('wrongUser', { user: values.user })
    return 1
  }
  const port = demandNumber(values.port, '--port')
  const { isNetworkProcess, onError } = io
  const running = await runKeeper({ root, host: values.listen, port, onError }, isNetworkProcess)
  const strength = isNetworkProcess ? 'split' : isRoot ? 'together' : 'logical'
  // What is typed in elsewhere: no machine is called 0.0.0.0.
  const url = running.url.replace(
    '//0.0.0.0:',
    `//${ownAddresses().find((one) => /^\d/.test(one) && !one.startsWith('127.')) ?? '127.0.0.1'}:`,
  )
  say('started', { name: running.name, url, pin: pin(root), strength: keeperText(io.language, strength) })
  await new Promise<void>((resolveEnd) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolveEnd())
    process.once('disconnect', () => resolveEnd())
  })
  await running.close()
  // The channel to the locker would keep this process alive.
  process.disconnect?.()
  // The channel to the locker would keep this process, and so the other, for ever.
  if (isNetworkProcess && process.connected) process.disconnect()
  say('stopped')
  return 0
}

const USER = /^[a-z_][a-z0-9_-]{0,31}$/

/** Ids of a user of this machine. Only root's second process needs them. */
function idsOf(user: string): { uid: number; gid: number } | undefined {
  if (!USER.test(user)) return undefined
  try {
    const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: 'pipe' }))
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}

function commandOf(word: string, { values }: Given, more: readonly string[]): Command | undefined {
  if (word === 'status') return { do: 'status' }
  const code = values.code ?? ''
  const name = values.name ?? ''
  switch (word) {
    case 'invite':
      return {
        do: 'invite',
        code,
        name,
        kind: kindOf(values.kind),
        plain: values.plain,
        quotaBytes: demandNumber(values['quota-gb'], '--quota-gb') * 1e9,
        ...(values.of === undefined ? {} : { of: values.of }),
        ...(values['expect-hours'] === undefined
          ? {}
          : { expectHours: demandNumber(values['expect-hours'], '--expect-hours') }),
      }
    case 'revoke':
    case 'allow-key':
    case 'follow-log':
      return { do: word, code, name }
    case 'policy':
      return { do: word, code, fields: fieldsOf(more) }
    case 'keep-policy':
    case 'unfreeze':
      return { do: word, code }
    case 'correct-clock':
      return { do: word, code, secondCode: values['second-code'] ?? '' }
    default:
      return undefined
  }
}

function kindOf(text: string): ClientKind {
  const kind = CLIENT_KINDS.find((one) => one === text)
  if (kind === undefined) throw new AppError('BASE_CONFIG_INVALID', { detail: '--kind' })
  return kind
}

/** `dailyDays=40 graceHours=72` */
function fieldsOf(words: readonly string[]): Record<string, number> {
  if (words.length === 0) throw new AppError('BASE_CONFIG_INVALID', { detail: 'policy FIELD=NUMBER' })
  return Object.fromEntries(
    words.map((word) => {
      const [field = '', value = ''] = word.split('=', 2)
      return [field, demandNumber(value, field)]
    }),
  )
}

function tell(outcome: Outcome, command: Command, io: KeeperIo, say: Say): number {
  if (!outcome.ok) {
    say(`refused.${outcome.why}`)
    return 1
  }
  const { value } = outcome
  const waiting = value['waiting'] as { effectiveAt: number } | undefined
  if (command.do === 'status') io.say(statusText(io.language, value))
  else if (command.do === 'invite') say('invited', { code: String(value['invitation']) })
  else if (waiting) say('waiting', { until: new Date(waiting.effectiveAt).toISOString().slice(0, 10) })
  else say('changed')
  return 0
}
