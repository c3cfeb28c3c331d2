/** The archiver's worker on a source that changes between lstat and the last read, as the names of its files say. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { workerData } from 'node:worker_threads'
import type { SourceFs } from '#base'
import { posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openLocalSync } from '#storage'

const { archiver, root } = workerData as { archiver: unknown; root: string }

const HAPPENINGS: Record<string, (path: string) => void> = {
  grows: (path) => appendFileSync(path, 'more '.repeat(100)),
  shrinks: (path) => truncateSync(path, 10),
  rewritten: (path) => writeFileSync(path, 'other '.repeat(400)),
  vanishes: (path) => rmSync(path),
  'becomes-fifo': (path) => {
    rmSync(path)
    execFileSync('mkfifo', [path])
  },
  'becomes-symlink': (path) => {
    rmSync(path)
    symlinkSync(join(dirname(path), '../../secret'), path)
  },
  'becomes-folder': (path) => {
    rmSync(path)
    mkdirSync(path)
  },
}

const live: SourceFs = {
  ...posixSource,
  open(path) {
    HAPPENINGS[path.slice(path.lastIndexOf('/') + 1)]?.(path)
    return posixSource.open(path)
  },
}

runArchiverWorker({ workerData: archiver, fs: live, storage: openLocalSync(root) })
