import {
  AppError,
  systemClock,
  type Backend,
  type Clock,
  type FileKind,
  type FileRef,
  type ListedFile,
  type LockStrength,
  type Retention,
  type SyncBackend,
} from '#base'
import { demandSound, isFileName } from './layout.ts'
import { truncated } from './local-sync.ts'

/** A repository in memory, for tests. Files can be looked at and spoiled through `files`, keyed `kind/name`. */
export function memBackend(clock: Clock = systemClock): Backend & {
  readonly files: Map<string, Buffer>
  readonly sync: SyncBackend
  readonly retention: Retention
} {
  const files = new Map<string, Buffer>()
  const holds = new Map<string, number>()
  const sync = new MemSync(files, holds, clock)
  return {
    location: 'mem:',
    files,
    sync,
    retention: new MemRetention(holds),
    save: async (file, parts) => sync.save(file, parts),
    load: async (file, offset, length) => sync.load(file, offset, length),
    stat: async (file) => sync.stat(file),
    list: async (kind) => sync.list(kind),
    remove: async (file) => sync.remove(file),
    async replace(file, bytes) {
      demandSound(file, bytes)
      files.set(key(file), Buffer.from(bytes))
    },
    async close() {},
  }
}

const key = (file: FileRef) => `${file.kind}/${file.name}`

class MemSync implements SyncBackend {
  readonly location = 'mem:'
  readonly #files: Map<string, Buffer>
  readonly #holds: ReadonlyMap<string, number>
  readonly #clock: Clock

  constructor(files: Map<string, Buffer>, holds: ReadonlyMap<string, number>, clock: Clock) {
    this.#files = files
    this.#holds = holds
    this.#clock = clock
  }

  save(file: FileRef, parts: readonly Uint8Array[]): void {
    if (file.kind !== 'config' && !isFileName(file.name)) throw new AppError('BASE_BUG', { detail: 'not an id' })
    if (this.#files.has(key(file))) throw new AppError('STORAGE_EXISTS', { detail: `save a ${file.kind} file` })
    this.#files.set(key(file), Buffer.concat(parts))
  }

  load(file: FileRef, offset = 0, length?: number): Buffer {
    const bytes = this.#files.get(key(file))
    if (bytes === undefined) throw new AppError('STORAGE_NOT_FOUND', { detail: `read a ${file.kind} file` })
    const wanted = length ?? Math.max(0, bytes.length - offset)
    const part = bytes.subarray(offset, offset + wanted)
    if (part.length < wanted) throw truncated(wanted, part.length)
    return Buffer.from(part)
  }

  loadInto(file: FileRef, offset: number, target: Uint8Array): void {
    target.set(this.load(file, offset, target.length))
  }

  stat(file: FileRef): { sizeBytes: number } | undefined {
    const bytes = this.#files.get(key(file))
    return bytes && { sizeBytes: bytes.length }
  }

  list(kind: FileKind): ListedFile[] {
    const prefix = `${kind}/`
    return [...this.#files].flatMap(([path, bytes]) => {
      const name = path.slice(prefix.length)
      const ours = path.startsWith(prefix) && (kind === 'config' || isFileName(name))
      return ours ? [{ name, sizeBytes: bytes.length }] : []
    })
  }

  remove(file: FileRef): void {
    const untilMs = this.#holds.get(key(file)) ?? 0
    if (untilMs > this.#clock.now()) {
      throw new AppError('STORAGE_LOCKED_UNTIL', { context: { untilMs, kind: file.kind } })
    }
    this.#files.delete(key(file))
  }

  close(): void {}
}

class MemRetention implements Retention {
  readonly #holds: Map<string, number>

  constructor(holds: Map<string, number>) {
    this.#holds = holds
  }

  async lock(file: FileRef, untilMs: number): Promise<LockStrength> {
    if (file.kind === 'locks') throw new AppError('BASE_BUG', { detail: 'lock files are never held' })
    this.#holds.set(key(file), Math.max(untilMs, this.#holds.get(key(file)) ?? 0))
    return 'logical'
  }

  async state(file: FileRef): Promise<{ untilMs: number; strength: LockStrength } | undefined> {
    const untilMs = this.#holds.get(key(file))
    return untilMs === undefined ? undefined : { untilMs, strength: 'logical' }
  }
}
