import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { safeNames, type ZipEntry, zipStream } from './zip.ts'

const NOW = Date.UTC(2026, 10, 28, 3, 0)

async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values
}
const entry = (name: string, ...parts: string[]): ZipEntry => ({
  name,
  mtimeMs: NOW,
  content: from(parts.map((part) => Buffer.from(part))),
})

async function bytesOf(entries: readonly ZipEntry[]): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of zipStream(from(entries))) parts.push(part)
  return Buffer.concat(parts)
}

/** Python's reader is nobody of ours. */
const PYTHON = `
import sys, zipfile, json
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps({'bad': z.testzip(), 'files': {i.filename: [i.file_size, z.read(i).decode()[:40], list(i.date_time)] for i in z.infolist()}}))
`

test('another reader finds every file, its name, time and bytes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-zip-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'a.zip')
  writeFileSync(
    file,
    await bytesOf([entry('患者/紹介状.txt', 'いつも', 'お世話に'), entry('empty'), entry('b', 'x'.repeat(100_000))]),
  )
  let out: string
  try {
    out = (await promisify(execFile)('python3', ['-c', PYTHON, file])).stdout
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return t.skip('no python3')
  }
  const { bad, files } = JSON.parse(out) as { bad: null; files: Record<string, [number, string, number[]]> }
  assert.equal(bad, null)
  assert.deepEqual(files['患者/紹介状.txt'], [21, 'いつもお世話に', [2026, 11, 28, 12, 0, 0]])
  assert.deepEqual([files['empty']?.[0], files['b']?.[0]], [0, 100_000])
  assert.equal(readFileSync(file).readUInt32LE(0), 0x04034b50)
})

test('more files than 16 bits count', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-zip-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'a.zip')
  writeFileSync(file, await bytesOf(Array.from({ length: 66_000 }, (_, n) => entry(`f${n}`))))
  const count = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))'
  try {
    assert.equal((await promisify(execFile)('python3', ['-c', count, file])).stdout.trim(), '66000')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    t.skip('no python3')
  }
})

test('a file that cannot be read to its end ends the archive', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half')
    throw new Error('damaged')
  }
  await assert.rejects(bytesOf([{ name: 'a', mtimeMs: NOW, content: broken() }]), /damaged/)
})

test('names that Windows takes, each once', () => {
  const name = safeNames()
  assert.equal(name(['..', '..', 'x']), '_/_/x')
  assert.equal(name(['a:b?.txt']), 'a_b_.txt')
  assert.equal(name(['CON.txt']), '_CON.txt')
  assert.equal(name(['end. ']), 'end_')
  assert.equal(name(['A.txt']), 'A.txt')
  assert.equal(name(['a.TXT']), 'a (2).TXT')
  assert.equal(name(['exe\u202etxt.gpj']), 'exe_txt.gpj')
  assert.equal(name(['紹介状.pdf']), '紹介状.pdf')
})
