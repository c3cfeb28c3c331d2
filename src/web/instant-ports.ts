/** What the pages of instant starts ask for. */
import type { EpochMs, ErrorCode } from '#base'
import type { InstantReason } from '#journal'
import type { FlatForm, FoundImage, InsideEntry, InstantEnd, Part } from '#vault'
import type { Viewer } from './ports.ts'
import type { UnderSuspicion } from './read-models.ts'

export interface InstantImages {
  readonly generationId: string
  readonly sourceName: string
  readonly takenAtMs: EpochMs
  /** Signs of an attack stand against it, and nobody has cleared them. */
  readonly suspected: UnderSuspicion | undefined
  readonly images: readonly FoundImage[]
  /** Not all was looked at. */
  readonly more: boolean
  /** Of this computer, that others may reach. */
  readonly addresses: readonly string[]
  /** Of images that run now, by their `at`: the session. */
  readonly running: ReadonlyMap<string, string>
}

export interface InstantSessionView {
  readonly id: string
  readonly generationId: string
  readonly sourceName: string
  readonly takenAtMs: EpochMs
  /** Undefined while the keys are closed. */
  readonly path: string | undefined
  readonly format: string | undefined
  readonly sizeBytes: number | undefined
  readonly reason: InstantReason
  /** For other computers; undefined: this one's socket. */
  readonly address: string | undefined
  /** While it runs. */
  readonly socket: string | undefined
  readonly beganAtMs: EpochMs
  readonly beganBy: string
  readonly ended: { readonly atMs: EpochMs; readonly how: InstantEnd } | undefined
  readonly bytesRead: number
  readonly changedBytes: number
  /** Connected now. */
  readonly clients: number | undefined
  readonly canWrite: boolean
  readonly keepsChanges: boolean
  readonly trouble: ErrorCode | undefined
}

export interface InstantListen {
  readonly host: string
  readonly port: number
}

export interface InstantInput {
  readonly at: readonly number[]
  readonly reason: InstantReason
  readonly canWrite: boolean
  readonly listen: InstantListen | undefined
}

export interface InstantBegun {
  readonly id: string
  /** What other computers connect with, as one line of a file: shown once. */
  readonly keyLine: string | undefined
}

export interface ImageTarget {
  readonly folder: string
  /** Without its ending. */
  readonly name: string
  readonly form: FlatForm
}

/** Where in a disk image somebody looks. */
export interface InsidePlace {
  readonly generationId: string
  /** Positions of the image in its generation. */
  readonly image: readonly number[]
  /** Undefined: the partitions. */
  readonly part: string | undefined
  /** Positions from the top of the partition. */
  readonly at: readonly number[]
}

export interface InsideView extends InsidePlace {
  readonly imageName: string
  readonly takenAtMs: EpochMs
  readonly parts: readonly Part[]
  readonly trail: readonly string[]
  readonly entries: readonly InsideEntry[]
}

/** Everything demands the right to restore: who starts a disk reads all that is on it. */
export interface InstantService {
  /** Undefined where the generation is unknown or holds no such files. */
  images(viewer: Viewer, generationId: string): Promise<InstantImages | undefined>
  addresses(): readonly string[]
  /** Newest first. */
  sessions(viewer: Viewer): Promise<readonly InstantSessionView[]>
  session(viewer: Viewer, id: string): Promise<InstantSessionView | undefined>
  /** @throws DISK_*, VAULT_KEY_MISSING, RESTIC_* */
  start(viewer: Viewer, generationId: string, input: InstantInput): Promise<InstantBegun>
  /** @throws DISK_*, VAULT_KEY_MISSING */
  goOn(viewer: Viewer, id: string, input: Omit<InstantInput, 'at' | 'canWrite'>): Promise<InstantBegun>
  stop(viewer: Viewer, id: string): Promise<void>
  throwAway(viewer: Viewer, id: string): Promise<void>
  /** Undefined where it leads nowhere. @throws DISK_TOOL_MISSING, DISK_INSIDE_UNREADABLE, ISOLATION_MISSING */
  inside(viewer: Viewer, place: InsidePlace): Promise<InsideView | undefined>
  /** @throws as {@link inside}, VAULT_FILE_TOO_LARGE */
  insideFile(viewer: Viewer, place: InsidePlace): Promise<{ name: string; bytes: Uint8Array } | undefined>
  /** Folders that are taken anyway: an image that is written there is in the next backup. */
  folders(viewer: Viewer): Promise<readonly string[]>
  /** @returns the job @throws DISK_TARGET_INVALID, DISK_SESSION_*, VAULT_RUN_IN_PROGRESS */
  writeOut(viewer: Viewer, id: string, target: ImageTarget): Promise<string>
}
