import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync, readFileSync, existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { consistencyProof, generateSigner, parseVerifierKey, verifyConsistency } from '#tlog'
import {
  acquireFolderLock,
  createLedger,
  detailSealer,
  folderFiles,
  type KeyStore,
  newEntry,
  openLedger,
} from './index.ts'
import { openLedgerReader, patientSubject } from './index.ts'
import { canonicalJson, encodeEntry, parseEntry } from './codec.ts'
import { type MemoryFiles, memoryFiles } from './memory-files.fixture.ts'
import { type AppendedEntry, createWriter, openWriter } from './writer.ts'

const clock = manualClock(Date.UTC(2026, 10, 22))

function memoryKeys(): KeyStore {
  const keys = new Map<string, Uint8Array>()
  return { load: (name) => keys.get(name), save: (name, secret) => void keys.set(name, secret) }
}

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const numbered = (n: number) =>
  newEntry('settings.changed', { actor: 'system:test', data: { area: String(n), changes: ['n'] } })

async function areas(files: MemoryFiles, keys: KeyStore): Promise<string[]> {
  const writer = await openWriter(files, { keys, clock })
  const reader = await openLedgerReader(files, writer.signer)
  const found: string[] = []
  for await (const { entry } of reader.entries(1)) found.push(String(entry.data['area']))
  return found
}

/** Appends batches until the disk stops; returns what was acknowledged. */
async function appendBatches(files: MemoryFiles, keys: KeyStore, batches: readonly number[]): Promise<AppendedEntry[]> {
  const done: AppendedEntry[] = []
  try {
    const writer = await openWriter(files, { keys, clock })
    let n = 0
    for (const size of batches) {
      const appends = Array.from({ length: size }, () => writer.append(numbered(n++)))
      for (const result of await Promise.allSettled(appends)) if (result.status === 'fulfilled') done.push(result.value)
    }
  } catch {
    // The disk stopped while opening.
  }
  return done
}

test('a crash after any step loses nothing that was acknowledged, and the log continues', async () => {
  const keys = memoryKeys()
  const start = memoryFiles()
  await createWriter(start, { keys, clock, origin: 'clinic.example/ledger' })
  // Crosses two full bundles, ends exactly on a boundary once (1 + 255), and appends singly.
  const batches = [1, 3, 251, 1, 1, 300, 2]
  const whole = start.copy()
  const all = await appendBatches(whole, keys, batches)
  assert.equal(all.length, 559)
  for (let step = 0; step < whole.steps; step++) {
    for (const torn of [false, true]) {
      const files = start.copy()
      files.failAt(step, torn)
      const acknowledged = await appendBatches(files, keys, batches)
      const disk = files.copy()
      const found = await areas(disk, keys)
      assert.ok(found.length >= acknowledged.length, `step ${step}: ${found.length} of ${acknowledged.length}`)
      assert.deepEqual(
        found,
        Array.from({ length: found.length }, (_, n) => String(n)),
        `step ${step}`,
      )
      const writer = await openWriter(disk, { keys, clock })
      const next = await writer.append(numbered(found.length))
      assert.equal(next.index, found.length + 1)
      const last = acknowledged.at(-1)
      if (!last) continue
      const proof = await consistencyProof({ tiles: disk, size: next.size }, last.size, next.size)
      assert.ok(verifyConsistency(last.size, next.size, last.root, next.root, proof), `step ${step}`)
    }
  }
})

test('after opening, nothing lies about that the log does not need', async () => {
  const keys = memoryKeys()
  const files = memoryFiles()
  await createWriter(files, { keys, clock, origin: 'a' })
  await appendBatches(files, keys, [300, 1])
  files.content.set('tile/0/001.p/7', new Uint8Array(7 * 32))
  files.content.set('tile/0/000.p/9', new Uint8Array(9 * 32))
  files.content.set('tile/entries/001.p/46.tmp', new Uint8Array(1))
  files.content.set('checkpoint.tmp', new Uint8Array(1))
  files.content.set('tile/entries/001.tmp', new Uint8Array(1))
  await openWriter(files, { keys, clock })
  const partial = 302 - 256
  assert.deepEqual([...files.content.keys()].sort(), [
    'checkpoint',
    'tile/0/000',
    `tile/0/001.p/${partial}`,
    'tile/1/000.p/1',
    'tile/entries/000',
    `tile/entries/001.p/${partial}`,
    'verifier-key',
  ])
})

