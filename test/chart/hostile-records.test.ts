/** Foreign FHIR of every wrong shape, from the survey to the screen, the sheet and the API: the record costs itself, never the chart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { buildPatientIndex, type GenerationReader, openChart, openPatientIndex, openRecords } from '#chart'
import { encodeSurvey, INTAKE_FORMATS, SurveyFile } from '#intake'
import { chartPages } from '#sheets'
import { EVERYTHING } from '../../src/chart/testing/messages.ts'
import { withPublicIds } from '../../src/fhir-api/public-ids.ts'
import { ChartBody } from '../../src/web/chart-view/index.ts'
import { FORMATS } from '../../src/web/format.ts'
import { MESSAGES } from '../../src/web/messages/index.ts'

const KEY = Buffer.alloc(32)
const AS_OF = Date.UTC(2026, 10, 28)
const subject = { reference: 'Patient/p1' }
const code = { coding: [{ system: 'urn:x', code: '1', display: 'a' }], text: '語' }
const extension = [{ url: 'urn:x', valueString: 'x' }]
const amount = { value: 1.5, unit: 'mg', extension }
const period = { start: '2026-11-01T09:00:00+09:00', end: '2026-11-02' }
const PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.392.100495.20.3.51.11310000001', value: '12', type: code }],
  name: [{ text: '見本 太郎', family: '見本', given: ['太郎'], extension }],
  telecom: [{ system: 'phone', value: '03' }],
  birthDate: '1970-01-01',
  contact: [{ relationship: [code], name: { text: '母' } }],
}
const RECORDS = [
  { resourceType: 'AllergyIntolerance', patient: subject, code, reaction: [{ manifestation: [code], description: 'x' }] },
  { resourceType: 'Condition', subject, code, clinicalStatus: code, verificationStatus: code, onsetDateTime: '2026' },
  { resourceType: 'Coverage', beneficiary: subject, payor: [{ display: 'x' }], type: code, period, class: [{ type: code, value: '1' }] },
  { resourceType: 'DiagnosticReport', subject, code, category: [code], result: [{ reference: '#o' }], effectivePeriod: period },
  { resourceType: 'DocumentReference', subject, type: code, date: '2026-11-01', content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/1', title: 'x' } }] },
  { resourceType: 'Encounter', subject, class: { code: 'IMP' }, period, type: [code], location: [{ location: { display: '3階' }, period }] },
  { resourceType: 'MedicationRequest', subject, medicationCodeableConcept: code, authoredOn: '2026-11-01', category: [code], dosageInstruction: [{ text: 'x', timing: { repeat: { count: 3 }, code }, doseAndRate: [{ type: code, doseQuantity: amount, rateRatio: { numerator: amount, denominator: amount } }] }] },
  { resourceType: 'Observation', subject, code, category: [{ coding: [{ code: 'laboratory' }] }], valueQuantity: amount, effectiveDateTime: '2026-11-01', interpretation: [code], referenceRange: [{ text: '1-2', low: amount }], note: [{ text: 'x' }] },
  { resourceType: 'Composition', subject, type: code, title: 'x', section: [{ title: 'x', text: { div: '<p>x</p>' }, section: [{ title: 'y' }] }] },
] as const // prettier-ignore

const HOSTILE: readonly unknown[] = [
  null, 5, true, '', [], {}, [null], [5], [[]], { a: 1 }, '\ud800', 1e300, '9'.repeat(400), [{}], { coding: [null] },
  { coding: 'x' }, { reference: 5 }, { reference: 'Patient?identifier=%ff|1' }, '2026-99-99', [{ url: 5 }], { value: {} },
] // prettier-ignore

/** Every way from a value down to what lies in it. */
function waysIn(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [[...at, name], ...waysIn(inner, [...at, name])])
}

function spoilt(record: object, way: readonly string[], by: unknown): object {
  const copy = structuredClone(record) as Record<string, unknown>
  const holder = way.slice(0, -1).reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], copy)
  if (by === undefined) delete (holder as Record<string, unknown>)[way.at(-1)!]
  else (holder as Record<string, unknown>)[way.at(-1)!] = by
  return copy
}

function generation(bytes: Buffer): GenerationReader {
  const format = INTAKE_FORMATS.fhir
  const begun = format.survey({ path: 'a.ndjson', sizeBytes: bytes.length }, {})
  assert.ok('take' in begun)
  begun.take(bytes)
  const survey = new SurveyFile(encodeSurvey(begun.end()))
  const about = { path: 'a.ndjson', localPath: 'a.ndjson', sizeBytes: bytes.length, mtimeMs: AS_OF, settings: {} }
  const file = { ...about, kind: 'fhir', surveyId: '1'.repeat(32), survey } as const
  return {
    generationId: 'g',
    asOf: AS_OF,
    units: () => [],
    unit: () => Promise.resolve([]),
    readFile: () => Promise.resolve(bytes),
    intake: {
      reading: 'r',
      async *files() {
        yield file
      },
      isHidden: () => false,
      file: () => Promise.resolve(file),
      readRanges: (_, ranges) => Promise.resolve(ranges.map(([start, end]) => bytes.subarray(start, end))),
    },
  }
}

const words = { t: MESSAGES.ja.chart, f: FORMATS.ja }
const view = { ...words, words: MESSAGES.ja, nowMs: AS_OF, showOrigins: true, allColumns: true }

/** @returns how many charts opened */
async function showAll(bytes: Buffer): Promise<number> {
  const reader = generation(bytes)
  const index = openPatientIndex((await buildPatientIndex(reader, KEY)).sealed, KEY, 'g', 'r')
  let opened = 0
  for (let row = 0; row < index.size; row++) {
    const { patientKey, patientId, kanji, kana, birthDate } = index.entry(row)
    const asked = { patientKey, access: EVERYTHING, identifiers: [patientId, kanji || kana, birthDate] }
    const parts = { reader, index, journal: () => undefined }
    const chart = await openChart(parts, asked)
    if (chart.outcome !== 'opened') continue
    opened++
    assert.ok(''.concat(ChartBody({ view, chart: chart.chart }) as unknown as string).length > 0)
    const facts = { audience: 'staff', asOf: 'x', by: 'x', sample: '' } as const
    chartPages({ ...words, p: MESSAGES.ja.paper }, chart.chart, 'summary', facts)
    const records = await openRecords(parts, asked)
    if (records.outcome === 'opened') JSON.stringify(withPublicIds('a'.repeat(24), records.records.resources))
  }
  return opened
}

test('one wrong element, wherever it stands and whatever is in it: the patient’s chart opens', async () => {
  const cases = [PATIENT, ...RECORDS].flatMap((record) => waysIn(record).map((way) => ({ record, way })))
  const spoil = fc.record({ at: fc.nat(cases.length - 1), by: fc.constantFrom(undefined, ...HOSTILE) })
  await fc.assert(
    fc.asyncProperty(spoil, async ({ at, by }) => {
      const { record, way } = cases[at]!
      const own = record === PATIENT ? [] : [PATIENT]
      const lines = [...own, ...RECORDS.filter((one) => one !== record), spoilt(record, way, by)]
      const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      // Where the spoilt record is the patient's own, nobody may be left to open.
      assert.ok((await showAll(bytes)) >= own.length)
    }),
    { numRuns: 250 },
  )
})
