/** A disk with its changes as one new image. Written beside its name, read back and compared, and only then named. */
import { createHash, type Hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { AppError, systemError } from '#base'
import { type Bytes, openImage, planQcow2 } from '#disk'
import type { WritePlan } from './wire.ts'

/** Read and written at once. */
const STEP = 4 * 1024 * 1024
/** What is zero in whole pieces of this is left a hole. */
const PIECE = 64 * 1024

type Tell = (progress: { phase: 'save' | 'check'; bytesDone: number; bytesTotal: number }) => void

/**
 * @throws STORAGE_EXISTS (nothing is overwritten), STORAGE_FULL, STORAGE_DENIED, DISK_DAMAGED where what was written does
 * not read back
 */
export async function writeImage(disk: Bytes, { to, form }: Pick<WritePlan, 'to' | 'form'>, tell: Tell): Promise<void> {
  // One that a kill left is begun anew.
  const part = `${to}.part`
  if (existsSync(to)) throw new AppError('STORAGE_EXISTS')
  try {
    const file = await open(part, 'w+', 0o600)
    try {
      const written = await writeAll(disk, file, form, tell)
      await file.sync()
      if (written !== (await readBack(file, disk.sizeBytes, form, tell)))
        throw new AppError('DISK_DAMAGED', { detail: 'a written image reads otherwise' })
    } finally {
      await file.close()
    }
    if (existsSync(to)) throw new AppError('STORAGE_EXISTS')
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw systemError(error, 'write an image')
  }
}

async function writeAll(disk: Bytes, file: FileHandle, form: WritePlan['form'], tell: Tell): Promise<string> {
  const qcow2 = form === 'qcow2' ? planQcow2(disk.sizeBytes, PIECE) : undefined
  if (!qcow2) await file.truncate(disk.sizeBytes)
  const hash = createHash('sha256')
  await eachStep(disk, 'save', tell, async (bytes, offset) => {
    hash.update(bytes)
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE)
      if (isZero(piece)) continue
      await writeFully(file, piece, qcow2 ? qcow2.place((offset + at) / PIECE) : offset + at)
    }
  })
  for (const { at, bytes } of qcow2?.tables() ?? []) await writeFully(file, bytes, at)
  return hash.digest('hex')
}

/** Through the same eyes that read images of others. */
async function readBack(file: FileHandle, sizeBytes: number, form: WritePlan['form'], tell: Tell): Promise<string> {
  const { size } = await file.stat()
  const flat: Bytes = { sizeBytes: size, read: async (offset, length) => [await readFully(file, offset, length)] }
  const disk = form === 'raw' ? flat : (await openImage(flat, async () => undefined)).disk
  const hash: Hash = createHash('sha256')
  if (disk.sizeBytes !== sizeBytes) return ''
  await eachStep(disk, 'check', tell, async (bytes) => void hash.update(bytes))
  return hash.digest('hex')
}

async function eachStep(
  disk: Bytes,
  phase: 'save' | 'check',
  tell: Tell,
  step: (bytes: Buffer, offset: number) => Promise<void>,
): Promise<void> {
  const bytesTotal = disk.sizeBytes
  for (let offset = 0; offset < bytesTotal; offset += STEP) {
    await step(Buffer.concat(await disk.read(offset, Math.min(STEP, bytesTotal - offset))), offset)
    tell({ phase, bytesDone: Math.min(offset + STEP, bytesTotal), bytesTotal })
  }
}

const ZEROS = Buffer.alloc(PIECE)
const isZero = (piece: Buffer): boolean => ZEROS.subarray(0, piece.length).equals(piece)

async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(length)
  for (let have = 0; have < length;) {
    const { bytesRead } = await file.read(into, have, length - have, offset + have)
    if (bytesRead === 0) throw new AppError('DISK_DAMAGED', { detail: 'a written image is shorter than it was' })
    have += bytesRead
  }
  return into
}

async function writeFully(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
  }
}
