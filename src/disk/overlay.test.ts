import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import type { Bytes } from './bytes.ts'
import { Overlay } from './overlay.ts'

const SIZE = 1_000_000
const KEY = new Uint8Array(createHash('sha512').update('key').digest())

function scene(t: TestContext): { base: Bytes; model: Buffer; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'toride-overlay-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const model = Buffer.from(Array.from({ length: SIZE }, (_, i) => (i * 7) & 255))
  const below = Buffer.from(model)
  return { folder, model, base: { sizeBytes: SIZE, read: async (at, length) => [below.subarray(at, at + length)] } }
}

/** Reproducible: the same stretches in each run. */
function* stretches(count: number): Generator<{ at: number; length: number; fill: number }> {
  let seed = 42
  const next = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
  for (let i = 0; i < count; i++) {
    const length = 1 + next(i % 3 === 0 ? 200_000 : 9000)
    yield { at: next(SIZE - length), length, fill: next(256) }
  }
}

async function openChanges(base: Bytes, folder: string): Promise<Overlay> {
  const [map, data] = await Promise.all(
    ['changes.map', 'changes.data'].map((name) =>
      open(join(folder, name), 'a+')
        .then((made) => made.close())
        .then(() => open(join(folder, name), 'r+')),
    ),
  )
  return Overlay.open(base, { map: map!, data: data! }, KEY)
}

const whole = async (disk: Bytes): Promise<Buffer> => Buffer.concat(await disk.read(0, SIZE))

test('reads back what was written, over whatever stretches, and the image stays as it was', async (t) => {
  const { base, model, folder } = scene(t)
  const before = await whole(base)
  const overlay = await openChanges(base, folder)
  for (const { at, length, fill } of stretches(60)) {
    model.fill(fill, at, at + length)
    await overlay.write(at, Buffer.alloc(length, fill))
  }
  assert.ok((await whole(overlay)).equals(model))
  await overlay.close()
  assert.ok((await whole(base)).equals(before))
  const again = await openChanges(base, folder)
  assert.ok((await whole(again)).equals(model))
  await again.close()
})

test('writes of one cluster that come at once do not lose each other', async (t) => {
  const { base, model, folder } = scene(t)
  const overlay = await openChanges(base, folder)
  await Promise.all(
    Array.from({ length: 16 }, (_, i) => {
      model.fill(i, i * 512, (i + 1) * 512)
      return overlay.write(i * 512, Buffer.alloc(512, i))
    }),
  )
  assert.ok((await whole(overlay)).equals(model))
  await overlay.close()
})

test('what was flushed is there after a power cut; nothing on the disk is readable without the key', async (t) => {
  const { base, model, folder } = scene(t)
  const overlay = await openChanges(base, folder)
  const secret = Buffer.from('患者番号 0000123 アレルギー：ペニシリン'.repeat(40))
  await overlay.write(5000, secret)
  secret.copy(model, 5000)
  await overlay.flush()
  await overlay.write(700_000, Buffer.alloc(10, 1))
  // As the disk stands now, the second write with no flush behind it.
  const cut = mkdtempSync(join(tmpdir(), 'toride-overlay-'))
  t.after(() => rmSync(cut, { recursive: true }))
  for (const name of ['changes.map', 'changes.data']) copyFileSync(join(folder, name), join(cut, name))
  await overlay.close()
  const after = await openChanges(base, cut)
  assert.ok((await whole(after)).equals(model))
  await after.close()
  assert.ok(!readFileSync(join(cut, 'changes.data')).includes(Buffer.from('アレルギー')))
})

test('changes of another disk are refused and stay', async (t) => {
  const { base, folder } = scene(t)
  await (await openChanges(base, folder)).close()
  const size = readFileSync(join(folder, 'changes.map')).length
  await assert.rejects(
    openChanges({ ...base, sizeBytes: 100 * SIZE }, folder),
    (error) => isAppError(error) && error.code === 'DISK_OVERLAY_FOREIGN',
  )
  assert.equal(readFileSync(join(folder, 'changes.map')).length, size)
})
