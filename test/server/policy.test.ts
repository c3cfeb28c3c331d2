/** How a source is kept is changed: what is there is only ever held longer, and every change is in the record. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock } from '#base'
import { setImmutable } from '#posix'
import { DEFAULT_CALENDAR } from '#retention'
import type { Institution } from '#server'
import { DEFAULT_POLICY, type SourcePlan } from '#vault'
import { house, type House } from './house.ts'
import { firstPerson } from './person.ts'

const DAY = 86_400_000
const BEGIN = Date.parse('2026-11-27T02:00:00+09:00')
const ACTOR = 'person:p1'

interface Kept {
  readonly home: House
  readonly clock: ReturnType<typeof manualClock>
  readonly institution: Institution
}

/** Three nights of one source, by its plan. */
async function threeNights(t: TestContext, kind: 'own' | 'sample' = 'own'): Promise<Kept> {
  const home = house(t, kind)
  const clock = manualClock(BEGIN - 60_000)
  const institution = await home.open(clock)
  const { vault } = institution
  await vault.ensureOwnState()
  await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source], schedule: { cron: '0 2 * * *' } })
  for (let night = 0; night < 3; night++) {
    clock.set(BEGIN + night * DAY)
    writeFileSync(join(home.source, `night-${night}.txt`), `night ${night} `.repeat(3000))
    await vault.tick()
  }
  clock.set(BEGIN + 2 * DAY + 6 * 3_600_000)
  return { home, clock, institution }
}

async function one({ vault }: Institution) {
  const source = (await vault.sources())[0]!
  const generations = (await vault.generations.list({ sourceId: source.id })).toReversed()
  return { source, generations, plan: vault.policies.planOf(source), version: vault.policies.versionOf(source) }
}

async function save(institution: Institution, change: (plan: SourcePlan) => SourcePlan, version?: string) {
  const now = await one(institution)
  return institution.vault.policies.save(now.source.id, change(now.plan), {
    version: version ?? now.version,
    actor: ACTOR,
  })
}

const withPolicy = (change: Partial<SourcePlan['policy']>) => (plan: SourcePlan) => ({
  ...plan,
  policy: { ...plan.policy, ...change },
})

async function entries({ ledger, journalIndex }: Institution, type: string) {
  await journalIndex.catchUp(await ledger.reader())
  return (await journalIndex.query({ types: [type], limit: 100 })).entries.map(({ entry }) => entry)
}

test('raised: what is there is held longer, to the same ends as if it had been so from its first day', async (t) => {
  const { institution, home, clock } = await threeNights(t)
  const { vault } = institution
  const before = await one(institution)
  // The first one is the first of its week and month here: 14 months; the second and third are daily ones.
  assert.deepEqual(
    before.generations.map(({ keepRule }) => keepRule),
    ['monthly', 'daily', 'daily'],
  )
  const wanted = withPolicy({ dailyDays: 42, lockDays: 42 })
  const preview = await vault.policies.preview(before.source, wanted(before.plan))
  assert.deepEqual(preview.raised, { count: 2, untilMs: before.generations[2]!.dueAt + 42 * DAY })
  assert.deepEqual(await save(institution, wanted), { kind: 'saved' })
  assert.deepEqual(await save(institution, wanted), { kind: 'unchanged' }, 'the second click')
  assert.equal((await entries(institution, 'policy.changed')).length, 1)
  assert.deepEqual(await ends(institution), before.generations.map(endOf), 'not yet')
  await vault.tick()
  const after = await one(institution)
  assert.deepEqual(
    after.generations.map(({ dueAt, keepUntil, lockedUntil }) => [(keepUntil - dueAt) / DAY, lockedUntil! - keepUntil]),
    [
      [425, 0],
      [42, 0],
      [42, 0],
    ],
  )
  assert.equal(after.source.raisePending, false)
  const extended = await entries(institution, 'generation.lock-extended')
  assert.equal(extended.length, 2)
  assert.deepEqual((await vault.verifyLedger([], { readData: true })).findings, [])
  // The disk says so too, after the end of before and another start.
  clock.set(before.generations[2]!.lockedUntil! + DAY)
  await home.close()
  const again = await home.open(clock)
  await again.vault.runs.recover()
  await again.vault.tick()
  const still = (await one(again)).generations.map(({ id }) => id)
  for (const { id } of before.generations) assert.ok(still.includes(id))
  assert.deepEqual((await again.vault.verifyLedger()).findings, [])
})

