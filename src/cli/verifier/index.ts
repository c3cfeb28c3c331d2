/** `toride verifier`: enrols this machine at a Keeper as the one that proves, takes the passwords, and runs. */
import { join, resolve } from 'node:path'
import { homedir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { systemClock } from '#base'
import { enrolVerifier, holdFolder, openAtKeeper, openVerifier, runVerifier, type RunResult } from '#verifier'
import { describe } from '../describe.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { invalid, password as passwordFrom } from '../repo/args.ts'
import { Threads } from '../repo/threads.ts'
import { readHidden } from './hidden.ts'
import { reporter } from './report.ts'
import { verifierText as tell } from './texts.ts'

const HOUR_MS = 3_600_000

type Given = ReturnType<typeof parse>

function parse(args: readonly string[], io: CliIo) {
  const text = { type: 'string' } as const
  const data = join(io.env['XDG_DATA_HOME'] ?? join(io.env['HOME'] ?? homedir(), '.local', 'share'), 'toride-verifier')
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: data },
        address: text,
        pin: text,
        code: text,
        repository: text,
        'password-file': text,
        'all-data': { type: 'boolean', default: false },
        every: text,
        help: { type: 'boolean', default: false },
      },
    })
    return { values, word: positionals[0] ?? '', folder: resolve(values.data) }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message.split('. ')[0]! : 'unknown')
  }
}

export async function runVerifierVerb(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = parse(args, io)
  const commands: Readonly<Record<string, (given: Given, io: CliIo) => Promise<ExitCode>>> = {
    enrol,
    password,
    run,
    status,
  }
  const command = Object.hasOwn(commands, given.word) ? commands[given.word] : undefined
  if (given.values.help || command === undefined) {
    io.stdout.write(tell(io, 'usage'))
    return given.values.help ? EXIT.ok : EXIT.failed
  }
  if (given.word === 'status') return command(given, io)
  if (given.word !== 'enrol') openVerifier(given.folder)
  const release = holdFolder(given.folder)
  try {
    return await command(given, io)
  } finally {
    release()
  }
}

function demand(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw invalid(option)
  return value
}

async function enrol({ values, folder }: Given, io: CliIo): Promise<ExitCode> {
  const { config, of, key } = await enrolVerifier(folder, {
    address: demand(values.address, '--address'),
    pin: demand(values.pin, '--pin'),
    code: demand(values.code, '--code'),
  })
  io.stdout.write(tell(io, 'enrolled', { of, url: config.url, client: config.client, key, folder }))
  return EXIT.ok
}

async function password({ values, folder }: Given, io: CliIo): Promise<ExitCode> {
  const repository = demand(values.repository, '--repository')
  const typed =
    values['password-file'] === undefined
      ? await readHidden(io, tell(io, 'passwordAsked', { repository }))
      : passwordFrom(values, io)
  if (!typed) {
    io.stderr.write(tell(io, 'passwordWhence'))
    return EXIT.failed
  }
  openVerifier(folder).keepPassword(repository, typed)
  io.stdout.write(tell(io, 'passwordKept', { repository }))
  return EXIT.ok
}

async function run(given: Given, io: CliIo): Promise<ExitCode> {
  const hours = given.values.every
  if (hours === undefined) return exitOf(await once(given, io))
  if (!/^\d{1,3}$/.test(hours) || Number(hours) === 0) throw invalid('--every')
  // A service: what fails is told and tried again at the next time; only being stopped ends it.
  while (!io.signal.aborted) {
    try {
      await once(given, io)
    } catch (error) {
      if (io.signal.aborted) break
      io.stderr.write(`${await describe(error, io)}\n`)
    }
    await sleep(Number(hours) * HOUR_MS, undefined, { signal: io.signal }).catch(() => undefined)
  }
  return EXIT.ok
}

async function once({ values, folder }: Given, io: CliIo): Promise<RunResult> {
  const threads = new Threads('engine', false)
  const report = reporter(io)
  const result = await runVerifier({
    verifier: openVerifier(folder),
    clock: io.clock ?? systemClock,
    repository: values.repository,
    allData: values['all-data'],
    starter: (place) => threads.starter(place),
    workerCount: threads.count,
    signal: io.signal,
    onEvent: (event) => report.event(event),
  })
  await report.end()
  io.stdout.write(tell(io, 'done', { ...result }))
  return result
}

function exitOf({ damaged, failed }: RunResult): ExitCode {
  if (damaged > 0) return EXIT.incomplete
  return failed > 0 ? EXIT.failed : EXIT.ok
}

async function status({ folder }: Given, io: CliIo): Promise<ExitCode> {
  const verifier = openVerifier(folder)
  const { of, config } = verifier
  io.stdout.write(tell(io, 'statusHead', { of, url: config.url, client: config.client }))
  const keeper = openAtKeeper(verifier)
  try {
    for (const repository of await keeper.repositories()) {
      const all = await keeper.generations(repository)
      const damaged = all.filter(({ attested }) => attested?.result === 'damaged').length
      const counts = {
        count: all.length,
        attested: all.filter(({ attested }) => attested !== undefined).length,
        read: all.filter(({ read }) => read?.result === 'complete').length,
        damaged,
      }
      const has = tell(io, verifier.password(repository) === undefined ? 'none' : 'there')
      io.stdout.write(tell(io, 'statusOne', { repository, ...counts, password: has }))
    }
    return EXIT.ok
  } finally {
    keeper.close()
  }
}
