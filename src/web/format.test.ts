import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORMATS, japaneseYear } from './format.ts'

const ja = FORMATS.ja
const tokyo = (text: string) => Date.parse(`${text}+09:00`)
const now = tokyo('2026-11-22T07:40:00')

test('instants are shown in Tokyo whatever the zone of the host', () => {
  assert.equal(ja.fullDate(tokyo('2026-11-22T00:05:00')), '2026年（令和8年）11月22日（日）')
  assert.equal(ja.dateTime(tokyo('2026-11-21T23:59:00'), now), '11月21日（土）23:59')
  assert.equal(ja.date(tokyo('2025-12-31T23:59:00'), now), '2025年12月31日（水）')
})

test('near: morning, day, yesterday, and further back', () => {
  assert.equal(ja.near(tokyo('2026-11-22T02:14:00'), now), '今朝2:14')
  assert.equal(ja.near(tokyo('2026-11-22T14:00:00'), tokyo('2026-11-22T15:00:00')), '今日14:00')
  assert.equal(ja.near(tokyo('2026-11-21T23:00:00'), now), '昨日23:00')
  assert.equal(ja.near(tokyo('2026-11-20T02:14:00'), now), '11月20日（金）2:14')
})

test('the age of a record names hours until two days, then days', () => {
  assert.equal(ja.ago(now - 33 * 3_600_000, now), '約33時間前')
  assert.equal(ja.ago(now - 50 * 3_600_000, now), '約2日前')
})

test('eras change on their day', () => {
  assert.equal(japaneseYear(tokyo('2019-04-30T12:00:00')), '平成31年')
  assert.equal(japaneseYear(tokyo('2019-05-01T12:00:00')), '令和元年')
  assert.equal(ja.recordedDate('1947-04-09'), '1947年（昭和22年）4月9日')
  assert.equal(ja.recordedDate('1947-04'), '1947-04')
})

test('age turns on the birthday in Tokyo', () => {
  assert.equal(ja.age('1947-11-22', tokyo('2026-11-22T00:00:00')), 79)
  assert.equal(ja.age('1947-11-23', tokyo('2026-11-22T23:59:00')), 78)
  assert.equal(ja.age('1947', now), undefined)
})

test('sizes and durations', () => {
  assert.equal(ja.size(0), '0 B')
  assert.equal(ja.size(1_250_000_000), '1.3 GB')
  assert.equal(ja.size(999_600), '1 MB')
  assert.equal(ja.duration(38 * 60_000), '38分')
  assert.equal(ja.duration(65 * 60_000), '1時間5分')
})