const endOf = ({ keepUntil, lockedUntil }: { keepUntil: number; lockedUntil: number | undefined }) => [
  keepUntil,
  lockedUntil,
]
const ends = async (institution: Institution) => (await one(institution)).generations.map(endOf)

test('lowered: what is locked stays so, the new night is held by the new plan, the record says from what to what', async (t) => {
  const { institution, clock } = await threeNights(t)
  const before = await ends(institution)
  assert.deepEqual(await save(institution, withPolicy({ dailyDays: 14, monthlyDays: 100, lockDays: 14 })), {
    kind: 'saved',
  })
  clock.set(BEGIN + 3 * DAY)
  await institution.vault.tick()
  const after = await one(institution)
  assert.deepEqual((await ends(institution)).slice(0, 3), before)
  assert.equal(after.generations[3]!.lockedUntil, after.generations[3]!.dueAt + 63 * DAY, 'Monday: first of its week')
  const [, locked] = await institution.vault.lights({ stations: 0 })
  assert.ok(
    locked?.reasons.some(({ code, atMs }) => code === 'policy-lowered' && atMs === BEGIN + 2 * DAY + 6 * 3_600_000),
  )
  const [entry] = await entries(institution, 'policy.changed')
  assert.deepEqual([entry?.actor, entry?.subject], [ACTOR, `source:${after.source.id}`])
  assert.deepEqual(entry?.data['changes'], [
    { field: 'daily-days', from: ['21'], to: ['14'], how: 'lowered' },
    { field: 'monthly-days', from: ['425'], to: ['100'], how: 'lowered' },
    { field: 'lock-days', from: ['21'], to: ['14'], how: 'lowered' },
  ])
})

test('less than the law is refused and changes nothing; what another changed meanwhile is not written over', async (t) => {
  const { institution } = await threeNights(t)
  const { plan, version, source } = await one(institution)
  const refused = await save(institution, withPolicy({ dailyDays: 2, lockDays: 2 }))
  assert.ok(refused.kind === 'refused')
  assert.deepEqual(
    refused.refusals.map(({ code }) => code),
    ['third-unlocked'],
  )
  await assert.rejects(save(institution, withPolicy({ floorGenerations: 2 })), (error) =>
    isAppError(error, 'BASE_CONFIG_INVALID'),
  )
  assert.deepEqual((await one(institution)).plan, plan)
  assert.equal((await entries(institution, 'policy.changed')).length, 0)
  await save(institution, withPolicy({ weeklyDays: 70 }))
  assert.deepEqual(await save(institution, withPolicy({ weeklyDays: 91 }), version), { kind: 'changed-meanwhile' })
  const preview = await institution.vault.policies.preview(source, {
    ...plan,
    policy: { ...DEFAULT_POLICY, monthlyDays: 99 },
  })
  const state = (findings: typeof preview.before) => findings.find(({ rule }) => rule === 'a-year-and-more')?.state
  assert.deepEqual([state(preview.before), state(preview.after)], ['met', 'broken'])
})

