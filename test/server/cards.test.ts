/** The sheets for the wall: read as paper by other programs. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callTree, roleCards } from '#governance'
import type { OfficeDocument } from '#office'
import { MESSAGES } from '#web'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

test('five minutes fit one page without private numbers; every duty has a card, also where nobody holds it', async (t) => {
  const place = house(t)
  const institution = await place.open()
  const { viewer, services } = await firstPerson(institution)
  const { registers, cards, incidents } = services
  const read = (bytes: Uint8Array, name: string) => {
    const path = join(process.env['TORIDE_LOOK'] ?? institution.folder.path, name)
    writeFileSync(path, bytes)
    const pages = Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [path], { encoding: 'utf8' }))?.[1])
    const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replaceAll(/[ \n]/g, '')
    return { pages, text }
  }
  const add = (register: 'person' | 'connection' | 'vendor', values: Record<string, string>) =>
    registers.save(viewer, register, undefined, values)
  await add('person', { name: '見本院長', duties: 'decider', order: '1', phone: '内線11', homePhone: '000-0000-0001' })
  await add('person', { name: '見本副院長', duties: 'deputy', order: '2', phone: '内線12' })
  await add('vendor', { name: '見本カルテ', phone: '000-1' })
  await add('connection', { name: '保守の線', stage: 'outside', kind: 'vpn', place: '受付の裏' })
  const few = read(await cards.fiveMinutes(await incidents.door(undefined), 'ja'), 'few.pdf')
  assert.equal(few.pages, 1)
  for (const word of [
    '1さわらない',
    '2線を抜く順',
    '3電話する',
    '4紙を出す',
    '保守の線',
    '受付の裏',
    '000-1',
    '内線11',
  ])
    assert.ok(few.text.includes(word), word)
  assert.ok(!few.text.includes('000-0000-0001') && !few.text.includes('書ききれない'))

  for (let i = 0; i < 60; i++)
    await add('connection', { name: `線${i}${'長'.repeat(60)}`, stage: 'outside', kind: 'vpn', place: '床'.repeat(90) })
  const many = read(await cards.fiveMinutes(await incidents.door(undefined), 'ja'), 'many.pdf')
  assert.equal(many.pages, 1)
  assert.ok(many.text.includes('書ききれない') && many.text.includes('4紙を出す'))

  const lists = { person: await registers.list(viewer, 'person'), vendor: await registers.list(viewer, 'vendor') }
  const all = roleCards({ ...lists, contact: [] })
  assert.deepEqual(all.map(({ holder, deputies }) => [holder?.values['name'], deputies.length]).slice(0, 3), [
    ['見本院長', 1],
    ['見本副院長', 0],
    [undefined, 0],
  ])
  const roles = read(await cards.roles(all, 'ja'), 'roles.pdf')
  assert.equal(roles.pages, 8)
  assert.ok(roles.text.includes('決まっていません') && roles.text.includes('000-0000-0001'))
  const english = read(await cards.roles(all, 'en'), 'roles-en.pdf')
  assert.ok(english.text.includes('Hearwhosawit') && !english.text.includes('担当'), 'in the language of who asks')
  const five = read(await cards.fiveMinutes(await incidents.door(undefined), 'en'), 'five-en.pdf')
  assert.ok(five.pages === 1 && five.text.includes('Thefirstfiveminutes') && !five.text.includes('最初の'))

  const tree = read(await cards.contactTree(callTree({ ...lists, contact: [] }), 'ja'), 'tree.pdf')
  assert.equal(tree.pages, 2, 'the picture, and the table to be ticked off')
  for (const word of ['1見本院長（非常時と判断する人）', '出なければ:見本副院長内線12', '1.2見本カルテ', '気づいた人'])
    assert.ok(tree.text.replaceAll('　', '').includes(word), word)
})

test('every paper of the sample says 見本, no paper of a house does', async (t) => {
  const document: OfficeDocument = { title: '報告', language: 'ja', blocks: [{ kind: 'paragraph', text: '中身' }] }
  for (const kind of ['sample', 'own'] as const) {
    const institution = await house(t, kind).open()
    const { viewer, services } = await firstPerson(institution)
    const { registers, cards, incidents, reports } = services
    const { isSample } = institution.vault
    const mark = isSample ? { sample: MESSAGES.ja.sample.mark } : {}
    const people = { person: await registers.list(viewer, 'person'), vendor: await registers.list(viewer, 'vendor') }
    const papers = {
      five: await cards.fiveMinutes(await incidents.door(undefined), 'ja'),
      roles: await cards.roles(roleCards({ ...people, contact: [] }), 'ja'),
      tree: await cards.contactTree(callTree({ ...people, contact: [] }), 'ja'),
      report: await reports.draw(document, 'pdf', { by: '見る人', missingNotice: () => '', ...mark }),
    }
    for (const [name, bytes] of Object.entries(papers)) {
      const path = join(institution.folder.path, `${name}.pdf`)
      writeFileSync(path, bytes)
      const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
      assert.equal(text.includes(MESSAGES.ja.sample.mark), kind === 'sample', `${kind} ${name}`)
    }
  }
})
