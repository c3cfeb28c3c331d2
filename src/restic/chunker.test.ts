import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Chunker, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from './chunker.ts'
import { Kernel } from './kernel/kernel.ts'
import { isIrreducible, randomPolynomial } from './polynomial.ts'

/** The polynomial of restic's own tests. */
const POLYNOMIAL = 0x3da3358b4dc173n
const SIZE = 24 * 1024 * 1024

/** Bytes that repeat in every run. */
function noise(length: number, seed: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed}${i}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

/** The chunker as its own source reads: one byte after the other, the window in a ring, digests as BigInt halves. */
function referenceCuts(data: Buffer, polynomial: bigint): number[] {
  const degree = 53
  const reduce = (x: bigint): bigint => {
    for (let i = BigInt(x.toString(2).length - 1); i >= 53n; i--) if ((x >> i) & 1n) x ^= polynomial << (i - 53n)
    return x
  }
  const out = Array.from({ length: 256 }, (_, b) => reduce(BigInt(b) << BigInt(8 * 63)))
  const mod = Array.from({ length: 256 }, (_, b) => reduce(BigInt(b) << BigInt(degree)) | (BigInt(b) << BigInt(degree)))
  const cuts: number[] = []
  for (let start = 0; start < data.length;) {
    const window = new Uint8Array(64)
    let [digest, at, count] = [0n, 0, MIN_CHUNK_BYTES - 64]
    const slide = (byte: number): void => {
      digest ^= out[window[at]!]!
      window[at] = byte
      at = (at + 1) % 64
      const index = Number((digest >> BigInt(degree - 8)) & 0xffn)
      digest = ((digest << 8n) | BigInt(byte)) ^ mod[index]!
    }
    slide(1)
    let end = data.length
    for (let i = start + count; i < data.length; i++) {
      slide(data[i]!)
      count++
      if (count >= MIN_CHUNK_BYTES && ((digest & 0xfffffn) === 0n || count >= MAX_CHUNK_BYTES)) {
        end = i + 1
        break
      }
    }
    cuts.push(end)
    start = end
  }
  return cuts
}

function cuts(data: Buffer, polynomial: bigint, step: number): number[] {
  const kernel = new Kernel()
  const chunker = new Chunker(kernel, polynomial)
  const at = kernel.allocate(data.length)
  kernel.bytes.set(data, at)
  const ends: number[] = []
  for (let start = 0; start < data.length;) {
    let [available, searched] = [0, 0]
    for (;;) {
      available = Math.min(available + step, data.length - start)
      const next = chunker.next(at + start, available, searched)
      if ('end' in next || start + available === data.length) {
        start += 'end' in next ? next.end : available
        break
      }
      searched = next.searched
    }
    ends.push(start)
  }
  return ends
}

test('cuts are those of the definition, however the bytes arrive', () => {
  const data = noise(3 * 1024 * 1024, 'b')
  const expected = referenceCuts(data, POLYNOMIAL)
  assert.ok(expected.length > 2)
  for (const step of [data.length, 1024 * 1024, 333_333]) assert.deepEqual(cuts(data, POLYNOMIAL, step), expected)
  const other = randomPolynomial()
  const short = data.subarray(0, 1_500_000)
  assert.deepEqual(cuts(short, other, 200_000), referenceCuts(short, other))
})

test('zeros are cut at the minimum, what never matches at the maximum', () => {
  assert.deepEqual(cuts(Buffer.alloc(3 * MIN_CHUNK_BYTES + 5), POLYNOMIAL, 1 << 20), [
    MIN_CHUNK_BYTES,
    2 * MIN_CHUNK_BYTES,
    3 * MIN_CHUNK_BYTES,
    3 * MIN_CHUNK_BYTES + 5,
  ])
  assert.deepEqual(
    cuts(Buffer.alloc(SIZE, 1), POLYNOMIAL, 1 << 20),
    [1, 2, 3].map((n) => n * MAX_CHUNK_BYTES),
  )
})

test('random polynomials are irreducible, of degree 53 and differ; products are not', () => {
  assert.ok(isIrreducible(POLYNOMIAL))
  const some = Array.from({ length: 5 }, randomPolynomial)
  assert.equal(new Set(some).size, 5)
  for (const p of some) assert.ok(p >> 53n === 1n && isIrreducible(p))
  // Known small factors: x, x+1, and x^2+x+1 times a polynomial of degree 51.
  let product = 0n
  const factor = (1n << 51n) | 0b1011n
  for (let i = 0n; i < 3n; i++) product ^= factor << i
  for (const p of [POLYNOMIAL ^ 1n, POLYNOMIAL ^ 2n, product, POLYNOMIAL << 1n, 0n, 1n])
    assert.equal(isIrreducible(p), false)
})
