/** Which of the files that came back are dumps of databases, told by their beginnings. */
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync, constants } from 'node:zlib'
import { AppError, systemError } from '#base'
import type { DatabaseKind, DumpForm } from '#isolation'
import { restoredFiles, type RestoredFile } from './restored.ts'

export interface Dump {
  readonly file: RestoredFile
  readonly kind: DatabaseKind
  readonly form: DumpForm
  readonly packing: 'none' | 'gzip' | 'zstd'
}

const HEAD_BYTES = 64 * 1024
/** A line of comment that each tool begins with. */
const HEADS: readonly (readonly [RegExp, DatabaseKind, DumpForm])[] = [
  [/^-- PostgreSQL database cluster dump/m, 'postgresql', 'cluster'],
  [/^-- PostgreSQL database dump/m, 'postgresql', 'sql'],
  [/^-- (?:MySQL|MariaDB) dump|^\/\*M?!999999\\- enable the sandbox mode/m, 'mariadb', 'sql'],
]
/** xz; bzip2 with the beginning of its first block. */
const OTHER_PACKING = /^(?:\xfd7zXZ\0|BZh[1-9]1AY&SY)/
/** In the head of pg_dump's archives: `PGDMP`, three bytes of version, two of widths, one of form. */
const FORMAT_AT = 10
const FOLDER = 5
/** What Toride's own dumps lay beside the database: accounts, not a database. */
const NO_DATABASE = 'accounts.sql'

export interface Dumps {
  readonly known: readonly Dump[]
  /** Packed by xz or bzip2, or one of many files of a folder: nothing here reads them, so they are neither good nor bad. */
  readonly unread: readonly RestoredFile[]
}

/** The newest of each series: names that differ in digits only are one. */
export function dumpsIn(target: string): Dumps {
  const newest = new Map<string, Dump>()
  const unread = new Map<string, RestoredFile>()
  for (const file of restoredFiles(target)) {
    if (basename(file.path) === NO_DATABASE) continue
    const series = file.path.replace(/\d+/g, '#')
    const known = recognised(file)
    if (known === 'unread') unread.set(series, newer(unread.get(series), file))
    else if (known && newer(newest.get(series)?.file, file) === file) newest.set(series, known)
  }
  return { known: [...newest.values()], unread: [...unread.values()] }
}

const newer = (before: RestoredFile | undefined, file: RestoredFile): RestoredFile =>
  !before || before.mtimeMs <= file.mtimeMs ? file : before

function recognised(file: RestoredFile): Dump | 'unread' | undefined {
  const raw = headOf(file.bytes)
  if (OTHER_PACKING.test(raw.subarray(0, 10).toString('latin1'))) return 'unread'
  const packing = packingOf(raw)
  const head = packing === 'none' ? raw : unpackedHead(raw, packing)
  const isArchive = head.subarray(0, 5).toString('latin1') === 'PGDMP'
  // Its table of contents; the rows lie in files beside it.
  if (isArchive && head[FORMAT_AT] === FOLDER) return 'unread'
  if (isArchive) return { file, kind: 'postgresql', form: 'custom', packing }
  const text = head.toString('latin1')
  const [, kind, form] = HEADS.find(([pattern]) => pattern.test(text)) ?? []
  return kind && form && { file, kind, form, packing }
}

function headOf(path: Buffer): Buffer {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

function packingOf(head: Buffer): Dump['packing'] {
  const magic = head.subarray(0, 4).toString('hex')
  if (magic.startsWith('1f8b')) return 'gzip'
  return magic === '28b52ffd' ? 'zstd' : 'none'
}

/** What of the beginning can be unpacked; nothing where it is no such file. */
function unpackedHead(head: Buffer, packing: 'gzip' | 'zstd'): Buffer {
  try {
    return packing === 'gzip'
      ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * HEAD_BYTES })
      : zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush, maxOutputLength: 64 * HEAD_BYTES })
  } catch {
    return Buffer.alloc(0)
  }
}

/**
 * Writes it out as the database's tool reads it. @param roomBytes a packed file may unfold to anything
 * @throws REHEARSAL_NO_ROOM, REHEARSAL_DUMP_NOT_LOADED where it does not unpack
 */
export async function unpack({ file, packing }: Dump, to: string, roomBytes: number): Promise<void> {
  const unpacker = packing === 'gzip' ? createGunzip() : createZstdDecompress()
  let written = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length
      done(written > roomBytes ? new AppError('REHEARSAL_NO_ROOM') : null, chunk)
    },
  })
  try {
    await pipeline(createReadStream(file.bytes), unpacker, measured, createWriteStream(to, { mode: 0o600 }))
  } catch (error) {
    if (error instanceof AppError) throw error
    if (systemError(error, 'unpacking a dump').code === 'STORAGE_FULL') throw new AppError('REHEARSAL_NO_ROOM')
    throw new AppError('REHEARSAL_DUMP_NOT_LOADED', { cause: error })
  }
}
