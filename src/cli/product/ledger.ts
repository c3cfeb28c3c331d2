/** `toride ledger verify|print|compare|acknowledge`: the record that notices what the backup itself cannot. */
import { readFileSync } from 'node:fs'
import { systemError } from '#base'
import { comparePrinted, type Finding, type LedgerReport, openKept, printCheckpoint } from '#journal'
import { ledgerAlarm, type Look } from '#server'
import { formatInstant } from '../format.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { acknowledge } from './acknowledge.ts'
import { existing, lookInto, options } from './data.ts'
import { explain } from './findings.ts'
import { tell } from './texts.ts'

export async function runLedger(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args, {
    json: { type: 'boolean' },
    'read-data': { type: 'boolean' },
    checkpoint: { type: 'string', multiple: true },
    reason: { type: 'string' },
  })
  const [word, ...rest] = given.words
  if (word === 'acknowledge' && !given.has('help')) return acknowledge(io, given.text('data'), given.text('reason'))
  const commands = { verify, print, compare }
  if (given.has('help') || word === undefined || !Object.hasOwn(commands, word)) {
    io.stdout.write(tell(io, 'ledgerUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  existing(given.text('data'), io)
  const look = await lookInto(given.text('data'), io)
  try {
    return await commands[word as keyof typeof commands](look, io, {
      json: given.has('json'),
      readData: given.has('read-data'),
      checkpoints: given.all('checkpoint'),
      words: rest,
    })
  } finally {
    await look.close()
  }
}

interface Asked {
  readonly json: boolean
  /** Reads every byte of the packs. */
  readonly readData: boolean
  /** Files with checkpoints that were kept elsewhere. */
  readonly checkpoints: readonly string[]
  readonly words: readonly string[]
}

async function verify(look: Look, io: CliIo, { json, readData, checkpoints }: Asked): Promise<ExitCode> {
  const seen = await look.journalIndex.lastSeen()
  const known = [...(seen ? [seen] : []), ...checkpoints.map((file) => keptCheckpoint(look, file))]
  const checked = await look.vault.verifyLedger(known, { readData })
  const alarm = await ledgerAlarm(look.vault)
  const findings = [...(alarm?.findings ?? []), ...checked.findings]
  const ok = checked.ok && alarm === undefined
  if (json)
    io.stdout.write(`${JSON.stringify({ ok, entries: checked.entries, generations: checked.generations, findings })}\n`)
  else await report(look, io, { ...checked, ok, findings })
  return ok ? EXIT.ok : EXIT.failed
}

/** @throws TLOG_SIGNATURE_INVALID where this ledger's key did not sign it, TLOG_MALFORMED, and the file's own */
function keptCheckpoint(look: Look, file: string): ReturnType<typeof openKept> {
  let note: string
  try {
    note = readFileSync(file, 'utf8')
  } catch (error) {
    throw systemError(error, 'read a checkpoint')
  }
  return openKept(note, look.ledger.verifierKey)
}

async function report(look: Look, io: CliIo, checked: LedgerReport): Promise<void> {
  const { ok, entries, generations, generationsSeen: seen, findings } = checked
  const names = new Map((await look.vault.sources()).map((source) => [source.repository, source.name]))
  for (const severity of ['error', 'warning', 'notice'] as const) {
    const those = findings.filter((found) => found.severity === severity)
    if (those.length > 0) io.stdout.write(`${tell(io, severity, { count: those.length })}\n`)
    for (const found of those) io.stdout.write(`${await sentence(look, io, found, names)}\n`)
  }
  io.stdout.write(tell(io, ok ? 'ledgerOk' : 'ledgerBad', { entries, generations, seen }))
}

/** Which backup a finding is about, in words: when it was taken, of what. */
async function sentence(look: Look, io: CliIo, found: Finding, names: ReadonlyMap<string, string>): Promise<string> {
  const { what, next } = explain(io, found.code)
  const generation = found.snapshot === undefined ? undefined : await look.vault.generations.get(found.snapshot)
  const at = generation ? formatInstant(generation.startedAt) : found.at && formatInstant(Date.parse(found.at))
  const about = [
    at,
    found.repository && (names.get(found.repository) ?? found.repository.slice(0, 8)),
    found.snapshot?.slice(0, 8),
    found.count === undefined ? undefined : tell(io, 'files', { count: found.count }),
    found.index === undefined ? undefined : tell(io, 'entry', { index: found.index }),
  ].filter((part) => part !== undefined && part !== '')
  return `  × ${what}\n      ${about.join(' · ')}\n      → ${next} (${found.code})`
}

/** The sheet for the director's drawer. */
async function print(look: Look, io: CliIo): Promise<ExitCode> {
  const { checkpoint } = await look.ledger.reader()
  const { origin, size, code } = printCheckpoint(checkpoint)
  io.stdout.write(tell(io, 'printed', { origin, size, code }))
  return EXIT.ok
}

/** `compare <size> <code>`: the code may come with its blanks, as several words. */
async function compare(look: Look, io: CliIo, { words }: Asked): Promise<ExitCode> {
  const [size = '', ...code] = words
  const { log, checkpoint } = await look.ledger.reader()
  const typed = { size: /^\d{1,15}$/.test(size) ? Number(size) : NaN, code: code.join(' ') }
  const compared = await comparePrinted(log, checkpoint.origin, typed)
  io.stdout.write(tell(io, compared.result, { size: 'size' in compared ? compared.size : size }))
  return compared.result === 'same' ? EXIT.ok : EXIT.failed
}
