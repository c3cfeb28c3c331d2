/** RFC 6962 section 2.1: leaves and nodes are hashed behind different first bytes, so neither can pass for the other. */
import { createHash, hash } from 'node:crypto'

/** Bytes of a SHA-256 hash. */
export const HASH_SIZE = 32

/** SHA-256 of nothing: the root of the empty tree. */
export const emptyRoot = (): Uint8Array => hash('sha256', new Uint8Array(), 'buffer')

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(0)).update(entry).digest()
}

const nodeInput = Buffer.alloc(1 + 2 * HASH_SIZE, 1)

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_SIZE)
  return hash('sha256', nodeInput, 'buffer')
}

/** Root over hashes whose count is a power of two. */
export function completeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes
  while (row.length > 1) {
    const next: Uint8Array[] = []
    for (let i = 0; i < row.length; i += 2) next.push(nodeHash(row[i]!, row[i + 1]!))
    row = next
  }
  return row[0]!
}

/** The largest power of two smaller than `n` (n ≥ 2): where RFC 6962 splits a list of n entries. */
export function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
