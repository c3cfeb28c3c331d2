import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { isAppError, type Backend, type ErrorCode, type FileKind, type FileRef } from '#base'

/**
 * The contract of `Backend` (base/ports.ts), as tests. Every backend and every decorator runs it; what is made for one
 * test is thrown away after it.
 */
export function backendConformance(name: string, make: (t: TestContext) => Promise<Backend> | Backend): void {
  const it = (what: string, run: (backend: Backend) => Promise<void>): void => {
    void test(`${name}: ${what}`, async (t) => {
      const backend = await make(t)
      await run(backend)
      await backend.close()
    })
  }

  it('gives back what was saved, whole and in ranges', async (backend) => {
    const bytes = Buffer.from('0123456789')
    for (const kind of ['data', 'index', 'keys', 'locks', 'snapshots'] as const) {
      const file = named(kind, bytes)
      await backend.save(file, [bytes.subarray(0, 3), Buffer.alloc(0), bytes.subarray(3)])
      assert.deepEqual(await backend.load(file), bytes)
      assert.deepEqual(await backend.load(file, 4), bytes.subarray(4))
      assert.deepEqual(await backend.load(file, 2, 5), bytes.subarray(2, 7))
      assert.deepEqual(await backend.load(file, 10), Buffer.alloc(0))
      assert.deepEqual(await backend.stat(file), { sizeBytes: 10 })
    }
    await backend.save(CONFIG, [bytes])
    assert.deepEqual(await backend.load(CONFIG), bytes)
    assert.deepEqual(await backend.list('config'), [{ name: '', sizeBytes: 10 }])
  })

  it('saves large files of many parts', async (backend) => {
    const parts = Array.from({ length: 3000 }, (_, i) => Buffer.alloc(i % 7 === 0 ? 0 : 1500, i))
    const bytes = Buffer.concat(parts)
    const file = named('data', bytes)
    await backend.save(file, parts)
    assert.ok((await backend.load(file)).equals(bytes))
  })

  it('fails where there is nothing or too little', async (backend) => {
    const missing = named('data', Buffer.from('missing'))
    await fails('STORAGE_NOT_FOUND', backend.load(missing))
    await fails('STORAGE_NOT_FOUND', backend.load(CONFIG))
    assert.equal(await backend.stat(missing), undefined)
    assert.equal(await backend.stat(CONFIG), undefined)
    const file = named('data', Buffer.from('short'))
    await backend.save(file, [Buffer.from('short')])
    await fails('STORAGE_TRUNCATED', backend.load(file, 3, 5))
    await fails('STORAGE_TRUNCATED', backend.load(file, 9, 1))
  })

  it('replaces nothing', async (backend) => {
    const file = named('index', Buffer.from('first'))
    await backend.save(file, [Buffer.from('first')])
    await fails('STORAGE_EXISTS', backend.save(file, [Buffer.from('second')]))
    assert.equal((await backend.load(file)).toString(), 'first')
    await backend.save(CONFIG, [Buffer.from('first')])
    await fails('STORAGE_EXISTS', backend.save(CONFIG, [Buffer.from('second')]))
    assert.equal((await backend.load(CONFIG)).toString(), 'first')
  })

  it('never makes a path of a name that is no id', async (backend) => {
    for (const bad of ['../config', 'x', '', 'A'.repeat(64)]) {
      await assert.rejects(async () => backend.save({ kind: 'data', name: bad }, [Buffer.from('x')]), bad)
    }
    assert.deepEqual(await backend.list('data'), [])
  })

  it('lists each kind for itself', async (backend) => {
    assert.deepEqual(await backend.list('snapshots'), [])
    const files = ['a', 'bb', 'ccc'].map((text) => [named('snapshots', Buffer.from(text)), Buffer.from(text)] as const)
    for (const [file, bytes] of files) await backend.save(file, [bytes])
    const found = (await backend.list('snapshots')).map((f) => `${f.name} ${f.sizeBytes}`).toSorted()
    assert.deepEqual(found, files.map(([file, bytes]) => `${file.name} ${bytes.length}`).toSorted())
    for (const kind of ['data', 'index', 'keys', 'locks'] as const) assert.deepEqual(await backend.list(kind), [])
  })

  it('puts sound bytes in the place of damaged ones, and no others', async (backend) => {
    if (backend.replace === undefined) return
    const bytes = Buffer.from('sound')
    const file = named('data', bytes)
    await fails('BASE_BUG', backend.replace(file, Buffer.from('worse')))
    // A server that hashes what comes cannot be given rotten bytes this way.
    const planted = await backend.save(file, [Buffer.from('rot')]).then(
      () => true,
      () => false,
    )
    if (!planted) return
    try {
      await backend.replace(file, bytes)
    } catch (error) {
      // A server may refuse to have anything replaced; then what lay there lies there still.
      assert.ok(isAppError(error, 'STORAGE_DENIED'), String(error))
      assert.equal((await backend.load(file)).toString(), 'rot')
      return
    }
    assert.deepEqual(await backend.load(file), bytes)
    assert.equal((await backend.list('data')).length, 1)
  })

  it('removes, twice if asked', async (backend) => {
    const file = named('locks', Buffer.from('x'))
    await backend.save(file, [Buffer.from('x')])
    await backend.remove(file)
    await backend.remove(file)
    assert.deepEqual(await backend.list('locks'), [])
    await fails('STORAGE_NOT_FOUND', backend.load(file))
  })

  it('takes many calls at once', async (backend) => {
    const all = Array.from({ length: 40 }, (_, i) => Buffer.from(`file ${i}`))
    await Promise.all(all.map((bytes) => backend.save(named('data', bytes), [bytes])))
    const back = await Promise.all(all.map((bytes) => backend.load(named('data', bytes))))
    assert.deepEqual(back, all)
    assert.equal((await backend.list('data')).length, 40)
  })

  it('speaks the same synchronously, where it can', async (backend) => {
    const { sync } = backend
    if (sync === undefined) return
    const bytes = Buffer.from('0123456789')
    const file = named('data', bytes)
    sync.save(file, [bytes.subarray(0, 4), bytes.subarray(4)])
    const target = Buffer.alloc(4)
    sync.loadInto(file, 3, target)
    assert.deepEqual([sync.load(file), sync.load(file, 8), sync.load(file, 1, 2)].map(String), [
      '0123456789',
      '89',
      '12',
    ])
    assert.equal(target.toString(), '3456')
    assert.deepEqual(sync.stat(file), { sizeBytes: 10 })
    assert.deepEqual(sync.list('data'), [{ name: file.name, sizeBytes: 10 }])
    const codes: [ErrorCode, () => unknown][] = [
      ['STORAGE_EXISTS', () => sync.save(file, [bytes])],
      ['STORAGE_TRUNCATED', () => sync.loadInto(file, 8, target)],
      ['STORAGE_NOT_FOUND', () => sync.load({ kind: 'index', name: file.name })],
    ]
    for (const [code, call] of codes) assert.throws(call, (error) => isAppError(error, code), code)
    assert.deepEqual(await backend.load(file), bytes)
    sync.remove(file)
    sync.remove(file)
    assert.equal(await backend.stat(file), undefined)
  })
}

