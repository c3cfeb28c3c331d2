/** An emergency is judged by what the approved plan says, at home and on the emergency PC; without a plan that is said. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OfficeDocument } from '#office'
import { MESSAGES } from '#web'
import { openRegisters } from '../../src/server/services/incident-registers.ts'
import { registersSchema } from '../../src/station/open-registers.ts'
import { criteriaOptions, criteriaSource, criterionWords } from '../../src/web/criteria.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

test('the judging page shows the approved plan’s criteria, else the known ones, and says which; the record keeps whose', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { bcp, registers, incidents } = services
  await registers.save(viewer, 'person', undefined, { name: '副', post: '副院長', duties: 'deputy', phone: '2' })
  await registers.save(viewer, 'person', undefined, { name: '長', post: '院長', duties: 'decider', phone: '1' })
  await incidents.report(undefined, { once: '1', name: '', place: '受付', what: '動かない' })
  const { id } = (await incidents.list(viewer))[0]!
  const plan = async () => (await incidents.get(viewer, id))!.plan
  const options = async () => criteriaOptions(MESSAGES.ja, await plan()).map(({ value }) => value)
  const source = async () => criteriaSource(MESSAGES.ja, await plan())
  assert.match(await source(), /承認した計画（BCP）がない/)
  assert.ok((await options()).includes('no-charts'))

  await bcp.setKind(viewer, 'clinic')
  await bcp.answer(viewer, { purpose: 'x' })
  await bcp.approve(viewer, '院長')
  assert.match(await source(), /第1版）に目安が書かれていない/)
  assert.ok((await options()).includes('no-charts'))
  await bcp.answer(viewer, { criteria: 'cannot-open,ransom-note', waitMinutes: '30' })
  assert.equal((await plan())?.version, 1, 'a draft decides nothing')
  await bcp.approve(viewer, '院長')
  assert.deepEqual(await options(), ['cannot-open', 'ransom-note', 'long-outage', 'other'])
  assert.match(await source(), /第2版）に書かれた/)
  assert.equal(criteriaOptions(MESSAGES.ja, await plan())[2]?.label, '30分たっても直らない')

  const carried = registersSchema.parse(JSON.parse(JSON.stringify(await openRegisters(institution))))
  assert.deepEqual(carried.plan, await plan(), 'the emergency PC judges by the same')
  assert.equal(registersSchema.parse({ cuts: [], phones: [], deciders: [] }).plan, undefined, 'of an older server')

  await incidents.write(viewer, id, {
    kind: 'decision',
    topic: 'emergency',
    value: 'active',
    codes: { criterion: 'cannot-open' },
    detail: { decider: '院長 長' },
    once: '2',
  })
  const [head] = (await incidents.get(viewer, id))!.one.topics.get('emergency')!.heads
  assert.deepEqual([head?.codes['criterion'], head?.codes['plan']], ['cannot-open', 2])
  assert.equal(criterionWords(MESSAGES.ja, 'cannot-open'), '電子カルテが開かない・入力できない')

  // Section 3.2 names who judges, deciders before deputies; 3.3.1 and 3.3.3 are there.
  const version = await institution.plans.version(2)
  const { blocks } = JSON.parse(version!.document) as OfficeDocument
  const at = blocks.findIndex((block) => block.kind === 'heading' && block.text === MESSAGES.ja.bcp.live.deciders)
  const table = blocks[at + 1]
  assert.deepEqual(table?.kind === 'table' && table.rows.map((row) => row.slice(0, 2)), [
    ['1', '長／院長'],
    ['2', '副／副院長'],
  ])
  const heads = blocks.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block.text] : []))
  for (const head of ['3.3.1 原因を調べる', '3.3.3 責任者への報告と判断']) assert.ok(heads.includes(head), head)
})
