/**
 * A small zip in memory, read with limits and written anew: only for office files that somebody uploads, which may be
 * hostile. Source: PKWARE APPNOTE 6.3.10, 4.3.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { AppError } from '#base'

export type Parts = Map<string, Buffer>

const MOST_FILE = 20 * 1024 * 1024
const MOST_PARTS = 2000
const MOST_UNPACKED = 100 * 1024 * 1024
const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50

const refused = (detail: string): AppError => new AppError('OFFICE_TEMPLATE_REFUSED', { detail })

/** @throws OFFICE_TEMPLATE_REFUSED for what is no zip, is damaged, leads out of itself or swells */
export function unzipped(bytes: Uint8Array): Parts {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length > MOST_FILE) throw refused('too large')
  try {
    return partsOf(file)
  } catch (error) {
    // What reads over an end, or does not inflate.
    throw error instanceof AppError ? error : refused('damaged zip')
  }
}

function partsOf(file: Buffer): Parts {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || file.readUInt32LE(end) !== END) throw refused('no zip')
  const count = file.readUInt16LE(end + 10)
  if (count > MOST_PARTS) throw refused('too many parts')
  const parts: Parts = new Map()
  let left = MOST_UNPACKED
  let at = file.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    if (file.readUInt32LE(at) !== CENTRAL) throw refused('damaged zip')
    const [flags, method, crc] = [file.readUInt16LE(at + 8), file.readUInt16LE(at + 10), file.readUInt32LE(at + 16)]
    const packed = file.readUInt32LE(at + 20)
    const nameLength = file.readUInt16LE(at + 28)
    const name = file.toString('utf8', at + 46, at + 46 + nameLength)
    const local = file.readUInt32LE(at + 42)
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
    if ((flags & 1) !== 0) throw refused('encrypted')
    if (name.endsWith('/')) continue
    if (!/^[^/\\:][^\\:]*$/.test(name) || name.split('/').some((one) => one === '..' || one === '.' || one === ''))
      throw refused('a name leads outside')
    if (parts.has(name)) throw refused('a name stands twice')
    if (file.readUInt32LE(local) !== LOCAL) throw refused('damaged zip')
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const content = file.subarray(from, from + packed)
    if (content.length !== packed || (method !== 0 && method !== 8)) throw refused('damaged zip')
    // By what really comes out, never by what the file says of its size.
    const unpacked =
      method === 0 ? Buffer.from(content) : inflateRawSync(content, { maxOutputLength: Math.max(1, left) })
    left -= unpacked.length
    if (left <= 0 || crc32(unpacked) !== crc) throw refused('damaged or too large')
    parts.set(name, unpacked)
  }
  return parts
}

/** 1980-01-01: two calls with the same parts give the same file. */
const DAY = 0x21

export function zipped(parts: Parts): Buffer {
  const [bodies, records]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const [name, content] of parts) {
    const title = Buffer.from(name)
    const packed = deflateRawSync(content)
    const head = Buffer.alloc(26)
    for (const [place, number] of [
      [0, 20],
      [2, 0x800],
      [4, 8],
      [8, DAY],
      [22, title.length],
    ] as const)
      head.writeUInt16LE(number, place)
    head.writeUInt32LE(crc32(content), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(content.length, 18)
    const local = Buffer.concat([word(LOCAL), head, title, packed])
    records.push(Buffer.concat([word(CENTRAL), Buffer.from([20, 0]), head, Buffer.alloc(10), word(offset), title]))
    bodies.push(local)
    offset += local.length
  }
  const central = Buffer.concat(records)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(parts.size, 8)
  end.writeUInt16LE(parts.size, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, central, end])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
