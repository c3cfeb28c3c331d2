/** What stands around all screens, the server's and the emergency PC's: headers, host, session, anti-forgery, errors. */
import { csrfToken, isCsrfToken } from '#access'
import { isAppError, type ErrorKind } from '#base'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { field, type FrameServices, type Web, type WebApp, type WebContextOf, type WebOptions } from './context.ts'
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
import { createUi } from './ui.ts'

const limit = (maxSize: number) => bodyLimit({ maxSize, onError: (c) => refuse(c as WebContextOf, 413, 'tooLarge') })
const form = limit(64 * 1024)

export async function openWeb<S extends FrameServices>(services: S, options: WebOptions): Promise<Web<S>> {
  return {
    services,
    options,
    cookies: { secure: options.secure, instance: options.instance },
    notes: createSessionNotes(options.clock),
    assets: await loadAssets(),
  }
}

/** Posts that may be larger than a form, with what the form adds; only from people who are signed in, unless it says so. */
export interface Uploads {
  readonly paths: RegExp
  readonly mostBytes: number
  readonly fromAnybody?: boolean
}

/** Everything before the first route. */
export function openFrame(app: WebApp, web: Web<FrameServices>, uploads: readonly Uploads[] = []): void {
  const large = uploads.map((one) => ({ ...one, take: limit(one.mostBytes + 64 * 1024) }))
  app.use(securityHeaders(web.options.secure))
  serveAssets(app, web)
  app.use(async (c, next) => {
    await prepare(c, web)
    if (!isKnownHost(c.req.header('host'), web.options.hosts)) return refuse(c, 421, 'host')
    return next()
  })
  app.on(
    'POST',
    '*',
    (c, next) => {
      const isSignedIn = c.get('viewer') !== undefined
      const upload = large.find(({ paths, fromAnybody }) => paths.test(c.req.path) && (fromAnybody ?? isSignedIn))
      return (upload ? upload.take : form)(c, next)
    },
    async (c, next) => {
      if (!(await acceptForm(c, web))) return refuse(c, 403, 'stale')
      return next()
    },
  )
}

/** Everything after the last one. */
export function closeFrame(app: WebApp, web: Web<FrameServices>): void {
  app.notFound((c) => refuse(c, 404, 'notFound'))
  app.onError((error, c) => answerError(error, c, web))
}

function serveAssets(app: WebApp, web: Web<FrameServices>): void {
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
async function prepare(c: WebContextOf, web: Web<FrameServices>): Promise<void> {
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
async function acceptForm(c: WebContextOf, web: Web<FrameServices>): Promise<boolean> {
  if (!isSameOrigin(c)) return false
  try {
    c.set('form', await c.req.formData())
  } catch {
    return false
  }
  const token = c.get('viewer') ? sessionToken(c, web.cookies) : visitToken(c, web.cookies)
  return token !== undefined && isCsrfToken(token, field(c, 'csrf'))
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

function answerError(error: unknown, c: WebContextOf, web: Web<FrameServices>): Response | Promise<Response> {
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
