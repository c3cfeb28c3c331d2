import { isAppError } from '#base'
import { EXIT, type CliIo, type ExitCode, type Verb } from './io.ts'
import { formatInstant } from './format.ts'
import { say, sayError } from './messages.ts'

export type { CliIo, CliOutput, ExitCode } from './io.ts'

/** Loaded when asked for: the engine's face must not wait for the server's modules. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  repo: async () => (await import('./repo/index.ts')).runRepo,
  ledger: async () => (await import('./product/ledger.ts')).runLedger,
  doctor: async () => (await import('./product/doctor.ts')).runDoctor,
  service: async () => (await import('./product/service.ts')).runService,
  access: async () => (await import('./product/access.ts')).runAccess,
  keys: async () => (await import('./product/keys.ts')).runKeys,
  sample: async () => (await import('./product/sample.ts')).runSample,
}

/** Runs one verb. Never throws: what goes wrong is told on stderr and in the exit code. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const [name = '', ...args] = argv
  const load = VERBS[name]
  if (load === undefined) {
    const asked = name === '' || name === '--help' || name === 'help'
    if (!asked) io.stderr.write(`${say(io, 'unknownVerb', { verb: name })}\n`)
    ;(asked ? io.stdout : io.stderr).write(`${say(io, 'usage')}\n`)
    return asked ? EXIT.ok : EXIT.failed
  }
  try {
    const verb = await load()
    return await verb(args, io)
  } catch (error) {
    return report(error, args.includes('--json'), io)
  }
}

/** Says what went wrong and answers restic's code for it. */
function report(error: unknown, json: boolean, io: CliIo): ExitCode {
  if (io.signal.aborted) {
    io.stderr.write(`${sayError(io, 'BASE_CANCELLED')}\n`)
    return EXIT.interrupted
  }
  const code = exitCode(error)
  const text = describe(error, io)
  io.stderr.write(json ? `${JSON.stringify({ message_type: 'exit_error', code, message: text })}\n` : `${text}\n`)
  return code
}

function exitCode(error: unknown): ExitCode {
  if (isAppError(error, 'RESTIC_NO_REPOSITORY')) return EXIT.noRepository
  if (isAppError(error, 'RESTIC_LOCKED')) return EXIT.locked
  if (isAppError(error, 'RESTIC_WRONG_PASSWORD')) return EXIT.wrongPassword
  return isAppError(error, 'BASE_CANCELLED') ? EXIT.interrupted : EXIT.failed
}

function describe(error: unknown, io: CliIo): string {
  if (!isAppError(error)) return error instanceof Error ? (error.stack ?? error.message) : 'unknown error'
  if (error.code === 'RESTIC_LOCKED' && typeof error.context['timeMs'] === 'number') {
    const { hostname, pid, timeMs } = error.context
    return say(io, 'held', { host: String(hostname), pid: String(pid), since: formatInstant(timeMs as number) })
  }
  const text =
    error.code === 'BASE_CONFIG_INVALID' ? say(io, 'badArguments', { detail: error.message }) : sayError(io, error.code)
  return text === undefined ? error.message : `${text} [${error.message}]`
}
