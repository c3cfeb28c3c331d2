/** The worker of the archiver as a product would compose it: posix below, a local repository above. */
import { workerData } from 'node:worker_threads'
import { posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openLocalSync } from '#storage'

const { archiver, root } = workerData as { archiver: unknown; root: string }
runArchiverWorker({ workerData: archiver, fs: posixSource, storage: openLocalSync(root) })
