/** Puts the parts of the server's screens together: the frame, then the routes. */
import type { Chart } from '#chart'
import { MOST_RECORD_BYTES } from '#governance'
import { Hono } from 'hono'
import { type WebApp, type Web, type WebContextOf, type WebEnv, type WebOptions } from './context.ts'
import { closeFrame, openFrame, openWeb } from './frame.tsx'
import { fhirApp } from './http/fhir.ts'
import type { Services } from './ports.ts'
import { backupRoutes } from './routes/backup.tsx'
import { chartRoutes } from './routes/charts.tsx'
import { coverageRoutes } from './routes/coverage.tsx'
import { deviceRoutes } from './routes/devices.tsx'
import { bcpRoutes } from './routes/bcp.tsx'
import { paperEntryRoutes } from './routes/paper-entry.tsx'
import { drillRoutes } from './routes/drills.tsx'
import { mondayRoutes } from './routes/monday.tsx'
import { fiveMinutesRoute, registerRoutes } from './routes/registers.tsx'
import { editionRoutes } from './routes/editions.tsx'
import { emergencyDoor, emergencyRoutes } from './routes/emergency.tsx'
import { readTokenRoutes } from './routes/read-tokens.tsx'
import { fileRoutes } from './routes/files.tsx'
import { houseRoutes } from './routes/house.tsx'
import { machineRoutes } from './routes/machines.tsx'
import { mediaRoutes } from './routes/media.tsx'
import { erasureRoutes } from './routes/erasure.tsx'
import { MOST_LIST_BYTES, terminalRoutes } from './routes/terminals.tsx'
import { improvementRoutes } from './routes/improvements.tsx'
import { reportRoutes } from './routes/reports.tsx'
import { yearRoutes } from './routes/year.tsx'
import { INCIDENT_UPLOADS, incidentRoutes, MOST_INCIDENT_BYTES, troubleRoutes } from './routes/incidents.tsx'
import { recoveryRoutes } from './routes/recovery.tsx'
import { instantRoutes } from './routes/instant.tsx'
import { signsRoutes } from './routes/signs.tsx'
import { rehearsalRoutes } from './routes/rehearsals.tsx'
import { kitRoutes } from './routes/kit.tsx'
import { stackRoutes } from './routes/stacks.tsx'
import { noticeRoutes } from './routes/notices.tsx'
import { peopleRoutes } from './routes/people.tsx'
import { MOST_EDITION_LOG_BYTES } from './routes/edition-carry.tsx'
import { MOST_PAPER_UPLOAD_BYTES } from './routes/edition-papers.tsx'
import { papersRoutes } from './routes/papers.tsx'
import { placeRoutes } from './routes/places.tsx'
import { policyRoutes } from './routes/policy.tsx'
import { protectionRoutes } from './routes/protection.tsx'
import { recoverRoutes } from './routes/recover.tsx'
import { MOST_LOG_BYTES, stationReportRoute, stationsRoutes } from './routes/stations.tsx'
import { sessionRoutes } from './routes/session.tsx'

/** Files, with what their form adds. */
const UPLOADS = [
  { paths: /^\/devices\/[^/]+\/records$/, mostBytes: MOST_RECORD_BYTES },
  { paths: /^\/terminals\/list$/, mostBytes: MOST_LIST_BYTES },
  { paths: /^\/stations\/log$/, mostBytes: MOST_LOG_BYTES },
  { paths: INCIDENT_UPLOADS, mostBytes: MOST_INCIDENT_BYTES },
  { paths: /^\/paper-entry\/(sheets|[^/]+\/photos)$/, mostBytes: MOST_INCIDENT_BYTES },
  { paths: /^\/editions\/log$/, mostBytes: MOST_EDITION_LOG_BYTES },
  { paths: /^\/editions\/papers$/, mostBytes: MOST_PAPER_UPLOAD_BYTES },
]

/** Serves all screens. `fetch` is the whole face: the roots hand it to {@link listen} or to tests. */
export async function createWeb(
  services: Services<Chart>,
  options: WebOptions,
): Promise<{ fetch: WebApp['fetch']; routes: WebApp['routes'] }> {
  const web: Web = await openWeb(services, options)
  const app: WebApp = new Hono<WebEnv>()
  stationReportRoute(app, web)
  // Before the frame: programs get neither pages nor forms.
  app.route('/fhir', fhirApp(web))
  openFrame(app, web, UPLOADS)
  sessionRoutes(app, web)
  emergencyDoor(app, web)
  troubleRoutes(app, web)
  fiveMinutesRoute(app, web)
  app.use(guard)
  houseRoutes(app, web)
  backupRoutes(app, web)
  fileRoutes(app, web)
  coverageRoutes(app, web)
  machineRoutes(app, web)
  deviceRoutes(app, web)
  registerRoutes(app, web)
  bcpRoutes(app, web)
  paperEntryRoutes(app, web)
  papersRoutes(app, web)
  drillRoutes(app, web)
  mondayRoutes(app, web)
  editionRoutes(app, web)
  chartRoutes(app, web, web.services.slips)
  stackRoutes(app, web)
  noticeRoutes(app, web)
  peopleRoutes(app, web)
  placeRoutes(app, web)
  stationsRoutes(app, web)
  mediaRoutes(app, web)
  policyRoutes(app, web)
  protectionRoutes(app, web)
  kitRoutes(app, web)
  emergencyRoutes(app, web)
  readTokenRoutes(app, web)
  erasureRoutes(app, web)
  instantRoutes(app, web)
  signsRoutes(app, web)
  rehearsalRoutes(app, web)
  recoveryRoutes(app, web)
  incidentRoutes(app, web)
  reportRoutes(app, web)
  yearRoutes(app, web)
  improvementRoutes(app, web)
  terminalRoutes(app, web)
  recoverRoutes(app, web)
  closeFrame(app, web)
  return { fetch: app.fetch, routes: app.routes }
}

/** Everything past this line is for people who are signed in and have a password of their own. */
function guard(c: WebContextOf, next: () => Promise<void>): Promise<Response | void> {
  const viewer = c.get('viewer')
  if (viewer) return viewer.mustChangePassword ? Promise.resolve(c.redirect('/account', 303)) : next()
  const { path } = c.get('ui')
  const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(path)}` : '?ended=1'
  return Promise.resolve(c.redirect(path === '/' ? '/sign-in' : `/sign-in${back}`, 303))
}
