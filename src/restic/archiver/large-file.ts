import type { ByteString } from '#base'
import type { FileOutcome } from './protocol.ts'
import type { WorkerPool } from './worker-pool.ts'

/** Files from this size on are shared among the workers. */
export const LARGE_FILE_BYTES = 32 * 1024 * 1024
/** Searched for cuts in one job; the stretch is still in the page cache when its chunks are stored. */
const CUT_BYTES = 32 * 1024 * 1024
const BYTES_PER_JOB = 8 * 1024 * 1024
/** Stretches cut but not stored: bounds how far the search runs ahead. */
const MAX_JOBS_AHEAD = 12

/**
 * Stores one large file with all workers and exactly the cuts of a single one: where a chunk ends depends on where it
 * began, so one job after the other finds the cuts (980 MB/s), while the others hash, compress and seal the chunks found.
 */
export async function saveLargeFile(pool: WorkerPool, path: ByteString, sizeBytes: number): Promise<FileOutcome> {
  const stored: Promise<FileOutcome>[] = []
  let note: Uint8Array | undefined
  let atEnd = false
  for (let from = 0; !atEnd;) {
    const cut = await pool.run({ type: 'cut', path, from, length: CUT_BYTES, sizeBytes }, true)
    if (!cut) return undefined
    note ??= cut.note
    for (const lengths of groups(cut.lengths)) {
      const job = pool.run({ type: 'chunks', path, from, lengths })
      job.catch(() => {}) // Awaited below; a failure meanwhile must not count as unhandled.
      stored.push(job)
      from += lengths.reduce((sum, length) => sum + length, 0)
    }
    atEnd = cut.atEnd
    await stored[stored.length - MAX_JOBS_AHEAD]
  }
  const joined = join(await Promise.all(stored))
  return joined && { ...joined, note }
}

function groups(lengths: readonly number[]): number[][] {
  const result: number[][] = []
  let size = BYTES_PER_JOB
  for (const length of lengths) {
    if (size >= BYTES_PER_JOB) {
      result.push([])
      size = 0
    }
    result.at(-1)!.push(length)
    size += length
  }
  return result
}

/** The parts in order; a file that shrank meanwhile ends where it ended. Undefined where a part could not be read. */
function join(parts: readonly FileOutcome[]): FileOutcome {
  const content: string[] = []
  let sizeBytes = 0
  for (const part of parts) {
    if (!part) return undefined
    content.push(...part.content)
    sizeBytes += part.sizeBytes
  }
  return { content, sizeBytes }
}