test('a copy made while the log grew, checkpoint first, opens as the earlier log and continues', async () => {
  const keys = memoryKeys()
  const files = memoryFiles()
  await createWriter(files, { keys, clock, origin: 'a' })
  await appendBatches(files, keys, [254])
  for (const more of [1, 2, 300]) {
    const checkpoint = files.content.get('checkpoint')!
    const before = await areas(files.copy(), keys)
    const writer = await openWriter(files, { keys, clock })
    await Promise.all(Array.from({ length: more }, (_, i) => writer.append(numbered(before.length + i))))
    const copy = files.copy()
    copy.content.set('checkpoint', checkpoint)
    assert.deepEqual(await areas(copy, keys), before)
    const continued = await openWriter(copy, { keys, clock })
    assert.equal((await continued.append(numbered(before.length))).index, before.length + 1)
    assert.equal((await areas(copy, keys)).length, before.length + 1)
  }
})

test('an entry of the wrong shape is refused by the ledger itself, and alone', async () => {
  const writer = await createWriter(memoryFiles(), { keys: memoryKeys(), clock, origin: 'a' })
  const wrong = writer.append({
    type: 'settings.changed',
    actor: 'system:x',
    data: { area: 'a', changes: ['b'], name: '山田' },
  } as never)
  const right = writer.append(numbered(0))
  await assert.rejects(wrong, { code: 'JOURNAL_ENTRY_INVALID' })
  assert.equal((await right).index, 1)
})

test('a full disk refuses the entry, keeps the log, and the next append works', async () => {
  const keys = memoryKeys()
  const files = memoryFiles()
  const writer = await createWriter(files, { keys, clock, origin: 'a' })
  files.failAt(files.steps + 1, true)
  await assert.rejects(writer.append(numbered(0)), { code: 'STORAGE_FULL' })
  files.failAt(Infinity, false)
  assert.equal((await writer.append(numbered(0))).index, 1)
  assert.deepEqual(await areas(files, keys), ['0'])
})

test('an append that fails after its checkpoint was written is found on the disk, not written over', async () => {
  const keys = memoryKeys()
  const files = memoryFiles()
  let broken = false
  const write = files.write.bind(files)
  // The rename went through, syncing the folder did not.
  files.write = async (path, bytes) => {
    await write(path, bytes)
    if (broken && path === 'checkpoint') throw new Error('EIO')
  }
  const writer = await createWriter(files, { keys, clock, origin: 'a' })
  broken = true
  await assert.rejects(writer.append(numbered(0)), /EIO/)
  broken = false
  assert.equal((await writer.append(numbered(1))).index, 2)
  assert.deepEqual(await areas(files, keys), ['0', '1'])
})

test('a flipped byte in the checkpoint or the last tiles is refused, not continued', async () => {
  const keys = memoryKeys()
  const files = memoryFiles()
  await createWriter(files, { keys, clock, origin: 'a' })
  await appendBatches(files, keys, [5])
  for (const path of ['checkpoint', 'tile/0/000.p/6', 'tile/entries/000.p/6']) {
    const damaged = files.copy()
    const bytes = Buffer.from(damaged.content.get(path)!)
    bytes[40]! ^= 1
    damaged.content.set(path, bytes)
    await assert.rejects(openWriter(damaged, { keys, clock }), { code: 'JOURNAL_DAMAGED' }, path)
    damaged.content.delete(path)
    await assert.rejects(
      openWriter(damaged, { keys, clock }),
      path === 'checkpoint' ? { code: 'JOURNAL_NOT_FOUND' } : { code: 'JOURNAL_DAMAGED' },
    )
  }
})

test('entries that come together share one checkpoint', async () => {
  const files = memoryFiles()
  const writer = await createWriter(files, { keys: memoryKeys(), clock, origin: 'a' })
  const before = files.steps
  const done = await Promise.all([1, 2, 3, 4].map((n) => writer.append(numbered(n))))
  assert.deepEqual(
    done.map((entry) => [entry.index, entry.size]),
    [
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
    ],
  )
  // Bundle, tile, checkpoint, and the two old partial files away.
  assert.equal(files.steps - before, 5)
})

