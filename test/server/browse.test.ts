/** Looking into generations without charts: by whom, what is written down, and never past the roles of a chart. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '#base'
import { bindServices } from '#server'
import { house, take } from './house.ts'
import { firstPerson } from './person.ts'

test('folders and files of a generation, each look in the ledger with a sealed name', async (t) => {
  const place = house(t)
  mkdirSync(join(place.source, '紹介状'))
  writeFileSync(join(place.source, '紹介状', '0001234_山田花子.txt'), '紹介状の中身')
  const institution = await place.open()
  const { viewer, services } = await firstPerson(institution)
  const [id = ''] = await take(institution, place, 1)
  const { browse } = services

  const top = (await browse.folder(viewer, id, []))!
  const position = top.entries.find((entry) => entry.name === '紹介状')!.position
  const folder = (await browse.folder(viewer, id, [position]))!
  assert.deepEqual([folder.trail, folder.entries.map((entry) => entry.name)], [['紹介状'], ['0001234_山田花子.txt']])
  const file = (await browse.file(viewer, id, [position, 0]))!
  assert.equal(Buffer.from(file.bytes).toString(), '紹介状の中身')
  assert.equal(await browse.file(viewer, id, [position, 1]), undefined)
  assert.equal(await browse.folder(viewer, 'f'.repeat(64), []), undefined)

  const { rows } = await services.journal.rows(viewer, { page: 1, kind: 'generation' })
  assert.deepEqual(
    rows.slice(0, 3).map((row) => [row.type, row.looked, row.subject?.split('/').at(-1)]),
    [
      ['generation.restored', 'file', '0001234_山田花子.txt'],
      ['generation.restored', 'folder', '紹介状'],
      ['generation.restored', 'folder', 'source'],
    ],
  )
  const entries = await institution.journalIndex.query({ types: ['generation.restored'], limit: 9 })
  assert.doesNotMatch(JSON.stringify(entries), /山田|紹介状/)
  const proofs = (await institution.vault.generations.get(id))!.proofs
  assert.ok(
    proofs.some((proof) => proof.kind === 'chart' && proof.passed),
    'evidence that it can be read',
  )
})

test('not without the documents cell of the matrix, not into an SS-MIX2 source, not into Toride’s own state', async (t) => {
  const place = house(t)
  const institution = await place.open()
  const { viewer, services } = await firstPerson(institution)
  const [id = ''] = await take(institution, place, 1)
  const denied = (error: unknown): boolean => isAppError(error, 'ACCESS_DENIED')
  const clerk = { ...viewer, can: new Set([...viewer.can].filter((name) => name !== 'see-documents')) }
  await assert.rejects(services.browse.folder(clerk, id, []), denied)

  const storage = join(place.source, 'storage')
  mkdirSync(join(storage, '000', '123', '0000123', '-', 'ADT-00'), { recursive: true })
  writeFileSync(join(storage, '000', '123', '0000123', '-', 'ADT-00', 'x'), 'MSH')
  const charts = await institution.vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths: [storage] })
  const generation = await (await institution.vault.runs.run(charts.id)).done
  await assert.rejects(services.browse.file(viewer, generation.id, [0]), denied)

  await institution.vault.ensureOwnState()
  await institution.vault.runs.runOwnState()
  const [own] = await institution.vault.generations.list({ sourceId: 'own-state' })
  await assert.rejects(bindServices(institution).browse.folder(viewer, own!.id, []), denied)
})
