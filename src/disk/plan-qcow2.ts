/** A new qcow2 of version 3 (QEMU docs/interop/qcow2.txt): data where it comes, all tables behind it. */
import { QCOW2_MAGIC } from './qcow2.ts'

const HEADER_BYTES = 104
/** A cluster that is used once: the copied flag of L1 and L2. */
const COPIED = 1n << 63n

export interface Qcow2Plan {
  /** Where the bytes of the nth cluster of the disk go; asked once for each that is not all zero. */
  place(cluster: number): number
  /** Header and tables, when all clusters have their place. */
  tables(): Iterable<{ readonly at: number; readonly bytes: Uint8Array }>
}

/** @param clusterBytes a power of two between 512 and 2 MiB */
export function planQcow2(sizeBytes: number, clusterBytes: number): Qcow2Plan {
  const perTable = clusterBytes / 8
  const placed = new Map<number, number>()
  let clusters = 1
  return {
    place(cluster) {
      placed.set(cluster, clusters)
      return clusters++ * clusterBytes
    },
    *tables() {
      const l2Count = Math.ceil(Math.ceil(sizeBytes / clusterBytes) / perTable)
      const l2 = new Map<number, Buffer>()
      for (const [cluster, at] of placed) {
        const n = Math.floor(cluster / perTable)
        const table = l2.get(n) ?? Buffer.alloc(clusterBytes)
        l2.set(n, table)
        table.writeBigUInt64BE(BigInt(at * clusterBytes) | COPIED, (cluster % perTable) * 8)
      }
      const l1 = Buffer.alloc(Math.max(1, Math.ceil((l2Count * 8) / clusterBytes)) * clusterBytes)
      for (const [n, table] of l2) {
        l1.writeBigUInt64BE(BigInt(clusters * clusterBytes) | COPIED, n * 8)
        yield { at: clusters++ * clusterBytes, bytes: table }
      }
      const l1At = clusters
      yield { at: l1At * clusterBytes, bytes: l1 }
      clusters += l1.length / clusterBytes
      const refcounts = clusters
      const { table, blocks, total } = counts(clusters, clusterBytes)
      yield { at: refcounts * clusterBytes, bytes: table(refcounts) }
      yield { at: (refcounts + table(refcounts).length / clusterBytes) * clusterBytes, bytes: blocks }
      clusters = total
      const header = Buffer.alloc(clusterBytes)
      header.writeUInt32BE(QCOW2_MAGIC, 0)
      header.writeUInt32BE(3, 4)
      header.writeUInt32BE(Math.log2(clusterBytes), 20)
      header.writeBigUInt64BE(BigInt(sizeBytes), 24)
      header.writeUInt32BE(l2Count, 36)
      header.writeBigUInt64BE(BigInt(l1At * clusterBytes), 40)
      header.writeBigUInt64BE(BigInt(refcounts * clusterBytes), 48)
      header.writeUInt32BE(table(refcounts).length / clusterBytes, 56)
      // Reference counts of 16 bits.
      header.writeUInt32BE(4, 96)
      header.writeUInt32BE(HEADER_BYTES, 100)
      yield { at: 0, bytes: header }
    },
  }
}

/** Every cluster is used once, those of the counts themselves too. */
function counts(used: number, clusterBytes: number) {
  const perBlock = clusterBytes / 2
  let [tables, blockCount, total] = [1, 1, used + 2]
  for (;;) {
    blockCount = Math.ceil(total / perBlock)
    tables = Math.ceil((blockCount * 8) / clusterBytes)
    if (total === used + tables + blockCount) break
    total = used + tables + blockCount
  }
  const blocks = Buffer.alloc(blockCount * clusterBytes)
  for (let n = 0; n < total; n++) blocks.writeUInt16BE(1, n * 2)
  const table = (from: number): Buffer => {
    const bytes = Buffer.alloc(tables * clusterBytes)
    for (let n = 0; n < blockCount; n++) bytes.writeBigUInt64BE(BigInt((from + tables + n) * clusterBytes), n * 8)
    return bytes
  }
  return { table, blocks, total }
}
