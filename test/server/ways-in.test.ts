/** Ways in besides people's own accounts: emergency envelopes and tokens of programs, over a real institution. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { SAMPLE_MINIMUM_PATIENTS, writeSampleClinic } from '#sample'
import { bindServices, type Institution } from '#server'
import { createWeb, listen, type EmergencyService, type Viewer } from '#web'
import { house } from './house.ts'
import { firstPerson, PASSWORD, signIn } from './person.ts'

const START = Date.UTC(2026, 10, 28, 3)
const HOUR = 3_600_000
const DAY = 24 * HOUR

async function scene(t: TestContext) {
  const clock = manualClock(START)
  const home = house(t)
  const institution = await home.open(clock)
  const folder = join(home.source, 'ssmix2')
  writeSampleClinic({ folder, asOf: START, patients: SAMPLE_MINIMUM_PATIENTS, months: 3 })
  const source = await institution.vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths: [folder] })
  await (
    await institution.vault.runs.run(source.id)
  ).done
  const first = await firstPerson(institution)
  return { clock, home, institution, source, ...first }
}

/** Another person with an account, signed in. */
async function another(institution: Institution, viewer: Viewer, duty: 'director' | 'administrator'): Promise<Viewer> {
  const services = bindServices(institution)
  const input = { loginName: `the-${duty}`, displayName: '院長 太郎', profession: 'doctor', duties: [duty] } as const
  const added = await services.people.add(viewer, input)
  assert.ok(added.kind === 'ok')
  const { loginName } = input
  const result = await services.auth.firstSignIn({ loginName, code: added.code, password: PASSWORD }, '127.0.0.1')
  assert.ok(result.kind === 'ok')
  return (await services.auth.session(result.token))!
}

const HOLDER = {
  name: '看護 次郎',
  profession: 'nurse',
  reason: 'down',
  reasonText: '夜間の与薬を確かめるため',
  address: '10.0.0.9',
} as const

const EDITION = { kind: 'care', medium: 'usb', months: 13, documents: 'none' } as const

async function entries({ ledger }: Institution, kind: RegExp) {
  const found: { type: string; actor: string; data: Readonly<Record<string, unknown>> }[] = []
  for await (const { entry } of (await ledger.reader()).entries()) if (kind.test(entry.type)) found.push(entry)
  return found
}

function inTheClear(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((file) => readFileSync(file).includes(text))
}

async function envelope(emergency: EmergencyService, one: Viewer, other: Viewer): Promise<string> {
  await emergency.ask(one)
  const { envelopes } = await emergency.view(one)
  return emergency.make(other, envelopes[0]!.number)
}

