import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { AppError, manualClock } from '#base'
import { AlarmBook, type WeekFigures } from './book.ts'
import type { Message, Sender } from './message.ts'
import type { Delivery, Notifier } from './notifier.ts'
import { type AlarmStore, fileStore } from './store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A Saturday. */
const START = Date.parse('2026-11-28T07:00:00+09:00')
const SENDER: Sender = { language: 'ja', house: '見本クリニック' }

function memory(): AlarmStore & { text: string | undefined; aside: number } {
  return {
    text: undefined,
    aside: 0,
    async load() {
      return this.text
    },
    async save(text) {
      this.text = text
    },
    async setAside() {
      this.aside++
    },
  }
}

/** A notifier that keeps what it sent; `fail` says how a recipient fares. */
function recorder(recipients: readonly string[], fail: (to: string) => Delivery['outcome'] = () => 'sent') {
  const sent: { to: string; message: Message }[] = []
  const notifier: Notifier = {
    recipients,
    send: async (message, to = recipients) =>
      to.map((one) => {
        const outcome = fail(one)
        if (outcome === 'sent') sent.push({ to: one, message })
        return { to: one, outcome }
      }),
  }
  return { notifier, sent, subjects: () => sent.map((one) => one.message.subject.replace(' - 見本クリニック', '')) }
}

async function open(recipients = ['a'], fail?: (to: string) => Delivery['outcome']) {
  const clock = manualClock(START)
  const store = memory()
  const record = recorder(recipients, fail)
  const parts = { store, notifier: record.notifier, clock, sender: SENDER }
  const book = await AlarmBook.open(parts)
  /** Minutes go by, with a tick each. */
  const pass = async (ms: number, week?: () => WeekFigures) => {
    for (let i = 0; i < ms; i += MINUTE) {
      clock.advance(MINUTE)
      await book.tick(week)
    }
  }
  return { book, clock, store, parts, pass, ...record }
}

test('a burst is one letter, the same alarm again is none', async () => {
  const { book, sent, subjects, pass } = await open()
  for (let i = 0; i < 100; i++) await book.raise({ code: 'generation-refused', about: 'local', figures: { count: i } })
  for (const about of ['folder-1', 'folder-2']) await book.raise({ code: 'backup-late', about })
  await Promise.all([book.tick(), book.tick(), book.tick()])
  await pass(HOUR)
  assert.deepEqual(subjects(), ['[至急] 受け取れないバックアップが届き、断りました（ほか2件）'])
  assert.match(sent[0]!.message.text, /99件/, 'with the newest figures')
  assert.equal(book.raised().length, 3)
})

test('what comes a minute later waits for the next letter, five minutes after the last', async () => {
  const { book, subjects, pass } = await open()
  await book.raise({ code: 'backup-late', about: 'folder-1' })
  await book.tick()
  for (let i = 2; i < 6; i++) await book.raise({ code: 'backup-late', about: `folder-${i}` })
  await pass(4 * MINUTE)
  assert.equal(subjects().length, 1)
  await pass(MINUTE)
  assert.deepEqual(subjects()[1], '[要確認] 予定のバックアップが届いていません（ほか3件）')
})

test('an open alarm is told every day, its end once', async () => {
  const { book, subjects, sent, pass } = await open()
  await book.raise({ code: 'place-full', about: 'local' })
  await book.tick()
  await pass(2 * DAY + HOUR)
  assert.equal(subjects().length, 3)
  assert.match(sent[1]!.message.text, /続いています。/)
  assert.match(sent[2]!.message.text, /11月28日 7:00から/, 'since the first')
  await book.clear('place-full', 'local')
  await book.clear('place-full', 'local')
  await book.clear('backup-late', 'never-raised')
  await pass(2 * DAY)
  assert.deepEqual(subjects().slice(3), ['[お知らせ] 解消: 保管場所がいっぱいで、バックアップできません'])
  assert.deepEqual(book.raised(), [])
})

