/** 非常用ディスク after it was made: onto a stick and read back, its log home, and who hears that it was made. */
import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { execFile, execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { isAppError } from '#base'
import { copyEdition, planCopy } from '#edition'
import { type Edition, payloadOf, readCover, sealLog, unlock } from '#edition/format'
import { bindServices, type Institution } from '#server'
import type { EditionRequest } from '#web'
import { setUpSample } from '../../src/server/first-run.ts'
import { watches } from '../../src/server/bell/watch.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const ORDER: Omit<EditionRequest, 'generationIds'> = {
  kind: 'care',
  medium: 'usb',
  months: 13,
  documents: 'none',
  holder: '病棟師長',
  place: '詰所',
  returnOn: '2099-01-01',
  slots: ['金庫'],
}

const run = promisify(execFile)

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride stick '))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function made(t: TestContext) {
  const home = house(t, 'sample')
  const institution = await home.open()
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 60, months: 1 })
  const { viewer, services } = await firstPerson(institution)
  const generationId = (await institution.charts.readable())[0]!.id
  const make = async () => {
    const started = await services.editions.make(viewer, { ...ORDER, generationIds: [generationId] })
    assert.ok('jobId' in started)
    await ended(institution, started.jobId)
  }
  await make()
  const disc = (await services.editions.get(viewer, 1))!.discs[0]!.folder
  return { institution, viewer, services, make, disc }
}

async function ended(institution: Institution, id: string): Promise<void> {
  for await (const job of institution.vault.jobs.watch(id, AbortSignal.timeout(60_000)))
    if (job.state !== 'running') break
  const job = institution.vault.jobs.get(id)
  assert.equal(job?.state, 'done', job?.errorCode)
}

async function open(folder: string, passphrase: string): Promise<Edition> {
  const load = async (name: string) =>
    existsSync(join(folder, name)) ? payloadOf(readFileSync(join(folder, name), 'latin1')) : undefined
  const cover = await readCover(load)
  assert.ok(!('problem' in cover) && cover.isSigned)
  const result = await unlock(cover, passphrase, load)
  assert.ok('edition' in result)
  return result.edition
}

test('making rings the bell and stands in the ledger; a seventh in a day is refused', async (t) => {
  const { institution, viewer, services, make } = await made(t)
  const watch = watches(institution, () => institution.ledgerReport).find(({ codes }) =>
    codes.includes('edition-made'),
  )!
  assert.deepEqual(await watch.look(), [{ code: 'edition-made', figures: { count: 1 } }])
  for (let n = 2; n <= 6; n++) await make()
  assert.deepEqual(await watch.look(), [{ code: 'edition-made', figures: { count: 6 } }])
  const generationId = (await institution.charts.readable())[0]!.id
  await assert.rejects(services.editions.make(viewer, { ...ORDER, generationIds: [generationId] }), (error) =>
    isAppError(error, 'EDITION_TOO_MANY'),
  )
})

