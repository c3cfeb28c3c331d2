/** Screens that the emergency PC has of its own. Until the card was used only the first page and the card's page are reached. */
import { CARD_WORDS, EMERGENCY_PROFESSIONS, EMERGENCY_REASONS, readStationCard } from '#access'
import { hasWords, isAppError } from '#base'
import { field, type Web, type WebApp, type WebContextOf, viewerOf } from '../context.ts'
import type { FieldErrors } from '../components/index.ts'
import { endSession, sessionToken, startSession } from '../http/cookies.ts'
import { refuse } from '../http/refuse.tsx'
import { pdfResponse, renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Messages } from '../messages/index.ts'
import { StationLogPage, StationTestPage } from '../pages/station-care.tsx'
import { ORIGIN_FIELDS, StationSetUpPage, type SetUpModel } from '../pages/station-set-up.tsx'
import { type StationOpenModel, StationOpenPage, StationPreparingPage, StationStartPage } from '../pages/station.tsx'
import type { StationServices } from '../station-app.tsx'

type StationWeb = Web<StationServices>
const NOTES = ['closed', 'refreshing', 'setUpDone'] as const

/** Reached without the card. */
export function stationFrontRoutes(app: WebApp, web: StationWeb): void {
  const { station } = web.services
  app.get('/', async (c) => {
    const state = await station.state()
    if (state.needs) return c.redirect('/set-up', 303)
    const note = NOTES.find((known) => known === c.req.query('note'))
    const papers = c.get('viewer') ? await station.papers() : []
    return renderPage(c, <StationStartPage ui={c.get('ui')} state={state} papers={papers} note={note} />)
  })
  // Where the idle guard and the lock of the shared pages lead.
  app.get('/sign-in', (c) => c.redirect('/?note=closed', 303))
  app.post('/refresh', async (c) => {
    await station.refresh()
    return c.redirect('/?note=refreshing', 303)
  })
  cardRoutes(app, web)
  setUpRoutes(app, web)
}

function cardRoutes(app: WebApp, web: StationWeb): void {
  const { station } = web.services
  const show = async (c: WebContextOf, more: Omit<StationOpenModel, 'stationId'>, status: 200 | 400 = 200) => {
    const { stationId, needs } = await station.state()
    if (needs) return c.redirect('/set-up', 303)
    return renderPage(c, <StationOpenPage ui={c.get('ui')} model={{ stationId, ...more }} />, status)
  }
  app.get('/open', (c) => show(c, { query: '' }))
  // By post: what is searched for is in no address.
  app.post('/open/search', (c) => show(c, { query: field(c, 'query') }))
  app.post('/open', async (c) => {
    const { t, f } = c.get('ui')
    const typed = {
      words: field(c, 'words'),
      name: field(c, 'name'),
      profession: EMERGENCY_PROFESSIONS.find((known) => known === field(c, 'profession')),
      reason: EMERGENCY_REASONS.find((known) => known === field(c, 'reason')),
      reasonText: field(c, 'reasonText'),
    }
    const query = field(c, 'query')
    const { profession, reason } = typed
    const errors: FieldErrors = {
      words: typed.words === '' ? t.field.required : undefined,
      name: hasWords(typed.name) ? undefined : t.field.required,
      profession: profession ? undefined : t.field.required,
      reason: reason ? undefined : t.field.required,
      reasonText: reason === 'other' && !hasWords(typed.reasonText) ? t.field.required : undefined,
    }
    const shown = { ...typed, profession: profession ?? ('' as never), reason: reason ?? ('down' as const) }
    if (!profession || !reason || Object.values(errors).some((text) => text !== undefined))
      return show(c, { query, typed: shown, errors }, 400)
    try {
      const { token } = await station.open({ ...typed, profession, reason })
      startSession(c, web.cookies, token)
      const viewer = await web.services.auth.session(token)
      if (query === '' || !viewer) return c.redirect('/', 303)
      return c.redirect(`/charts?s=${web.notes.keepSearch(viewer.sessionId, query)}`, 303)
    } catch (error) {
      if (!isAppError(error) || !error.code.startsWith('STATION_CARD_')) throw error
      const { what, next } = errorSentences(error.code, f.language)
      const words = [what, cardTrouble(t.station, typed.words), next].filter(Boolean).join(' ')
      return show(c, { query, typed: shown, errors: { words } }, 400)
    }
  })
  app.post('/sign-out', async (c) => {
    const token = sessionToken(c, web.cookies)
    const viewer = c.get('viewer')
    if (viewer) web.notes.forget(viewer.sessionId)
    if (token !== undefined) await station.lock(token)
    endSession(c, web.cookies)
    c.header('Clear-Site-Data', '"cache"')
    return c.redirect('/?note=closed', 303)
  })
}

