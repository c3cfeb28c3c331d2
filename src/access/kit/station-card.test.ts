import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newKit, sheetsOf, sheetWords } from './kit.ts'
import { newStationCard, readStationCard, stationCardKey, stationCardWords } from './station-card.ts'

const card = { station: '3fa9', secret: Buffer.from('1f112233445566778899', 'hex') }
const wordsOf = (of = card) => stationCardWords(of).map(({ word }) => word)

test('eight words, their first letters or their numbers are one card, in any width', () => {
  const numbers = stationCardWords(card).map(({ number }) => number)
  const words = wordsOf()
  assert.equal(words.length, 8)
  const wide = words.join('　').replaceAll(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
  const typed = [words.join(' '), numbers.join('\n'), words.map((w) => w.slice(0, 4).toUpperCase()).join('、'), wide]
  for (const text of typed) assert.deepEqual(readStationCard(text), { kind: 'secret', secret: card.secret })
  for (let i = 0; i < 50; i++) {
    const made = newStationCard((id) => id === '0000')
    assert.deepEqual(readStationCard(wordsOf(made as never).join(' ')), { kind: 'secret', secret: made.secret })
  }
})

test('a misread word is said, not guessed; the kit is known for what it is', async () => {
  const words = wordsOf()
  assert.deepEqual(readStationCard(words.with(2, 'zzzz').join(' ')), { kind: 'unreadable', count: 8, unknown: [3] })
  assert.deepEqual(readStationCard(words.slice(1).join(' ')), { kind: 'unreadable', count: 7, unknown: [] })
  let passed = 0
  for (let n = 1; n <= 2048; n++) if (readStationCard(words.with(4, String(n)).join(' ')).kind === 'secret') passed++
  assert.ok(passed < 6, `${passed} of 2048 wrong words go through to the seal`)
  const [sheet] = await sheetsOf(newKit(() => false))
  assert.deepEqual(
    readStationCard(
      sheetWords(sheet!)
        .map(({ word }) => word)
        .join(' '),
    ),
    { kind: 'kit' },
  )
})

test('the same words open another station’s seal with another key', () => {
  assert.notDeepEqual(stationCardKey(card), stationCardKey({ ...card, station: '3faa' }))
})
