/** The session cookie, the cookie of people who are not signed in yet (their forms too need a token), and the language. */
import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

const SESSION = 'toride_session'
const VISIT = 'toride_visit'
const LANGUAGE = 'toride_language'

export interface CookieOptions {
  /** https: `Secure` and the __Host- prefix, which binds a cookie to this host and path. */
  readonly secure: boolean
  /** Part of the names: browsers send cookies to every port of a host, so two installations must not share names. */
  readonly instance?: string | undefined
}

const nameOf = (name: string, { secure, instance }: CookieOptions) =>
  `${secure ? '__Host-' : ''}${name}${instance ? `_${instance}` : ''}`
const attributes = ({ secure }: CookieOptions) => ({ httpOnly: true, sameSite: 'Lax', path: '/', secure }) as const

export const sessionToken = (c: Context, options: CookieOptions) => getCookie(c, nameOf(SESSION, options))
export function startSession(c: Context, options: CookieOptions, token: string): void {
  // No expiry here: the browser forgets it when it closes, the server decides about age.
  setCookie(c, nameOf(SESSION, options), token, attributes(options))
  deleteCookie(c, nameOf(VISIT, options), attributes(options))
}
export function endSession(c: Context, options: CookieOptions): void {
  deleteCookie(c, nameOf(SESSION, options), attributes(options))
}

/** Cookie of a visitor: only there so that the sign-in form too has something to tie its token to. */
export function visitToken(c: Context, options: CookieOptions): string {
  const found = getCookie(c, nameOf(VISIT, options))
  if (found !== undefined && /^[\w-]{43}$/.test(found)) return found
  const made = randomBytes(32).toString('base64url')
  setCookie(c, nameOf(VISIT, options), made, attributes(options))
  return made
}

export const languageCookie = (c: Context, options: CookieOptions) => getCookie(c, nameOf(LANGUAGE, options))
export function setLanguageCookie(c: Context, options: CookieOptions, language: string): void {
  setCookie(c, nameOf(LANGUAGE, options), language, { ...attributes(options), maxAge: 31_536_000 })
}
