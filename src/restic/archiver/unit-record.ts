import type { ByteString, SourceStat } from '#base'
import { SEAL_OVERHEAD } from '../crypto.ts'
import type { UnitBlob, UnitFile } from './ports.ts'

/**
 * The record of a unit: what its folders and files looked like, their trees and blobs and where these lie, and notes.
 * Little-endian:
 *
 *     version(1) packCount(4) packId(32)*packCount folder
 *     folder = 1 name signature(44) flags(1) tree(32) childCount(4) childBytes(4) child*childCount
 *     file   = 2 name signature(44) blobCount(4) blob(48)*blobCount noteLength(2) note      0xffff: no note
 *     other  = 3 name signature(44)
 *     name   = length(2) bytes
 *     blob   = id(32) pack(4) offset(4) length(4) uncompressedLength(4)
 *
 * Children rise by the bytes of their names. A worker writes the part from the first folder on (the *body*) with places
 * left 0; the main thread fills them in once the packs are saved (see {@link resolveRecord}).
 */
const VERSION = 1
const FOLDER = 1
const FILE = 2
const OTHER = 3
export const SIGNATURE_BYTES = 44
const BLOB_BYTES = 48
const NO_NOTE = 0xffff
const MAX_NOTE_BYTES = 4096
const FLAG_COMPLETE = 1

export type EntryKind = 'folder' | 'file' | 'other'
const KINDS: Readonly<Record<number, EntryKind>> = { [FOLDER]: 'folder', [FILE]: 'file', [OTHER]: 'other' }

/**
 * What tells an unchanged file: times, inode, size, mode, owner. All zero, which never matches, where `racyFromNs` says
 * that the file may still change without a trace.
 */
export function writeSignature(target: Buffer, stat: SourceStat, racyFromNs: bigint): void {
  if (stat.ctimeNs >= racyFromNs) {
    target.fill(0)
    return
  }
  target.writeBigInt64LE(stat.mtimeNs, 0)
  target.writeBigInt64LE(stat.ctimeNs, 8)
  target.writeBigUInt64LE(stat.ino, 16)
  target.writeBigInt64LE(stat.size, 24)
  target.writeUInt32LE(Number(stat.mode), 32)
  target.writeUInt32LE(Number(stat.uid), 36)
  target.writeUInt32LE(Number(stat.gid), 40)
}

/** One entry of a record, read where it stands. Reading past the end of a damaged record throws a RangeError. */
export class RecordEntry {
  readonly kind: EntryKind
  readonly name: ByteString
  readonly #bytes: Buffer
  readonly #at: number
  /** Behind name and signature. */
  readonly #rest: number

  constructor(bytes: Buffer, at: number) {
    const kind = KINDS[bytes.readUInt8(at)]
    if (kind === undefined) throw new RangeError('unknown kind of entry')
    this.kind = kind
    this.#bytes = bytes
    this.#at = at
    const nameEnd = at + 3 + bytes.readUInt16LE(at + 1)
    this.name = bytes.toString('latin1', at + 3, nameEnd)
    this.#rest = nameEnd + SIGNATURE_BYTES
  }

  /** Where the next entry stands; for a folder, behind everything in it. */
  get end(): number {
    if (this.kind === 'folder') return this.#rest + 41 + this.#bytes.readUInt32LE(this.#rest + 37)
    if (this.kind === 'other') return this.#rest
    const length = this.#bytes.readUInt16LE(this.#noteAt)
    return this.#noteAt + 2 + (length === NO_NOTE ? 0 : length)
  }

  /** An all-zero signature (inode 0) matches nothing, itself included: two racy looks say nothing about what lay between. */
  hasSignature(signature: Buffer): boolean {
    if (signature.readUInt32LE(16) === 0 && signature.readUInt32LE(20) === 0) return false
    const at = this.#rest - SIGNATURE_BYTES
    return this.#bytes.compare(signature, 0, SIGNATURE_BYTES, at, this.#rest) === 0
  }

