/** What people type on a Japanese keyboard is understood, and what is refused stands there again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { NOW } from './fixtures/house.ts'
import { FIXTURE_PASSWORD, fixtureServices, fixtureViewer } from './fixtures/services.ts'
import { createWeb } from './index.ts'
import { isOtherName } from './pages/paper-entry.tsx'

async function visit(more: Parameters<typeof fixtureServices>[1] = {}) {
  const clock = manualClock(NOW)
  const services = fixtureServices(clock, more)
  const web = await createWeb(services, { clock, hosts: ['toride.example'], secure: false, onError: assert.fail })
  const cookies = new Map<string, string>()
  const send = async (path: string, fields?: Record<string, string>) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = fields && new URLSearchParams(fields)
    const headers = { host: 'toride.example', cookie }
    const init = { method: body ? 'POST' : 'GET', headers, ...(body && { body }) }
    const answer = await web.fetch(new Request(`http://toride.example${path}`, init))
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      cookies.set(name!, value!)
    }
    const { status } = answer
    return { status, to: answer.headers.get('location') ?? '', html: await answer.text() }
  }
  const csrf = async (path: string) => /name="csrf" value="([^"]*)"/.exec((await send(path)).html)?.[1] ?? ''
  await send('/sign-in', { csrf: await csrf('/sign-in'), loginName: 'admin', password: FIXTURE_PASSWORD })
  const token = await csrf('/account')
  return {
    services,
    get: send,
    post: (path: string, fields: Record<string, string>) => send(path, { csrf: token, ...fields }),
  }
}

test('places in an order: wide digits count, anything else is said and stays', async () => {
  const { services, post } = await visit()
  const set: (readonly string[])[] = []
  services.bcp.setOrder = async (_viewer, _order, codes) => void set.push(codes)
  assert.equal((await post('/bcp/orders/care', { outpatient: '１', prescription: '２' })).status, 303)
  assert.deepEqual(set, [['outpatient', 'prescription']])
  for (const wrong of ['一', '0', '-1', '2番']) {
    const { status, html } = await post('/bcp/orders/care', { outpatient: '1', billing: wrong })
    assert.equal(status, 400, wrong)
    assert.ok(html.includes(`value="${wrong}"`), wrong)
  }
  assert.equal(set.length, 1)
})

test('a contact without a number cannot be called checked', async () => {
  const { services, post } = await visit()
  const checked: string[] = []
  services.registers.check = async (_viewer, id) => void checked.push(id)
  const contact = (id: string, phone: string) =>
    ({
      id,
      register: 'contact',
      values: { name: '保健所', phone, mail: '' },
      unverified: true,
      changedAt: NOW,
    }) as const
  services.registers.list = async () => [contact('c1', ''), contact('c2', '000-0000')]
  const refused = await post('/registers/contact/c1/check', {})
  assert.equal(refused.status, 400)
  assert.match(refused.html, /電話番号がまだありません/)
  assert.equal((await post('/registers/contact/c2/check', {})).status, 303)
  assert.deepEqual(checked, ['c2'])
  services.registers.propose = async () => 0
  const { to } = await post('/registers/contact/propose', {})
  assert.match((await visit().then(({ get }) => get(to))).html, /もう全部入っています/)
})

test('a line of a sheet without its drug is refused with all that was typed, and a patient number is read wide', async () => {
  const { services, post } = await visit()
  let entered = 0
  services.paperEntry.enter = async () => void entered++
  const path = '/paper-entry/2222222222222222'
  const { status, html } = await post(`${path}/items`, { 'what-0': 'アムロジピン', 'perDay-1': '3錠' })
  assert.deepEqual([status, entered], [400, 0])
  assert.match(html, /「薬の名前」が空の行/)
  for (const typed of ['アムロジピン', '3錠']) assert.ok(html.includes(`value="${typed}"`), typed)
  const asked: string[] = []
  services.paperEntry.find = async (_viewer, id) => void asked.push(id)
  const found = await post(`${path}/find`, { patientId: '００１２' })
  assert.deepEqual(asked, ['0012'])
  assert.match(found.html, /value="0012"/)
})

test('another name than the one on paper is said before somebody joins them', () => {
  const person = { name: '佐藤 花子', kana: 'サトウ ハナコ' }
  for (const paper of ['', '佐藤花子', '佐藤　花子 様', 'さとう はなこ', 'ｻﾄｳ', '佐藤'])
    assert.equal(isOtherName(paper, person), false, paper)
  for (const paper of ['外来 一郎', '仮 1']) assert.equal(isOtherName(paper, person), true, paper)
})

test('both names stand beside each other before two people join them, and in the list after it', async () => {
  const { services, get, post } = await visit()
  const person = { patientId: '0012', name: '佐藤 花子', kana: 'サトウ ハナコ', birthDate: '1960-01-01' }
  services.paperEntry.find = async () => person
  const list = await services.paperEntry.list(fixtureViewer)
  const [sheet] = list.sheets.filter(({ joined }) => joined)
  const joined = { ...sheet!.joined!, name: '佐藤 花子' }
  const sheets = list.sheets.map((one) => ({ ...one, patient: '外来 一郎', ...(one.joined && { joined }) }))
  services.paperEntry.list = async () => ({ ...list, sheets })
  services.paperEntry.handOver = async () => sheets.filter((one) => one.joined)
  const { html } = await post('/paper-entry/2222222222222222/find', { patientId: '0012' })
  assert.match(
    html,
    /本当に同じ人ですか[\s\S]*紙に書かれたとおり[\s\S]*外来 一郎[\s\S]*電子カルテの氏名[\s\S]*佐藤 花子/,
  )
  assert.match(html, /名前はちがうが、この患者さんです/)
  const table = (await get('/paper-entry')).html
  for (const name of ['外来 一郎', '佐藤 花子']) assert.ok(table.includes(name), name)
  const [head, line] = (await get('/paper-entry/sheets.csv')).html.split('\r\n')
  const column = (name: string) => line!.split(',')[head!.split(',').findIndex((one) => one.includes(name))]
  assert.match(column('紙に書かれたとおり')!, /外来 一郎/)
  assert.match(column('電子カルテの氏名')!, /佐藤 花子/)
})

test('words say how many: the usual forms of all, and contacts that are all there', async () => {
  const { get } = await visit()
  const { html } = await get('/slips')
  assert.match(html, /ふだん使う6種類を1枚ずつ/)
  assert.match(html, /経過記録（停止時）、[^。]*受付・会計（停止時） です。ほかの14種類は/)
  const again = (await get('/registers/contact?proposed=0')).html
  assert.match(again, /もう全部入っています/)
  assert.doesNotMatch(again, /0件を入れました/)
})

test('the picture of what is left has no wall of one day', async () => {
  const { services, get } = await visit()
  const list = await services.paperEntry.list(fixtureViewer)
  const [day] = list.burnDown.days
  services.paperEntry.list = async () => ({ ...list, burnDown: { days: [day!], forecastDays: undefined } })
  const widths = [...(await get('/paper-entry')).html.matchAll(/class="tl-bar"[^>]* width="([\d.]+)"/g)]
  assert.equal(widths.length, 1)
  assert.ok(Number(widths[0]![1]) <= 40, widths[0]![1])
})

test('who may not change settings finds drills, lessons and back-entry in the menu', async () => {
  const { get } = await visit({ viewer: { ...fixtureViewer, can: new Set(['see-patients']) } })
  assert.match((await get('/')).html, /href="\/preparations"/)
  const { html } = await get('/preparations')
  for (const path of ['/drills', '/paper-entry', '/slips', '/registers', '/improvements'])
    assert.ok(html.includes(`href="${path}"`), path)
  const keeper = await visit()
  assert.doesNotMatch((await keeper.get('/')).html, /href="\/preparations"/)
})
