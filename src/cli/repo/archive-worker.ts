import { parentPort } from 'node:worker_threads'
import { posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openSyncFrom } from '#storage'
import type { ThreadSetup } from './threads.ts'

/** Entry of a thread that backs up for `toride repo`. */
parentPort?.once('message', ({ data, storage }: ThreadSetup) => {
  runArchiverWorker({ workerData: data, storage: openSyncFrom(storage), fs: posixSource })
})
