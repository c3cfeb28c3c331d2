/** What people type on a Japanese keyboard is understood, and what is refused stands there again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, manualClock } from '#base'
import { NOW } from './fixtures/house.ts'
import { fixtureIncident } from './fixtures/incidents.ts'
import { FIXTURE_PASSWORD, fixtureServices, fixtureViewer } from './fixtures/services.ts'
import { createWeb } from './index.ts'
import { isOtherName } from './pages/paper-entry.tsx'

async function visit(more: Parameters<typeof fixtureServices>[1] = {}) {
  const clock = manualClock(NOW)
  const services = fixtureServices(clock, more)
  const web = await createWeb(services, { clock, hosts: ['toride.example'], secure: false, onError: assert.fail })
  const cookies = new Map<string, string>()
  const send = async (path: string, fields?: Record<string, string> | FormData) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = fields instanceof FormData ? fields : fields && new URLSearchParams(fields)
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
    /** With a file that somebody chose. */
    upload: (path: string, fields: Record<string, string>, file: { field: string; name: string }) => {
      const form = new FormData()
      for (const [name, value] of Object.entries({ csrf: token, ...fields })) form.append(name, value)
      form.append(file.field, new File(['x'], file.name))
      return send(path, form)
    },
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

test('photos that have not come are named with where they belong, who has them and what to do', async () => {
  const { get } = await visit()
  const { html } = await get('/incidents')
  assert.match(html, /まだ届いていない写真 3枚[\s\S]*元の紙を捨てないでください/)
  assert.match(html, /href="\/incidents\/c1"[\s\S]*非常用PC（3f2a）/)
  assert.match(html, /href="\/paper-entry\/1111111111111111">事後入力の紙 K-0001</)
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

/** What stands in a field of a page. */
function standsIn(html: string, name: string): string | undefined {
  const input = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0]
  if (input) return /type="radio"/.test(input) ? chosenOf(html, name) : /value="([^"]*)"/.exec(input)?.[1]
  const area = new RegExp(`<textarea[^>]* name="${name}"[^>]*>([^<]*)`).exec(html)
  if (area) return area[1]
  const list = new RegExp(`<select[^>]* name="${name}"[^>]*>(.*?)</select>`).exec(html)?.[1] ?? ''
  return /<option value="([^"]*)" selected/.exec(list)?.[1]
}
const chosenOf = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)" checked`).exec(html)?.[1]

test('in an emergency and on its paper, a form that is refused loses nothing of what was typed', async () => {
  const { services, post } = await visit()
  const one = `/incidents/${fixtureIncident.id}`
  const report = `${one}/reports/mhlw`
  const sheet = '/paper-entry/2222222222222222'
  services.paperEntry.settle = async () => 'reason'
  services.paperEntry.join = async () => 'same-person'
  services.paperEntry.find = async () => ({ patientId: '0012', name: '見本', kana: 'ミホン', birthDate: '1950-01-01' })
  services.improvements.settle = async () => {
    throw new AppError('INCIDENT_IMPROVEMENT_INCOMPLETE')
  }
  const refused: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    [`${one}/evidence`, { item: 'vpn-log', what: 'VPN の記録', who: '山田', place: '', hash: 'a1' }, {}],
    [
      `${one}/note`,
      { way: 'phone', from: '業者', text: '', 'happenedTime~note': '9:10', 'paperDay~note': '2026-11-20' },
      {},
    ],
    [`${one}/note`, { way: 'phone', text: '電話', 'happenedTime~note': '九時', 'paperTime~note': '8:30' }, {}],
    [`${one}/damage`, { 'text~crisis': '調査の会社', 'yen~crisis': 'たくさん' }, { topic: 'damage:crisis' }],
    [`${one}/role`, { 'name~lead': '', 'deputy~lead': '副院長' }, { topic: 'role:lead' }],
    ['/improvements', { what: '電話帳を紙に', owner: '', dueOn: '2027-03-31' }, { origin: 'house' }],
    [`${report}/field`, { 'text~scope': '病棟の端末20台', 'reason~scope': '' }, { field: 'scope', once: '1' }],
    [`${report}/send`, { to: '', how: '電話', receipt: '12', sentTime: '9:30' }, { version: '1' }],
    [`${report}/template`, { cells: 'kind = B3' }, {}],
    ['/improvements/i1', { 'state~i1': 'done', 'outcome~i1': '' }, {}],
    ['/incidents/books', { fingerprint: '7QK2-M8VD' }, {}],
    [`${sheet}/settle`, { how: 'exception', note: '' }, {}],
    [`${sheet}/settle`, { how: 'in-system', note: '薬局に電話して直した' }, {}],
    [`${sheet}/join`, { reason: '二人とも休み' }, { patientId: '0012' }],
  ]
  for (const [path, typed, rest] of refused) {
    const { status, html } = await post(path, { ...typed, ...rest })
    assert.equal(status, 400, path)
    for (const [name, value] of Object.entries(typed)) assert.equal(standsIn(html, name), value, `${path} ${name}`)
  }
})

