/** A drill of ten minutes lights the fifth light; a year later, or with an item past its date, it no longer does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { institutionDate, systemClock } from '#base'
import { type Drill, isTrained, LESSONS, lessonsHad, SCENARIOS } from '#exercise'
import { drillAlarms, trainingAlarms } from '../../src/server/drills/reminder.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const DAY = 86_400_000

test('from the plan to the light, the papers, and what the next drill checks', async (t) => {
  let now = Date.UTC(2026, 10, 29)
  const institution = await house(t).open({ now: () => now, monotonic: () => systemClock.monotonic() })
  const { viewer, services } = await firstPerson(institution)
  const { drills } = services
  const light = async () => (await services.home(viewer)).lights.find(({ name }) => name === 'drilled')!
  assert.deepEqual([(await light()).state, (await light()).next.href], ['bad', '/drills'])
  for (const { id } of SCENARIOS) {
    const one = await drills.plan(viewer, id, 90, '2026-12-24')
    assert.equal(
      Buffer.from((await drills.packet(one))!)
        .subarray(0, 5)
        .toString(),
      '%PDF-',
    )
  }
  const id = await drills.plan(viewer, 'd9', 10, '2026-11-29')
  assert.equal(await drills.report(id, 'pdf'), undefined, 'nothing was held yet')
  await drills.start(viewer, id)
  await drills.write(viewer, id, {
    people: [{ name: '見本 花子', job: '事務' }],
    objectives: { 0: 'reached', 1: 'not', 2: 'reached' },
    good: '落ち着いていた',
    bad: '紙が足りない',
  })
  const reader = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'manage-backup')) }
  await assert.rejects(drills.end(reader, id))
  assert.equal(await drills.end(viewer, id), undefined)
  assert.equal((await light()).state, 'good')
  await drills.improve(viewer, id, { what: '用紙を足す', owner: '見本 花子', dueOn: '2026-12-10' })
  const pdf = Buffer.from((await drills.report(id, 'pdf'))!)
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  assert.equal(
    Buffer.from((await drills.report(id, 'docx'))!)
      .subarray(0, 2)
      .toString(),
    'PK',
  )
  const later = await drills.plan(viewer, 'd13', 30, '2026-12-20')
  const { toCheck } = await drills.improvements(later)
  assert.deepEqual(
    toCheck.map(({ what }) => what),
    ['用紙を足す'],
  )

  now += 20 * DAY
  assert.deepEqual(
    (await light()).reasons.map(({ code }) => code),
    ['drill-unmended', 'drill-done'],
  )
  await drills.checkImprovement(viewer, later, toCheck[0]!.id, true)
  assert.equal((await drills.improvements(later)).toCheck.length, 0)
  now += 330 * DAY
  assert.ok((await light()).reasons.some(({ code }) => code === 'drill-soon'))
  now += 30 * DAY
  assert.equal((await light()).state, 'bad')
  const { drill, improvements, plan, media, learners } = await drills.proofs()
  assert.deepEqual([drill?.id, drill?.people, improvements.all, plan, media], [id, 1, 1, undefined, false])
  assert.deepEqual(learners.map(lessonsHad), [0])
  await institution.bell.tick()
  const rung = (await institution.bell.state()).open.map(({ code }) => code)
  assert.ok(rung.includes('drill-overdue'), String(rung))
  // The year counts what was held in it.
  const { drills: held } = await services.year.figures(viewer, 2026)
  assert.deepEqual([held.count, held.good, held.people, held.tests], [1, 0, 1, 0])
  const [one] = held.held
  assert.deepEqual(
    [held.held.length, one?.id, one?.people, one?.objectives, one?.reached, one?.items, one?.open],
    [1, id, 1, 3, 2, 1, 1],
  )
  assert.equal((await services.year.figures(viewer, 2025)).drills.count, 0)
  // Rules for the staff: rung for when a month has passed, shown among the proofs when somebody has read them.
  await assert.rejects(drills.publishRules(reader, 'x'))
  await drills.publishRules(viewer, 'USBを差さない。')
  const unread = async () => (await trainingAlarms(institution)).map(({ code }) => code)
  assert.deepEqual(await unread(), [])
  now += 31 * DAY
  assert.deepEqual(await unread(), ['rules-unread'])
  await drills.readRules(reader, 1)
  assert.deepEqual(await unread(), [])
  assert.deepEqual((await drills.proofs()).rules, { number: 1, people: 1, staff: 1 })
  const today = institutionDate(now)
  assert.ok(await drills.drawUnannounced(viewer, today, today))
  assert.deepEqual(await unread(), ['test-today'])
  await drills.addTest(viewer, { who: '見本', job: '', seconds: 60, found: 3, onStation: true })
  assert.deepEqual(await unread(), [])

  const sheet = await services.monday.sheet(viewer, 'ja')
  assert.equal(sheet.lines.length, 5)
  assert.match(sheet.request, /^お願いは一つです: /)
  assert.equal(
    Buffer.from(await services.monday.pdf(viewer))
      .subarray(0, 5)
      .toString(),
    '%PDF-',
  )
  if (process.env['TORIDE_LOOK']) {
    const { writeFileSync } = await import('node:fs')
    writeFileSync(process.env['TORIDE_LOOK'], pdf)
    writeFileSync(`${process.env['TORIDE_LOOK']}-monday.pdf`, await services.monday.pdf(viewer))
    writeFileSync(`${process.env['TORIDE_LOOK']}-packet.pdf`, (await drills.packet(id))!)
  }
})

test('rung for once: a day that has passed, or a year without, unless one is planned soon', () => {
  const now = Date.UTC(2026, 10, 29, 3)
  const one = { startedAt: undefined, endedAt: undefined, plannedOn: '2026-11-29' } as never as Drill
  const codes = (drills: Drill[], since: number) => drillAlarms(drills, since, now).map(({ code }) => code)
  assert.deepEqual(codes([], now - 59 * DAY), [], 'a new house')
  assert.deepEqual(codes([], now - 61 * DAY), ['drill-none'])
  assert.deepEqual(codes([one], 0), [], 'it is today')
  assert.deepEqual(codes([{ ...one, plannedOn: '2026-11-28' }], 0), ['drill-overdue'])
  assert.deepEqual(codes([{ ...one, plannedOn: '2036-01-01' }], 0), ['drill-none'], 'in ten years is no plan')
  const held = (days: number): Drill => ({ ...one, startedAt: 1, endedAt: now - days * DAY })
  assert.deepEqual(codes([held(366), held(364)], 0), [])
  assert.deepEqual(codes([held(366)], 0), ['drill-none'])
  assert.deepEqual(codes([held(-3)], 0), [], 'the clock was set back')
})

test('the signed list of a group counts for people without an account, and for nobody who is unknown', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { drills } = services
  await institution.registers.add('person', [{ name: '見本 太郎' }])
  const today = institutionDate(systemClock.now())
  const reader = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'manage-backup')) }
  await assert.rejects(drills.addGroupTraining(reader, today, ['usb'], []))
  const had = async () => (await drills.learners()).map(lessonsHad)
  assert.deepEqual(await had(), [0, 0])
  const without = (await drills.learners())[1]!
  await drills.addGroupTraining(viewer, today, LESSONS, [without.keys[0]!, 'person:nobody'])
  assert.deepEqual(await had(), [0, 5])
  assert.deepEqual((await drills.groupTrainings())[0]?.people, [{ keys: without.keys, name: '見本 太郎' }])
  const { learners } = await drills.proofs()
  assert.deepEqual(learners.map(isTrained), [false, true])
  const counted = (await drills.lessons(viewer)).all.map(({ people }) => people)
  assert.deepEqual(counted, [1, 1, 1, 1, 1])
})
