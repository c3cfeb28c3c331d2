/** Sources, generations and running work. */
import { streamSSE } from 'hono/streaming'
import { STOP_REASONS } from '#vault'
import { type FieldErrors, JobProgress } from '../components/index.ts'
import { field, pageNumber, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { sessionToken } from '../http/cookies.ts'
import { refuse } from '../http/refuse.tsx'
import { partText, renderPage } from '../http/respond.ts'
import { GenerationPage, GenerationsPage } from '../pages/generations.tsx'
import { JobPage, JobsPage } from '../pages/jobs.tsx'
import { SourceChangePage, SourceFormPage, SourceMovedPage, SourcesPage } from '../pages/sources.tsx'
import type { SourceInput } from '../ports.ts'
import type { SourceKind } from '../read-models.ts'
import { needs } from './guards.ts'

const KINDS: readonly SourceKind[] = ['ssmix2', 'folder', 'csv']

export function backupRoutes(app: WebApp, web: Web): void {
  sourceRoutes(app, web)
  generationRoutes(app, web)
  jobRoutes(app, web)
}

function sourceRoutes(app: WebApp, web: Web): void {
  const { backup } = web.services
  app.use('/sources', needs('manage-backup'))
  app.use('/sources/*', needs('manage-backup'))

  app.get('/sources', async (c) =>
    renderPage(
      c,
      <SourcesPage ui={c.get('ui')} sources={await backup.sources()} added={c.req.query('added') === '1'} />,
    ),
  )
  app.get('/sources/new', (c) => {
    const kind = KINDS.find((known) => known === c.req.query('kind')) ?? 'ssmix2'
    return renderPage(c, <SourceFormPage ui={c.get('ui')} input={{ name: '', kind, paths: [], dailyAt: '02:00' }} />)
  })
  app.post('/sources/new', async (c) => {
    const ui = c.get('ui')
    const input = sourceInput(c)
    const show = (errors: FieldErrors) => renderPage(c, <SourceFormPage ui={ui} input={input} errors={errors} />, 400)
    const missing = missingFields(input, field(c, 'do') === 'save')
    if (missing.length > 0) return show(Object.fromEntries(missing.map((name) => [name, ui.t.field.required])))
    if (field(c, 'do') === 'try') {
      const result = await backup.trySource(input)
      if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
      return renderPage(c, <SourceFormPage ui={ui} input={input} trial={result.trial} />)
    }
    const result = await backup.addSource(viewerOf(c), input)
    if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
    if (result.kind === 'moved')
      return renderPage(c, <SourceMovedPage ui={ui} url={result.url} firstSignIn={result.firstSignIn} />)
    return c.redirect('/sources?added=1', 303)
  })
  const find = async (c: WebContextOf) =>
    (await backup.sources()).find(({ id, kind }) => id === c.req.param('id') && kind !== 'own-state')
  const showOne = async (
    c: WebContextOf,
    more: { input?: Pick<SourceInput, 'name' | 'dailyAt'>; errors?: FieldErrors; saved?: boolean },
  ) => {
    const source = await find(c)
    if (!source) return refuse(c, 404, 'notFound')
    const input = more.input ?? { name: source.name, dailyAt: source.dailyAt ?? '' }
    const page = <SourceChangePage ui={c.get('ui')} source={source} {...more} input={input} />
    return renderPage(c, page, more.errors ? 400 : 200)
  }
  app.get('/sources/:id', (c) => showOne(c, { saved: c.req.query('saved') === '1' }))
  app.post('/sources/:id', async (c) => {
    const { t } = c.get('ui')
    const { name, dailyAt } = sourceInput(c)
    const input = { name, dailyAt }
    if (name === '') return showOne(c, { input, errors: { name: t.field.required } })
    if (!(await find(c))) return refuse(c, 404, 'notFound')
    const result = await backup.changeSource(viewerOf(c), c.req.param('id'), input)
    if (result.kind === 'refused') return showOne(c, { input, errors: { [result.field]: t.field[result.code] } })
    return c.redirect(`/sources/${c.req.param('id')}?saved=1`, 303)
  })
  app.post('/sources/:id/stop', async (c) => {
    const reason = STOP_REASONS.find((known) => known === field(c, 'reason'))
    if (!reason) return showOne(c, { errors: { reason: c.get('ui').t.field.required } })
    if (!(await find(c))) return refuse(c, 404, 'notFound')
    await backup.stopSource(viewerOf(c), c.req.param('id'), reason)
    return c.redirect('/sources', 303)
  })
  app.post('/sources/:id/resume', async (c) => {
    if (!(await find(c))) return refuse(c, 404, 'notFound')
    await backup.resumeSource(viewerOf(c), c.req.param('id'))
    return c.redirect('/sources', 303)
  })
  app.post('/sources/:id/run', async (c) => {
    const { jobId } = await backup.run(viewerOf(c), c.req.param('id'))
    return c.redirect(`/jobs/${jobId}`, 303)
  })
}

function sourceInput(c: WebContextOf): SourceInput {
  return {
    name: field(c, 'name'),
    kind: KINDS.find((known) => known === field(c, 'kind')) ?? 'folder',
    paths: field(c, 'paths')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean),
    dailyAt: field(c, 'dailyAt').normalize('NFKC'),
  }
}

