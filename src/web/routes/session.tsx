/** Signing in and out, own password, language: what is reachable without being signed in. */
import { addressOf, viewerOf, field, localPath, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { LANGUAGES } from '../format.ts'
import { endSession, sessionToken, setLanguageCookie, startSession } from '../http/cookies.ts'
import { renderPage } from '../http/respond.ts'
import type { FieldErrors } from '../components/index.ts'
import { AccountPage, FirstSignInPage, SignInPage, type SignInModel, UnlockPage } from '../pages/sign-in.tsx'

export function sessionRoutes(app: WebApp, web: Web): void {
  app.get('/language/:language', (c) => {
    const language = LANGUAGES.find((known) => known === c.req.param('language'))
    if (language) setLanguageCookie(c, web.cookies, language)
    return c.redirect(localPath(c.req.query('back')), 303)
  })

  app.get('/sign-in', async (c) => {
    const firstOpen = await web.services.auth.firstSignInOpen()
    if (firstOpen && c.req.query('next') === undefined && c.req.query('ended') === undefined && !c.req.query('out'))
      return c.redirect('/sign-in/first', 303)
    const note = c.req.query('ended') ? 'ended' : c.req.query('out') ? 'signedOut' : undefined
    return showSignIn(c, { firstOpen, ...(note ? { note } : {}), next: localPath(c.req.query('next')) })
  })

  app.post('/sign-in', async (c) => {
    const loginName = field(c, 'loginName')
    const result = await web.services.auth.signIn(loginName, passwordField(c, 'password'), addressOf(c))
    if (result.kind === 'ok') return signedIn(c, web, result.token, localPath(field(c, 'next') || '/'))
    if (result.kind === 'first')
      return renderPage(c, <FirstSignInPage ui={c.get('ui')} model={{ loginName, note: true }} />)
    const refusal = result.kind === 'wait' ? result : { kind: 'wrong' as const }
    return showSignIn(c, { firstOpen: false, loginName, refusal, next: localPath(field(c, 'next') || '/') }, 401)
  })

  app.get('/sign-in/first', (c) => renderPage(c, <FirstSignInPage ui={c.get('ui')} model={{}} />))

  app.post('/sign-in/first', async (c) => {
    const ui = c.get('ui')
    // Twenty characters off a terminal are not typed twice for a password that is too short.
    const typed = { loginName: field(c, 'loginName'), code: field(c, 'code') }
    const password = passwordField(c, 'password')
    if (password !== passwordField(c, 'repeat'))
      return renderPage(
        c,
        <FirstSignInPage ui={ui} model={{ ...typed, errors: { repeat: ui.t.password.differ } }} />,
        400,
      )
    const result = await web.services.auth.firstSignIn({ ...typed, password }, addressOf(c))
    if (result.kind === 'ok') return signedIn(c, web, result.token, '/')
    const model =
      result.kind === 'wait'
        ? { ...typed, refusal: result }
        : result.kind === 'wrong' || result.kind === 'first'
          ? { ...typed, refusal: { kind: 'wrong' as const } }
          : { ...typed, errors: { password: ui.t.password[result.kind] } }
    return renderPage(c, <FirstSignInPage ui={ui} model={model} />, 401)
  })

  app.get('/unlock', async (c) => {
    const next = localPath(c.req.query('next'))
    if (!c.get('viewer')?.keysClosed) return c.redirect(next, 303)
    return renderPage(c, <UnlockPage ui={c.get('ui')} model={{ next }} />)
  })
  app.post('/unlock', async (c) => {
    if (!c.get('viewer')) return c.redirect('/sign-in?ended=1', 303)
    const next = localPath(field(c, 'next') || '/')
    const result = await web.services.auth.unlock(viewerOf(c), passwordField(c, 'password'), addressOf(c))
    if (result.kind === 'ok') return c.redirect(next, 303)
    return renderPage(c, <UnlockPage ui={c.get('ui')} model={{ next, refusal: result }} />, 401)
  })

  app.post('/sign-out', async (c) => {
    const token = sessionToken(c, web.cookies)
    const viewer = c.get('viewer')
    if (viewer) web.notes.forget(viewer.sessionId)
    if (token !== undefined) await web.services.auth.signOut(token)
    endSession(c, web.cookies)
    c.header('Clear-Site-Data', '"cache"')
    return c.redirect('/sign-in?out=1', 303)
  })

  accountRoutes(app, web)
}

/** Before the guard, because somebody who must choose a password gets no further than here. */
function accountRoutes(app: WebApp, web: Web): void {
  app.get('/account', async (c) =>
    c.get('viewer')
      ? renderPage(c, <AccountPage ui={c.get('ui')} done={c.req.query('done') === '1'} />)
      : c.redirect('/sign-in?next=/account', 303),
  )
  app.post('/account', async (c) => {
    if (!c.get('viewer')) return c.redirect('/sign-in?ended=1', 303)
    const ui = c.get('ui')
    const next = passwordField(c, 'next')
    const refuse = (errors: FieldErrors) => renderPage(c, <AccountPage ui={ui} errors={errors} />, 400)
    if (next !== passwordField(c, 'repeat')) return refuse({ repeat: ui.t.password.differ })
    const result = await web.services.auth.changePassword(viewerOf(c), passwordField(c, 'current'), next)
    if (result.kind === 'ok') return c.redirect('/account?done=1', 303)
    return refuse(result.kind === 'wrong' ? { current: ui.t.password.wrong } : { next: ui.t.password[result.kind] })
  })
}

/** Passwords keep their spaces. */
function passwordField(c: WebContextOf, name: string): string {
  const value = c.get('form')?.get(name)
  return typeof value === 'string' ? value : ''
}

function showSignIn(c: WebContextOf, model: SignInModel, status: 200 | 401 = 200) {
  return renderPage(c, <SignInPage ui={c.get('ui')} model={model} />, status)
}

/** A new session under a new token; the visitor's cookie ends with it. */
function signedIn(c: WebContextOf, web: Web, token: string, path: string): Response {
  startSession(c, web.cookies, token)
  return c.redirect(path, 303)
}
