import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  consistencyProof,
  decodeBundle,
  emptyRoot,
  encodeBundle,
  Frontier,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  bundlePath,
  tilePath,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'
import { MAX_ENTRY_SIZE } from './tile.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** RFC 6962 section 2.1 read aloud: the judge of everything else here. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot()
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

function grow(count: number) {
  const files = new Map<string, Uint8Array>()
  const frontier = Frontier.empty()
  const leaves: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    leaves.push(leafHash(Buffer.from(`entry ${i}`)))
    for (const tile of frontier.append(leaves[i]!)) files.set(tile.path, tile.bytes)
  }
  for (const tile of frontier.partialTiles()) files.set(tile.path, tile.bytes)
  const tiles = { read: async (path: string) => files.get(path) }
  return { frontier, leaves, files, tiles, log: { tiles, size: count } }
}

// certificate-transparency's published reference vectors: eight leaves and the root after each.
const VECTOR_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const VECTOR_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('roots are those of the published vectors', () => {
  assert.equal(hex(emptyRoot()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  const frontier = Frontier.empty()
  for (const [i, leaf] of VECTOR_LEAVES.entries()) {
    frontier.append(leafHash(Buffer.from(leaf, 'hex')))
    assert.equal(hex(frontier.root()), VECTOR_ROOTS[i])
  }
})

test('the edge gives the same root as the recursive definition, across full tiles', () => {
  const { frontier, leaves } = grow(255)
  for (let size = 255; size < 520; size++) {
    assert.equal(hex(frontier.root()), hex(mth(leaves)), `size ${size}`)
    leaves.push(leafHash(Buffer.from(`entry ${size}`)))
    frontier.append(leaves.at(-1)!)
  }
})

test('a third tile level appears at 65536 entries, and the edge is read back from tiles', async () => {
  const { frontier, leaves, files, tiles } = grow(65536 + 300)
  assert.ok(files.has('tile/2/000.p/1'))
  assert.ok(files.has('tile/0/256'))
  assert.equal(hex(frontier.root()), hex(mth(leaves)))
  const loaded = await Frontier.load(tiles, 65536 + 300)
  assert.equal(hex(loaded.root()), hex(frontier.root()))
  const next = leafHash(Buffer.from('next'))
  assert.deepEqual(loaded.append(next), frontier.append(next))
  assert.equal(hex(loaded.root()), hex(frontier.root()))
})

test('every inclusion and consistency proof holds, every changed one fails', async () => {
  const size = 700
  const { leaves, log, frontier } = grow(size)
  assert.equal(hex(await rootAt(log, size)), hex(frontier.root()))
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: size }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      async (treeSize, pick, where, bit) => {
        const index = pick % treeSize
        const root = mth(leaves.slice(0, treeSize))
        const proof = await inclusionProof(log, index, treeSize)
        assert.ok(verifyInclusion(leaves[index]!, index, treeSize, root, proof))
        for (const wrong of mutations(proof, where, bit))
          assert.ok(!verifyInclusion(leaves[index]!, index, treeSize, root, wrong))
        assert.ok(!verifyInclusion(flip(leaves[index]!, bit), index, treeSize, root, proof))
        assert.ok(!verifyInclusion(leaves[index]!, index, treeSize, flip(root, bit), proof))
        assert.ok(!verifyInclusion(leaves[index]!, index + treeSize, treeSize, root, proof))

        const oldSize = 1 + (where % treeSize)
        const oldRoot = mth(leaves.slice(0, oldSize))
        const consistency = await consistencyProof(log, oldSize, treeSize)
        assert.ok(verifyConsistency(oldSize, treeSize, oldRoot, root, consistency))
        for (const wrong of mutations(consistency, where, bit))
          assert.ok(!verifyConsistency(oldSize, treeSize, oldRoot, root, wrong))
        assert.ok(!verifyConsistency(oldSize, treeSize, flip(oldRoot, bit), root, consistency))
        assert.ok(!verifyConsistency(oldSize, treeSize, oldRoot, flip(root, bit), consistency))
        assert.equal(hex(await rootAt(log, oldSize)), hex(oldRoot))
      },
    ),
    { numRuns: 150 },
  )
})

/** One bit turned, one hash more, one less, two swapped. */
function mutations(proof: readonly Uint8Array[], where: number, bit: number): Uint8Array[][] {
  const at = proof.length === 0 ? 0 : where % proof.length
  const wrong = [[...proof, emptyRoot()]]
  if (proof.length === 0) return wrong
  wrong.push(proof.slice(0, -1), proof.slice(1))
  wrong.push(proof.map((hash, i) => (i === at ? flip(hash, bit) : hash)))
  if (proof.length > 1) wrong.push([proof[1]!, proof[0]!, ...proof.slice(2)])
  return wrong
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7)
  return copy
}

test('proofs from and to nothing', async () => {
  const { log, leaves } = grow(5)
  assert.deepEqual(await consistencyProof(log, 0, 5), [])
  assert.ok(verifyConsistency(0, 5, emptyRoot(), mth(leaves), []))
  assert.ok(!verifyConsistency(0, 5, leaves[0]!, mth(leaves), []))
  assert.ok(!verifyConsistency(5, 4, mth(leaves), mth(leaves.slice(0, 4)), []))
  await assert.rejects(inclusionProof(log, 5, 5), { code: 'BASE_BUG' })
})

test('paths of tiles and bundles as in the specification', () => {
  assert.equal(tilePath(0, 1234067, 256), 'tile/0/x001/x234/067')
  assert.equal(tilePath(1, 5, 12), 'tile/1/005.p/12')
  assert.equal(tilePath(0, 273, 255), 'tile/0/273.p/255')
  assert.equal(bundlePath(1000, 256), 'tile/entries/x001/000')
  assert.equal(bundlePath(0, 1), 'tile/entries/000.p/1')
})

test('bundles: any entries survive, torn or longer ones are refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 8 }), fc.nat(), (entries, cut) => {
      const bytes = encodeBundle(entries)
      assert.deepEqual(decodeBundle(bytes, entries.length).map(hex), entries.map(hex))
      if (bytes.length > 0)
        assert.throws(() => decodeBundle(bytes.subarray(0, cut % bytes.length), entries.length), {
          code: 'TLOG_MALFORMED',
        })
      assert.throws(() => decodeBundle(Buffer.concat([bytes, Uint8Array.of(0, 0)]), entries.length), {
        code: 'TLOG_MALFORMED',
      })
    }),
  )
  assert.equal(decodeBundle(encodeBundle([new Uint8Array(MAX_ENTRY_SIZE)]), 1)[0]!.length, MAX_ENTRY_SIZE)
  assert.throws(() => encodeBundle([new Uint8Array(MAX_ENTRY_SIZE + 1)]), { code: 'BASE_BUG' })
})

test('a missing tile is named', async () => {
  const { files, log } = grow(600)
  files.delete('tile/0/001')
  await assert.rejects(inclusionProof(log, 300, 600), { code: 'TLOG_TILE_MISSING' })
})
