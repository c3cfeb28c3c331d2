/** The clinic's afternoon: from nothing to an approved plan, what the ledger hears, what makes it stale, what it looks like. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { questionsOf, sectionsOf } from '#bcp'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

test('a plan of a clinic is answered, approved once, printed, and stale when a vendor changes', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { bcp, registers, coverage } = services
  assert.equal((await bcp.view(viewer, 'ja')).kind, undefined)
  assert.equal(await bcp.file(viewer, 'pdf'), undefined, 'there is nothing to print yet')
  await bcp.setKind(viewer, 'clinic')
  const questions = sectionsOf('clinic').flatMap((section) => questionsOf(section, 'clinic'))
  await bcp.answer(viewer, { ...Object.fromEntries(questions.map(({ key }) => [key, '1'])), unknown: 'x' })
  await bcp.setOrder(viewer, 'care', ['outpatient', 'king'])
  await bcp.setOrder(viewer, 'recovery', ['network', 'ehr'])
  await registers.save(viewer, 'vendor', undefined, { name: '見本カルテ', phone: '000-1' })
  assert.equal(
    (await coverage.add(viewer, { kind: 'ehr', name: '電子カルテ', vendor: '見本カルテ', responsible: '', parts: {} }))
      .kind,
    'ok',
  )
  const [system] = (await bcp.view(viewer, 'ja')).systems
  await bcp.setBia(viewer, [{ systemId: system!.systemId, rtoHours: 4, instead: '紙', needs: ['gone'] }])
  const view = await bcp.view(viewer, 'ja')
  assert.deepEqual(
    [view.progress?.next, view.progress?.minutesLeft, view.draft.orders.care],
    [undefined, 0, ['outpatient']],
  )
  assert.deepEqual([view.systems[0]?.neededHours, view.draft.answers['unknown']], [4, undefined])

  const reader = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'manage-backup')) }
  await assert.rejects(bcp.approve(reader, 'x'))
  const both = await Promise.all([0, 1].map(() => bcp.approve(viewer, '見本 院長')))
  assert.deepEqual(both.toSorted(), [1, undefined])
  const approved = await bcp.view(viewer, 'ja')
  assert.deepEqual(approved.changed, [])
  const pdf = Buffer.from((await bcp.file(viewer, 'pdf', 1))!)
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  assert.equal(
    Buffer.from((await bcp.file(viewer, 'docx', 1))!)
      .subarray(0, 2)
      .toString(),
    'PK',
  )
  assert.equal(await bcp.file(viewer, 'pdf', 7), undefined)
  const { document } = (await institution.plans.version(1))!
  for (const gap of [
    'まだ書けていないところがあります',
    '外部とのつながり（抜く順）: 台帳に',
    '非常時と判断する人',
    '1月',
    '1分',
  ])
    assert.ok(document.includes(gap), `the version carries what was open: ${gap}`)

  const [vendor] = await registers.list(viewer, 'vendor')
  await registers.save(viewer, 'vendor', vendor!.id, { ...vendor!.values, phone: '000-2' })
  assert.deepEqual((await bcp.view(viewer, 'ja')).changed, ['contacts'])
  assert.equal(await bcp.approve(viewer, '見本 院長'), 2)

  const said: string[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type === 'bcp.approved') said.push(String(entry.data['document']))
  assert.deepEqual(
    said,
    approved.versions.map(({ hash }) => hash).concat((await bcp.view(viewer, 'ja')).versions[0]!.hash),
  )
  if (process.env['TORIDE_LOOK']) {
    const { writeFileSync } = await import('node:fs')
    writeFileSync(process.env['TORIDE_LOOK'], (await bcp.file(viewer, 'pdf'))!)
    writeFileSync(`${process.env['TORIDE_LOOK']}.docx`, (await bcp.file(viewer, 'docx'))!)
  }
})

test('section 1.1 says why one prepares, each with its source, and that nobody compared it', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  await services.bcp.setKind(viewer, 'clinic')
  const grounds = (await services.bcp.view(viewer, 'ja')).live['grounds']!.rows
  assert.deepEqual(
    [/25倍/, /信頼/, /ランサムウェアによる/].map((words) => grounds.some(([what]) => words.test(what!))),
    [true, true, true],
  )
  assert.ok(grounds.every(([, source]) => source!.endsWith('（未確認）')))
})
