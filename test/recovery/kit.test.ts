/** A kit from its first print to its replacement, through the service that the screens use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError, manualClock } from '#base'
import type { KitView, PrintedSheet } from '#web'
import { bindServices, type Institution } from '#server'
import { kitProvenAt } from '../../src/server/services/kit.ts'
import { house, take } from '../server/house.ts'
import { firstPerson, PASSWORD } from '../server/person.ts'

const DAY = 86_400_000
const START = Date.parse('2026-11-28T01:00:00Z')
const HOLDERS = [0, 1, 2, 3].map((part) => ({
  part: part as 0 | 1 | 2 | 3,
  holder: `持ち主${part}`,
  keptAt: '金庫',
  outside: part === 3,
}))

const typed = (sheet: PrintedSheet, places: readonly number[]): string[] =>
  places.map((place, i) => (i % 2 ? sheet.words[place - 1]!.number : sheet.words[place - 1]!.word.slice(0, 4)))

async function secondPerson(institution: Institution, by: Awaited<ReturnType<typeof firstPerson>>) {
  const { kind, ...added } = await by.services.people.add(by.viewer, {
    loginName: 'director',
    displayName: '院長',
    profession: 'doctor',
    duties: ['director'],
  })
  assert.equal(kind, 'ok')
  const services = bindServices(institution)
  const code = (added as { code: string }).code
  const result = await services.auth.firstSignIn({ loginName: 'director', code, password: PASSWORD }, '127.0.0.1')
  assert.equal(result.kind, 'ok')
  return (await services.auth.session((result as { token: string }).token))!
}

test('made, printed once, checked, due after half a year, replaced by two', async (t) => {
  const home = house(t)
  const clock = manualClock(START)
  const institution = await home.open(clock)
  const admin = await firstPerson(institution)
  const { viewer, services } = admin
  const { kit } = services
  const look = async (): Promise<KitView> => kit.view(viewer)
  const light = async () => {
    const facts = { provenAt: kitProvenAt(await institution.access.kits.current()), since: START }
    const lights = await institution.vault.lights({ stations: 0, kit: facts })
    return lights.find(({ name }) => name === 'proven')!.reasons.find(({ code }) => code.startsWith('kit-'))
  }
  await institution.vault.ensureOwnState()
  assert.equal((await services.home(viewer)).kit, undefined, 'nothing to lose yet')
  await take(institution, home, 1)
  assert.equal((await look()).condition, 'none')
  assert.equal((await services.home(viewer)).kit, 'none')

  const near = HOLDERS.map((holder) => ({ ...holder, outside: false }))
  assert.deepEqual(await kit.issue(viewer, near), { kind: 'refused', field: 'outside', code: 'required' })
  // A double click makes one kit.
  assert.deepEqual(await Promise.all([1, 2].map(() => kit.issue(viewer, HOLDERS))), [{ kind: 'ok' }, { kind: 'ok' }])
  const printed = (await kit.sheets(viewer))!
  assert.equal(printed.sheets.length, 4)
  assert.equal((await institution.vault.sources()).filter((source) => source.kind === 'own-state').length, 2)
  const shown = (await services.backup.sources()).filter((source) => source.kind === 'own-state')
  assert.equal(shown.length, 1, 'the one before it is no choice')
  const listed = (await kit.facts(viewer))!.repositories.filter(({ folder }) => folder.startsWith('own-state'))
  assert.deepEqual(
    listed.map(({ folder }) => folder),
    shown.map(({ id }) => id),
  )
  assert.equal((await look()).condition, 'unproven')

  const [whole] = printed.sheets as [PrintedSheet]
  const places = (await kit.question(viewer, 0))!
  assert.equal(places.length, 4)
  assert.equal(await kit.answer(viewer, 0, places, typed(printed.sheets[1]!, places)), false)
  assert.equal(await kit.answer(viewer, 0, [1, 2, 3, 4], typed(whole, [1, 2, 3, 4])), false, 'only what was asked')
  assert.ok(await kit.sheets(viewer))
  assert.equal(await kit.answer(viewer, 0, places, typed(whole, places)), true)
  assert.equal(await kit.sheets(viewer), undefined, 'shown once')
  // Never printed, so nothing can have changed since.
  assert.equal((await look()).condition, 'facts-unprinted')
  await kit.factsPrinted(viewer)
  assert.equal((await look()).condition, 'good')
  assert.equal((await services.home(viewer)).kit, undefined)
  assert.equal((await light())?.state, 'good')

  // Half a year on: the reminder, a month later the light.
  clock.advance(184 * DAY)
  assert.equal((await look()).condition, 'due')
  assert.equal((await light())?.state, 'good')
  clock.advance(35 * DAY)
  assert.equal((await light())?.state, 'soon')
  // Two shares prove it as well as the kit.
  for (const part of [1, 3] as const) {
    const asked = (await kit.question(viewer, part))!
    assert.equal(await kit.answer(viewer, part, asked, typed(printed.sheets[part]!, asked)), true)
  }
  assert.equal((await light())?.state, 'good')

  // Another one: alone not today, with the director at once.
  await assert.rejects(kit.issue(viewer, HOLDERS), (error) => isAppError(error, 'ACCESS_KIT_UNCONFIRMED'))
  await kit.ask(viewer, 'lost')
  assert.equal((await look()).request?.mayConfirm, false)
  await assert.rejects(kit.confirm(viewer), (error) => isAppError(error, 'ACCESS_KIT_UNCONFIRMED'))
  clock.advance(DAY)
  assert.equal((await look()).request?.mayConfirm, true, 'the same person on a later day')
  const director = await secondPerson(institution, admin)
  await kit.confirm(director)
  await assert.rejects(kit.issue(director, HOLDERS), (error) => isAppError(error, 'ACCESS_DENIED'))
  const again = { ...admin, ...(await signedInAgain(institution)) }
  assert.deepEqual(await again.services.kit.issue(again.viewer, HOLDERS.slice(0, 1)), { kind: 'ok' })
  const next = (await again.services.kit.sheets(again.viewer))!
  assert.notEqual(next.id, printed.id)
  assert.equal((await institution.access.kits.current())?.sheets.length, 1)
  const states = (await institution.vault.sources()).filter((source) => source.kind === 'own-state')
  assert.deepEqual(
    states.map(({ id, replaced }) => [id, replaced?.by]),
    [
      ['own-state', `own-state-${printed.id}`],
      [`own-state-${printed.id}`, `own-state-${next.id}`],
      [`own-state-${next.id}`, undefined],
    ],
  )
  await again.services.kit.revoke(again.viewer, 'seen')
  assert.equal((await again.services.kit.view(again.viewer)).condition, 'none')
  const types: string[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type.startsWith('kit.')) types.push(entry.type)
  assert.deepEqual(types, [
    'kit.issued',
    'kit.checked',
    'kit.checked',
    'kit.checked',
    'kit.checked',
    'kit.requested',
    'kit.confirmed',
    'kit.revoked',
    'kit.issued',
    'kit.revoked',
  ])
})

test('guesses are braked, whoever holds the session; taking a request back is written down once', async (t) => {
  const home = house(t)
  const clock = manualClock(START)
  const institution = await home.open(clock)
  const { viewer, services } = await firstPerson(institution)
  const { kit } = services
  await institution.vault.ensureOwnState()
  await kit.issue(viewer, HOLDERS.slice(0, 1))
  const [whole] = (await kit.sheets(viewer))!.sheets as [PrintedSheet]
  const places = (await kit.question(viewer, 0))!
  const guess = () => kit.answer(viewer, 0, places, ['a', 'b', 'c', 'd'])
  const tried = await Promise.allSettled(Array.from({ length: 12 }, guess))
  const refused = tried.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown)
  assert.ok(refused.length >= 6 && refused.every((error) => isAppError(error, 'ACCESS_LOCKED_OUT')), String(refused))
  const right = () => kit.answer(viewer, 0, places, typed(whole, places))
  await assert.rejects(right(), (error) => isAppError(error, 'ACCESS_LOCKED_OUT'), 'also for the right words')
  clock.advance(60_000)
  assert.equal(await right(), true)
  for (let n = 0; n < 5; n++) assert.equal(await guess(), false, 'forgotten when it was right')

  await kit.ask(viewer, 'lost')
  await Promise.all([kit.withdraw(viewer), kit.withdraw(viewer)])
  assert.equal((await kit.view(viewer)).request, undefined)
  const types: string[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type === 'kit.requested' || entry.type === 'kit.withdrawn') types.push(entry.type)
  assert.deepEqual(types, ['kit.requested', 'kit.withdrawn'])
})

/** The first session ended long ago. */
async function signedInAgain(institution: Institution) {
  const services = bindServices(institution)
  const result = await services.auth.signIn('admin', PASSWORD, '127.0.0.1')
  assert.equal(result.kind, 'ok', JSON.stringify(result))
  return { services, viewer: (await services.auth.session((result as { token: string }).token))! }
}
