import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { SourceStat } from '#base'
import {
  decodeRecord,
  knownPlaces,
  RecordWriter,
  resolveRecord,
  SIGNATURE_BYTES,
  unitFiles,
  writeSignature,
} from './unit-record.ts'

const stat: SourceStat = {
  mode: 0o100644n,
  ino: 7n,
  dev: 1n,
  rdev: 0n,
  nlink: 1n,
  uid: 0n,
  gid: 0n,
  size: 11n,
  mtimeNs: -5n,
  ctimeNs: 1_700_000_000_000_000_001n,
}
const signature = Buffer.alloc(SIGNATURE_BYTES)
writeSignature(signature, stat, 2n ** 62n)
const [treeId, blobId, pack] = ['aa'.repeat(32), 'bb'.repeat(32), 'cc'.repeat(32)]

function record(): Buffer {
  const writer = new RecordWriter()
  const unit = writer.beginFolder('', signature)
  const folder = writer.beginFolder(Buffer.from('日付').toString('latin1'), signature)
  writer.file('a.hl7', signature, [blobId, blobId], Buffer.from('note'))
  writer.other('link', signature)
  writer.endFolder(folder, treeId, 2, true)
  writer.file('b', signature, [], undefined)
  writer.endFolder(unit, treeId, 2, false)
  const place = { packId: pack, offset: 1, length: 2, uncompressedLength: 3 }
  assert.equal(
    resolveRecord(writer.take(), (_id, type) => (type === 'tree' ? place : undefined)),
    undefined,
  )
  return resolveRecord(writer.take(), () => place)!
}

test('a record gives back folders, files, places and notes', () => {
  const { packs, root } = decodeRecord(record())
  assert.deepEqual(packs, [pack])
  assert.deepEqual([root.tree, root.childCount, root.isComplete], [treeId, 2, false])
  const [folder, b] = [...root.children()]
  assert.deepEqual([folder!.kind, folder!.isComplete, b!.kind, b!.name], ['folder', true, 'file', 'b'])
  assert.ok(b!.hasSignature(signature))
  const files = [...unitFiles(record())].map(({ path, blobs, note, mtimeNs, sizeBytes }) => ({
    path,
    places: blobs.map((blob) => [blob.packId, blob.offset, blob.length, blob.uncompressedLength]),
    note: note && Buffer.from(note).toString(),
    mtimeNs,
    sizeBytes,
  }))
  const known = { mtimeNs: -5n, sizeBytes: 11 }
  assert.deepEqual(files, [
    {
      path: `${Buffer.from('日付').toString('latin1')}/a.hl7`,
      places: [
        [pack, 1, 2, 3],
        [pack, 1, 2, 3],
      ],
      note: 'note',
      ...known,
    },
    { path: 'b', places: [], note: undefined, ...known },
  ])
})

test('what an earlier record knows needs no index, and all its packs count', () => {
  const writer = new RecordWriter()
  const start = writer.beginFolder('', signature)
  writer.file('moved', signature, [blobId], undefined)
  writer.endFolder(start, 'dd'.repeat(32), 1, true)
  const body = writer.take()
  const added = { packId: 'ee'.repeat(32), offset: 7, length: 8, uncompressedLength: 9 }
  const addedOnly = (id: Buffer): typeof added | undefined => (id[0] === 0xdd ? added : undefined)
  assert.equal(resolveRecord(new Uint8Array(body), addedOnly), undefined)
  const resolved = resolveRecord(body, addedOnly, knownPlaces(record()))!
  assert.deepEqual(decodeRecord(resolved).packs, [pack, added.packId])
  const [file] = [...unitFiles(resolved)]
  assert.deepEqual(
    file!.blobs.map(({ packId, offset, length }) => [packId, offset, length]),
    [[pack, 1, 2]],
  )
})

test('what changed in the last moments has no signature that could match', () => {
  const racy = Buffer.alloc(SIGNATURE_BYTES, 1)
  writeSignature(racy, stat, stat.ctimeNs)
  assert.ok(racy.every((byte) => byte === 0))
  const [, b] = [...decodeRecord(record()).root.children()]
  assert.equal(b!.hasSignature(racy), false)
})

test('two racy looks at a folder or file never match each other', () => {
  const none = Buffer.alloc(SIGNATURE_BYTES)
  const writer = new RecordWriter()
  const start = writer.beginFolder('', none)
  writer.file('a', none, [], undefined)
  writer.endFolder(start, treeId, 1, true)
  const place = { packId: pack, offset: 1, length: 2, uncompressedLength: 3 }
  const { root } = decodeRecord(resolveRecord(writer.take(), () => place)!)
  assert.equal(root.hasSignature(none), false)
  assert.equal([...root.children()][0]!.hasSignature(none), false)
})

test('a file that changed in the last moments has the size of what was saved of it', () => {
  const none = Buffer.alloc(SIGNATURE_BYTES)
  const writer = new RecordWriter()
  const start = writer.beginFolder('', none)
  writer.file('a', none, [blobId, blobId], undefined)
  writer.file('empty', none, [], undefined)
  writer.endFolder(start, treeId, 2, true)
  const record = writer.take()
  const sizes = (uncompressedLength: number) => {
    const place = { packId: pack, offset: 1, length: 132, uncompressedLength }
    return [...unitFiles(resolveRecord(record, () => place)!)].map(({ sizeBytes }) => sizeBytes)
  }
  assert.deepEqual(sizes(424), [848, 0])
  // Stored as it is: what the seal adds is no content.
  assert.deepEqual(sizes(0), [200, 0])
})

test('a damaged record is a RangeError, never a wrong answer in silence or a hang', () => {
  const good = record()
  fc.assert(
    fc.property(fc.nat(good.length - 1), (length) => {
      assert.throws(() => decodeRecord(good.subarray(0, length)), RangeError)
    }),
  )
})
