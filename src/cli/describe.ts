import { isAppError } from '#base'
import { formatInstant } from './format.ts'
import type { CliIo } from './io.ts'
import { isEnglish, say, sayError } from './messages.ts'

/** An error as the terminal tells it: its own line here where there is one, else the three sentences of the screens. */
export async function describe(error: unknown, io: CliIo): Promise<string> {
  if (!isAppError(error)) return error instanceof Error ? (error.stack ?? error.message) : 'unknown error'
  if (error.code === 'RESTIC_LOCKED' && typeof error.context['timeMs'] === 'number') {
    const { hostname, pid, timeMs } = error.context
    return say(io, 'held', { host: String(hostname), pid: String(pid), since: formatInstant(timeMs as number) })
  }
  const text =
    error.code === 'BASE_CONFIG_INVALID'
      ? say(io, 'badArguments', { detail: error.message })
      : (sayError(io, error.code) ?? (await io.explain?.(error.code, isEnglish(io) ? 'en' : 'ja')))
  return text === undefined ? error.message : `${text} [${error.message}]`
}
