/**
 * Entry file of an archiver worker: binds the engine to this machine's disk and to the observer of the source's kind.
 * Functions do not cross threads, so everything arrives as plain configuration.
 */
import { workerData } from 'node:worker_threads'
import { networkSource, type NetworkRules, posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openSyncFrom, type StorageConfig } from '#storage'
import { looksObserver, ssmix2Observer } from './observer.ts'

export interface BackupWorkerData {
  /** What the archiver hands to each of its workers. */
  readonly archiver: unknown
  readonly storage: StorageConfig
  readonly observer: 'ssmix2' | 'looks' | 'none'
  /** Folders of the source as bytes: an observed path is told from there. */
  readonly roots: readonly string[]
  /** Where it lies on another machine. */
  readonly network?: NetworkRules | undefined
}

const data = workerData as BackupWorkerData
runArchiverWorker({
  workerData: data.archiver,
  fs: data.network ? networkSource(posixSource, data.network) : posixSource,
  storage: openSyncFrom(data.storage),
  ...(data.observer === 'none'
    ? {}
    : { observer: data.observer === 'ssmix2' ? ssmix2Observer(data.roots) : looksObserver }),
})