/** The contract of `Retention`. `nowMs` is the backend's clock, which `advance` moves, or waits for where it is a real one. */
export function retentionConformance(
  name: string,
  make: (t: TestContext) => Promise<{ backend: Backend; nowMs: number; advance: (ms: number) => void | Promise<void> }>,
): void {
  test(`${name}: holds a file until its moment, extends, never shortens`, async (t) => {
    const { backend, nowMs, advance } = await make(t)
    const retention = backend.retention!
    const file = named('data', Buffer.from('held'))
    await backend.save(file, [Buffer.from('held')])
    assert.equal(await retention.state(file), undefined)
    const strength = await retention.lock(file, nowMs + 1000)
    await retention.lock(file, nowMs + 5000)
    await retention.lock(file, nowMs + 2000)
    assert.deepEqual(await retention.state(file), { untilMs: nowMs + 5000, strength })
    await fails('STORAGE_LOCKED_UNTIL', backend.remove(file))
    if (backend.sync) {
      assert.throws(
        () => backend.sync!.remove(file),
        (error) => isAppError(error, 'STORAGE_LOCKED_UNTIL'),
      )
    }
    assert.equal((await backend.load(file)).toString(), 'held')
    await advance(5001)
    await backend.remove(file)
    assert.equal(await backend.stat(file), undefined)
    await backend.close()
  })

  test(`${name}: a held file that was repaired is held as long`, async (t) => {
    const { backend, nowMs } = await make(t)
    const bytes = Buffer.from('sound')
    const file = named('data', bytes)
    await backend.save(file, [Buffer.from('rot')])
    await backend.retention!.lock(file, nowMs + 5000)
    await backend.replace!(file, bytes)
    assert.equal((await backend.retention!.state(file))!.untilMs, nowMs + 5000)
    await fails('STORAGE_LOCKED_UNTIL', backend.remove(file))
    assert.deepEqual(await backend.load(file), bytes)
    await backend.close()
  })

  test(`${name}: lock files are never held`, async (t) => {
    const { backend, nowMs } = await make(t)
    const file = named('locks', Buffer.from('lock'))
    await backend.save(file, [Buffer.from('lock')])
    await fails('BASE_BUG', backend.retention!.lock(file, nowMs + 1000))
    await backend.remove(file)
  })
}

const CONFIG: FileRef = { kind: 'config', name: '' }

function named(kind: FileKind, bytes: Buffer): FileRef {
  return { kind, name: createHash('sha256').update(bytes).digest('hex') }
}

async function fails(code: ErrorCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => isAppError(error, code), code)
}
