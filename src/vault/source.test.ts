import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type ErrorCode, isAppError } from '#base'
import { checkPaths, type SourceKind, trySource } from './source.ts'

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'toride-paths-'))
  t.after(() => rmSync(root, { recursive: true }))
  const [dataFolder, records] = [join(root, 'data'), join(root, 'records')]
  mkdirSync(join(dataFolder, 'keys'), { recursive: true })
  mkdirSync(join(dataFolder, 'sample', 'records'), { recursive: true })
  mkdirSync(records)
  const link = (name: string, to: string): string => {
    symlinkSync(to, join(root, name))
    return join(root, name)
  }
  const check = (path: string, allowed: readonly string[] = [], kind: SourceKind = 'folder') =>
    checkPaths({ kind, name: 'x', paths: [path] }, { dataFolder, allowedFolders: () => allowed })
  const refused = (path: string, code: ErrorCode, allowed?: readonly string[]) =>
    assert.throws(
      () => check(path, allowed),
      (error) => isAppError(error) && error.code === code,
      path,
    )
  return { root, dataFolder, records, link, check, refused }
}

const posix = { skip: process.platform === 'win32' && 'no such folders there' }

test('Toride’s own folder is found on every way that leads there', posix, (t) => {
  const { root, dataFolder, records, link, check, refused } = place(t)
  const keys = join(dataFolder, 'keys')
  const ways = [
    dataFolder,
    keys,
    root,
    '/',
    join(dataFolder, 'sample', '..', 'keys'),
    link('folder-of-links', keys),
    link('way-in', dataFolder),
    join(root, 'way-in', 'keys'),
    link('twice', join(root, 'way-in')),
    `/proc/self/root${keys}`,
    link('by-proc', `/proc/self/root${dataFolder}`),
  ]
  for (const way of ways) refused(way, 'VAULT_SOURCE_HOLDS_VAULT', ['/'])
  assert.deepEqual(check(join(dataFolder, 'sample', 'records')), [join(dataFolder, 'sample', 'records')])
  assert.deepEqual(check(link('volume', records)), [records], 'kept as where it leads: the archiver follows no link')
})

test('a data folder that is itself named by a link', posix, (t) => {
  const { dataFolder, link, records } = place(t)
  const named = link('named', dataFolder)
  const check = (path: string) => checkPaths({ kind: 'folder', name: 'x', paths: [path] }, { dataFolder: named })
  assert.throws(() => check(join(dataFolder, 'keys')), /VAULT_SOURCE_HOLDS_VAULT/)
  assert.deepEqual(check(records), [records])
})

test('folders of the system only where root allows them; links count as where they lead', posix, (t) => {
  const { root, records, link, check, refused } = place(t)
  const code = 'VAULT_SOURCE_SYSTEM_FOLDER'
  for (const way of ['/etc', '/etc/pam.d', '/proc', '/dev', link('settings', '/etc')]) refused(way, code)
  assert.deepEqual(check(`/proc/self/root${records}`), [records], 'nothing but where it leads is kept')
  assert.throws(
    () => check('/etc/passwd', [], 'csv'),
    (error) => isAppError(error) && error.code === code,
  )
  const allowed = ['/etc/pam.d']
  assert.deepEqual(check('/etc/pam.d', allowed), ['/etc/pam.d'])
  assert.deepEqual(check(link('allowed', '/etc/pam.d'), allowed), ['/etc/pam.d'])
  refused('/etc', code, allowed)
  refused('/etc/pam.d-other/..', code, allowed)
  // What anybody could turn is not allowed by its name: where it leads counts.
  refused(join(root, 'settings'), code, [join(root, 'settings')])
  const named = { kind: 'folder', name: 'x', paths: ['/etc'] } as const
  assert.deepEqual(
    checkPaths(named, { dataFolder: join(root, 'data') }),
    ['/etc'],
    'an agent’s paths are named by root',
  )
})

test('what is not there, and what is not of its kind', (t) => {
  const { records, check, refused } = place(t)
  refused(join(records, 'gone'), 'VAULT_SOURCE_UNREADABLE')
  writeFileSync(join(records, 'file'), '')
  refused(join(records, 'file'), 'VAULT_SOURCE_INVALID')
  // One table, or a folder of them.
  for (const path of [records, join(records, 'file')]) assert.equal(check(path, [], 'csv').length, 1)
})

test('a patient in two volumes and in the extended storage is one patient', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'toride-trial-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'data'))
  for (const volume of ['standardized/9999999999_00', 'standardized/9999999999_01', 'extended/9999999999'])
    for (const patient of ['0000100000', '0000100018'].slice(0, volume.endsWith('_01') ? 1 : 2)) {
      const folder = join(
        root,
        'records',
        volume,
        patient.slice(0, 3),
        patient.slice(3, 6),
        patient,
        '20260101',
        'ADT-00',
      )
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'a'), 'x')
    }
  const trial = trySource({ kind: 'ssmix2', name: '電子カルテ', paths: [join(root, 'records')] } as never, {
    dataFolder: join(root, 'data'),
  })
  assert.deepEqual([trial.patients, trial.files], [2, 5])
})
