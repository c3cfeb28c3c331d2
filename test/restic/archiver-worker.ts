/**
 * The worker of the archiver as a product would compose it: posix below, a local repository above. With `trouble` set,
 * files named after a trouble meet it.
 */
import { workerData } from 'node:worker_threads'
import type { SourceFs } from '#base'
import { posixSource } from '#posix'
import { runArchiverWorker } from '#restic'
import { openLocalSync } from '#storage'

const { archiver, root, trouble } = workerData as { archiver: unknown; root: string; trouble: boolean }

function refuse(code: string): never {
  throw Object.assign(new Error(code), { code, syscall: 'test' })
}

const descriptors = new Map<number, string>()

/** What a live source does under a backup. */
const troubled: SourceFs = {
  ...posixSource,
  list: (path) => (path.endsWith('/forbidden') ? refuse('EACCES') : posixSource.list(path)),
  stat: (path) => (path.endsWith('/vanished-early') ? refuse('ENOENT') : posixSource.stat(path)),
  open(path) {
    if (path.endsWith('/vanished')) refuse('ENOENT')
    const fd = posixSource.open(path)
    descriptors.set(fd, path)
    return fd
  },
  read(fd, target, offset, length, position) {
    const path = descriptors.get(fd) ?? ''
    if (path.endsWith('/broken')) refuse('EIO')
    // Twice as long as lstat said, and half as long.
    if (path.endsWith('/growing')) {
      const given = Math.max(0, Math.min(length, 2000 - position))
      target.fill(0x67, offset, offset + given)
      return given
    }
    if (path.endsWith('/shrinking'))
      return posixSource.read(fd, target, offset, Math.min(length, 500 - position), position)
    return posixSource.read(fd, target, offset, length, position)
  },
}

runArchiverWorker({
  workerData: archiver,
  fs: trouble ? troubled : posixSource,
  storage: openLocalSync(root),
  observer: {
    maxBytes: 2_000_000,
    observeFile: (_unit, path, bytes) => (path.endsWith('.hl7') ? Buffer.from(`${path} ${bytes.length}`) : undefined),
  },
})
