import { hash } from 'node:crypto'
import { AppError, isAppError, type TargetFs, type TargetMetadata, type TargetStat } from '#base'
import type { BlobIndex } from '../blob-index.ts'
import type { BlobReader } from '../blob-reader.ts'
import { SEAL_OVERHEAD } from '../crypto.ts'
import { type ExtendedAttribute, permissions, type Node } from '../node.ts'
import { addLosses, type RestoreSettings, type RestoreTally } from './ports.ts'
import type { TargetFolder } from './folder.ts'
import type { Control } from '../workers.ts'

const SETUID_SETGID = 0o6000
const ZEROS = Buffer.alloc(8 * 1024 * 1024)

/** What a writer works with in its thread. */
export interface WriterContext {
  readonly fs: TargetFs
  readonly index: BlobIndex
  readonly reader: BlobReader
  readonly settings: RestoreSettings
  readonly control: Control
  /** The last large folder of this thread: its slices come one after the other, and reading its tree costs a second. */
  readonly lastLarge: { tree?: string; nodes?: readonly Node[] }
}

/** The metadata to set for a node, within what the settings allow. */
export function metadataOf(node: Node, settings: RestoreSettings, tally: RestoreTally): TargetMetadata {
  let bits = permissions(node.mode)
  if (!settings.special && node.type !== 'dir' && (bits & SETUID_SETGID) !== 0) {
    bits &= ~SETUID_SETGID
    tally.specialSkipped += 1
  }
  return {
    ...(settings.owner && { uid: node.uid, gid: node.gid }),
    permissions: bits,
    atimeNs: node.atimeNs,
    mtimeNs: node.mtimeNs,
    ...(node.extendedAttributes && { extendedAttributes: attributesOf(node.extendedAttributes, settings, tally) }),
  }
}

/** `security.capability` is setuid by another name, `trusted.*` speaks to the system itself: only where it was asked for. */
function attributesOf(
  attributes: readonly ExtendedAttribute[],
  settings: RestoreSettings,
  tally: RestoreTally,
): readonly ExtendedAttribute[] {
  if (settings.special) return attributes
  const harmless = attributes.filter(({ name }) => !/^(?:security|trusted)\./.test(name.toString('latin1')))
  if (harmless.length < attributes.length) tally.specialSkipped += 1
  return harmless
}

/** Bytes of a data blob as the index states them. @throws RESTIC_BLOB_MISSING */
export function plainLength(index: BlobIndex, id: string): number {
  const entry = index.lookup(id, 'data')
  if (entry === -1) throw new AppError('RESTIC_BLOB_MISSING', { context: { blob: id.slice(0, 16) } })
  const { length, uncompressedLength } = index.location(entry)
  return uncompressedLength > 0 ? uncompressedLength : length - SEAL_OVERHEAD
}

/** Whether a file stays as it is by policy. `compare` looks at its bytes first. */
export function decide(existing: TargetStat, node: Node, settings: RestoreSettings): 'skip' | 'replace' | 'compare' {
  const isFile = existing.kind === 'file'
  switch (settings.overwrite) {
    case 'never':
      return 'skip'
    case 'if-newer':
      return isFile && existing.mtimeNs >= node.mtimeNs ? 'skip' : 'replace'
    case 'if-changed':
      return isFile && existing.mtimeNs === node.mtimeNs && existing.sizeBytes === (node.sizeBytes ?? 0)
        ? 'skip'
        : 'compare'
    default:
      return isFile ? 'compare' : 'replace'
  }
}

/**
 * Restores one regular file. A new one is written under its own name and taken away again when it cannot be completed; an
 * existing one is replaced in one step by a complete new one, so that a damaged repository costs nothing that was there.
 */
export function restoreFile(context: WriterContext, folder: TargetFolder, node: Node, tally: RestoreTally): void {
  const { fs, settings } = context
  const parent = folder.handle
  const made = settings.whole ? undefined : makeNew(context, parent, node.name)
  if (made === undefined && keepExisting(context, parent, node, tally)) return
  const name: Buffer = made === undefined ? temporaryName(node.name) : node.name
  if (made === undefined) fs.remove(parent, name)
  const file = made ?? fs.createFile(parent, name)
  try {
    writeContent(context, file, node, tally)
    addLosses(tally, fs.setOpenMetadata(file, metadataOf(node, settings, tally)))
  } catch (error) {
    fs.close(file)
    fs.remove(parent, name)
    throw error
  }
  fs.close(file)
  if (name === node.name || place(context, parent, name, node.name, tally)) tally.files += 1
}

/** Undefined where the name is taken. */
function makeNew({ fs }: WriterContext, parent: number, name: Buffer): number | undefined {
  try {
    return fs.createFile(parent, name)
  } catch (error) {
    if (isAppError(error, 'STORAGE_EXISTS')) return undefined
    throw error
  }
}

/**
 * Puts something complete under its name. What has the name and differs goes under another (`aside`), is replaced in one
 * step, or stays (`never`): then false.
 */
