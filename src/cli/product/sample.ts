/** `toride sample remove`: the sample's folder goes once its locks have ended. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAppError, systemClock } from '#base'
import { isImmutable, setImmutable } from '#posix'
import { openToLook } from '#server'
import { INSIDE, openDataFolder, peekDataFolder } from '#vault'
import { formatInstant } from '../format.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { dataFolder, options, VERSION } from './data.ts'
import { tell } from './texts.ts'

export async function runSample(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args)
  if (given.has('help') || given.words[0] !== 'remove') {
    io.stdout.write(tell(io, 'sampleUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  const asked = given.text('data')
  const path = asked === undefined ? samplePath(io) : dataFolder(asked, io)
  const info = peekDataFolder(path)
  if (!info) return refuse(io, tell(io, 'sampleNone', { path }))
  if (info.kind !== 'sample') return refuse(io, tell(io, 'sampleOwn', { path }))
  // Holds the folder against a server; refused in its words where one runs on it.
  const held = openDataFolder(path, info)
  try {
    const untilMs = await lockedUntil(path)
    if (untilMs > systemClock.now()) return refuse(io, tell(io, 'sampleWaits', { until: formatInstant(untilMs) }))
    liftEnded(join(path, INSIDE.places))
    rmSync(path, { recursive: true, force: true })
  } finally {
    held.release()
  }
  io.stdout.write(tell(io, 'sampleRemoved', { path }))
  return EXIT.ok
}

/** The sample's own place, also where the institution has data of its own beside it. */
function samplePath(io: CliIo): string {
  const own = dataFolder(undefined, io)
  return peekDataFolder(own)?.kind === 'sample' ? own : join(own, '..', 'toride-sample')
}

function refuse(io: CliIo, text: string): ExitCode {
  io.stderr.write(text)
  return EXIT.failed
}

/** The last end of all locks; 0 where a first start was cut before anything was locked. */
async function lockedUntil(path: string): Promise<number> {
  try {
    const look = await openToLook(path, { clock: systemClock, version: VERSION })
    try {
      return Math.max(0, ...(await look.vault.generations.list()).map((generation) => generation.lockedUntil ?? 0))
    } finally {
      await look.close()
    }
  } catch (error) {
    if (isAppError(error, 'VAULT_FOLDER_FOREIGN') || isAppError(error, 'JOURNAL_NOT_FOUND')) return 0
    throw error
  }
}

/** The files of ended locks keep their attribute until somebody removes them. */
function liftEnded(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && isImmutable(path)) setImmutable(path, false)
  }
}
