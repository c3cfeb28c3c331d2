/** Many processes find the same dead lock at once: exactly one takes it over. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./try-lock.ts', import.meta.url))

interface Contender {
  ready: Promise<void>
  try(): Promise<string>
  end(): Promise<void>
}

function contender(folder: string): Contender {
  const child = spawn(process.execPath, [SCRIPT, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async () => String((await lines.next()).value)
  return {
    ready: line().then((said) => assert.equal(said, 'ready')),
    try() {
      child.stdin.write('now')
      return line()
    },
    async end() {
      child.stdin.end()
      await closed
    },
  }
}

test('one of six takes over a dead lock', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-race-'))
  writeFileSync(join(folder, 'lock'), `${JSON.stringify({ pid: 999_999_999, started: 'gone', host: hostname() })}\nx`)
  const contenders = Array.from({ length: 6 }, () => contender(folder))
  // Whatever fails here: who still holds on would keep this process from ending.
  t.after(async () => {
    await Promise.all(contenders.map((one) => one.end()))
    rmSync(folder, { recursive: true })
  })
  await Promise.all(contenders.map((one) => one.ready))
  const answers = await Promise.all(contenders.map((one) => one.try()))
  assert.deepEqual(answers.sort(), ['got it', ...Array.from({ length: 5 }, () => 'refused')])
})
