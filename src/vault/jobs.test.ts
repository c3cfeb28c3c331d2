import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, manualClock } from '#base'
import { Jobs } from './jobs.ts'

test('a second click is told which job is going', async () => {
  const jobs = new Jobs(manualClock(0))
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = jobs.start('backup', '電子カルテ', () => promise)
  assert.throws(
    () => jobs.start('backup', '電子カルテ', async () => {}),
    (error: AppError) => error.context['jobId'] === first.id,
  )
  await jobs.start('backup', '文書', async () => {}).done
  resolve()
  await first.done
  await jobs.start('backup', '電子カルテ', async () => {}).done
})

test('progress gives speed and time left; the end gives its code', async () => {
  const clock = manualClock(0)
  const jobs = new Jobs(clock)
  const { id, done } = jobs.start('backup', 's', async ({ report }) => {
    clock.advance(10_000)
    report({ phase: 'read', filesDone: 25, filesTotal: 100, bytesDone: 5000, bytesTotal: 10_000 })
    assert.deepEqual(
      { left: jobs.get(id)?.remainingMs, speed: jobs.get(id)?.bytesPerSecond },
      { left: 30_000, speed: 500 },
    )
    throw new AppError('STORAGE_FULL')
  })
  await assert.rejects(done)
  assert.equal(jobs.get(id)?.state, 'failed')
  assert.equal(jobs.get(id)?.errorCode, 'STORAGE_FULL')
})

test('watching ends with the job, and with the watcher', async () => {
  const clock = manualClock(0)
  const jobs = new Jobs(clock)
  const { promise, resolve } = Promise.withResolvers<void>()
  const { id, done } = jobs.start('verify', 's', async ({ report }) => {
    await promise
    report({ phase: 'check' })
  })
  const phases: string[] = []
  const watching = (async () => {
    for await (const job of jobs.watch(id, new AbortController().signal)) phases.push(`${job.state} ${job.phase}`)
  })()
  resolve()
  await done
  await watching
  assert.deepEqual(phases, ['running waiting', 'running check', 'done finish'])
})

test('cancelling reaches the work, also before it has begun', async () => {
  const jobs = new Jobs(manualClock(0))
  const untilAborted = ({ signal }: { signal: AbortSignal }): Promise<void> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('BASE_CANCELLED'))))
  const early = jobs.start('backup', 's', untilAborted)
  jobs.cancel(early.id)
  await assert.rejects(early.done)
  assert.equal(jobs.get(early.id)?.state, 'cancelled')
  const late = jobs.start('backup', 's', untilAborted)
  await new Promise(setImmediate)
  jobs.cancel(late.id)
  await assert.rejects(late.done)
  assert.equal(jobs.get(late.id)?.state, 'cancelled')
})
