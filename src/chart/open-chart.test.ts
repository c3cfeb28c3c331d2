import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessOf } from './access-rules.ts'
import { confirmed } from './identify.ts'
import { openChart, openDocument, type OpenRequest, type OpenResult } from './open-chart.ts'
import { buildPatientIndex, openPatientIndex } from './patient-index/build.ts'
import type { ChartLook } from './ports.ts'
import { memoryGeneration } from './testing/memory-generation.ts'
import { EVERYTHING, HARUKO, message, pathOf, type Person } from './testing/messages.ts'

const OTHER: Person = { id: '0009999', kanji: '別人^一郎', kana: 'ベツジン^イチロウ', birthDate: '19600101', sex: 'M' }
const ALLERGY = pathOf('ADT-61', HARUKO.id)
const PROBLEMS = pathOf('PPR-01', HARUKO.id)

function storage(): Map<string, Buffer> {
  return new Map([
    [pathOf('ADT-00', HARUKO.id), message('ADT-00', HARUKO)],
    [
      ALLERGY,
      message('ADT-61', HARUKO, 'IAM|1|DA^薬剤アレルギー^HL70127|1^ペニシリン^99XYZ|SV^重度^HL70128|ショック|A'),
    ],
    [PROBLEMS, message('PPR-01', OTHER, 'PRB|AD|20260101|1^他人の病名^MDCDX2|1')],
    [pathOf('ADT-00', OTHER.id), message('ADT-00', OTHER)],
  ])
}

async function opened(files = storage(), request: Partial<OpenRequest> = {}, damage: readonly string[] = []) {
  const reader = memoryGeneration(files, 'g1', Date.UTC(2026, 10, 21))
  const key = Buffer.alloc(32)
  const index = openPatientIndex((await buildPatientIndex(reader, key)).sealed, key, 'g1')
  for (const path of damage) reader.damage(path)
  const looks: ChartLook[] = []
  const journal = (look: ChartLook) => void looks.push(look)
  const result = await openChart({ reader, index, journal }, { patientKey: '|0001234', access: EVERYTHING, ...request })
  return { result, looks, reader, index }
}

function chartOf(result: OpenResult) {
  assert.equal(result.outcome, 'opened')
  return (result as Extract<OpenResult, { outcome: 'opened' }>).chart
}

test('a chart is opened out of the generation, and the look is journaled', async () => {
  const { result, looks } = await opened()
  const chart = chartOf(result)
  assert.equal(chart.generation.id, 'g1')
  assert.ok(chart.identity.access === 'shown' && chart.identity.value.kanji === '見本 はる子')
  assert.ok(chart.drugAllergy.access === 'shown' && chart.drugAllergy.value.presence === 'present')
  assert.deepEqual(looks, [
    {
      generationId: 'g1',
      patientKey: '|0001234',
      outcome: 'opened',
      openedByReason: [],
      filesRead: 3,
      filesDamaged: 0,
    },
  ])
})

test('somebody else’s record is in no chart, but counted in the header', async () => {
  const { result } = await opened()
  assert.ok(!JSON.stringify(result).includes('他人の病名'))
  const chart = chartOf(result)
  assert.deepEqual(chart.unshown, [{ path: PROBLEMS, state: 'stopped', code: 'patient-differs', parts: ['problems'] }])
  assert.equal(chart.problems.access === 'shown' && chart.problems.gaps, 1)
  const other = await opened(storage(), { patientKey: '|0009999' })
  assert.ok(!JSON.stringify(other.result).includes('他人の病名'))
})

test('a damaged file is named, and no word of absence hides it', async () => {
  const { result, looks } = await opened(storage(), {}, [ALLERGY])
  const chart = chartOf(result)
  assert.deepEqual(chart.unshown[0], {
    path: ALLERGY,
    state: 'damaged',
    code: 'RESTIC_DAMAGED',
    parts: ['allergies', 'drugAllergy'],
  })
  assert.ok(chart.allergies.access === 'shown' && chart.allergies.value.presence === 'unconfirmed')
  assert.ok(chart.drugAllergy.access === 'shown' && chart.drugAllergy.value.presence === 'unconfirmed')
  assert.equal(looks[0]!.filesDamaged, 1)
})

