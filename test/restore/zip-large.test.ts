/** A download larger than 4 GiB, judged by two other readers; nothing of it is ever whole in memory. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { type ZipEntry, zipStream } from '#recovery'

const NOW = Date.UTC(2026, 10, 28, 3, 0)
const PART = Buffer.alloc(8 << 20)
/** 4.25 GiB. */
const PARTS = 544
const LARGE = PARTS * PART.length

async function* content(parts: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < parts; i++) yield PART
}
async function* entries(): AsyncGenerator<ZipEntry> {
  yield { name: '画像/large.bin', mtimeMs: NOW, content: content(PARTS) }
  yield { name: 'small.bin', mtimeMs: NOW, content: content(1) }
}

/** Reads all of it: sizes as they are listed, and every checksum. */
const PYTHON = `
import sys, zipfile, json
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([z.testzip(), [[i.filename, i.file_size] for i in z.infolist()]]))
`
const missing = ['python3', 'unzip'].find((program) => spawnSync(program, ['--help']).error)

test(
  'more than 4 GiB in one file, and a file behind it',
  { skip: missing === undefined ? false : `${missing} is not here` },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'toride-zip-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'large.zip')
    await pipeline(Readable.from(zipStream(entries())), createWriteStream(file))
    const python = spawnSync('python3', ['-c', PYTHON, file], { encoding: 'utf8' })
    assert.equal(python.status, 0, python.stderr)
    const wanted = [
      ['画像/large.bin', LARGE],
      ['small.bin', PART.length],
    ]
    assert.deepEqual(JSON.parse(python.stdout), [null, wanted])
    const unzip = spawnSync('unzip', ['-tq', file], { encoding: 'utf8' })
    assert.equal(unzip.status, 0, unzip.stdout + unzip.stderr)
  },
)