/** A trial needs no name yet. */
function missingFields(input: SourceInput, saving: boolean): string[] {
  return [...(saving && input.name === '' ? ['name'] : []), ...(input.paths.length === 0 ? ['paths'] : [])]
}

function generationRoutes(app: WebApp, web: Web): void {
  const { backup } = web.services
  app.get('/generations', async (c) => {
    const sourceId = c.req.query('source') || undefined
    const [page, sources] = await Promise.all([
      backup.generations({ page: pageNumber(c), ...(sourceId ? { sourceId } : {}) }),
      backup.sources(),
    ])
    return renderPage(c, <GenerationsPage ui={c.get('ui')} model={{ page, sources, sourceId }} />)
  })
  app.get('/generations/:id', async (c) => {
    const generation = await backup.generation(c.req.param('id'), viewerOf(c))
    return generation
      ? renderPage(c, <GenerationPage ui={c.get('ui')} generation={generation} />)
      : refuse(c, 404, 'notFound')
  })
  app.post('/generations/:id/verify', needs('manage-backup'), async (c) => {
    const { jobId } = await backup.verify(viewerOf(c), c.req.param('id'))
    return c.redirect(`/jobs/${jobId}`, 303)
  })
}

function jobRoutes(app: WebApp, web: Web): void {
  const { jobs } = web.services
  app.get('/jobs', async (c) => renderPage(c, <JobsPage ui={c.get('ui')} jobs={await jobs.list()} />))
  app.get('/jobs/:id', async (c) => {
    const job = await jobs.get(c.req.param('id'))
    return job ? renderPage(c, <JobPage ui={c.get('ui')} job={job} />) : refuse(c, 404, 'notFound')
  })
  app.post('/jobs/:id/cancel', needs('manage-backup'), async (c) => {
    await jobs.cancel(viewerOf(c), c.req.param('id'))
    return c.redirect(`/jobs/${c.req.param('id')}`, 303)
  })
  app.get('/jobs/:id/events', async (c) => {
    const id = c.req.param('id')
    if (!(await jobs.get(id))) return refuse(c, 404, 'notFound')
    const ui = c.get('ui')
    return streamSSE(c, async (stream) => {
      const stop = new AbortController()
      stream.onAbort(() => stop.abort())
      const token = sessionToken(c, web.cookies) ?? ''
      for await (const job of jobs.watch(id, stop.signal)) {
        // An open page must not go on showing the house's work to whoever sits there after the sign-out.
        if (!(await web.services.auth.sessionRuns(token))) return
        const now = { ...ui, nowMs: web.options.clock.now() }
        await stream.writeSSE({ event: 'progress', data: await partText(<JobProgress ui={now} job={job} />) })
      }
      if (!stop.signal.aborted) await stream.writeSSE({ event: 'ended', data: '' })
    })
  })
}
