/** `toride verifier`: enrols this machine at a Keeper as the one that proves, takes the passwords, and runs. */
import { join, resolve } from 'node:path'
import { homedir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { systemClock } from '#base'
import type { StorageConfig } from '#storage'
import {
  enrolVerifier,
  holdFolder,
  lookAtBuckets,
  openAtKeeper,
  openVerifier,
  runVerifier,
  type RunResult,
  watchBucket,
} from '#verifier'
import { describe } from '../describe.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { isEnglish } from '../messages.ts'
import { invalid, password as passwordFrom } from '../repo/args.ts'
import { placeOf } from '../repo/place.ts'
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
        name: text,
        repo: text,
        hours: { type: 'string', default: '96' },
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
    bucket,
    watch,
  }
  const command = Object.hasOwn(commands, given.word) ? commands[given.word] : undefined
  if (given.values.help || command === undefined) {
    io.stdout.write(tell(io, 'usage'))
    return given.values.help ? EXIT.ok : EXIT.failed
  }
  if (given.word === 'status') return command(given, io)
  if (!NEEDS_NO_KEEPER.has(given.word)) openVerifier(given.folder)
  const release = holdFolder(given.folder)
  try {
    return await command(given, io)
  } finally {
    release()
  }
}

const NEEDS_NO_KEEPER = new Set(['enrol', 'bucket', 'watch'])

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

/** From a file, or typed; undefined where there is none, which is told. */
async function passwordOf({ values }: Given, io: CliIo, repository: string): Promise<string | undefined> {
  const typed =
    values['password-file'] === undefined
      ? await readHidden(io, tell(io, 'passwordAsked', { repository }))
      : passwordFrom(values, io)
  if (!typed) io.stderr.write(tell(io, 'passwordWhence'))
  return typed || undefined
}

async function password(given: Given, io: CliIo): Promise<ExitCode> {
  const repository = demand(given.values.repository, '--repository')
  const typed = await passwordOf(given, io, repository)
  if (typed === undefined) return EXIT.failed
  openVerifier(given.folder).keepPassword(repository, typed)
  io.stdout.write(tell(io, 'passwordKept', { repository }))
  return EXIT.ok
}

/** A bucket to be watched; its credentials come as stock restic takes them, and should read alone. */
async function bucket(given: Given, io: CliIo): Promise<ExitCode> {
  const { values, folder } = given
  const name = demand(values.name, '--name')
  const place = placeOf(demand(values.repo, '--repo'), {}, io)
  if (place.kind !== 's3') throw invalid('--repo s3:https://…')
  if (!/^\d{1,4}$/.test(values.hours)) throw invalid('--hours')
  const typed = await passwordOf(given, io, name)
  if (typed === undefined) return EXIT.failed
  watchBucket(folder, {
    name,
    place: { ...place, prefix: place.prefix ?? '' },
    password: typed,
    hours: Number(values.hours),
  })
  io.stdout.write(tell(io, 'bucketKept', { name, folder }))
  return EXIT.ok
}

const watch = (given: Given, io: CliIo): Promise<ExitCode> =>
  again(given, io, async () => {
    const threads = new Threads('engine', false)
    const more = { starter: (place: StorageConfig) => threads.starter(place), signal: io.signal }
    const language = isEnglish(io) ? 'en' : 'ja'
    const results = await lookAtBuckets(given.folder, io.clock ?? systemClock, language, more)
    for (const { name, findings, error } of results) {
      if (error) io.stderr.write(tell(io, 'bucketFailed', { name, why: await describe(error, io) }))
      for (const { what, objects, snapshot } of findings)
        io.stderr.write(tell(io, `bucket.${what}`, { name, objects, snapshot: snapshot.slice(0, 8) }))
      if (!error && findings.length === 0) io.stdout.write(tell(io, 'bucketWell', { name }))
    }
    if (results.length === 0) io.stderr.write(tell(io, 'bucketNone'))
    if (results.some(({ findings }) => findings.length > 0)) return EXIT.incomplete
    return results.length === 0 || results.some(({ error }) => error) ? EXIT.failed : EXIT.ok
  })

const run = (given: Given, io: CliIo): Promise<ExitCode> => again(given, io, async () => exitOf(await once(given, io)))

/** Once, or with --every for ever: what fails is then told and tried again at the next time; only being stopped ends it. */
async function again({ values }: Given, io: CliIo, work: () => Promise<ExitCode>): Promise<ExitCode> {
  const hours = values.every
  if (hours === undefined) return work()
  if (!/^\d{1,3}$/.test(hours) || Number(hours) === 0) throw invalid('--every')
  while (!io.signal.aborted) {
    try {
      await work()
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
  const keeper = openAtKeeper(verifier, io.clock ?? systemClock)
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
