import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../http/respond.ts'
import { readHtml, testUi } from '../testing.ts'
import { labelCode, MediaWeek, MediumLabel, type MediaDay } from './media-week.tsx'

const day = (date: string, connected: number, more: Partial<MediaDay> = {}): MediaDay => ({
  day: date,
  isBusinessDay: true,
  isPlanned: false,
  connected: [connected],
  away: [1, 2, 3, 4, 5]
    .filter((number) => number !== connected)
    .map((number) => ({ number, holds: number === 5 ? undefined : `2026-11-1${number}` })),
  generationsAway: 3,
  isEnough: true,
  ...more,
})
const WEEK = [
  day('2026-11-23', 1, { isBusinessDay: false }),
  day('2026-11-24', 2, { generationsAway: 2, isEnough: false }),
  day('2026-11-25', 3, { isPlanned: true }),
]

test('the picture says in shapes and the table in words what is away, and where three are not reached', async () => {
  const html = await pageText(<MediaWeek ui={testUi()} week={WEEK} />)
  const { errors, text } = readHtml(
    `<!doctype html><html lang="ja"><head><title>x</title></head><body>${html}</body></html>`,
  )
  assert.deepEqual(errors, [])
  assert.equal(html.match(/<circle class="tl-locked"/g)?.length, 3)
  assert.equal(html.match(/<circle class="tl-open"/g)?.length, 12)
  assert.match(text, /最も少ない日で2日分/)
  assert.match(text, /11\/23 休み/)
  assert.match(text, /▲ 2日分（3日分に足りません）/)
  assert.match(text, /1番（11\/11の分）/)
  assert.match(text, /11\/25 予定/)
})

test('a label shows number, set, place and a barcode of the same words', async () => {
  const facts = { setId: 'main', setName: '夜間', number: 3, kind: 'rdx', shelf: '金庫 3段' } as const
  assert.equal(labelCode(facts), 'TORIDE-main-03')
  const html = await pageText(<MediumLabel ui={testUi()} facts={facts} />)
  assert.match(html, /aria-label="TORIDE-main-03"/)
  assert.equal(html.match(/<rect /g)?.length, 3 * (14 + 2) + 4)
  for (const word of ['3番', '夜間', '金庫 3段', 'RDXカートリッジ', '青葉記念病院'])
    assert.ok(html.includes(word), word)
  assert.match(await pageText(<MediumLabel ui={testUi({ language: 'en' })} facts={facts} />), /RDX cartridge/)
})
