/** Every route of the emergency PC, asked as nobody, without a right and with it: a route that stands in no row here fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { NOW } from './fixtures/house.ts'
import { fixtureServices, fixtureViewer } from './fixtures/services.ts'
import { MESSAGES } from './messages/index.ts'
import type { Capability } from './ports.ts'
import { createStationWeb } from './station-app.tsx'
import type { StationService, StationState } from './station-ports.ts'

/** `set-up`: for anybody until the PC is set up, afterwards with the card. The first row that fits counts. */
const ROWS: readonly (readonly [RegExp, 'anybody' | 'set-up' | 'card' | Capability])[] = [
  [/^\/(|assets\/.*|language\/.*|sign-in|sign-out|refresh|open|open\/search)$/, 'anybody'],
  [/^\/set-up(\/|$)/, 'set-up'],
  [/^\/trouble$/, 'anybody'],
  [/^\/incidents(\/|$)/, 'card'],
  [/^\/(log|log\/file|test|papers\/x1|slips|slips\.pdf|slips\/(numbered|temporary))$/, 'card'],
  [/^\/(charts|print|slips)(\/|$|\.)/, 'see-patients'],
]
const CARD = 'one-use-of-the-card'
const STATE: StationState = {
  needs: undefined,
  stationId: '1a2b',
  name: '2階病棟',
  sources: [{ name: '電子カルテ', shown: { takenAtMs: NOW, patients: 3, unreadable: 0, mark: 'ledger' } }],
  waitsForCard: false,
  withdrawn: false,
}

/** @param can of whoever used the card; absent: nobody did */
async function visitor(can?: readonly Capability[]) {
  const clock = manualClock(NOW)
  const did: string[] = []
  const act = (name: string) => async () => void did.push(name)
  const test = { atMs: NOW, charts: 1, fields: 1, problems: 0, battery: 'full', printer: 'none' } as const
  const station: StationService = {
    state: async () => STATE,
    takePackage: act('package'),
    takeOrigin: async () => (did.push('origin'), undefined),
    open: async () => ({ token: CARD }),
    papers: async () => [],
    paper: async () => undefined,
    lock: act('lock'),
    refresh: act('refresh'),
    test: async () => (did.push('test'), { ...test, network: 'reached', printed: false }),
    log: async () => [],
    exportLog: async () => new Uint8Array(1),
  }
  const viewer = { ...fixtureViewer, can: new Set(can) }
  const services = { ...fixtureServices(clock), station, auth: { session: async () => can && viewer } }
  const web = await createStationWeb(services, { clock, hosts: ['localhost'], secure: false, onError: () => undefined })
  const cookies = new Map<string, string>([['toride_session', CARD]])
  const send = async (method: string, path: string, csrf?: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const body = csrf === undefined ? {} : { body: new URLSearchParams({ csrf }) }
    const answer = await web.fetch(
      new Request(`http://localhost${path}`, { method, headers: { host: 'localhost', cookie }, ...body }),
    )
    for (const one of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!
      cookies.set(name!, value!)
    }
    return answer
  }
  const first = await (await send('GET', '/open')).text()
  const csrf = /name="csrf" value="([^"]*)"/.exec(first)?.[1] ?? ''
  const ask = async (method: string, path: string) => {
    const answer = await send(method, path, method === 'POST' ? csrf : undefined)
    const to = answer.headers.get('location')
    if (answer.status === 403)
      return (await answer.text()).includes(MESSAGES.ja.errorPage.denied) ? 'refused' : 'form refused'
    return to === '/open' || (to === '/' && path.startsWith('/set-up')) ? 'card' : 'answered'
  }
  return { ask, routes: web.routes, did }
}

test('each route of the emergency PC is for whom its row names, and for nobody else', async () => {
  const nobody = await visitor()
  const nothing = await visitor([])
  const reader = await visitor(['see-patients'])
  const routes = nobody.routes
    // Signing out would end the visit.
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*') && path !== '/sign-out')
    .map(({ method, path }) => ({ method, path: path.replace(/:\w+(\{[^}]*\})?/g, 'x1') }))
  assert.ok(routes.length > 40, `${routes.length} routes`)
  for (const { method, path } of routes) {
    const what = `${method} ${path}`
    const needs = ROWS.find(([pattern]) => pattern.test(path))?.[1]
    assert.ok(needs, `${what}: who may? It stands in no row`)
    const asked = [await nobody.ask(method, path), await nothing.ask(method, path), await reader.ask(method, path)]
    const meant = {
      anybody: ['answered', 'answered', 'answered'],
      'set-up': ['card', 'answered', 'answered'],
      card: ['card', 'answered', 'answered'],
      'see-patients': ['card', 'refused', 'answered'],
    } as const
    assert.deepEqual(asked, meant[needs as keyof typeof meant] ?? meant['see-patients'], what)
  }
  assert.deepEqual([...new Set(nobody.did)], ['refresh'], 'whoever has no card changes nothing')
})
