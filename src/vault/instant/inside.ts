/**
 * Files inside a disk of a generation, without starting or mounting it: the disk is served to nbdfuse, and debugfs (ext2-4)
 * or ntfsls and ntfscat (NTFS) read it in a place without network and way out, because a file system is hostile input.
 */
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError, codeOf, systemError } from '#base'
import { runCommand } from '#commands'
import { runIsolated } from '#isolation'
import { ext4Entries, type InsideEntry, ntfsEntries } from './listing.ts'
import type { PartKind } from './wire.ts'

export interface InsideFolder {
  /** Names from the top of the partition to here. */
  readonly trail: readonly string[]
  readonly entries: readonly InsideEntry[]
}

const NBDFUSE = '/usr/bin/nbdfuse'
const TOOLS: Record<'ext4' | 'ntfs', readonly string[]> = {
  ext4: ['/usr/sbin/debugfs'],
  ntfs: ['/usr/bin/ntfsls', '/usr/bin/ntfscat'],
}
/** As the tools see the partition. */
const DISK = '/disk'
const MOST_WAIT_MS = 60_000
const MOUNT_WAIT_MS = 15_000
const DAY_MS = 86_400_000
/** Taken out on a screen; what is larger is copied out of the started disk. */
const MOST_BYTES = 256 * 1024 * 1024
/** Of a listing: a folder of some 400,000 names. */
const MOST_LISTING_BYTES = 32 * 1024 * 1024
const ROOT_OF_EXT = 2

/** @throws DISK_TOOL_MISSING */
export function demandTools(kind: PartKind): void {
  if (kind === 'other') throw new AppError('DISK_INSIDE_UNREADABLE')
  const needed = [NBDFUSE, '/usr/bin/bwrap', '/usr/bin/fusermount3', '/dev/fuse', ...TOOLS[kind]]
  if (!needed.every((path) => existsSync(path))) throw new AppError('DISK_TOOL_MISSING')
}

/** One partition, open to be looked into. */
export class Inside {
  readonly #kind: 'ext4' | 'ntfs'
  readonly #folder: string
  readonly #abort = new AbortController()
  readonly #mounted: Promise<unknown>
  /** By the inode of the folder: nothing in a generation ever changes. */
  readonly #listed = new Map<number, readonly InsideEntry[]>()

  private constructor(kind: 'ext4' | 'ntfs', folder: string, uri: string) {
    this.#kind = kind
    this.#folder = folder
    const argv = [NBDFUSE, '-r', `${folder}/part`, uri] as const
    this.#mounted = runCommand({ argv, timeoutMs: DAY_MS, signal: this.#abort.signal }).catch(() => undefined)
  }

  /**
   * @param folder to see the partition in, not there yet
   * @throws DISK_TOOL_MISSING where the system lets nothing be mounted so
   */
  static async open(
    kind: 'ext4' | 'ntfs',
    { folder, socket, part }: { folder: string; socket: string; part: string },
  ): Promise<Inside> {
    mkdirSync(folder, { mode: 0o700 })
    const inside = new Inside(kind, folder, `nbd+unix:///${part}?socket=${socket}`)
    const ended = inside.#mounted.then(() => true)
    for (let waited = 0; !existsSync(`${folder}/part`); waited += 20) {
      const isOver = await Promise.race([ended, wait(20).then(() => waited > MOUNT_WAIT_MS)])
      if (!isOver) continue
      await inside.close()
      throw new AppError('DISK_TOOL_MISSING')
    }
    return inside
  }

