import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HouseFacts, lights, type LightName, type SourceFacts } from './lights.ts'
import { DEFAULT_CALENDAR, DEFAULT_RHYTHM } from '#retention'

const DAY = 86_400_000
const now = Date.parse('2026-11-22T09:00:00+09:00')
const lastNight = Date.parse('2026-11-22T02:00:00+09:00')

const generation = (
  daysAgo: number,
  extra: Partial<SourceFacts['generations'][number]> = {},
): SourceFacts['generations'][number] => ({
  id: String(daysAgo),
  takenAt: lastNight - daysAgo * DAY,
  keepUntil: lastNight + DAY,
  isGood: true,
  lockedUntil: lastNight + 21 * DAY,
  lockStrength: 'immutable-attribute',
  skipped: 0,
  ...extra,
})
const source = (extra: Partial<SourceFacts> = {}): SourceFacts => ({
  name: '電子カルテ',
  rhythm: DEFAULT_RHYTHM,
  addedAt: 0,
  holdsCharts: true,
  lastRunFailed: false,
  generations: [generation(0), generation(1), generation(2)],
  lastRestoreTest: { at: now - DAY, passed: true, durationMs: 1, files: 1 },
  lastOpened: { at: now - DAY, asOf: lastNight },
  ...extra,
})
const house = (extra: Partial<HouseFacts> = {}): HouseFacts => ({
  isSample: false,
  now,
  calendar: DEFAULT_CALENDAR,
  sources: [source()],
  places: 2,
  failedPlaces: [],
  stations: 1,
  ...extra,
})
test('a place in trouble is the first thing that is said; damage and three days are worse than a cable', () => {
  const failed = (at: number, isGrave = false) => {
    const { state, reasons, next } = lights(house({ failedPlaces: [{ name: '専用機', at, isGrave }] })).find(
      ({ name }) => name === 'locked',
    )!
    return [state, reasons[0]!.code, next]
  }
  assert.deepEqual(failed(now - DAY), ['soon', 'place-failed', 'look-at-places'])
  assert.deepEqual(failed(now - 4 * DAY), ['bad', 'place-failed', 'look-at-places'])
  assert.deepEqual(failed(now - DAY, true), ['bad', 'place-failed', 'look-at-places'])
})

const state = (facts: HouseFacts, name: LightName) => lights(facts).find((l) => l.name === name)!.state

test('with all evidence four are lit and the drill is not', () => {
  assert.deepEqual(
    lights(house()).map((l) => l.state),
    ['good', 'good', 'good', 'good', 'bad'],
  )
})

test('nothing is lit by nothing', () => {
  assert.deepEqual(
    lights(house({ sources: [] })).map((l) => l.state),
    ['bad', 'bad', 'bad', 'bad', 'bad'],
  )
})

test('sample data lights nothing and says why', () => {
  const all = lights(house({ isSample: true }))
  assert.ok(all.every((l) => l.state === 'unlit' && l.reasons[0]?.code === 'sample-data'))
})

test('one missed night is soon, two are bad; the hours of grace are not a miss', () => {
  const taken = (daysAgo: number) =>
    state(house({ sources: [source({ generations: [generation(daysAgo)] })] }), 'taken')
  assert.deepEqual([taken(0), taken(1), taken(2)], ['good', 'soon', 'bad'])
  const early = house({ now: lastNight + 3_600_000, sources: [source({ generations: [generation(1)] })] })
  assert.equal(state(early, 'taken'), 'good')
})

test('days off of the house make nothing late; by hours its hours count', () => {
  const monday = Date.parse('2026-11-24T07:00:00+09:00')
  const old = [generation(1)]
  const taken = (now: number, extra: Partial<SourceFacts> = {}) =>
    state(house({ now, sources: [source({ generations: old, ...extra })] }), 'taken')
  // Of Saturday at two: it holds Friday. Saturday is due on Sunday at eight; Sunday and the holiday need none.
  assert.deepEqual([taken(lastNight), taken(now), taken(monday)], ['good', 'soon', 'soon'])
  assert.equal(taken(monday + 26 * 3_600_000), 'bad')
  assert.equal(taken(lastNight, { rhythm: { every: 'hours', hours: 4, graceHours: 2 } }), 'bad')
})

