/**
 * The sealed form of a patient index: authenticated header in the clear, then the payload in AES-256-GCM chunks (the
 * STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár 2015, as age uses it): chunks cannot be swapped, cut off or
 * taken from another file, because each nonce holds its number and whether it is the last, and the key and the
 * associated data belong to this file alone.
 *
 * Layout: 8 bytes magic · u32 LE header length · header (JSON) · 32 bytes salt · chunks of 1 MiB plain + 16 bytes tag.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { AppError, type EpochMs } from '#base'

const MAGIC = Buffer.from('TORIDEPI')
const CHUNK_BYTES = 1 << 20
const TAG_BYTES = 16
const SALT_BYTES = 32
const MAX_HEADER_BYTES = 1 << 16

/** Raised with the columns and with what they mean: an index of another version counts as damaged, and is built again from the generation. */
export const INDEX_VERSION = 4

/** What may be read without the key. No patient data. */
export interface IndexHeader {
  readonly version: typeof INDEX_VERSION
  readonly generationId: string
  readonly asOf: EpochMs
  /** Of a source without SS-MIX2: how its files were read (IntakeReader). */
  readonly reading?: string
  /** Bytes of the payload once decompressed: bounds memory before anything is inflated. */
  readonly payloadBytes: number
}

/** `key` is 32 bytes, from the key ring; a fresh salt makes a key of its own for every file. */
export function sealIndex(header: IndexHeader, payload: Uint8Array, key: Uint8Array): Buffer {
  const front = frontOf(header, randomBytes(SALT_BYTES))
  const parts: Buffer[] = [front.bytes]
  const chunks = Math.max(1, Math.ceil(payload.length / CHUNK_BYTES))
  for (let i = 0; i < chunks; i++) {
    const cipher = createCipheriv('aes-256-gcm', fileKey(key, front.salt), nonce(i, i === chunks - 1))
    cipher.setAAD(front.digest)
    parts.push(
      cipher.update(payload.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)),
      cipher.final(),
      cipher.getAuthTag(),
    )
  }
  return Buffer.concat(parts)
}

/** The header alone, not yet authenticated: for finding the right file and key. Throws CHART_INDEX_DAMAGED. */
export function readIndexHeader(sealed: Uint8Array): IndexHeader {
  return readFront(sealed).header
}

/**
 * The payload. Throws CHART_INDEX_DAMAGED where a byte was changed, cut off or added, where the key is another's, or
 * where the index is not that of `generationId`.
 */
export function openSealedIndex(sealed: Uint8Array, key: Uint8Array, generationId: string): Buffer {
  const front = readFront(sealed)
  if (front.header.generationId !== generationId) throw damaged('index of another generation')
  const body = sealed.subarray(front.bodyStart)
  const step = CHUNK_BYTES + TAG_BYTES
  const chunks = Math.ceil(body.length / step)
  if (chunks === 0) throw damaged('no chunk')
  const opened = fileKey(key, front.salt)
  const parts: Buffer[] = []
  for (let i = 0; i < chunks; i++)
    parts.push(...openChunk(opened, nonce(i, i === chunks - 1), front.digest, body.subarray(i * step, (i + 1) * step)))
  return Buffer.concat(parts)
}

function openChunk(key: Buffer, iv: Buffer, aad: Buffer, chunk: Uint8Array): Buffer[] {
  if (chunk.length < TAG_BYTES) throw damaged('chunk too short')
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(aad)
  decipher.setAuthTag(chunk.subarray(chunk.length - TAG_BYTES))
  try {
    return [decipher.update(chunk.subarray(0, chunk.length - TAG_BYTES)), decipher.final()]
  } catch (cause) {
    throw damaged('chunk does not authenticate', cause)
  }
}

function frontOf(header: IndexHeader, salt: Buffer): { bytes: Buffer; salt: Buffer; digest: Buffer } {
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  const bytes = Buffer.concat([MAGIC, length, json, salt])
  return { bytes, salt, digest: createHash('sha256').update(bytes).digest() }
}

function readFront(sealed: Uint8Array): { header: IndexHeader; salt: Buffer; digest: Buffer; bodyStart: number } {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
  if (bytes.length < 12 || !bytes.subarray(0, 8).equals(MAGIC)) throw damaged('not a patient index')
  const headerEnd = 12 + bytes.readUInt32LE(8)
  const bodyStart = headerEnd + SALT_BYTES
  if (headerEnd > 12 + MAX_HEADER_BYTES || bodyStart > bytes.length) throw damaged('header cut off')
  return {
    header: parseHeader(bytes.toString('utf8', 12, headerEnd)),
    salt: bytes.subarray(headerEnd, bodyStart),
    digest: createHash('sha256').update(bytes.subarray(0, bodyStart)).digest(),
    bodyStart,
  }
}

function parseHeader(json: string): IndexHeader {
  let header: Partial<IndexHeader>
  try {
    header = JSON.parse(json) as Partial<IndexHeader>
  } catch (cause) {
    throw damaged('header is not JSON', cause)
  }
  if (header.version !== INDEX_VERSION) throw damaged('unknown version')
  if (typeof header.generationId !== 'string' || typeof header.asOf !== 'number') throw damaged('header incomplete')
  if (!Number.isSafeInteger(header.payloadBytes)) throw damaged('header incomplete')
  return header as IndexHeader
}

function fileKey(key: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, 'toride patient index v1', 32))
}

/** 11 bytes of chunk number, then 1 for the last chunk. */
function nonce(chunk: number, last: boolean): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32BE(chunk, 7)
  iv[11] = last ? 1 : 0
  return iv
}

function damaged(detail: string, cause?: unknown): AppError {
  return new AppError('CHART_INDEX_DAMAGED', cause === undefined ? { detail } : { detail, cause })
}
