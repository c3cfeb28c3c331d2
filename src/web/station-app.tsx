/** The screens of the emergency PC: the frame and the chart routes of the server, and few of its own. Nothing of governance. */
import { Hono } from 'hono'
import type { ReadingServices, Web, WebApp, WebContextOf, WebEnv, WebOptions } from './context.ts'
import { closeFrame, openFrame, openWeb } from './frame.tsx'
import { setLanguageCookie } from './http/cookies.ts'
import { localPath } from './context.ts'
import { LANGUAGES } from './format.ts'
import { chartRoutes } from './routes/charts.tsx'
import { stationCareRoutes, stationFrontRoutes } from './routes/station.tsx'
import { INCIDENT_UPLOADS, incidentRoutes, MOST_INCIDENT_BYTES, troubleRoutes } from './routes/incidents.tsx'
import { reportRoutes } from './routes/reports.tsx'
import { stackRoutes } from './routes/stacks.tsx'
import type { IncidentService } from './incident-ports.ts'
import type { ReportService } from './report-ports.ts'
import type { StackService } from './paper-ports.ts'
import type { SlipService } from './slip-ports.ts'
import type { StationService } from './station-ports.ts'

/** Production's file: with many erased patients it is longer than a form. Nobody is signed in on a PC that is set up. */
const UPLOADS = [
  { paths: /^\/set-up\/package$/, mostBytes: 30_000_000, fromAnybody: true },
  { paths: INCIDENT_UPLOADS, mostBytes: MOST_INCIDENT_BYTES },
]

export type StationServices = ReadingServices & {
  readonly station: StationService
  readonly paper: StackService
  readonly incidents: IncidentService
  readonly reports: ReportService
  readonly slips: SlipService
}

export async function createStationWeb(
  services: StationServices,
  options: WebOptions,
): Promise<Pick<WebApp, 'fetch' | 'routes'>> {
  const web: Web<StationServices> = await openWeb(services, options)
  const app: WebApp = new Hono<WebEnv>()
  openFrame(app, web, UPLOADS)
  app.get('/language/:language', (c) => {
    const language = LANGUAGES.find((known) => known === c.req.param('language'))
    if (language) setLanguageCookie(c, web.cookies, language)
    return c.redirect(localPath(c.req.query('back')), 303)
  })
  stationFrontRoutes(app, web)
  troubleRoutes(app, web)
  app.use((c: WebContextOf, next) => (c.get('viewer') ? next() : Promise.resolve(c.redirect('/open', 303))))
  stationCareRoutes(app, web)
  incidentRoutes(app, web)
  reportRoutes(app, web)
  chartRoutes(app, web, services.slips)
  stackRoutes(app, web)
  closeFrame(app, web)
  return { fetch: app.fetch, routes: app.routes }
}