test('the worst source decides', () => {
  assert.equal(state(house({ sources: [source(), source({ name: '文書', generations: [] })] }), 'taken'), 'bad')
})

test('skipped files, logical locks, one place, fewer than three: never fully lit', () => {
  assert.equal(
    state(
      house({ sources: [source({ generations: [generation(0, { skipped: 1 }), generation(1), generation(2)] })] }),
      'taken',
    ),
    'soon',
  )
  assert.equal(
    state(
      house({ sources: [source({ generations: [0, 1, 2].map((d) => generation(d, { lockStrength: 'logical' })) })] }),
      'locked',
    ),
    'soon',
  )
  assert.equal(state(house({ places: 1 }), 'locked'), 'soon')
  assert.equal(state(house({ sources: [source({ generations: [generation(0)] })] }), 'locked'), 'soon')
  assert.equal(
    state(house({ sources: [source({ generations: [generation(0, { lockedUntil: now - 1 })] })] }), 'locked'),
    'bad',
  )
})

test('what cannot be deleted is told in days, several of one day as one', () => {
  const held = [generation(0), generation(0, { id: 'noon', takenAt: lastNight + 6 * 3_600_000 }), generation(1)]
  const [, locked] = lights(house({ sources: [source({ generations: held })] }))
  assert.deepEqual(
    locked!.reasons.map(({ code, days, count }) => [code, days, count]),
    [
      ['floor-missed', 2, undefined],
      ['lock-holds', 2, undefined],
    ],
  )
})

test('a plan that somebody weakened is seen by everybody for a week', () => {
  const locked = (daysAgo: number) => lights(house({ sources: [source({ loweredAt: now - daysAgo * DAY })] }))[1]!
  assert.deepEqual([locked(1).state, locked(8).state, locked(-1).state], ['soon', 'good', 'good'])
  assert.deepEqual([locked(1).reasons[0]?.code, locked(1).next], ['policy-lowered', 'look-at-sources'])
})

test('an old restore test fades, a failed one is bad', () => {
  const proven = (daysAgo: number, passed = true) =>
    state(
      house({ sources: [source({ lastRestoreTest: { at: now - daysAgo * DAY, passed, durationMs: 1, files: 1 } })] }),
      'proven',
    )
  assert.deepEqual([proven(1), proven(40), proven(100), proven(1, false)], ['good', 'soon', 'bad', 'bad'])
})

test('a house without charts shows that it can be read by a file out of its backup', () => {
  const scans = source({ name: '紹介状', holdsCharts: false })
  const readable = (facts: SourceFacts[]) => lights(house({ sources: facts }))[3]!
  assert.deepEqual([readable([scans]).state, readable([scans]).reasons[0]?.code], ['good', 'file-opened'])
  const never = readable([{ ...scans, lastOpened: undefined }])
  assert.deepEqual([never.state, never.reasons[0]?.code, never.next], ['bad', 'file-never-opened', 'open-a-file'])
  assert.equal(readable([scans, source({ lastOpened: undefined })]).next, 'open-a-chart', 'charts, where there are any')
})

test('a source that a person stopped is neither late nor good: the light says that it is stopped, and since when', () => {
  const stopped = source({ generations: [], stoppedAt: now - DAY, lastRunFailed: true })
  const light = lights(house({ sources: [source(), stopped] }))[0]!
  assert.equal(light.state, 'soon')
  assert.deepEqual(light.reasons[0], { code: 'source-stopped', state: 'soon', atMs: now - DAY, subject: stopped.name })
  assert.equal(light.next, 'look-at-sources')
})
