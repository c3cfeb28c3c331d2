import { AppError, isAppError, type Backend, type EpochMs, type FileRef } from '#base'

export interface ExtendOptions {
  /**
   * What has to be extended is held so much longer than asked, so that the nights after it need nothing. The promise
   * (`untilMs`) is always kept; a file stays undeletable up to this time longer.
   */
  readonly aheadMs: number
  readonly concurrency?: number
}

export interface ExtendResult {
  readonly extended: number
  /** Held long enough already. */
  readonly enough: number
  /** One file that cannot be held must not keep the others from it. */
  readonly failed: readonly { readonly file: FileRef; readonly error: AppError }[]
}

/** Holds every file until at least `untilMs`, with as few calls as that takes: a lock known to reach so far costs none. */
export async function extendLocks(
  { retention }: Backend,
  files: readonly FileRef[],
  untilMs: EpochMs,
  { aheadMs, concurrency = 8 }: ExtendOptions,
): Promise<ExtendResult> {
  if (retention === undefined) throw new AppError('BASE_BUG', { detail: 'this place cannot hold files' })
  const result = { extended: 0, enough: 0, failed: [] as { file: FileRef; error: AppError }[] }
  const queue = files.values()
  const next = async (): Promise<void> => {
    for (const file of queue) {
      try {
        const heldMs = retention.known?.(file) ?? (await retention.state(file))?.untilMs ?? 0
        if (heldMs >= untilMs) result.enough++
        else {
          await retention.lock(file, untilMs + aheadMs)
          result.extended++
        }
      } catch (error) {
        if (!isAppError(error)) throw error
        result.failed.push({ file, error })
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, next))
  return result
}