test('an object that is gone keeps one generation from being raised, not the others; it is tried again', async (t) => {
  const { institution, home, clock } = await threeNights(t)
  const { vault } = institution
  const { source, generations } = await one(institution)
  const snapshot = join(vault.repositoryFolder(source.id), 'snapshots', generations[1]!.id)
  setImmutable(snapshot, false)
  rmSync(snapshot)
  await save(institution, withPolicy({ dailyDays: 42, lockDays: 42 }))
  await vault.tick()
  const after = await one(institution)
  assert.equal(after.generations[2]!.lockedUntil, generations[2]!.dueAt + 42 * DAY)
  assert.equal(after.generations[1]!.lockedUntil, generations[1]!.lockedUntil)
  assert.equal(after.source.raisePending, true)
  const size = institution.ledger.size
  await vault.tick()
  assert.equal(institution.ledger.size, size, 'left alone until a run has gone over it')
  await home.close()
  const again = await home.open(clock)
  await again.vault.tick()
  assert.equal((await one(again)).source.raisePending, true)
})

test('the sample is never locked for longer than its minutes', async (t) => {
  const { institution } = await threeNights(t, 'sample')
  const before = await ends(institution)
  await save(institution, withPolicy({ dailyDays: 60, lockDays: 60 }))
  await institution.vault.tick()
  assert.deepEqual(await ends(institution), before)
})

test('by hours: the plan runs so, is expected so, and goes back to the night', async (t) => {
  const { institution, clock } = await threeNights(t)
  await save(institution, (plan) => ({ ...plan, rhythm: 'hours:4' }))
  const { source } = await one(institution)
  assert.deepEqual(source.schedule, { cron: '0 */4 * * *' })
  const next = institution.vault.nextRun(source)!
  assert.equal(new Date(next).toISOString(), '2026-11-29T03:00:00.000Z', 'noon in Japan')
  clock.set(next)
  await institution.vault.tick()
  assert.equal((await one(institution)).generations.length, 4)
  const taken = async () => (await institution.vault.lights({ stations: 0 }))[0]!
  assert.equal((await taken()).state, 'good')
  clock.set(next + 6 * 3_600_000 + 60_000)
  assert.equal((await taken()).reasons[0]?.code, 'source-late')
  await save(institution, (plan) => ({ ...plan, rhythm: 'business-day' }))
  assert.deepEqual((await one(institution)).source.schedule, { cron: '0 2 * * *' })
  assert.equal((await taken()).state, 'good')
})

