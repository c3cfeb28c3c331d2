/**
 * A clinic and its Keeper, both real: enrolled on the screen's service, copied by the night's tick, held by a receipt, and
 * read back by stock restic out of the Keeper alone.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openReceipt } from '#attest'
import { cosignedAt, parseVerifierKey } from '#tlog'
import { enrol, resticUrl, type RunningKeeper, startKeeper } from '../keeper/running.ts'
import { stockRestics } from '../restic/stock-restic.ts'
import type { Place as VaultPlace } from '#vault'
import type { Place, PlaceForm } from '#web'
import { attack, house, take } from './house.ts'
import { firstPerson } from './person.ts'

const formOf = ({ name, ...values }: { name: string; address: string; pin: string; code: string }): PlaceForm => ({
  kind: 'keeper',
  name,
  offsite: false,
  values,
})

function keeperKey([place]: readonly VaultPlace[]): string {
  assert.ok(place?.kind === 'keeper')
  return place.config.keeperKey
}

/** Besides this computer. */
const elsewhere = (places: readonly Place[]) => places.filter(({ id }) => id !== 'local')

const invite = (keeper: RunningKeeper): string =>
  keeper.house.clients.invite({
    name: 'aoba',
    kind: 'append',
    quotaBytes: 1e12,
    plain: false,
    until: keeper.time.wall + 3_600_000,
  })

