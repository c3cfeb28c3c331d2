/** The screens of the emergency PC: the frame and the chart routes of the server, and few of its own. Nothing of governance. */
import { Hono } from 'hono'
import type { ReadingServices, Web, WebApp, WebContextOf, WebEnv, WebOptions } from './context.ts'
import { closeFrame, openFrame, openWeb } from './frame.tsx'
import { setLanguageCookie } from './http/cookies.ts'
import { localPath } from './context.ts'
import { LANGUAGES } from './format.ts'
import { chartRoutes } from './routes/charts.tsx'
import { stationCareRoutes, stationFrontRoutes } from './routes/station.tsx'
import type { StationService } from './station-ports.ts'

export type StationServices = ReadingServices & { readonly station: StationService }

export async function createStationWeb(
  services: StationServices,
  options: WebOptions,
): Promise<{ fetch: WebApp['fetch'] }> {
  const web: Web<StationServices> = await openWeb(services, options)
  const app: WebApp = new Hono<WebEnv>()
  openFrame(app, web)
  app.get('/language/:language', (c) => {
    const language = LANGUAGES.find((known) => known === c.req.param('language'))
    if (language) setLanguageCookie(c, web.cookies, language)
    return c.redirect(localPath(c.req.query('back')), 303)
  })
  stationFrontRoutes(app, web)
  app.use((c: WebContextOf, next) => (c.get('viewer') ? next() : Promise.resolve(c.redirect('/open', 303))))
  stationCareRoutes(app, web)
  chartRoutes(app, web)
  closeFrame(app, web)
  return { fetch: app.fetch }
}
