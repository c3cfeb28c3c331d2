import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { AppError, isAppError, type Backend, type FileKind, type FileRef } from '#base'
import { memBackend, openLocalBackend, withFaults } from '#storage'
import { mirrorRepository, type MirrorProgress } from './mirror.ts'

const CONFIG: FileRef = { kind: 'config', name: '' }

async function put(to: Backend, kind: FileKind, text: string): Promise<FileRef> {
  const bytes = Buffer.from(text)
  const file = { kind, name: kind === 'config' ? '' : hash('sha256', bytes, 'hex') }
  await to.save(file, [bytes])
  return file
}

/** Something of every kind; only names and bytes matter here. */
async function fill(to: Backend): Promise<void> {
  await put(to, 'config', 'this repository')
  for (let i = 0; i < 9; i++) await put(to, 'data', `pack ${i}`)
  for (const kind of ['index', 'keys', 'snapshots', 'locks'] as const) {
    for (let i = 0; i < 3; i++) await put(to, kind, `${kind} ${i}`)
  }
}

function localBackend(t: TestContext): Backend {
  const root = fs.mkdtempSync(join(tmpdir(), 'mirror-'))
  t.after(() => fs.rmSync(root, { recursive: true, force: true }))
  return openLocalBackend(root)
}

/** A backend that keeps a list of what was asked of it. */
function watched(inner: Backend): Backend & { readonly calls: string[] } {
  const calls: string[] = []
  const noted = withFaults(inner, ({ operation, file }) => {
    calls.push(`${operation} ${file?.kind ?? ''}`.trim())
    return undefined
  })
  return { ...noted, calls }
}

for (const [name, open] of [
  ['mem', () => memBackend()],
  ['local', localBackend],
] as const) {
  test(`${name}: everything but the locks arrives, in an order that is safe at any cut, and is then known`, async (t) => {
    const from = memBackend()
    await fill(from)
    const to = watched(open(t))
    const steps: MirrorProgress[] = []
    const first = await mirrorRepository(from, to, { onProgress: (step) => steps.push(step) })
    assert.equal(first.copied.files, 9 + 3 * 3 + 1)
    assert.deepEqual(first.damaged, [])
    assert.deepEqual(await to.list('locks'), [])
    for (const kind of ['data', 'index', 'keys', 'config', 'snapshots'] as const) {
      for (const { name: id } of await from.list(kind)) {
        assert.deepEqual(await to.load({ kind, name: id }), await from.load({ kind, name: id }))
      }
    }
    const kinds = to.calls.filter((call) => call.startsWith('save')).map((call) => call.split(' ')[1])
    assert.deepEqual([...new Set(kinds)], ['data', 'index', 'keys', 'config', 'snapshots'])
    assert.deepEqual(
      kinds,
      kinds.toSorted((a, b) => order(a) - order(b)),
    )
    assert.deepEqual(steps[0], { filesDone: 0, filesTotal: 19, bytesDone: 0, bytesTotal: first.copied.bytes })
    assert.deepEqual(steps.at(-1), {
      filesDone: 19,
      filesTotal: 19,
      bytesDone: first.copied.bytes,
      bytesTotal: first.copied.bytes,
    })

    to.calls.length = 0
    const again = await mirrorRepository(from, to)
    assert.deepEqual(again, { copied: { files: 0, bytes: 0 }, present: first.copied, damaged: [] })
    assert.deepEqual(to.calls.toSorted(), [
      ...['config', 'data', 'index', 'keys', 'snapshots'].map((kind) => `list ${kind}`),
      'load config',
    ])
  })
}

const order = (kind: string | undefined) => ['data', 'index', 'keys', 'config', 'snapshots'].indexOf(kind ?? '')

test('cut after any number of files, no snapshot lies there without what it needs, and the next call goes on', async () => {
  const from = memBackend()
  await fill(from)
  const to = memBackend()
  for (let cut = 1; cut < 30; cut++) {
    const torn = withFaults(to, ({ operation, count }) => (operation === 'save' && count > 1 ? 'full' : undefined))
    const result = await mirrorRepository(from, torn, { concurrency: 1 }).catch((error: unknown) => error)
    const [snapshots, data] = await Promise.all([to.list('snapshots'), to.list('data')])
    if (snapshots.length > 0) assert.equal(data.length, 9)
    if (!(result instanceof AppError)) return assert.equal(cut, 19)
    assert.equal(result.code, 'STORAGE_FULL')
    assert.equal(to.files.size, cut)
  }
  assert.fail('never ready')
})

test('an error ends all lanes before it goes up', async () => {
  const from = memBackend()
  await fill(from)
  const inner = memBackend()
  const torn = watched(
    withFaults(inner, ({ operation, count }) => (operation === 'save' && count === 2 ? 'full' : undefined)),
  )
  await assert.rejects(mirrorRepository(from, torn, { concurrency: 3 }), (e) => isAppError(e, 'STORAGE_FULL'))
  const after = torn.calls.length
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(torn.calls.length, after)
  assert.ok(torn.calls.filter((call) => call.startsWith('save')).length <= 3)
})

test('another repository there: nothing is written', async () => {
  const from = memBackend()
  await fill(from)
  const to = memBackend()
  await put(to, 'config', 'another repository')
  await assert.rejects(mirrorRepository(from, to), (e) => isAppError(e, 'VAULT_COPY_FOREIGN'))
  assert.equal(to.files.size, 1)
  await assert.rejects(mirrorRepository(memBackend(), to), (e) => isAppError(e, 'RESTIC_NO_REPOSITORY'))
})

test('damage on either side is named, stops no other file and is never passed on or written over', async () => {
  const from = memBackend()
  await fill(from)
  const to = memBackend()
  const short = await put(from, 'data', 'whole here, short there')
  to.files.set(`data/${short.name}`, Buffer.from('whole'))
  const rotten = await put(from, 'data', 'rotten')
  from.files.set(`data/${rotten.name}`, Buffer.from('Rotten'))
  const { damaged } = await mirrorRepository(from, to)
  assert.deepEqual(damaged, [
    { ...short, side: 'to' },
    { ...rotten, side: 'from' },
  ])
  assert.equal(to.files.get(`data/${short.name}`)?.toString(), 'whole')
  assert.equal(await to.stat(rotten), undefined)
  assert.equal((await to.list('snapshots')).length, 3)
})

test('only what is wanted, and a copy of two processes at once', async () => {
  const from = memBackend()
  await fill(from)
  const to = memBackend()
  const { copied } = await mirrorRepository(from, to, { only: ({ kind }) => kind === 'data' })
  assert.deepEqual([copied.files, to.files.size], [9, 9])
  const [a, b] = await Promise.all([mirrorRepository(from, to), mirrorRepository(from, to)])
  assert.equal(a.copied.files + b.copied.files, 10)
  assert.equal(a.copied.files + a.present.files, 19)
})

test('cancelled between two files', async () => {
  const from = memBackend()
  await fill(from)
  const to = memBackend()
  const abort = new AbortController()
  const onProgress = ({ filesDone }: MirrorProgress) => filesDone === 4 && abort.abort()
  const mirror = mirrorRepository(from, to, { signal: abort.signal, onProgress, concurrency: 1 })
  await assert.rejects(mirror, (e) => isAppError(e, 'BASE_CANCELLED'))
  assert.equal(to.files.size, 4)
  assert.equal((await to.stat(CONFIG)) ?? 'none', 'none')
})
