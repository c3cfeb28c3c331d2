/** The committed kernel.wasm is what its sources give. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const KERNEL = 'src/restic/kernel/kernel.wasm'
const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

test('kernel.wasm has its committed hash', () => {
  const [hash] = readFileSync(`${KERNEL}.sha256`, 'utf8').split(' ')
  assert.equal(hashOf(KERNEL), hash)
})

/** Other compilers give other bytes: the build is pinned to Debian 12's. */
function missingTool(): string | false {
  const clang = spawnSync('clang', ['--version'], { encoding: 'utf8' })
  if (!clang.stdout?.includes('14.0.6')) return 'clang 14.0.6 of Debian 12 is not installed'
  if (spawnSync('wasm-ld', ['--version']).status !== 0) return 'lld is not installed'
  if (spawnSync('test', ['-d', '/usr/include/wasm32-wasi']).status !== 0) return 'wasi-libc is not installed'
  return false
}

test('kernel.wasm is rebuilt from its sources byte for byte', { skip: missingTool() }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-kernel-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const out = join(folder, 'kernel.wasm')
  try {
    execFileSync('bash', ['tools/build-kernel.sh', out], { stdio: 'pipe' })
  } catch (error) {
    if (
      /no apt source|Could not resolve|Temporary failure|Failed to fetch/.test(
        String((error as { stderr: Buffer }).stderr),
      )
    ) {
      t.skip('the source of zstd cannot be fetched here')
      return
    }
    throw error
  }
  assert.equal(hashOf(out), hashOf(KERNEL))
})
