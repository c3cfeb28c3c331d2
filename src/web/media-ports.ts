/** Rotating disks (交代で使うディスク) as the screens need them. What the vault knows is shown as it knows it. */
import type { EpochMs, ErrorCode } from '#base'
import type { Ejected, Exchange, MediaSettings, MediaState, Medium, MediumMove } from '#vault'
import type { Viewer } from './ports.ts'

export type { Ejected, Exchange, MediaSettings, MediaState, Medium, MediumMove, MediumState } from '#vault'

export type MediumKind = Medium['kind']

export interface MediaView extends MediaState {
  /** Names of all persons by id, also of those who have left. */
  readonly names: ReadonlyMap<string, string>
  /** Those who may carry a disk today. */
  readonly people: readonly { readonly id: string; readonly name: string }[]
  /** Who exchanges today; undefined where nobody was named or nothing is exchanged. */
  readonly carrierToday: string | undefined
  /** False: this server was started without the right to open disks. */
  readonly canOpen: boolean
}

/** A connected volume that could be registered. */
export interface MediaCandidate {
  /** Undefined: it has no file system that could be known again. */
  readonly uuid: string | undefined
  readonly label: string
  readonly fileSystem: string | undefined
  readonly sizeBytes: number
  readonly isRemovable: boolean
  /** What suggests itself. */
  readonly kind: MediumKind
  /** It was registered under this number before (lost, retired). */
  readonly knownAs: number | undefined
}

export interface MediaLook extends MediaCandidate {
  readonly freeBytes: number
  /** Some names at its top, and how many there are. */
  readonly names: readonly string[]
  readonly count: number
  /** It carries the mark of a media set. */
  readonly isMarked: boolean
}

/** What happened to one disk, newest first. */
export type MediumEvent =
  | { readonly kind: 'moved'; readonly atMs: EpochMs; readonly to: MediumMove['to']; readonly who: string }
  | {
      readonly kind: 'copied'
      readonly atMs: EpochMs
      readonly readBackMs: EpochMs | undefined
      readonly damaged: number
    }

/** Generations that a connected disk holds, read from the disk itself. */
export interface MediumContents {
  readonly known: readonly { readonly id: string; readonly sourceName: string; readonly takenAtMs: EpochMs }[]
  /** Of repositories or snapshots that this institution does not know (any more). */
  readonly others: number
}

export interface MediaService {
  /** Undefined while nobody has begun a set. */
  view(): Promise<MediaView | undefined>
  /** The exchanges from today on. */
  plan(days: number): Promise<readonly Exchange[]>
  history(number: number): Promise<readonly MediumEvent[]>
  /** Begins the set, or changes it. @throws BASE_CONFIG_INVALID */
  saveSettings(viewer: Viewer, settings: MediaSettings): Promise<void>
  candidates(viewer: Viewer): Promise<readonly MediaCandidate[]>
  /** @throws STORAGE_MEDIUM_NOT_OPENED */
  look(viewer: Viewer, uuid: string): Promise<MediaLook | undefined>
  register(
    viewer: Viewer,
    input: Pick<Medium, 'uuid' | 'number' | 'kind' | 'shelf'>,
  ): Promise<{ kind: 'ok' } | { kind: 'refused'; code: ErrorCode }>
  move(viewer: Viewer, move: Omit<MediumMove, 'set'>): Promise<void>
  /** Checks, and copies where today's disk is in; undefined: it is not, and the view says what is the matter. */
  copy(viewer: Viewer): Promise<{ jobId: string } | undefined>
  /** @throws STORAGE_MEDIUM_IN_USE, VAULT_MEDIUM_NOT_RIGHT */
  eject(viewer: Viewer, number: number): Promise<Ejected>
  /** @throws STORAGE_MEDIUM_NOT_OPENED, VAULT_MEDIUM_NOT_RIGHT */
  contents(viewer: Viewer, number: number): Promise<MediumContents>
}
