/** Settings of devices: kept in versions, sealed where they lie, opened by a person's password, in the ledger by codes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError, systemClock } from '#base'
import { MOST_RECORD_BYTES } from '#governance'
import { bindServices } from '#server'
import { clockAt, house } from './house.ts'
import { firstPerson, signIn } from './person.ts'

const ROUTER = {
  kind: 'router',
  name: '1階のルーター',
  model: 'X',
  location: '棚',
  systemId: undefined,
  staleMonths: 6,
} as const
const SECRET = 'administrator password kuro-neko-77'
const text = (content: string) => ({ name: '設定.txt', bytes: Buffer.from(content) })

test('versions are kept sealed, open with a password after a restart, and grow old', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const { devices } = services
  const added = await devices.add(viewer, ROUTER)
  assert.equal(added.kind, 'ok')
  const id = added.kind === 'ok' ? added.id : ''
  assert.equal((await devices.add(viewer, ROUTER)).kind, 'refused')
  const twice = await Promise.all([0, 1].map(() => devices.addRecord(viewer, id, text(`one\n${SECRET}`))))
  assert.deepEqual(twice.toSorted(), [false, true], 'two clicks make one version')
  assert.equal(await devices.addRecord(viewer, id, text(`two\n${SECRET}`)), true)
  const [device] = (await devices.list()).devices
  assert.deepEqual([device?.state, device?.versions.length], ['good', 2])
  const [newest, first] = device!.versions
  assert.equal(Buffer.from((await devices.record(viewer, id, first!.id))!.bytes).toString(), `one\n${SECRET}`)
  assert.equal(await devices.record(viewer, id, 'nowhere'), undefined)
  await assert.rejects(
    devices.addRecord(viewer, id, { name: 'a', bytes: Buffer.alloc(MOST_RECORD_BYTES + 1) }),
    (error) => isAppError(error, 'VAULT_FILE_TOO_LARGE'),
  )
  await assert.rejects(devices.record({ ...viewer, can: new Set(['see-journal']) }, id, first!.id), /ACCESS_DENIED/)
  await home.close()
  for (const file of ['state.db', 'keys/ring.json'])
    assert.ok(!readFileSync(join(home.folder, file)).includes('kuro-neko'), file)

  const later = await home.open(clockAt(systemClock.now() + 200 * 86_400_000))
  assert.equal((await bindServices(later).devices.list()).devices[0]?.state, 'stale')
  const back = await signIn(later)
  const opened = await back.services.devices.record(back.viewer, id, newest!.id)
  assert.equal(Buffer.from(opened!.bytes).toString(), `two\n${SECRET}`)
  await later.journalIndex.catchUp(await later.ledger.reader())
  const { entries } = await later.journalIndex.query({ types: ['settings.changed'], limit: 20 })
  const written = entries.filter(({ entry }) => entry.subject === `device:${id}`)
  assert.deepEqual(
    written.map(({ entry }) => entry.data['changes']),
    [['record-seen'], ['record-seen'], ['record-added'], ['record-added'], ['added']],
  )
  assert.ok(!JSON.stringify(written).includes('ルーター'))
})

test('a record that somebody changed or moved to another device does not open', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { devices } = services
  const ids: string[] = []
  for (const name of ['a', 'b']) {
    const added = await devices.add(viewer, { ...ROUTER, name })
    if (added.kind === 'ok') ids.push(added.id)
  }
  await devices.addRecord(viewer, ids[0]!, text('x'))
  const record = (await devices.list()).devices[0]!.versions[0]!.id
  interface Rows {
    device_record: { id: string; device_id: string }
  }
  await institution.database.tables<Rows>().updateTable('device_record').set({ device_id: ids[1]! }).execute()
  await assert.rejects(devices.record(viewer, ids[1]!, record), (error) => isAppError(error, 'VAULT_SEAL_BROKEN'))
})

test('spares: once each, checked today, gone when used', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { devices } = services
  const spare = { what: 'ハブ 8口', standsFor: '', location: '倉庫' }
  await Promise.all([devices.addSpare(viewer, spare), devices.addSpare(viewer, spare)])
  const [known, ...more] = (await devices.list()).spares
  assert.deepEqual([known?.state, more.length], ['none', 0])
  for (let i = 0; i < 2; i++) await devices.checkSpare(viewer, known!.id)
  assert.equal((await devices.list()).spares[0]?.state, 'good')
  await devices.removeSpare(viewer, known!.id)
  assert.deepEqual((await devices.list()).spares, [])
})