export function place(context: WriterContext, parent: number, from: Buffer, to: Buffer, tally: RestoreTally): boolean {
  const { fs, settings } = context
  if (settings.aside !== undefined) keepAside(context, parent, to, tally)
  if (settings.aside === undefined && settings.overwrite !== 'never') {
    replace(fs, parent, from, to)
    return true
  }
  try {
    fs.renameNew(parent, from, to)
    return true
  } catch (error) {
    fs.remove(parent, from)
    // It came after the look at what was there.
    if (!isAppError(error, 'STORAGE_EXISTS') || settings.aside !== undefined) throw error
    tally.skipped += 1
    return false
  }
}

/** Gives what has a name another one; nothing that is kept already gives way for it. */
export function keepAside({ fs, settings }: WriterContext, parent: number, name: Buffer, tally: RestoreTally): void {
  for (let n = 1; fs.stat(parent, name) !== undefined; n++) {
    try {
      fs.renameNew(parent, name, asideName(name, `${settings.aside}${n === 1 ? '' : `-${n}`}`))
      tally.kept += 1
    } catch (error) {
      if (!isAppError(error, 'STORAGE_EXISTS')) throw error
    }
  }
}

/** Bytes that file systems give a name. */
const MOST_NAME_BYTES = 255

/** A name that is full loses from its end, on a whole character of UTF-8. */
function asideName(name: Buffer, ending: string): Buffer {
  const end = Buffer.from(ending)
  let cut = Math.min(name.length, MOST_NAME_BYTES - end.length)
  while (cut < name.length && cut > 0 && (name[cut]! & 0xc0) === 0x80) cut--
  return Buffer.concat([name.subarray(0, cut), end])
}

/** The same name for each try, so that what a cut left behind is found and replaced. */
export function temporaryName(name: Buffer): Buffer {
  return Buffer.from(`.toride-${hash('sha256', name, 'hex').slice(0, 24)}.part`)
}

/** Puts a complete file under its name, in place of whatever but a folder has it. */
export function replace(fs: TargetFs, parent: number, from: Buffer, to: Buffer): void {
  try {
    fs.rename(parent, from, to)
  } catch (error) {
    fs.remove(parent, from)
    throw error
  }
}

/** True where what is there stays: by policy, or since its bytes are right, when only its metadata is set. */
export function keepExisting(context: WriterContext, parent: number, node: Node, tally: RestoreTally): boolean {
  const { fs, settings } = context
  const existing = fs.stat(parent, node.name)
  if (existing === undefined) return false
  const decision = decide(existing, node, settings)
  const keep = decision === 'skip' || (decision === 'compare' && hasContent(context, parent, node, existing))
  if (!keep) return false
  if (decision === 'compare') {
    addLosses(tally, fs.setMetadata(parent, node.name, metadataOf(node, settings, tally)))
  }
  tally.skipped += 1
  context.control.count(1, node.sizeBytes ?? 0)
  return true
}

function hasContent(context: WriterContext, parent: number, node: Node, existing: TargetStat): boolean {
  // A file with several names must not be shared with names that the snapshot does not know.
  if (existing.kind !== 'file' || existing.links > 1 || existing.sizeBytes !== (node.sizeBytes ?? 0)) return false
  let file: number | undefined
  try {
    file = context.fs.openFile(parent, node.name)
    return differsAt(context, file, node) === undefined
  } catch {
    return false // unreadable, or of unknown blobs: writing it says what is wrong
  } finally {
    if (file !== undefined) context.fs.close(file)
  }
}

/** Offset of the first blob whose bytes in an open file do not hash to its id, or undefined where all do. */
export function differsAt({ fs, index, control }: WriterContext, file: number, node: Node): number | undefined {
  let position = 0
  for (const id of node.content ?? []) {
    control.check()
    const bytes = Buffer.allocUnsafe(plainLength(index, id))
    if (fs.read(file, bytes, position) < bytes.length || hash('sha256', bytes, 'hex') !== id) return position
    position += bytes.length
  }
  return fs.read(file, Buffer.alloc(1), position) === 0 ? undefined : position
}

/** The length is judged before anything is written: a few entries can claim more bytes than any disk has. */
function writeContent(context: WriterContext, file: number, node: Node, tally: RestoreTally): void {
  const { fs, index, control, settings } = context
  const content = node.content ?? []
  refuseLength(
    content.reduce((sum, id) => sum + plainLength(index, id), 0),
    node,
  )
  const end = writeBlobs(context, file, content, 0)
  if (settings.sparse) fs.truncate(file, end)
  tally.bytes += end
  control.count(1, 0)
}

/** @throws RESTIC_DAMAGED where a file's entry and its blobs disagree about its length */
export function refuseLength(bytes: number, { sizeBytes = 0 }: Node): void {
  if (bytes === sizeBytes) return
  throw new AppError('RESTIC_DAMAGED', { detail: `its blobs hold ${bytes} bytes, its entry says ${sizeBytes}` })
}

/** Writes blobs one behind the other from a position; the position behind the last. */
export function writeBlobs(context: WriterContext, file: number, ids: readonly string[], position: number): number {
  const { fs, reader, settings, control } = context
  let at = position
  for (const id of ids) {
    control.check()
    const bytes = reader.load(id, 'data')
    if (!settings.sparse || !isZero(bytes)) fs.write(file, bytes, at)
    at += bytes.length
    control.count(0, bytes.length)
  }
  return at
}

function isZero(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes.length <= ZEROS.length && ZEROS.compare(bytes, 0, bytes.length, 0, bytes.length) === 0
}
