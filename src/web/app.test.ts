/** The server without a browser: who gets in, what every answer carries, and that a chart opens only by the front door. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { AppError, manualClock } from '#base'
import { problemsOf } from '#governance'
import { doneJob, NOW } from './fixtures/house.ts'
import { FIXTURE_PASSWORD, fixtureServices, fixtureViewer } from './fixtures/services.ts'
import { keptAs } from './http/respond.ts'
import { createWeb } from './index.ts'
import { attribute, readHtml } from './testing.ts'
import type { Ui } from './ui.ts'

type Fixture = Parameters<typeof fixtureServices>[1]

/** A browser's minimum: cookies, forms with their hidden fields, no following of redirects. */
async function visit(options: Fixture & { secure?: boolean; instance?: string; cookies?: Map<string, string> } = {}) {
  const clock = manualClock(NOW)
  const services = fixtureServices(clock, options)
  const errors: unknown[] = []
  const secure = options.secure ?? false
  const web = await createWeb(services, {
    clock,
    ...(options.instance ? { instance: options.instance } : {}),
    hosts: ['toride.example'],
    secure,
    onError: (error) => errors.push(error),
  })
  const cookies = options.cookies ?? new Map<string, string>()
  async function request(path: string, init: RequestInit & { host?: string } = {}) {
    const headers = new Headers(init.headers)
    headers.set('host', init.host ?? 'toride.example')
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await web.fetch(
      new Request(`http://${init.host ?? 'toride.example'}${path}`, { ...init, headers }),
    )
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  async function post(path: string, fields: Record<string, string>, init: RequestInit & { from?: string } = {}) {
    const form = readHtml(await (await request(init.from ?? path)).text())
    const hidden = form.elements.filter((element) => attribute(element, 'name') === 'csrf')
    const csrf = hidden[0] ? (attribute(hidden[0], 'value') ?? '') : ''
    const body = new URLSearchParams({ csrf, ...fields })
    return request(path, { method: 'POST', body, ...init })
  }
  const signIn = () => post('/sign-in', { loginName: 'admin', password: FIXTURE_PASSWORD })
  return { request, post, signIn, services, clock, cookies, errors }
}

test('every page carries the strict headers and is kept by nobody', async () => {
  const { request, signIn } = await visit()
  for (const path of ['/sign-in', '/nowhere', '/']) {
    const { headers } = await request(path)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    )
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('strict-transport-security'), null)
  }
  await signIn()
  const asset = /\/assets\/\w+\.css/.exec(await (await request('/')).text())![0]
  assert.match((await request(asset)).headers.get('cache-control') ?? '', /immutable/)
})

test('a foreign Host gets no page', async () => {
  const { request } = await visit()
  assert.equal((await request('/sign-in', { host: 'evil.example' })).status, 421)
  for (const host of ['localhost:8080', '127.0.0.1:80', '[::1]:8080', 'TORIDE.example'])
    assert.equal((await request('/sign-in', { host })).status, 200, host)
})

test('without a session every page leads to the sign-in and comes back after it', async () => {
  const { request, post } = await visit()
  const sent = await request('/generations?page=2')
  assert.equal(sent.status, 303)
  assert.equal(sent.headers.get('location'), '/sign-in?next=%2Fgenerations%3Fpage%3D2')
  const back = await post('/sign-in', { loginName: 'admin', password: FIXTURE_PASSWORD, next: '/generations?page=2' })
  assert.equal(back.headers.get('location'), '/generations?page=2')
})

test('only paths of this server are gone back to', async () => {
  const foreign = ['//evil.example', 'https://evil.example', '/\\evil.example', '\\\\evil.example', '/.//evil.example']
  const controls = ['/\t/evil.example', '/\n/evil.example', '/\r/evil.example', '/\u0000x', '/x\u007f', 'javascript:x']
  for (const next of [...foreign, ...controls]) {
    const { post, request } = await visit()
    const changed = await request(`/language/ja?back=${encodeURIComponent(next)}`)
    assert.deepEqual([changed.status, changed.headers.get('location')], [303, '/'], JSON.stringify(next))
    const back = await post('/sign-in', { loginName: 'admin', password: FIXTURE_PASSWORD, next })
    assert.equal(back.headers.get('location'), '/', JSON.stringify(next))
  }
  const { request } = await visit()
  for (const own of ['/generations?page=2', '/search?q=%E5%B1%B1', '/a#b', '/%09/evil.example', '/%5Cevil.example']) {
    const changed = await request(`/language/ja?back=${encodeURIComponent(own)}`)
    assert.equal(changed.headers.get('location'), own, 'percent forms stay in the path')
  }
})

test('two installations on one host (cookies ignore ports) keep their sessions beside each other', async () => {
  const browser = new Map<string, string>()
  const sample = await visit({ instance: 'aaaa', cookies: browser })
  const own = await visit({ instance: 'bbbb', cookies: browser })
  await sample.signIn()
  assert.equal((await own.request('/')).status, 303)
  await own.signIn()
  assert.deepEqual([(await sample.request('/')).status, (await own.request('/')).status], [200, 200])
  await own.post('/sign-out', {}, { from: '/' })
  assert.deepEqual([(await sample.request('/')).status, (await own.request('/')).status], [200, 303])
})

test('the session cookie: HttpOnly, Lax, and bound to the host over https', async () => {
  const plain = await visit()
  const cookie = (await plain.signIn()).headers.getSetCookie().find((text) => text.startsWith('toride_session='))!
  assert.match(cookie, /HttpOnly/)
  assert.match(cookie, /SameSite=Lax/)
  const safe = await visit({ secure: true })
  const bound = (await safe.signIn()).headers.getSetCookie().find((text) => text.startsWith('__Host-toride_session='))!
  assert.match(bound, /Secure/)
  assert.match((await safe.request('/')).headers.get('strict-transport-security') ?? '', /max-age/)
})

