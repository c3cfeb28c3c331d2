/** 非常用ディスク: the register, making one, its papers and files. Passphrases leave by one page for one person. */
import { addDays, institutionDate } from '#base'
import { EDITION_MOVES } from '#journal'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import type { EditionPreparation, EditionRequest } from '../edition-ports.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { EditionPage } from '../pages/edition.tsx'
import { EditionCardPage, EditionLabelPage, LostEditionPage } from '../pages/edition-paper.tsx'
import { EditionsPage, generationField, MakeEditionPage, type MakeModel, MEDIA_SHOWN } from '../pages/editions.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { editionCarryRoutes } from './edition-carry.tsx'
import { readContents, typedContents, usualContents } from './edition-fields.ts'
import { editionNightRoutes } from './edition-night.tsx'
import { editionPaperRoutes } from './edition-papers.tsx'
import { needs } from './guards.ts'

const DONE = ['saved', 'refused', 'reviewed'] as const
/** A quarter: long enough for a safe, short enough that somebody looks. */
const USUAL_DAYS = 90

export function editionRoutes(app: WebApp, web: Web): void {
  const { editions } = web.services
  app.use('/editions', needs('carry-media'))
  app.use('/editions/*', needs('carry-media'))
  makingRoutes(app, web)
  editionCarryRoutes(app, web)
  editionNightRoutes(app, web)
  editionPaperRoutes(app, web)
  oneRoutes(app, web)

  app.get('/editions', async (c) => renderPage(c, <EditionsPage ui={c.get('ui')} list={await editions.list()} />))
}

function makingRoutes(app: WebApp, { services: { editions } }: Web): void {
  const closed = (c: WebContextOf) =>
    viewerOf(c).keysClosed ? c.redirect(unlockPath('/editions/new'), 303) : undefined

  app.get('/editions/new', async (c) => {
    const preparation = await editions.prepare(viewerOf(c))
    const { t, nowMs } = c.get('ui')
    const typed: MakeModel['typed'] = {
      ...usualContents(t, preparation.kinds),
      medium: 'dvd',
      // A retired system's charts are large and seldom needed: they are put in by who wants them.
      generations: preparation.sources.flatMap(({ isRetired, generations }) =>
        isRetired && preparation.sources.length > 1 ? [] : generations.slice(0, 1).map(({ id }) => id),
      ),
      returnOn: addDays(institutionDate(nowMs), USUAL_DAYS),
    }
    return closed(c) ?? renderPage(c, <MakeEditionPage ui={c.get('ui')} model={{ preparation, typed }} />)
  })
  app.post('/editions', async (c) => {
    const away = closed(c)
    if (away) return away
    const preparation = await editions.prepare(viewerOf(c))
    const typed: MakeModel['typed'] = {
      ...typedContents(c),
      medium: field(c, 'medium'),
      generations: preparation.sources.map(({ id }) => field(c, generationField(id))).filter(Boolean),
      returnOn: field(c, 'returnOn'),
    }
    const errors: Record<string, string> = {}
    const request = readRequest(c, typed, preparation, errors)
    if (request) {
      const started = await editions.make(viewerOf(c), request)
      if ('jobId' in started) return c.redirect(`/jobs/${started.jobId}`, 303)
      errors['generation'] = c.get('ui').t.field.required
    }
    return renderPage(c, <MakeEditionPage ui={c.get('ui')} model={{ preparation, typed, errors }} />, 400)
  })
}

function readRequest(
  c: WebContextOf,
  typed: MakeModel['typed'],
  { kinds }: EditionPreparation,
  errors: Record<string, string>,
): EditionRequest | undefined {
  const { t, nowMs } = c.get('ui')
  const contents = readContents(t, typed, kinds, errors)
  const returnOn = readDay(typed.returnOn, nowMs)
  if (!returnOn) errors['returnOn'] = t.editions.form.wrongDate
  if (typed.generations.length === 0) errors['generation'] = t.field.required
  if (!contents || !returnOn || Object.keys(errors).length > 0) return undefined
  const medium = MEDIA_SHOWN.find((one) => one === typed.medium) ?? 'dvd'
  return { ...contents, medium, generationIds: typed.generations, returnOn }
}

