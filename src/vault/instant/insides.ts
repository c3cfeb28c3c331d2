/** Disks that somebody looks into: opened at the first look, closed some minutes after the last. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AppError, inTurns } from '#base'
import { demandTools, Inside, type InsideFolder, unmount } from './inside.ts'
import type { Plans } from './plans.ts'
import { DiskThread } from './thread.ts'
import type { Part } from './wire.ts'

/** Between two clicks of one who reads. */
const IDLE_MS = 5 * 60_000
/** Each holds a thread with its memory. */
const MOST_OPEN = 4
const MOUNT = '.mnt'

/** Which disk of which generation. */
export interface DiskOf {
  readonly generationId: string
  readonly at: readonly number[]
}

interface Opened {
  readonly generationId: string
  readonly socket: string
  readonly thread: DiskThread
  readonly parts: readonly Part[]
  readonly insides: Map<string, Inside>
  idle: NodeJS.Timeout
}

export class Insides {
  readonly #plans: Plans
  readonly #folder: string
  readonly #opened = new Map<string, Opened>()
  /** One look after the other: two at once would open a disk twice. */
  readonly #inTurn = inTurns()

  /** @param folder of sockets and mounts, which only this user may enter */
  constructor(plans: Plans, folder: string) {
    this.#plans = plans
    this.#folder = folder
  }

  /** What can be looked into. @throws DISK_*, RESTIC_*, VAULT_* */
  parts(disk: DiskOf): Promise<readonly Part[]> {
    return this.#inTurn(async () => (await this.#open(disk)).parts)
  }

  /** Undefined where there is no such part or folder. @throws DISK_TOOL_MISSING, DISK_INSIDE_UNREADABLE, ISOLATION_MISSING */
  list(disk: DiskOf, part: string, positions: readonly number[]): Promise<InsideFolder | undefined> {
    return this.#inTurn(async () => (await this.#inside(disk, part))?.list(positions))
  }

  /** A whole file. @throws as {@link list}, VAULT_FILE_TOO_LARGE */
  read(disk: DiskOf, part: string, positions: readonly number[]) {
    return this.#inTurn(async () => (await this.#inside(disk, part))?.read(positions))
  }

  /** Generations that are looked into now. */
  inUse(): string[] {
    return [...this.#opened.values()].map(({ generationId }) => generationId)
  }

  /** After a start: what a kill left mounted. */
  async sweep(): Promise<void> {
    if (!existsSync(this.#folder)) return
    for (const name of readdirSync(this.#folder)) if (name.endsWith(MOUNT)) await unmount(join(this.#folder, name))
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const key of this.#opened.keys()) await this.#close(key)
    })
  }

  async #inside(disk: DiskOf, part: string): Promise<Inside | undefined> {
    const opened = await this.#open(disk)
    const known = opened.insides.get(part)
    if (known) return known
    const kind = opened.parts.find(({ name }) => name === part)?.kind
    if (kind === undefined) return undefined
    if (kind === 'other') throw new AppError('DISK_INSIDE_UNREADABLE')
    demandTools(kind)
    const folder = join(this.#folder, `${randomBytes(8).toString('hex')}${MOUNT}`)
    const inside = await Inside.open(kind, { folder, socket: opened.socket, part })
    opened.insides.set(part, inside)
    return inside
  }

  async #open({ generationId, at }: DiskOf): Promise<Opened> {
    const key = `${generationId} ${at.join('.')}`
    const known = this.#opened.get(key)
    if (known) {
      known.idle.refresh()
      return known
    }
    const [oldest] = this.#opened.keys()
    if (oldest !== undefined && this.#opened.size >= MOST_OPEN) await this.#close(oldest)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const socket = join(this.#folder, `${randomBytes(8).toString('hex')}.sock`)
    const plan = await this.#plans.plan(await this.#plans.generation(generationId), at)
    const thread = new DiskThread({ ...plan, do: 'serve', listen: { kind: 'socket', path: socket } })
    const { parts } = await thread.ready()
    const idle = setTimeout(() => void this.#inTurn(() => this.#close(key)), IDLE_MS).unref()
    const opened: Opened = { generationId, socket, thread, parts, insides: new Map(), idle }
    this.#opened.set(key, opened)
    return opened
  }

  async #close(key: string): Promise<void> {
    const opened = this.#opened.get(key)
    if (!opened) return
    this.#opened.delete(key)
    clearTimeout(opened.idle)
    for (const inside of opened.insides.values()) await inside.close()
    await opened.thread.end()
    rmSync(opened.socket, { force: true })
  }
}