  get sizeBytes(): number {
    return Number(this.#bytes.readBigInt64LE(this.#rest - SIGNATURE_BYTES + 24))
  }

  get mtimeNs(): bigint {
    return this.#bytes.readBigInt64LE(this.#rest - SIGNATURE_BYTES)
  }

  /** Of a folder: its tree, its children's count, whether everything in it was read. */
  get tree(): string {
    return this.#bytes.toString('hex', this.#rest + 1, this.#rest + 33)
  }

  get childCount(): number {
    return this.#bytes.readUInt32LE(this.#rest + 33)
  }

  get isComplete(): boolean {
    return (this.#bytes.readUInt8(this.#rest) & FLAG_COMPLETE) !== 0
  }

  /** Of a folder: its children, as they stand. */
  *children(): IterableIterator<RecordEntry> {
    for (let child = this.firstChild; child; child = this.childAfter(child)) yield child
  }

  get firstChild(): RecordEntry | undefined {
    return this.#childAt(this.#rest + 41)
  }

  childAfter(child: RecordEntry): RecordEntry | undefined {
    return this.#childAt(child.end)
  }

  #childAt(at: number): RecordEntry | undefined {
    return at < this.end ? new RecordEntry(this.#bytes, at) : undefined
  }

  /** Of a file: the ids of its blobs. */
  get content(): string[] {
    const count = this.#bytes.readUInt32LE(this.#rest)
    return Array.from({ length: count }, (_, i) => {
      const at = this.#rest + 4 + i * BLOB_BYTES
      return this.#bytes.toString('hex', at, at + 32)
    })
  }

  /** Of a file: where each blob stands in the record's bytes. */
  *blobPositions(): IterableIterator<number> {
    const count = this.#bytes.readUInt32LE(this.#rest)
    for (let i = 0; i < count; i++) yield this.#rest + 4 + i * BLOB_BYTES
  }

  get note(): Uint8Array | undefined {
    const length = this.#bytes.readUInt16LE(this.#noteAt)
    return length === NO_NOTE ? undefined : this.#bytes.subarray(this.#noteAt + 2, this.#noteAt + 2 + length)
  }

  get #noteAt(): number {
    return this.#rest + 4 + this.#bytes.readUInt32LE(this.#rest) * BLOB_BYTES
  }

  /** The bytes of the whole entry. */
  get raw(): Buffer {
    return this.#bytes.subarray(this.#at, this.end)
  }
}

/** A whole record: its packs, and the entry of the unit's folder. */
export interface UnitRecord {
  readonly packs: readonly string[]
  readonly root: RecordEntry
}

/** @throws RangeError where the bytes are no record of this version */
export function decodeRecord(record: Uint8Array): UnitRecord {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  if (bytes.readUInt8(0) !== VERSION) throw new RangeError('another version of record')
  const count = bytes.readUInt32LE(1)
  if (5 + count * 32 > bytes.length) throw new RangeError('record of packs is cut')
  const packs = Array.from({ length: count }, (_, i) => bytes.toString('hex', 5 + i * 32, 37 + i * 32))
  const root = new RecordEntry(bytes, 5 + count * 32)
  if (root.end !== bytes.length) throw new RangeError('record is cut')
  return { packs, root }
}

/** Files of a unit's record, in the order of their paths' names. For records that came out of a unit store. */
export function* unitFiles(record: Uint8Array): IterableIterator<UnitFile> {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  const { packs, root } = decodeRecord(record)
  yield* filesBelow(root, '', (at) => blobAt(bytes, packs, at))
}

function blobAt(bytes: Buffer, packs: readonly string[], at: number): UnitBlob {
  return {
    id: bytes.subarray(at, at + 32),
    packId: packs[bytes.readUInt32LE(at + 32)] ?? '',
    offset: bytes.readUInt32LE(at + 36),
    length: bytes.readUInt32LE(at + 40),
    uncompressedLength: bytes.readUInt32LE(at + 44),
  }
}

const plainBytes = (blobs: readonly UnitBlob[]): number =>
  blobs.reduce((sum, { length, uncompressedLength: plain }) => sum + (plain > 0 ? plain : length - SEAL_OVERHEAD), 0)

function* filesBelow(
  folder: RecordEntry,
  prefix: ByteString,
  blobAt: (position: number) => UnitBlob,
): IterableIterator<UnitFile> {
  for (const child of folder.children()) {
    const path = prefix + child.name
    if (child.kind === 'folder') yield* filesBelow(child, `${path}/`, blobAt)
    if (child.kind !== 'file') continue
    const blobs = [...child.blobPositions()].map(blobAt)
    // A file that changed moments before has no signature to read its size from; it is not empty for that.
    yield { path, sizeBytes: child.sizeBytes || plainBytes(blobs), mtimeNs: child.mtimeNs, blobs, note: child.note }
  }
}

/** Writes a body, one entry after the other; reused from unit to unit. */
export class RecordWriter {
  #bytes = Buffer.alloc(64 * 1024)
  #length = 0

  clear(): void {
    this.#length = 0
  }

  /** Starts a folder; the result goes to {@link endFolder}. */
  beginFolder(name: ByteString, signature: Buffer): number {
    this.#head(FOLDER, name, signature)
    const at = this.#length
    this.#reserve(41)
    this.#length += 41
    return at
  }

  endFolder(at: number, tree: string, childCount: number, isComplete: boolean): void {
    this.#bytes.writeUInt8(isComplete ? FLAG_COMPLETE : 0, at)
    this.#bytes.write(tree, at + 1, 32, 'hex')
    this.#bytes.writeUInt32LE(childCount, at + 33)
    this.#bytes.writeUInt32LE(this.#length - at - 41, at + 37)
  }

