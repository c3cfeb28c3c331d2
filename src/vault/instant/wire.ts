/** What the server and the thread of a session say to each other. */
import type { ErrorCode } from '#base'
import type { ImageFormat } from '#disk'
import type { MasterKey, SharedBlobIndex } from '#restic'
import type { StorageConfig } from '#storage'

/** An image of a generation, for a thread of its own. */
export interface DiskPlan {
  readonly storage: StorageConfig
  readonly masterKey: MasterKey
  readonly index: SharedBlobIndex
  /** Encoded tree of the folder that the image lies in. */
  readonly folder: Uint8Array
  readonly name: string
  /** Folder of the changes, and what they are sealed with; absent: the disk cannot be written. */
  readonly changes?: { readonly folder: string; readonly secret: Uint8Array }
}

/** A socket that only this user may open, or another address by TLS with this key. */
export type Listening =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tls'; readonly host: string; readonly port: number; readonly key: Uint8Array }

export interface ServePlan extends DiskPlan {
  readonly do: 'serve'
  readonly listen: Listening
}

export type FlatForm = 'raw' | 'qcow2'

export interface WritePlan extends DiskPlan {
  readonly do: 'write'
  readonly to: string
  readonly form: FlatForm
}

export type WorkerPlan = ServePlan | WritePlan

/** What lies on a partition, by its first bytes: those that we can look into have a name. */
export type PartKind = 'ext4' | 'ntfs' | 'other'

export interface Part {
  /** Of its export. */
  readonly name: string
  readonly kind: PartKind
  readonly sizeBytes: number
}

export interface Figures {
  readonly bytesRead: number
  readonly changedBytes: number
  readonly clients: number
}

export type WorkerSays =
  | {
      readonly say: 'ready'
      readonly format: ImageFormat
      readonly sizeBytes: number
      readonly port: number
      readonly parts: readonly Part[]
    }
  | ({ readonly say: 'figures' } & Figures)
  | { readonly say: 'trouble'; readonly code: ErrorCode }
  | {
      readonly say: 'progress'
      readonly phase: 'save' | 'check'
      readonly bytesDone: number
      readonly bytesTotal: number
    }
  | { readonly say: 'ended'; readonly code?: ErrorCode }
