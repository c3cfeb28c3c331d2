/** もれの確認 on a real institution: kept, judged by real generations, in the ledger by codes alone, twice as good as once. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { institutionDate } from '#base'
import { bindServices, type Institution } from '#server'
import { house, take } from './house.ts'
import { firstPerson } from './person.ts'

const words = { nameOf: (kind: string) => `名前 ${kind}`, noData: '置いていない', noProgram: '入れ直せる' }

async function opened(t: TestContext) {
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  return { home, institution, viewer, coverage: services.coverage }
}

async function entries({ ledger }: Institution) {
  const reader = await ledger.reader()
  const all = []
  for await (const { entry } of reader.entries()) all.push(entry)
  return all
}

test('from a draft to a system that is covered and accepted', async (t) => {
  const { home, institution, viewer, coverage } = await opened(t)
  await Promise.all([coverage.propose(viewer, 'onPremise', words), coverage.propose(viewer, 'cloud', words)])
  const drafted = (await coverage.map()).systems
  assert.equal(drafted.length, 7, 'two clicks make one list')
  const ehr = drafted[0]!
  assert.ok(ehr.cells.every((cell) => cell.state === 'bad'))

  const [generationId = ''] = await take(institution, home, 1)
  const { sources } = await coverage.map()
  const input = { kind: ehr.kind, name: '秘密の名前', vendor: '', responsible: '' }
  const data = { way: 'source', sourceId: sources[0]!.id } as const
  const vendor = { way: 'vendor', paperOn: institutionDate(institution.clock.now()) } as const
  const changed = await coverage.change(viewer, ehr.id, { ...input, parts: { data, programs: vendor } })
  assert.deepEqual(changed, { kind: 'ok' })
  const today = institutionDate(institution.clock.now())
  const acceptance = { on: today, who: '院長', generationId, result: 'ok' } as const
  for (let i = 0; i < 2; i++) assert.equal((await coverage.accept(viewer, ehr.id, acceptance)).kind, 'ok')

  // Closed and opened again: nothing of it lives in the process.
  await home.close()
  const again = bindServices(await home.open()).coverage
  const kept = (await again.map()).systems.find(({ id }) => id === ehr.id)!
  assert.deepEqual(
    kept.cells.map((cell) => cell.state),
    ['good', 'vendor', 'bad', 'bad'],
  )
  assert.equal(kept.cells[0]!.newestId, generationId)
  assert.equal(kept.acceptances.length, 1, 'the second click changes nothing')
})

test('what does not fit is refused and changes nothing', async (t) => {
  const { institution, home, viewer, coverage } = await opened(t)
  const input = { kind: 'ehr', name: 'カルテ', vendor: '', responsible: '', parts: {} } as const
  const added = await coverage.add(viewer, input)
  assert.equal(added.kind, 'ok')
  assert.deepEqual(await coverage.add(viewer, input), { kind: 'refused', field: 'name', code: 'name-taken' })
  const id = added.kind === 'ok' ? added.id : ''
  const data = { way: 'source', sourceId: 'nowhere' } as const
  const refused = await coverage.change(viewer, id, { ...input, parts: { data } })
  assert.deepEqual(refused, { kind: 'refused', field: 'data-source', code: 'no-such-source' })
  const [generationId = ''] = await take(institution, home, 1)
  const accept = (on: string, generation: string) =>
    coverage.accept(viewer, id, { on, who: 'x', generationId: generation, result: 'ok' })
  assert.equal((await accept('2999-01-01', generationId)).kind, 'refused', 'nobody has seen tomorrow')
  assert.equal((await accept('2026-01-01', 'f'.repeat(64))).kind, 'refused')
  await assert.rejects(
    coverage.add({ ...viewer, can: new Set(['see-journal']) }, { ...input, name: 'b' }),
    /ACCESS_DENIED/,
  )
  await coverage.remove(viewer, id)
  await coverage.remove(viewer, id)
  assert.deepEqual((await coverage.map()).systems, [])
})

test('the ledger says what was decided by ids and codes, without a name', async (t) => {
  const { institution, viewer, coverage } = await opened(t)
  const input = { kind: 'ehr', name: '秘密の名前', vendor: '秘密の会社', responsible: '', parts: {} } as const
  const added = await coverage.add(viewer, input)
  const id = added.kind === 'ok' ? added.id : ''
  const programs = { way: 'not-needed', reason: '秘密のわけ' } as const
  await coverage.change(viewer, id, { ...input, parts: { programs } })
  const written = (await entries(institution)).filter((entry) => entry.subject === `system:${id}`)
  assert.deepEqual(
    written.map((entry) => entry.data),
    [
      { area: 'coverage', changes: ['added'] },
      { area: 'coverage', changes: ['changed', 'programs:not-needed'] },
    ],
  )
  assert.ok(!JSON.stringify(written).includes('秘密'))
  const { rows } = await bindServices(institution).journal.rows(viewer, { page: 1 })
  assert.equal(rows[0]?.subject, '秘密の名前', 'people read the name that the list has')
})