test('an envelope: two people make it, whoever holds it reads with a reason, everything is told, ended and reviewed', async (t) => {
  const { clock, home, institution, viewer, services } = await scene(t)
  const { emergency, charts, auth } = services
  const director = await another(institution, viewer, 'director')
  await emergency.ask(viewer)
  // A second click asks for no second one; who asked does not make it.
  await emergency.ask(viewer)
  assert.equal((await emergency.view(viewer)).envelopes.length, 1)
  await assert.rejects(emergency.make(viewer, 1), { code: 'ACCESS_SECOND_PERSON' })
  const code = await emergency.make(director, 1)
  await assert.rejects(emergency.make(director, 1), { code: 'ACCESS_ENVELOPE_OVER' })
  assert.match(code, /^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
  assert.deepEqual(inTheClear(home.folder, code), [])

  // A guesser of passwords waits elsewhere, and goes on waiting when the code comes from another desk.
  let guesses = 0
  const guess = () => auth.signIn(`nobody-${guesses++}`, 'x', '10.9.9.9')
  for (let i = 0; i < 21; i++) await guess()
  assert.equal((await guess()).kind, 'wait')
  assert.equal((await emergency.open({ ...HOLDER, code: 'AAAAA-AAAAA-AAAAA-AAAAA' })).kind, 'wrong')
  const opened = await emergency.open({ ...HOLDER, code: code.toLowerCase().replaceAll('-', ' ') })
  assert.ok(opened.kind === 'ok')
  assert.equal((await guess()).kind, 'wait')
  const holder = (await auth.session(opened.token))!
  assert.equal(holder.keysClosed, false)
  await institution.bell.lookNow()
  assert.ok((await institution.bell.state()).open.some((alarm) => alarm.code === 'emergency-opened'))

  // A protected patient opens too, with what was said at the door, and is marked.
  const { hits, generationId } = await charts.search(viewer, '19', { page: 1, pageSize: 50 })
  const hit = hits[0]!
  await services.protection.protect(viewer, hit.patientId)
  const identifiers = [hit.kanji ?? '', hit.birthDate ?? '']
  assert.equal((await charts.open(viewer, hit.key, { generationId, identifiers })).kind, 'ask-again')
  const chart = await charts.open(holder, hit.key, { generationId, identifiers })
  assert.equal(chart.kind, 'ok')
  const look = (await entries(institution, /^chart.opened$/)).at(-1)!
  assert.match(look.actor, /^person:emergency-1-[0-9a-f]{12}$/)
  assert.equal(look.data['reason'], 'break-glass')
  assert.deepEqual(look.data['flags'], ['protected-staff', 'break-glass', 'by-reason'])
  const own = await entries(institution, /^emergency/)
  assert.equal(JSON.stringify(own).includes(HOLDER.name), false)

  // It opens charts one by one: all of them on a disc are nobody's to carry away with it.
  assert.deepEqual((await services.editions.prepare(holder)).kinds, [])
  const order = {
    ...EDITION,
    generationIds: [generationId],
    holder: '',
    place: '',
    returnOn: '2099-01-01',
    slots: ['金庫'],
  } as const
  await assert.rejects(services.editions.make(holder, order), { code: 'ACCESS_DENIED' })

  assert.equal(holder.can.has('see-documents'), false, 'nor files out of the backup')

  // Its time runs from the first use, whoever came in later.
  clock.advance(11 * HOUR)
  const later = await emergency.open({ ...HOLDER, name: '薬剤 三郎', profession: 'pharmacist', code })
  assert.ok(later.kind === 'ok')
  clock.advance(1.1 * HOUR)
  await institution.bell.lookNow()
  assert.equal(await auth.session(later.token), undefined)
  assert.equal((await emergency.open({ ...HOLDER, code })).kind, 'wrong')
  assert.equal(institution.ring.isAdmitted('emergency-1'), false)
  assert.equal(
    (await institution.bell.state()).open.some((alarm) => alarm.code === 'emergency-opened'),
    false,
  )
  clock.advance(DAY)
  await institution.bell.lookNow()
  assert.ok((await institution.bell.state()).open.some((alarm) => alarm.code === 'emergency-unreviewed'))

  const again = await signIn(institution)
  const seen = (await services.emergency.uses(again.viewer, 1))!
  assert.equal(seen.envelope.state, 'ended')
  assert.deepEqual(
    seen.uses.map(({ name, profession, reasonText, looks }) => [name, profession, reasonText, looks.length]),
    [
      ['看護 次郎', 'nurse', HOLDER.reasonText, 1],
      ['薬剤 三郎', 'pharmacist', HOLDER.reasonText, 0],
    ],
  )
  assert.equal(seen.uses[0]!.looks[0]!.subject, hit.patientId)
  await services.emergency.sign(again.viewer, 1, 'right')
  await services.emergency.sign(again.viewer, 1, 'questioned')
  const [reviewed] = (await emergency.view(again.viewer)).envelopes
  assert.deepEqual([reviewed!.state, reviewed!.result, reviewed!.reviewedBy], ['reviewed', 'right', '管理者'])
  assert.deepEqual(
    (await entries(institution, /^emergency/)).map(({ type, data }) => [
      type,
      data['why'] ?? data['looks'] ?? data['profession'],
    ]),
    [
      ['emergency.asked', undefined],
      ['emergency.made', undefined],
      ['emergency.opened', 'nurse'],
      ['emergency.opened', 'pharmacist'],
      ['emergency.ended', 'time'],
      ['emergency.reviewed', 1],
    ],
  )
})

test('a code that is being compared while the envelope ends lets nobody in; a second click makes no second code', async (t) => {
  const { institution, viewer, services } = await scene(t)
  const { emergency, auth } = services
  const director = await another(institution, viewer, 'director')
  await Promise.all([emergency.ask(viewer), emergency.ask(viewer)])
  assert.equal((await emergency.view(viewer)).envelopes.length, 1)
  const made = await Promise.allSettled([emergency.make(director, 1), emergency.make(director, 1)])
  const codes = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  assert.equal(codes.length, 1, 'only one sheet is printed')
  const opening = { ...HOLDER, code: codes[0]! }
  const first = await emergency.open(opening)
  assert.ok(first.kind === 'ok', 'and it opens')
  const inFlight = Array.from({ length: 4 }, () => emergency.open(opening))
  await emergency.end(director, 1, 'person')
  for (const result of await Promise.all(inFlight))
    assert.ok(result.kind !== 'ok' || (await auth.session(result.token)) === undefined, 'ended is ended')
  assert.equal(await auth.session(first.token), undefined)
  assert.equal((await emergency.open(opening)).kind, 'wrong')
})

test('a review shows every look, however many came after it', async (t) => {
  const { institution, viewer, services } = await scene(t)
  const { ledger } = institution
  const code = await envelope(services.emergency, viewer, await another(institution, viewer, 'director'))
  const opened = await services.emergency.open({ ...HOLDER, code })
  assert.ok(opened.kind === 'ok')
  const holder = (await services.auth.session(opened.token))!
  const { hits, generationId } = await services.charts.search(viewer, '19', { page: 1, pageSize: 1 })
  const identifiers = [hits[0]!.kanji ?? '', hits[0]!.birthDate ?? '']
  await services.charts.open(holder, hits[0]!.key, { generationId, identifiers })
  const search = (await entries(institution, /^chart.searched$/)).at(-1)!
  const flood = { type: 'chart.searched', actor: `person:${holder.personId}`, data: search.data } as never
  await Promise.all(Array.from({ length: 600 }, () => ledger.append(flood)))
  const { uses } = (await services.emergency.uses(viewer, 1))!
  assert.equal(uses[0]!.looks[0]!.subject, hits[0]!.patientId)
  assert.equal(uses[0]!.looks.length, 601)
})

test('an envelope outlives a restart, and ends for whoever reads when somebody ends it', async (t) => {
  const { clock, home, institution, viewer, services } = await scene(t)
  const code = await envelope(services.emergency, viewer, await another(institution, viewer, 'administrator'))
  const before = await services.emergency.open({ ...HOLDER, code })
  assert.ok(before.kind === 'ok')
  await home.close()
  const restarted = await home.open(clock)
  const anew = bindServices(restarted)
  // Keys travel with a session in memory alone: the code is typed again.
  assert.equal(await anew.auth.session(before.token), undefined)
  const after = await anew.emergency.open({ ...HOLDER, code })
  assert.ok(after.kind === 'ok')
  const holder = (await anew.auth.session(after.token))!
  assert.ok((await anew.charts.search(holder, '1', { page: 1, pageSize: 1 })).total > 0)
  const { viewer: administrator } = await signIn(restarted)
  await anew.emergency.end(administrator, 1, 'person')
  assert.equal(await anew.auth.session(after.token), undefined)
  assert.equal((await anew.emergency.open({ ...HOLDER, code })).kind, 'wrong')
})

test('guessing: slower and slower from one address, and nobody elsewhere is kept out', async (t) => {
  const { institution, viewer, services } = await scene(t)
  const code = await envelope(services.emergency, viewer, await another(institution, viewer, 'director'))
  const guess = { ...HOLDER, code: 'AAAAA-AAAAA-AAAAA-AAAAA' }
  const kinds: string[] = []
  for (let i = 0; i < 8; i++) kinds.push((await services.emergency.open(guess)).kind)
  assert.equal(kinds.at(-1), 'wait')
  assert.equal((await services.emergency.open({ ...HOLDER, code })).kind, 'wait')
  assert.equal((await services.emergency.open({ ...HOLDER, code, address: '10.0.0.10' })).kind, 'ok')
})

test('a token: made on the screen, read with over HTTP, also after a restart, until it is withdrawn or over', async (t) => {
  const { clock, home, institution, source, viewer, services } = await scene(t)
  const input = {
    name: '地域連携',
    profession: 'nurse',
    sources: [source.id],
    range: 'safety',
    reason: '',
    days: 10,
  } as const
  assert.equal((await services.readTokens.make(viewer, { ...input, days: 400 })).kind, 'refused')
  const made = await services.readTokens.make(viewer, input)
  assert.ok(made.kind === 'ok')
  assert.deepEqual(inTheClear(home.folder, made.token), [])
  const [entry] = await entries(institution, /^token/)
  assert.deepEqual(
    [entry!.data['profession'], entry!.data['sources'], entry!.data['reason']],
    ['nurse', [source.id], false],
  )
  const serve = async (house_: Institution) => {
    const web = await createWeb(bindServices(house_), {
      clock,
      hosts: [],
      secure: false,
      onError: (error) => assert.fail(String(error)),
    })
    const server = await listen(web, '127.0.0.1', 0)
    t.after(() => server.close())
    return (path: string) => fetch(`${server.url}/fhir${path}`, { headers: { authorization: `Bearer ${made.token}` } })
  }
  let get = await serve(institution)
  const found = (await (await get('/Patient?birthdate=ge1900&_count=1')).json()) as {
    entry: { resource: { id: string } }[]
  }
  const { id } = found.entry[0]!.resource
  assert.equal((await get(`/MedicationRequest?patient=${id}`)).status, 200)
  assert.equal((await get(`/Encounter?patient=${id}`)).status, 403, 'outside the range')
  assert.match((await entries(institution, /^chart.opened$/)).at(-1)!.actor, /^person:token-/)
  const { rows } = await services.journal.rows(viewer, { kind: 'chart', page: 1 })
  assert.equal(rows[0]!.who, '地域連携')
  await home.close()
  const restarted = await home.open(clock)
  get = await serve(restarted)
  assert.equal((await get(`/Patient/${id}`)).status, 200, 'without a person')
  const { viewer: administrator } = await signIn(restarted)
  const { readTokens } = bindServices(restarted)
  const [token] = (await readTokens.view(administrator)).tokens
  assert.equal(token!.state, 'live')
  clock.advance(11 * DAY)
  assert.equal((await get(`/Patient/${id}`)).status, 401)
  const after = await signIn(restarted)
  const other = await after.services.readTokens.make(after.viewer, { ...input, sources: [], range: 'all' })
  assert.ok(other.kind === 'ok')
  await after.services.readTokens.withdraw(
    after.viewer,
    (await after.services.readTokens.view(after.viewer)).tokens[0]!.id,
  )
  assert.equal(await restarted.access.readTokens.use(other.token), undefined)
  assert.deepEqual(
    (await entries(restarted, /^token.withdrawn$/)).map(({ data }) => data['why']),
    ['time', 'person'],
  )
})
