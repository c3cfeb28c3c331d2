import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isAppError } from '#base'
import { type AlarmCode, type AlarmInput, ALARMS, type Figures } from './alarms.ts'
import {
  alarmMessage,
  compose,
  type DigestFigures,
  digestMessage,
  type Message,
  type Sender,
  testMessage,
  weekWords,
  worstOf,
} from './message.ts'
import type { Notifier } from './notifier.ts'

const JA: Sender = { language: 'ja', house: '見本クリニック' }
const EN: Sender = { language: 'en', house: 'Sample Clinic' }
const CODES = Object.keys(ALARMS) as AlarmCode[]

test('each alarm says what happened and what to do, in both languages', () => {
  for (const code of CODES) {
    const ja = alarmMessage({ code, about: 'local', figures: { count: 3 } }, JA)
    assert.match(ja.subject, /^\[(至急|要確認|お知らせ)\] [^A-Za-z]+ - 見本クリニック$/u, code)
    assert.match(ja.text, /^見本クリニック\n\n■ .+\n対象: local\n3件\nすること: .+\n\n砦が自動で/u, code)
    assert.match(
      alarmMessage({ code }, EN).text,
      /^Sample Clinic\n\n■ [\x20-\x7e’]+\nNow: [\x20-\x7e’]+\n\nSent by/u,
      code,
    )
  }
})

test('times are Japan’s, figures stand in one line', () => {
  const sinceMs = Date.parse('2026-11-27T17:05:00Z')
  const { text } = alarmMessage({ code: 'backup-late', figures: { days: 2, sinceMs } }, JA)
  assert.match(text, /2日 \/ 11月28日 2:05から/)
})

test('several are one letter, the worst in its subject', () => {
  const items = (['backup-late', 'lock-lifted', 'place-nearly-full'] as const).map((code) => ({
    alarm: { code, figures: {} },
    change: 'raised' as const,
  }))
  const message = compose({ items }, JA)
  assert.match(message.subject, /^\[至急\] 「消せない」しるしが外されていました（ほか2件）/)
  assert.equal(message.severity, 'urgent')
  assert.equal(message.key, 'raised:backup-late raised:lock-lifted raised:place-nearly-full')
  const cleared = compose({ items: [{ ...items[1]!, change: 'cleared' }] }, JA)
  assert.match(cleared.subject, /^\[お知らせ\] 解消: /)
  assert.ok(!cleared.text.includes('すること'))
})

test('the digest says well only where it is', () => {
  const week = { generations: 12, sources: 2, openAlarms: 0, troubled: 0 }
  assert.match(digestMessage(week, JA).subject, /すべて問題ありません/)
  assert.match(digestMessage(week, JA).text, /届かない週は、何かが止まっています/)
  for (const unwell of [{ openAlarms: 1 }, { troubled: 1 }, { generations: 0 }]) {
    assert.doesNotMatch(digestMessage({ ...week, ...unwell }, JA).subject, /問題ありません/)
    assert.doesNotMatch(digestMessage({ ...week, ...unwell }, EN).subject, /well/)
  }
  assert.match(testMessage(EN, 0).subject, /test/)
})

test('no free text by type, and none at run time', () => {
  const notifier = { recipients: [], send: async () => [] } as Notifier
  // @ts-expect-error -- a message is made of codes only
  const forged: Message = { subject: '山田太郎', text: '', severity: 'urgent', key: 'x' }
  void notifier.send(forged)
  const free: unknown[] = [
    { code: 'backup-late', about: '山田太郎' },
    { code: 'backup-late', about: '0001234567' },
    { code: 'backup-late', about: 'local\r\nBcc: x@evil.example' },
    { code: 'backup-late', about: '../0001234567' },
    { code: 'backup-late', text: '山田太郎' },
    { code: 'backup-late', figures: { patient: 12345 } },
    { code: 'backup-late', figures: { count: '山田太郎' } },
    { code: 'backup-late', figures: { count: 12_345_678 } },
    { code: '山田太郎' },
  ]
  for (const alarm of free)
    assert.throws(
      () => alarmMessage(alarm as AlarmInput, JA),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID') && !/山田|12345/.test(error.message),
    )
})

test('a name of the house that would end a header line is refused', () => {
  for (const house of ['', 'a\r\nBcc: x@evil.example', 'a\nb', 'a\u2028b', 'a\u0000b', 'a\u202eb', 'x'.repeat(61)])
    assert.throws(
      () => testMessage({ language: 'ja', house }, 0),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
    )
})

test('property: whatever the alarm, the subject is one printable line', () => {
  const figures: fc.Arbitrary<Figures> = fc.record(
    { count: fc.nat(1_000_000), percent: fc.nat(100), untilMs: fc.nat({ max: 4e12 }) },
    { requiredKeys: [] },
  )
  const alarm = fc.record({ code: fc.constantFrom(...CODES), figures })
  fc.assert(
    fc.property(fc.array(alarm, { minLength: 1, maxLength: 30 }), fc.constantFrom(JA, EN), (alarms, sender) => {
      const message = compose({ items: alarms.map((one) => ({ alarm: one, change: 'raised' })) }, sender)
      assert.match(message.subject, /^[^\p{C}\p{Zl}\p{Zp}]{10,150}$/u)
      assert.doesNotMatch(message.text, /undefined|NaN|\[object/)
    }),
  )
})

test('one request at most: what is urgent, then a light that is out, then what is open, then a light that fades', () => {
  const week = { generations: 12, sources: 2, openAlarms: 0, troubled: 0 }
  const good = { taken: 'good', locked: 'good', proven: 'good', readable: 'good', drilled: 'good' } as const
  const asked = (more: Partial<DigestFigures>) => weekWords({ ...week, lights: good, ...more }, 'ja').request
  assert.equal(asked({}), 'お願いすることはありません。')
  assert.match(asked({ lights: { ...good, proven: 'soon' } }), /復元リハーサル/)
  assert.match(asked({ lights: { ...good, proven: 'soon' }, worst: 'drill-overdue' }), /別の日/)
  assert.match(asked({ lights: { ...good, taken: 'bad' }, worst: 'drill-overdue' }), /取れていないもの/)
  assert.match(asked({ lights: { ...good, taken: 'bad' }, worst: 'lock-lifted' }), /^お願いは一つです: /)
  assert.doesNotMatch(asked({ lights: { ...good, taken: 'bad' }, worst: 'lock-lifted' }), /取れていないもの/)
  const both = [
    { code: 'drill-none' as const, figures: {} },
    { code: 'lock-lifted' as const, figures: {} },
  ]
  assert.equal(worstOf(both), 'lock-lifted')
})
