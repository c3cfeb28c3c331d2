/** Rotating disks: whose turn, registering, saying where one is, labels and rota. */
import { parseLabelCode, type FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import type { MediaView, MediumKind } from '../media-ports.ts'
import { CandidatesPage, RegisterPage, type RegisterTyped } from '../pages/media-forms.tsx'
import { MediaPage } from '../pages/media.tsx'
import { LabelsPage, RotaPage } from '../pages/media-paper.tsx'
import { CARRIED_TO, MediumPage, type MediumModel } from '../pages/medium.tsx'
import { formatWhen, parseWhen } from '../when.ts'
import { needs } from './guards.ts'
import { mediaSettingsRoutes } from './media-settings.tsx'

const EJECTED = ['powered-off', 'ejected', 'unmounted'] as const
const DONE = ['saved', 'unknown'] as const
/** A month ahead and what is left of this one. */
const PLAN_DAYS = 62

export function mediaRoutes(app: WebApp, web: Web): void {
  const { media, jobs } = web.services
  app.use('/media', needs('carry-media'))
  app.use('/media/*', needs('carry-media'))
  for (const path of ['/media/settings', '/media/register', '/media/register/*', '/media/copy'])
    app.use(path, needs('manage-backup'))
  mediaSettingsRoutes(app, web)
  registerRoutes(app, web)
  paperRoutes(app, web)
  mediumRoutes(app, web)

  app.get('/media', async (c) => {
    const view = await media.view()
    const job = view?.jobId === undefined ? undefined : await jobs.get(view.jobId)
    const ejected = EJECTED.find((known) => known === c.req.query('ejected'))
    const done = DONE.find((known) => known === c.req.query('done'))
    return renderPage(c, <MediaPage ui={c.get('ui')} model={{ view, job, ejected, done }} />)
  })
  app.get('/media/find', async (c) => {
    const number = parseLabelCode(c.req.query('code') ?? '')
    const isThere = (await media.view())?.media.some(({ medium }) => medium.number === number)
    return c.redirect(isThere ? `/media/${number}#move` : '/media?done=unknown', 303)
  })
  app.post('/media/copy', async (c) => {
    const started = await media.copy(viewerOf(c))
    return c.redirect(started ? `/jobs/${started.jobId}` : '/media', 303)
  })
}

function registerRoutes(app: WebApp, { services: { media } }: Web): void {
  app.get('/media/register', async (c) => {
    if (!(await media.view())) return c.redirect('/media/settings', 303)
    const registered = Number(c.req.query('done'))
    return renderPage(
      c,
      <CandidatesPage
        ui={c.get('ui')}
        candidates={await media.candidates(viewerOf(c))}
        registered={Number.isInteger(registered) && registered > 0 ? registered : undefined}
        isGone={c.req.query('gone') === '1'}
      />,
    )
  })
  app.post('/media/register/look', async (c) => {
    const view = await media.view()
    const look = await media.look(viewerOf(c), field(c, 'uuid'))
    if (!view || !look) return c.redirect('/media/register?gone=1', 303)
    const known = view.media.find(({ medium }) => medium.number === look.knownAs)?.medium
    const typed = {
      number: String(look.knownAs ?? firstFree(view)),
      shelf: known?.shelf ?? '',
      kind: known?.kind ?? look.kind,
    }
    return renderPage(c, <RegisterPage ui={c.get('ui')} look={look} typed={typed} />)
  })
  app.post('/media/register', async (c) => {
    const { t, f } = c.get('ui')
    const typed: RegisterTyped = { number: field(c, 'number'), shelf: field(c, 'shelf'), kind: field(c, 'kind') }
    const number = Number(typed.number.normalize('NFKC'))
    const errors: Record<string, string> = {}
    if (!Number.isInteger(number) || number < 1 || number > 99) errors['number'] = t.mediaPage.numberWrong
    if (typed.shelf === '') errors['shelf'] = t.field.required
    if (typed.shelf.length > 60) errors['shelf'] = t.field['too-long']
    const kind =
      Object.keys(t.media.label.kinds).find((known): known is MediumKind => known === typed.kind) ?? 'usb-ssd'
    if (Object.keys(errors).length === 0) {
      const input = { uuid: field(c, 'uuid'), number, shelf: typed.shelf, kind }
      const result = await media.register(viewerOf(c), input)
      if (result.kind === 'ok') return c.redirect(`/media/register?done=${number}`, 303)
      const { what, next } = errorSentences(result.code, f.language)
      errors['number'] = `${what} ${next}`
    }
    const look = await media.look(viewerOf(c), field(c, 'uuid'))
    if (!look) return c.redirect('/media/register?gone=1', 303)
    return renderPage(c, <RegisterPage ui={c.get('ui')} look={look} typed={typed} errors={errors} />, 400)
  })
}

/** The first number that nobody has. */
function firstFree({ media }: MediaView): number {
  const taken = new Set(media.map(({ medium }) => medium.number))
  let number = 1
  while (taken.has(number)) number++
  return number
}

function paperRoutes(app: WebApp, { services: { media } }: Web): void {
  app.get('/media/labels', async (c) => {
    const view = await media.view()
    if (!view) return c.redirect('/media', 303)
    const only = Number(c.req.query('number'))
    const all = view.media.filter(({ isInTurn }) => isInTurn).map(({ medium }) => medium)
    const shown = only > 0 ? all.filter(({ number }) => number === only) : all
    return renderPage(c, <LabelsPage ui={c.get('ui')} view={view} media={shown} />)
  })
  app.get('/media/rota', async (c) => {
    const view = await media.view()
    if (!view) return c.redirect('/media', 303)
    const { nowMs } = c.get('ui')
    const asked = c.req.query('month') ?? ''
    const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : formatWhen(nowMs).slice(0, 7)
    const exchanges = (await media.plan(PLAN_DAYS)).filter(({ day }) => day.startsWith(month))
    const page = <RotaPage ui={c.get('ui')} view={view} month={month} next={monthAfter(nowMs)} exchanges={exchanges} />
    return renderPage(c, page)
  })
}

function monthAfter(nowMs: number): string {
  const [year = 0, month = 0] = formatWhen(nowMs).split('-').map(Number)
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
}

function mediumRoutes(app: WebApp, { services: { media } }: Web): void {
  const show = async (
    c: WebContextOf,
    more: Partial<Pick<MediumModel, 'contents' | 'typed' | 'errors' | 'done'>> = {},
    status: 200 | 400 = 200,
  ) => {
    const number = Number(c.req.param('number'))
    const view = await media.view()
    const state = view?.media.find(({ medium }) => medium.number === number)
    if (!view || !state) return refuse(c, 404, 'notFound')
    const typed = { to: 'shelf', person: viewerOf(c).personId, when: formatWhen(c.get('ui').nowMs) }
    const history = await media.history(number)
    return renderPage(c, <MediumPage ui={c.get('ui')} model={{ view, state, history, typed, ...more }} />, status)
  }
  app.get('/media/:number{[0-9]+}', (c) => {
    const done = (['moved', 'out'] as const).find((known) => known === c.req.query('done'))
    return show(c, { done })
  })
  app.post('/media/:number{[0-9]+}/move', async (c) => {
    const { t, nowMs } = c.get('ui')
    const typed = { to: field(c, 'to'), person: field(c, 'person'), when: field(c, 'when') }
    const to = CARRIED_TO.find((place) => place === typed.to)
    const at = parseWhen(typed.when, nowMs)
    const view = await media.view()
    const person = view?.people.find(({ id }) => id === typed.person)?.id
    if (to && at !== undefined && person !== undefined) {
      await media.move(viewerOf(c), { number: Number(c.req.param('number')), to, at, person })
      return c.redirect(`/media/${c.req.param('number')}?done=moved`, 303)
    }
    const errors: FieldErrors = {
      ...(to && person !== undefined ? {} : { to: t.field.required }),
      ...(at === undefined ? { when: t.mediaPage.moveWhenWrong } : {}),
    }
    return show(c, { typed, errors }, 400)
  })
  app.post('/media/:number{[0-9]+}/out', async (c) => {
    if (!viewerOf(c).can.has('manage-backup')) return refuse(c, 403, 'denied')
    const to = (['lost', 'retired'] as const).find((place) => place === field(c, 'to'))
    if (!to) return refuse(c, 403, 'stale')
    const { personId: person } = viewerOf(c)
    await media.move(viewerOf(c), { number: Number(c.req.param('number')), to, at: c.get('ui').nowMs, person })
    return c.redirect(`/media/${c.req.param('number')}?done=out`, 303)
  })
  app.post('/media/:number{[0-9]+}/eject', async (c) => {
    const how = await media.eject(viewerOf(c), Number(c.req.param('number')))
    return c.redirect(`/media?ejected=${how}`, 303)
  })
  app.post('/media/:number{[0-9]+}/contents', async (c) => {
    if (!viewerOf(c).can.has('manage-backup')) return refuse(c, 403, 'denied')
    return show(c, { contents: await media.contents(viewerOf(c), Number(c.req.param('number'))) })
  })
}
