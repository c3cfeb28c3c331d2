/** Which of the files that came back are dumps of databases, told by their beginnings. */
import { closeSync, createReadStream, createWriteStream, existsSync, openSync, readSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync, constants } from 'node:zlib'
import { AppError, type ErrorCode, isAppError, systemError } from '#base'
import type { DatabaseKind, DumpForm, Unpacked, Unpacker } from '#isolation'
import { restoredFiles, type RestoredFile } from './restored.ts'

export type Packing = 'none' | 'gzip' | 'zstd' | Unpacker

export interface Dump {
  readonly file: RestoredFile
  readonly kind: DatabaseKind
  readonly form: DumpForm
  readonly packing: Packing
  /** Folder that all of it lies in, where it is not the file alone. */
  readonly folder?: string
}

export const HEAD_BYTES = 64 * 1024
/** A line of comment that each tool begins with. */
const HEADS: readonly (readonly [RegExp, DatabaseKind, DumpForm])[] = [
  [/^-- PostgreSQL database cluster dump/m, 'postgresql', 'cluster'],
  [/^-- PostgreSQL database dump/m, 'postgresql', 'sql'],
  [/^-- (?:MySQL|MariaDB) dump|^\/\*M?!999999\\- enable the sandbox mode/m, 'mariadb', 'sql'],
]
/** How each begins, a byte a character; bzip2 has one of its nine levels between. */
const MAGICS: readonly (readonly [string, Packing])[] = [
  ['\x1f\x8b', 'gzip'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['\xfd7zXZ\0', 'xz'],
]
const BZIP2 = /^BZh[1-9]1AY&SY/
/** Formats whose insides nothing here knows: lz4, 7z. */
const OTHER_PACKING = ['\x04\x22\x4d\x18', '7z\xbc\xaf\x27\x1c']
/** In the head of pg_dump's archives: `PGDMP`, three bytes of version, two of widths, one of form. */
const FORMAT_AT = 10
/** What pg_dump -Fd writes into its table of contents is the number of a tar file's; 5 is its own. */
const OF_FOLDER: readonly (number | undefined)[] = [3, 5]
/** A tar file (pg_dump -Ft): the name of its first member, and `ustar` in its head. */
const TAR = /^toc\.dat\0[^]{249}ustar/
/** What Toride's own dumps lay beside the database: accounts, not a database. */
const NO_DATABASE = 'accounts.sql'

export interface Unread {
  readonly file: RestoredFile
  readonly code: ErrorCode
}

export interface Dumps {
  readonly known: readonly Dump[]
  /** Nothing here reads them, so they are neither good nor bad. */
  readonly unread: readonly Unread[]
}

/** The beginning of what a file holds that a program of the system unpacks. @throws ISOLATION_NO_UNPACKER and others */
export type Peek = (file: RestoredFile, tool: Unpacker) => Promise<Buffer>

/** The newest of each series: names that differ in digits only are one. */
export async function dumpsIn(target: string, peek: Peek): Promise<Dumps> {
  const known = new Map<string, Dump>()
  const unread = new Map<string, Unread>()
  const split = new Set<string>()
  for (const file of restoredFiles(target)) {
    if (basename(file.path) === NO_DATABASE) continue
    const found = await recognised(file, peek)
    if (!found) continue
    const series = seriesOf('folder' in found ? dirname(file.path) : file.path)
    if (isDump(found)) {
      if (found.folder !== undefined) split.add(series)
      if (isNewer(known.get(series), file)) known.set(series, found)
    } else if (isNewer(unread.get(series), file)) unread.set(series, found)
  }
  // A view has no rows beside it: it belongs to the folder's dump.
  const alone = [...known].filter(([series]) => split.has(series) || !split.has(dirname(series)))
  return { known: alone.map(([, dump]) => dump), unread: [...unread.values()] }
}

const seriesOf = (path: string): string => path.replace(/\d+/g, '#')
const isDump = (found: Dump | Unread): found is Dump => 'kind' in found
const isNewer = (before: Pick<Dump, 'file'> | undefined, { mtimeMs }: RestoredFile): boolean =>
  !before || before.file.mtimeMs <= mtimeMs

async function recognised(file: RestoredFile, peek: Peek): Promise<Dump | Unread | undefined> {
  const raw = headOf(file.bytes)
  const magic = raw.subarray(0, 10).toString('latin1')
  if (OTHER_PACKING.some((other) => magic.startsWith(other))) return { file, code: 'REHEARSAL_DUMP_UNREAD' }
  const packing = packingOf(magic)
  if (packing !== 'xz' && packing !== 'bzip2')
    return ofHead(file, packing, packing === 'none' ? raw : unpackedHead(raw, packing))
  try {
    const head = await peek(file, packing)
    return head.length === 0 ? { file, code: 'REHEARSAL_DUMP_UNREAD' } : ofHead(file, packing, head)
  } catch (error) {
    if (!isAppError(error) || error.code === 'BASE_CANCELLED' || error.code === 'ISOLATION_MISSING') throw error
    return { file, code: error.code }
  }
}

function packingOf(magic: string): Packing {
  if (BZIP2.test(magic)) return 'bzip2'
  return MAGICS.find(([start]) => magic.startsWith(start))?.[1] ?? 'none'
}

function ofHead(file: RestoredFile, packing: Packing, head: Buffer): Dump | undefined {
  const text = head.toString('latin1')
  const folder = dirname(file.bytes.toString())
  const archive = { file, packing, kind: 'postgresql', form: 'archive' } as const
  // A folder's table of contents; the rows lie in files beside it.
  if (text.startsWith('PGDMP')) return OF_FOLDER.includes(head[FORMAT_AT]) ? { ...archive, folder } : archive
  if (TAR.test(text)) return archive
  const [, kind, form] = HEADS.find(([pattern]) => pattern.test(text)) ?? []
  if (!kind || !form) return undefined
  // What `mariadb-dump --tab` writes: a table's definition, and its rows beside it.
  const rows = file.bytes.toString().replace(/\.sql$/, '.txt')
  const isTab = kind === 'mariadb' && packing === 'none' && rows.endsWith('.txt') && existsSync(rows)
  return isTab ? { file, packing, kind, form: 'tab', folder } : { file, kind, form, packing }
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
 * @param unpackBy a program of the system, in a place of its own
 * @throws REHEARSAL_NO_ROOM, REHEARSAL_DUMP_NOT_LOADED where it does not unpack, and what `unpackBy` throws
 */
export async function unpack(
  { file, packing }: Dump,
  to: string,
  roomBytes: number,
  unpackBy: (tool: Unpacker, mostBytes: number) => Promise<Unpacked>,
): Promise<void> {
  if (packing === 'xz' || packing === 'bzip2') {
    const unpacked = await unpackBy(packing, roomBytes)
    if (unpacked === 'longer') throw new AppError('REHEARSAL_NO_ROOM')
    if (unpacked === 'broken') throw new AppError('REHEARSAL_DUMP_NOT_LOADED')
    return
  }
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
