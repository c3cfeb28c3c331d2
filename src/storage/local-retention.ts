import { join } from 'node:path'
import { AppError, type Clock, type FileRef, type LockStrength, type Retention, systemError } from '#base'
import { filePath, relativePath } from './layout.ts'
import type { RemovalGuard } from './local-sync.ts'
import { RetentionLog } from './retention-log.ts'

/** The immutable attribute, as `posix` offers it; a system without it answers `unsupported`. */
export interface ImmutableAttribute {
  set(path: string, on: boolean): 'done' | 'denied' | 'unsupported'
  isSet(path: string): boolean
}

/** A file that is immutable without a record of ours was locked by somebody: held without end. */
const FOR_EVER = 8_640_000_000_000_000

/**
 * Holds the files of a local repository: the promise is written to the retention log, and where the system allows it the
 * file gets the immutable attribute. Expired promises end when somebody removes the file, never by themselves.
 */
export class LocalRetention implements Retention, RemovalGuard {
  readonly #root: string
  readonly #clock: Clock
  readonly #attribute: ImmutableAttribute | undefined
  readonly #log: RetentionLog
  #queue: { path: string; untilMs: number }[] = []
  #flush: Promise<void> | undefined

  constructor(root: string, clock: Clock, attribute: ImmutableAttribute | undefined) {
    this.#root = root
    this.#clock = clock
    this.#attribute = attribute
    this.#log = new RetentionLog(join(root, 'retention', 'log'))
  }

  /** Calls of one moment share one flush to disk. The attribute is set after the promise is durable. */
  async lock(file: FileRef, untilMs: number): Promise<LockStrength> {
    if (file.kind === 'locks') throw new AppError('BASE_BUG', { detail: 'lock files are never held' })
    if (!Number.isSafeInteger(untilMs) || untilMs < 0) throw new AppError('BASE_BUG', { detail: 'not a moment' })
    const path = relativePath(file)
    this.#queue.push({ path, untilMs })
    this.#flush ??= Promise.resolve().then(() => this.#writeQueue())
    await this.#flush
    return this.#protect(filePath(this.#root, file))
  }

  async state(file: FileRef): Promise<{ untilMs: number; strength: LockStrength } | undefined> {
    return this.#state(file)
  }

  release(file: FileRef): void {
    const held = this.#state(file)
    if (held === undefined) return
    if (held.untilMs > this.#clock.now()) {
      throw new AppError('STORAGE_LOCKED_UNTIL', { context: { untilMs: held.untilMs, kind: file.kind } })
    }
    if (held.strength === 'immutable-attribute') this.#lift(filePath(this.#root, file))
  }

  /** Takes the attribute off for a repair; the promise in the log stays. Fine where there is no file or no attribute. */
  lift(file: FileRef): void {
    const path = filePath(this.#root, file)
    if (this.#isImmutable(path)) this.#lift(path)
  }

  #writeQueue(): void {
    const queue = this.#queue
    this.#queue = []
    this.#flush = undefined
    try {
      this.#log.extend(queue)
    } catch (error) {
      throw systemError(error, 'write the retention log')
    }
  }

  #state(file: FileRef): { untilMs: number; strength: LockStrength } | undefined {
    const recorded = this.#log.until(relativePath(file))
    const path = filePath(this.#root, file)
    const immutable = this.#isImmutable(path)
    if (recorded === undefined) {
      return immutable ? { untilMs: FOR_EVER, strength: 'immutable-attribute' } : undefined
    }
    return { untilMs: recorded, strength: immutable ? 'immutable-attribute' : 'logical' }
  }

  #isImmutable(path: string): boolean {
    try {
      return this.#attribute?.isSet(path) ?? false
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw systemError(error, 'ask for the immutable attribute')
    }
  }

  #protect(path: string): LockStrength {
    try {
      return this.#attribute?.set(path, true) === 'done' ? 'immutable-attribute' : 'logical'
    } catch (error) {
      throw systemError(error, 'set the immutable attribute')
    }
  }

  #lift(path: string): void {
    if (this.#attribute?.set(path, false) === 'done') return
    throw new AppError('STORAGE_DENIED', { detail: 'the immutable attribute could not be lifted' })
  }
}
