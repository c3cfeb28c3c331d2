/** QEMU's qcow2, versions 2 and 3, to read (QEMU docs/interop/qcow2.txt). Without encryption and external data files. */
import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { AppError } from '#base'
import { type Bytes, damaged, parts, readWhole, zeros } from './bytes.ts'
import { TableCache } from './table-cache.ts'
import { zstdFrameLength } from './zstd-frame.ts'

export const QCOW2_MAGIC = 0x514649fb
const OFFSET_MASK = 0x00fffffffffffe00n
const COMPRESSED = 1n << 62n
/** Of version 3: the cluster reads as zeros whatever lies below. */
const ZERO = 1n
/** Dirty and corrupt bits speak of reference counts, which nobody reads here; the compression type is known. */
const KNOWN_INCOMPATIBLE = 0b1011n
/** What QEMU allows as well; 256 TiB in clusters of 64 KiB take 4 MiB. */
const MOST_L1_BYTES = 1 << 25
/** 256 tables of 64 KiB speak for 128 GiB of disk. */
const TABLES_BYTES = 16 << 20
const UNPACKED_BYTES = 8 << 20

interface Header {
  readonly clusterBits: number
  readonly sizeBytes: number
  readonly backing: string | undefined
  readonly isZstd: boolean
}

/**
 * @param backingOf what the image lies upon, by the plain name it states; undefined where it is not there
 * @throws DISK_DAMAGED, DISK_UNSUPPORTED, DISK_PART_MISSING
 */
export async function openQcow2(file: Bytes, backingOf: (name: string) => Promise<Bytes | undefined>): Promise<Bytes> {
  const head = await readWhole(file, 0, Math.min(file.sizeBytes, 512))
  if (head.length < 72) throw damaged('qcow2: no header')
  const header = await readHeader(file, head)
  const l1Entries = head.readUInt32BE(36)
  if (l1Entries * 8 > MOST_L1_BYTES) throw damaged('qcow2: first table')
  const covered = l1Entries * 2 ** (2 * header.clusterBits - 3)
  if (covered < header.sizeBytes) throw damaged('qcow2: first table does not cover the disk')
  const l1 = await readWhole(file, Number(head.readBigUInt64BE(40)), l1Entries * 8)
  let backing: Bytes | undefined
  if (header.backing !== undefined) {
    backing = await backingOf(header.backing)
    if (!backing) throw new AppError('DISK_PART_MISSING', { detail: 'qcow2: backing file' })
  }
  return new Qcow2(file, header, l1, backing)
}

async function readHeader(file: Bytes, head: Buffer): Promise<Header> {
  const version = head.readUInt32BE(4)
  if (version !== 2 && version !== 3) throw unsupported(`qcow2 version ${version}`)
  if (head.readUInt32BE(32) !== 0) throw unsupported('qcow2 with encryption')
  const incompatible = version === 3 ? head.readBigUInt64BE(72) : 0n
  if ((incompatible & ~KNOWN_INCOMPATIBLE) !== 0n) throw unsupported(`qcow2 features ${incompatible}`)
  const clusterBits = head.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) throw damaged('qcow2: size of clusters')
  const sizeBytes = Number(head.readBigUInt64BE(24))
  if (!Number.isSafeInteger(sizeBytes)) throw damaged('qcow2: size of the disk')
  const nameAt = Number(head.readBigUInt64BE(8))
  const nameBytes = head.readUInt32BE(16)
  if (nameAt > 0 && nameBytes > 1023) throw damaged('qcow2: name of the backing file')
  const isZstd = (incompatible & 8n) !== 0n
  if (isZstd && head[104] !== 1) throw unsupported(`qcow2 compression ${head[104]}`)
  return {
    clusterBits,
    sizeBytes,
    backing: nameAt > 0 ? (await readWhole(file, nameAt, nameBytes)).toString() : undefined,
    isZstd,
  }
}

