/** A server and an emergency PC in one emergency, apart and together again: real processes' services over real HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintOf, openCasebook } from '#casebook'
import { bindServices } from '#server'
import { serve } from '../../src/server/serve.ts'
import { stationsService } from '../../src/server/services/stations.ts'
import { booksWait, exchangeBooks } from '../../src/station/exchange-books.ts'
import { stationServices } from '../../src/station/services.ts'
import { firstPerson } from '../server/person.ts'
import { clinic, NURSE, openStation, scratch } from '../station/scene.ts'

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
let number = 0
const once = () => `once-${number++}`

test('reported without signing in, declared on both while apart, a photo of paper, together again, ended on the server alone', async (t) => {
  const { institution } = await clinic(t)
  const { viewer } = await firstPerson(institution)
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '2階病棟', server: server.url })
  assert.ok(made.kind === 'ok')
  const words = made.made.words.map(({ word }) => word).join(' ')
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  const here = bindServices(institution)
  const there = stationServices(station)

  await institution.registers.add('connection', [
    { name: '保守回線', stage: 'outside', place: '総務', kind: 'vpn' },
    { name: '専用機', stage: 'backup', place: 'ラック', kind: 'backup' },
  ])
  await institution.registers.add('person', [
    { name: '佐藤', post: '院長', duties: 'decider', phone: '06-1111-1111', homePhone: '090-2222-2222' },
    { name: '鈴木', post: '', duties: 'system-manager', phone: '06-3333-3333' },
  ])
  await institution.registers.add('deadline', [
    { name: '法人本部', source: '規程', amount: '24', unit: 'hours', from: 'known', startsWhen: 'always' },
    { name: '協会', source: '規約', amount: '3', unit: 'days', from: 'declared', startsWhen: 'leak' },
  ])
  const outside = await here.incidents.door(undefined)
  assert.deepEqual(
    outside.cuts.map(({ name }) => name),
    ['専用機', '保守回線'],
    'the way to the backups first',
  )
  assert.deepEqual(
    outside.phones.map(({ phone, who }) => [who, phone]),
    [
      ['院長', '06-1111-1111'],
      ['システムの担当', '06-3333-3333'],
    ],
    'nobody is named to who has not signed in',
  )
  assert.equal(outside.hasPrivate, true)
  assert.equal((await here.incidents.door(viewer)).phones.length, 3)

  // Nobody has used the card: the button works, the words are not kept.
  const bare = { name: '山田', place: '2階', what: '画面が英語', once: once() }
  assert.deepEqual(await there.incidents.report(undefined, bare), { isKept: false })
  const token = await station.openWith(words, NURSE)
  const nurse = (await there.auth.session(token))!
  assert.deepEqual(await there.incidents.report(nurse, { ...bare, once: once() }), { isKept: true })
  // The server does not know of it, and somebody presses there, too.
  assert.deepEqual(await here.incidents.report(undefined, { ...bare, once: once() }), { isKept: true })
  const [mine] = await here.incidents.list(viewer)
  const [theirs] = await there.incidents.list(nurse)
  assert.notEqual(mine!.id, theirs!.id)

  await there.incidents.write(nurse, theirs!.id, {
    kind: 'decision',
    topic: 'emergency',
    value: 'active',
    detail: { decider: '院長' },
    once: once(),
  })
  const { state: standing, phase } = (await there.institution()).emergency!
  assert.deepEqual([standing, phase], ['active', 'respond'], 'the banner stands on the PC, with the phase')
  assert.equal((await here.institution()).emergency?.state, 'reported')
  const sha256 = await there.incidents.attach(nurse, JPEG)
  const files = [sha256]
  await there.incidents.write(nurse, theirs!.id, { kind: 'note', files, detail: { text: '紙の写真' }, once: once() })
  await assert.rejects(there.incidents.attach(nurse, Buffer.from('<svg onload=x>')), { code: 'INCIDENT_PICTURE_WRONG' })

  assert.equal(await booksWait(station), true)
  await exchangeBooks(station)
  // That it came in here is written down here; with that said nobody has news for the other.
  await exchangeBooks(station)
  assert.equal(await booksWait(station), false)
  const open = await there.incidents.door(undefined)
  assert.deepEqual([open.cuts.length, open.phones.map(({ phone }) => phone)], [2, ['06-1111-1111', '06-3333-3333']])
  assert.equal((await here.institution()).emergency?.id, theirs!.id, 'and on the server, once it heard of it')
  assert.equal((await there.incidents.list(nurse)).length, 2, 'what was pressed on the server came to the PC')
  // One thing, two cases: joined.
  await here.incidents.write(viewer, mine!.id, { kind: 'joined', codes: { into: theirs!.id }, once: once() })
  const joined = await here.incidents.get(viewer, theirs!.id)
  assert.equal((await here.incidents.list(viewer)).length, 1)
  assert.equal(joined!.one.entries.filter(({ kind }) => kind === 'report').length, 3)
  const photo = await here.incidents.picture(viewer, theirs!.id, sha256)
  assert.deepEqual([photo?.type, Buffer.from(photo!.bytes)], ['image/jpeg', Buffer.from(JPEG)])

  // While it is declared nobody takes it back on the way of a mere report, on either machine.
  const seen = joined!.one.topics.get('emergency')!.heads.map(({ id }) => id)
  const decide = (value: string, detail: object) =>
    ({ kind: 'decision', topic: 'emergency', value, seen, once: once(), detail: { reason: 'x', ...detail } }) as const
  for (const [services, who, decider] of [
    [here, viewer, '院長 佐藤'],
    [there, nurse, '院長'],
  ] as const)
    await assert.rejects(services.incidents.write(who, theirs!.id, decide('not', { decider })), {
      code: 'INCIDENT_DECLARED',
    })
  // Apart: each takes the place of what it saw.
  const level = (value: string) => ({ kind: 'decision', topic: 'level', value, once: once() }) as const
  await here.incidents.write(viewer, theirs!.id, level('one'))
  await there.incidents.write(nurse, theirs!.id, level('all'))
  await exchangeBooks(station)
  await exchangeBooks(station)
  for (const [services, who] of [
    [here, viewer],
    [there, nurse],
  ] as const) {
    const { one } = (await services.incidents.get(who, theirs!.id))!
    assert.deepEqual([one.emergency, one.level, one.conflicts], ['active', 'all', ['level']])
    assert.deepEqual(
      one.topics
        .get('level')!
        .heads.map(({ device }) => device)
        .toSorted(),
      [station.package.station, 'server'],
    )
  }
  const both = (await here.incidents.get(viewer, theirs!.id))!.one.topics.get('level')!.heads.map(({ id }) => id)
  await here.incidents.write(viewer, theirs!.id, { ...level('all'), seen: both })
  // Who decides stands in the register; the PC knows posts alone. Nobody reached: another's name, and whom they tried.
  const declare = (detail: object) => here.incidents.write(viewer, theirs!.id, decide('active', detail))
  for (const detail of [{ decider: '' }, { decider: '通りすがり' }, { decider: '佐藤', tried: '' }])
    await assert.rejects(declare(detail), { code: 'INCIDENT_DECIDER_UNKNOWN' })
  await declare({ decider: '夜勤の師長', tried: '院長の携帯に2回' })
  await declare({ decider: '院長 佐藤' })
  assert.deepEqual((await there.incidents.get(nurse, theirs!.id))!.deciders, ['院長'])
  await assert.rejects(there.incidents.write(nurse, theirs!.id, decide('active', { decider: 'だれか' })), {
    code: 'INCIDENT_DECIDER_UNKNOWN',
  })
  // Terms of the house's register stand in the case, once, and stay there when the register forgets them.
  for (const { id } of await institution.registers.list('deadline')) await institution.registers.remove(id)
  for (const services of [here, there]) {
    await exchangeBooks(station)
    const { one } = (await services.incidents.get(services === here ? viewer : nurse, theirs!.id))!
    const own = one.clocks.flatMap((clock) => (clock.own ? [clock] : []))
    assert.deepEqual(
      own.map(({ own: term, isClosed }) => [term!.name, term!.source, isClosed]),
      [
        ['法人本部', '規程', false],
        ['協会', '規約', false],
      ],
    )
    assert.equal(own[0]!.dueMs, one.knownAt + 24 * 3_600_000)
  }
  assert.ok((await institution.vault.freeze.until()) !== undefined, 'declared here: nothing expires')
  const view = (await here.incidents.get(viewer, theirs!.id))!
  assert.deepEqual(view.one.conflicts, [])
  assert.equal(view.checks['expiry-frozen']?.state, 'yes')
  assert.ok(
    view.auto.some(({ type }) => type === 'expiry.frozen'),
    'drawn from the ledger',
  )

  // The end: not on the PC, not while a gate of the way back is open.
  const end = () => ({ kind: 'decision', once: once(), detail: { reason: '戻った', decider: '院長 佐藤' } }) as const
  await assert.rejects(there.incidents.end(nurse, theirs!.id, end(), ''), { code: 'INCIDENT_NOT_YET' })
  await here.wayBack.begin(viewer, 'attack', undefined)
  await assert.rejects(here.incidents.end(viewer, theirs!.id, end(), 'x'), { code: 'INCIDENT_NOT_YET' })
  // What was preserved is taken over from the register, once, with the way back to it.
  const detail = { what: '通信記録', place: 'USB 3番', who: '鈴木' }
  const codes = { item: 'firewall-log', sha256: 'ab'.repeat(32) }
  await there.incidents.write(nurse, theirs!.id, { kind: 'evidence', codes, detail, once: once() })
  await exchangeBooks(station)
  const { open: caseBefore, inRegister } = await here.wayBack.view(viewer)
  assert.deepEqual([caseBefore!.evidence.length, inRegister], [0, 1])
  await here.wayBack.takeEvidence(viewer, caseBefore!.number)
  await here.wayBack.takeEvidence(viewer, caseBefore!.number)
  const taken = (await here.wayBack.view(viewer)).open!
  assert.deepEqual(
    taken.evidence.map(({ kind, hash, who }) => [kind, hash, who]),
    [['firewall-log', 'ab'.repeat(32), '鈴木']],
  )
  assert.match(taken.evidence[0]!.place, /^通信記録 USB 3番 \/incidents\//)
  await here.wayBack.pass(viewer, taken.number, 'evidence', '', false)
  const heads = view.one.topics.get('emergency')!.heads.map(({ id }) => id)
  await assert.rejects(
    here.incidents.write(viewer, theirs!.id, { ...decide('ended', { decider: '院長 佐藤' }), seen: heads }),
    {
      code: 'INCIDENT_NOT_YET',
    },
  )

  // Every entry of the server is in its ledger by hash, and nothing that anybody said.
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  const { entries } = await institution.journalIndex.query({ types: ['incident.recorded'], limit: 500 })
  const own = (await institution.casebook.entries(`incident:${theirs!.id}`)).filter(({ device }) => device === 'server')
  assert.ok(own.length > 0)
  for (const { hash } of own) assert.ok(entries.some(({ entry }) => entry.data['hash'] === hash))
  const decided = entries.flatMap(({ entry: { data } }) => (data['value'] === 'active' ? [data['by']] : []))
  assert.deepEqual(decided.toSorted(), ['outside', 'register'])
  assert.ok(!JSON.stringify(entries).includes('院長'))
  assert.deepEqual(errors, [])
})

test('a lost PC brings nothing and gets nothing; a file of another house is refused; the same file twice adds nothing', async (t) => {
  const { institution } = await clinic(t)
  const { viewer } = await firstPerson(institution)
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: () => undefined })
  t.after(() => server.close())
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '受付', server: server.url })
  assert.ok(made.kind === 'ok')
  const words = made.made.words.map(({ word }) => word).join(' ')
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  const here = bindServices(institution)
  const there = stationServices(station)
  const nurse = (await there.auth.session(await station.openWith(words, NURSE)))!
  await there.incidents.report(nurse, { name: '', place: '受付', what: 'x', once: once() })

  // By file, with no network. Somebody else's file under the PC's id first: its name makes no key.
  const id = made.made.id
  const forger = openCasebook({ folder: scratch(t, 'forger'), device: id, clock: institution.clock })
  const codes = { topic: 'emergency', value: 'ended' }
  await forger.append((await there.incidents.list(nurse)).map((one) => `incident:${one.id}`)[0]!, {
    kind: 'decision',
    codes,
  })
  const nothing = { entries: 0, forks: 0, strangers: 1, refused: 0 }
  assert.deepEqual(await here.incidents.mergeBooks(viewer, await forger.export(), ''), nothing)
  const file = await there.incidents.exportBooks(nurse, 0)
  // What shows whose key it is cannot be moved to another file, nor signed by another log.
  const header = JSON.parse(Buffer.from(file).toString().split('\n')[0]!) as { vouch: string }
  assert.deepEqual(await here.incidents.mergeBooks(viewer, await forger.export({ vouch: header.vouch }), ''), nothing)
  assert.equal((await here.incidents.mergeBooks(viewer, file, '')).entries, 1, 'the proof of its package is enough')
  assert.equal((await here.incidents.mergeBooks(viewer, file, '')).entries, 0)
  await assert.rejects(here.incidents.mergeBooks(viewer, Buffer.from('PK zip'), ''), { code: 'CASEBOOK_FOREIGN' })
  const altered = Buffer.from(Buffer.from(file).toString().replaceAll('"kind":"report"', '"kind":"review"'))
  assert.deepEqual(await here.incidents.mergeBooks(viewer, altered, ''), {
    entries: 0,
    forks: 0,
    strangers: 0,
    refused: 1,
  })
  // To the PC: production's file by the ledger's signature; one that only calls itself the server, or another PC, by nobody.
  const asServer = openCasebook({ folder: scratch(t, 'as-server'), device: 'server', clock: institution.clock })
  await asServer.append('incident:x', { kind: 'decision', codes })
  const unsigned = await asServer.export({ vouch: header.vouch })
  assert.deepEqual(await there.incidents.mergeBooks(nurse, unsigned, ''), nothing)
  await here.incidents.report(viewer, { name: '', place: '1階', what: 'z', once: once() })
  const back = await there.incidents.mergeBooks(nurse, await here.incidents.exportBooks(viewer, 0), '')
  assert.deepEqual([back.strangers, back.entries > 0], [0, true])
  // Another PC, with no server left: a person reads its key there and types it here.
  const pc = openCasebook({ folder: scratch(t, 'pc2'), device: 'ab12', clock: institution.clock })
  await pc.append('incident:y', { kind: 'report' })
  const other = await pc.export()
  assert.equal((await there.incidents.mergeBooks(nurse, other, 'WRNG-WRNG-WRNG-WRNG')).strangers, 1)
  const typed = fingerprintOf(pc.publicKey).toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')
  assert.equal((await there.incidents.mergeBooks(nurse, other, typed)).entries, 1)

  await stations.withdraw(viewer, made.made.id, 'stolen')
  await there.incidents.report(nurse, { name: '', place: '受付', what: 'y', once: once() })
  const stolen = await here.incidents.mergeBooks(viewer, await there.incidents.exportBooks(nurse, 0), '')
  assert.deepEqual([stolen.entries, stolen.strangers > 0], [0, true], 'nor by file, though its key was known')
  await assert.rejects(exchangeBooks(station), { code: 'STORAGE_UNREACHABLE' })
  const reports = (await here.incidents.list(viewer))[0]!.entries.filter(({ kind }) => kind === 'report')
  assert.deepEqual(
    reports.map(({ detail }) => (detail as { what: string }).what),
    ['x', 'z'],
  )
  for (const body of ['', '{}', JSON.stringify({ note: 'x', key: 'y', enrolment: 'z', file: '' })])
    assert.equal((await fetch(`${server.url}/stations/books`, { method: 'POST', body })).status, 403)
})