test('one that comes and goes all day is told once an hour at most, and what is last is true', async () => {
  const { book, subjects, pass } = await open()
  for (let i = 0; i < 8 * 60; i++) {
    await (i % 2 === 0 ? book.raise({ code: 'place-unreachable' }) : book.clear('place-unreachable'))
    await pass(MINUTE)
  }
  assert.ok(subjects().length >= 1 && subjects().length <= 9, String(subjects().length))
  await pass(2 * HOUR)
  assert.match(subjects().at(-1)!, /解消/)
})

test('one that was over before anybody was told is told all the same', async () => {
  const { book, subjects } = await open()
  await book.raise({ code: 'generation-refused' })
  await book.clear('generation-refused')
  await book.tick()
  assert.deepEqual(subjects(), ['[お知らせ] 解消: 受け取れないバックアップが届き、断りました'])
})

test('one recipient who is down for three days hears once, as it is by then; the others hear nothing twice', async () => {
  let isDown = true
  const { book, sent, pass } = await open(['up', 'down'], (to) => (to === 'down' && isDown ? 'later' : 'sent'))
  await book.raise({ code: 'place-full', about: 'local' })
  await pass(2 * DAY)
  await book.raise({ code: 'lock-lifted', about: 'local' })
  await book.clear('place-full', 'local')
  await pass(DAY + HOUR)
  assert.equal(sent.filter((one) => one.to === 'down').length, 0)
  assert.deepEqual(
    book.troubled().map((one) => [one.to, one.outcome]),
    [['down', 'later']],
  )
  const heard = sent.length
  isDown = false
  await pass(2 * HOUR)
  const late = sent.slice(heard)
  assert.deepEqual(
    late.map((one) => one.to),
    ['down'],
  )
  assert.match(late[0]!.message.subject, /しるしが外されていました（ほか1件）/)
  assert.match(late[0]!.message.text, /解消: 保管場所がいっぱい/)
  assert.deepEqual(book.troubled(), [])
})

test('a server that is down for a week is asked at most every hour', async () => {
  let tries = 0
  const { book, pass } = await open(['a'], () => {
    tries++
    return 'later'
  })
  await book.raise({ code: 'place-full' })
  await pass(7 * DAY)
  assert.ok(tries <= 7 * 24 + 5 && tries > 160, String(tries))
})

test('a refused recipient is tried once a day, and the screen can say so', async () => {
  let tries = 0
  const { book, pass } = await open(['a'], () => {
    tries++
    return 'refused'
  })
  await book.raise({ code: 'place-full' })
  await pass(3 * DAY + HOUR)
  assert.equal(tries, 4)
  assert.deepEqual(
    book.troubled().map((one) => one.outcome),
    ['refused'],
  )
})

test('after a restart nothing is told twice and nothing is forgotten', async () => {
  const { book, parts, clock, subjects, store } = await open()
  await book.raise({ code: 'place-full' })
  await book.tick()
  await book.raise({ code: 'backup-late' })
  const again = await AlarmBook.open(parts)
  clock.advance(6 * MINUTE)
  await again.tick()
  await again.tick()
  assert.deepEqual(subjects(), [
    '[至急] 保管場所がいっぱいで、バックアップできません',
    '[要確認] 予定のバックアップが届いていません',
  ])
  assert.doesNotMatch(store.text!, /見本クリニック/)
})

test('a recipient that was taken out is forgotten, one that is new hears what is open within a day', async () => {
  const { book, parts, clock } = await open(['old'], () => 'later')
  await book.raise({ code: 'place-full' })
  await book.tick()
  const { notifier, sent } = recorder(['new'])
  const changed = await AlarmBook.open({ ...parts, notifier })
  assert.deepEqual(changed.troubled(), [])
  clock.advance(DAY)
  await changed.tick()
  assert.deepEqual(
    sent.map((one) => one.to),
    ['new'],
  )
})

test('a clock that went back a year neither silences nor floods', async () => {
  const { book, clock, subjects, pass } = await open()
  await book.raise({ code: 'place-full' })
  await book.tick()
  clock.set(START - 365 * DAY)
  await book.raise({ code: 'clock-frozen' })
  await pass(2 * HOUR)
  assert.equal(subjects().length, 2)
  assert.match(subjects()[1]!, /ほか1件/)
})

const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'toride-book-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

