/** `toride agent`: this machine backs its own folders up, straight to a Keeper. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, cardOf, enrolAgent, holdAgent, isDue, openAgent, runAgent } from '#agent'
import { AppError, type EpochMs, systemClock } from '#base'
import { describe } from '../describe.ts'
import { formatBytes } from '../format.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { invalid } from '../repo/args.ts'
import { Threads } from '../repo/threads.ts'
import { options, VERSION } from '../product/data.ts'
import { agentFolder } from './data.ts'
import { agentText as tell } from './texts.ts'

const TICK_MS = 30_000
const NIGHTLY = '02:00'

type Given = ReturnType<typeof options> & { readonly folder: string }

export async function runAgentVerb(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const text = { type: 'string' } as const
  const more = { address: text, pin: text, code: text, key: text, name: text, at: text }
  const given = options(args, { ...more, folder: { type: 'string', multiple: true } })
  const folder = agentFolder(given.text('data'), io)
  const commands: Readonly<Record<string, (given: Given, io: CliIo) => Promise<ExitCode>>> = {
    enrol,
    run,
    start,
    status,
    card,
    key,
  }
  const word = given.words[0] ?? ''
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined
  if (given.has('help') || command === undefined) {
    io.stdout.write(tell(io, 'usage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  return command({ ...given, folder }, io)
}

function demand(given: Given, name: string): string {
  const value = given.text(name)
  if (value === undefined || value === '') throw invalid(`--${name}`)
  return value
}

async function enrol(given: Given, io: CliIo): Promise<ExitCode> {
  const dailyAt = given.text('at') ?? NIGHTLY
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(dailyAt)) throw invalid('--at')
  const release = holdAgent(given.folder)
  try {
    const agent = await enrolAgent(given.folder, {
      address: demand(given, 'address'),
      pin: demand(given, 'pin'),
      code: demand(given, 'code'),
      escrowKey: demand(given, 'key'),
      name: given.text('name') ?? hostname(),
      paths: given.all('folder').map((path) => resolve(path)),
      dailyAt,
    })
    io.stdout.write(tell(io, 'enrolled', { url: agent.config.url, client: agent.config.client, folder: agent.folder }))
    return card(given, io)
  } finally {
    release()
  }
}

async function card({ folder }: Given, io: CliIo): Promise<ExitCode> {
  io.stdout.write(tell(io, 'card', { card: cardOf(openAgent(folder)) }))
  return EXIT.ok
}

async function key({ folder }: Given, io: CliIo): Promise<ExitCode> {
  const agent = openAgent(folder)
  const { url, client } = agent.config
  io.stdout.write(
    tell(io, 'key', { password: agent.password, repository: `${url}${client}/${agent.state().repository}/` }),
  )
  return EXIT.ok
}

const clockOf = (io: CliIo) => io.clock ?? systemClock

async function run({ folder }: Given, io: CliIo): Promise<ExitCode> {
  const agent = openAgent(folder)
  const release = holdAgent(folder)
  try {
    return await take(agent, clockOf(io).now(), io)
  } finally {
    release()
  }
}

async function take(agent: Agent, due: EpochMs, io: CliIo): Promise<ExitCode> {
  const threads = new Threads('archive', false)
  const { lockedUntil, result } = await runAgent({
    agent,
    due,
    clock: clockOf(io),
    version: VERSION,
    starter: (place) => threads.starter(place),
    workerCount: threads.count,
    signal: io.signal,
  })
  const values = {
    files: result.totalFiles,
    added: formatBytes(result.dataAddedPacked),
    until: day(lockedUntil),
    skipped: result.problems.length,
  }
  io.stdout.write(tell(io, 'taken', values))
  if (values.skipped === 0) return EXIT.ok
  // How many, not which: names are patient data, and a service's output is kept by the system.
  io.stderr.write(tell(io, 'skipped', values))
  return EXIT.incomplete
}

/** A service: what fails is told and tried again; only being stopped ends it. */
async function start({ folder }: Given, io: CliIo): Promise<ExitCode> {
  const agent = openAgent(folder)
  const release = holdAgent(folder)
  io.stdout.write(tell(io, 'started', { at: agent.dailyAt, url: agent.config.url }))
  try {
    while (!io.signal.aborted) {
      const due = isDue(agent, clockOf(io).now())
      if (due !== undefined) await take(agent, due, io).catch((error: unknown) => failed(error, io))
      await sleep(TICK_MS, undefined, { signal: io.signal }).catch(() => undefined)
    }
    return EXIT.ok
  } finally {
    release()
  }
}

async function failed(error: unknown, io: CliIo): Promise<void> {
  if (!io.signal.aborted) io.stderr.write(`${await describe(error, io)}\n`)
}

async function status({ folder }: Given, io: CliIo): Promise<ExitCode> {
  const agent = openAgent(folder)
  const { newest, failure } = agent.state()
  const { url, client } = agent.config
  io.stdout.write(tell(io, 'statusHead', { name: agent.name, url, client, at: agent.dailyAt }))
  for (const path of agent.paths) io.stdout.write(`  ${path}\n`)
  if (newest)
    io.stdout.write(
      tell(io, 'statusNewest', {
        taken: moment(newest.takenAt),
        files: newest.files,
        bytes: formatBytes(newest.bytes),
        skipped: newest.skipped,
        until: day(newest.lockedUntil),
      }),
    )
  else io.stdout.write(tell(io, 'statusNone'))
  if (!failure) return newest ? EXIT.ok : EXIT.failed
  io.stdout.write(tell(io, 'statusFailed', { at: moment(failure.at) }))
  const code = failure.code as ConstructorParameters<typeof AppError>[0]
  io.stdout.write(`${await describe(new AppError(code), io)}\n`)
  return EXIT.failed
}

/** As people in Japan read it. */
const moment = (at: EpochMs): string => new Date(at + 9 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
const day = (at: EpochMs): string => moment(at).slice(0, 10)