test('a wrong password says so and keeps the name, never the password', async () => {
  const { post } = await visit()
  const answer = await post('/sign-in', { loginName: 'admin', password: 'secret-guess' })
  assert.equal(answer.status, 401)
  const html = await answer.text()
  assert.match(html, /利用者名かパスワードが違います/)
  assert.match(html, /value="admin"/)
  assert.doesNotMatch(html, /secret-guess/)
})

test('a post without its token, with a stranger’s token, or from elsewhere changes nothing', async () => {
  const { post, signIn, services, request } = await visit()
  await signIn()
  const save = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    post('/settings', { institutionName: '変えられた名前', ...fields }, { headers })
  assert.equal((await save({ csrf: '' })).status, 403)
  assert.equal((await save({ csrf: 'x'.repeat(43) })).status, 403)
  assert.equal((await save({}, { origin: 'http://evil.example' })).status, 403)
  assert.equal((await save({}, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await services.settings()).institutionName, '青葉記念病院（見本）')
  assert.equal((await save({}, { origin: 'http://toride.example' })).status, 303)
  assert.equal((await services.settings()).institutionName, '変えられた名前')
  assert.equal((await request('/settings', { method: 'POST', body: 'x'.repeat(70_000) })).status, 413)
})

test('roles: what is not allowed is refused before anything is read', async () => {
  const { request, signIn } = await visit({ viewer: { ...fixtureViewer, can: new Set(['manage-backup']) } })
  await signIn()
  for (const path of ['/charts', '/charts/x', '/journal', '/people', '/people/p1', '/settings'])
    assert.equal((await request(path)).status, 403, path)
  for (const path of ['/', '/sources', '/generations', '/problems'])
    assert.equal((await request(path)).status, 200, path)
})

test('somebody who must choose a password gets no further', async () => {
  const { request, signIn } = await visit({ viewer: { ...fixtureViewer, mustChangePassword: true } })
  await signIn()
  assert.equal((await request('/charts')).headers.get('location'), '/account')
  assert.equal((await request('/account')).status, 200)
})

/** Searches, and answers the address of the first hit's opening page. */
async function findPatient(browser: Awaited<ReturnType<typeof visit>>, query: string) {
  const sent = await browser.post('/charts/search', { query }, { from: '/charts' })
  const address = sent.headers.get('location')!
  const html = await (await browser.request(address)).text()
  return { address, opening: /\/charts\/[\w-]+\/open\?generation=[\w-]+/.exec(html)?.[0] ?? '', html }
}

test('a chart opens by two identifiers; where somebody is alike the birth date is typed and compared', async () => {
  const browser = await visit()
  await browser.signIn()
  const { address, opening } = await findPatient(browser, '00012345')
  assert.doesNotMatch(address + opening, /00012345|fixture-1/, 'no patient in an address')
  const path = opening.split('?')[0]!
  const chart = path.replace('/open', '')
  assert.equal((await browser.request(chart)).headers.get('location'), `${path}?generation=g-20261122`)

  const wrong = await browser.post(path, { birth: 'S26.12.30', confirmed: 'name' }, { from: opening })
  assert.equal(wrong.status, 400)
  assert.match(await wrong.text(), /この方の記録と違います/)
  assert.equal((await browser.post(path, { birth: 'S22.4.9' }, { from: opening })).status, 400, 'name not ticked')
  assert.equal((await browser.post(path, { birth: '4月9日', confirmed: 'name' }, { from: opening })).status, 400)
  assert.deepEqual(browser.services.opened, [])

  const right = await browser.post(path, { birth: '昭和22年4月9日', confirmed: 'name' }, { from: opening })
  assert.equal((await browser.request(right.headers.get('location')!)).status, 200)
  assert.deepEqual(browser.services.opened, [
    { key: 'fixture-1', reason: undefined, identifiers: ['昭和22年4月9日', '見本　はる子'] },
  ])
})

test('the journal is searched without the patient’s number in any address', async () => {
  const browser = await visit()
  await browser.signIn()
  const asked: unknown[] = []
  Object.assign(browser.services.journal, {
    rows: async (_: unknown, filter: object) => {
      asked.push(filter)
      return { rows: [], total: 0, page: 1, pageSize: 50, unknown: 'patientId' }
    },
  })
  const typed = { who: '花子', patientId: '00012345', day: '2026年11月20日', kind: 'chart' }
  const answer = await browser.post('/journal/search', typed, { from: '/journal' })
  assert.equal(answer.status, 303)
  const address = answer.headers.get('location') ?? ''
  assert.doesNotMatch(address, /12345/)
  const text = await (await browser.request(address)).text()
  assert.deepEqual(asked.at(-1), { kind: 'chart', who: '花子', day: '2026-11-20', patientId: '00012345', page: 1 })
  assert.match(text, /いちばん新しいバックアップにいません/)
  const wrong = await browser.post('/journal/search', { day: '11月31日' }, { from: '/journal' })
  assert.equal(wrong.status, 400)
  assert.match(await wrong.text(), /こよみに無い日/)
})

test('a protected person’s chart needs a reason, and the reason reaches the journal', async () => {
  const browser = await visit()
  await browser.signIn()
  const { opening } = await findPatient(browser, '00099999')
  const path = opening.split('?')[0]!
  const two = new URLSearchParams([
    ['confirmed', 'name'],
    ['confirmed', 'id'],
  ])
  const send = async (reason: string) => {
    const html = await (await browser.request(opening)).text()
    const body = new URLSearchParams(two)
    body.set('csrf', /name="csrf" value="([^"]+)"/.exec(html)![1]!)
    body.set('reason', reason)
    return browser.request(path, { method: 'POST', body })
  }
  assert.equal((await send('')).status, 400)
  const answer = await send('救急外来')
  await browser.request(answer.headers.get('location')!)
  assert.equal(browser.services.opened[0]?.reason, '救急外来')
})

