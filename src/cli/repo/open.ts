import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { systemClock } from '#base'
import { isImmutable, setImmutable, processHost } from '#posix'
import { Repository, WORKER_LIMITS, withLock, type LockHost, type StartWorker } from '#restic'
import { openLocalBackend, type LocalBackend } from '#storage'
import type { CliIo } from '../io.ts'
import { duration, flag, password, repositoryPath, text, type Values } from './args.ts'

/** A sub-command's surroundings: the open repository, and how to say things. */
export interface Session {
  readonly io: CliIo
  readonly values: Values
  readonly json: boolean
  readonly repository: Repository
  readonly backend: LocalBackend
  readonly startWorker: StartWorker
  readonly workerCount: number
}

export function openBackend(path: string): LocalBackend {
  return openLocalBackend(path, { immutable: { set: setImmutable, isSet: isImmutable } })
}

/** Opens the repository that the arguments name. */
export async function openSession(values: Values, io: CliIo): Promise<Session> {
  const backend = openBackend(repositoryPath(values, io))
  const keyHint = text(values, 'key-hint')
  const secret = { password: password(values, io), ...(keyHint !== undefined && { keyHint }) }
  const repository = await Repository.open(backend, secret)
  return session(values, io, backend, repository)
}

export function session(values: Values, io: CliIo, backend: LocalBackend, repository: Repository): Session {
  return {
    io,
    values,
    json: flag(values, 'json'),
    repository,
    backend,
    startWorker: workerStarter(backend.location),
    workerCount: availableParallelism(),
  }
}

function workerStarter(repositoryFolder: string): StartWorker {
  return (data) =>
    new Worker(new URL('./engine-worker.ts', import.meta.url), {
      workerData: { data, repositoryFolder },
      trackUnmanagedFds: false,
    })
}

export function archiveWorkerStarter(repositoryFolder: string): StartWorker {
  return (data) =>
    new Worker(new URL('./archive-worker.ts', import.meta.url), {
      workerData: { data, repositoryFolder },
      resourceLimits: WORKER_LIMITS,
    })
}

/** Who we are, for locks, keys and snapshots. */
export const lockHost = (): LockHost => processHost()

/** Runs under the repository's lock; `exclusive` for what removes, as restic does. */
export function locked<T>(
  { repository, values, io }: Session,
  exclusive: boolean,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withLock(
    repository,
    {
      exclusive,
      host: lockHost(),
      clock: systemClock,
      retryForMs: duration(text(values, 'retry-lock')),
      signal: io.signal,
      skip: flag(values, 'no-lock'),
    },
    run,
  )
}

export function print(session: Pick<Session, 'io'>, line: string): void {
  session.io.stdout.write(`${line}\n`)
}

export function printJson(session: Pick<Session, 'io'>, value: unknown): void {
  session.io.stdout.write(`${JSON.stringify(value)}\n`)
}
