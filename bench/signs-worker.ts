/** An archiver's worker with or without looks at what it reads; otherwise as the product's (vault/backup-worker.ts). */
import { workerData } from 'node:worker_threads'
import { posixSource } from '#posix'
import { type Observer, runArchiverWorker } from '#restic'
import { observe, pathText } from '#ssmix2'
import { openLocalSync } from '#storage'
import { looksObserver, ssmix2Observer } from '../src/vault/observer.ts'

const { archiver, root, roots, kind, looks } = workerData as {
  archiver: unknown
  root: string
  roots: string[]
  kind: 'ssmix2' | 'folder'
  looks: boolean
}

/** The notes of an SS-MIX2 storage are made for the patient index anyway. */
const withoutLooks: Observer = {
  maxBytes: ssmix2Observer(roots).maxBytes,
  observeFile(unitPath, filePath, bytes, sizeBytes) {
    if (bytes.length < sizeBytes) return undefined
    return observe(pathText(`${unitPath}/${filePath}`.slice(roots[0]!.length + 1)), bytes)
  },
}
const plain = kind === 'ssmix2' ? { observer: withoutLooks } : {}
const looking = { observer: kind === 'ssmix2' ? ssmix2Observer(roots) : looksObserver }
runArchiverWorker({
  workerData: archiver,
  fs: posixSource,
  storage: openLocalSync(root),
  ...(looks ? looking : plain),
})
