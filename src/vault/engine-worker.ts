/** Entry file of the engine's restore and check workers: binds them to this machine's disk. */
import { workerData } from 'node:worker_threads'
import { posixTarget } from '#posix'
import { runEngineWorker } from '#restic'
import { openLocalSync } from '#storage'

const { engine, repositoryFolder } = workerData as { engine: unknown; repositoryFolder: string }
runEngineWorker({ workerData: engine, storage: openLocalSync(repositoryFolder), fs: posixTarget })