test('a log comes home once: marked as of the disc, doubles passed over, altered ones refused, reviewed', async (t) => {
  const { institution, viewer, services, disc } = await made(t)
  const { editions } = services
  const edition = await open(disc, editions.passphrases(viewer, 1)![0]!.passphrase)
  const key = await edition.logKey()
  const { bundle } = edition.cover.manifest.head
  const { patientKey, patientId } = edition.index.entry(3)
  const at = Date.UTC(2026, 10, 28, 6, 30)
  const base = { at, who: '夜勤 花子', patientKey: '', patientId: '', reason: 'care', why: '' } as const
  const lines = [
    { ...base, did: 'unlocked' as const },
    { ...base, did: 'opened' as const, patientKey, patientId, why: '救急搬送' },
    { ...base, did: 'printed' as const, patientKey, patientId },
  ]
  const session = 'ab'.repeat(16)
  const file = async (count: number, more = {}) =>
    `\uFEFF見た人の控え\r\n${await sealLog(key, bundle, { session, lines: lines.slice(0, count), ...more })}\r\n`
  // A kill after the first entry, and one before the register's row: what is brought again is entered once.
  const { ledger, editions: register } = institution
  const [append, keepLog] = [ledger.append.bind(ledger), register.keepLog.bind(register)]
  let left = 1
  ledger.append = (entry) => (left-- > 0 ? append(entry) : Promise.reject(new Error('killed')))
  await assert.rejects(editions.bringLog(viewer, await file(2)), /killed/)
  ledger.append = append
  register.keepLog = () => Promise.reject(new Error('killed'))
  await assert.rejects(editions.bringLog(viewer, await file(2)), /killed/)
  register.keepLog = keepLog
  assert.deepEqual(await editions.bringLog(viewer, await file(2)), { number: 1, looks: 1 })
  await institution.journalIndex.catchUp(await ledger.reader())
  const { entries: once } = await institution.journalIndex.query({
    types: ['edition.opened', 'chart.opened'],
    limit: 9,
  })
  assert.equal(once.filter(({ entry }) => entry.data['edition'] !== undefined).length, 2, 'no line twice')
  assert.deepEqual(await editions.bringLog(viewer, await file(2)), { number: 1, looks: 0 })
  assert.deepEqual(await editions.bringLog(viewer, await file(3)), { number: 1, looks: 1 })
  assert.deepEqual(await editions.bringLog(viewer, await file(1)), { number: 1, looks: 0 }, 'an older copy')

  const whole = await file(3)
  const at40 = whole.length - 40
  const altered = whole.slice(0, at40) + (whole[at40] === 'A' ? 'B' : 'A') + whole.slice(at40 + 1)
  const others = [{ ...lines[0]!, who: 'だれか' }, ...lines.slice(1), { ...base, did: 'closed' as const }]
  for (const bad of [altered, '', await file(3, { lines: others }), await file(3, { session: 'x' })])
    await assert.rejects(editions.bringLog(viewer, bad), (error) => isAppError(error, 'EDITION_LOG_FOREIGN'))
  await assert.rejects(editions.bringLog(viewer, whole.replace(bundle, '0'.repeat(32))), (error) =>
    isAppError(error, 'EDITION_LOG_UNKNOWN'),
  )

  const looks = await editions.looks(viewer, 1)
  assert.deepEqual(
    looks.map(({ type, atMs, who, subject, reason }) => [type, atMs, who, subject, reason || undefined]),
    [
      ['chart.opened', at, '夜勤 花子（非常用ディスク 1番）', patientId, '救急搬送'],
      ['chart.printed', at, '夜勤 花子（非常用ディスク 1番）', patientId, undefined],
    ],
  )
  const rows = await services.journal.rows(viewer, { page: 1 })
  assert.ok(rows.rows.some(({ type, who }) => type === 'edition.opened' && who.includes('夜勤 花子')))
  // By day: that of the look, whenever it came home; by person, by patient; nobody is not everybody.
  const { journal } = services
  const chart = { kind: 'chart', page: 1 } as const
  const found = async (filter: Parameters<typeof journal.rows>[1]) =>
    (await journal.rows(viewer, filter)).rows.map(({ type, atMs }) => [type, atMs])
  const both = [
    ['chart.printed', at],
    ['chart.opened', at],
  ]
  assert.deepEqual(await found({ ...chart, who: '夜勤' }), both)
  assert.deepEqual(await found({ ...chart, who: '夜勤', day: '2026-11-28' }), both)
  assert.deepEqual(await found({ ...chart, who: '夜勤', day: '2026-11-27' }), [])
  assert.deepEqual(await found({ ...chart, who: '夜勤', patientId: patientId.replace(/^0+/, '') }), both)
  assert.equal((await journal.rows(viewer, { ...chart, who: 'だれでもない' })).unknown, 'who')
  assert.equal((await journal.rows(viewer, { ...chart, patientId: '9999999999' })).unknown, 'patientId')
  const blind = { ...viewer, can: new Set(['see-journal'] as const) }
  await assert.rejects(journal.rows(blind, { ...chart, patientId }), (error) => isAppError(error, 'ACCESS_DENIED'))
  const made1 = rows.rows.find(({ type }) => type === 'edition.made')
  assert.equal(made1?.edition, 1)
  const log = JSON.stringify((await institution.journalIndex.query({ limit: 500 })).entries)
  for (const word of ['夜勤', '救急', patientId]) assert.ok(!log.includes(word), 'sealed in the ledger')
  assert.equal((await editions.get(viewer, 1))!.edition.logs?.unreviewed, 2)
  await editions.review(viewer, 1, 'right')
  assert.deepEqual((await editions.list()).editions[0]!.logs?.unreviewed, 0)
  const own = [...lines, { ...base, did: 'opened' as const, patientKey, patientId }]
  assert.deepEqual(await editions.bringLog(viewer, await file(4, { lines: own })), { number: 1, looks: 1 })
  assert.equal((await editions.list()).editions[0]!.logs?.unreviewed, 1, 'what came later is reviewed anew')
})

