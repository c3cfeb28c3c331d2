/**
 * `toride doctor`: how this machine and its backups are, as one report for whoever supports the clinic. Everything in it is
 * a number, a time, a code or a version; no name of a patient, file or folder of a source can get in, since none is asked for.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, freemem, release, totalmem, uptime } from 'node:os'
import { resolve } from 'node:path'
import { isAppError, systemClock } from '#base'
import { CommandBook, demandPrivate, demandStartable } from '#commands'
import { fileSystemFacts, keepsAllMetadata } from '#posix'
import { ledgerAlarm, type Look, openToLook } from '#server'
import type { Generation, Source } from '#vault'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { dataFolder, options, VERSION } from './data.ts'
import { tell } from './texts.ts'

export async function runDoctor(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args, { out: { type: 'string' }, commands: { type: 'string' } })
  if (given.has('help')) {
    io.stdout.write(tell(io, 'doctorUsage'))
    return EXIT.ok
  }
  const { report, support } = await examine(
    dataFolder(given.text('data'), io),
    given.text('commands') ?? io.env['TORIDE_COMMANDS'],
  )
  const text = `${JSON.stringify(report, undefined, 2)}\n`
  io.stdout.write(tell(io, 'doctorShown'))
  io.stdout.write(text)
  io.stdout.write(support.phone ? tell(io, 'doctorSupport', support) : tell(io, 'doctorNoSupport'))
  const out = given.text('out')
  if (out === undefined) io.stdout.write(tell(io, 'doctorAsk'))
  else {
    try {
      writeFileSync(resolve(out), text, { mode: 0o600 })
    } catch (error) {
      io.stderr.write(
        tell(io, 'doctorNotWritten', { path: resolve(out), code: (error as NodeJS.ErrnoException).code ?? '' }),
      )
      return EXIT.failed
    }
    io.stdout.write(tell(io, 'doctorWritten', { path: resolve(out) }))
  }
  return report.trouble.length === 0 ? EXIT.ok : EXIT.failed
}

interface Examined {
  readonly report: { readonly trouble: readonly string[] } & Readonly<Record<string, unknown>>
  readonly support: { readonly name: string; readonly phone: string }
}

async function examine(folder: string, commandsFile: string | undefined): Promise<Examined> {
  const machine = machineFacts(folder)
  const { commands, trouble } = commandFacts(new CommandBook(commandsFile))
  const head = { madeAt: new Date(systemClock.now()).toISOString(), toride: VERSION, machine, commands }
  try {
    const look = await openToLook(folder, { clock: systemClock, version: VERSION })
    try {
      const vault = await vaultFacts(look)
      const [name = '', phone = ''] = await Promise.all([
        look.vault.setting('support-name'),
        look.vault.setting('support-phone'),
      ])
      const all = [...new Set([...trouble, ...vault.trouble])]
      return { report: { ...head, ...vault, trouble: all, support: { name, phone } }, support: { name, phone } }
    } finally {
      await look.close()
    }
  } catch (error) {
    // A folder that does not open is what the doctor is for.
    if (!isAppError(error)) throw error
    return { report: { ...head, trouble: [...trouble, error.code] }, support: { name: '', phone: '' } }
  }
}

function machineFacts(folder: string) {
  const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576)
  const place = existsSync(folder) ? fileSystemFacts(folder) : undefined
  return {
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    processors: availableParallelism(),
    memoryMegabytes: { total: megabytes(totalmem()), free: megabytes(freemem()) },
    uptimeHours: Math.round(uptime() / 3600),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    keepsAllMetadata,
    systemd: existsSync('/run/systemd/system'),
    ...(place ? { place: { freeMegabytes: megabytes(place.freeBytes), network: place.network } } : {}),
  }
}

/** What root defined, counted; where something is wrong, what and at which entry. No address, account or command. */
function commandFacts(book: CommandBook) {
  const trouble: string[] = []
  const attempt = <T>(look: () => T): T | undefined => {
    try {
      return look()
    } catch (error) {
      if (!isAppError(error)) throw error
      trouble.push(error.code)
      return undefined
    }
  }
  let wrong: string | undefined
  const defined = attempt(() => {
    try {
      return book.read()
    } catch (error) {
      wrong = isAppError(error, 'COMMANDS_FILE_WRONG') ? error.message : undefined
      throw error
    }
  })
  const { databases = {}, hooks = {}, shares = {} } = defined ?? {}
  for (const { passwordFile, runAs } of Object.values(databases)) attempt(() => demandPrivate(passwordFile, runAs))
  for (const { before, after } of Object.values(hooks))
    for (const command of [before, after]) if (command) attempt(() => demandStartable(command.run, command.runAs))
  for (const { credentialsFile } of Object.values(shares)) attempt(() => demandPrivate(credentialsFile))
  const counts = { databases, hooks, shares }
  return {
    trouble,
    commands: {
      ...Object.fromEntries(Object.entries(counts).map(([name, entries]) => [name, Object.keys(entries).length])),
      ...(wrong === undefined ? {} : { wrong }),
    },
  }
}

async function vaultFacts(look: Look) {
  const known = await look.journalIndex.lastSeen()
  const checked = await look.vault.verifyLedger(known ? [known] : [])
  const alarm = await ledgerAlarm(look.vault)
  const sources = await Promise.all((await look.vault.sources()).map((source) => sourceFacts(look, source)))
  const found = [...(alarm?.findings ?? []), ...checked.findings]
  const failures = sources.flatMap((source) => (source.lastFailure ? [source.lastFailure.code] : []))
  return {
    folder: { kind: look.info.kind, version: look.info.version, database: look.database.version },
    ledger: {
      entries: checked.entries,
      generations: checked.generations,
      findings: counted(found.map(({ code }) => code)),
    },
    sources,
    trouble: [
      ...new Set([...found.filter(({ severity }) => severity === 'error').map(({ code }) => code), ...failures]),
    ],
  }
}

/** By id and kind: a name that somebody gave a source may say more than it should. */
async function sourceFacts({ vault }: Look, source: Source) {
  const generations = await vault.generations.list({ sourceId: source.id })
  const { id, kind, schedule, lastFailure } = source
  const newest = generations[0]
  return {
    id,
    kind,
    schedule: schedule?.cron,
    lastFailure: lastFailure && { code: lastFailure.code, at: new Date(lastFailure.at).toISOString() },
    generations: generations.length,
    newest: newest && generationFacts(newest),
  }
}

function generationFacts(generation: Generation) {
  const { startedAt, finishedAt, files, bytes, addedBytes, skipped, closure, walk, lockedUntil, lockStrength, proofs } =
    generation
  return {
    started: new Date(startedAt).toISOString(),
    seconds: Math.round((finishedAt - startedAt) / 1000),
    files,
    bytes,
    addedBytes,
    skipped,
    closure,
    walk,
    lockStrength,
    lockedUntil: lockedUntil && new Date(lockedUntil).toISOString(),
    proofs: counted(proofs.map(({ kind, passed }) => `${kind} ${passed ? 'passed' : 'failed'}`)),
  }
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
