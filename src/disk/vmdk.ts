/**
 * VMware's vmdk, to read: a descriptor with flat, sparse or zero extents, one sparse file with its descriptor inside, and
 * streamOptimized as exported appliances have it (VMware "Virtual Disk Format 5.0").
 */
import { inflateSync } from 'node:zlib'
import { AppError } from '#base'
import { type Bytes, damaged, parts, readWhole, stretch, zeros } from './bytes.ts'
import { TableCache } from './table-cache.ts'

export const VMDK_MAGIC = 0x564d444b
const SECTOR = 512
const MOST_DESCRIPTOR_BYTES = 64 * 1024
/** 2 TiB in grains of 64 KiB with tables of 512: 256 KiB. */
const MOST_DIRECTORY_ENTRIES = 1 << 20
const TABLES_BYTES = 4 << 20
const UNPACKED_BYTES = 8 << 20
/** Where the directory stands at the end of the file (streamOptimized). */
const AT_END = 0xffffffffffffffffn

type Siblings = (name: string) => Promise<Bytes | undefined>

export function isDescriptor(head: Buffer): boolean {
  return head.toString('latin1', 0, 21).toLowerCase() === '# disk descriptorfile'
}

/** The whole disk that a descriptor names. @throws DISK_DAMAGED, DISK_UNSUPPORTED, DISK_PART_MISSING */
export async function openDescriptor(file: Bytes, siblings: Siblings): Promise<Bytes> {
  const text = (await readWhole(file, 0, Math.min(file.sizeBytes, MOST_DESCRIPTOR_BYTES))).toString()
  return openExtents(text, (name) => siblings(name).then((found) => found && { file: found }))
}

/** One file with header, which may carry the descriptor itself. */
export async function openSparse(file: Bytes, siblings: Siblings): Promise<Bytes> {
  const header = await readHeader(file)
  const { descriptorAt, descriptorBytes } = header
  if (descriptorAt === 0) return sparse(file, header)
  const text = (await readWhole(file, descriptorAt, Math.min(descriptorBytes, MOST_DESCRIPTOR_BYTES))).toString()
  demandNoParent(text)
  const named = extentsOf(text)
  // It names itself, by the name it had when it was made.
  if (named.length <= 1) return sparse(file, header)
  let isFirst = true
  return openExtents(text, async (name) => {
    if (isFirst) {
      isFirst = false
      return { file, header }
    }
    const found = await siblings(name)
    return found && { file: found }
  })
}

interface Extent {
  readonly sectors: number
  readonly kind: string
  readonly name: string
  readonly from: number
}

function extentsOf(text: string): Extent[] {
  const line = /^(?:RW|RDONLY)\s+(\d+)\s+([A-Z]+)(?:\s+"([^"\n]*)"(?:\s+(\d+))?)?/gm
  return [...text.matchAll(line)].map(([, sectors, kind = '', name = '', from = '0']) => ({
    sectors: Number(sectors),
    kind,
    name,
    from: Number(from),
  }))
}

/** Changes of a snapshot alone are no disk; without its parent it would read as holes. */
function demandNoParent(text: string): void {
  const parent = /^parentCID\s*=\s*([0-9a-f]+)/im.exec(text)?.[1]
  if (parent !== undefined && !/^f{8}$/i.test(parent))
    throw new AppError('DISK_UNSUPPORTED', { detail: 'vmdk of a snapshot' })
}

async function openExtents(
  text: string,
  find: (name: string) => Promise<{ file: Bytes; header?: Header } | undefined>,
): Promise<Bytes> {
  demandNoParent(text)
  const extents = extentsOf(text)
  if (extents.length === 0 || extents.length > 1024) throw damaged('vmdk: a descriptor without extents')
  const disks: Bytes[] = []
  let directories = 0
  for (const { sectors, kind, name, from } of extents) {
    const sizeBytes = sectors * SECTOR
    if (!Number.isSafeInteger(sizeBytes)) throw damaged('vmdk: size of an extent')
    if (kind === 'ZERO') {
      disks.push({ sizeBytes, read: async (_, length) => zeros(length) })
      continue
    }
    if (!['FLAT', 'VMFS', 'SPARSE'].includes(kind)) throw new AppError('DISK_UNSUPPORTED', { detail: `vmdk ${kind}` })
    const found = await find(name)
    if (!found) throw new AppError('DISK_PART_MISSING', { detail: 'vmdk: extent', subject: name })
    if (kind !== 'SPARSE') {
      disks.push(stretch(found.file, from * SECTOR, sizeBytes))
      continue
    }
    const header = found.header ?? (await readHeader(found.file))
    // One small file, named a thousand times, would be a thousand directories in memory.
    directories += directoryEntries(header)
    if (directories > MOST_DIRECTORY_ENTRIES) throw damaged('vmdk: directories')
    disks.push(stretch(await sparse(found.file, header, extents.length), 0, sizeBytes))
  }
  return joined(disks)
}

