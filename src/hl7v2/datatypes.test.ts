import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addresses,
  codedValue,
  namePair,
  patientIdentifier,
  personNames,
  practitioners,
  quantityWithUnit,
  telecoms,
  timing,
} from './datatypes.ts'
import { parseMessage } from './message.ts'
import { peekMessage } from './peek.ts'
import { instantOf, parseTimeStamp } from './timestamp.ts'

const HEADER = 'MSH|^~\\&|A|B|C|D|20111220||ADT^A08^ADT_A01|1|P|2.5'
const segment = (raw: string) => parseMessage(`${HEADER}\r${raw}`).segments[1]!

test('names: kanji and kana by XPN.8, and senders that leave it out', () => {
  const names = (field: string) => namePair(personNames(segment(`PID|1||1||${field}`), 5))
  assert.deepEqual(names('患者^太郎^^^^^L^I~カンジャ^タロウ^^^^^L^P'), {
    kanji: '患者　太郎',
    kana: 'カンジャ　タロウ',
  })
  assert.deepEqual(names('カンジャ^タロウ^^^^^L^P~患者^太郎^^^^^L^I'), {
    kanji: '患者　太郎',
    kana: 'カンジャ　タロウ',
  })
  assert.deepEqual(names('医師一郎^^^^^^L^I'), { kanji: '医師一郎', kana: '' })
  assert.deepEqual(names('患者^太郎~かんじゃ^たろう'), { kanji: '患者　太郎', kana: 'かんじゃ　たろう' })
  assert.deepEqual(names('さくら^はな'), { kanji: 'さくら　はな', kana: '' })
  assert.deepEqual(names('患者&患&者^太郎^^^^^L^I').kanji, '患者　太郎')
  assert.deepEqual(names('""^""^^^^^L^I').kanji, '')
  assert.deepEqual(names(''), { kanji: '', kana: '' })
})

test('patient identifier: the repetition of type PI wins', () => {
  assert.equal(patientIdentifier(segment('PID|1||9999013')), '9999013')
  assert.equal(patientIdentifier(segment('PID|1||888^^^^XX~9999013^^^^PI')), '9999013')
  assert.equal(patientIdentifier(segment('PID|1||""')), '')
})

test('address and telephone where Japanese senders put them', () => {
  const pid = segment('PID|1||1||||||||^^^^422-8033^JPN^H^静岡県静岡市登呂１||^PRN^PH^^^^^^^^^054-000-0000~03-1^WPN')
  assert.equal(addresses(pid, 11)[0]?.free, '静岡県静岡市登呂１')
  assert.deepEqual(
    telecoms(pid, 13).map((t) => t.number),
    ['054-000-0000', '03-1'],
  )
})

test('coded values keep both triplets', () => {
  const value = codedValue(segment('OBX|1|NM|3A010^総蛋白^JC10^10222^ＴＰ^99X03'), 3)
  assert.deepEqual(
    [value?.code, value?.system, value?.alternate.code, value?.alternate.text],
    ['3A010', 'JC10', '10222', 'ＴＰ'],
  )
  assert.equal(practitioners(segment('ORC|NW|||||||||||110^医師^一郎^^^^^^^L^^^^^I'), 12)[0]?.representation, 'I')
})

test('TQ1: usage, days in three spellings, start of any precision', () => {
  const tq1 = timing(
    segment(
      'TQ1|1||1013044400000000&内服・経口・１日３回朝昼夕食後&JAMISDP01~I1100000&１日おき&JAMISDP01|||5^d|2011070100',
    ),
  )
  assert.deepEqual(
    tq1.patterns.map((p) => p.code),
    ['1013044400000000', 'I1100000'],
  )
  assert.equal(tq1.patterns[0]?.text, '内服・経口・１日３回朝昼夕食後')
  assert.deepEqual([tq1.duration.value, tq1.duration.unit.code, tq1.start?.precision], ['5', 'd', 'hour'])
  const unit = (field: string) => quantityWithUnit(segment(`TQ1|1|||||${field}`), 6).unit
  assert.deepEqual(unit('14^D&日&ISO+'), { code: 'D', text: '日', system: 'ISO+' })
  assert.equal(unit('14^日分').text, '日分')
})

test('times of any precision, with and without the dot, and what is no time', () => {
  const precision = (raw: string) => parseTimeStamp(raw)?.precision
  assert.equal(precision('2011'), 'year')
  assert.equal(precision('201112'), 'month')
  assert.equal(precision('20111220'), 'day')
  assert.equal(precision('2011122022'), 'hour')
  assert.equal(precision('20111220224447'), 'second')
  assert.deepEqual(
    parseTimeStamp('20080203163012345'),
    parseTimeStamp('20080203163012.345') && {
      ...parseTimeStamp('20080203163012.345')!,
      raw: '20080203163012345',
    },
  )
  for (const bad of ['', '00000000', '20110231', '2011-12-20', '不明', '20111220240000'])
    assert.equal(parseTimeStamp(bad), undefined)
  assert.equal(instantOf(parseTimeStamp('20111220090000')!), Date.UTC(2011, 11, 20))
  assert.equal(instantOf(parseTimeStamp('20111220090000.5+0000')!), Date.UTC(2011, 11, 20, 9, 0, 0, 500))
})

test('peek finds patient and type without decoding', () => {
  const esc = '\x1b$B\x46\x7c\x1b(B'
  const bytes = (text: string) => Buffer.from(text, 'latin1')
  assert.deepEqual(peekMessage(bytes(`\x0b${HEADER}\rPID|1||9999013^^^^PI||${esc}\rPV1\r\x1c`)), {
    startsWithMsh: true,
    messageType: 'ADT^A08',
    patientIds: ['9999013'],
    bareSegments: 1,
    headers: 1,
    eightBit: false,
  })
  assert.deepEqual(peekMessage(bytes(`${HEADER}\r\nPID|1||1\nPID|1||2\nPID|1||1\nPID`)).patientIds, ['1', '2'])
  assert.deepEqual(peekMessage(bytes(`${HEADER}\rPID|1\rPV1|7|8|9`)).patientIds, [])
  assert.equal(peekMessage(Uint8Array.of(0xfb, 0xfc)).startsWithMsh, false)
  assert.equal(peekMessage(bytes(`${HEADER}\rPID|1||1||\xb6\r`)).eightBit, true)
  assert.equal(peekMessage(new Uint8Array()).headers, 0)
})