test('an opening ends after half an hour without use', async () => {
  const browser = await visit()
  await browser.signIn()
  const { opening } = await findPatient(browser, '00012345')
  const path = opening.split('?')[0]!
  const chart = (await browser.post(path, { birth: '19470409', confirmed: 'name' }, { from: opening })).headers.get(
    'location',
  )!
  browser.clock.advance(29 * 60_000)
  assert.equal((await browser.request(chart)).status, 200)
  browser.clock.advance(29 * 60_000)
  assert.equal((await browser.request(chart)).status, 200, 'use prolongs it')
  browser.clock.advance(31 * 60_000)
  assert.match((await browser.request(chart)).headers.get('location') ?? '', /\/open\?/)
})

test('signing out forgets searches and openings', async () => {
  const browser = await visit()
  await browser.signIn()
  const { address, opening } = await findPatient(browser, 'ミホン')
  await browser.post('/sign-out', {}, { from: '/' })
  assert.equal((await browser.request('/charts')).status, 303)
  await browser.signIn()
  assert.doesNotMatch(await (await browser.request(address)).text(), /はる子/)
  assert.equal((await browser.request(opening)).headers.get('location'), '/charts')
})

test('lists of patients carry no patient in an address, and lead to the two identifiers', async () => {
  const browser = await visit()
  await browser.signIn()
  for (const path of [
    '/charts/wards',
    '/charts/wards?ward=3A',
    '/charts/expected',
    '/charts/expected?day=2026-11-22',
  ]) {
    const html = await (await browser.request(path)).text()
    const links = [...html.matchAll(/href="(\/charts\/[^"]+\/open[^"]*)"/g)].map(([, link]) => link!)
    assert.ok(links.length > 1, path)
    for (const link of links) assert.doesNotMatch(link, /fixture-\d|000\d{5}/)
    assert.match(html, /同じ読みの方がいます/, path)
    assert.match(html, /未収載の可能性/, path)
    assert.equal((await browser.request(links[0]!)).status, 200)
  }
  const ward = await (await browser.request('/charts/wards?ward=3A')).text()
  assert.doesNotMatch(ward, /4A<\/h2>|死亡の記録/)
  assert.match(await (await browser.request('/charts/expected?day=2026-13-01')).text(), /日付を選び直して/)
  const dialysis = await (await browser.request('/charts/expected?day=2026-11-22&group=dialysis')).text()
  assert.match(dialysis, /血液透析/)
  assert.doesNotMatch(dialysis, /再診/)
})

test('what a ward cannot do without stands on its list and on the charts of its patients', async () => {
  const browser = await visit()
  await browser.signIn()
  const wards = await (await browser.request('/charts/wards')).text()
  assert.match(wards, /必要なのに、この資料に無いもの: 指示簿、持参薬/)
  assert.match(wards, /看護 文子 が決めました/)
  assert.match(wards, /最低限の一覧は、まだ決まっていません/)
  const sent = await browser.post(
    '/charts/wards/minimum',
    { ward: '3階東', topics: 'brought-in-drugs' },
    { from: '/charts/wards/minimum?ward=3%E9%9A%8E%E6%9D%B1' },
  )
  assert.equal(sent.status, 303)
  const { opening } = await findPatient(browser, '00012345')
  const path = opening.split('?')[0]!
  const chart = (await browser.post(path, { birth: '19470409', confirmed: 'name' }, { from: opening })).headers.get(
    'location',
  )!
  assert.match(await (await browser.request(chart)).text(), /この病棟で必要なのに、この資料に無いもの: 持参薬/)
  const nurse = await visit({ viewer: { ...fixtureViewer, profession: 'nurse', duties: [] } })
  await nurse.signIn()
  assert.equal((await nurse.request('/charts/wards/minimum?ward=3A')).status, 403)
})

test('a document is shown without scripts and as no more than its type', async () => {
  const browser = await visit()
  await browser.signIn()
  const { opening } = await findPatient(browser, '00012345')
  const path = opening.split('?')[0]!
  const chart = (await browser.post(path, { birth: '19470409', confirmed: 'name' }, { from: opening })).headers.get(
    'location',
  )!
  const html = await (await browser.request(chart)).text()
  const link = /\/charts\/[\w-]+\/documents\/0\?[^"]+/.exec(html)![0]
  const answer = await browser.request(link)
  assert.equal(answer.headers.get('content-type'), 'application/pdf')
  // Not sandboxed: browsers' PDF viewers do not start there. Nothing else of the page may run.
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; object-src 'self'/)
  for (const other of ['9', '0x0', '0e0', '-0', '%200'])
    assert.equal((await browser.request(link.replace('/0?', `/${other}?`))).status, 404, other)
})

