import { formatBytes, formatDuration } from '../format.ts'
import { say } from '../messages.ts'
import { printJson, type Session } from './open.ts'

export interface Done {
  readonly files: number
  readonly bytes: number
  readonly filesExpected?: number | undefined
  readonly bytesExpected?: number | undefined
}

/**
 * A line that is drawn over and over on a terminal: files, bytes, speed, time left. With --json status messages as
 * restic's; in pipes nothing, so that logs stay readable.
 */
export function progress(session: Session): { show(done: Done): void; clear(): void } {
  const startedAt = performance.now()
  const { io, json } = session
  const drawn = !json && io.stderr.isTTY === true && session.values['quiet'] !== true
  return {
    show(done) {
      const seconds = (performance.now() - startedAt) / 1000
      if (json) printJson(session, status(done, seconds))
      else if (drawn) io.stderr.write(`\r\u001b[K${line(session, done, seconds)}`)
    },
    clear() {
      if (drawn) io.stderr.write('\r\u001b[K')
    },
  }
}

function line(session: Session, { files, bytes, bytesExpected }: Done, seconds: number): string {
  const perSecond = seconds > 0 ? bytes / seconds : 0
  const left = bytesExpected && perSecond > 0 ? Math.max(0, bytesExpected - bytes) / perSecond : undefined
  return say(session.io, 'progress', {
    files,
    bytes: formatBytes(bytes),
    speed: formatBytes(perSecond),
    left: left === undefined ? say(session.io, 'unknownTime') : formatDuration(left),
  })
}

function status({ files, bytes, filesExpected, bytesExpected }: Done, seconds: number): Record<string, unknown> {
  return {
    message_type: 'status',
    seconds_elapsed: Math.round(seconds),
    percent_done: bytesExpected ? Math.min(1, bytes / bytesExpected) : 0,
    files_done: files,
    bytes_done: bytes,
    ...(filesExpected !== undefined && { total_files: filesExpected }),
    ...(bytesExpected !== undefined && { total_bytes: bytesExpected }),
  }
}