/** `YYYY-MM-DD` as people type it, from today on; undefined for anything else. */
function readDay(text: string, nowMs: number): string | undefined {
  const match = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(text.normalize('NFKC').trim())
  if (!match) return undefined
  const [, year = '', month = '', day = ''] = match
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const isDate = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) ?? false
  return isDate && date >= institutionDate(nowMs) ? date : undefined
}

function oneRoutes(app: WebApp, { services: { editions } }: Web): void {
  const numberOf = (c: WebContextOf) => Number(c.req.param('number'))
  const found = (c: WebContextOf) => editions.get(viewerOf(c), numberOf(c))

  app.get('/editions/:number{[0-9]+}', async (c) => {
    const view = await found(c)
    if (!view) return refuse(c, 404, 'notFound')
    const done = DONE.find((known) => known === c.req.query('done'))
    const looks = await editions.looks(viewerOf(c), numberOf(c))
    return renderPage(c, <EditionPage ui={c.get('ui')} view={view} looks={looks} done={done} />)
  })
  app.get('/editions/:number{[0-9]+}/label', async (c) => {
    const view = await found(c)
    return view ? renderPage(c, <EditionLabelPage ui={c.get('ui')} view={view} />) : refuse(c, 404, 'notFound')
  })
  app.get('/editions/:number{[0-9]+}/lost', async (c) => {
    const view = await found(c)
    return view ? renderPage(c, <LostEditionPage ui={c.get('ui')} view={view} />) : refuse(c, 404, 'notFound')
  })
  app.get('/editions/:number{[0-9]+}/card', async (c) => {
    const view = await found(c)
    const slots = editions.passphrases(viewerOf(c), numberOf(c))
    if (!view || !slots) return c.redirect(`/editions/${numberOf(c)}`, 303)
    return renderPage(c, <EditionCardPage ui={c.get('ui')} view={view} slots={slots} />)
  })
  app.post('/editions/:number{[0-9]+}/forget', (c) => {
    editions.forgetPassphrases(viewerOf(c), numberOf(c))
    return c.redirect(`/editions/${numberOf(c)}`, 303)
  })
  app.post('/editions/:number{[0-9]+}/remove-files', async (c) => {
    await editions.removeFiles(viewerOf(c), numberOf(c))
    return c.redirect(`/editions/${numberOf(c)}`, 303)
  })
  app.post('/editions/:number{[0-9]+}/move', async (c) => {
    const what = EDITION_MOVES.find((known) => known === field(c, 'what') && known !== 'replaced')
    if (!what) return refuse(c, 403, 'stale')
    const back = `/editions/${numberOf(c)}`
    const returnOn = readDay(field(c, 'returnOn'), c.get('ui').nowMs)
    const [holder, place] = [field(c, 'holder').slice(0, 60), field(c, 'place').slice(0, 60)]
    if (what === 'handed-on' && (!returnOn || !holder || !place)) return c.redirect(`${back}?done=refused`, 303)
    const more = {
      ...(what === 'handed-on' && returnOn ? { holder, place, returnOn } : {}),
      ...(what === 'destroyed' ? { witness: field(c, 'witness') } : {}),
    }
    const isDone = await editions.move(viewerOf(c), numberOf(c), what, more)
    return c.redirect(what === 'lost' && isDone ? `${back}/lost` : `${back}?done=${isDone ? 'saved' : 'refused'}`, 303)
  })
  app.get('/editions/:number{[0-9]+}/:file{disc-[0-9]+\\.iso}', async (c) => {
    const disc = Number(/\d+/.exec(c.req.param('file'))![0])
    const iso = await editions.iso(viewerOf(c), numberOf(c), disc)
    if (!iso) return refuse(c, 404, 'notFound')
    return c.body(iso.stream, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(iso.bytes),
      'Content-Disposition': `attachment; filename="toride-${numberOf(c)}-${disc}.iso"`,
    })
  })
}
