import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addDays,
  businessDate,
  businessDayStart,
  institutionDate,
  institutionInstant,
  institutionTime,
} from './institution-time.ts'
import { formatWareki, matchesBirth, parseBirthQuery, parseWareki } from './wareki.ts'

test('the eras change on their day', () => {
  const format = (iso: string) => {
    const [year = 0, month = 0, day = 0] = iso.split('-').map(Number)
    return formatWareki({ year, month, day })
  }
  assert.equal(format('1912-07-29'), '明治45年7月29日')
  assert.equal(format('1912-07-30'), '大正元年7月30日')
  assert.equal(format('1926-12-24'), '大正15年12月24日')
  assert.equal(format('1926-12-25'), '昭和元年12月25日')
  assert.equal(format('1989-01-07'), '昭和64年1月7日')
  assert.equal(format('1989-01-08'), '平成元年1月8日')
  assert.equal(format('2019-04-30'), '平成31年4月30日')
  assert.equal(format('2019-05-01'), '令和元年5月1日')
  assert.equal(format('1872-12-31'), '1872年12月31日')
  assert.equal(formatWareki({ year: 1970, month: 3, day: 3 }, 'short'), 'S45.3.3')
})

test('reading an era date, strict at its borders', () => {
  const date = { year: 1970, month: 3, day: 3 }
  for (const text of [
    'S45.3.3',
    's45/03/03',
    '昭和45年3月3日',
    '昭和４５年３月３日',
    '昭45.3.3',
    '㍼45年3月3日',
    'S450303',
    'S45-3-3',
    '3450303',
  ])
    assert.deepEqual(parseWareki(text), date, text)
  assert.deepEqual(parseWareki('令和元年'), { year: 2019 })
  assert.deepEqual(parseWareki('R1.5'), { year: 2019, month: 5 })
  assert.deepEqual(parseWareki('平成元年1月8日'), { year: 1989, month: 1, day: 8 })
  assert.deepEqual(parseWareki('明治45年7月30日'), { year: 1912, month: 7, day: 30 })
  for (const text of [
    '平成元年1月7日',
    '昭和64年1月8日',
    '平成31年5月1日',
    'R1.4.30',
    'S45.2.29',
    'S0',
    '昭和45年13月',
    'X45',
    '',
  ])
    assert.equal(parseWareki(text), undefined, text)
})

test('birth dates as people type them', () => {
  const hit = (text: string, birth: string) => matchesBirth(parseBirthQuery(text, 2026), birth)
  for (const text of [
    '1970',
    '1970年',
    '1970年3月',
    '1970-3-3',
    '1970/03/03',
    '19700303',
    '197003',
    'S45',
    '昭和45年',
    '45年',
    '45.3.3',
    '450303',
    '45年3月3日',
    '3月3日',
    '3/3',
    '昭和４５年３月３日生',
  ])
    assert.ok(hit(text, '19700303'), text)
  for (const text of ['1971', '1970年4月', 'S46', '3月4日', 'H45', '漢字', '', '99999999'])
    assert.ok(!hit(text, '19700303'), text)
  assert.ok(hit('45年', '19120101'), 'a year without era means every era that has it')
  assert.ok(hit('平成31年5月1日', '20190501'), 'a search forgives counting on')
  assert.deepEqual(
    parseBirthQuery('5年', 2026).map((date) => date.year),
    [1916, 1930, 1993, 2023],
  )
  assert.deepEqual(parseBirthQuery('2月29日'), [{ month: 2, day: 29 }])
})

test('Japan, whatever the zone of the host', () => {
  const newYear = Date.UTC(2025, 11, 31, 15, 0, 0)
  assert.equal(institutionDate(newYear), '2026-01-01')
  assert.equal(institutionDate(newYear - 1), '2025-12-31')
  assert.deepEqual(institutionTime(newYear + 3_723_000), {
    year: 2026,
    month: 1,
    day: 1,
    hour: 1,
    minute: 2,
    second: 3,
    weekday: 4,
  })
  assert.equal(institutionInstant('2026-01-01', 1, 2, 3), newYear + 3_723_000)
  assert.equal(businessDate(newYear + 2 * 3_600_000, 5), '2025-12-31')
  assert.equal(institutionDate(businessDayStart(newYear, 5)), '2025-12-31')
  assert.equal(businessDayStart(newYear + 6 * 3_600_000, 5), newYear + 5 * 3_600_000)
  assert.equal(addDays('2024-02-28', 2), '2024-03-01')
})
