/** A backup that looks as after an attack: told, frozen, in the ledger, named on demand; and cleared by a person. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '#base'
import { setImmutable } from '#posix'
import { writeSampleClinic } from '#sample'
import { readingHouse } from '../../src/server/services/reading-house.ts'
import { attestedGenerations } from '../../src/server/station-facts.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const DAY = 86_400_000

async function entriesOf(ledger: {
  reader(): Promise<{ entries(): AsyncIterable<{ entry: { type: string; data: unknown } }> }>
}) {
  const found: { type: string; data: unknown }[] = []
  for await (const { entry } of (await ledger.reader()).entries()) found.push(entry)
  return found
}

test('encrypted documents are seen on the night itself: nothing expires, the files are named, a person may clear it', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const { vault, ledger, database } = await home.open(clock)
  const file = (n: number): string => join(home.source, `患者${n}`, '紹介状.txt')
  for (let n = 0; n < 12; n++) {
    mkdirSync(join(home.source, `患者${n}`))
    writeFileSync(file(n), `紹介状 ${n} いつもお世話になっております`.repeat(20))
  }
  const source = await vault.addSource({
    kind: 'folder',
    name: '書類',
    paths: [home.source],
    schedule: { cron: '0 2 * * *' },
  })
  const run = async (): Promise<string> => {
    clock.advance(DAY)
    return (await (await vault.runs.run(source.id)).done).id
  }
  await run()
  writeFileSync(file(3), '直しました'.repeat(50))
  await run()
  assert.deepEqual(await vault.signs.open(), [])
  assert.equal(await vault.freeze.until(), undefined)

  for (let n = 0; n < 8; n++) {
    writeFileSync(file(n), randomBytes(readFileSync(file(n)).length))
    renameSync(file(n), `${file(n)}.x7f3q`)
  }
  const attacked = await run()
  const [found, ...others] = await vault.signs.open()
  assert.deepEqual([found?.generationId, others], [attacked, []])
  assert.deepEqual(found?.signs, [{ kind: 'turned', files: 8 }])
  assert.ok((await vault.freeze.until())! > clock.now() + 29 * DAY)
  const examples = await vault.signExamples(attacked)
  assert.equal(examples.filter(({ finding }) => finding === 'turned').length, 8)
  assert.ok(examples.every(({ path }) => path.includes('紹介状.txt.x7f3q')))
  const types = (await entriesOf(ledger)).map(({ type }) => type)
  assert.ok(types.includes('generation.suspected') && types.includes('expiry.frozen'))
  assert.ok(!JSON.stringify(await entriesOf(ledger)).includes('紹介状'), 'no name of a file in the ledger')

  // Killed before it was judged: the next run judges both.
  await database
    .tables<{ signs: { generation_id: string } }>()
    .deleteFrom('signs')
    .where('generation_id', '=', attacked)
    .execute()
  await run()
  assert.deepEqual(
    (await vault.signs.open()).map(({ generationId, signs }) => [generationId, signs]),
    [[attacked, [{ kind: 'turned', files: 8 }]]],
  )

  await vault.signs.clear((await vault.generations.get(attacked))!, 'person:p1', 'software')
  assert.deepEqual(await vault.signs.open(), [])
  assert.equal((await entriesOf(ledger)).filter(({ type }) => type === 'generation.cleared').length, 1)
  // A second click says nothing new.
  await vault.signs.clear((await vault.generations.get(attacked))!, 'person:p1', 'drill')
  assert.equal((await entriesOf(ledger)).filter(({ type }) => type === 'generation.cleared').length, 1)
})

test('records of an SS-MIX2 storage that are no HL7 any more are seen; corrections and a night of new ones are not', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 20, 17, 30))
  const institution = await home.open(clock)
  const { vault } = institution
  const storage = join(home.source, 'ssmix2')
  const clinic = (): unknown => writeSampleClinic({ folder: storage, asOf: clock.now(), patients: 60, months: 2 })
  clinic()
  const source = await vault.addSource({ kind: 'ssmix2', name: 'カルテ', paths: [storage] })
  const run = async (): Promise<string> => (await (await vault.runs.run(source.id)).done).id
  await run()
  for (let night = 0; night < 3; night++) {
    clock.advance(3 * DAY)
    clinic()
    await run()
    assert.deepEqual(await vault.signs.open(), [])
  }
  // The first bytes stay as they were.
  const records = readdirSync(storage, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.includes('_OMP-01_') && entry.name.endsWith('_1'))
    .slice(0, 9)
    .map((entry) => join(entry.parentPath, entry.name))
  for (const path of records) {
    const bytes = readFileSync(path)
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 90), randomBytes(bytes.length - 90)]))
  }
  const clean = (await vault.generations.list({ sourceId: source.id }))[0]!
  clock.advance(DAY)
  const attacked = await run()
  assert.deepEqual(
    (await vault.signs.open()).map(({ signs }) => signs),
    [[{ kind: 'turned', files: 9 }]],
  )
  // What is read where nobody chose, and what emergency PCs hear is well, stays the one before.
  const read = async (): Promise<(number | string | undefined)[]> => {
    const [first] = await readingHouse(institution).readable()
    return [first?.id, first?.insteadOfMs, (await attestedGenerations(institution))[0]]
  }
  const generation = await vault.generations.demand(attacked)
  assert.deepEqual(await read(), [clean.id, generation.startedAt, clean.id])
  await vault.signs.clear(generation, 'person:p1', 'export')
  assert.deepEqual(await read(), [attacked, undefined, attacked])
})

test('one database or disk of a machine that turned is enough; a new backup file is none', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const { vault } = await home.open(clock)
  const big = join(home.source, '電子カルテ.mdf')
  const page = (n: number): Buffer => Buffer.from(`page ${n} 見本の表 `.repeat(400))
  const database = (n: number): Buffer => Buffer.concat(Array.from({ length: 5000 }, () => page(n)))
  writeFileSync(big, database(1))
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const run = async (): Promise<string> => {
    clock.advance(DAY)
    return (await (await vault.runs.run(source.id)).done).id
  }
  await run()
  writeFileSync(big, database(2))
  writeFileSync(join(home.source, '夜の控え.bak'), randomBytes(40 * 1024 * 1024))
  await run()
  assert.deepEqual(await vault.signs.open(), [])
  writeFileSync(big, randomBytes(readFileSync(big).length))
  await run()
  assert.deepEqual(
    (await vault.signs.open()).map(({ signs }) => signs),
    [[{ kind: 'turned', files: 1 }]],
  )
})

test('planted files: off at first, never over another file, told when touched, there again after a person cleared it', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const { vault } = await home.open(clock)
  const planted = (): string[] => readdirSync(home.source).filter((name) => name.includes('砦の見張り'))
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const run = async (): Promise<string> => {
    clock.advance(DAY)
    return (await (await vault.runs.run(source.id)).done).id
  }
  await run()
  assert.deepEqual(planted(), [])
  const [, last] = ['!砦の見張り（消さないでください）.csv', '～砦の見張り（消さないでください）.txt'] as const
  writeFileSync(join(home.source, last), '患者会の名簿')
  assert.equal(await vault.plantCanaries(source.id, 'on'), true)
  assert.equal(readFileSync(join(home.source, last), 'utf8'), '患者会の名簿')
  rmSync(join(home.source, last))
  // Switched on twice changes nothing; off takes it away, and its going is no attack.
  assert.equal(await vault.plantCanaries(source.id, 'on'), false)
  await run()
  assert.equal(await vault.plantCanaries(source.id, 'off'), true)
  assert.deepEqual(planted(), [])
  await run()
  assert.deepEqual(await vault.signs.open(), [])

  await vault.plantCanaries(source.id, 'on')
  assert.equal(planted().length, 2)
  await run()
  rmSync(join(home.source, planted()[0]!))
  writeFileSync(join(home.source, planted()[0]!), randomBytes(4000))
  const attacked = await run()
  assert.deepEqual((await vault.signs.open())[0]?.signs, [{ kind: 'canary', files: 2 }])
  await vault.signs.clear(await vault.generations.demand(attacked), 'person:p1', 'clean-up')
  // While a backup runs, too: who cleared it at two in the morning gets no error for it.
  const going = await vault.runs.run(source.id)
  await assert.rejects(vault.plantCanaries(source.id, 'off'), { code: 'VAULT_RUN_IN_PROGRESS' })
  assert.equal(await vault.plantCanaries(source.id, 'again'), true)
  await going.done
  assert.deepEqual(await vault.signs.open(), [])
  assert.equal(planted().length, 2, 'the deleted one is back, the changed one is evidence and stays')
  await run()
  assert.deepEqual(await vault.signs.open(), [])
})

test('planted files that were all changed end with the sign of it: clearing it fails nobody, and they can be planted again', async (t) => {
  const home = house(t)
  const { vault } = await home.open()
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const planted = (): string[] => readdirSync(home.source).filter((name) => name.includes('砦の見張り'))
  await vault.plantCanaries(source.id, 'on')
  for (const name of planted()) writeFileSync(join(home.source, name), randomBytes(4000))
  assert.equal(await vault.plantCanaries(source.id, 'again'), true)
  assert.equal((await vault.source(source.id))?.options.canaries, undefined)
  await assert.rejects(vault.plantCanaries(source.id, 'on'), { code: 'STORAGE_EXISTS' })
  for (const name of planted()) rmSync(join(home.source, name))
  assert.equal(await vault.plantCanaries(source.id, 'on'), true)
})

test('a folder that Toride may not write into gets no planted files, and nothing changes', async (t) => {
  const home = house(t)
  const { vault } = await home.open()
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  setImmutable(home.source, true)
  try {
    await assert.rejects(vault.plantCanaries(source.id, 'on'), { code: 'STORAGE_DENIED' })
  } finally {
    setImmutable(home.source, false)
  }
  assert.equal((await vault.source(source.id))?.options.canaries, undefined)
})

test('a sign is cleared though nothing can be planted again: both are said, and the next night is no second alarm', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const institution = await home.open(clock)
  const { vault } = institution
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const run = async (): Promise<string> => {
    clock.advance(DAY)
    return (await (await vault.runs.run(source.id)).done).id
  }
  await vault.plantCanaries(source.id, 'on')
  await run()
  for (const name of readdirSync(home.source).filter((one) => one.startsWith('!'))) rmSync(join(home.source, name))
  const suspected = await run()
  assert.equal((await vault.signs.open()).length, 1)
  const { viewer, services } = await firstPerson(institution)
  setImmutable(home.source, true)
  try {
    assert.deepEqual(await services.signs.clear(viewer, suspected, 'clean-up'), { unplanted: 'STORAGE_DENIED' })
    assert.deepEqual(await vault.signs.open(), [])
    await run()
    assert.deepEqual(await vault.signs.open(), [])
  } finally {
    setImmutable(home.source, false)
  }
  assert.equal(await vault.plantCanaries(source.id, 'on'), true, 'a person can switch it on again')
})
