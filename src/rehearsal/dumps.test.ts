import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AppError } from '#base'
import { dumpsIn, type Peek } from './dumps.ts'

/** How `xz` and `bzip2` begin. */
const XZ = Buffer.from('fd377a585a000004e6d6b446', 'hex')
const BZIP2 = Buffer.from('425a6839314159265359', 'hex')
const SQL = `-- PostgreSQL database dump\n${'select 1;\n'.repeat(50)}`
const MARIA = '-- MariaDB dump 10.19\n'
const archive = (form: number): Buffer => Buffer.from([...Buffer.from('PGDMP'), 1, 14, 0, 4, 8, form, 0, 0])

test('what each beginning says, the newest of each series, and what is not read passes and fails nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-dumps-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const put = (name: string, bytes: string | Uint8Array, day = 1): void => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    utimesSync(path, day, day)
  }
  put('orca-1.sql', SQL, 1)
  put('orca-2.sql', SQL, 2)
  put('zipped-1.sql.gz', gzipSync(SQL))
  put('packed-1.sql.xz', XZ, 1)
  put('packed-2.sql.xz', XZ, 2)
  put('lost.sql.bz2', BZIP2)
  put('photo.xz', Buffer.concat([XZ, Buffer.from('photo')]))
  put('damaged.sql.xz', Buffer.concat([XZ, Buffer.from('damaged')]))
  put('other.sql.lz4', Buffer.from('04224d18', 'hex'))
  put('custom.dump', archive(1))
  put('tarred.tar', `${'toc.dat'.padEnd(257, '\0')}ustar`)
  put('night-1/toc.dat', archive(3), 1)
  put('night-2/toc.dat', archive(5), 2)
  put('night-2/3001.dat', 'rows')
  put('tab/patient.sql', MARIA)
  put('tab/patient.txt', '1\tA\n')
  put('tab/a_view.sql', MARIA)
  put('notes.txt', 'BZh is how bzip2 begins')
  const peek: Peek = async ({ path }, tool) => {
    if (tool === 'bzip2') throw new AppError('ISOLATION_NO_UNPACKER')
    return Buffer.from(path.includes('packed') ? SQL : path.includes('photo') ? 'JFIF' : '')
  }
  const { known, unread } = await dumpsIn(folder, peek)
  assert.deepEqual(
    known.map(({ file, form, packing, folder: all }) => [file.path, form, packing, all && all.slice(folder.length)]),
    [
      ['/custom.dump', 'archive', 'none', undefined],
      ['/night-2/toc.dat', 'archive', 'none', '/night-2'],
      ['/orca-2.sql', 'sql', 'none', undefined],
      ['/packed-2.sql.xz', 'sql', 'xz', undefined],
      ['/tab/patient.sql', 'tab', 'none', '/tab'],
      ['/tarred.tar', 'archive', 'none', undefined],
      ['/zipped-1.sql.gz', 'sql', 'gzip', undefined],
    ],
  )
  assert.deepEqual(
    unread.map(({ file, code }) => [file.path, code]),
    [
      ['/damaged.sql.xz', 'REHEARSAL_DUMP_UNREAD'],
      ['/lost.sql.bz2', 'ISOLATION_NO_UNPACKER'],
      ['/other.sql.lz4', 'REHEARSAL_DUMP_UNREAD'],
    ],
  )
})