  file(name: ByteString, signature: Buffer, content: readonly string[], note: Uint8Array | undefined): void {
    this.#head(FILE, name, signature)
    this.#reserve(4 + content.length * BLOB_BYTES + 2 + MAX_NOTE_BYTES)
    this.#length = this.#bytes.writeUInt32LE(content.length, this.#length)
    for (const id of content) {
      this.#bytes.write(id, this.#length, 32, 'hex')
      this.#bytes.fill(0, this.#length + 32, this.#length + BLOB_BYTES)
      this.#length += BLOB_BYTES
    }
    const kept = note !== undefined && note.length <= MAX_NOTE_BYTES ? note : undefined
    this.#length = this.#bytes.writeUInt16LE(kept?.length ?? NO_NOTE, this.#length)
    if (kept) this.#append(kept)
  }

  other(name: ByteString, signature: Buffer): void {
    this.#head(OTHER, name, signature)
  }

  /** An unchanged entry as it stood; its places are filled in anew with the rest. */
  copy(entry: RecordEntry): void {
    this.#append(entry.raw)
  }

  /** The same with a new signature: nothing in a folder changed, but its own times or owner did. */
  copySigned(entry: RecordEntry, signature: Buffer): void {
    const signatureAt = this.#length + 3 + entry.name.length
    this.copy(entry)
    this.#bytes.set(signature, signatureAt)
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.#length))
  }

  #head(kind: number, name: ByteString, signature: Buffer): void {
    this.#reserve(3 + name.length + SIGNATURE_BYTES)
    let at = this.#bytes.writeUInt8(kind, this.#length)
    at = this.#bytes.writeUInt16LE(name.length, at)
    at += this.#bytes.write(name, at, 'latin1')
    this.#bytes.set(signature, at)
    this.#length = at + SIGNATURE_BYTES
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#length + bytes))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** Finds where a blob lies; undefined while its pack is not saved and indexed yet. */
export type Locate = (id: Buffer, type: 'data' | 'tree') => Place | undefined
export interface Place {
  readonly packId: string
  readonly offset: number
  readonly length: number
  readonly uncompressedLength: number
}

/** The blobs and trees of a record, to be found without any index. */
export interface KnownPlaces {
  readonly packs: readonly string[]
  readonly locate: Locate
}

/** What a record knows. Where in which of its packs a tree lies it does not say: only the pack counts, any of them. */
export function knownPlaces(record: Uint8Array): KnownPlaces {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  const { packs, root } = decodeRecord(record)
  const places = new Map<string, Place>()
  const visit = (entry: RecordEntry): void => {
    if (entry.kind === 'folder') {
      places.set(`tree ${entry.tree}`, { packId: packs[0]!, offset: 0, length: 0, uncompressedLength: 0 })
      for (const child of entry.children()) visit(child)
    }
    if (entry.kind !== 'file') return
    for (const at of entry.blobPositions()) {
      const { id, ...place } = blobAt(bytes, packs, at)
      places.set(`data ${id.toString('hex')}`, place)
    }
  }
  visit(root)
  return { packs, locate: (id, type) => places.get(`${type} ${id.toString('hex')}`) }
}

/**
 * A whole record from a worker's body: with the place of every blob and the packs that hold blobs and trees; undefined
 * while one of them has no place.
 * @param base an earlier record whose blobs count as placed where `locate` does not know them; its packs are all kept
 */
export function resolveRecord(body: Uint8Array, locate: Locate, base?: KnownPlaces): Buffer | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const packs = new Map(base?.packs.map((id, number) => [id, number]))
  const find: Locate = base ? (id, type) => locate(id, type) ?? base.locate(id, type) : locate
  if (!resolveEntry(bytes, new RecordEntry(bytes, 0), find, packs)) return undefined
  const header = Buffer.alloc(5)
  header.writeUInt8(VERSION, 0)
  header.writeUInt32LE(packs.size, 1)
  return Buffer.concat([header, Buffer.from([...packs.keys()].join(''), 'hex'), bytes])
}

function resolveEntry(bytes: Buffer, entry: RecordEntry, locate: Locate, packs: Map<string, number>): boolean {
  if (entry.kind === 'folder') {
    const place = locate(Buffer.from(entry.tree, 'hex'), 'tree')
    if (!place) return false
    numberOf(packs, place.packId)
    for (const child of entry.children()) if (!resolveEntry(bytes, child, locate, packs)) return false
  }
  if (entry.kind === 'file') {
    for (const at of entry.blobPositions()) {
      const place = locate(bytes.subarray(at, at + 32), 'data')
      if (!place) return false
      bytes.writeUInt32LE(numberOf(packs, place.packId), at + 32)
      bytes.writeUInt32LE(place.offset, at + 36)
      bytes.writeUInt32LE(place.length, at + 40)
      bytes.writeUInt32LE(place.uncompressedLength, at + 44)
    }
  }
  return true
}

function numberOf(packs: Map<string, number>, id: string): number {
  const known = packs.get(id)
  if (known !== undefined) return known
  packs.set(id, packs.size)
  return packs.size - 1
}
