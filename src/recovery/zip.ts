/**
 * Files of a generation as a zip that streams: nothing of it lies on a disk of ours. Own code, since the libraries at hand
 * either keep the archive in memory or lack Zip64 (docs/dependencies.md). Sizes and checksums follow each file (data
 * descriptor), names are UTF-8 and such as Windows takes.
 * Source: PKWARE APPNOTE 6.3.10, 4.3 (records), 4.5.3 (Zip64), appendix D (UTF-8).
 */
import { crc32, createDeflateRaw } from 'node:zlib'

export interface ZipEntry {
  /** `/` between names, safe (see {@link safeNames}). */
  readonly name: string
  readonly mtimeMs: number
  readonly content: AsyncIterable<Uint8Array>
}

const DEFLATE = 8
/** Bit 3: sizes behind the content; bit 11: names are UTF-8. */
const FLAGS = 0x0808
const ZIP64 = 45
const MOST_32 = 0xffffffff
const MOST_16 = 0xffff

interface Written {
  readonly name: Buffer
  readonly time: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

/** The archive's bytes, file by file as they are read. What fails on the way ends it: a cut zip opens nowhere. */
export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const written: Written[] = []
  let offset = 0
  for await (const entry of entries) {
    const name = Buffer.from(entry.name)
    const time = dosTime(entry.mtimeMs)
    const head = localHeader(name, time)
    yield head
    const sum = { crc: 0, size: 0, packed: 0 }
    for await (const bytes of deflated(entry.content, sum)) {
      sum.packed += bytes.length
      yield bytes
    }
    const tail = descriptor(sum)
    yield tail
    written.push({ name, time, ...sum, offset })
    offset += head.length + sum.packed + tail.length
  }
  let size = 0
  for (const one of written) {
    const record = centralHeader(one)
    size += record.length
    yield record
  }
  yield ending(written.length, size, offset)
}

async function* deflated(
  content: AsyncIterable<Uint8Array>,
  sum: { crc: number; size: number },
): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level: 6 })
  const feeding = (async () => {
    for await (const bytes of content) {
      sum.crc = crc32(bytes, sum.crc)
      sum.size += bytes.length
      if (!deflate.write(bytes)) await new Promise<void>((done) => deflate.once('drain', done))
    }
    deflate.end()
  })()
  feeding.catch((error: Error) => deflate.destroy(error))
  for await (const bytes of deflate) yield bytes as Uint8Array
  await feeding
}

function localHeader(name: Buffer, time: number): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(ZIP64, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt16LE(DEFLATE, 8)
  head.writeUInt32LE(time, 10)
  head.writeUInt32LE(MOST_32, 18)
  head.writeUInt32LE(MOST_32, 22)
  head.writeUInt16LE(name.length, 26)
  // Sizes that are not known yet are announced as 64-bit ones, so that the descriptor may hold such.
  const extra = Buffer.alloc(20)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(16, 2)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, name, extra])
}

function descriptor({ crc, packed, size }: { crc: number; packed: number; size: number }): Buffer {
  const tail = Buffer.alloc(24)
  tail.writeUInt32LE(0x08074b50, 0)
  tail.writeUInt32LE(crc, 4)
  tail.writeBigUInt64LE(BigInt(packed), 8)
  tail.writeBigUInt64LE(BigInt(size), 16)
  return tail
}

function centralHeader({ name, time, crc, packed, size, offset }: Written): Buffer {
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  // Made on Unix, whose mode makes a plain file of it.
  head.writeUInt16LE((3 << 8) | ZIP64, 4)
  head.writeUInt16LE(ZIP64, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt16LE(DEFLATE, 10)
  head.writeUInt32LE(time, 12)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(MOST_32, 20)
  head.writeUInt32LE(MOST_32, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt16LE(28, 30)
  head.writeUInt32LE(0o100644 * 0x10000, 38)
  head.writeUInt32LE(MOST_32, 42)
  const extra = Buffer.alloc(28)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(24, 2)
  extra.writeBigUInt64LE(BigInt(size), 4)
  extra.writeBigUInt64LE(BigInt(packed), 12)
  extra.writeBigUInt64LE(BigInt(offset), 20)
  return Buffer.concat([head, name, extra])
}

function ending(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(56 + 20 + 22)
  end.writeUInt32LE(0x06064b50, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeUInt16LE((3 << 8) | ZIP64, 12)
  end.writeUInt16LE(ZIP64, 14)
  end.writeBigUInt64LE(BigInt(count), 24)
  end.writeBigUInt64LE(BigInt(count), 32)
  end.writeBigUInt64LE(BigInt(size), 40)
  end.writeBigUInt64LE(BigInt(offset), 48)
  end.writeUInt32LE(0x07064b50, 56)
  end.writeBigUInt64LE(BigInt(offset + size), 64)
  end.writeUInt32LE(1, 72)
  end.writeUInt32LE(0x06054b50, 76)
  end.writeUInt16LE(Math.min(count, MOST_16), 84)
  end.writeUInt16LE(Math.min(count, MOST_16), 86)
  end.writeUInt32LE(Math.min(size, MOST_32), 88)
  end.writeUInt32LE(Math.min(offset, MOST_32), 92)
  return end
}

const JAPAN_MS = 9 * 3_600_000

/** The institution's time; before 1980 and after 2107 the format has none. */
function dosTime(ms: number): number {
  const at = new Date(Math.min(Math.max(ms + JAPAN_MS, Date.UTC(1980)), Date.UTC(2107, 11, 31)))
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return date * 0x10000 + time
}

/** Names of devices, which Windows gives to no file. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i
const MOST_NAME = 200

/**
 * Names that Windows takes, different ones for different files: characters it forbids become `_`, nothing leads out of the
 * folder, and what would be the same to it (`A.txt`, `a.txt`) is counted.
 */
export function safeNames(): (path: readonly string[]) => string {
  const taken = new Map<string, number>()
  return (path) => {
    const whole = path.map(safeName).join('/')
    const key = whole.normalize('NFC').toLowerCase()
    const count = taken.get(key) ?? 0
    taken.set(key, count + 1)
    if (count === 0) return whole
    const dot = whole.lastIndexOf('.') > whole.lastIndexOf('/') + 1 ? whole.lastIndexOf('.') : whole.length
    return `${whole.slice(0, dot)} (${count + 1})${whole.slice(dot)}`
  }
}

function safeName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const clean = name.replace(/[\u0000-\u001f\u007f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]/g, '_').replace(/[. ]+$/, '_')
  const short = Array.from(clean).slice(0, MOST_NAME).join('')
  if (short === '' || short === '_') return '_'
  return DEVICES.test(short) ? `_${short}` : short
}
