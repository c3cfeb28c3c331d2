import { AppError } from '#base'
import type { BlobIndex, PackedBlob } from './blob-index.ts'

/** One pack as an index file describes it. */
export interface IndexedPack {
  readonly id: string
  readonly blobs: readonly PackedBlob[]
}

/** restic internal/repository/index/index.go: which blobs lie in which packs. */
export interface IndexFile {
  readonly name: string
  readonly packs: readonly IndexedPack[]
}

const ID = /^[0-9a-f]{64}$/
const MAX_UINT32 = 2 ** 32 - 1
/** The index keeps a length in 31 bits beside the type: a larger one would turn data into a tree. */
const MAX_LENGTH = 2 ** 31 - 1

/** A pack whose blobs are told one after the other, as often as asked: fifty thousand objects are not made for an index. */
export interface DescribedPack {
  readonly id: string
  readonly blobs: Iterable<PackedBlob>
}

const PART_CHARACTERS = 64 * 1024

/** The JSON of an index file; fields and newline as restic writes them. Packs are taken one at a time. */
export function encodeIndex(packs: Iterable<DescribedPack>): Buffer {
  // Bytes part by part: the text of a whole index would be many times as large as what is sealed in the end.
  const parts: Buffer[] = []
  let text = '{"packs":['
  let betweenPacks = ''
  for (const { id, blobs } of packs) {
    text += `${betweenPacks}{"id":"${id}","blobs":[`
    betweenPacks = ','
    let betweenBlobs = ''
    for (const blob of blobs) {
      text += betweenBlobs + encodeBlob(blob)
      betweenBlobs = ','
      if (text.length < PART_CHARACTERS) continue
      parts.push(Buffer.from(text, 'latin1'))
      text = ''
    }
    text += ']}'
  }
  return Buffer.concat([...parts, Buffer.from(`${text}]}\n`, 'latin1')])
}

function encodeBlob({ id, type, offset, length, uncompressedLength }: PackedBlob): string {
  const compressed = uncompressedLength > 0 ? `,"uncompressed_length":${uncompressedLength}` : ''
  return `{"id":"${id}","type":"${type}","offset":${offset},"length":${length}${compressed}}`
}

/** @throws RESTIC_DAMAGED where it is no index: what a pack claims is checked when it is read, not here. */
export function decodeIndex(json: Buffer): IndexedPack[] {
  let raw: unknown
  try {
    raw = JSON.parse(json.toString('latin1')) // Pure ASCII where it is valid: ids, types, numbers.
  } catch (cause) {
    throw damaged('no JSON', cause)
  }
  const packs = (raw as { packs?: unknown } | null)?.packs ?? []
  if (!Array.isArray(packs)) throw damaged('packs')
  return packs.map(decodePack)
}

function decodePack(raw: unknown): IndexedPack {
  const { id, blobs } = (raw ?? {}) as { id?: unknown; blobs?: unknown }
  if (typeof id !== 'string' || !ID.test(id)) throw damaged('pack id')
  if (!Array.isArray(blobs)) throw damaged('blobs')
  return { id, blobs: blobs.map(decodeBlob) }
}

function decodeBlob(raw: unknown): PackedBlob {
  const { id, type, offset, length, uncompressed_length = 0 } = (raw ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || !ID.test(id)) throw damaged('blob id')
  if (type !== 'data' && type !== 'tree') throw damaged('blob type')
  if (!isUint32(offset) || !isUint32(length) || !isUint32(uncompressed_length)) throw damaged('blob place')
  if (length > MAX_LENGTH) throw damaged('blob length')
  return { id, type, offset, length, uncompressedLength: uncompressed_length }
}

function isUint32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32
}

/** Adds all packs of an index file that the blob index does not know yet. */
export function addIndexFile(index: BlobIndex, file: readonly IndexedPack[]): void {
  for (const pack of file) index.addPack(pack.id, pack.blobs)
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `index file: ${what}`, cause })
}
