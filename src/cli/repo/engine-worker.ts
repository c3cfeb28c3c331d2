import { parentPort } from 'node:worker_threads'
import { posixTarget } from '#posix'
import { runEngineWorker } from '#restic'
import { openSyncFrom } from '#storage'
import type { ThreadSetup } from './threads.ts'

/** Entry of a thread that restores or checks for `toride repo`. */
parentPort?.once('message', ({ data, storage }: ThreadSetup) => {
  runEngineWorker({ workerData: data, storage: openSyncFrom(storage), fs: posixTarget })
})
