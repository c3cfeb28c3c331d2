/** Files out of a generation through the browser: one zip, journaled, within limits; raw files of charts say why. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { isAppError } from '#base'
import { house } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'

const LIST = `
import sys, zipfile, json
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([z.testzip(), {i.filename: z.read(i).decode() for i in z.infolist()}]))
`

test('chosen folders and files come as one zip, in the ledger without a name; too much is refused before it begins', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  mkdirSync(join(home.source, '患者', '紹介状'), { recursive: true })
  writeFileSync(join(home.source, '患者', '紹介状', '田中.txt'), 'いつもお世話に')
  writeFileSync(join(home.source, '患者', 'aux.txt'), 'x')
  for (const name of ['在庫_10.txt', '在庫_2.txt']) writeFileSync(join(home.source, name), name)
  const { vault, ledger } = institution
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const { id } = await (await vault.runs.run(source.id)).done
  const top = (await services.browse.folder(viewer, id, []))!
  const names = top.entries.map(({ name }) => name).filter((name) => /患者|在庫/.test(name))
  assert.deepEqual(names, ['患者', '在庫_2.txt', '在庫_10.txt'], 'folders first, and numbers as people count')
  const at = (name: string): number => top.entries.find((entry) => entry.name === name)!.position
  const zip = await services.browse.zip(viewer, id, [[at('患者')], [at('file-1.txt')]], 'vendor')
  const parts: Uint8Array[] = []
  for await (const part of zip!.bytes) parts.push(part)
  const file = join(home.source, '..', 'out.zip')
  writeFileSync(file, Buffer.concat(parts))
  const entries: { type: string; data: unknown }[] = []
  for await (const { entry } of (await ledger.reader()).entries()) entries.push(entry)
  const told = entries.findLast(({ type }) => type === 'generation.restored')!
  assert.deepEqual(
    [
      (told.data as { files: number }).files,
      (told.data as { reason: string }).reason,
      JSON.stringify(told).includes('田中'),
    ],
    [3, 'vendor', false],
  )
  try {
    const { stdout } = await promisify(execFile)('python3', ['-c', LIST, file])
    const [bad, found] = JSON.parse(stdout) as [null, Record<string, string>]
    assert.equal(bad, null)
    assert.deepEqual(Object.keys(found).toSorted(), ['file-1.txt', '患者/_aux.txt', '患者/紹介状/田中.txt'])
    assert.equal(found['患者/紹介状/田中.txt'], 'いつもお世話に')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    t.diagnostic('no python3 to judge the zip')
  }
})

test('raw files of charts: only who could write all of it to a disk, and with a reason', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const storage = join(home.source, 'ssmix2')
  mkdirSync(join(storage, '000', '123', '0000123', '-', 'ADT-00'), { recursive: true })
  writeFileSync(join(storage, '000', '123', '0000123', '-', 'ADT-00', 'x'), 'MSH')
  const { vault } = institution
  const source = await vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths: [storage] })
  const { id } = await (await vault.runs.run(source.id)).done
  const denied = (error: unknown): boolean => isAppError(error, 'ACCESS_DENIED')
  await assert.rejects(services.browse.folder(viewer, id, []), denied)
  const top = await services.browse.folder(viewer, id, [], 'investigation')
  assert.deepEqual(
    top?.entries.map(({ name }) => name),
    ['x'],
  )
})
