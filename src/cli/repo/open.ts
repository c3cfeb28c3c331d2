import { systemClock } from '#base'
import { processHost } from '#posix'
import { Repository, withLock, withLockReadingFirst, type LockHost, type StartWorker } from '#restic'
import type { PlaceBackend } from '#storage'
import type { CliIo } from '../io.ts'
import { duration, flag, password, repositoryPath, text, type Values } from './args.ts'
import { openPlace, placeOf } from './place.ts'
import type { Threads } from './threads.ts'

/** A sub-command's surroundings: the open repository, and how to say things. */
export interface Session {
  readonly io: CliIo
  readonly values: Values
  readonly json: boolean
  readonly repository: Repository
  readonly backend: PlaceBackend
  readonly startWorker: StartWorker
  readonly workerCount: number
}

/** Opens the repository that the arguments name. */
export async function openSession(values: Values, io: CliIo, threads: Threads): Promise<Session> {
  const place = placeOf(repositoryPath(values, io), values, io)
  const backend = openPlace(place, io)
  const keyHint = text(values, 'key-hint')
  const secret = { password: password(values, io), ...(keyHint !== undefined && { keyHint }) }
  const repository = await Repository.open(backend, secret)
  return {
    io,
    values,
    json: flag(values, 'json'),
    repository,
    backend,
    startWorker: threads.starter(place),
    workerCount: threads.count,
  }
}

/** Who we are, for locks, keys and snapshots. */
export const lockHost = (): LockHost => processHost()

type Run<T> = (signal: AbortSignal) => Promise<T>

/** Runs under the repository's lock; `exclusive` for what removes, as restic does. */
export const locked = <T>(session: Session, exclusive: boolean, run: Run<T>): Promise<T> =>
  withLock(session.repository, lockOptions(session, exclusive), run)

/** The same for what only reads and adds: it begins to read while the lock settles. */
export const lockedReadingFirst = <T>(session: Session, exclusive: boolean, run: Run<T>): Promise<T> =>
  withLockReadingFirst(session.repository, lockOptions(session, exclusive), run)

function lockOptions({ values, io }: Session, exclusive: boolean): Parameters<typeof withLock>[1] {
  return {
    exclusive,
    host: lockHost(),
    clock: systemClock,
    retryForMs: duration(text(values, 'retry-lock')),
    signal: io.signal,
    skip: flag(values, 'no-lock'),
  }
}

export function print(session: Pick<Session, 'io'>, line: string): void {
  session.io.stdout.write(`${line}\n`)
}

export function printJson(session: Pick<Session, 'io'>, value: unknown): void {
  session.io.stdout.write(`${JSON.stringify(value)}\n`)
}