test('onto a stick: planned, read back, beside or in place of what is there, never silently', async (t) => {
  const { institution, viewer, services, disc } = await made(t)
  const { editions } = bindServices(institution)
  const stick = folderFor(t)
  writeFileSync(join(stick, '家族の写真.jpg'), 'x')
  cpSync(disc, join(stick, 'toride-0'), { recursive: true })
  mkdirSync(join(stick, 'toride-99'))
  const plan = (await editions.planCopy(viewer, 1, stick))!
  assert.deepEqual([plan.found, plan.others, plan.targets, plan.isTaken], [['toride-0'], 2, ['toride-1'], false])
  assert.deepEqual(readdirSync(stick).toSorted(), ['toride-0', 'toride-99', '家族の写真.jpg'], 'a plan writes nothing')
  const copied = async (mode: 'beside' | 'replace') => {
    const started = await services.editions.copy(viewer, 1, stick, mode)
    await ended(institution, started!.jobId)
  }
  await copied('beside')
  assert.deepEqual(readdirSync(stick).toSorted(), ['toride-0', 'toride-1', 'toride-99', '家族の写真.jpg'])
  assert.ok((await open(join(stick, 'toride-1'), editionsPassphrase(services, viewer))).index.size > 50)
  const orderOf = { number: 1, discs: [disc], folder: stick }
  await assert.rejects(copyEdition({ ...orderOf, mode: 'beside' }), (error) => isAppError(error, 'EDITION_PLACE_TAKEN'))
  await copied('replace')
  assert.deepEqual(readdirSync(stick).toSorted(), ['toride-1', 'toride-99', '家族の写真.jpg'], 'only editions go')
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  const { entries } = await institution.journalIndex.query({ types: ['edition.copied'], limit: 9 })
  assert.deepEqual(
    entries.map(({ entry }) => entry.data['replaced']),
    [1, 0],
  )
  for (const bad of [institution.folder.path, '/etc', 'relative'])
    await assert.rejects(editions.planCopy(viewer, 1, bad), (error) => isAppError(error))
})

type Bound = ReturnType<typeof bindServices>
const editionsPassphrase = ({ editions }: Bound, viewer: Parameters<Bound['editions']['passphrases']>[0]) =>
  editions.passphrases(viewer, 1)![0]!.passphrase

/** A file system of its own, as a stick has; undefined where mounting is not allowed. */
async function mounted(t: TestContext, size: string): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'toride stick '))
  t.after(async () => {
    await run('umount', ['-l', folder]).catch(() => undefined)
    rmSync(folder, { recursive: true })
  })
  const done = await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder]).catch(() => undefined)
  return done && folder
}

/** One large file, and few small ones. */
function someDisc(t: TestContext): string {
  const disc = join(folderFor(t), 'disc-1')
  mkdirSync(join(disc, 'data'), { recursive: true })
  for (const name of ['index.html', 'data/manifest.html']) writeFileSync(join(disc, name), name.repeat(9))
  writeFileSync(join(disc, 'data/a.html'), Buffer.alloc(9 << 20, 1))
  return disc
}

