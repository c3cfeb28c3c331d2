import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { isAppError } from '#base'
import { decodeMessage, parseMessage, personNames, namePair } from '#hl7v2'
import { DATA_KINDS, careDate, identify, parseStoragePath, readTransactionLog, takeInventory } from '#ssmix2'
import { writeSampleClinic } from './clinic.ts'
import { memoryDisk } from './memory-disk.ts'
import type { MemoryDisk } from './memory-disk.ts'
import type { PlantedKind, SampleClinic } from './types.ts'

const DAY_MS = 86_400_000
const EVENING = Date.parse('2026-11-21T18:00:00+09:00')

function write(asOf: number, disk = memoryDisk(), seed = 'test'): { disk: MemoryDisk; clinic: SampleClinic } {
  return { disk, clinic: writeSampleClinic({ folder: '/sample', asOf, seed, patients: 110, disk }) }
}

function hashOf({ files }: MemoryDisk): string {
  const hash = createHash('sha256')
  for (const path of [...files.keys()].toSorted()) {
    const { bytes, modifiedMs } = files.get(path)!
    hash.update(`${path}\0${modifiedMs}\0`).update(bytes)
  }
  return hash.digest('hex')
}

const first = write(EVENING)
/** What a backup of the storages sees: without the state file. */
const records = [...first.disk.files].filter(([path]) => path.includes('/'))

test('the same seed and day give the same bytes, names and times', () => {
  assert.equal(hashOf(first.disk), hashOf(write(EVENING).disk))
  assert.notEqual(hashOf(first.disk), hashOf(write(EVENING, memoryDisk(), 'other').disk))
})

test('days that pass in steps end where one long step ends', () => {
  const stepwise = write(EVENING)
  const before = new Set(stepwise.disk.files.keys())
  const renamed = [2, 3, 10].map((days) => write(EVENING + days * DAY_MS, stepwise.disk).clinic.changes.renamed)
  const atOnce = write(EVENING)
  write(EVENING + 10 * DAY_MS, atOnce.disk)
  assert.equal(hashOf(stepwise.disk), hashOf(atOnce.disk))
  assert.ok(stepwise.disk.files.size > before.size + 50)
  assert.ok(renamed.reduce((a, b) => a + b) > 3, `only ${String(renamed)} renames`)
})

test('time does not run backwards, and a foreign folder is left alone', () => {
  const { disk } = write(EVENING)
  const hash = hashOf(disk)
  assert.throws(
    () => write(EVENING - 1, disk),
    (e) => isAppError(e, 'SAMPLE_AS_OF_PAST'),
  )
  assert.equal(hashOf(disk), hash)
  const foreign = memoryDisk()
  foreign.write('standardized/x', new Uint8Array(1), 0)
  assert.throws(
    () => write(EVENING, foreign),
    (e) => isAppError(e, 'SAMPLE_FOLDER_FOREIGN'),
  )
  assert.equal(foreign.files.size, 1)
})

test('a call that was cut short is finished by the next one', () => {
  const { disk } = write(EVENING)
  const cut = memoryDisk()
  let left = 1500
  const failing = {
    ...cut,
    write(path: string, bytes: Uint8Array, modifiedMs: number) {
      if (left-- === 0) throw new Error('power is gone')
      cut.write(path, bytes, modifiedMs)
    },
  }
  assert.throws(() => write(EVENING, failing), /power is gone/)
  assert.ok(cut.files.size > 1000)
  write(EVENING, cut)
  assert.equal(hashOf(cut), hashOf(disk))
})

test('every data kind of the standardized storage occurs, and every condition flag', () => {
  assert.deepEqual(
    Object.keys(DATA_KINDS).filter((kind) => !first.clinic.files[kind]),
    [],
  )
  const flags = records.flatMap(([path]) => parseStoragePath(path).place?.flag ?? [])
  const count = (flag: string): number => flags.filter((f) => f === flag).length
  assert.ok(count('2') > flags.length * 0.08, `${count('2')} superseded of ${flags.length}`)
  assert.ok(count('0') > flags.length * 0.005, `${count('0')} deleted of ${flags.length}`)
})

/** Which finding of the reader each planted kind must lead to. */
const FINDINGS: Partial<Record<PlantedKind, string>> = {
  'patient-mismatch': 'patient-differs',
  'patient-folder-mismatch': 'path-malformed',
  'bare-segments': 'segments-malformed',
  empty: 'empty-file',
  truncated: 'cut-short',
  'not-hl7': 'not-hl7',
  'unknown-kind': 'kind-unknown',
  stray: 'outside-layout',
}

test('a reader finds exactly the planted problems', () => {
  const notes = records.map(([path, { bytes }]) => ({ path, note: identify(path, bytes) }))
  const inventory = takeInventory(notes)
  assert.equal(inventory.files.length, records.length)
  const planted = new Map(first.clinic.problems.map(({ path, kind }) => [path, kind]))
  const duplicates = first.clinic.problems.filter(({ kind }) => kind === 'duplicate-current')
  const folders = new Set(duplicates.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))
  for (const { code, path } of inventory.problems) {
    // Of two current files the reader names the older one.
    if (code === 'two-current') assert.ok(folders.has(path.slice(0, path.lastIndexOf('/'))), path)
    else assert.ok(planted.has(path), `not planted: ${code} ${path}`)
  }
  for (const [path, kind] of planted) {
    const found = inventory.problems.filter((problem) => problem.path === path).map(({ code }): string => code)
    if (FINDINGS[kind]) assert.ok(found.includes(FINDINGS[kind]), `${kind}: found ${found.join()} at ${path}`)
    else if (kind !== 'unsplit-name') assert.deepEqual(found, [], kind)
  }
  assert.equal(inventory.problems.filter(({ code }) => code === 'two-current').length, duplicates.length)
})