  /** Undefined where the positions lead to no folder. @throws DISK_INSIDE_UNREADABLE, COMMANDS_TIMED_OUT */
  async list(positions: readonly number[]): Promise<InsideFolder | undefined> {
    const found = await this.#walk(positions)
    if (!found || found.entry?.kind === 'file' || found.entry?.kind === 'other') return undefined
    return { trail: found.trail, entries: await this.#entries(found.entry, found.trail) }
  }

  /** A whole file. @throws VAULT_FILE_TOO_LARGE, DISK_INSIDE_UNREADABLE, COMMANDS_TIMED_OUT */
  async read(positions: readonly number[]): Promise<{ trail: readonly string[]; bytes: Buffer } | undefined> {
    const found = await this.#walk(positions)
    if (found?.entry?.kind !== 'file') return undefined
    const { inode, sizeBytes } = found.entry
    if (sizeBytes > MOST_BYTES) throw new AppError('VAULT_FILE_TOO_LARGE')
    const argv =
      this.#kind === 'ext4'
        ? (['/usr/sbin/debugfs', '-R', `cat <${inode}>`, DISK] as const)
        : (['/usr/bin/ntfscat', '-f', '-i', String(inode), DISK] as const)
    const bytes = await this.#run(argv, sizeBytes)
    if (bytes.length !== sizeBytes) throw new AppError('DISK_INSIDE_UNREADABLE')
    return { trail: found.trail, bytes }
  }

  /** What was mounted is let go, also where nbdfuse hangs. */
  async close(): Promise<void> {
    this.#abort.abort()
    await this.#mounted
    await unmount(this.#folder)
  }

  async #walk(positions: readonly number[]): Promise<{ entry?: InsideEntry; trail: string[] } | undefined> {
    const trail: string[] = []
    let entry: InsideEntry | undefined
    for (const position of positions) {
      if (entry && entry.kind !== 'folder') return undefined
      entry = (await this.#entries(entry, trail))[position]
      if (!entry) return undefined
      trail.push(entry.name)
    }
    return { ...(entry ? { entry } : {}), trail }
  }

  async #entries(folder: InsideEntry | undefined, trail: readonly string[]): Promise<readonly InsideEntry[]> {
    const inode = folder?.inode ?? ROOT_OF_EXT
    const known = this.#listed.get(folder ? inode : 0)
    if (known) return known
    const isExt = this.#kind === 'ext4'
    const argv = isExt
      ? (['/usr/sbin/debugfs', '-R', `ls -p <${inode}>`, DISK] as const)
      : (['/usr/bin/ntfsls', '-f', '-l', '-i', '-F', '-p', `/${trail.join('/')}`, DISK] as const)
    const text = (await this.#run(argv, MOST_LISTING_BYTES)).toString()
    // Every folder of ext lists itself; one of NTFS that is empty lists nothing.
    if (isExt && text.trim() === '') throw new AppError('DISK_INSIDE_UNREADABLE')
    const entries = isExt ? ext4Entries(text) : ntfsEntries(text)
    this.#listed.set(folder ? inode : 0, entries)
    return entries
  }

  /** What it prints, to at most `most` bytes. @throws DISK_INSIDE_UNREADABLE where it fails */
  async #run(argv: readonly [string, ...string[]], most: number): Promise<Buffer> {
    const stop = new AbortController()
    const pieces: Buffer[] = []
    let have = 0
    const { exit } = await runIsolated({
      argv,
      reads: [{ from: `${this.#folder}/part`, at: DISK }],
      timeoutMs: MOST_WAIT_MS,
      signal: stop.signal,
      onBytes(piece) {
        have += piece.length
        if (have > most) stop.abort()
        else pieces.push(piece)
      },
    }).catch((error: unknown) => {
      if (stop.signal.aborted) return { exit: undefined }
      throw error
    })
    if (exit !== 0) throw new AppError('DISK_INSIDE_UNREADABLE')
    return Buffer.concat(pieces)
  }
}

/** Also after a kill: who held it then is gone with it. */
export async function unmount(folder: string): Promise<void> {
  const isMounted = (): boolean => {
    try {
      return statSync(folder).dev !== statSync(`${folder}/..`).dev
    } catch {
      // ENOTCONN: its program is gone.
      return existsSync('/usr/bin/fusermount3')
    }
  }
  if (isMounted())
    await runCommand({ argv: ['/usr/bin/fusermount3', '-u', '-z', folder], timeoutMs: 10_000 }).catch(() => undefined)
  // Empty when it is let go; what still hangs on it is no reason to stop.
  try {
    rmdirSync(folder)
  } catch (error) {
    if (codeOf(error) !== 'EBUSY' && codeOf(error) !== 'ENOENT') throw systemError(error, 'let a mount go')
  }
}
