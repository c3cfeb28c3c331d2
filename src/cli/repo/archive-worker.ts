import { parentPort } from 'node:worker_threads'
import { posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openLocalSync } from '#storage'
import type { ThreadSetup } from './threads.ts'

/** Entry of a thread that backs up for `toride repo`. */
parentPort?.once('message', ({ data, repositoryFolder }: ThreadSetup) => {
  runArchiverWorker({ workerData: data, storage: openLocalSync(repositoryFolder), fs: posixSource })
})
