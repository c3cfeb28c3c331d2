/** Sizes that break what counts in 32 bits, or reads a folder again for each of its parts. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { stockRestics } from './stock-restic.ts'
import { assertSameLook, PASSWORD, scratch, torideOk } from './toride-repo.ts'

const restic = stockRestics().findLast((one) => !one.missing)
/** 200,000 take two minutes more, nearly all of it the file system's. */
const FLAT_FILES = Number(process.env['TORIDE_FLAT_FILES'] ?? 12_000)
const GIB = 2 ** 30
const TORIDE = fileURLToPath(new URL('../../bin/toride', import.meta.url))

test('a folder with very many files', { skip: restic ? false : 'no restic is installed' }, async (t) => {
  const base = scratch(t)
  const [source, repo] = [join(base, 'src'), join(base, 'repo')]
  mkdirSync(source)
  for (let i = 0; i < FLAT_FILES; i++) writeFileSync(join(source, `${i} 患者.hl7`), `MSH|${i}`)
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', source, '--no-cache')
  await torideOk(repo, 'restore', 'latest', '--target', join(base, 'ours'))
  assertSameLook(join(base, 'ours', source), source)
  restic!.run(repo, PASSWORD, 'check', '--read-data')
  restic!.run(repo, PASSWORD, 'restore', 'latest', '--target', join(base, 'theirs'))
  assertSameLook(join(base, 'theirs', source), source)
})

test('a file of more than 4 GiB comes back as it was, across the line too', async (t) => {
  const base = scratch(t)
  const [source, repo] = [join(base, 'src'), join(base, 'repo')]
  mkdirSync(source)
  const bytes = randomBytes(1_000_000)
  const places = [0, 4 * GIB - 500_000, 4 * GIB + 2_000_000, 4.4 * GIB]
  const file = openSync(join(source, 'image'), 'w')
  for (const at of places) writeSync(file, bytes, 0, bytes.length, Math.floor(at))
  ftruncateSync(file, 4.5 * GIB)
  closeSync(file)
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', source, '--no-cache')
  await torideOk(repo, 'check', '--read-data')
  const pipe = '"$0" repo dump latest "$1" --repo "$2" | cmp - "$1"'
  execFileSync('sh', ['-c', pipe, TORIDE, join(source, 'image'), repo], {
    env: { ...process.env, RESTIC_PASSWORD: PASSWORD },
  })
  await torideOk(repo, 'restore', 'latest', '--sparse', '--target', join(base, 'out'))
  const restored = openSync(join(base, 'out', source, 'image'), 'r')
  const [got, hole] = [Buffer.alloc(bytes.length), Buffer.alloc(1000)]
  for (const at of places) {
    readSync(restored, got, 0, got.length, Math.floor(at))
    assert.ok(got.equals(bytes), `bytes at ${at}`)
    readSync(restored, hole, 0, hole.length, Math.floor(at) + bytes.length)
    assert.ok(
      hole.every((byte) => byte === 0),
      `nothing behind ${at}`,
    )
  }
  assert.equal(readSync(restored, hole, 0, 1, 4.5 * GIB), 0)
  assert.equal(readSync(restored, hole, 0, 1, 4.5 * GIB - 1), 1)
  closeSync(restored)
})
