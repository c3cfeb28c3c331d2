/** Partition tables: MBR with its chain of logical ones, and GPT (UEFI 2.10, 5.3), in sectors of 512 bytes. */
import { type Bytes, readWhole, stretch } from './bytes.ts'

export interface Partition {
  /** From 1, as systems count them. */
  readonly number: number
  readonly disk: Bytes
}

const SECTOR = 512
const SIGNATURE = 0xaa55
const GPT = 0xee
const EXTENDED = new Set([0x05, 0x0f, 0x85])
const MOST = 128

/** Those that lie within the disk; [] where there is no table. */
export async function partitionsOf(disk: Bytes): Promise<Partition[]> {
  if (disk.sizeBytes < 2 * SECTOR) return []
  const mbr = await readWhole(disk, 0, SECTOR)
  if (mbr.readUInt16LE(510) !== SIGNATURE) return []
  const entries = entriesOf(mbr)
  if (entries.some(({ type }) => type === GPT)) return gpt(disk)
  const found = entries.flatMap(({ type, from, sectors }, i) =>
    EXTENDED.has(type) ? [] : within(disk, i + 1, from, sectors),
  )
  for (const { type, from } of entries) if (EXTENDED.has(type)) found.push(...(await logical(disk, from)))
  return found
}

interface Entry {
  readonly type: number
  readonly from: number
  readonly sectors: number
}

/** The four of a table. */
function entriesOf(sector: Buffer): Entry[] {
  return [446, 462, 478, 494].map((at) => ({
    type: sector[at + 4]!,
    from: sector.readUInt32LE(at + 8),
    sectors: sector.readUInt32LE(at + 12),
  }))
}

function within(disk: Bytes, number: number, from: number, sectors: number): Partition[] {
  const isThere = sectors > 0 && from > 0 && (from + sectors) * SECTOR <= disk.sizeBytes
  return isThere ? [{ number, disk: stretch(disk, from * SECTOR, sectors * SECTOR) }] : []
}

/** A chain of tables, each with one partition and the way to the next, told from the first. */
async function logical(disk: Bytes, first: number): Promise<Partition[]> {
  const found: Partition[] = []
  let next = first
  for (let number = 5; number < 5 + MOST && next > 0 && (next + 1) * SECTOR <= disk.sizeBytes; number++) {
    const table = await readWhole(disk, next * SECTOR, SECTOR)
    if (table.readUInt16LE(510) !== SIGNATURE) break
    const [here, link] = entriesOf(table) as [Entry, Entry]
    found.push(...within(disk, number, next + here.from, here.sectors))
    // Only onwards: a chain that leads back would have no end.
    const then = link.from > 0 ? first + link.from : 0
    next = then > next ? then : 0
  }
  return found
}

async function gpt(disk: Bytes): Promise<Partition[]> {
  const header = await readWhole(disk, SECTOR, SECTOR)
  if (header.toString('latin1', 0, 8) !== 'EFI PART') return []
  const tableAt = Number(header.readBigUInt64LE(72)) * SECTOR
  const count = Math.min(header.readUInt32LE(80), MOST)
  const entryBytes = header.readUInt32LE(84)
  if (entryBytes < 128 || entryBytes > 4096 || tableAt + count * entryBytes > disk.sizeBytes) return []
  const table = await readWhole(disk, tableAt, count * entryBytes)
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const entry = table.subarray(i * entryBytes, (i + 1) * entryBytes)
    if (entry.subarray(0, 16).every((byte) => byte === 0)) return []
    const from = Number(entry.readBigUInt64LE(32))
    return within(disk, i + 1, from, Number(entry.readBigUInt64LE(40)) - from + 1)
  })
}
