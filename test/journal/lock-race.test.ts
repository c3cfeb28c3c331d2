/** Many processes find the same dead lock at once: exactly one takes it over. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const SCRIPT = new URL('./try-lock.ts', import.meta.url).pathname

function tryLock(folder: string, atMs: number): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SCRIPT, folder, String(atMs)], { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('close', () => resolve(said.trim()))
  })
}

test('one of six takes over a dead lock', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-race-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (let round = 0; round < 2; round++) {
    writeFileSync(join(folder, 'lock'), `${JSON.stringify({ pid: 999_999_999, started: 'gone', host: hostname() })}\nx`)
    const answers = await Promise.all(Array.from({ length: 6 }, () => tryLock(folder, Date.now() + 1200)))
    assert.deepEqual(answers.sort(), ['got it', ...Array.from({ length: 5 }, () => 'refused')])
  }
})
