/** Entry file of a session's own thread: a busy guest stops no page of the server. */
import { parentPort, workerData } from 'node:worker_threads'
import { type AppError, isAppError, systemError } from '#base'
import { type Bytes, type Overlay } from '#disk'
import { BlobIndex, BlobReader, decodeTree } from '#restic'
import { openSyncFrom } from '#storage'
import { openChanges } from './changes.ts'
import { exportsOf, partsOf } from './exports.ts'
import { listenNbd } from './listen.ts'
import { openDisk, warm } from './open-disk.ts'
import type { ServePlan, WorkerPlan, WorkerSays } from './wire.ts'
import { writeImage } from './write-image.ts'

const TELL_EVERY_MS = 1000
const plan = workerData as WorkerPlan
const port = parentPort!
const say = (words: WorkerSays): void => port.postMessage(words)
const asError = (error: unknown): AppError => (isAppError(error) ? error : systemError(error, 'serve a disk'))

try {
  const { storage, masterKey } = plan
  const index = BlobIndex.attach(plan.index)
  const reader = new BlobReader(openSyncFrom(storage), index, masterKey)
  const image = await openDisk(reader, index, decodeTree(plan.folder), plan.name)
  if (!image) throw new Error('the image is gone from its folder')
  const overlay = plan.changes && (await openChanges(image.disk, plan.changes.folder, plan.changes.secret))
  try {
    if (plan.do === 'serve') await serve(plan, image.disk, image.format, overlay)
    else await writeImage(overlay ?? image.disk, plan, (progress) => say({ say: 'progress', ...progress }))
  } finally {
    await overlay?.close()
  }
  say({ say: 'ended' })
} catch (error) {
  say({ say: 'ended', code: asError(error).code })
} finally {
  port.close()
}

async function serve(
  { listen }: ServePlan,
  disk: Bytes,
  format: 'raw' | 'qcow2' | 'vmdk',
  overlay: Overlay | undefined,
): Promise<void> {
  let bytesRead = 0
  const counted = (from: Bytes) => ({
    sizeBytes: from.sizeBytes,
    read(offset: number, length: number) {
      bytesRead += length
      return from.read(offset, length)
    },
  })
  const shown = overlay
    ? {
        ...counted(overlay),
        write: (offset: number, bytes: Uint8Array) => overlay.write(offset, bytes),
        flush: () => overlay.flush(),
      }
    : counted(disk)
  await warm(disk)
  const exports = await exportsOf(shown)
  const parts = await partsOf(exports)
  const serving = await listenNbd(listen, exports, (error) => say({ say: 'trouble', code: asError(error).code }))
  const tell = (): void =>
    say({ say: 'figures', bytesRead, changedBytes: overlay?.changedBytes ?? 0, clients: serving.clients() })
  const timer = setInterval(tell, TELL_EVERY_MS)
  say({ say: 'ready', format, sizeBytes: disk.sizeBytes, port: serving.port, parts })
  await new Promise<void>((done) => port.once('message', () => done()))
  clearInterval(timer)
  serving.end()
  await overlay?.flush()
  tell()
}