test('a file that was chosen is not sent with a refused form, and that is said', async () => {
  const { upload, get } = await visit()
  const one = `/incidents/${fixtureIncident.id}`
  const refused = [
    [`${one}/note`, { text: '', 'happenedTime~note': '九時' }, 'photo'],
    [`${one}/evidence`, { what: '' }, 'file'],
    ['/paper-entry/sheets', { kind: 'lab', day: '2026-11-20', number: '' }, 'photo'],
  ] as const
  for (const [path, fields, field] of refused) {
    const { status, html } = await upload(path, fields, { field, name: '紙<1>.png' })
    assert.equal(status, 400, path)
    assert.match(html, /「紙&lt;1&gt;\.png」は、まだ送られていません。もう一度選んでください。/, path)
  }
  assert.doesNotMatch((await get('/paper-entry')).html, /まだ送られていません/)
})

test('who marks a step stays there, a wrong time of it is named and opens there', async () => {
  const { post, get } = await visit()
  const one = `/incidents/${fixtureIncident.id}`
  const mark = (more: Record<string, string>) =>
    post(`${one}/step`, { topic: 'step:cut-outside', value: 'done', ...more })
  assert.equal((await mark({})).to, `${one}?done=1#step-cut-outside`)
  assert.match((await get(one)).html, /id="step-cut-outside"/)
  const { status, html } = await mark({ 'paperTime~step-cut-outside': 'あさ' })
  assert.equal(status, 400)
  assert.match(html, /autofocus[^>]*>(?:(?!<\/form>).)*href="#field-paperTime~step-cut-outside"/s)
  assert.equal(standsIn(html, 'paperTime~step-cut-outside'), 'あさ')
  const closed = await post(`${one}/clock`, { topic: 'clock:police', value: 'closed', 'sent~police': '電話した' })
  assert.equal(closed.to, `${one}?done=1#clock-police`)
  for (const page of ['timeline', 'evidence', 'review'])
    assert.match((await get(`${one}/${page}?done=1`)).html, /role="status"[\s\S]*記録しました/, page)
})

test('a report: the first words of a field need no reason, written over or left empty on purpose does', async () => {
  const { services, post } = await visit()
  const written: string[] = []
  services.reports.overrule = async (_viewer, _incident, { text, reason }) => void written.push(`${text}/${reason}`)
  const write = (field: string, text: string, reason = '') =>
    post(`/incidents/${fixtureIncident.id}/reports/mhlw/field`, {
      field,
      once: '1',
      [`text~${field}`]: text,
      [`reason~${field}`]: reason,
    })
  assert.equal((await write('help', '専門の人を一人')).status, 303)
  assert.equal((await write('help', '')).status, 400)
  assert.equal((await write('institution', '本院')).status, 400)
  assert.equal((await write('institution', '本院', '名前がちがう')).status, 303)
  assert.deepEqual(written, ['専門の人を一人/', '本院/名前がちがう'])
})

test('a day without its time, and a time still to come, are asked about, never taken for now', async () => {
  const { services, post } = await visit()
  const written: unknown[] = []
  services.incidents.write = async (_viewer, _id, entry) => void written.push(entry.happenedAt)
  const one = `/incidents/${fixtureIncident.id}`
  const note = (more: Record<string, string>) => post(`${one}/note`, { way: 'seen', text: '見た', ...more })
  const alone = await note({ 'happenedTime~note': '', 'happenedDay~note': '2026-11-20' })
  assert.equal(alone.status, 400)
  assert.match(alone.html, /日だけでは入れられません/)
  const ahead = await note({ 'happenedTime~note': '23:59' })
  assert.equal(ahead.status, 400)
  assert.match(ahead.html, /まだ来ていない時刻です/)
  const sent = await post(`${one}/reports/mhlw/send`, { to: '国', how: '電話', sentDay: '2026-11-20', version: '1' })
  assert.equal(sent.status, 400)
  assert.equal((await note({ 'happenedTime~note': '7時半' })).status, 303)
  assert.equal(written.length, 1)
})

test('who leads a drill stays where they pressed, on a phone too', async () => {
  const { post, get } = await visit()
  const page = (await get('/drills/d2')).html
  for (const [act, at] of [
    ['start', 'clock'],
    ['pause', 'clock'],
    ['bring/0', 'clock'],
    ['time/station', 'timed'],
  ] as const) {
    assert.equal((await post(`/drills/d2/${act}`, {})).to, `/drills/d2#${at}`)
    assert.ok(page.includes(`id="${at}"`), at)
  }
})

test('whose number nobody knows is looked up by name', async () => {
  const { get } = await visit()
  assert.match((await get('/paper-entry/2222222222222222')).html, /id="join"[\s\S]*<a href="\/charts">番号がわからない/)
})

test('words that this machine could not keep stand there to be copied; kept ones are gone from the form', async () => {
  const { services, post } = await visit()
  const say = () => post('/trouble', { place: '2階病棟', what: '画面が英語', once: '1' })
  services.incidents.report = async () => ({ isKept: false })
  assert.equal(standsIn((await say()).html, 'what'), '画面が英語')
  services.incidents.report = async () => ({ isKept: true })
  assert.equal(standsIn((await say()).html, 'what'), '')
})
