/** 非常用PC. Who makes one needs the keys that a person's password opens: the card opens charts. */
import { isAppError } from '#base'
import { STATION_REASONS } from '#journal'
import { bodyLimit } from 'hono/body-limit'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { refuse } from '../http/refuse.tsx'
import { errorSentences } from '../messages/errors.ts'
import { unlockPath } from '../pages/sign-in.tsx'
import { StationCardPage, type StationsModel, StationsPage } from '../pages/stations.tsx'
import { needs } from './guards.ts'

/** A log of some years. */
export const MOST_LOG_BYTES = 32 * 1024 * 1024
const MOST_REPORT_BYTES = 256 * 1024
/** Entries and photos of one exchange. */
const MOST_SENT_BOOKS_BYTES = 28 * 1024 * 1024

/**
 * What emergency PCs send by themselves: no session, no form; its signature is all that counts. Before the frame, which
 * asks every post for both.
 */
export function stationReportRoute(app: WebApp, web: Web): void {
  const { stations } = web.services
  const sent = [
    ['/stations/report', MOST_REPORT_BYTES, (text: string) => stations.report(text)],
    ['/stations/books', MOST_SENT_BOOKS_BYTES, (text: string) => stations.books(text)],
  ] as const
  for (const [path, maxSize, take] of sent)
    app.post(path, bodyLimit({ maxSize, onError: (c) => c.text('', 413) }), async (c) => {
      try {
        return c.text(await take(await c.req.text()))
      } catch (error) {
        // Whoever sends another thing learns nothing from the answer.
        if (isAppError(error, 'VAULT_KEY_MISSING')) return c.text('', 503)
        if (isAppError(error)) return c.text('', 403)
        throw error
      }
    })
}

export function stationsRoutes(app: WebApp, web: Web): void {
  const { stations } = web.services
  for (const path of ['/stations', '/stations/*']) app.use(path, needs('manage-backup'))
  const show = async (c: WebContextOf, more: Partial<StationsModel>, status: 200 | 400 = 200) => {
    const { origin, hostname } = new URL(c.req.url)
    // From here "localhost" is this server, from there it is the PC itself.
    const server = /^(localhost|127\.|\[::1\])/.test(hostname) ? '' : origin
    const model = { list: await stations.list(), server, ...more }
    return renderPage(c, <StationsPage ui={c.get('ui')} model={model} />, status)
  }
  app.get('/stations', (c) => show(c, { removed: c.req.query('done') === 'removed' }))
  app.post('/stations', async (c) => {
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath('/stations'), 303)
    const typed = { name: field(c, 'name'), server: field(c, 'server') }
    const result = await stations.make(viewerOf(c), typed)
    if (result.kind === 'ok') return renderPage(c, <StationCardPage ui={c.get('ui')} made={result.made} />)
    return show(c, { typed, errors: { [result.field]: c.get('ui').t.field[result.code] } }, 400)
  })
  app.get('/stations/:id/file', async (c) => {
    const id = c.req.param('id')
    const file = await stations.file(viewerOf(c), id)
    if (file === undefined) return refuse(c, 404, 'notFound')
    return c.body(file, 200, {
      'Content-Type': 'application/json',
      'Content-Disposition': `attachment; filename="toride-station-${id}.json"`,
    })
  })
  app.post('/stations/:id/withdraw', async (c) => {
    const reason = STATION_REASONS.find((known) => known === field(c, 'reason')) ?? 'not-used'
    await stations.withdraw(viewerOf(c), c.req.param('id'), reason)
    return c.redirect('/stations?done=removed', 303)
  })
  app.post('/stations/log', async (c) => {
    const { t, f } = c.get('ui')
    const file = c.get('form')?.get('file')
    if (!(file instanceof File) || file.size === 0) return show(c, { mergeErrors: { file: t.field.required } }, 400)
    const result = await stations.merge(viewerOf(c), new Uint8Array(await file.arrayBuffer()))
    if (result.kind === 'ok') return show(c, { merged: result })
    const { what, why, next } = errorSentences(result.code, f.language)
    return show(c, { mergeErrors: { file: `${what} ${why} ${next}` } }, 400)
  })
}