class Qcow2 implements Bytes {
  readonly sizeBytes: number
  readonly #file: Bytes
  readonly #clusterBytes: number
  readonly #clusterBits: number
  readonly #isZstd: boolean
  readonly #l1: Buffer
  readonly #backing: Bytes | undefined
  readonly #tables = new TableCache(TABLES_BYTES)
  readonly #unpacked = new TableCache(UNPACKED_BYTES)

  constructor(file: Bytes, header: Header, l1: Buffer, backing: Bytes | undefined) {
    this.sizeBytes = header.sizeBytes
    this.#file = file
    this.#clusterBits = header.clusterBits
    this.#clusterBytes = 2 ** header.clusterBits
    this.#isZstd = header.isZstd
    this.#l1 = l1
    this.#backing = backing
  }

  async read(offset: number, length: number): Promise<Uint8Array[]> {
    const pieces = await Promise.all(
      [...parts(offset, length, this.#clusterBytes)].map(({ n, at, take }) => this.#readCluster(n, at, take)),
    )
    return pieces.flat()
  }

  async #readCluster(n: number, at: number, take: number): Promise<readonly Uint8Array[]> {
    const entry = await this.#entry(n)
    if ((entry & COMPRESSED) !== 0n) {
      const plain = await this.#unpacked.make(n, () => this.#unpack(entry))
      return [plain.subarray(at, at + take)]
    }
    const from = Number(entry & OFFSET_MASK)
    if ((entry & ZERO) !== 0n) return zeros(take)
    if (from === 0) return this.#below(n * this.#clusterBytes + at, take)
    if (from % this.#clusterBytes !== 0) throw damaged('qcow2: a cluster out of line')
    // The last cluster may end with the file, and what is missing reads as zeros.
    const there = Math.max(0, Math.min(take, this.#file.sizeBytes - from - at))
    if (there === take) return this.#file.read(from + at, take)
    return [...(there > 0 ? await this.#file.read(from + at, there) : []), ...zeros(take - there)]
  }

  async #entry(n: number): Promise<bigint> {
    const perTable = this.#clusterBytes / 8
    const table = Number(this.#l1.readBigUInt64BE(8 * Math.floor(n / perTable)) & OFFSET_MASK)
    if (table === 0) return 0n
    const l2 = await this.#tables.get(this.#file, table, this.#clusterBytes)
    return l2.readBigUInt64BE(8 * (n % perTable))
  }

  /** A backing file may be smaller than the disk. */
  async #below(offset: number, take: number): Promise<readonly Uint8Array[]> {
    const there = Math.max(0, Math.min(take, (this.#backing?.sizeBytes ?? 0) - offset))
    return [...(there > 0 ? await this.#backing!.read(offset, there) : []), ...zeros(take - there)]
  }

  /** A compressed cluster begins at any byte and ends within the sectors it states. */
  async #unpack(entry: bigint): Promise<Buffer> {
    const offsetBits = 62n - BigInt(this.#clusterBits - 8)
    const from = Number(entry & ((1n << offsetBits) - 1n))
    const sectors = Number((entry & ~COMPRESSED & ((1n << 62n) - 1n)) >> offsetBits) + 1
    const length = Math.min(sectors * 512 - (from % 512), this.#file.sizeBytes - from)
    const packed = await readWhole(this.#file, from, length)
    const most = { maxOutputLength: this.#clusterBytes }
    try {
      const plain = this.#isZstd
        ? zstdDecompressSync(packed.subarray(0, zstdFrameLength(packed)), most)
        : inflateRawSync(packed, most)
      if (plain.length === this.#clusterBytes) return plain
    } catch (cause) {
      throw damaged('qcow2: a compressed cluster', cause)
    }
    throw damaged('qcow2: a compressed cluster')
  }
}

function unsupported(detail: string): AppError {
  return new AppError('DISK_UNSUPPORTED', { detail })
}
