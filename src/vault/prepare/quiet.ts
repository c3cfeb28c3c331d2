/** A folder into which another program writes: what is half-written is not taken. */
import { lstat, readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type Clock, type EpochMs } from '#base'
import { fileSystemFacts } from '#posix'

export interface QuietOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** A file counts as finished when size and times stayed this long. */
const QUIET_MS = 10 * 60_000
const LOOK_EVERY_MS = 30_000
/** A program that writes longer is not waited for: tomorrow's run takes it. */
const LONGEST_WAIT_MS = 6 * 3_600_000

interface Seen {
  readonly signature: string
  /** Unchanged since then. */
  readonly since: EpochMs
}

/**
 * Waits until nothing in the folders has changed for ten minutes. A file whose times are older than that counts at once;
 * its change time too must be, since programs that copy set the other back.
 * @returns when the newest file was written; undefined where there is none
 * @throws VAULT_DUMPS_STILL_WRITTEN after six hours, BASE_CANCELLED
 */
export async function untilQuiet(folders: readonly string[], options: QuietOptions): Promise<EpochMs | undefined> {
  const { clock, signal, pause = (ms: number) => sleep(ms, undefined, { signal }) } = options
  const began = clock.monotonic()
  let seen = new Map<string, Seen>()
  for (;;) {
    if (signal.aborted) throw new AppError('BASE_CANCELLED')
    const now = clock.now()
    const { files, newest } = await look(folders, seen, now)
    if ([...files.values()].every(({ since }) => now - since >= QUIET_MS)) return newest
    if (clock.monotonic() - began > LONGEST_WAIT_MS) throw new AppError('VAULT_DUMPS_STILL_WRITTEN')
    seen = files
    await pause(LOOK_EVERY_MS, signal).catch(() => undefined)
  }
}

async function look(
  folders: readonly string[],
  before: ReadonlyMap<string, Seen>,
  now: EpochMs,
): Promise<{ files: Map<string, Seen>; newest: EpochMs | undefined }> {
  const files = new Map<string, Seen>()
  let newest: EpochMs | undefined
  for (const folder of folders) {
    // Another machine's times may be set back or come from the future: there only what was seen counts.
    const areTimesTrue = !fileSystemFacts(folder).network
    for await (const at of filesIn(Buffer.from(folder))) {
      const path = at.toString('latin1')
      const stat = await lstat(at).catch(() => undefined)
      // Renamed or removed since it was listed: somebody is at work, and the next look sees it.
      const signature = stat ? `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : 'gone'
      const changed = stat ? Math.max(stat.mtimeMs, stat.ctimeMs) : now
      const known = before.get(path)
      const first = areTimesTrue && changed <= now ? changed : now
      const since = !known ? first : known.signature === signature ? known.since : now
      files.set(path, { signature, since })
      if (stat) newest = Math.max(newest ?? 0, Math.floor(stat.mtimeMs))
    }
  }
  return { files, newest }
}

const SLASH = Buffer.from('/')

/** Names are bytes: one in Shift_JIS is found under no text. */
async function* filesIn(folder: Buffer): AsyncGenerator<Buffer> {
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([folder, SLASH, entry.name])
    if (entry.isDirectory()) yield* filesIn(path)
    else if (entry.isFile()) yield path
  }
}
