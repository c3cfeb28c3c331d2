/** A backup as these suites take it. */
import { systemClock } from '#base'
import type { BackupResult, Repository } from '#restic'
import { backUp } from '../restic/back-up.ts'
import { folderStore } from './folder-store.ts'
import { isUnit } from './source.ts'

/** Ahead of the files: none of them counts as written in the last tick of the clock, so nothing waits for it to pass. */
export const aheadClock = { ...systemClock, now: () => systemClock.now() + 10_000 }

export function backUpSource(
  repository: Repository,
  source: string,
  cache: string,
  options: Parameters<typeof backUp>[2] = {},
): Promise<BackupResult> {
  return backUp(repository, [source], {
    units: folderStore(cache),
    isUnit,
    clock: aheadClock,
    workerCount: 1,
    ...options,
  })
}
