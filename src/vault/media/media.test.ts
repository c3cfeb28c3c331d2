import assert from 'node:assert/strict'
import { test } from 'node:test'
import { institutionInstant, isAppError } from '#base'
import type { Volume } from '#posix'
import { DEFAULT_CALENDAR } from '#retention'
import { checkMorning, type SeenMedium } from './check.ts'
import { exchanges, inTurn, mediumDue, outOfReach } from './rotation.ts'
import { parseMediaSet, USUAL_SET_SIZE, whereabouts, type MediaLog, type MediumCopy, type MediumMove } from './set.ts'

const SET = parseMediaSet({
  id: 'main',
  name: '夜間',
  media: Array.from({ length: USUAL_SET_SIZE }, (_, i) => ({
    number: i + 1,
    uuid: `0000-000${i + 1}`,
    label: `TORIDE${i + 1}`,
    kind: 'rdx' as const,
    shelf: `金庫 ${i + 1}段`,
  })),
  carriers: [
    { weekday: 1, person: 'clerk-a' },
    { weekday: 4, person: 'clerk-b' },
  ],
})
const morning = (day: string) => institutionInstant(day, 9)
const copy = (number: number, day: string, isVerified = true): MediumCopy => ({
  set: 'main',
  number,
  day,
  at: institutionInstant(day, 10),
  isVerified,
})
const move = (number: number, to: MediumMove['to'], day: string, hour = 12): MediumMove => ({
  set: 'main',
  number,
  to,
  at: institutionInstant(day, hour),
  person: 'clerk-a',
})
// 2026-11-16 is a Monday; the 23rd (勤労感謝の日) is one too.
const WEEK = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21']
const AFTER_A_WEEK: MediaLog = { moves: [], copies: WEEK.map((day, i) => copy((i % 5) + 1, day)) }

test('a set is refused that has a number or a UUID twice', () => {
  const [first, second] = SET.media
  for (const media of [
    [first, { ...second, number: 1 }],
    [first, { ...second, uuid: '0000-0001' }],
  ]) {
    assert.throws(
      () => parseMediaSet({ ...SET, media }),
      (e) => isAppError(e, 'BASE_CONFIG_INVALID'),
    )
  }
})

test('the turn goes on from the last copy, over holidays, missed days and lost cartridges', () => {
  const due = (log: MediaLog, day: string) => mediumDue(SET, log, morning(day))?.number
  assert.equal(due({ moves: [], copies: [] }, '2026-11-16'), 1)
  assert.equal(due({ moves: [], copies: [copy(1, '2026-11-16')] }, '2026-11-17'), 2)
  assert.equal(due({ moves: [], copies: [copy(1, '2026-11-16')] }, '2026-11-20'), 2, 'three days missed')
  assert.equal(mediumDue(SET, AFTER_A_WEEK, institutionInstant('2026-11-21', 15))?.number, 1, 'done today: the same')
  assert.equal(due(AFTER_A_WEEK, '2026-11-24'), 2)
  assert.equal(due({ ...AFTER_A_WEEK, moves: [move(2, 'lost', '2026-11-22')] }, '2026-11-24'), 3)
  const all = SET.media.map(({ number }) => move(number, 'retired', '2026-11-22'))
  assert.equal(due({ ...AFTER_A_WEEK, moves: all }, '2026-11-24'), undefined)
})

test('who takes which when: business days only, the named person of the day', () => {
  assert.deepEqual(exchanges(SET, AFTER_A_WEEK, DEFAULT_CALENDAR, morning('2026-11-22'), 6), [
    { day: '2026-11-24', out: 1, in: 2, person: 'clerk-a' },
    { day: '2026-11-25', out: 2, in: 3, person: 'clerk-a' },
    { day: '2026-11-26', out: 3, in: 4, person: 'clerk-b' },
    { day: '2026-11-27', out: 4, in: 5, person: 'clerk-a' },
  ])
})

test('where each one is: by what people said, and by the copies', () => {
  const log = { ...AFTER_A_WEEK, moves: [move(1, 'vault', '2026-11-16', 18), move(4, 'vault', '2026-11-20', 9)] }
  const place = (number: number, day: string, hour = 20) =>
    whereabouts(log, number, institutionInstant(day, hour))?.place
  assert.equal(place(1, '2026-11-16', 11), 'machine')
  assert.equal(place(1, '2026-11-16'), 'vault')
  assert.equal(place(1, '2026-11-21'), 'machine')
  assert.equal(place(4, '2026-11-19'), 'machine')
  assert.equal(place(4, '2026-11-21'), 'vault')
  assert.equal(place(5, '2026-11-20'), 'machine')
  assert.equal(place(5, '2026-11-21'), 'shelf', 'its sister was in the machine')
  assert.equal(place(5, '2026-11-19'), undefined, 'nobody has ever said')
})

