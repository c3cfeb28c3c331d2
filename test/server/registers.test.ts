/** The registers for an emergency: who may change them, what others see of them, what the ledger hears. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

test('kept once, private numbers for the keepers alone, and the ledger hears fields, never words', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { registers } = services
  const person = { name: '見本 院長', duties: 'decider', homePhone: '000-0000-0001' }
  const both = await Promise.all([0, 1].map(() => registers.save(viewer, 'person', undefined, person)))
  assert.deepEqual(both.map((problems) => Object.keys(problems).length).toSorted(), [0, 1], 'two clicks make one')
  const [kept] = await registers.list(viewer, 'person')
  assert.equal(kept!.values['homePhone'], person.homePhone)
  const reader = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'manage-backup')) }
  assert.equal((await registers.list(reader, 'person'))[0]!.values['homePhone'], '')
  for (const call of [
    () => registers.save(reader, 'person', undefined, { name: 'x' }),
    () => registers.remove(reader, kept!.id),
    () => registers.check(reader, kept!.id),
    () => registers.propose(reader),
  ])
    await assert.rejects(call())
  assert.deepEqual(await registers.save(viewer, 'person', kept!.id, { ...kept!.values, phone: '内線 11' }), {})
  await registers.check(viewer, kept!.id)
  assert.ok((await registers.propose(viewer)) > 5)
  assert.equal(await registers.propose(viewer), 0, 'the second time there is nothing to enter')
  await registers.save(viewer, 'supply', undefined, { name: '紙', kind: 'paper', count: '1', minimum: '2', place: 'x' })
  assert.match((await registers.list(viewer, 'supply'))[0]!.values['countedOn']!, /^\d{4}-\d\d-\d\d$/)

  const said: string[] = []
  const reader2 = await institution.ledger.reader()
  for await (const { entry } of reader2.entries())
    if (entry.subject?.startsWith('register:')) said.push(JSON.stringify(entry))
  assert.ok(said.some((one) => one.includes('"phone"')) && said.some((one) => one.includes('"checked"')))
  assert.ok(!said.join('').includes('見本') && !said.join('').includes('0001'))
})
