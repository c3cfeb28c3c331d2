import { workerData } from 'node:worker_threads'
import { posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openLocalSync } from '#storage'

/** Entry of a thread that backs up for `toride repo`. */
const { data, repositoryFolder } = workerData as { data: unknown; repositoryFolder: string }
runArchiverWorker({ workerData: data, storage: openLocalSync(repositoryFolder), fs: posixSource })
