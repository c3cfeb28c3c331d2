/** Checking proofs: RFC 9162 sections 2.1.3.2 and 2.1.4.2, step by step. Needs no storage, decides with true or false. */
import { emptyRoot, nodeHash, sameHash } from './hash.ts'

const isOdd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)

/** Whether `proof` shows `leaf` at `index` in the tree of `size` entries with `root`. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else hash = nodeHash(hash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && sameHash(hash, root)
}

/** Whether `proof` shows that the tree (`oldSize`, `oldRoot`) is a beginning of the tree (`newSize`, `newRoot`). */
export function verifyConsistency(
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize) || oldSize < 0 || oldSize > newSize) return false
  if (oldSize === newSize) return proof.length === 0 && sameHash(oldRoot, newRoot)
  // Everything begins with nothing; the RFC leaves this case to the caller.
  if (oldSize === 0) return proof.length === 0 && sameHash(oldRoot, emptyRoot())
  const path = Number.isInteger(Math.log2(oldSize)) ? [oldRoot, ...proof] : [...proof]
  const first = path.shift()
  if (!first) return false
  let node = oldSize - 1
  let last = newSize - 1
  while (isOdd(node)) {
    node = half(node)
    last = half(last)
  }
  let oldHash = first
  let newHash = first
  for (const sibling of path) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash)
      newHash = nodeHash(sibling, newHash)
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else newHash = nodeHash(newHash, sibling)
    node = half(node)
    last = half(last)
  }
  return last === 0 && sameHash(oldHash, oldRoot) && sameHash(newHash, newRoot)
}
