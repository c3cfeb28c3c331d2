/** The papers that are made ready beforehand: drawn, read by other programs, counted, carried to emergency PCs. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { DEPARTMENTS } from '#downtime'
import { SLIP_KINDS } from '#sheets'
import { KIT_PAPERS, MESSAGES, type PaperName, SERVICE_CARDS } from '#web'
import { stationFacts } from '../../src/server/station-facts.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

async function opened(t: TestContext) {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const read = (bytes: Uint8Array, name: string) => {
    const path = join(process.env['TORIDE_LOOK'] ?? institution.folder.path, name)
    writeFileSync(path, bytes)
    const pages = Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [path], { encoding: 'utf8' }))?.[1])
    const words = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replaceAll(/[ \n]/g, '')
    return { pages, words }
  }
  return { institution, viewer, services, papers: services.papers, read }
}

test('each paper is one page with the phone of the house, in every kind of house; the stack is all of them', async (t) => {
  const { institution, viewer, services, papers, read } = await opened(t)
  await papers.saveContact(viewer, { phone: '000-111-2222', fax: '000-111-3333' })
  const names: PaperName[] = [
    ...KIT_PAPERS.map((one) => `kit-${one}` as const),
    ...SERVICE_CARDS.map((one) => `card-${one}` as const),
  ]
  for (const name of names) {
    const { pages, words } = read((await papers.file(viewer, name, 'pdf'))!, `${name}.pdf`)
    assert.equal(pages, 1, name)
    assert.ok(!words.includes('〓') && !words.includes('{'), name)
    if (name.startsWith('kit') && name !== 'kit-phone') assert.ok(words.includes('000-111-2222'), name)
    // What nobody checked with an authority says so.
    if (name.startsWith('card')) assert.ok(words.includes('未確認'), name)
  }
  const door = read((await papers.file(viewer, 'kit-door', 'pdf'))!, 'door.pdf').words
  for (const word of ['お薬手帳', 'medicinenotebook', '用药手册', '수첩']) assert.ok(door.includes(word), word)
  assert.ok(read((await papers.file(viewer, 'kit-pharmacy', 'pdf'))!, 'fax.pdf').words.includes('000-111-3333'))

  const counts: number[] = []
  for (const kind of ['cloud-clinic', 'clinic', 'small-hospital', 'regional-hospital'] as const) {
    await services.bcp.setKind(viewer, kind)
    let drawn = 0
    for (const department of DEPARTMENTS) {
      const bytes = await papers.file(viewer, `manual-${department}`, 'pdf')
      if (!bytes) continue
      drawn++
      const { pages, words } = read(bytes, `${kind}-${department}.pdf`)
      assert.equal(pages, 1, `${kind} ${department}`)
      assert.ok(words.includes('してはいけないこと'), department)
    }
    counts.push(drawn)
    assert.equal((await papers.view(viewer)).manuals.length, drawn)
    const stack = read((await papers.file(viewer, 'stack', 'pdf'))!, `${kind}-stack.pdf`)
    assert.equal(stack.pages, names.length + drawn)
  }
  assert.deepEqual(counts, [7, 7, 10, 10])
  const it = async (kind: 'cloud-clinic' | 'clinic') => {
    await services.bcp.setKind(viewer, kind)
    return (await papers.manual(viewer, 'it')).text
  }
  assert.notEqual(await it('cloud-clinic'), await it('clinic'))

  const path = join(institution.folder.path, 'stack.docx')
  writeFileSync(path, (await papers.file(viewer, 'stack', 'docx'))!)
  const xml = execFileSync('unzip', ['-p', path, 'word/document.xml'], { encoding: 'utf8' })
  for (const word of ['000-111-2222', '用药手册', '電子処方箋が使えないとき']) assert.ok(xml.includes(word), word)
})

test('a manual is written over in versions; of two who write at once the second sees the first', async (t) => {
  const { viewer, papers, read, institution } = await opened(t)
  const { text } = await papers.manual(viewer, 'ward')
  assert.equal(await papers.saveManual(viewer, 'ward', text, 0), 'same', 'the template is no version')
  const both = await Promise.all(
    ['■ 私の手引き\n・内線11に電話する。\n見出しの無い文', '■ 別の人'].map((one) =>
      papers.saveManual(viewer, 'ward', one, 0),
    ),
  )
  assert.deepEqual(both, ['saved', 'conflict'])
  assert.equal(await papers.saveManual(viewer, 'ward', '■ 別の人', 1), 'saved')
  assert.equal(await papers.saveManual(viewer, 'ward', '■ 別の人', 1), 'same', 'a second click')
  const view = await papers.manual(viewer, 'ward')
  assert.deepEqual([view.text, view.versions.map(({ number }) => number)], ['■ 別の人', [2, 1]])
  const { words } = read((await papers.file(viewer, 'manual-ward', 'pdf'))!, 'ward.pdf')
  assert.ok(words.includes('第2版') && words.includes('別の人') && !words.includes('内線11'))
  assert.equal(await papers.file(viewer, 'manual-nobody' as PaperName, 'pdf'), undefined)
  const noted: unknown[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type === 'settings.changed' && entry.data['area'] === 'papers') noted.push(entry.data['changes'])
  assert.equal(noted.length, 2)
})

test('what lies there is counted by itself, over server and emergency PCs; a count puts it right', async (t) => {
  const { institution, viewer, services, papers } = await opened(t)
  const form = SLIP_KINDS.indexOf('prescription') + 1
  const row = async (of: number) => (await papers.view(viewer)).stock.find((one) => one.form === of)!
  assert.deepEqual([(await row(form)).left, (await row(0)).left], [0, 0], 'told before anybody printed one')
  const [serial, second] = (await services.slips.serials(viewer, 'prescription', 30)) as [string, string]
  await services.slips.temporary(viewer, 4)
  const range = await institution.ranges.forFile('1a2b')
  const said = { range, instance: 'a'.repeat(32), starts: 1, nonce: 'b'.repeat(32), blocksLeft: 90 }
  await institution.ranges.report('1a2b', { ...said, used: { [form]: 12, 0: 1 } })
  const sheet = { kind: 'prescription', day: '2026-11-20', patient: '', author: '', note: '' } as const
  await services.paperEntry.register(viewer, { ...sheet, number: serial })
  await services.paperEntry.register(viewer, { ...sheet, number: 'K-1', isUnnumbered: true })
  const { printed, used, left } = await row(form)
  assert.deepEqual([printed, used, left, (await row(0)).left], [42, 1, 41, 5])
  await papers.count(viewer, form, 10)
  await services.paperEntry.register(viewer, { ...sheet, number: second })
  assert.equal((await row(form)).left, 9)
})

test('the stack travels: on discs and emergency PCs, one at a time', async (t) => {
  const { institution, viewer, papers } = await opened(t)
  assert.equal(await papers.carry(viewer), true)
  await papers.saveContact(viewer, { phone: '000-9', fax: '' })
  assert.equal(await papers.carry(viewer), true)
  const { load } = await stationFacts(institution)
  assert.deepEqual(
    load.papers.map(({ title }) => title),
    [MESSAGES.ja.papers.stackTitle],
  )
  assert.ok((await papers.view(viewer)).carriedAtMs! > 0)
})
