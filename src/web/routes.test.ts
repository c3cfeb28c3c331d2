/** Every route of the server, asked as nobody and as each who lacks one right: a route that stands in no row here fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { NOW } from './fixtures/house.ts'
import { FIXTURE_PASSWORD, fixtureServices, fixtureViewer } from './fixtures/services.ts'
import { createWeb } from './index.ts'
import { MESSAGES } from './messages/index.ts'
import type { Capability } from './ports.ts'

/** What all of it needs; the first row that fits counts. `anybody`: without signing in. */
const ROWS: readonly (readonly [RegExp, 'anybody' | 'signed-in' | readonly Capability[]])[] = [
  [/^\/(assets\/|language\/|sign-in|sign-out$|emergency$|unlock$|stations\/(report|books)$)/, 'anybody'],
  [/^\/trouble(\/card\.pdf)?$/, 'anybody'],
  [/^\/(incidents|improvements)(\/|$)/, 'signed-in'],
  [
    /^\/(account|first-hour|first-hour\/letter|preparations|problems|pattern|slips|slips\/numbered|slips\/temporary|slips\.pdf)?$/,
    'signed-in',
  ],
  [/^\/papers\/(contact|manuals\/[^/]+\/text)$/, ['manage-settings']],
  [/^\/papers\/carry$/, ['manage-backup']],
  [/^\/papers(\/|$)/, 'signed-in'],
  [/^\/paper-entry\/choices$/, ['see-patients', 'manage-settings']],
  [/^\/paper-entry(\/|$)/, ['see-patients']],
  [/^\/drills(\/(x1(\/report\.(pdf|docx))?|lessons\/x1|proofs|rules(\/read)?))?$/, 'signed-in'],
  [/^\/monday(\/sheet\.pdf)?$/, 'signed-in'],
  [/^\/drills(\/|$)/, ['manage-backup']],
  [/^\/bcp(\/(compare|sections\/x1|(versions\/x1\/)?plan\.(pdf|docx)))?$/, 'signed-in'],
  [/^\/bcp\//, ['manage-backup']],
  [/^\/registers(\/(cut-list|contact-sheet|contact-tree(\.pdf)?|role-cards(\.pdf)?|x1(\/list\.csv)?))?$/, 'signed-in'],
  [/^\/registers\//, ['manage-backup']],
  [/^\/(overview(\/x1)?|horizon|clean-candidate|signs|way-back)$/, 'signed-in'],
  [/^\/(generations\/x1\/instant(\/files?)?$|instant(\/|$))/, ['restore']],
  [/^\/generations\/x1\/(files?|take)$/, ['see-documents']],
  [/^\/(generations\/x1\/rehearse|rehearsals\/settings(\/.*)?)$/, ['manage-backup']],
  [/^\/rehearsals(\/x1(\/report\.(pdf|note))?)?$/, 'signed-in'],
  [/^\/generations\/x1\/verify$/, ['manage-backup']],
  [/^\/(generations\/x1\/restore$|restores(\/|$))/, ['restore']],
  [/^\/(terminals(\/|$)|way-back\/)/, ['manage-backup']],
  [/^\/generations(\/x1)?$/, 'signed-in'],
  [/^\/jobs\/x1\/cancel$/, ['manage-backup']],
  [/^\/jobs(\/x1(\/events)?)?$/, 'signed-in'],
  [/^\/sources\/x1\/reading(\/|$)/, ['manage-backup', 'see-documents']],
  [/^\/(sources|coverage-map|machines|devices|places|stations)(\/|$)/, ['manage-backup']],
  [/^\/(freeze|signs\/x1\/clear)$/, ['manage-backup']],
  [/^\/media\/(settings|register|copy)(\/|$)/, ['carry-media', 'manage-backup']],
  [/^\/media(\/|$)/, ['carry-media']],
  [/^\/editions(\/|$)/, ['carry-media']],
  [/^\/(charts|print)(\/|$)/, ['see-patients']],
  [/^\/journal(\/|$)/, ['see-journal']],
  [/^\/(people|read-tokens)(\/|$)/, ['manage-people']],
  [/^\/(settings|notices)(\/|$)/, ['manage-settings']],
  [/^\/(protected|erasures)(\/|$)/, ['protect-patients', 'see-patients']],
  [/^\/(recovery-kit|emergency-accounts|recover)(\/|$)/, ['confirm-kit']],
]

/** @param can of the one who signs in; absent: nobody does */
async function visitor(can?: ReadonlySet<Capability>) {
  const clock = manualClock(NOW)
  const services = fixtureServices(clock, { viewer: { ...fixtureViewer, can: can ?? new Set() } })
  const web = await createWeb(services, { clock, hosts: ['toride.example'], secure: false, onError: () => undefined })
  const cookies = new Map<string, string>()
  const send = async (method: string, path: string, fields?: Record<string, string>) => {
    const headers = {
      host: 'toride.example',
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    }
    const body = fields && new URLSearchParams(fields)
    const answer = await web.fetch(
      new Request(`http://toride.example${path}`, { method, headers, ...(body && { body }) }),
    )
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      cookies.set(name!, value!)
    }
    return answer
  }
  const csrfIn = async (path: string) =>
    /name="csrf" value="([^"]*)"/.exec(await (await send('GET', path)).text())?.[1] ?? ''
  if (can)
    await send('POST', '/sign-in', {
      csrf: await csrfIn('/sign-in'),
      loginName: 'admin',
      password: FIXTURE_PASSWORD,
    })
  const csrf = await csrfIn(can ? '/account' : '/sign-in')
  /** Where nobody is known the way leads to the sign-in. */
  const ask = async (method: string, path: string): Promise<'refused' | 'sign-in' | 'answered'> => {
    const answer = await send(method, path, method === 'POST' ? { csrf } : undefined)
    // A form without its fields is refused with another page.
    if (answer.status === 403 && (await answer.text()).includes(MESSAGES.ja.errorPage.denied)) return 'refused'
    if (!answer.bodyUsed) await answer.body?.cancel()
    return /^\/sign-in(\?|$)/.test(answer.headers.get('location') ?? '') ? 'sign-in' : 'answered'
  }
  return { ask, routes: web.routes }
}

