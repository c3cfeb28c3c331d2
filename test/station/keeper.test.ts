/** R33: charts out of the remote copy. A real Keeper, its reading code, and nothing of production left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stationServices } from '../../src/station/services.ts'
import { DAY, startKeeper } from '../keeper/running.ts'
import { firstPerson } from '../server/person.ts'
import { clinic, NURSE, openStation, prepare, scratch } from './scene.ts'

test('a PC copies from a Keeper with a credential that only reads; its receipts vouch for what is shown', async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  const home = await clinic(t)
  const { institution } = home
  const { viewer, services } = await firstPerson(institution)
  const invitation = { quotaBytes: 1e12, plain: false, until: keeper.time.wall + DAY }
  const code = keeper.house.clients.invite({ ...invitation, name: 'aoba', kind: 'append' })
  const values = { address: keeper.url, pin: keeper.pin, code }
  const form = { kind: 'keeper', name: '2階の専用機', offsite: false, values } as const
  assert.deepEqual(await services.backup.addPlace(viewer, form), { kind: 'ok' })
  await institution.vault.tick()
  assert.equal((await services.backup.places())[1]!.failure, undefined)
  const { words, file } = await prepare(home)
  await home.home.close()

  const station = await openStation(t, scratch(t, 'pc'))
  const { station: own, charts } = stationServices(station)
  await own.takePackage(file)
  const reader = keeper.house.clients.invite({ ...invitation, name: 'ward', kind: 'read', of: 'aoba' })
  const origin = { address: keeper.url, pin: keeper.pin, code: reader }
  assert.equal(
    await own.takeOrigin({ kind: 'keeper', values: { ...origin, pin: 'ab'.repeat(32) } }),
    'STORAGE_CERTIFICATE_WRONG',
  )
  assert.equal(await own.takeOrigin({ kind: 'keeper', values: origin }), undefined)
  await station.openWith(words, NURSE)
  await station.refresh()
  await station.refresh()
  const state = await own.state()
  assert.equal(state.failure, undefined)
  assert.equal(state.sources[0]!.shown!.mark, 'received')
  assert.equal(state.sources[0]!.shown!.patients, 60)
  assert.equal((await charts.readableGenerations())[0]!.unattested, undefined)
})
