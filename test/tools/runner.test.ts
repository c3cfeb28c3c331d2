/** `npm test` must not be green because a file of tests did not run at all. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

const FILES = {
  'good.test.ts': "import { test } from 'node:test'; test('a', () => {}); test('b', (t) => t.skip('why'))",
  'one-fails.test.ts':
    "import { test } from 'node:test'; test('a', () => { throw new Error('x') }); test('b', () => {})",
  'does-not-load.test.ts': '<<<<<<< HEAD',
  'ends-badly.test.ts':
    "import { test } from 'node:test'; test('a', () => {}); setTimeout(() => { throw new Error('late') }, 50)",
}

test('a file that does not load or ends badly counts as failed, a failed test once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-runner-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const files = Object.keys(FILES).map((name) => join(folder, name))
  const program = join(folder, 'run.mjs')
  const runner = pathToFileURL('tools/test.ts').href
  writeFileSync(
    program,
    `import { runTests } from '${runner}'; console.log(JSON.stringify(await runTests(${JSON.stringify(files)})))`,
  )
  // Inside a test run the runner refuses to start another.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const done = spawnSync(process.execPath, [program], { encoding: 'utf8', env })
  assert.deepEqual(JSON.parse(done.stdout.trim().split('\n').at(-1)!), { passed: 3, failed: 3, skipped: 1 })
})
