import { AppError, type EpochNs } from '#base'
import { goJsonString } from './go-quote.ts'
import { formatTime, parseTime } from './go-time.ts'
import type { Repository } from './repository.ts'

/** What a run counted (restic 0.17 and later). */
export interface SnapshotSummary {
  readonly backup_start: string
  readonly backup_end: string
  readonly files_new: number
  readonly files_changed: number
  readonly files_unmodified: number
  readonly dirs_new: number
  readonly dirs_changed: number
  readonly dirs_unmodified: number
  readonly data_blobs: number
  readonly tree_blobs: number
  readonly data_added: number
  readonly data_added_packed: number
  readonly total_files_processed: number
  readonly total_bytes_processed: number
}

/** One snapshot file (restic internal/data/snapshot.go). */
export interface Snapshot {
  /** Name of its file. */
  readonly id: string
  readonly timeNs: EpochNs
  /** Offset from UTC that its writer's clock had; retention counts days in it. */
  readonly offsetMinutes: number
  readonly tree: string
  readonly parent?: string
  readonly paths: readonly string[]
  readonly hostname: string
  readonly username: string
  readonly tags: readonly string[]
  readonly original?: string
  readonly programVersion?: string
  readonly summary?: SnapshotSummary
  /** The whole document as read, unknown fields included: what is rewritten starts from it. */
  readonly document: Readonly<Record<string, unknown>>
}

/** What a new snapshot holds. Times are written in UTC. */
export interface SnapshotFields {
  readonly timeNs: EpochNs
  readonly parent?: string
  readonly tree: string
  readonly paths: readonly string[]
  readonly hostname: string
  readonly username: string
  readonly uid?: number
  readonly gid?: number
  readonly excludes?: readonly string[]
  readonly tags?: readonly string[]
  readonly original?: string
  readonly programVersion?: string
  readonly summary?: SnapshotSummary
}

/** The JSON of a snapshot file, fields in restic's order, empty ones left out as restic does. */
export function encodeSnapshot(fields: SnapshotFields): string {
  return encodeDocument({
    time: formatTime(fields.timeNs),
    ...(fields.parent && { parent: fields.parent }),
    tree: fields.tree,
    paths: fields.paths,
    ...(fields.hostname && { hostname: fields.hostname }),
    ...(fields.username && { username: fields.username }),
    ...(fields.uid && { uid: fields.uid }),
    ...(fields.gid && { gid: fields.gid }),
    ...(fields.excludes?.length && { excludes: fields.excludes }),
    ...(fields.tags?.length && { tags: fields.tags }),
    ...(fields.original && { original: fields.original }),
    ...(fields.programVersion && { program_version: fields.programVersion }),
    ...(fields.summary && { summary: fields.summary }),
  })
}

/** JSON of a snapshot's document with Go's escapes; for writing one again with changed fields. */
export function encodeDocument(value: unknown): string {
  if (typeof value === 'string') return goJsonString(value)
  if (Array.isArray(value)) return `[${value.map(encodeDocument).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([key, item]) => `${goJsonString(key)}:${encodeDocument(item)}`)
  return `{${fields.join(',')}}`
}

const ID = /^[0-9a-f]{64}$/

/** @throws RESTIC_DAMAGED where the document is no snapshot */
export function decodeSnapshot(id: string, json: Uint8Array): Snapshot {
  const document = parseObject(json)
  const time = document['time']
  const timeNs = typeof time === 'string' ? parseTime(time) : undefined
  if (timeNs === undefined || !isId(document['tree'])) {
    throw new AppError('RESTIC_DAMAGED', { detail: 'a snapshot without a time or a tree', context: { snapshot: id } })
  }
  return {
    id,
    timeNs,
    offsetMinutes: offsetMinutes(time as string),
    tree: document['tree'],
    paths: strings(document['paths']),
    hostname: string(document['hostname']),
    username: string(document['username']),
    tags: strings(document['tags']),
    ...(isId(document['parent']) && { parent: document['parent'] }),
    ...(isId(document['original']) && { original: document['original'] }),
    ...(typeof document['program_version'] === 'string' && { programVersion: document['program_version'] }),
    ...(typeof document['summary'] === 'object' &&
      document['summary'] !== null && { summary: document['summary'] as SnapshotSummary }),
    document,
  }
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(json).toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new AppError('RESTIC_DAMAGED', { detail: 'a snapshot is not JSON', cause })
  }
  throw new AppError('RESTIC_DAMAGED', { detail: 'a snapshot is no JSON object' })
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function offsetMinutes(time: string): number {
  const match = /([+-])(\d{2}):(\d{2})$/.exec(time)
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

export async function loadSnapshot(repository: Repository, id: string): Promise<Snapshot> {
  return decodeSnapshot(id, await repository.loadUnpacked('snapshots', id))
}

/** All snapshots, oldest first. What cannot be read comes back as a problem; the rest is still listed. */
export async function loadSnapshots(
  repository: Repository,
): Promise<{ snapshots: Snapshot[]; unreadable: { id: string; error: unknown }[] }> {
  const snapshots: Snapshot[] = []
  const unreadable: { id: string; error: unknown }[] = []
  for (const { name } of await repository.backend.list('snapshots')) {
    try {
      snapshots.push(await loadSnapshot(repository, name))
    } catch (error) {
      unreadable.push({ id: name, error })
    }
  }
  return { snapshots: snapshots.sort(byTime), unreadable }
}

function byTime(a: Snapshot, b: Snapshot): number {
  if (a.timeNs === b.timeNs) return a.id < b.id ? -1 : 1
  return a.timeNs < b.timeNs ? -1 : 1
}

/** Which snapshots count: each given field must match; lists inside mean "one of". */
export interface SnapshotFilter {
  readonly hosts?: readonly string[]
  /** Each element is a set of tags that a snapshot must have together. */
  readonly tags?: readonly (readonly string[])[]
  /** All of these must be among the snapshot's paths. */
  readonly paths?: readonly string[]
}

export function matchesFilter(snapshot: Snapshot, filter: SnapshotFilter): boolean {
  const { hosts = [], tags = [], paths = [] } = filter
  return (
    (hosts.length === 0 || hosts.includes(snapshot.hostname)) &&
    (tags.length === 0 || tags.some((set) => set.every((tag) => snapshot.tags.includes(tag)))) &&
    paths.every((path) => snapshot.paths.includes(path))
  )
}

/**
 * The snapshot that a person means: `latest`, `latest~2` (two before it), or the beginning of an id.
 * @param snapshots oldest first
 * @throws RESTIC_SNAPSHOT_NOT_FOUND, also where a beginning fits several
 */
export function findSnapshot(snapshots: readonly Snapshot[], reference: string): Snapshot {
  const back = /^latest(?:~(\d{1,6}))?$/.exec(reference)
  const fitting = back
    ? [snapshots.at(-1 - Number(back[1] ?? 0))].filter((found) => found !== undefined)
    : snapshots.filter((snapshot) => /^[0-9a-f]{1,64}$/.test(reference) && snapshot.id.startsWith(reference))
  if (fitting.length !== 1) {
    throw new AppError('RESTIC_SNAPSHOT_NOT_FOUND', {
      detail: `${fitting.length} snapshots fit`,
      context: { reference, fitting: fitting.length },
    })
  }
  return fitting[0]!
}
