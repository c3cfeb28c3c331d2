import { isAppError } from '#base'
import { describe } from './describe.ts'
import { EXIT, type CliIo, type ExitCode, type Verb } from './io.ts'
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
  restore: async () => (await import('./product/restore.ts')).runRestore,
  recover: async () => (await import('./product/recover.ts')).runRecover,
  rehearsal: async () => (await import('./product/rehearsal.ts')).runRehearsal,
  sample: async () => (await import('./product/sample.ts')).runSample,
  agent: async () => (await import('./agent/index.ts')).runAgentVerb,
  verifier: async () => (await import('./verifier/index.ts')).runVerifierVerb,
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
    return await report(error, args.includes('--json'), io)
  }
}

/** Says what went wrong and answers restic's code for it. */
async function report(error: unknown, json: boolean, io: CliIo): Promise<ExitCode> {
  if (io.signal.aborted) {
    io.stderr.write(`${sayError(io, 'BASE_CANCELLED')}\n`)
    return EXIT.interrupted
  }
  const code = exitCode(error)
  const text = await describe(error, io)
  io.stderr.write(json ? `${JSON.stringify({ message_type: 'exit_error', code, message: text })}\n` : `${text}\n`)
  return code
}

function exitCode(error: unknown): ExitCode {
  if (isAppError(error, 'RESTIC_NO_REPOSITORY')) return EXIT.noRepository
  if (isAppError(error, 'RESTIC_LOCKED')) return EXIT.locked
  if (isAppError(error, 'RESTIC_WRONG_PASSWORD')) return EXIT.wrongPassword
  return isAppError(error, 'BASE_CANCELLED') ? EXIT.interrupted : EXIT.failed
}