test('a damaged file is set aside, said, and nothing stops', async (t) => {
  const home = folder(t)
  const path = join(home, 'alarms.json')
  for (const damage of [
    '{"version":1,',
    '',
    '{"version":2}',
    '[]',
    '{"version":1,"alarms":{"x":{"text":"y"}},"waiting":{},"digestAt":0}',
  ]) {
    writeFileSync(path, damage)
    const { notifier, subjects } = recorder(['a'])
    const book = await AlarmBook.open({ store: fileStore(path), notifier, clock: manualClock(START), sender: SENDER })
    await book.tick()
    assert.deepEqual(subjects(), ['[要確認] 警報の控えが壊れ、作り直しました'], damage)
    assert.equal(readFileSync(`${path}.damaged`, 'utf8'), damage)
  }
  assert.deepEqual(readdirSync(home).sort(), ['alarms.json', 'alarms.json.damaged'])
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('on a full disk the alarm goes out, once, and says that it is not kept', async () => {
  const { parts, store, clock } = await open()
  let isFull = true
  const full: AlarmStore = {
    ...store,
    load: async () => undefined,
    save: async () => {
      if (isFull) throw new AppError('STORAGE_FULL')
    },
  }
  const { notifier, subjects } = recorder(['a'])
  const book = await AlarmBook.open({ ...parts, notifier, store: full })
  await book.raise({ code: 'place-full' })
  await book.tick()
  await book.tick()
  assert.deepEqual(subjects(), ['[至急] 保管場所がいっぱいで、バックアップできません（ほか1件）'])
  isFull = false
  for (let i = 0; i < 70; i++) {
    clock.advance(MINUTE)
    await book.tick()
  }
  assert.deepEqual(subjects().slice(1), ['[お知らせ] 解消: 警報の控えを書けません'])
})

test('a store that fails in its own way stops no alarm', async () => {
  const { parts } = await open()
  const { notifier, sent } = recorder(['a'])
  const broken: AlarmStore = {
    load: () => Promise.reject(new Error('odd')),
    save: () => Promise.reject(new Error('odd')),
    setAside: () => Promise.reject(new Error('odd')),
  }
  const book = await AlarmBook.open({ ...parts, notifier, store: broken })
  await book.raise({ code: 'lock-lifted' })
  await book.tick()
  assert.equal(sent.length, 1)
})

test('more alarms than a house can have are one more: a flood fills no memory', async () => {
  const { book } = await open()
  for (let i = 0; i < 1100; i++) await book.raise({ code: 'generation-refused', about: `x${i}` })
  assert.equal(book.raised().length, 1001)
  assert.equal(book.raised().at(-1)!.code, 'alarms-lost')
})

test('each Monday at seven there is a word, also if all is well', async () => {
  const { book, clock, subjects, pass } = await open()
  const week = () => ({ generations: 7, sources: 1 })
  await book.tick(week)
  await pass(2 * DAY - MINUTE, week)
  assert.deepEqual(subjects(), [], 'Monday 6:59')
  await pass(MINUTE, week)
  assert.deepEqual(subjects(), ['[お知らせ] 今週も、すべて問題ありません'])
  await pass(7 * DAY - MINUTE, week)
  assert.equal(subjects().length, 1)
  await book.raise({ code: 'backup-late' })
  clock.advance(MINUTE)
  await book.tick(week)
  assert.equal(subjects().length, 2)
  assert.match(subjects()[1]!, /^\[要確認\] 予定のバックアップが届いていません/)
  // A house that was switched off over the Monday says it when it is back, once.
  clock.advance(9 * DAY)
  for (let i = 0; i < 3; i++) await book.tick(week)
  assert.equal(subjects().length, 3)
})

test('a week that cannot be counted stops no alarm, and is counted again', async () => {
  const { book, clock, subjects } = await open()
  clock.advance(2 * DAY)
  await book.raise({ code: 'place-full' })
  const odd = () => {
    throw new Error('no database')
  }
  await assert.rejects(book.tick(odd), /no database/)
  assert.equal(subjects().length, 1)
  clock.advance(5 * MINUTE)
  await book.tick(() => ({ generations: 7, sources: 1 }))
  assert.match(subjects()[1]!, /今週、続いている警報が1件/)
})

test('property: whatever happens, nobody gets two letters within five minutes, and in the end everybody knows what is', async () => {
  const codes = ['place-full', 'backup-late', 'lock-lifted'] as const
  const step = fc.oneof(
    fc.record({ do: fc.constant('raise' as const), code: fc.constantFrom(...codes) }),
    fc.record({ do: fc.constant('clear' as const), code: fc.constantFrom(...codes) }),
    fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    fc.record({
      do: fc.constant('outcome' as const),
      of: fc.constantFrom('a', 'b'),
      is: fc.constantFrom('sent' as const, 'later' as const, 'refused' as const),
    }),
    fc.record({ do: fc.constant('restart' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const fares: Record<string, Delivery['outcome']> = { a: 'sent', b: 'sent' }
      const house = await open(['a', 'b'], (to) => fares[to]!)
      let { book } = house
      const at: { to: string; at: number; text: string }[] = []
      const tick = async () => {
        const before = house.sent.length
        await book.tick()
        for (const { to, message } of house.sent.slice(before))
          at.push({ to, at: house.clock.now(), text: message.text })
      }
      const pass = async (minutes: number) => {
        for (let i = 0; i < minutes; i++) {
          house.clock.advance(MINUTE)
          await tick()
        }
      }
      for (const one of steps) {
        if (one.do === 'raise') await book.raise({ code: one.code })
        else if (one.do === 'clear') await book.clear(one.code)
        else if (one.do === 'outcome') fares[one.of] = one.is
        else if (one.do === 'restart') book = await AlarmBook.open(house.parts)
        else await pass(one.minutes)
        await tick()
      }
      fares['a'] = fares['b'] = 'sent'
      const before = at.length
      await pass(26 * 60)
      for (const to of ['a', 'b']) {
        const own = at.filter((one) => one.to === to)
        for (const [i, letter] of own.slice(1).entries()) assert.ok(letter.at - own[i]!.at >= 5 * MINUTE)
        // Within a day each is told of what is open, as open.
        const last = at.slice(before).filter((one) => one.to === to)
        for (const { code } of book.raised())
          assert.ok(
            last.some((one) => one.text.includes(TITLES[code]!)),
            code,
          )
      }
    }),
    { numRuns: 30 },
  )
})

const TITLES: Record<string, string> = {
  'place-full': '■ 保管場所がいっぱい',
  'backup-late': '■ 予定のバックアップが',
  'lock-lifted': '■ 「消せない」しるしが',
}

test('at night only the urgent goes out; what is over by the morning was never told', async () => {
  const { parts, clock, subjects } = await open()
  clock.set(Date.parse('2026-11-28T21:00:00+09:00'))
  const book = await AlarmBook.open({ ...parts, waitsAtNight: true })
  await book.raise({ code: 'backup-failed', about: 'folder-1' })
  await book.raise({ code: 'backup-late', about: 'folder-2' })
  await book.raise({ code: 'lock-lifted' })
  await book.tick()
  assert.deepEqual(subjects(), ['[至急] 「消せない」しるしが外されていました'])
  await book.clear('backup-failed', 'folder-1')
  clock.set(Date.parse('2026-11-29T06:59:00+09:00'))
  await book.tick()
  assert.equal(subjects().length, 1)
  clock.advance(MINUTE)
  await book.tick()
  assert.deepEqual(subjects().slice(1), ['[要確認] 予定のバックアップが届いていません'])
})

test('with nobody to tell alarms wait, and the first who comes hears what is open, not what is over', async () => {
  const { parts, clock, subjects } = await open()
  const nobody = await AlarmBook.open({ ...parts, notifier: recorder([]).notifier })
  await nobody.raise({ code: 'place-full' })
  await nobody.raise({ code: 'backup-late' })
  await nobody.tick()
  await nobody.clear('backup-late')
  await nobody.tick()
  clock.advance(MINUTE)
  const book = await AlarmBook.open(parts)
  await book.tick()
  assert.deepEqual(subjects(), ['[至急] 保管場所がいっぱいで、バックアップできません'])
})
