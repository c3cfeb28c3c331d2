import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { INSIDE, openDataFolder, peekDataFolder } from './data-folder.ts'

const FRESH = { kind: 'own', institution: '見本医院', createdAt: 0 } as const

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'toride-folder-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

test('makes a folder, remembers what it is, opens again', (t) => {
  const path = join(scratch(t), '医院 データ')
  openDataFolder(path, FRESH).release()
  const again = openDataFolder(path, { ...FRESH, institution: 'other' })
  assert.equal(again.info.institution, '見本医院')
  again.release()
  assert.deepEqual(readdirSync(path), [INSIDE.info])
})

test('a second process is refused and changes nothing', (t) => {
  const path = scratch(t)
  const first = openDataFolder(path, FRESH)
  const before = readFileSync(join(path, INSIDE.pid), 'utf8')
  assert.throws(() => openDataFolder(path, FRESH), { code: 'VAULT_FOLDER_IN_USE' })
  assert.equal(readFileSync(join(path, INSIDE.pid), 'utf8'), before)
  first.release()
})

test('a stale pid is taken over: process gone, pid reused, boot changed, torn file', async (t) => {
  const path = scratch(t)
  const child = spawn('sleep', ['30'])
  const livePid = child.pid!
  const stale = [
    JSON.stringify({ pid: 2 ** 22 - 1, startedTicks: '1', bootId: 'x' }),
    JSON.stringify({ pid: livePid, startedTicks: '1', bootId: 'x' }),
    '{"pid":',
  ]
  for (const content of stale) {
    writeFileSync(join(path, INSIDE.pid), content)
    openDataFolder(path, FRESH).release()
    assert.equal(existsSync(join(path, INSIDE.pid)), false)
  }
  child.kill()
})

test('inside the checkout is refused before anything is made', () => {
  const inside = join(import.meta.dirname, '..', '..', 'data-here')
  assert.throws(() => openDataFolder(inside, FRESH), { code: 'VAULT_FOLDER_INSIDE_CHECKOUT' })
  assert.equal(existsSync(inside), false)
})

test('a folder of a newer Toride and a foreign folder are refused unchanged', (t) => {
  const path = scratch(t)
  writeFileSync(join(path, INSIDE.info), JSON.stringify({ version: 99 }))
  assert.throws(() => openDataFolder(path, FRESH), { code: 'VAULT_FOLDER_NEWER' })
  assert.equal(existsSync(join(path, INSIDE.pid)), false)
  const other = scratch(t)
  mkdirSync(join(other, INSIDE.ledger))
  assert.throws(() => openDataFolder(other, FRESH), { code: 'VAULT_FOLDER_FOREIGN' })
  assert.equal(peekDataFolder(other), undefined)
})

test('a path that cannot be made or written is refused in words', (t) => {
  const file = join(scratch(t), 'file')
  writeFileSync(file, '')
  assert.throws(() => openDataFolder(join(file, 'below'), FRESH), { code: 'VAULT_FOLDER_DENIED' })
  assert.throws(() => openDataFolder('/proc/toride', FRESH), { code: 'VAULT_FOLDER_DENIED' })
})
