/** 2,200 terminals, as in Osaka: entered, moved, forecast; nothing of them but counts in the ledger. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { house } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'

const DAY = 86_400_000

test('a list of 2,200 is entered once, worked off by turn, and forecast', async (t) => {
  const clock = manualClock(Date.parse('2026-11-23T09:00:00+09:00'))
  const institution = await house(t).open(clock)
  const { viewer, services } = await firstPerson(institution)
  const { terminals } = institution
  const rows = Array.from({ length: 2200 }, (_, n) => `PC-${n},${n % 9}階,${(n % 3) + 1},`)
  const list = Buffer.from(`名前,場所,優先度,担当\n${rows.join('\n')}\n`)
  assert.deepEqual(await terminals.enter(list, viewer.personId), { added: 2200, changed: 0 })
  assert.deepEqual(await terminals.enter(list, viewer.personId), { added: 0, changed: 0 }, 'a second click')
  const names = Buffer.from('名前,場所\nPC-0,0階\nPC-1,地下\n')
  assert.deepEqual(await terminals.enter(names, viewer.personId), { added: 0, changed: 1 })
  const [moved] = (await terminals.list({ words: 'PC-1' }, { from: 0, most: 2200 })).rows.filter(
    ({ name }) => name === 'PC-1',
  )
  assert.deepEqual([moved?.place, moved?.priority], ['地下', 2], 'a list without turns leaves the turns')
  const first = await terminals.list({}, { from: 0, most: 600 })
  assert.ok(
    first.rows.every(({ priority }) => priority === 1),
    'the first turn first',
  )
  for (let day = 0; day < 3; day++) {
    const next = await terminals.list({ state: 'waiting' }, { from: 0, most: 200 })
    const ids = next.rows.map(({ id }) => id)
    assert.equal(await terminals.move(ids, 'done', '見本 花子', viewer.personId), 200)
    assert.equal(await terminals.move(ids, 'done', '見本 花子', viewer.personId), 0)
    clock.advance(DAY)
  }
  const { counts, perDay, forecast, burnDown } = await terminals.queue()
  assert.deepEqual([counts.done, counts.waiting, perDay, forecast], [600, 1600, 200, '2026-12-04'])
  assert.deepEqual(
    burnDown.map(({ left }) => left),
    [2000, 1800, 1600, 1600],
  )
  const page = await services.terminals.view(viewer, { words: 'pc-219' }, 1)
  assert.deepEqual([page.page.total, page.page.rows.length], [11, 11])
  const told: unknown[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type.startsWith('terminals.')) told.push(entry.data)
  assert.equal(told.length, 5)
  assert.ok(!JSON.stringify(told).includes('PC-') && !JSON.stringify(told).includes('花子'))
})
