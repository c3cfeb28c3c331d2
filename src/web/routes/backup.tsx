/** Generations and running work. */
import { streamSSE } from 'hono/streaming'
import { JobProgress } from '../components/index.ts'
import { pageNumber, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { sessionToken } from '../http/cookies.ts'
import { refuse } from '../http/refuse.tsx'
import { partText, renderPage } from '../http/respond.ts'
import { GenerationPage, GenerationsPage } from '../pages/generations.tsx'
import { type JobOutcome, JobPage, JobsPage } from '../pages/jobs.tsx'
import type { Job } from '../read-models.ts'
import { needs } from './guards.ts'
import { sourceReadingRoutes } from './source-reading.tsx'
import { sourceRoutes } from './sources.tsx'

export function backupRoutes(app: WebApp, web: Web): void {
  sourceRoutes(app, web)
  sourceReadingRoutes(app, web)
  generationRoutes(app, web)
  jobRoutes(app, web)
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

async function outcomeOf(c: WebContextOf, { services }: Web, job: Job): Promise<JobOutcome> {
  if (job.state !== 'done' || job.generationId === undefined) return {}
  if (job.kind === 'backup')
    return { suspected: (await services.backup.generation(job.generationId, viewerOf(c)))?.suspected }
  if (job.kind !== 'rehearsal') return {}
  const { rehearsals } = await services.rehearsals.list()
  const own = rehearsals.find((one) => one.generationId === job.generationId && one.startedAt >= job.startedAtMs)
  return { rehearsalId: own?.id }
}

function jobRoutes(app: WebApp, web: Web): void {
  const { jobs } = web.services
  app.get('/jobs', async (c) => renderPage(c, <JobsPage ui={c.get('ui')} jobs={await jobs.list()} />))
  app.get('/jobs/:id', async (c) => {
    const job = await jobs.get(c.req.param('id'))
    if (!job) return refuse(c, 404, 'notFound')
    return renderPage(c, <JobPage ui={c.get('ui')} job={job} outcome={await outcomeOf(c, web, job)} />)
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