test('the picture of the week: from the fourth day on three generations are always out of reach', () => {
  const first = outOfReach(SET, { moves: [], copies: [] }, DEFAULT_CALENDAR, morning('2026-11-16'))
  assert.deepEqual(
    first.map(({ connected, generationsAway, isPlanned }) => [connected, generationsAway, isPlanned]),
    [
      [[1], 0, true],
      [[2], 1, true],
      [[3], 2, true],
      [[4], 3, true],
      [[5], 4, true],
      [[1], 4, true],
      [[1], 4, true],
    ],
  )
  const second = outOfReach(SET, AFTER_A_WEEK, DEFAULT_CALENDAR, morning('2026-11-25'))
  assert.deepEqual(
    second.map(({ day, isBusinessDay, connected, isEnough }) => [day.slice(8), isBusinessDay, connected, isEnough]),
    [
      ['23', false, [1], true],
      ['24', true, [1], true], // missed: yesterday's stayed in the machine
      ['25', true, [2], true],
      ['26', true, [3], true],
      ['27', true, [4], true],
      ['28', true, [5], true],
      ['29', false, [5], true],
    ],
  )
  assert.equal(second[1]!.isPlanned, false)
  assert.deepEqual(
    second[2]!.away.find(({ number }) => number === 5),
    { number: 5, place: 'shelf', holds: '2026-11-20' },
  )
})

test('what was not read back, or is lost, is no generation out of reach', () => {
  const copies = AFTER_A_WEEK.copies.map((one) => (one.number === 3 ? { ...one, isVerified: false } : one))
  const log = { copies, moves: [move(4, 'lost', '2026-11-22')] }
  const [monday] = outOfReach(SET, log, DEFAULT_CALENDAR, institutionInstant('2026-11-23', 8))
  assert.equal(monday!.generationsAway, 2)
  assert.equal(monday!.isEnough, false)
})

function seen(
  number: number,
  more: Partial<Omit<SeenMedium, 'volume'>> & { volume?: Partial<Volume> } = {},
): SeenMedium {
  const uuid = `0000-000${number}`
  const volume: Volume = {
    device: `/dev/sd${number}`,
    disk: `/dev/sd${number}`,
    uuid,
    label: '',
    fileSystem: 'exfat',
    sizeBytes: 1e12,
    isWriteProtected: false,
    isRemovable: true,
    isCartridge: true,
    transport: 'usb',
    mounts: [],
    ...more.volume,
  }
  const marker = { format: 'toride-medium-1' as const, set: 'main', number, uuid }
  return { marker, freeBytes: 1e11, ...more, volume }
}

test('the check of a morning names the first thing that is wrong', () => {
  const log = { moves: [move(5, 'lost', '2026-11-22')], copies: AFTER_A_WEEK.copies }
  const now = morning('2026-11-24')
  const check = (...media: SeenMedium[]) =>
    checkMorning({
      set: SET,
      inTurn: inTurn(SET, log, now),
      due: mediumDue(SET, log, now),
      seen: media,
      hasTapeDrive: false,
      neededBytes: 5e10,
    })
  assert.deepEqual(check(seen(2)), { finding: 'right', due: 2, found: [2] })
  assert.deepEqual(check(seen(3)), { finding: 'wrong', due: 2, found: [3] })
  assert.deepEqual(check(seen(5)), { finding: 'out-of-turn', due: 2, found: [5] })
  assert.deepEqual(check(), { finding: 'missing', due: 2, found: [] })
  assert.equal(check(seen(9, { volume: { isRemovable: false } })).finding, 'missing')
  assert.equal(check(seen(9)).finding, 'foreign')
  assert.deepEqual(check(seen(3), seen(2)), { finding: 'too-many', due: 2, found: [2, 3] })
  assert.equal(check(seen(2), seen(2)).finding, 'copied')
  assert.deepEqual(check(seen(2, { freeBytes: 4e10 })), { finding: 'full', due: 2, found: [2], missingBytes: 1e10 })
  assert.equal(check(seen(2, { volume: { isWriteProtected: true } })).finding, 'read-only')
  assert.equal(check(seen(2, { volume: { fileSystem: 'vfat' } })).finding, 'unsupported')
  assert.equal(check(seen(2, { marker: 'missing' })).finding, 'unmarked')
  assert.equal(check(seen(2, { marker: 'unreadable' })).finding, 'not-opened')
  const other = { format: 'toride-medium-1' as const, set: 'main', number: 4, uuid: '0000-0004' }
  assert.equal(check(seen(2, { marker: other })).finding, 'copied')
  const { marker: _, ...closed } = seen(2)
  assert.equal(check(closed).finding, 'not-opened')
})

test('tape: only what LTFS has mounted; a drive alone is said to be unsupported', () => {
  const set = { ...SET, media: SET.media.map((medium) => ({ ...medium, kind: 'ltfs' as const })) }
  const facts = { set, inTurn: set.media, due: set.media[0], neededBytes: 0 }
  assert.equal(checkMorning({ ...facts, seen: [], hasTapeDrive: true }).finding, 'unsupported')
  const tape = seen(1, { volume: { fileSystem: 'ltfs' } })
  assert.equal(checkMorning({ ...facts, seen: [tape], hasTapeDrive: true }).finding, 'right')
})
