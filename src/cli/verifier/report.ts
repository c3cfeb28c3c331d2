import type { Progress, RunEvent } from '#verifier'
import { describe } from '../describe.ts'
import { formatBytes, formatDuration } from '../format.ts'
import type { CliIo } from '../io.ts'
import { say } from '../messages.ts'
import { verifierText as tell } from './texts.ts'

const MOST_NAMED = 5

/** Tells a run as it goes: a drawn line on a terminal, one line per generation anywhere. */
export function reporter(io: CliIo): { event(event: RunEvent): void; end(): Promise<void> } {
  const drawn = io.stderr.isTTY === true
  let startedAt: number | undefined
  // Errors are explained by texts that load then; in the order in which they came.
  let told: Promise<void> = Promise.resolve()
  const show = (number: number, of: number, progress: Progress): void => {
    if (progress.phase === 'trees') startedAt = undefined
    else startedAt ??= performance.now()
    io.stderr.write(`\r\u001b[K${line(io, number, of, progress, startedAt)}`)
  }
  return {
    event(event) {
      if (event.kind === 'progress') {
        if (drawn) show(event.number, event.of, event.progress)
        return
      }
      if (drawn) io.stderr.write('\r\u001b[K')
      told = told.then(() => tellOne(io, event))
    },
    end: () => told,
  }
}

function line(io: CliIo, number: number, of: number, progress: Progress, startedAt: number | undefined): string {
  const { files, bytes, bytesTotal } = progress
  if (startedAt === undefined) return tell(io, 'trees', { number, of, files })
  const seconds = (performance.now() - startedAt) / 1000
  const left =
    bytes > 0 && seconds > 0
      ? formatDuration((Math.max(0, bytesTotal - bytes) * seconds) / bytes)
      : say(io, 'unknownTime')
  return tell(io, 'packs', { number, of, bytes: formatBytes(bytes), total: formatBytes(bytesTotal), left })
}

async function tellOne(io: CliIo, event: Exclude<RunEvent, { kind: 'progress' }>): Promise<void> {
  const { repository } = event
  const snapshot = event.snapshot?.slice(0, 8) ?? ''
  if (event.kind === 'failed') {
    io.stderr.write(tell(io, 'failed', { repository, snapshot, why: await describe(event.error, io) }))
  } else if (event.kind === 'still-damaged') io.stderr.write(tell(io, 'stillDamaged', { repository, snapshot }))
  else if (event.problems.length === 0)
    io.stdout.write(tell(io, 'complete', { repository, snapshot, scope: tell(io, event.scope) }))
  else {
    const named = event.problems.slice(0, MOST_NAMED).map(({ what, name }) => `${what} ${name.slice(0, 20)}`)
    const problems = named.join(', ')
    io.stderr.write(tell(io, 'damaged', { repository, snapshot, count: event.problems.length, problems }))
  }
}