test('from enrolment to a restore out of the Keeper, with nothing else left', async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  const home = house(t)
  const institution = await home.open()
  const { vault, ledger } = institution
  const { viewer, services } = await firstPerson(institution)
  await vault.ensureOwnState()
  const form = { name: '2階の専用機', address: keeper.url, pin: keeper.pin, code: invite(keeper) }

  const wrongCode = await services.backup.addPlace(viewer, formOf({ ...form, code: 'AAAAA-AAAAA-AAAAA-AAAAA' }))
  assert.deepEqual(wrongCode, { kind: 'refused', field: 'code', code: 'VAULT_PLACE_CODE_WRONG' })
  const wrongPin = await services.backup.addPlace(viewer, formOf({ ...form, pin: 'ab'.repeat(32) }))
  assert.deepEqual(wrongPin, { kind: 'refused', field: 'pin', code: 'STORAGE_CERTIFICATE_WRONG' })
  const nowhere = await services.backup.addPlace(viewer, formOf({ ...form, address: '127.0.0.1:1' }))
  assert.equal(nowhere.kind === 'refused' && nowhere.field, 'address')
  const spaced = keeper.pin.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')
  // A double click: the second finds its code used up and the place there.
  const twice = await Promise.all(
    [1, 2].map(() => services.backup.addPlace(viewer, formOf({ ...form, pin: ` ${spaced} ` }))),
  )
  assert.deepEqual(twice, [{ kind: 'ok' }, { kind: 'ok' }])
  const other = await services.backup.addPlace(viewer, formOf({ ...form, pin: 'cd'.repeat(32) }))
  assert.deepEqual(other, { kind: 'refused', field: 'name', code: 'name-taken' })
  assert.equal(elsewhere(await services.backup.places()).length, 1)

  const [id] = await take(institution, home, 1)
  await vault.tick()
  const places = elsewhere(await services.backup.places())
  assert.equal(places.length, 1)
  assert.equal(places[0]!.failure, undefined, JSON.stringify(places[0]!.failure))
  assert.equal(places[0]!.generations, 1)
  const reasons = (await vault.lights({ stations: 0 })).find((light) => light.name === 'locked')!.reasons
  assert.ok(!reasons.some(({ code }) => code === 'one-place-only'))

  // Each place with its own end, on the backup's page and counted in the list.
  const detail = (await services.backup.generation(id!, viewer))!
  assert.deepEqual(
    detail.places.map(({ name, strength }) => [name, strength]),
    [
      [home.folder, detail.places[0]!.strength],
      [form.name, 'keeper'],
    ],
  )
  assert.equal(detail.places[1]!.lockedUntilMs, (await vault.otherPlaces.held([id!]))[0]!.lockedUntil)
  const rows = (await services.backup.generations({ page: 1 })).rows
  assert.equal(rows.find((row) => row.id === id)!.placeCount, 2)

  // The receipt is kept as it was signed, and the ledger knows what it promises.
  const [place] = readdirSync(join(home.folder, 'receipts'))
  const note = readFileSync(join(home.folder, 'receipts', place!, id!), 'utf8')
  const receipt = openReceipt(note, parseVerifierKey(keeperKey(await vault.otherPlaces.list())))
  assert.equal(receipt.snapshot, id)
  const locks: string[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === 'generation.locked' && entry.data['place'] === place) locks.push(String(entry.data['until']))
  assert.deepEqual(locks, [new Date(receipt.lockedUntil).toISOString()])

  // And the Keeper has signed the ledger up to here, as a witness.
  const witnessed = JSON.parse((await vault.setting(`witness:${place!}`))!) as { note: string; size: number }
  assert.ok(cosignedAt(witnessed.note, parseVerifierKey(keeperKey(await vault.otherPlaces.list()))))
  assert.equal(keeper.house.witness.seen('aoba')!.size, witnessed.size)

  // Again: only what is new goes over, and nothing where nothing is new.
  const before = vault.jobs.list().length
  await vault.tick()
  assert.equal(vault.jobs.list().length, before)
  const [second] = await take(institution, home, 1)
  await vault.tick()
  const copies = await vault.otherPlaces.copies(place!)
  const sent = copies.find((copy) => copy.generationId === second)!.sentBytes
  const first = copies.find((copy) => copy.generationId === id)!.sentBytes
  assert.ok(sent > 0 && sent < first, `${sent} of ${first}`)

  // In an incident the Keeper too lets nothing go, once; who asked is told apart from it.
  await services.policy.freeze(viewer)
  assert.deepEqual((await services.policy.frozen())!.places, [{ name: '2階の専用機', told: false }])
  for (let i = 0; i < 2; i++) await vault.tick()
  assert.deepEqual((await services.policy.frozen())!.places, [{ name: '2階の専用機', told: true }])
  assert.ok(keeper.house.freezeUntil > keeper.time.wall + 29 * 86_400_000)
  assert.equal(keeper.alarms.filter(({ code }) => code === 'expiry-frozen').length, 1)

  // Everything of the clinic is gone; the password was on paper.
  const source = (await vault.sources()).find(({ kind }) => kind === 'folder')!
  const password = institution.keys.secrets.load(source.id)!
  await home.close()
  const restic = stockRestics().find(({ missing }) => !missing)
  if (!restic) return
  const reader = await readerOf(keeper)
  const target = mkdtempSync(join(tmpdir(), 'toride-target-'))
  t.after(() => rmSync(target, { recursive: true, force: true }))
  const certificate = join(target, 'keeper.crt')
  writeFileSync(certificate, keeper.cert)
  const url = resticUrl(keeper, reader, source.id, 'aoba')
  const asked = ['--no-lock', '--cacert', certificate]
  const check = await restic.ask(url, password, 'check', '--read-data', ...asked)
  assert.match(check.output, /no errors were found/)
  const restored = await restic.ask(url, password, 'restore', second!, '--target', target, ...asked)
  assert.equal(restored.status, 0, restored.output)
  execFileSync('diff', ['-r', home.source, join(target, home.source)])
})

test('a place that is taken off the list gets nothing more, keeps what it holds, and is journaled once', async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  const home = house(t)
  const institution = await home.open()
  const { vault, ledger } = institution
  const { viewer, services } = await firstPerson(institution)
  const form = { name: '専用機', address: keeper.url, pin: keeper.pin, code: invite(keeper) }
  assert.equal((await services.backup.addPlace(viewer, formOf(form))).kind, 'ok')
  const [place] = await vault.otherPlaces.list()
  const [id] = await take(institution, home, 1)
  await vault.tick()
  for (let click = 0; click < 2; click++) await services.backup.removePlace(viewer, place!.id)
  assert.deepEqual(elsewhere(await services.backup.places()), [])
  const [second] = await take(institution, home, 1)
  await vault.tick()
  assert.deepEqual(
    (await vault.otherPlaces.copies(place!.id)).map((copy) => copy.generationId),
    [id],
  )
  assert.equal((await services.backup.generation(id!, viewer))!.places[1]?.removed, true)
  assert.equal((await services.backup.generation(second!, viewer))!.places.length, 1)
  const reasons = (await vault.lights({ stations: 0 })).find((light) => light.name === 'locked')!.reasons
  assert.ok(reasons.some(({ code }) => code === 'one-place-only'))
  const changes: string[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.subject === `place:${place!.id}`) changes.push(...(entry.data['changes'] as string[]))
  assert.deepEqual(changes, ['added', 'removed'])
  const noViewer = { ...viewer, can: new Set<never>() }
  await assert.rejects(services.backup.removePlace(noViewer, place!.id), { code: 'ACCESS_DENIED' })
})

