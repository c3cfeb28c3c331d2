/** Entry file of the engine's restore and check workers: binds them to this machine's disk. */
import { workerData } from 'node:worker_threads'
import { posixTarget } from '#posix'
import { runEngineWorker } from '#restic'
import { openSyncFrom, type StorageConfig } from '#storage'

const { engine, storage } = workerData as { engine: unknown; storage: StorageConfig }
runEngineWorker({ workerData: engine, storage: openSyncFrom(storage), fs: posixTarget })