test('on a real folder: made, closed, opened, read; the second opener is told who holds it', async (t) => {
  const folder = tempFolder(t)
  const keys = memoryKeys()
  await assert.rejects(openLedger({ folder, keys, clock }), { code: 'JOURNAL_NOT_FOUND' })
  const ledger = await createLedger({ folder, keys, clock, origin: 'clinic.example/ledger' })
  await assert.rejects(
    openLedger({ folder, keys, clock }),
    (error: { code?: string; context?: { pid?: number } }) =>
      error.code === 'JOURNAL_BUSY' && error.context?.pid === process.pid,
  )
  const reader = await ledger.reader()
  for (let n = 0; n < 3; n++) await ledger.append(numbered(n))
  // A view opened before later appends still reads: the wider partial bundle holds its beginning.
  const types: string[] = []
  for await (const { entry } of reader.entries()) types.push(entry.type)
  assert.deepEqual(types, ['ledger.created'])
  await ledger.close()
  await assert.rejects(ledger.append(numbered(9)), { code: 'JOURNAL_CLOSED' })
  await assert.rejects(createLedger({ folder, keys, clock, origin: 'x' }), { code: 'JOURNAL_EXISTS' })
  await assert.rejects(openLedger({ folder, keys: memoryKeys(), clock }), { code: 'JOURNAL_KEY_MISSING' })
  const again = await openLedger({ folder, keys, clock })
  assert.equal(again.size, 4)
  await again.close()
  const pinned = parseVerifierKey(readFileSync(join(folder, 'verifier-key'), 'utf8'))
  assert.equal((await openLedgerReader(folderFiles(folder), pinned)).checkpoint.size, 4)
  await assert.rejects(openLedgerReader(folderFiles(folder), generateSigner('clinic.example/ledger')), {
    code: 'TLOG_SIGNATURE_INVALID',
  })
})

test('the lock: a dead holder is replaced, a number used again by another process too, a living one is not', async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'lock')
  const first = acquireFolderLock(folder)
  assert.ok('release' in first)
  assert.ok('heldBy' in acquireFolderLock(folder))
  const held = JSON.parse(readFileSync(path, 'utf8').split('\n')[0]!) as { started: string }
  first.release()
  assert.ok(!existsSync(path))

  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  const living = { ...held, pid: child.pid, started: 'before the reboot' }
  writeFileSync(path, `${JSON.stringify(living)}\nx`)
  const overRecycled = acquireFolderLock(folder)
  assert.ok('release' in overRecycled, 'same number, other start time')
  overRecycled.release()
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  for (const rest of [`${JSON.stringify({ ...held, pid: child.pid })}\nx`, '']) {
    writeFileSync(path, rest)
    const lock = acquireFolderLock(folder)
    assert.ok('release' in lock)
    lock.release()
  }
  writeFileSync(path, `${JSON.stringify({ ...held, pid: 1, host: 'another-host' })}\nx`)
  const other = acquireFolderLock(folder)
  assert.ok('heldBy' in other && other.heldBy.host === 'another-host')
})

test('entries: canonical bytes, strict when written, lenient when read', () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null, 'é\n'], c: undefined }), '{"a":[true,null,"é\\n"],"b":1}')
  assert.throws(() => canonicalJson({ a: 0.5 }), { code: 'JOURNAL_ENTRY_INVALID' })
  const entry = { ...numbered(1), v: 1, at: '2026-11-22T00:00:00.000Z' } as const
  assert.equal(parseEntry(encodeEntry(entry)).atMs, Date.UTC(2026, 10, 22))
  const foreign = parseEntry(Buffer.from(canonicalJson({ ...entry, v: 7, type: 'new.thing', more: 1 })))
  assert.equal(foreign.type, 'new.thing')
  assert.throws(() => parseEntry(Buffer.from('{"v":1}')), { code: 'JOURNAL_DAMAGED' })
  assert.throws(() => newEntry('sign-in.failed', { actor: 'system:web', data: { address: '', why: 'password' } }), {
    code: 'JOURNAL_ENTRY_INVALID',
  })
  const long = newEntry('settings.changed', {
    actor: 'system:x',
    data: { area: 'a', changes: Array.from({ length: 400 }, () => 'x'.repeat(199)) },
  })
  assert.throws(() => encodeEntry({ ...long, v: 1, at: entry.at }), { code: 'JOURNAL_ENTRY_TOO_LARGE' })
})

test('patients: the subject hides the id, a sealed detail opens only where it belongs', () => {
  const key = Buffer.alloc(32, 1)
  const subject = patientSubject(key, '0000123')
  assert.match(subject, /^patient:[0-9a-f]{64}$/)
  assert.notEqual(subject, patientSubject(Buffer.alloc(32, 2), '0000123'))
  const sealer = detailSealer(key)
  const sealed = sealer.seal('0000123 山田', subject)
  assert.equal(sealer.open(sealed, subject), '0000123 山田')
  assert.throws(() => sealer.open(sealed, 'patient:other'), { code: 'JOURNAL_DAMAGED' })
  assert.throws(() => detailSealer(Buffer.alloc(32, 2)).open(sealed, subject), { code: 'JOURNAL_DAMAGED' })
  assert.throws(() => sealer.open('AAAA', subject), { code: 'JOURNAL_DAMAGED' })
})