/** Where to look on the card. Tells nothing that is secret: the list of words is public. */
function cardTrouble(t: Messages['station'], typed: string): string {
  const read = readStationCard(typed)
  if (read.kind !== 'unreadable') return ''
  const { count, unknown } = read
  return [
    unknown.length === 0 ? '' : t.wordsUnknown(unknown.join(t.comma)),
    count === CARD_WORDS ? '' : t.wordsCount(String(count)),
    count === CARD_WORDS && unknown.length === 0 ? t.wordsDiffer : '',
  ].join('')
}

function setUpRoutes(app: WebApp, web: StationWeb): void {
  const { station } = web.services
  const kindOf = (text: string | undefined) =>
    (Object.keys(ORIGIN_FIELDS) as (keyof typeof ORIGIN_FIELDS)[]).find((known) => known === text) ?? 'keeper'
  /** Setting up is for a PC that is not set up; afterwards it needs somebody with the card. */
  const mayChange = async (c: WebContextOf) =>
    (await station.state()).needs !== undefined || c.get('viewer') !== undefined
  const show = async (c: WebContextOf, model: Omit<SetUpModel, 'needs'>, status: 200 | 400 = 200) => {
    if (!(await mayChange(c))) return c.redirect('/', 303)
    const { needs } = await station.state()
    return renderPage(c, <StationSetUpPage ui={c.get('ui')} model={{ needs, ...model }} />, status)
  }
  app.get('/set-up', (c) => show(c, { form: { kind: kindOf(c.req.query('kind')), values: {} } }))
  app.post('/set-up/package', async (c) => {
    const { t, f } = c.get('ui')
    const form = { kind: 'keeper', values: {} } as const
    if (!(await mayChange(c))) return c.redirect('/', 303)
    const file = c.get('form')?.get('file')
    if (!(file instanceof File) || file.size === 0) return show(c, { form, errors: { file: t.field.required } }, 400)
    try {
      await station.takePackage(await file.text())
    } catch (error) {
      if (!isAppError(error, 'STATION_FILE_DAMAGED')) throw error
      const { what, next } = errorSentences(error.code, f.language)
      return show(c, { form, errors: { file: `${what} ${next}` } }, 400)
    }
    return c.redirect('/set-up', 303)
  })
  app.post('/set-up/origin', async (c) => {
    const { f } = c.get('ui')
    if (!(await mayChange(c))) return c.redirect('/', 303)
    const kind = kindOf(field(c, 'kind'))
    const values = Object.fromEntries(ORIGIN_FIELDS[kind].map((name) => [name, field(c, name)]))
    const refused = await station.takeOrigin({ kind, values })
    if (refused === undefined) return c.redirect('/?note=setUpDone', 303)
    const { what, why, next } = errorSentences(refused, f.language)
    return show(c, { form: { kind, values }, problem: `${what} ${why} ${next}` }, 400)
  })
}

/** Behind the card. */
export function stationCareRoutes(app: WebApp, web: StationWeb): void {
  const { station } = web.services
  app.get('/charts', async (c, next) => {
    const state = await station.state()
    if (state.sources.some(({ shown }) => shown)) return next()
    c.header('Refresh', '2')
    return renderPage(c, <StationPreparingPage ui={c.get('ui')} state={state} />)
  })
  app.get('/papers/:file{[0-9]+\\.pdf}', async (c) => {
    const bytes = await station.paper(Number.parseInt(c.req.param('file'), 10))
    return bytes ? pdfResponse(c, bytes) : refuse(c, 404, 'notFound')
  })
  app.get('/log', async (c) => renderPage(c, <StationLogPage ui={c.get('ui')} rows={await station.log(viewerOf(c))} />))
  app.get('/log/file', async (c) => {
    const { stationId } = await station.state()
    return c.body(new Uint8Array(await station.exportLog()), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="toride-station-log-${stationId}.json"`,
    })
  })
  app.get('/test', async (c) => renderPage(c, <StationTestPage ui={c.get('ui')} state={await station.state()} />))
  app.post('/test', async (c) => {
    await station.test(viewerOf(c), field(c, 'printed') === '1')
    return c.redirect('/test', 303)
  })
}
