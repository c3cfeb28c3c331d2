/** Puts the parts together: headers, host, session, anti-forgery, then the routes; errors end as three sentences. */
import { csrfToken, isCsrfToken } from '#access'
import { isAppError, type ErrorKind } from '#base'
import type { Chart } from '#chart'
import { MOST_RECORD_BYTES } from '#governance'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { field, type Web, type WebApp, type WebContextOf, type WebEnv, type WebOptions } from './context.ts'
import { LANGUAGES, type Language } from './format.ts'
import { loadAssets } from './http/assets.ts'
import { endSession, languageCookie, sessionToken, visitToken } from './http/cookies.ts'
import { refuse } from './http/refuse.tsx'
import { renderPage } from './http/respond.ts'
import { isKnownHost, isSameOrigin, securityHeaders } from './http/security.ts'
import { createSessionNotes } from './http/session-notes.ts'
import { errorSentences } from './messages/errors.ts'
import { MESSAGES } from './messages/index.ts'
import { ErrorPage } from './pages/error.tsx'
import { unlockPath } from './pages/sign-in.tsx'
import type { Services } from './ports.ts'
import { backupRoutes } from './routes/backup.tsx'
import { chartRoutes } from './routes/charts.tsx'
import { coverageRoutes } from './routes/coverage.tsx'
import { deviceRoutes } from './routes/devices.tsx'
import { fileRoutes } from './routes/files.tsx'
import { houseRoutes } from './routes/house.tsx'
import { machineRoutes } from './routes/machines.tsx'
import { mediaRoutes } from './routes/media.tsx'
import { erasureRoutes } from './routes/erasure.tsx'
import { kitRoutes } from './routes/kit.tsx'
import { noticeRoutes } from './routes/notices.tsx'
import { peopleRoutes } from './routes/people.tsx'
import { placeRoutes } from './routes/places.tsx'
import { policyRoutes } from './routes/policy.tsx'
import { protectionRoutes } from './routes/protection.tsx'
import { recoverRoutes } from './routes/recover.tsx'
import { sessionRoutes } from './routes/session.tsx'
import { createUi } from './ui.ts'

const limit = (maxSize: number) => bodyLimit({ maxSize, onError: (c) => refuse(c as WebContextOf, 413, 'tooLarge') })
const form = limit(64 * 1024)
/** A file, with what the form adds to it; only from people who are signed in. */
const upload = limit(MOST_RECORD_BYTES + 64 * 1024)
const UPLOADS = /^\/devices\/[^/]+\/records$/

/** Serves all screens. `fetch` is the whole face: the roots hand it to {@link listen} or to tests. */
export async function createWeb(services: Services<Chart>, options: WebOptions): Promise<{ fetch: WebApp['fetch'] }> {
  const web: Web = {
    services,
    options,
    cookies: { secure: options.secure, instance: options.instance },
    notes: createSessionNotes(options.clock),
    assets: await loadAssets(),
  }
  const app: WebApp = new Hono<WebEnv>()
  app.use(securityHeaders(options.secure))
  serveAssets(app, web)
  app.use(async (c, next) => {
    await prepare(c, web)
    if (!isKnownHost(c.req.header('host'), options.hosts)) return refuse(c, 421, 'host')
    return next()
  })
  app.on(
    'POST',
    '*',
    (c, next) => (c.get('viewer') && UPLOADS.test(c.req.path) ? upload(c, next) : form(c, next)),
    async (c, next) => {
      if (!(await acceptForm(c, web))) return refuse(c, 403, 'stale')
      return next()
    },
  )
  sessionRoutes(app, web)
  app.use(guard)
  houseRoutes(app, web)
  backupRoutes(app, web)
  fileRoutes(app, web)
  coverageRoutes(app, web)
  machineRoutes(app, web)
  deviceRoutes(app, web)
  chartRoutes(app, web)
  noticeRoutes(app, web)
  peopleRoutes(app, web)
  placeRoutes(app, web)
  mediaRoutes(app, web)
  policyRoutes(app, web)
  protectionRoutes(app, web)
  kitRoutes(app, web)
  erasureRoutes(app, web)
  recoverRoutes(app, web)
  app.notFound((c) => refuse(c, 404, 'notFound'))
  app.onError((error, c) => answerError(error, c, web))
  return { fetch: app.fetch }
}

