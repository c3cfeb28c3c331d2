import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, isAppError, type Backend, type FileRef } from '#base'
import { extendLocks, memBackend, withRetry } from './index.ts'

const files: FileRef[] = Array.from({ length: 20 }, (_, i) => ({ kind: 'data', name: `${10 + i}`.repeat(32) }))

/** Memory that counts what is asked of its locks and refuses as told. */
function counting(refuse: (file: FileRef, attempt: number) => AppError | undefined): Backend & { calls: string[] } {
  const inner = memBackend()
  const calls: string[] = []
  return {
    ...inner,
    calls,
    retention: {
      async lock(file, untilMs) {
        const error = refuse(file, calls.push(`lock ${untilMs}`))
        if (error) throw error
        return inner.retention.lock(file, untilMs)
      },
      state: (file) => inner.retention.state(file),
    },
  }
}

test('only what ends too early is held longer, and then ahead, so that the next nights ask for nothing', async () => {
  const backend = counting(() => undefined)
  assert.deepEqual(await extendLocks(backend, files, 1000, { aheadMs: 100 }), { extended: 20, enough: 0, failed: [] })
  assert.deepEqual(new Set(backend.calls), new Set(['lock 1100']))
  backend.calls.length = 0
  await backend.retention!.lock(files[3]!, 1200)
  for (const untilMs of [900, 1000, 1100]) {
    assert.equal((await extendLocks(backend, files, untilMs, { aheadMs: 100 })).enough, 20)
  }
  assert.equal((await extendLocks(backend, files, 1101, { aheadMs: 100 })).extended, 19)
  assert.equal(backend.calls.length, 1 + 19)
})

test('one file that cannot be held is named and keeps no other from it', async () => {
  const backend = counting(({ name }) => (name === files[5]!.name ? new AppError('STORAGE_DENIED') : undefined))
  const { extended, failed } = await extendLocks(backend, files, 1000, { aheadMs: 0, concurrency: 3 })
  assert.equal(extended, 19)
  assert.deepEqual(
    failed.map(({ file, error }) => [file, error.code]),
    [[files[5], 'STORAGE_DENIED']],
  )
  const { retention: _, ...without } = backend
  await assert.rejects(extendLocks(without, files, 1000, { aheadMs: 0 }), (e) => isAppError(e, 'BASE_BUG'))
})

test('a lock that failed for a temporary reason is tried again like every other call', async () => {
  const backend = counting((_file, attempt) =>
    attempt < 3 ? new AppError('STORAGE_UNREACHABLE', { retry: 'temporary' }) : undefined,
  )
  const { retention } = withRetry(backend, { sleep: async () => undefined })
  assert.equal(await retention!.lock(files[0]!, 1000), 'logical')
  assert.equal((await retention!.state(files[0]!))?.untilMs, 1000)
  assert.equal(backend.calls.length, 3)
})
