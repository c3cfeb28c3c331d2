/** `toride rehearsal verify FILE`: whether a report is the one that the signed ledger names. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemError } from '#base'
import type { Look } from '#server'
import { formatInstant } from '../format.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { existing, lookInto, options } from './data.ts'
import { tell } from './texts.ts'

export async function runRehearsal(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args, {})
  const [word, file] = given.words
  if (given.has('help') || word !== 'verify' || file === undefined) {
    io.stdout.write(tell(io, 'rehearsalUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  const hash = createHash('sha256').update(bytesOf(file)).digest('hex')
  existing(given.text('data'), io)
  const look = await lookInto(given.text('data'), io)
  try {
    return await verify(look, io, hash)
  } finally {
    await look.close()
  }
}

async function verify({ ledger, vault }: Look, io: CliIo, hash: string): Promise<ExitCode> {
  for await (const { entry, index } of (await ledger.reader()).entries()) {
    if (entry.type !== 'generation.rehearsed' || entry.data['report'] !== hash) continue
    const at = formatInstant(Date.parse(entry.at))
    io.stdout.write(tell(io, 'rehearsalTrue', { at, index, result: resultOf(io, String(entry.data['result'])), hash }))
    if ((await vault.verifyLedger()).ok) return EXIT.ok
    io.stdout.write(tell(io, 'rehearsalLedgerBad'))
    return EXIT.failed
  }
  io.stdout.write(tell(io, 'rehearsalFalse', { hash }))
  return EXIT.failed
}

function resultOf(io: CliIo, result: string): string {
  const known = (['passed', 'partly', 'failed'] as const).find((one) => one === result)
  return known ? tell(io, `rehearsal-${known}`) : result
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw systemError(error, 'read a report')
  }
}
