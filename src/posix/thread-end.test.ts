import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { keepsAllMetadata } from './index.ts'

const THREADS = JSON.stringify(import.meta.resolve('#threads'))
const HERE = JSON.stringify(import.meta.url)
// The thread says when it begins to load; its end comes at some moment of the next milliseconds.
const THREAD = `
import { parentPort } from 'node:worker_threads'
import { createRequire } from 'node:module'
import { loadAddon } from ${THREADS}
const require = createRequire(${HERE})
parentPort.postMessage('loads')
loadAddon(() => require('koffi').load(null).func('int getpid()'))
`
const PROGRAM = `
import { Worker } from 'node:worker_threads'
import { endThread } from ${THREADS}
const [ends, threads] = process.argv.slice(1)
for (let n = 0; n < threads; n++) {
  const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(THREAD)})))
  await new Promise((resolve) => worker.once('message', resolve))
  const until = performance.now() + Math.random() * 8
  while (performance.now() < until);
  if (ends === 'process') process.exit(0)
  await endThread(worker)
}
`

const run = (ends: 'thread' | 'process', threads: number) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, ends, String(threads)], { timeout: 60_000 })

test('a thread that is ended while it loads an addon takes nobody with it', { skip: !keepsAllMetadata }, () => {
  const { status, stderr } = run('thread', 40)
  assert.equal(status, 0, String(stderr))
})

test('a process that ends while a thread loads an addon ends well', { skip: !keepsAllMetadata }, () => {
  for (let n = 0; n < 8; n++) {
    const { status, stderr } = run('process', 1)
    assert.equal(status, 0, String(stderr))
  }
})
