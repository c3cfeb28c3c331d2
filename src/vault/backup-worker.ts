/**
 * Entry file of an archiver worker: binds the engine to this machine's disk and to the observer of the source's kind.
 * Functions do not cross threads, so everything arrives as plain configuration.
 */
import { workerData } from 'node:worker_threads'
import { posixSource } from '#posix'
import { type Observer, runArchiverWorker } from '#restic'
import { observe, pathText } from '#ssmix2'
import { openSyncFrom, type StorageConfig } from '#storage'

export interface BackupWorkerData {
  /** What the archiver hands to each of its workers. */
  readonly archiver: unknown
  readonly storage: StorageConfig
  readonly observer: 'ssmix2' | 'none'
  /** Folders of the source as bytes: an observed path is told from there. */
  readonly roots: readonly string[]
}

/** Larger files of an SS-MIX2 storage are documents and pictures: their path says what they are. */
const MOST_OBSERVED_BYTES = 4 * 1024 * 1024

function ssmix2Observer(roots: readonly string[]): Observer {
  return {
    maxBytes: MOST_OBSERVED_BYTES,
    observeFile(unitPath, filePath, bytes) {
      const path = `${unitPath}/${filePath}`
      const root = roots.find((r) => path.startsWith(`${r}/`)) ?? ''
      return observe(pathText(path.slice(root.length + 1)), bytes)
    },
  }
}

const data = workerData as BackupWorkerData
runArchiverWorker({
  workerData: data.archiver,
  fs: posixSource,
  storage: openSyncFrom(data.storage),
  ...(data.observer === 'ssmix2' ? { observer: ssmix2Observer(data.roots) } : {}),
})
