/** What an administrator of the screens may name as a source, and what only root may. */
import assert from 'node:assert/strict'
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '#base'
import { clinic } from '../dumps/clinic.ts'
import { firstPerson } from './person.ts'

const form = {
  name: '新しいもの',
  kind: 'folder',
  dailyAt: '',
  definition: '',
  hook: '',
  everyHours: 24,
  onChange: false,
} as const

test('a folder of the system or of Toride is refused at the trial, at the save and at the run', async (t) => {
  const place = clinic(t)
  place.define({})
  const institution = await place.begin()
  const { viewer, services } = await firstPerson(institution)
  const both = async (path: string) => {
    const input = { ...form, paths: [path] }
    const tried = await services.backup.trySource(input)
    const saved = await services.backup.addSource(viewer, input)
    assert.deepEqual(saved, tried, path)
    return saved.kind === 'refused' ? [saved.field, saved.code] : saved.kind
  }
  assert.deepEqual(await both('/etc'), ['paths', 'system-folder'])
  assert.deepEqual(await both(`/proc/self/root${place.folder}/keys`), ['paths', 'inside-data-folder'])
  const link = join(place.source, '..', 'link')
  symlinkSync(join(place.folder, 'keys'), link)
  assert.deepEqual(await both(link), ['paths', 'inside-data-folder'])
  assert.deepEqual(await both(join(place.source, 'gone')), ['paths', 'not-readable'])

  rmSync(link)
  symlinkSync(place.source, link)
  const source = { kind: 'folder', name: '書類', paths: [link] } as const
  const { files } = await place.take(source)
  assert.equal(files, 3, 'a link to where files may lie is followed when it is saved')
  assert.equal(
    (await services.backup.addSource(viewer, { ...form, paths: [link] })).kind,
    'refused',
    'it is there already',
  )
  renameSync(place.source, `${place.source}-away`)
  await place.fail(source, 'VAULT_SOURCE_UNREADABLE')
  symlinkSync('/etc/pam.d', place.source)
  await place.fail(source, 'VAULT_SOURCE_SYSTEM_FOLDER')

  place.define({ allowedFolders: ['/etc/pam.d'] })
  assert.equal((await services.backup.trySource({ ...form, paths: ['/etc/pam.d'] })).kind, 'ok', 'root says so')
  assert.ok((await place.take({ kind: 'folder', name: '設定', paths: ['/etc/pam.d'] })).files > 0)
  assert.deepEqual(await both('/etc'), ['paths', 'system-folder'])
})

test('a hook or a database by a name that every object has is unknown, and nothing is saved', async (t) => {
  const place = clinic(t)
  place.define({})
  const institution = await place.begin()
  const { viewer, services } = await firstPerson(institution)
  const unknown = (error: unknown) => isAppError(error, 'COMMANDS_UNKNOWN')
  for (const name of ['constructor', '__proto__', 'toString']) {
    await assert.rejects(services.backup.addSource(viewer, { ...form, paths: [place.source], hook: name }), unknown)
    const database = { ...form, kind: 'database', paths: [], definition: name } as const
    assert.deepEqual(await services.backup.trySource(database), { kind: 'failed', errorCode: 'COMMANDS_UNKNOWN' })
    await assert.rejects(services.backup.addSource(viewer, database), unknown)
  }
  const sources = await institution.vault.sources()
  assert.deepEqual(
    sources.filter(({ kind }) => kind !== 'own-state'),
    [],
  )
})
