import type { Backend, SyncBackend } from '#base'
import { makeLocalFolders, openLocalBackend, openLocalSync, type LocalOptions } from './local.ts'
import { openRestBackend, type RestPlace } from './rest/rest.ts'
import { withRetry, type RetryOptions } from './retry.ts'
import type { S3Config } from './s3/bucket.ts'
import { openS3Backend } from './s3/s3-backend.ts'
import { SyncBridge } from './sync-bridge/bridge.ts'

/** Where a repository lies, as plain data: it crosses between threads and holds whatever is needed to open it there. */
export type StorageConfig =
  | { readonly kind: 'local'; readonly folder: string }
  | ({ readonly kind: 'rest' } & RestPlace)
  | ({ readonly kind: 's3' } & S3Place)

/** A bucket, as plain data. Locks are set by the vault's own backend; here it is storage alone. */
type S3Place = Pick<S3Config, 'endpoint' | 'region' | 'bucket' | 'prefix' | 'credentials' | 'pathStyle'>

/** A repository's storage of any kind, with its face for worker threads. */
export interface PlaceBackend extends Backend {
  readonly sync: SyncBackend
  /** Makes what a new repository lies in. Fine where it is there. */
  makeFolders(): Promise<void>
}

export interface PlaceOptions {
  /** For what lies on a local disk. */
  readonly local?: LocalOptions
  /** For what lies at the other end of a network. */
  readonly retry?: RetryOptions
}

/** Three minutes of pauses in all: a router that starts anew. */
const ATTEMPTS = 12

export function openPlaceBackend(config: StorageConfig, { local, retry }: PlaceOptions = {}): PlaceBackend {
  if (config.kind === 'local') {
    const { folder } = config
    return { ...openLocalBackend(folder, local), makeFolders: () => makeLocalFolders(folder) }
  }
  const remote = openRemote(config, { attempts: ATTEMPTS, ...retry })
  const sync = new SyncBridge(config, remote.location)
  return {
    ...remote,
    sync,
    async close() {
      sync.close()
      await remote.close()
    },
  }
}

/** The synchronous face alone, for worker threads. */
export function openSyncFrom(config: StorageConfig): SyncBackend {
  if (config.kind === 'local') return openLocalSync(config.folder)
  return new SyncBridge(config, config.kind === 'rest' ? config.url : `${config.endpoint}/${config.bucket}`)
}

/** What lies at the other end of a network: tried again where the trouble may pass. Threads that wait are less patient: nothing else can be done in them. */
export function openRemote(config: StorageConfig, retry: RetryOptions = {}): Omit<PlaceBackend, 'sync'> {
  if (config.kind === 'local') return openPlaceBackend(config)
  if (config.kind === 's3') {
    // A bucket has no folders to make, and is made by whoever pays for it.
    const bucket = openS3Backend({ ...config, objectLock: 'none' })
    return { ...withRetry(bucket, retry), makeFolders: () => Promise.resolve() }
  }
  const rest = openRestBackend(config)
  return { ...withRetry(rest, retry), makeFolders: () => rest.create() }
}
