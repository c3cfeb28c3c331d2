import { AppError, type EpochMs, type FileRef, type LockStrength, type Retention } from '#base'
import { relativePath } from '../layout.ts'
import type { Bucket } from './bucket.ts'
import { rightVersion } from './versions.ts'

/** The version that is the file, and until when the server was seen to hold it (0: not at all). */
export interface HeldVersion {
  readonly versionId: string
  readonly untilMs: EpochMs
}

/** By path below the repository's root. A Map will do; one that outlives the process saves a call per file and process. */
export type HeldVersions = Pick<Map<string, HeldVersion>, 'get' | 'set' | 'delete'>

/**
 * Object Lock in COMPLIANCE mode, file by file and on the version that is the file: a lock on whatever is newest would
 * hold an attacker's overwriting and let the file behind it expire. A lock counts once it was read back, never because a
 * server said yes. What was read back once stays true until its end, so it is remembered and not asked for again.
 */
export class S3Retention implements Retention {
  readonly #bucket: Bucket
  readonly #held: HeldVersions

  constructor(bucket: Bucket, held: HeldVersions) {
    this.#bucket = bucket
    this.#held = held
  }

  /** @throws STORAGE_S3_LOCK_IGNORED where the server confirms a lock and has none */
  async lock(file: FileRef, untilMs: number): Promise<LockStrength> {
    if (file.kind === 'locks') throw new AppError('BASE_BUG', { detail: 'lock files are never held' })
    if (!Number.isSafeInteger(untilMs) || untilMs < 0) throw new AppError('BASE_BUG', { detail: 'not a moment' })
    // Some servers keep whole seconds only: the next one holds at least as long.
    const wantedMs = Math.ceil(untilMs / 1000) * 1000
    const before = this.#held.get(relativePath(file)) ?? (await this.#look(file))
    if (before.untilMs < wantedMs) await this.#extend(file, before, wantedMs)
    return 'object-lock-compliance'
  }

  async state(file: FileRef): Promise<{ untilMs: number; strength: LockStrength } | undefined> {
    const path = relativePath(file)
    const history = await this.#bucket.history(path)
    if (history === undefined || history.versions.length === 0) return undefined
    const { versionId } = await rightVersion(this.#bucket, file, history.versions)
    const found = await this.#bucket.lock(path, versionId)
    if (found === undefined) return undefined
    // Whoever has the right to bypass it ends a lock in GOVERNANCE mode.
    return { untilMs: found.untilMs, strength: found.mode === 'COMPLIANCE' ? 'object-lock-compliance' : 'logical' }
  }

  known(file: FileRef): EpochMs | undefined {
    return this.#held.get(relativePath(file))?.untilMs
  }

  noteSaved(file: FileRef, versionId: string): void {
    this.#held.set(relativePath(file), { versionId, untilMs: 0 })
  }

  forget(file: FileRef): void {
    this.#held.delete(relativePath(file))
  }

  async #look(file: FileRef): Promise<HeldVersion> {
    const path = relativePath(file)
    const history = await this.#bucket.history(path)
    const { versionId } = await rightVersion(this.#bucket, file, history?.versions ?? [])
    return this.#readBack(path, versionId)
  }

  async #extend(file: FileRef, before: HeldVersion, untilMs: EpochMs): Promise<void> {
    const path = relativePath(file)
    const refusal = await this.#bucket.setLock(path, before.versionId, { mode: 'COMPLIANCE', untilMs }).then(
      () => undefined,
      (error: unknown) => error,
    )
    const after = await this.#readBack(path, before.versionId)
    if (after.untilMs >= untilMs) return
    if (refusal === undefined) {
      throw new AppError('STORAGE_S3_LOCK_IGNORED', { detail: 'the lock that was confirmed is not there' })
    }
    throw justSaved(before, refusal)
  }

  async #readBack(path: string, versionId: string): Promise<HeldVersion> {
    const found = await this.#bucket.lock(path, versionId)
    const held = { versionId, untilMs: found?.mode === 'COMPLIANCE' ? found.untilMs : 0 }
    this.#held.set(path, held)
    return held
  }
}

/** Some servers deny a lock in the first moments after a file was written (kopia#5590): that passes. */
function justSaved(before: HeldVersion, refusal: unknown): unknown {
  const denied = refusal instanceof AppError && refusal.code === 'STORAGE_DENIED' && before.untilMs === 0
  return denied
    ? new AppError('STORAGE_DENIED', { detail: 'set a lock right after the save', retry: 'temporary' })
    : refusal
}
