import { workerData } from 'node:worker_threads'
import { posixTarget } from '#posix'
import { runEngineWorker } from '#restic'
import { openLocalSync } from '#storage'

/** Entry of a thread that restores or checks for `toride repo`. */
const { data, repositoryFolder } = workerData as { data: unknown; repositoryFolder: string }
runEngineWorker({ workerData: data, storage: openLocalSync(repositoryFolder), fs: posixTarget })
