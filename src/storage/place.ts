import type { Backend, SyncBackend } from '#base'
import { makeLocalFolders, openLocalBackend, openLocalSync, type LocalOptions } from './local.ts'
import { openRestBackend, type RestPlace } from './rest/rest.ts'
import { withRetry } from './retry.ts'
import { SyncBridge } from './sync-bridge/bridge.ts'

/** Where a repository lies, as plain data: it crosses between threads and holds whatever is needed to open it there. */
export type StorageConfig =
  | { readonly kind: 'local'; readonly folder: string }
  | ({ readonly kind: 'rest' } & RestPlace)

/** A repository's storage of any kind, with its face for worker threads. */
export interface PlaceBackend extends Backend {
  readonly sync: SyncBackend
  /** Makes what a new repository lies in. Fine where it is there. */
  makeFolders(): Promise<void>
}

/** @param options for what lies on a local disk */
export function openPlaceBackend(config: StorageConfig, options: LocalOptions = {}): PlaceBackend {
  if (config.kind === 'local') {
    const { folder } = config
    return { ...openLocalBackend(folder, options), makeFolders: () => makeLocalFolders(folder) }
  }
  const remote = openRemote(config)
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
  return new SyncBridge(config, config.url)
}

/** What lies at the other end of a network: tried again where the trouble may pass. */
export function openRemote(config: StorageConfig): Omit<PlaceBackend, 'sync'> {
  if (config.kind === 'local') return openPlaceBackend(config)
  const rest = openRestBackend(config)
  return { ...withRetry(rest), makeFolders: () => rest.create() }
}