test('each route is for whom its row names, and for nobody else', async () => {
  const all = [...new Set(ROWS.flatMap(([, needs]) => (typeof needs === 'string' ? [] : needs)))]
  const nobody = await visitor()
  const routes = nobody.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*') && path !== '/sign-out')
    .map(({ method, path }) => ({
      method,
      path: path.replace(/:\w+(\{[^}]*\})?/g, (_, digits?: string) => (digits ? '1' : 'x1')),
    }))
    .map(({ method, path }) => ({ method, path: path.replace(/\/1(?=\/|$)/g, '/x1') }))
  assert.ok(routes.length > 180, `${routes.length} routes`)
  const without = new Map<Capability, Awaited<ReturnType<typeof visitor>>>()
  for (const one of all) without.set(one, await visitor(new Set(all.filter((other) => other !== one))))
  const nothing = await visitor(new Set())
  const everything = await visitor(new Set(all))
  for (const { method, path } of routes) {
    const what = `${method} ${path}`
    const needs = ROWS.find(([pattern]) => pattern.test(path))?.[1]
    assert.ok(needs, `${what}: who may? It stands in no row`)
    if (needs === 'anybody') continue
    const real = path.replace(/\/(editions|media|emergency-accounts)\/x1/, '/$1/1')
    assert.equal(await nobody.ask(method, real), 'sign-in', `${what} as nobody`)
    assert.equal(
      await nothing.ask(method, real),
      needs === 'signed-in' ? 'answered' : 'refused',
      `${what} without a right`,
    )
    assert.equal(await everything.ask(method, real), 'answered', `${what} with all rights`)
    if (needs !== 'signed-in')
      for (const one of needs)
        assert.equal(await without.get(one)!.ask(method, real), 'refused', `${what} without ${one}`)
  }
})