test('documents are shown in the chart: a PDF in a frame, a CDA without its code, a picture with its warning', async () => {
  const browser = await visit()
  await browser.signIn()
  const { opening } = await findPatient(browser, '00012345')
  const path = opening.split('?')[0]!
  const chart = (await browser.post(path, { birth: '19470409', confirmed: 'name' }, { from: opening })).headers.get(
    'location',
  )!
  const shown = async (number: number) => {
    const answer = await browser.request(`${chart}&document=${number}`)
    const html = await answer.text()
    return { policy: answer.headers.get('content-security-policy')!, html: html.slice(html.indexOf('document-shown')) }
  }
  const pdf = await shown(0)
  assert.match(pdf.html, /<iframe src="\/charts\/[\w-]+\/documents\/0\?/)
  assert.match(pdf.policy, /frame-src 'self'/)
  const cda = await shown(1)
  assert.match(cda.html, /<h4>紹介目的<\/h4>.*精査をお願いします。.*アムロジピン 5mg.*&lt;b&gt;太字/s)
  assert.match(cda.html, /<caption>血液<\/caption>.*1\.48 H/s)
  assert.doesNotMatch(cda.html, /<script>|onclick/)
  assert.doesNotMatch(cda.policy, /frame-src/)
  const picture = await shown(2)
  assert.match(picture.html, /参照用・診断には使えません.*<img src="\/charts\/[\w-]+\/documents\/2\?/s)
  assert.match((await shown(3)).html, /application\/dicom/)
  assert.doesNotMatch((await shown(99)).html, /document-shown/)
})

test('other days of a chart, and what changed; the older day is a look of its own', async () => {
  const browser = await visit()
  await browser.signIn()
  const { opening } = await findPatient(browser, '00012345')
  const path = opening.split('?')[0]!
  const chart = (await browser.post(path, { birth: '19470409', confirmed: 'name' }, { from: opening })).headers.get(
    'location',
  )!
  const history = await (await browser.request(chart.replace('?', '/history?'))).text()
  const compare = /\/charts\/[\w-]+\/compare\?[^"]+/.exec(history)![0].replaceAll('&amp;', '&')
  const before = browser.services.opened.length
  const page = await browser.request(compare)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /までに変わったこと.*変わりなし/s)
  assert.equal(browser.services.opened.length, before + 2)
  const nowhere = await browser.request(compare.replace(/with=[^&]+/, 'with=unknown'))
  assert.match(await nowhere.text(), /この方の記録はありません/)
})

test('who is not in the newest backup is looked for in older ones, and never silently shown from there', async () => {
  const browser = await visit()
  await browser.signIn()
  const { html } = await findPatient(browser, '9999999')
  const way = /\/charts\/older\?[^"]+/.exec(html)![0].replaceAll('&amp;', '&')
  const found = await browser.request(way)
  assert.match(found.headers.get('location')!, /generation=/)
  const older = await findPatient(browser, 'だれでもない')
  const end = await browser.request(/\/charts\/older\?[^"]+/.exec(older.html)![0].replaceAll('&amp;', '&'))
  assert.match(await end.text(), /まで探しましたが、見つかりません.*どの日のバックアップにも見つかりません/s)
})

test('after a restart the password is asked for again, and the way goes on where the person was', async () => {
  const browser = await visit({ viewer: { ...fixtureViewer, keysClosed: true } })
  await browser.signIn()
  const { charts } = browser.services
  const search = charts.search.bind(charts)
  charts.search = async (viewer, ...rest) => {
    if (viewer.keysClosed) throw new AppError('VAULT_KEY_MISSING')
    return search(viewer, ...rest)
  }
  const found = (await browser.post('/charts/search', { query: '00012345' }, { from: '/charts' })).headers.get(
    'location',
  )!
  const asked = (await browser.request(found)).headers.get('location')!
  assert.equal(asked, `/unlock?next=${encodeURIComponent(found)}`)
  const wrong = await browser.post('/unlock', { password: 'wrong', next: found }, { from: asked })
  assert.equal(wrong.status, 401)
  assert.match(await wrong.text(), /パスワードが違います/)
  const right = await browser.post('/unlock', { password: FIXTURE_PASSWORD, next: found }, { from: asked })
  assert.equal(right.headers.get('location'), found)
  assert.equal((await browser.request(found)).status, 200)
  assert.equal((await browser.request('/unlock?next=//evil.example')).headers.get('location'), '/')
})

test('an error becomes its three sentences, and is told to the root', async () => {
  const browser = await visit()
  await browser.signIn()
  browser.services.home = () => Promise.reject(new AppError('STORAGE_FULL'))
  const answer = await browser.request('/')
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /保管場所がいっぱいです.*空きが足りず.*空きを増やして/s)
  browser.services.home = () => Promise.reject(new Error('secret detail'))
  const bug = await browser.request('/')
  assert.equal(bug.status, 500)
  assert.doesNotMatch(await bug.text(), /secret detail/)
  assert.equal(browser.errors.length, 2)
})

test('the language is kept in a cookie; the way back stays on this server', async () => {
  const { request } = await visit()
  const answer = await request('/language/en?back=//evil.example')
  assert.equal(answer.headers.get('location'), '/')
  assert.match(await (await request('/sign-in')).text(), /<html lang="en">/)
  await request('/language/xx?back=/')
  assert.match(await (await request('/sign-in')).text(), /<html lang="en">/)
})

test('a running job is told as it changes, and ends', async () => {
  const { request, signIn } = await visit()
  await signIn()
  const events = await (await request('/jobs/j-1/events')).text()
  assert.match(events, /event: progress\ndata: <div class="progress progress-running/)
  assert.match(events, /progress-done[\s\S]*event: ended/)
})

test('an open event stream ends with the session', async () => {
  const { request, post, signIn, services } = await visit()
  await signIn()
  const job = (await services.jobs.get('j-1'))!
  const gate = Promise.withResolvers<void>()
  services.jobs.watch = async function* () {
    yield job
    await gate.promise
    yield { ...job, subject: 'after the sign-out' }
  }
  const stream = await request('/jobs/j-1/events')
  await post('/sign-out', {}, { from: '/' })
  gate.resolve()
  assert.doesNotMatch(await stream.text(), /after the sign-out|event: ended/)
})

test('a source is tried before it is saved; wrong fields keep what was typed', async () => {
  const { post, signIn, services } = await visit()
  await signIn()
  const fields = { kind: 'folder', name: '紹介状', paths: '/nowhere', dailyAt: '' }
  const refused = await post('/sources/new', { ...fields, do: 'try' })
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /フォルダーが見つかりません[\s\S]*\/nowhere/)
  const tried = await post('/sources/new', { ...fields, paths: '/srv/scan2', do: 'try' })
  assert.match(await tried.text(), /1,200件以上/)
  assert.equal((await services.backup.sources()).length, 2, 'a trial saves nothing')
  assert.equal((await post('/sources/new', { ...fields, paths: '/srv/scan2', do: 'save' })).status, 303)
  assert.equal((await services.backup.sources()).length, 3)
})

test('a one-time code is the answer to the post alone; the last administrator stays', async () => {
  const { post, signIn } = await visit()
  await signIn()
  const added = await post('/people/new', { loginName: 'ｊｉｒｏ', displayName: '見本 次郎', profession: 'doctor' })
  assert.match(await added.text(), /1234-5678/)
  const last = await post('/people/p1/disable', {}, { from: '/people/p1' })
  assert.equal(last.status, 400)
  assert.match(await last.text(), /管理者がいなくなる/)
})

test('files of a backup: folder, table of Japanese Windows, the rest only saved, addresses without names', async () => {
  const { request, signIn } = await visit()
  await signIn()
  const top = await (await request('/generations/g/files')).text()
  assert.match(readHtml(top).text, /0000123_紹介状\.pdf/)
  const links = readHtml(top).elements.flatMap((element) => attribute(element, 'href') ?? [])
  assert.ok(links.includes('/generations/g/files?at=0') && links.includes('/generations/g/file?at=2'))
  assert.ok(!links.includes('/generations/g/file?at=3'), 'HTML of unknown origin is not opened here')
  assert.ok(!links.some((link) => link.includes('at=4')), 'nothing to open in an empty file')
  assert.ok(!links.some((link) => decodeURIComponent(link).includes('紹介状')))

  const table = readHtml(await (await request('/generations/g/file?at=1')).text())
  assert.match(table.text, /患者番号.*髙橋, 花/)
  const pdf = await request('/generations/g/file?at=2')
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  const html = await request('/generations/g/file?at=3')
  assert.match(html.headers.get('content-disposition') ?? '', /^attachment/)
  assert.match(html.headers.get('content-security-policy') ?? '', /sandbox/)
  for (const wrong of ['files?at=0.1', 'files?at=x', 'file?at=99', 'files?at=-1', `files?at=${'1.'.repeat(200)}1`])
    assert.equal((await request(`/generations/g/${wrong}`)).status, 404, wrong)
})

test('who may not see documents does not look into backups', async () => {
  const can = new Set([...fixtureViewer.can].filter((name) => name !== 'see-documents'))
  const { request, signIn } = await visit({ viewer: { ...fixtureViewer, can } })
  await signIn()
  for (const path of ['/generations/g/files', '/generations/g/file?at=1'])
    assert.equal((await request(path)).status, 403, path)
})

test('protected patients: by role, after the keys are open; an id that nobody has is told at its field', async () => {
  for (const missing of ['protect-patients', 'see-patients'] as const) {
    const can = new Set([...fixtureViewer.can].filter((capability) => capability !== missing))
    const other = await visit({ viewer: { ...fixtureViewer, can } })
    await other.signIn()
    assert.equal((await other.request('/protected')).status, 403, missing)
    const posted = await other.post('/protected', { patientId: '00012345' }, { from: '/account' })
    assert.equal(posted.status, 403, missing)
    assert.doesNotMatch(await (await other.request('/journal')).text(), /\/protected/)
  }
  const closed = await visit({ viewer: { ...fixtureViewer, keysClosed: true } })
  await closed.signIn()
  assert.match((await closed.request('/protected')).headers.get('location') ?? '', /^\/unlock/)
  const browser = await visit()
  await browser.signIn()
  assert.match(await (await browser.request('/journal')).text(), /href="\/protected"/)
  const refused = await browser.post('/protected', { patientId: '9' })
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /いちばん新しいバックアップにいません/)
  assert.equal(
    (await browser.post('/protected', { patientId: '00012345' })).headers.get('location'),
    '/protected?saved=1',
  )
  assert.match(await (await browser.request('/protected')).text(), /00012345/)
  assert.equal((await browser.post('/protected/lift', {}, { from: '/protected' })).status, 404)
  await browser.post('/protected/lift', { id: 'patient:00012345' }, { from: '/protected' })
  assert.doesNotMatch(await (await browser.request('/protected')).text(), /00012345/)
})

test('a source stops with a reason only, and only for who may manage backups', async () => {
  const browser = await visit()
  await browser.signIn()
  const [{ id } = { id: '' }] = await browser.services.backup.sources()
  const reasons: string[] = []
  browser.services.backup.stopSource = async (_viewer, _id, reason) => reasons.push(reason) > 0
  const path = `/sources/${id}`
  assert.equal((await browser.post(`${path}/stop`, {}, { from: path })).status, 400)
  assert.equal((await browser.post(`${path}/stop`, { reason: 'free text' }, { from: path })).status, 400)
  assert.equal((await browser.post(`${path}/stop`, { reason: 'moved' }, { from: path })).status, 303)
  assert.deepEqual(reasons, ['moved'])
  assert.equal((await browser.post(path, { name: '' }, { from: path })).status, 400)
  assert.equal((await browser.request('/sources/nobody')).status, 404)
  const can = new Set([...fixtureViewer.can].filter((capability) => capability !== 'manage-backup'))
  const nurse = await visit({ viewer: { ...fixtureViewer, can } })
  await nurse.signIn()
  assert.equal((await nurse.request(path)).status, 403)
  assert.equal((await nurse.post(`${path}/stop`, { reason: 'moved' }, { from: '/account' })).status, 403)
})

test('places: who may not manage backups gets in nowhere; errors stand at their field; a second click does no harm', async () => {
  const can = new Set([...fixtureViewer.can].filter((capability) => capability !== 'manage-backup'))
  const nurse = await visit({ viewer: { ...fixtureViewer, can } })
  await nurse.signIn()
  assert.equal((await nurse.request('/places')).status, 403)
  const posts = ['add/keeper', 'keeper-1/copy', 'keeper-1/read', 'keeper-1/notes', 'keeper-1/remove']
  for (const path of posts.map((post) => `/places/${post}`))
    assert.equal((await nurse.post(path, { code: 'good' }, { from: '/account' })).status, 403, path)

  const browser = await visit()
  await browser.signIn()
  const typed = { name: '2階', address: '192.168.1.20', pin: 'ab', code: '' }
  const from = '/places/add/keeper'
  const missing = await browser.post(from, typed, { from })
  assert.equal(missing.status, 400)
  assert.match(await missing.text(), /id="error-code"[\s\S]*入力してください/)
  const wrong = await (await browser.post(from, { ...typed, code: 'bad' }, { from })).text()
  assert.match(wrong, /id="error-code"/)
  assert.doesNotMatch(wrong, /id="error-pin"/)
  for (const name of Object.values({ ...typed, code: 'bad' })) assert.match(wrong, new RegExp(`value="${name}"`))
  browser.services.backup.addPlace = async () => ({ kind: 'refused', field: 'name', code: 'name-taken' })
  const taken = await browser.post(from, { ...typed, code: 'good' }, { from })
  assert.match(await taken.text(), /id="error-name"[\s\S]*別の名前/)
  browser.services.backup.addPlace = async () => ({ kind: 'ok' })
  for (let click = 0; click < 2; click++) {
    const added = await browser.post(from, { ...typed, code: 'good' }, { from })
    assert.equal(added.headers.get('location'), '/places?done=added')
  }
  const copied = await browser.post('/places/keeper-4/copy', {}, { from })
  assert.equal(copied.headers.get('location'), '/jobs/j-1')
  const nothing = await browser.post('/places/keeper-1/copy', {}, { from })
  assert.match(await (await browser.request(nothing.headers.get('location')!)).text(), /新しく写すものはありません/)
  assert.equal((await browser.post('/places/nobody/copy', {}, { from })).status, 404)
  for (let click = 0; click < 2; click++) {
    const removed = await browser.post('/places/keeper-1/remove', {}, { from })
    assert.equal(removed.headers.get('location'), '/places?done=removed')
  }
  assert.ok(!(await browser.services.backup.places()).some(({ id }) => id === 'keeper-1'))
  assert.equal((await browser.request('/places/add/tape')).status, 404)
  assert.equal((await browser.request('/places/nobody')).status, 404)
  assert.deepEqual(browser.errors, [])
})

test('settings of a device are uploaded as text or file, up to a size, by who is signed in; nothing else grows', async () => {
  const { request, signIn, services } = await visit()
  const path = '/devices/router/records'
  const large = 'x'.repeat(100_000)
  assert.equal((await request(path, { method: 'POST', body: large })).status, 413, 'nobody uploads before signing in')
  await signIn()
  const page = readHtml(await (await request('/devices/router')).text())
  const csrf = attribute(
    page.elements.find((element) => attribute(element, 'name') === 'csrf')!,
    'value',
  )!
  const send = async (fields: Record<string, string | File>) => {
    const body = new FormData()
    for (const [name, value] of Object.entries({ csrf, ...fields })) body.append(name, value)
    const response = await request(path, { method: 'POST', body })
    return `${response.status} ${response.headers.get('location') ?? ''}`.trim()
  }
  const file = (size: number) => new File([new Uint8Array(size)], '画面.png')
  assert.equal(await send({ text: 'ip 192.0.2.1', file: file(0) }), '303 /devices/router?done=recorded')
  assert.equal(await send({ text: '', file: file(2 << 20) }), '303 /devices/router?done=recorded')
  assert.equal(await send({ text: 'a', file: file(1) }), '400', 'one of the two')
  assert.equal(await send({ text: ' ', file: file(0) }), '400')
  assert.equal(await send({ text: '', file: file((2 << 20) + 1) }), '413')
  assert.equal(await send({ text: '', file: file(3 << 20) }), '413')
  assert.deepEqual(
    services.records.map(({ length }) => length),
    [12, 2 << 20],
  )
  assert.equal((await request('/devices/router', { method: 'POST', body: large })).status, 413)
  const shown = await request('/devices/router/records/v1/file')
  assert.match(
    shown.headers.get('content-disposition') ?? '',
    /^attachment/,
    'what may hold anything is saved, not run',
  )
})

test('taking out and restoring: nothing ticked is told, never taken for everything; no place, no plan', async () => {
  const { post, request, services, signIn } = await visit()
  await signIn()
  const from = '/generations/g/files'
  for (const act of ['zip', 'restore']) {
    const none = await post('/generations/g/take', { do: act, at: '', why: 'restore' }, { from })
    assert.equal(none.status, 400, act)
    const { text } = readHtml(await none.text())
    assert.ok(text.includes('何も選ばれていません') && !text.includes('復旧の道すじを見る'), act)
  }
  services.browse.zip = async () => ({
    bytes: Readable.from([Buffer.from('PK')]),
    sourceName: '共有書類',
    takenAtMs: NOW,
  })
  const zip = await post('/generations/g/take', { do: 'zip', at: '', why: 'restore', pick: '1' }, { from })
  assert.match(
    decodeURIComponent(zip.headers.get('content-disposition')!),
    /^attachment; .*''共有書類_\d{4}-\d\d-\d\d\.zip$/,
  )
  const all = readHtml(await (await request(`${from}?all=1`)).text())
  const boxes = all.elements.filter((one) => attribute(one, 'name') === 'pick')
  assert.ok(boxes.length > 1 && boxes.every((box) => attribute(box, 'checked') !== undefined))
  const some = await post('/generations/g/take', { do: 'restore', at: '', why: 'restore', pick: '1' }, { from })
  assert.equal(some.headers.get('location'), '/generations/g/restore?pick=1')
  const nowhere = await post('/generations/g/restore', { to: 'new', target: '', existing: 'skip' })
  assert.equal(nowhere.status, 400)
  const form = readHtml(await nowhere.text())
  assert.match(form.text, /どこへ戻すかが決まっていません/)
  const kept = form.elements.find((one) => attribute(one, 'value') === 'skip')
  assert.notEqual(attribute(kept!, 'checked'), undefined)
  // Over the old place while a gate is closed: the plan is shown, and no button that would be refused.
  const over = readHtml(
    await (await post('/generations/g/restore', { to: 'over', target: '', existing: 'skip' })).text(),
  )
  assert.match(over.text, /復元の予定.*まだ戻せません/)
  assert.doesNotMatch(over.text, /この予定で復元を始める/)
})

test('the way back keeps what was typed; a choice and an undoing need their reasons', async () => {
  const { request, post, signIn, services } = await visit()
  await signIn()
  const from = '/way-back'
  const typed = { kind: 'disk-image', place: '金庫 2番', hash: 'f00', who: '' }
  const refused = await post('/way-back/1/evidence', typed, { from })
  assert.equal(refused.status, 400)
  const { elements } = readHtml(await refused.text())
  const values = elements.map((element) => attribute(element, 'value'))
  assert.ok(values.includes('金庫 2番') && values.includes('f00'))
  const chosen = elements.find((one) => one.tagName === 'option' && attribute(one, 'value') === 'disk-image')
  assert.notEqual(attribute(chosen!, 'selected'), undefined)

  const undone: string[] = []
  const wayBack = services.wayBack as { undo: typeof services.wayBack.undo }
  wayBack.undo = async (_viewer, _number, gate, reason) => void undone.push(`${gate}: ${reason}`)
  const silent = await post('/way-back/1/undo', { gate: 'evidence' }, { from })
  assert.deepEqual([silent.status, undone], [400, []])
  await post('/way-back/1/undo', { gate: 'evidence', 'undo-why-evidence': '別の入口が見つかった' }, { from })
  assert.deepEqual(undone, ['evidence: 別の入口が見つかった'])

  const why = { source: 'ehr', since: '11/20', 'why-ehr': '' }
  const unfinished = await post('/way-back/1/choose', { ...why, 'generation-ehr': 'g-20261115' }, { from })
  const back = unfinished.headers.get('location') ?? ''
  assert.match(back, /^\/clean-candidate\?since=11%2F20&for=ehr&generation=g-20261115#choose-ehr$/)
  const page = readHtml(await (await request(back)).text())
  const option = page.elements.find((one) => one.tagName === 'option' && attribute(one, 'value') === 'g-20261115')
  assert.notEqual(attribute(option!, 'selected'), undefined)
  assert.ok(page.elements.some((one) => attribute(one, 'aria-invalid') === 'true'))
})

test('where nothing is proposed no backup is chosen beforehand, and each says what speaks against it', async () => {
  const { request, signIn, services } = await visit()
  await signIn()
  const wayBack = services.wayBack as { candidates: typeof services.wayBack.candidates }
  const [found] = await services.wayBack.candidates(fixtureViewer, undefined)
  const rows = found!.rows.filter(({ isProposed }) => !isProposed)
  wayBack.candidates = async () => [{ ...found!, rows }]
  const { elements, text } = readHtml(await (await request('/clean-candidate?since=unknown')).text())
  const chosen = elements.filter((one) => one.tagName === 'option' && attribute(one, 'selected') !== undefined)
  assert.deepEqual(
    chosen.map((one) => attribute(one, 'value')),
    [''],
  )
  assert.match(text, /× 侵入者が隠れていたかもしれない間、攻撃の兆しがある/)
})

test('a backup that ended under suspicion says so at once; a rehearsal that ended leads to its own result', async () => {
  const { request, signIn, services } = await visit()
  await signIn()
  const jobs = services.jobs as { get: typeof services.jobs.get }
  const backup = services.backup as { generation: typeof services.backup.generation }
  const rehearsals = services.rehearsals as { list: typeof services.rehearsals.list }
  const [known] = (await rehearsals.list()).rehearsals
  const job = { ...doneJob, generationId: known!.generationId, startedAtMs: known!.startedAt }
  const detail = await backup.generation('g', fixtureViewer)
  backup.generation = async () => ({ ...detail!, suspected: { lastClean: undefined } })
  jobs.get = async () => ({ ...job, kind: 'backup' })
  assert.match(readHtml(await (await request('/jobs/j')).text()).text, /攻撃のあとの疑いがあります/)
  jobs.get = async () => ({ ...job, kind: 'rehearsal' })
  const links = async () =>
    readHtml(await (await request('/jobs/j')).text()).elements.map((one) => attribute(one, 'href'))
  assert.ok((await links()).includes(`/rehearsals/${known!.id}`))
  jobs.get = async () => ({ ...job, kind: 'rehearsal', startedAtMs: known!.startedAt + 1 })
  assert.ok(!(await links()).includes(`/rehearsals/${known!.id}`), 'an earlier one is not its result')
})

test('a disk: that its backup is under suspicion is said before it is started; what cannot be looked into leads back to it', async () => {
  const { request, signIn, services } = await visit()
  await signIn()
  for (const path of ['/generations/g1/instant', '/generations/g1/instant?at=0.0'])
    assert.match(readHtml(await (await request(path)).text()).text, /攻撃のあとの疑いがあります/, path)
  const instant = services.instant as { inside: typeof services.instant.inside }
  instant.inside = async () => {
    throw new AppError('DISK_TOOL_MISSING')
  }
  const refused = await request('/generations/g1/instant/files?image=0.0&part=disk')
  assert.equal(refused.status, 409)
  const { text, elements } = readHtml(await refused.text())
  assert.match(text, /プログラムが、この機械にありません.*頼んでください/)
  assert.ok(elements.some((one) => attribute(one, 'href') === '/generations/g1/instant'))
})

test('a section of the plan that is saved without one answer is asked about once; month 13 is none', async () => {
  const { post, request, services, signIn } = await visit()
  await signIn()
  const kept: object[] = []
  const bcp = services.bcp as { answer: typeof services.bcp.answer }
  bcp.answer = async (_viewer, answers) => void kept.push(answers)
  const at = '/bcp/sections/upkeep'
  const empty = await post(`${at}/answers`, { upkeep: '', reviewMonth: '' }, { from: at })
  assert.equal(empty.status, 400)
  assert.match(readHtml(await empty.text()).text, /まだ何も答えていません.*空のまま次へ/)
  const wrong = await post(`${at}/answers`, { upkeep: 'x', reviewMonth: '１３' }, { from: at })
  assert.match(readHtml(await wrong.text()).text, /1から12までの数字/)
  assert.deepEqual(kept, [])
  const on = await post(`${at}/answers`, { upkeep: '', reviewMonth: '', empty: 'yes' }, { from: at })
  assert.deepEqual([on.status, kept.length], [303, 1])
  const next = on.headers.get('location') ?? ''
  assert.match(next, /^\/bcp\/sections\/(?!upkeep).*\?done=saved$/)
  assert.match(readHtml(await (await request(next)).text()).text, /保存しました。/)
})

test('a register’s form: what nobody chose is asked for, an hour of 0 and a mail address of one letter are none, and there is a way out', async () => {
  const { post, request, services, signIn } = await visit()
  await signIn()
  const registers = services.registers as { save: typeof services.registers.save }
  registers.save = async (_viewer, register, _id, typed) => problemsOf(register, typed)
  const at = '/registers/person/new'
  const blank = readHtml(await (await request(at)).text())
  assert.match(blank.text, /選んでください.*やめて一覧に戻る/)
  const typed = { name: '見本 花子', job: '', order: '0', mail: 'あ' }
  const refused = readHtml(await (await post(at, typed)).text())
  for (const said of [/選んでください。/, /1から上の数字/, /メールアドレスの形ではありません/])
    assert.match(refused.text, said)
  const right = { ...typed, job: 'clerk', order: '１', mail: 'hanako@example.jp' }
  assert.equal((await post(at, right)).headers.get('location'), '/registers/person?done=saved')
  assert.deepEqual(Object.keys(problemsOf('deadline', { name: 'x', source: 'y', amount: '0' })), ['amount'])
})

test('a file that people keep is named by what it is, whose and of which day', async () => {
  const { request, signIn } = await visit()
  await signIn()
  for (const [path, name] of [
    ['/registers/vendor/list.csv', '業者_青葉記念病院（見本）_2026-11-22.csv'],
    ['/bcp/plan.pdf', 'BCP_下書き（承認前）_青葉記念病院（見本）_2026-11-22.pdf'],
    ['/registers/role-cards.pdf', '役割カード（印刷用）_青葉記念病院（見本）_2026-11-22.pdf'],
    ['/trouble/card.pdf', '最初の5分_青葉記念病院（見本）_2026-11-22.pdf'],
    ['/papers/file/kit-door.docx', '入口の掲示（4か国語）_青葉記念病院（見本）_2026-11-22.docx'],
    ['/papers/file/stack.docx', '紙の用意_青葉記念病院（見本）_2026-11-22.docx'],
    // Of the day on which it was approved, or printed.
    ['/bcp/versions/1/plan.docx', 'BCP_第1版_青葉記念病院（見本）_2025-10-18.docx'],
  ] as const) {
    const said = (await request(path)).headers.get('content-disposition') ?? ''
    assert.equal(decodeURIComponent(said), `attachment; filename*=UTF-8''${name}`)
  }
  const shown = async (path: string) => decodeURIComponent((await request(path)).headers.get('content-disposition')!)
  assert.match(
    await shown('/papers/file/manual-ward.pdf'),
    /^inline; .*''停止時の手引き（病棟）_青葉.*_2026-11-22\.pdf$/,
  )
  assert.match(await shown('/bcp/binder.pdf'), /^inline; .*の冊子_青葉.*_2026-05-06\.pdf$/)
  assert.match(await shown('/incidents/1/reports/mhlw/draft/docx'), /''厚生労働省への報告_下書き.*_青葉.*\.docx$/)
  assert.match(
    keptAs({ institution: { name: "A/B (C)'s\ud800" }, nowMs: NOW } as Ui, 'x', 'pdf'),
    /''x_A_B_%28C%29%27s%EF%BF%BD_2026/,
  )
})

test('a field for a date that is empty asks for one, and a day that is none is told from it', async () => {
  const { post, signIn } = await visit()
  await signIn()
  const said = async (path: string, typed: Record<string, string>) =>
    readHtml(await (await post(path, typed)).text()).text
  for (const [path, name, typed] of [
    ['/drills/plan', 'day', { scenario: 'd1', minutes: '10' }],
    ['/improvements', 'dueOn', { what: 'x', owner: 'y' }],
    ['/paper-entry/sheets', 'day', { number: 'K-1' }],
  ] as const) {
    assert.match(await said(path, { ...typed, [name]: '' }), /日付を入れてください/, path)
    assert.match(await said(path, { ...typed, [name]: '2026-02-31' }), /こよみに無い日/, path)
  }
})

test('what kind of system it is, is chosen by a person', async () => {
  const { post, request, services, signIn } = await visit()
  await signIn()
  const added: object[] = []
  const coverage = services.coverage as { add: typeof services.coverage.add }
  coverage.add = async (_viewer, input) => ({ kind: 'ok', id: `s${added.push(input)}` })
  const at = '/coverage-map/new'
  const blank = readHtml(await (await request(at)).text())
  const chosen = blank.elements.find((one) => one.tagName === 'option' && attribute(one, 'selected') !== undefined)
  assert.equal(chosen && attribute(chosen, 'value'), '')
  const refused = await post(at, { kind: '', name: '見本カルテ', vendor: '', responsible: '' })
  assert.deepEqual([refused.status, added.length], [400, 0])
  assert.match(readHtml(await refused.text()).text, /選んでください。/)
  const right = await post(at, { kind: 'ehr', name: '見本カルテ', vendor: '', responsible: '' })
  assert.deepEqual([right.headers.get('location'), added.length], ['/coverage-map/s1', 1])
})