test('the house’s days: a day off makes nothing late, the change is in the record, a second click is none', async (t) => {
  const { institution, clock } = await threeNights(t)
  const { policies } = institution.vault
  const taken = async () => (await institution.vault.lights({ stations: 0 }))[0]!.state
  // Taken on Sunday at two. Monday 30 November is over on Tuesday at eight.
  clock.set(Date.parse('2026-12-01T09:00:00+09:00'))
  assert.equal(await taken(), 'soon')
  const closed = { ...DEFAULT_CALENDAR, closedDays: [...DEFAULT_CALENDAR.closedDays, '2026-11-30'] }
  assert.equal(await policies.saveCalendar(closed, ACTOR), true)
  assert.equal(await policies.saveCalendar(closed, ACTOR), false)
  assert.equal(await taken(), 'good')
  const [entry] = await entries(institution, 'policy.changed')
  assert.equal(entry?.subject, undefined)
  assert.equal((entry!.data['changes'] as { how: string }[])[0]?.how, 'changed')
  assert.throws(
    () => policies.saveCalendar({ ...closed, closedWeekdays: [0, 1, 2, 3, 4, 5, 6] }, ACTOR),
    (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
  )
})

test('while expiry is frozen nothing goes, and nobody ends it earlier; afterwards all is as before', async (t) => {
  const { institution, home, clock } = await threeNights(t)
  const { vault } = institution
  const until = await night(59, () => vault.freeze.freeze(ACTOR))
  clock.set(BEGIN + 40 * DAY)
  assert.equal(await vault.freeze.freeze(ACTOR), until, 'a clock that was set back')
  for (const day of [60, 61, 62]) await night(day, () => vault.tick())
  assert.equal((await one(institution)).generations.length, 6)
  assert.equal((await entries(institution, 'expiry.frozen')).length, 2)
  await night(90, () => vault.tick())
  const { generations } = await one(institution)
  assert.deepEqual(
    generations.map(({ dueAt }) => (dueAt - BEGIN) / DAY),
    [0, 60, 61, 62, 90],
    'the first is held as the month’s',
  )

  async function night<T>(day: number, work: () => Promise<T>): Promise<T> {
    clock.set(BEGIN + day * DAY)
    writeFileSync(join(home.source, 'today.txt'), `night ${day}`)
    return work()
  }
})

test('a raise that was cut off goes on: what is raised stays, what is not is raised next', async (t) => {
  const { institution, home, clock } = await threeNights(t)
  const { generations } = await one(institution)
  await save(institution, withPolicy({ dailyDays: 42, lockDays: 42 }))
  // As a kill leaves it between the row and its locks.
  await institution.vault.generations.update(generations[2]!.id, { keep_until: generations[2]!.dueAt + 42 * DAY })
  await home.close()
  const again = await home.open(clock)
  await again.vault.tick()
  for (const { dueAt, keepUntil, lockedUntil } of (await one(again)).generations.slice(1))
    assert.deepEqual([keepUntil - dueAt, lockedUntil! - dueAt], [42 * DAY, 42 * DAY])
  assert.ok(readdirSync(home.source).length > 3)
})

test('on screen: who changed what, until when, and the candidate; whoever may not change is refused', async (t) => {
  const { institution, clock } = await threeNights(t)
  const { viewer, services } = await firstPerson(institution)
  const { id } = (await services.policy.judged())[0]!
  const shown = (await services.policy.source(id))!
  // A place that is gone is no choice any more.
  const wanted = { ...shown.plan, places: ['keeper-gone'] }
  assert.deepEqual(await services.policy.save(viewer, id, wanted, shown.version), { kind: 'saved' })
  const { history, plan } = (await services.policy.source(id))!
  assert.deepEqual([history.length, history[0]?.who, plan.places], [1, viewer.displayName, []])
  assert.deepEqual(history[0]?.changes, [{ field: 'places', from: ['*'], to: [], how: 'lowered' }])
  const rows = (await services.journal.rows(viewer, { kind: 'settings', page: 1 })).rows
  assert.deepEqual(rows.find(({ type }) => type === 'policy.changed')?.changes, history[0]?.changes)
  const [horizon] = await services.policy.horizon()
  assert.equal(horizon?.generations.length, 3)
  assert.equal(horizon?.any.one, BEGIN + 425 * DAY)
  assert.equal(horizon?.outOfReach.one, undefined, 'on this computer alone')
  const [candidate] = await services.policy.candidates(BEGIN + DAY + 3_600_000)
  assert.equal(candidate?.found?.generation.id, (await one(institution)).generations[1]?.id)
  assert.equal(candidate?.found?.older.length, 1)
  assert.equal((await services.policy.candidates(BEGIN - DAY))[0]?.found, undefined)
  assert.equal(await services.policy.source('own-state'), undefined)
  assert.equal(await services.policy.preview(viewer, 'nowhere', plan), undefined)
  const denied = (error: unknown) => isAppError(error, 'ACCESS_DENIED')
  const reader = { ...viewer, can: new Set() } as typeof viewer
  await assert.rejects(services.policy.save(reader, id, plan, shown.version), denied)
  await assert.rejects(services.policy.preview(reader, id, plan), denied)
  await assert.rejects(services.policy.saveCalendar(reader, DEFAULT_CALENDAR), denied)
  // A clock that went back neither hides what is held nor makes a suspicion of tomorrow a candidate.
  clock.set(BEGIN - 30 * DAY)
  assert.equal((await services.policy.horizon())[0]?.any.one, BEGIN + 425 * DAY)
})
