import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { dumpsIn } from './dumps.ts'

/** How `xz` and `bzip2` begin. */
const XZ = Buffer.from('fd377a585a000004e6d6b446', 'hex')
const BZIP2 = Buffer.from('425a6839314159265359', 'hex')

test('a dump that nothing here reads is told as unread: it passes and fails nothing, and hides behind no older one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-dumps-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const sql = `-- PostgreSQL database dump\n${'select 1;\n'.repeat(50)}`
  const put = (name: string, bytes: string | Uint8Array, day: number): void => {
    writeFileSync(join(folder, name), bytes)
    utimesSync(join(folder, name), day, day)
  }
  put('orca-1.sql', sql, 1)
  put('orca-2.sql', sql, 2)
  put('zipped-1.sql.gz', gzipSync(sql), 1)
  put('packed-1.sql.xz', XZ, 1)
  put('packed-2.sql.xz', XZ, 2)
  put('other.sql.bz2', BZIP2, 1)
  put('custom.dump', Buffer.from('PGDMP\x01\x0e\x00\x04\x08\x01rest', 'latin1'), 1)
  put('toc.dat', Buffer.from('PGDMP\x01\x0e\x00\x04\x08\x05rest', 'latin1'), 1)
  put('notes.txt', 'BZh is how bzip2 begins', 1)
  const { known, unread } = dumpsIn(folder)
  const names = (files: readonly { path: string }[]) => files.map(({ path }) => path.split('/').at(-1)).sort()
  assert.deepEqual(names(known.map(({ file }) => file)), ['custom.dump', 'orca-2.sql', 'zipped-1.sql.gz'])
  assert.deepEqual(names(unread), ['other.sql.bz2', 'packed-2.sql.xz', 'toc.dat'])
})