test('every message reads whole: type of its kind, patient of its path, care date of its folder', () => {
  const planted = new Set(first.clinic.problems.map(({ path }) => path))
  let messages = 0
  for (const [path, { bytes }] of records) {
    const { place } = parseStoragePath(path)
    if (!place || planted.has(path) || !(place.storage === 'standard' || path.endsWith('.hl7'))) continue
    messages++
    const decoded = decodeMessage(bytes)
    const message = parseMessage(decoded.text)
    assert.ok(
      !decoded.problems.some(({ code }) => code !== 'raw-8bit' && code !== 'unmapped-character'),
      `${path} ${JSON.stringify(decoded.problems)}`,
    )
    assert.equal(message.first('PID')!.value(3), place.patientId, path)
    assert.equal(bytes.at(-1), 0x1c)
    const stated = careDate(message)
    if (stated) assert.equal(stated.value?.raw.slice(0, 8), place.careDate, `${path} ${stated.field}`)
    else assert.equal(place.careDate, undefined)
  }
  assert.ok(messages > 2000, `only ${messages} messages`)
})

test('the cast is what it says', () => {
  const { cast } = first.clinic
  const of = (id: string): string[] => records.map(([path]) => path).filter((path) => path.includes(`/${id}/`))
  const identityOf = (id: string) => {
    const path = of(id).find((p) => p.includes('/ADT-00/') && p.endsWith('_1'))!
    return parseMessage(decodeMessage(first.disk.files.get(path)!.bytes).text).first('PID')!
  }
  assert.ok(of(cast.heavy).length > 300)
  assert.equal(of(cast.identityOnly).length, 1)
  assert.equal(identityOf(cast.newborn).value(7), '20261119')
  assert.equal(identityOf(cast.oldest).value(7)!.slice(0, 4), '1923')
  assert.equal(identityOf(cast.twins[0]).value(7), identityOf(cast.twins[1]).value(7))
  const name = (id: string) => namePair(personNames(identityOf(id), 5))
  assert.deepEqual(name(cast.sameName[0]), name(cast.sameName[1]))
  assert.equal(name(cast.sameReading[0]).kana, name(cast.sameReading[1]).kana)
  assert.notEqual(name(cast.sameReading[0]).kanji, name(cast.sameReading[1]).kanji)
  for (const id of cast.deceased) assert.equal(identityOf(id).value(30), 'Y')
  assert.equal(Object.keys(cast.inpatients).length, 3)
  const written = Object.fromEntries(cast.gaiji.map(({ patient, style }) => [style, name(patient).kanji]))
  assert.deepEqual(
    [written['utf8-file'], written['cp932-file'], written['geta']],
    ['𠮷田　拓也', '宮﨑　悠', '〓橋　由美'],
  )
})

test('prescriptions give the dose as the part says', () => {
  const drugs = (id: string) =>
    records
      .filter(([path]) => path.includes(`/${id}/`) && path.includes('/OMP-01/') && path.endsWith('_1'))
      .flatMap(([, { bytes }]) => parseMessage(decodeMessage(bytes).text).all('RXE'))
      .map((rxe) => ({ once: rxe.value(3), daily: rxe.value(19, 1) }))
  const { doses } = first.clinic.cast
  for (const { once, daily } of drugs(doses.both)) assert.ok(once && daily)
  for (const { once, daily } of drugs(doses['per-time'])) assert.ok(once && !daily)
  for (const { once, daily } of drugs(doses['per-day'])) assert.ok(!once && daily)
  for (const style of Object.values(doses)) assert.ok(drugs(style).length > 2, `no prescriptions for ${style}`)
})

test('the transaction log names every record of its days', () => {
  const logs = records.filter(([path]) => path.endsWith('.DAT')).map(([, { bytes }]) => readTransactionLog(bytes))
  assert.ok(logs.length > 25)
  assert.deepEqual(
    logs.map(({ badHeaders }) => badHeaders),
    logs.map(() => 0),
  )
  const since = '20261101'
  const logged = new Set(logs.flatMap((log) => log.records).map((r) => `${r.patientId} ${r.dataKind} ${r.recordedAt}`))
  const planted = new Set(first.clinic.problems.map(({ path }) => path))
  for (const [path] of records) {
    const { place } = parseStoragePath(path)
    if (place?.storage !== 'standard' || planted.has(path) || place.occurredAt < since) continue
    assert.ok(logged.has(`${place.patientId} ${place.dataKind} ${place.occurredAt}`), path)
  }
})

test('nobody can be taken for real: phones, places and makers are samples', () => {
  const text = records.map(([, { bytes }]) => decodeMessage(bytes).text).join('\n')
  assert.deepEqual(
    [...text.matchAll(/\b(\d{3})-\d{3}-\d{4}\b/g)].filter(([, area]) => area !== '000'),
    [],
  )
  assert.deepEqual(
    [...text.matchAll(/\^([^^|~]+)\^HOT9/g)].filter(
      ([, name]) => !/「見本」|^(?:ペニシリン|セフェム|ＮＳＡＩＤ)/.test(name!),
    ),
    [],
  )
})