test('a stick that is too small, runs full on the way, or is pulled while written: what lay there is whole', async (t) => {
  const disc = someDisc(t)
  const small = await mounted(t, '8m')
  if (small === undefined) return t.skip('mounting is not allowed here')
  const fails = (folder: string, code: Parameters<typeof isAppError>[1], report?: () => void) =>
    assert.rejects(
      copyEdition({ number: 4, discs: [disc], folder, mode: 'replace', ...(report && { report }) }),
      (error) => isAppError(error, code),
    )
  await fails(small, 'STORAGE_FULL')
  assert.deepEqual(readdirSync(small), [])

  const full = (await mounted(t, '16m'))!
  mkdirSync(join(full, 'toride-3/data'), { recursive: true })
  for (const name of ['index.html', 'data/manifest.html']) writeFileSync(join(full, 'toride-3', name), 'x')
  // Files come in the order of their names: the large one before this, and something else fills what is left.
  writeFileSync(join(disc, 'data/b.html'), Buffer.alloc(2 << 20, 2))
  let isFilled = false
  await fails(full, 'STORAGE_FULL', () => {
    if (!isFilled) writeFileSync(join(full, 'other'), Buffer.alloc(6 << 20))
    isFilled = true
  })
  assert.deepEqual(readdirSync(full).toSorted(), ['other', 'toride-3'], 'tidied, and the earlier one stays')

  const pulled = (await mounted(t, '32m'))!
  let isOut = false
  await fails(pulled, 'EDITION_PLACE_GONE', () => {
    if (!isOut) execFileSync('umount', ['-l', pulled])
    isOut = true
  })
  assert.deepEqual(readdirSync(pulled), [], 'nothing was written into the empty mount point')
})

test('while a large file goes onto a stick the thread is free for others, and who cancels is heard', async (t) => {
  const disc = someDisc(t)
  const stick = folderFor(t)
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  count()
  let before = 0
  const phases: [string, number][] = []
  const order = { number: 4, discs: [disc], folder: stick, mode: 'beside' as const }
  await copyEdition({
    ...order,
    report({ phase }) {
      phases.push([phase, turns - before])
      before = turns
    },
  })
  isOver = true
  // Nine chunks of the large file.
  for (const which of ['save', 'read-back'])
    assert.ok(
      phases.some(([phase, between]) => phase === which && between >= 9),
      which,
    )
  const stop = new AbortController()
  setImmediate(() => stop.abort())
  await assert.rejects(copyEdition({ ...order, number: 5, signal: stop.signal }), (error) =>
    isAppError(error, 'BASE_CANCELLED'),
  )
  assert.deepEqual(readdirSync(stick), ['toride-4'])
})

test('a stick that is pulled, lies about its bytes, or is full: said, and what lay there stays', async (t) => {
  const disc = join(folderFor(t), 'disc-1')
  mkdirSync(join(disc, 'data'), { recursive: true })
  for (const name of ['index.html', 'data/manifest.html', 'data/a.html'])
    writeFileSync(join(disc, name), name.repeat(9))
  const stick = folderFor(t)
  cpSync(disc, join(stick, 'toride-3'), { recursive: true })
  const order = { number: 4, discs: [disc], folder: stick, mode: 'replace' as const }
  const rejects = (report: (p: { phase: string }) => void, code: Parameters<typeof isAppError>[1]) =>
    assert.rejects(copyEdition({ ...order, report }), (error) => isAppError(error, code))
  await rejects(({ phase }) => {
    if (phase === 'read-back') appendFileSync(join(stick, 'toride-4.part/index.html'), 'x')
    if (phase === 'read-back') appendFileSync(join(stick, 'toride-4.part/data/manifest.html'), 'x')
  }, 'EDITION_COPY_DIFFERS')
  assert.deepEqual(readdirSync(stick), ['toride-3'], 'tidied, and the earlier one is whole')
  const away = `${stick} away`
  t.after(() => rmSync(away, { recursive: true, force: true }))
  await rejects(() => {
    if (!existsSync(stick)) return
    cpSync(stick, away, { recursive: true })
    rmSync(stick, { recursive: true })
  }, 'EDITION_PLACE_GONE')
  assert.ok(existsSync(join(away, 'toride-3/index.html')))
  await assert.rejects(planCopy(order), (error) => isAppError(error, 'STORAGE_NOT_FOUND'))
  const stopped = AbortSignal.abort()
  mkdirSync(stick)
  await assert.rejects(copyEdition({ ...order, signal: stopped }), (error) => isAppError(error, 'BASE_CANCELLED'))
  assert.deepEqual(readdirSync(stick), [])
  if (process.getuid?.() === 0) return
  chmodSync(stick, 0o500)
  await assert.rejects(copyEdition(order), (error) => isAppError(error, 'STORAGE_DENIED'))
})
