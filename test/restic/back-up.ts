/** Runs the archiver on the local disk, for the suites here and by hand. */
import { hostname } from 'node:os'
import { Worker } from 'node:worker_threads'
import { systemClock } from '#base'
import { posixSource } from '#posix'
import { backup, WORKER_LIMITS, type BackupOptions, type BackupResult, type Repository, type UnitStore } from '#restic'

/** A unit store in memory. */
export function memUnitStore(): UnitStore & { readonly records: Map<string, Uint8Array> } {
  const records = new Map<string, Uint8Array>()
  return {
    records,
    get: (path) => records.get(path),
    put: (path, record) => void records.set(path, record),
    retain(paths) {
      for (const key of records.keys()) if (key.startsWith('/') && !paths.has(key)) records.delete(key)
    },
  }
}

export function backUp(
  repository: Repository,
  paths: readonly string[],
  options: Partial<BackupOptions> & { parent?: string | undefined; trouble?: boolean } = {},
): Promise<BackupResult> {
  return backup({
    repository,
    fs: posixSource,
    paths: paths.map((path) => Buffer.from(path).toString('latin1')),
    startWorker: (archiver) =>
      new Worker(new URL('./archiver-worker.ts', import.meta.url), {
        workerData: { archiver, root: repository.backend.location, trouble: options.trouble },
        resourceLimits: WORKER_LIMITS,
      }),
    workerCount: 2,
    clock: systemClock,
    ...options,
    snapshot: {
      time: new Date(),
      hostname: hostname(),
      username: 'root',
      uid: 0,
      gid: 0,
      programVersion: 'toride test',
      ...(options.parent === undefined ? {} : { parent: options.parent }),
      ...options.snapshot,
    },
  })
}
