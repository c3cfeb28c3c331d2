/** A sheet goes from paper to the end: two people, a real chart of the recovered backup, and what the incident counts. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sheetCode, temporaryCode } from '#downtime'
import { type Item, openSheets } from '#reconciliation'
import { anotherPerson, sampleHouse } from './paper-entry.fixture.ts'

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])

test('entered, verified by another, joined by two, compared with the chart, settled', async (t) => {
  const { institution, viewer, services, patient } = await sampleHouse(t)
  const second = await anotherPerson(institution, viewer)
  const { paperEntry, incidents, monday } = services
  const week = await monday.sheet(viewer, 'ja')
  assert.deepEqual([week.lines, week.title], [[], '見本のデータなので、備えには数えていません'])
  assert.equal(Buffer.from((await monday.pdf(viewer)).subarray(0, 5)).toString(), '%PDF-')
  const sheet = {
    number: 'K-0001',
    kind: 'prescription',
    day: patient.day,
    patient: '仮 1',
    author: '見本 医師',
    note: '',
    isUnnumbered: true,
  } as const
  const both = await Promise.all(
    [0, 1].map(() => paperEntry.register(viewer, sheet, [PNG, Uint8Array.from([...PNG, 4])])),
  )
  assert.equal(both.filter((one) => 'refused' in one).length, 1, 'the barcode was read twice')
  const { id } = both.find((one) => !('refused' in one)) as { id: string }
  await assert.rejects(paperEntry.register(viewer, { ...sheet, number: 'K-2' }, [PNG, Buffer.from('no picture')]))
  const [photo] = (await paperEntry.get(viewer, id))!.photos
  assert.equal((await paperEntry.get(viewer, id))!.photos.length, 2, 'front and back')
  const written = await institution.casebook.entries('sheets:paper')
  assert.ok(
    written.every(({ files }) => files.length <= 1),
    'an entry with many photos would be longer than an exchange with an emergency PC carries',
  )
  assert.equal(written.flatMap(({ files }) => files).length, 2)
  assert.deepEqual((await paperEntry.photo(viewer, id, photo!))?.type, 'image/png')

  const entry = (what: string): Item[] => [{ kind: 'prescription', day: patient.day, what, code: '', fields: {} }]
  await paperEntry.enter(viewer, id, entry(patient.drug), '')
  const of = (await paperEntry.get(viewer, id))!.entered.at(-1)!.id
  assert.equal(await paperEntry.verify(viewer, id, of, 'わけ'), 'same-person', 'on the same day')
  assert.equal(await paperEntry.settle(viewer, id, 'in-system', ''), 'not-verified')
  assert.equal(await paperEntry.verify(second, id, of, ''), undefined)

  assert.equal((await paperEntry.compare(viewer, id)).kind, 'not-joined')
  assert.equal(await paperEntry.settle(viewer, id, 'in-system', ''), 'not-joined')
  assert.equal(await paperEntry.join(viewer, id, '9999999999', ''), 'not-found')
  assert.equal(await paperEntry.join(viewer, id, patient.patientId, ''), undefined)
  assert.equal(await paperEntry.join(viewer, id, patient.patientId, ''), 'same-person')
  assert.equal(await paperEntry.join(second, id, patient.patientId, ''), undefined)
  const compared = await paperEntry.compare(viewer, id)
  assert.equal(compared.kind, 'ok')
  assert.ok(compared.kind === 'ok' && compared.matches.length === 1)
  assert.notEqual(compared.kind === 'ok' && compared.matches[0]!.outcome, 'missing', 'it stands in the chart')

  assert.equal((await paperEntry.list(viewer)).open, 1)
  const other = { ...sheet, number: 'K-0003' }
  const third = (await paperEntry.register(viewer, other)) as { id: string }
  await paperEntry.enter(viewer, third.id, entry('ない薬ＸＹＺ'), '')
  await paperEntry.verify(second, third.id, (await paperEntry.get(viewer, third.id))!.entered[0]!.id, '')
  for (const one of [viewer, second]) await paperEntry.join(one, third.id, patient.patientId, '')
  assert.equal(await paperEntry.settle(viewer, third.id, 'same', ''), 'not-same')
  assert.equal(await paperEntry.settle(viewer, third.id, 'exception', ' '), 'reason')
  assert.equal(await paperEntry.settle(viewer, third.id, 'exception', '処方しなかった'), undefined)
  assert.equal(await paperEntry.settle(second, id, 'in-system', '見た'), undefined)
  assert.equal((await paperEntry.list(viewer)).open, 0)
  assert.deepEqual(
    (await paperEntry.handOver(viewer, 'fhir')).map(({ number }) => number),
    ['K-0001', 'K-0003'],
  )
  await paperEntry.reopen(viewer, id)
  assert.equal((await paperEntry.list(viewer)).open, 1)

  const said: string[] = []
  for await (const { entry: one } of (await institution.ledger.reader()).entries()) said.push(JSON.stringify(one))
  assert.ok(said.some((one) => one.includes('sheet.settled')))
  assert.ok(said.some((one) => one.includes('sheets.handed-over')))
  assert.ok(!said.join('').includes(patient.drug) && !said.join('').includes('仮 1'))
  assert.ok(incidents)
})

test('who may not see patients sees no sheet, and what somebody may not see is never called missing', async (t) => {
  const { viewer, services } = await sampleHouse(t)
  const none = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'see-patients')) }
  await assert.rejects(services.paperEntry.list(none))
  const sheet = {
    number: 'K-1',
    kind: 'billing',
    day: '2026-11-20',
    patient: '',
    author: '',
    note: '',
    isUnnumbered: true,
  } as const
  const { id } = (await services.paperEntry.register(viewer, sheet)) as { id: string }
  await services.paperEntry.enter(
    viewer,
    id,
    [{ kind: 'billing', day: '', what: '会計', code: '', fields: { due: '3000' } }],
    '',
  )
  assert.equal((await services.paperEntry.compare(viewer, id)).kind, 'not-joined')
})

test('a scan is judged: twice, another hospital, another barcode, another form; a 仮番号 is decided for all its sheets', async (t) => {
  const { institution, viewer, services, patient } = await sampleHouse(t)
  const second = await anotherPerson(institution, viewer)
  const { paperEntry, slips } = services
  const [serial, other, third] = (await slips.serials(viewer, 'prescription', 3)) as [string, string, string]
  const [temporary] = (await slips.temporary(viewer, 1)) as [string]
  const mark = await institution.serials.mark()
  const foreign = { mark: (mark + 1) % 1000, form: 2, device: 1, number: 7 }
  const base = { kind: 'prescription', day: patient.day, patient: '', author: '', note: '' } as const
  const register = (more: object) => paperEntry.register(viewer, { ...base, number: serial, ...more })
  const refusals = await Promise.all([
    register({ number: sheetCode(foreign) }),
    register({ number: '4987123456787' }),
    register({ number: 'RX-0012' }),
    register({ number: '' }),
    register({ number: temporary }),
    register({ kind: 'lab' }),
    register({ patient: temporaryCode(foreign) }),
    register({ patient: temporary.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)) }),
  ])
  assert.deepEqual(refusals, [
    { refused: 'number', why: 'other-institution' },
    { refused: 'number', why: 'damaged' },
    { refused: 'number', why: 'not-a-sheet' },
    { refused: 'number', why: 'not-a-sheet' },
    { refused: 'number', why: 'temporary' },
    { refused: 'other-kind', kind: 'prescription' },
    { refused: 'patient', why: 'other-institution' },
    { refused: 'patient', why: 'damaged' },
  ])
  assert.equal((await paperEntry.list(viewer)).sheets.length, 0, 'nothing is kept of what was refused')
  // As a reader sends it, then as a person types it.
  const first = (await register({ number: serial.replaceAll('-', ''), patient: temporary.replaceAll('-', '') })) as {
    id: string
  }
  assert.deepEqual(await register({}), { refused: 'already', id: first.id })
  const more = (await register({ number: other, kind: 'lab', isKindSure: true, patient: temporary })) as { id: string }
  await register({ number: third, patient: '別の人' })
  assert.deepEqual(
    (await paperEntry.list(viewer)).sheets.map((sheet) => [sheet.number, sheet.temporary]).toSorted(),
    [
      [serial, temporary],
      [other, temporary],
      [third, ''],
    ].toSorted(),
  )
  assert.equal(await paperEntry.join(viewer, first.id, temporary, ''), 'temporary')
  for (const one of [viewer, second]) await paperEntry.join(one, first.id, patient.patientId, '')
  assert.equal((await paperEntry.get(viewer, more.id))!.joined?.patientId, patient.patientId)
  const rest = (await paperEntry.list(viewer)).sheets.find(({ number }) => number === third)!
  assert.equal(rest.joined, undefined)

  await paperEntry.photograph(viewer, rest.id, [PNG])
  const [photo] = (await paperEntry.get(viewer, rest.id))!.photos as [string]
  for (let i = 0; i < 6; i++) await paperEntry.turn(viewer, rest.id, photo)
  await paperEntry.turn(viewer, rest.id, 'ab'.repeat(32))
  assert.deepEqual([...(await paperEntry.get(viewer, rest.id))!.turned], [[photo, 2]])
})

test('everybody compared: what stands on no sheet and a carbon copy are found once, signed, and wait with the sheets', async (t) => {
  const { institution, viewer, services, patient } = await sampleHouse(t)
  const second = await anotherPerson(institution, viewer)
  const { paperEntry } = services
  const ofDay = patient.items.filter(({ kind, day }) => kind === 'prescription' && day === patient.day)
  const items: Item[] = ofDay.map(({ kind, day, what, code, fields }) => ({ kind, day, what, code, fields }))
  assert.ok(items.length > 0)
  const put = async (number: string, what: readonly Item[]) => {
    const about = { kind: 'prescription', day: patient.day, patient: '仮 1', author: '', note: '' } as const
    const sheet = { ...about, number, isUnnumbered: true }
    const { id } = (await paperEntry.register(viewer, sheet)) as { id: string }
    await paperEntry.enter(viewer, id, what, '')
    await paperEntry.verify(second, id, (await paperEntry.get(viewer, id))!.entered[0]!.id, '')
    for (const one of [viewer, second]) await paperEntry.join(one, id, patient.patientId, '')
    return id
  }
  const period = { from: patient.day, until: patient.day }
  const compared = async () => {
    assert.equal(await paperEntry.compareAll(viewer, period), undefined)
    assert.equal(await paperEntry.compareAll(viewer, period), 'running', 'a second click')
    while ((await paperEntry.list(viewer)).running) await new Promise((done) => setTimeout(done, 20))
    return (await paperEntry.list(viewer)).rests
  }
  const own = async () =>
    (await compared()).all.filter(
      ({ found, kind }) => found?.patientId === patient.patientId && kind === 'prescription',
    )
  assert.equal(await paperEntry.compareAll(viewer, { from: '2026-01-02', until: '2026-01-01' }), 'period')
  assert.equal(await paperEntry.compareAll(viewer, { from: '2020-01-01', until: '2026-01-01' }), 'period')
  const before = await own()
  assert.deepEqual(
    before.map(({ outcome, found }) => [outcome, found?.item.what]).toSorted(),
    items.map(({ what }) => ['only-ehr', what]).toSorted(),
    'no sheet yet',
  )
  const waiting = (await paperEntry.list(viewer)).rests.open
  assert.equal(await openSheets(institution.casebook), waiting, 'counted without a key')
  assert.deepEqual(
    (await own()).map(({ id }) => id),
    before.map(({ id }) => id),
    'the same again is found once',
  )

  await put('K-1', items)
  await put('K-2', items)
  const [copy, ...more] = await own()
  assert.deepEqual([copy?.outcome, more.length], ['duplicate', items.length - 1], 'what was found is on a sheet now')
  assert.deepEqual([copy?.found?.sheet, copy?.found?.other?.sheet].toSorted(), ['K-1', 'K-2'])

  assert.equal(await paperEntry.signRest(viewer, copy!.id, 'exception', ' '), 'reason')
  assert.equal(await paperEntry.signRest(viewer, copy!.id, 'right', ''), undefined)
  assert.equal(await paperEntry.signRest(second, copy!.id, 'mended', ''), undefined)
  assert.equal((await own()).find(({ id }) => id === copy!.id)?.signed?.how, 'right', 'the first press counts')
  await paperEntry.reopenRest(viewer, copy!.id)
  assert.equal((await own()).find(({ id }) => id === copy!.id)?.signed, undefined)
  const said: string[] = []
  for await (const { entry: one } of (await institution.ledger.reader()).entries()) said.push(JSON.stringify(one))
  assert.ok(said.some((one) => one.includes('rest.found')) && !said.join('').includes(patient.drug))
})

test('pictures are added later; names that the house uses are offered, to nobody who may not see them', async (t) => {
  const { viewer, services, patient } = await sampleHouse(t)
  const { paperEntry } = services
  const about = { kind: 'encounter', day: patient.day, patient: '', author: '', note: '' } as const
  const sheet = { ...about, number: 'K-1', isUnnumbered: true }
  const { id } = (await paperEntry.register(viewer, sheet)) as { id: string }
  await paperEntry.photograph(viewer, id, [])
  await assert.rejects(paperEntry.photograph(viewer, id, [Buffer.from('no picture')]))
  await Promise.all([0, 1].map(() => paperEntry.photograph(viewer, id, [PNG])))
  assert.equal((await paperEntry.get(viewer, id))!.photos.length, 1, 'two clicks add one')
  await paperEntry.names(viewer, 'prescription')
  let names: readonly string[] = []
  for (let i = 0; i < 500 && names.length === 0; i++) {
    names = await paperEntry.names(viewer, 'prescription')
    await new Promise((done) => setTimeout(done, 20))
  }
  assert.ok(names.includes(patient.drug))
  const none = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'see-patients')) }
  await assert.rejects(paperEntry.names(none, 'prescription'))
})

test('an emergency on paper ends when everybody was compared, or when somebody signs why not', async (t) => {
  const { viewer, services, patient } = await sampleHouse(t)
  const { incidents, paperEntry } = services
  await incidents.report(viewer, { name: '', place: '受付', what: '動かない', once: 'once-1' })
  const [{ id }] = (await incidents.list(viewer)) as unknown as [{ id: string }]
  const isCompared = async () => (await incidents.get(viewer, id))!.left.isCompared
  assert.equal(await isCompared(), undefined, 'no paper, nothing to compare')
  const about = { kind: 'billing', day: patient.day, patient: '仮 1', author: '', note: '' } as const
  const sheet = (await paperEntry.register(viewer, { ...about, number: 'K-7', isUnnumbered: true })) as { id: string }
  await paperEntry.settle(viewer, sheet.id, 'exception', '書き損じ')
  assert.deepEqual([(await paperEntry.list(viewer)).open, await isCompared()], [0, false])
  const end = {
    kind: 'decision',
    once: 'once-2',
    detail: { reason: '戻った', decider: '院長', tried: '電話' },
  } as const
  await assert.rejects(incidents.end(viewer, id, end, ''), { code: 'INCIDENT_NOT_YET' })
  assert.equal(await paperEntry.compareAll(viewer, { from: patient.day, until: patient.day }), undefined)
  while ((await paperEntry.list(viewer)).running) await new Promise((done) => setTimeout(done, 20))
  assert.equal(await isCompared(), true)
})

test('a list of patients that was backed up last is not the record that paper is held against', async (t) => {
  const { institution, viewer, services, patient } = await sampleHouse(t)
  const second = await anotherPerson(institution, viewer)
  const { paperEntry, charts } = services
  const folder = mkdtempSync(join(tmpdir(), 'toride-list-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'p.csv'), `番号,氏名\n${patient.patientId},予約 一覧\n`)
  const columns = [
    { heading: '番号', role: 'id' },
    { heading: '氏名', role: 'name' },
  ]
  const tables = [{ file: '*.csv', kind: 'patients', headingRow: 1, columns }]
  const intake = [{ format: 'csv', settings: { tables } } as never]
  const { vault } = institution
  const { id: list } = await vault.addSource({
    kind: 'intake',
    name: '予約の一覧',
    paths: [folder],
    options: { intake },
  })
  await (
    await vault.runs.run(list)
  ).done
  assert.equal((await charts.readableGenerations())[0]!.sourceId, list, 'the newest of all')
  const about = { kind: 'prescription', day: patient.day, patient: '仮 1', author: '', note: '' } as const
  const { id } = (await paperEntry.register(viewer, { ...about, number: 'K-8', isUnnumbered: true })) as { id: string }
  const [item] = patient.items.filter(
    ({ kind, day, what }) => kind === 'prescription' && day === patient.day && what === patient.drug,
  )
  const { kind, day, what, code, fields } = item!
  await paperEntry.enter(viewer, id, [{ kind, day, what, code, fields }], '')
  await paperEntry.verify(second, id, (await paperEntry.get(viewer, id))!.entered[0]!.id, '')
  for (const one of [viewer, second]) assert.equal(await paperEntry.join(one, id, patient.patientId, ''), undefined)
  assert.notEqual((await paperEntry.get(viewer, id))!.joined?.name, '予約 一覧')
  const compared = await paperEntry.compare(viewer, id)
  assert.deepEqual(compared.kind === 'ok' && compared.matches.map(({ outcome }) => outcome), ['same'])
  assert.equal(await paperEntry.compareAll(viewer, { from: patient.day, until: patient.day }), undefined)
  while ((await paperEntry.list(viewer)).running) await new Promise((done) => setTimeout(done, 20))
  assert.equal((await paperEntry.list(viewer)).rests.run?.missing, 0)
})
