/** How production knows of an agent: by a card that only a person's password opens, and a code that reads and nothing else. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { openAgent } from '#agent'
import { bindServices } from '#server'
import { DAY } from '../keeper/running.ts'
import { clockAt, house } from '../server/house.ts'
import { firstPerson, signIn } from '../server/person.ts'
import { Scene } from './scene.ts'

async function both(t: TestContext) {
  const scene = await Scene.open(t)
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const { machines } = services
  const { escrowKey } = await machines.prepare(viewer)
  assert.equal((await machines.prepare(viewer)).escrowKey, escrowKey, 'made once')
  assert.equal((await scene.enrol({ key: escrowKey })).code, 0)
  const card = (await scene.agent('card')).text.match(/TORIDE-AGENT-1:\S+/)![0]
  return { scene, home, institution, viewer, machines, card }
}

test('production lists an agent, is told when it is late, and can open its backups with a person’s password', async (t) => {
  const { scene, home, institution, viewer, machines, card } = await both(t)
  const code = scene.code('main', 'read', 'desk')
  const added = await Promise.all([0, 1].map(() => machines.add(viewer, { card: ` ${card}\n`, code })))
  assert.deepEqual(added, [{ kind: 'ok' }, { kind: 'ok' }])
  const [waiting, ...more] = await machines.list()
  assert.deepEqual([waiting?.state, waiting?.name, waiting?.dailyAt, more.length], ['never', '受付のPC', '01:30', 0])
  const taken = await scene.agent('run')
  assert.equal(taken.code, 0, taken.text)
  await machines.ask(viewer, waiting!.id)
  const [good] = await machines.list()
  assert.deepEqual([good?.state, good?.generations], ['good', 1])
  assert.ok(good!.lockedUntilMs! > scene.keeper.time.wall + 6 * DAY)

  const { coverage } = bindServices(institution)
  await coverage.add(viewer, {
    kind: 'other',
    name: '受付',
    vendor: '',
    responsible: '',
    parts: { data: { way: 'source', sourceId: good!.id } },
  })
  const [data] = (await coverage.map()).systems[0]!.cells
  assert.deepEqual([data?.state, data?.sourceName, data?.newestId], ['good', '受付のPC', undefined])
  const { password, repositories } = (await machines.openKey(viewer, good!.id))!
  assert.equal(password, openAgent(scene.data).password)
  assert.match(repositories[0]!, /\/desk\/files\/$/)
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  const { entries } = await institution.journalIndex.query({ types: ['settings.changed'], limit: 9 })
  const changes = entries.map(({ entry }) => [entry.data['area'], entry.data['changes']])
  assert.deepEqual(changes, [
    ['machines', ['key-shown']],
    ['coverage', ['added']],
    ['machines', ['added']],
  ])
  // What lies in the folder, with the system's key beside it, opens no card.
  for (const file of ['state.db', 'state.db-wal', 'keys/ring.json'])
    assert.ok(!readFileSync(join(home.folder, file)).includes(password), file)

  await home.close()
  const later = await home.open(clockAt(scene.keeper.time.wall + 2 * DAY))
  const again = bindServices(later).machines
  assert.equal((await again.list())[0]?.state, 'late')
  const back = await signIn(later)
  assert.equal((await back.services.machines.openKey(back.viewer, good!.id))?.password, password)
})

test('a code of another machine, a used one and a Keeper that is away are told, and change nothing', async (t) => {
  const { scene, viewer, machines, card } = await both(t)
  const refused = async (given: string, text = card) => {
    const result = await machines.add(viewer, { card: text, code: given })
    return result.kind === 'refused' ? `${result.field} ${result.code}` : result.kind
  }
  assert.equal(await refused('AAAAA-AAAAA'), 'code VAULT_PLACE_CODE_WRONG')
  assert.equal(await refused(scene.code('main', 'read', 'clinic')), 'code VAULT_PLACE_REFUSED')
  assert.equal(await refused(scene.code('other', 'append')), 'code VAULT_PLACE_REFUSED')
  assert.equal(await refused(scene.code('main', 'read', 'desk'), `${card}x`), 'card AGENT_CARD_WRONG')
  assert.deepEqual(await machines.list(), [])
  assert.equal(await refused(scene.code('main', 'read', 'desk')), 'ok')
  await scene.keeper.close()
  const [machine] = await machines.list()
  await machines.ask(viewer, machine!.id)
  assert.equal((await machines.list())[0]?.failure?.code, 'STORAGE_UNREACHABLE')
  await machines.remove(viewer, machine!.id)
  await machines.remove(viewer, machine!.id)
  assert.deepEqual(await machines.list(), [])
})

test('a row that says nothing usable stops no page: it is shown as damaged, and taken off', async (t) => {
  const { scene, home, institution, viewer, machines, card } = await both(t)
  assert.deepEqual(await machines.add(viewer, { card, code: scene.code('main', 'read', 'desk') }), { kind: 'ok' })
  const state = new DatabaseSync(join(home.folder, 'state.db'))
  for (const config of ['{', '{"url":"https://x/","pin":"0","client":"","keeperKey":""}']) {
    state.prepare('UPDATE machine SET config = ?').run(config)
    const { coverage, journal } = bindServices(institution)
    const [spoilt] = await machines.list()
    assert.deepEqual([spoilt?.state, spoilt?.name], ['spoilt', '受付のPC'])
    await coverage.map()
    assert.ok((await journal.rows(viewer, { page: 1 })).rows.length > 0)
    await machines.ask(viewer, spoilt!.id)
    assert.equal(await machines.openKey(viewer, spoilt!.id), undefined)
  }
  await institution.machines.refreshDue()
  await machines.remove(viewer, (await machines.list())[0]!.id)
  assert.deepEqual(await machines.list(), [])
  state.close()
})
