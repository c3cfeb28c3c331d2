/** What goes to the EHR's vendor, judged by a FHIR client library that we did not write. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, Provenance } from '@medplum/fhirtypes'
import { type Item, ITEM_KINDS, type Sheet, sheetsBundle } from '#reconciliation'
import { fixtureSheets } from '../../src/web/fixtures/paper-entry.ts'
import { paperEntry } from '../../src/web/messages/ja/paper-entry.ts'
import { judge } from '../fhir-api/scene.ts'

const words = { field: paperEntry.paperEntry.field, kind: paperEntry.paperEntry.kinds }
const NOW = Date.UTC(2026, 10, 29)
const [enteredAt, verifiedAt] = [NOW - 7_200_000, NOW - 3_600_000]
const who = (name: string) => ({ id: name, name, profession: 'nurse' })

const FIELDS: Partial<Record<Item['kind'], Item['fields']>> = {
  prescription: { perTime: '1錠', perDay: '3錠', supply: '14日分' },
  lab: { value: '＜0.1', unit: 'mg/dL', time: '8:10' },
  encounter: { doctor: '見本 医師', ward: '2階' },
  billing: { due: '3000' },
  diagnosis: { outcome: '治癒' },
}

function sheetOf(kind: Item['kind'], items: readonly Item[], more: Partial<Sheet> = {}): Sheet {
  const entered = { id: 'e', at: enteredAt, who: who('入力'), items, after: '' }
  const verified = { id: 'v', at: verifiedAt, who: who('確認'), of: 'e' }
  return { ...fixtureSheets[0]!, id: kind, kind, entered: [entered], verified, state: 'verified', ...more }
}
const item = (kind: Item['kind'], more: Partial<Item> = {}): Item => ({
  kind,
  day: '2026-11-20',
  what: '見本の名前',
  code: '',
  fields: FIELDS[kind] ?? {},
  ...more,
})

test('every kind is valid R4, full or bare, with who wrote, entered and verified it, and when', () => {
  const wrong = judge()
  const full = ITEM_KINDS.map((kind) => sheetOf(kind, [item(kind)]))
  const bare = ITEM_KINDS.map((kind) =>
    sheetOf(kind, [item(kind, { what: '', day: '', fields: {} })], { id: `bare-${kind}`, author: '', patient: '' }),
  )
  const picture = sheetOf('encounter', [], { id: 'picture' })
  const joined = { ...fixtureSheets[0]!.joins[0]! }
  const bundle = sheetsBundle(
    [...full, ...bare, picture, sheetOf('lab', [item('lab')], { id: 'j', joined })],
    words,
    NOW,
  )
  assert.deepEqual(wrong(bundle), [])
  const all = (bundle as Bundle).entry!
  assert.deepEqual(
    all.flatMap(({ resource }) => wrong(resource!)),
    [],
  )
  const places = all.map(({ fullUrl }) => fullUrl)
  assert.equal(new Set(places).size, places.length)
  for (const [, reference] of JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g))
    assert.ok(places.includes(reference!), 'a reference leads to what is there')

  const whose = all.flatMap(({ resource }) => (resource?.resourceType === 'Provenance' ? [resource as Provenance] : []))
  assert.equal(whose.length, 3 * (2 * ITEM_KINDS.length + 2))
  assert.deepEqual(
    whose
      .slice(0, 3)
      .map(({ agent, occurredDateTime }) => [
        agent[0]!.type!.coding![0]!.code,
        agent[0]!.who.display,
        occurredDateTime,
      ]),
    [
      ['author', '見本 医師', '2026-11-20'],
      ['enterer', '入力', new Date(enteredAt).toISOString()],
      ['verifier', '確認', new Date(verifiedAt).toISOString()],
    ],
  )
  const text = JSON.stringify(bundle)
  assert.match(text, /1回量 1錠、1日量 3錠、日数・回数 14日分/)
  assert.match(text, /"valueString":"＜0.1"/, 'as written')
  assert.match(text, /請求額 3000/, 'a bill stands in the description of its paper')
  const cured = all.find(({ resource }) => resource?.resourceType === 'Condition')!.resource
  assert.ok(!('clinicalStatus' in cured!), 'nothing is read out of 治癒, nor against it')
  assert.match(text, /"identifier":\{"value":"0001"\}/)
})

test('what nobody verified is not in it, and the same sheet is the same resource again', () => {
  const sheet = sheetOf('lab', [item('lab')])
  assert.deepEqual(sheetsBundle([{ ...sheet, verified: undefined }], words, NOW).entry, [])
  assert.deepEqual(sheetsBundle([sheet], words, NOW), sheetsBundle([sheet], words, NOW))
})