const readerOf = (keeper: RunningKeeper) => enrol(keeper, { name: 'reader', kind: 'read', of: 'aoba' })

test('a Keeper that is away is said at the place and tried again; a damaged pack is not carried on', async (t) => {
  let keeper = await startKeeper(t, { tls: true })
  const home = house(t)
  const institution = await home.open()
  const { vault } = institution
  const { viewer, services } = await firstPerson(institution)
  const form = { name: '専用機', address: keeper.url, pin: keeper.pin, code: invite(keeper) }
  assert.equal((await services.backup.addPlace(viewer, formOf(form))).kind, 'ok')
  const [place] = await vault.otherPlaces.list()
  await take(institution, home, 1)
  await keeper.close()
  const started = await services.backup.copyNow(viewer, place!.id)
  await ended(institution, started!.jobId)
  assert.equal(elsewhere(await services.backup.places())[0]!.failure?.code, 'STORAGE_UNREACHABLE')
  assert.equal(elsewhere(await services.backup.places())[0]!.generations, 0)

  keeper = await keeper.restart({ port: Number(new URL(keeper.url).port) })
  const [newest] = await vault.generations.list()
  const folder = join(vault.repositoryFolder(newest!.sourceId), 'data')
  const packs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{64}$/.test(name))
  const pack = join(folder, packs[0]!)
  const bytes = readFileSync(pack)
  attack(pack)
  writeFileSync(pack, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]))
  await ended(institution, (await services.backup.copyNow(viewer, place!.id))!.jobId)
  assert.equal(elsewhere(await services.backup.places())[0]!.failure?.code, 'RESTIC_DAMAGED')
  attack(pack)
  writeFileSync(pack, bytes)
  await ended(institution, (await services.backup.copyNow(viewer, place!.id))!.jobId)
  const [after] = elsewhere(await services.backup.places())
  assert.deepEqual([after!.failure, after!.generations], [undefined, 1])
  assert.equal(existsSync(join(home.folder, 'receipts', place!.id, newest!.id)), true)
})

test('a ledger that was put back to an older copy finds no second signature', async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  const home = house(t)
  let institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const form = { name: '専用機', address: keeper.url, pin: keeper.pin, code: invite(keeper) }
  assert.equal((await services.backup.addPlace(viewer, formOf(form))).kind, 'ok')
  await home.close()
  const [ledger, older] = [join(home.folder, 'ledger'), join(home.folder, '..', 'older')]
  cpSync(ledger, older, { recursive: true })
  institution = await home.open()
  await take(institution, home, 2)
  await institution.vault.tick()
  assert.equal((await institution.vault.places())[1]!.failure, undefined)
  await home.close()
  rmSync(ledger, { recursive: true })
  cpSync(older, ledger, { recursive: true })
  institution = await home.open()
  await take(institution, home, 1)
  const place = (await institution.vault.otherPlaces.list())[0]!
  await ended(institution, (await institution.vault.placeCare.copyNow(place.id))!.jobId)
  const failure = (await institution.vault.places())[1]!.failure
  assert.equal(failure?.code, 'VAULT_PLACE_LOG_REFUSED')
  assert.ok(keeper.alarms.some(({ code, about }) => code === 'ledger-contradicted' && about === 'aoba'))
})

async function ended({ vault }: Awaited<ReturnType<ReturnType<typeof house>['open']>>, jobId: string): Promise<void> {
  for await (const job of vault.jobs.watch(jobId, AbortSignal.timeout(60_000))) if (job.state !== 'running') return
}