test('the patient is still named when their own record is damaged', async () => {
  const { result } = await opened(storage(), {}, [pathOf('ADT-00', HARUKO.id)])
  const chart = chartOf(result)
  assert.ok(chart.identity.access === 'shown')
  assert.deepEqual(
    [chart.identity.value.kanji, chart.identity.value.birthDate, chart.identity.gaps],
    ['見本　はる子', '1947-04-09', 1],
  )
})

test('without a journal there is no chart; a place out of reach gives no half chart', async () => {
  const { reader, index } = await opened()
  const request = { patientKey: '|0001234', access: EVERYTHING }
  const refuse = () => Promise.reject(new Error('disk full'))
  await assert.rejects(openChart({ reader, index, journal: refuse }, request), /disk full/)
  const unreachable = { ...reader, readFile: () => Promise.reject(new TypeError('network')) }
  await assert.rejects(openChart({ reader: unreachable, index, journal: () => undefined }, request), /network/)
})

test('rights: a vendor is refused, a protected patient needs a reason, refusals are journaled', async () => {
  const vendor = await opened(storage(), { access: accessOf({ profession: 'vendor', duties: [] }) })
  assert.deepEqual(vendor.result, { outcome: 'denied' })
  assert.equal(vendor.looks[0]!.outcome, 'refused')
  assert.equal(vendor.reader.reads.length, 0)
  const doctor = accessOf({ profession: 'doctor', duties: [] }, true)
  assert.deepEqual((await opened(storage(), { access: doctor })).result, { outcome: 'reason-needed' })
  const reason = { code: 'emergency', text: '救急外来' }
  const broken = await opened(storage(), { access: doctor, reason })
  chartOf(broken.result)
  assert.deepEqual(broken.looks[0]!.reason, reason)
  assert.deepEqual(broken.looks[0]!.openedByReason, ['stigma-infection'])
})

test('where somebody has the same name, two identifiers open the chart', async () => {
  const twin = { ...OTHER, kanji: HARUKO.kanji }
  const files = storage().set(pathOf('ADT-00', OTHER.id), message('ADT-00', twin))
  const asked = await opened(files, { identifiers: ['1234'] })
  assert.equal(asked.result.outcome, 'identify')
  assert.equal(asked.reader.reads.length, 0)
  assert.equal((await opened(files, { identifiers: ['1234', '０００１２３４'] })).result.outcome, 'identify')
  assert.equal((await opened(files, { identifiers: ['1234', '昭和22年4月10日'] })).result.outcome, 'identify')
  assert.equal((await opened(files, { identifiers: ['1234', '昭和22年4月9日'] })).result.outcome, 'opened')
  assert.equal((await opened(files, { identifiers: ['みほん はるこ', 'S22.4.9'] })).result.outcome, 'opened')
})

test('of those who only share the birth date the chart says how many, not who', async () => {
  const files = storage().set(pathOf('ADT-00', OTHER.id), message('ADT-00', { ...OTHER, birthDate: HARUKO.birthDate }))
  const { result } = await opened(files)
  assert.deepEqual(chartOf(result).similar, { patients: [], total: 1 })
})

test('an empty identifier confirms nothing', async () => {
  const { index } = await opened()
  assert.equal(confirmed(index.entry(0), ['', ' ', '　', '-']), 0)
})

test('an unknown patient is not found', async () => {
  assert.deepEqual((await opened(storage(), { patientKey: '|404' })).result, { outcome: 'not-found' })
})

test('a document opens only through the chart that names it', async () => {
  const folder =
    '000/123/0001234/20261101/^紹介状^^57133-1^紹介状^LN/0001234_20261101_^紹介状^^57133-1^紹介状^LN_1_20261101000000000_01_1'
  const files = storage().set(`${folder}/scan.pdf`, Buffer.from('%PDF-1.4 synthetic'))
  const { result, reader } = await opened(files)
  const chart = chartOf(result)
  const found = await openDocument(reader, chart, `${folder}/scan.pdf`)
  assert.deepEqual(
    [found?.contentType, found && Buffer.from(found.bytes).toString()],
    ['application/pdf', '%PDF-1.4 synthetic'],
  )
  assert.equal(await openDocument(reader, chart, pathOf('ADT-00', OTHER.id)), undefined)
})
