import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { buildPatientIndex, openPatientIndex } from '../patient-index/build.ts'
import { memoryGeneration } from '../testing/memory-generation.ts'
import { message, pathOf, type Person } from '../testing/messages.ts'
import { barcodeIds } from './barcode.ts'
import { searchPatients } from './search.ts'

const PEOPLE: readonly Person[] = [
  { id: '0001234', kanji: '髙﨑^はる子', kana: 'タカサキ^ハルコ', birthDate: '19470409', sex: 'F' },
  { id: '0012345', kanji: '高崎^太郎', kana: 'タカザキ^タロウ', birthDate: '19700303', sex: 'M' },
  { id: '1000123', kanji: '𠮷野^太郎', kana: 'ﾖｼﾉ^ﾀﾛｳ', birthDate: '20190501', sex: 'M' },
  { id: '0009990', kanji: '渡邉^花子', kana: 'わたなべ^はなこ', birthDate: '19700303', sex: 'F' },
  { id: '7777777', kanji: '大野^一', kana: 'オオノ^ハジメ', birthDate: '19891231', sex: 'M' },
  { id: '7777778', kanji: '山田^太郎丸', kana: 'ヤマダ^タロウマル', birthDate: '', sex: 'M' },
  { id: '7777779', kanji: '山田^太郎', kana: 'ヤマダ^タロウ', birthDate: '195512', sex: 'M' },
]
const files = new Map(PEOPLE.map((person) => [pathOf('ADT-00', person.id), message('ADT-00', person)]))
const { sealed } = await buildPatientIndex(memoryGeneration(files, 'g', 0), Buffer.alloc(32))
const index = openPatientIndex(sealed, Buffer.alloc(32), 'g')

function find(query: string, limit = 50): string[] {
  return searchPatients(index, query, limit).hits.map(({ patient }) => patient.patientId)
}

test('what people type finds whom they mean, best first', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    // ids: whole, padded otherwise, prefix before substring, any width
    ['0001234', ['0001234', '0012345']],
    ['1234', ['0001234', '0012345']],
    ['００１２３４', ['0001234', '0012345']],
    ['000-1234', ['0001234', '0012345']],
    ['123', ['0001234', '0012345', '1000123']],
    // names: variants folded both ways
    ['高崎', ['0001234', '0012345']],
    ['髙﨑', ['0001234', '0012345']],
    ['吉野', ['1000123']],
    ['渡辺', ['0009990']],
    // readings: width, script, voiced marks, long vowels
    ['たかさき', ['0001234', '0012345']],
    ['ﾀｶｻﾞｷ', ['0012345', '0001234']],
    ['ワタナベ', ['0009990']],
    ['おーの', ['7777777']],
    ['はるこ', ['0001234']],
    // several words are joined by AND; the whole name leads
    ['山田 太郎', ['7777779', '7777778']],
    ['山田　たろう', ['7777779', '7777778']],
    ['たかさき 男', ['0012345']],
    ['たかさき 女性', ['0001234']],
    ['タカサキ 1947', ['0001234']],
    // birth dates
    ['19700303', ['0012345', '0009990']],
    ['1970-3-3', ['0012345', '0009990']],
    ['S45.3.3', ['0012345', '0009990']],
    ['昭和45年3月3日', ['0012345', '0009990']],
    ['昭和45年 3月 3日 渡辺', ['0009990']],
    ['令和元年', ['1000123']],
    ['195512', ['7777779']],
    ['昭和30年12月', ['7777779']],
    // nothing
    ['', []],
    ['　 ', []],
    ['存在しない', []],
    ['山田 花子', []],
  ]
  for (const [query, expected] of cases) assert.deepEqual(find(query), expected, query)
})

test('a limit cuts the list, not the total; pages follow each other', () => {
  const all = searchPatients(index, '男', 50)
  assert.equal(all.total, 5)
  const first = searchPatients(index, '男', 2)
  const second = searchPatients(index, '男', 2, 2)
  assert.deepEqual([first.total, first.hits.length, second.hits.length], [5, 2, 2])
  assert.deepEqual(
    [...first.hits, ...second.hits].map(({ patient }) => patient.patientId),
    all.hits.slice(0, 4).map(({ patient }) => patient.patientId),
  )
})

test('hits say whom they could be taken for over the whole index, not over the hits', () => {
  assert.deepEqual(searchPatients(index, '0009990', 1).hits[0]!.sameAs, ['birth-date'])
})

test('a scanned code finds its patient with check digits and start characters', () => {
  // NW-7 with start and stop; 7DR check digit of 1234 is 2; modulus 10 weight 3 of 1234 is 8.
  for (const scanned of ['A0001234A', '00012342', '00012348', 'b00012342b'])
    assert.ok(find(scanned).includes('0001234'), scanned)
  assert.equal(find('A0001234A')[0], '0001234')
  assert.ok(!barcodeIds('12349').includes('1234'), 'no scheme gives 9')
})

test('folding: a name is found however it is written', () => {
  const kana = fc.constantFrom(...Array.from('アイカガサザタダハバパマヤラワンッャー'))
  const toHiragana = (text: string) => text.replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60))
  fc.assert(
    fc.property(fc.constantFrom(...PEOPLE), fc.nat(3), fc.boolean(), (person, cut, hiragana) => {
      const reading = person.kana.normalize('NFKC').replace('^', '')
      const typed = reading.slice(0, Math.max(2, reading.length - cut))
      return find(hiragana ? toHiragana(typed) : typed).includes(person.id)
    }),
  )
  fc.assert(
    fc.property(
      fc.array(kana).map((c) => c.join('')),
      (typed) => Array.isArray(find(typed)),
    ),
  )
  fc.assert(fc.property(fc.string(), (typed) => Array.isArray(find(typed))))
})