function serveAssets(app: WebApp, web: Web): void {
  for (const asset of [web.assets.stylesheet, web.assets.script])
    app.get(asset.path, (c) =>
      c.body(asset.body, 200, {
        'Content-Type': asset.contentType,
        'Cache-Control': 'public, max-age=31536000, immutable',
      }),
    )
}

const isLanguage = (text: string | undefined): text is Language => LANGUAGES.some((language) => language === text)

/** Who asks, in which language, and the token that their forms will carry. */
async function prepare(c: WebContextOf, web: Web): Promise<void> {
  const token = sessionToken(c, web.cookies)
  const viewer = token === undefined ? undefined : await web.services.auth.session(token)
  if (token !== undefined && !viewer) endSession(c, web.cookies)
  const language = languageCookie(c, web.cookies)
  const { pathname, search } = new URL(c.req.url)
  c.set(
    'ui',
    createUi({
      language: isLanguage(language) ? language : 'ja',
      clock: web.options.clock,
      path: `${pathname}${search}`,
      viewer,
      institution: await web.services.institution(),
      csrf: csrfToken(viewer && token !== undefined ? token : visitToken(c, web.cookies)),
      assets: { stylesheet: web.assets.stylesheet.path, script: web.assets.script.path },
    }),
  )
  if (viewer) c.set('viewer', viewer)
}

/** A post counts when the browser says that it comes from us and its token belongs to this session. */
async function acceptForm(c: WebContextOf, web: Web): Promise<boolean> {
  if (!isSameOrigin(c)) return false
  try {
    c.set('form', await c.req.formData())
  } catch {
    return false
  }
  const token = c.get('viewer') ? sessionToken(c, web.cookies) : visitToken(c, web.cookies)
  return token !== undefined && isCsrfToken(token, field(c, 'csrf'))
}

/** Everything past this line is for people who are signed in and have a password of their own. */
function guard(c: WebContextOf, next: () => Promise<void>): Promise<Response | void> {
  const viewer = c.get('viewer')
  if (viewer) return viewer.mustChangePassword ? Promise.resolve(c.redirect('/account', 303)) : next()
  const { path } = c.get('ui')
  const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(path)}` : '?ended=1'
  return Promise.resolve(c.redirect(path === '/' ? '/sign-in' : `/sign-in${back}`, 303))
}

const STATUS: Record<ErrorKind, ContentfulStatusCode> = {
  input: 400,
  'not-found': 404,
  conflict: 409,
  denied: 403,
  damaged: 500,
  storage: 503,
  busy: 503,
  cancelled: 503,
  bug: 500,
}

function answerError(error: unknown, c: WebContextOf, web: Web): Response | Promise<Response> {
  if (isAppError(error, 'VAULT_KEY_MISSING') && c.get('viewer')?.keysClosed)
    return c.redirect(unlockPath(c.req.method === 'GET' ? c.get('ui').path : '/'), 303)
  web.options.onError(error)
  const code = isAppError(error) ? error.code : 'BASE_BUG'
  const status = isAppError(error) ? STATUS[error.kind] : 500
  const ui = c.get('ui') as ReturnType<typeof createUi> | undefined
  // Without a page frame (the session store itself failed) the sentences still have to reach the person.
  if (!ui) {
    const { what, why, next } = errorSentences(code, 'ja')
    return c.text(`${what}\n${MESSAGES.ja.errorPage.why}: ${why}\n${MESSAGES.ja.errorPage.next}: ${next}\n`, status)
  }
  return renderPage(c, <ErrorPage ui={ui} sentences={errorSentences(code, ui.f.language)} code={code} />, status)
}