function joined(disks: readonly Bytes[]): Bytes {
  if (disks.length === 1) return disks[0]!
  const starts: number[] = []
  let sizeBytes = 0
  for (const disk of disks) {
    starts.push(sizeBytes)
    sizeBytes += disk.sizeBytes
  }
  if (!Number.isSafeInteger(sizeBytes)) throw damaged('vmdk: size of the disk')
  return {
    sizeBytes,
    async read(offset, length) {
      const pieces: Uint8Array[] = []
      for (const [i, disk] of disks.entries()) {
        const from = Math.max(0, offset - starts[i]!)
        const to = Math.min(disk.sizeBytes, offset + length - starts[i]!)
        if (from < to) pieces.push(...(await disk.read(from, to - from)))
      }
      return pieces
    },
  }
}

interface Header {
  readonly sizeBytes: number
  readonly grainBytes: number
  readonly entriesPerTable: number
  readonly directoryAt: number
  readonly descriptorAt: number
  readonly descriptorBytes: number
  readonly isCompressed: boolean
}

async function readHeader(file: Bytes): Promise<Header> {
  const first = await readWhole(file, 0, SECTOR)
  // What stands at the end of a stream knows where the directory came to lie.
  const atEnd = first.readBigUInt64LE(56) === AT_END
  const head = atEnd ? await readWhole(file, file.sizeBytes - 2 * SECTOR, SECTOR) : first
  if (first.readUInt32LE(0) !== VMDK_MAGIC || head.readUInt32LE(0) !== VMDK_MAGIC) throw damaged('vmdk: no header')
  const sectors = (at: number): number => Number(head.readBigUInt64LE(at)) * SECTOR
  const header: Header = {
    sizeBytes: sectors(12),
    grainBytes: sectors(20),
    entriesPerTable: head.readUInt32LE(44),
    directoryAt: sectors(56),
    descriptorAt: sectors(28),
    descriptorBytes: sectors(36),
    isCompressed: (head.readUInt32LE(8) & 0x10000) !== 0,
  }
  const { grainBytes, entriesPerTable, sizeBytes } = header
  if (grainBytes < 4096 || grainBytes > 1 << 24 || entriesPerTable < 1 || entriesPerTable > 1 << 16)
    throw damaged('vmdk: size of grains')
  if (!Number.isSafeInteger(sizeBytes)) throw damaged('vmdk: size of the disk')
  if (header.isCompressed && head.readUInt16LE(77) !== 1)
    throw new AppError('DISK_UNSUPPORTED', { detail: 'vmdk compression' })
  return header
}

const directoryEntries = ({ sizeBytes, grainBytes, entriesPerTable }: Header): number =>
  Math.ceil(sizeBytes / (grainBytes * entriesPerTable))

/** @param among how many that share the room for tables */
async function sparse(file: Bytes, header: Header, among = 1): Promise<Bytes> {
  const entries = directoryEntries(header)
  if (entries > MOST_DIRECTORY_ENTRIES) throw damaged('vmdk: directory')
  return new Sparse(file, header, await readWhole(file, header.directoryAt, entries * 4), among)
}

class Sparse implements Bytes {
  readonly sizeBytes: number
  readonly #file: Bytes
  readonly #header: Header
  readonly #directory: Buffer
  readonly #tables: TableCache
  readonly #unpacked: TableCache

  constructor(file: Bytes, header: Header, directory: Buffer, among: number) {
    this.#tables = new TableCache(TABLES_BYTES / among)
    this.#unpacked = new TableCache(UNPACKED_BYTES / among)
    this.sizeBytes = header.sizeBytes
    this.#file = file
    this.#header = header
    this.#directory = directory
  }

  async read(offset: number, length: number): Promise<Uint8Array[]> {
    const pieces = await Promise.all(
      [...parts(offset, length, this.#header.grainBytes)].map(({ n, at, take }) => this.#readGrain(n, at, take)),
    )
    return pieces.flat()
  }

  async #readGrain(n: number, at: number, take: number): Promise<readonly Uint8Array[]> {
    const { entriesPerTable, isCompressed } = this.#header
    const table = this.#directory.readUInt32LE(4 * Math.floor(n / entriesPerTable)) * SECTOR
    if (table === 0) return zeros(take)
    const entries = await this.#tables.get(this.#file, table, entriesPerTable * 4)
    const sector = entries.readUInt32LE(4 * (n % entriesPerTable))
    // 1: a grain that was cleared.
    if (sector <= 1) return zeros(take)
    if (!isCompressed) return this.#file.read(sector * SECTOR + at, take)
    const plain = await this.#unpacked.make(n, () => this.#unpack(sector * SECTOR))
    return at + take <= plain.length
      ? [plain.subarray(at, at + take)]
      : [plain.subarray(at), ...zeros(take - Math.max(0, plain.length - at))]
  }

  /** Marker: sector of the grain (8), length (4), then a zlib stream. */
  async #unpack(at: number): Promise<Buffer> {
    const { grainBytes } = this.#header
    const length = (await readWhole(this.#file, at, 12)).readUInt32LE(8)
    if (length > 2 * grainBytes) throw damaged('vmdk: a compressed grain')
    try {
      return inflateSync(await readWhole(this.#file, at + 12, length), { maxOutputLength: grainBytes })
    } catch (cause) {
      throw damaged('vmdk: a compressed grain', cause)
    }
  }
}
