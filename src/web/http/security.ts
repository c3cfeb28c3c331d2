/** What every answer carries, and which requests are not answered at all. */
import type { Context, MiddlewareHandler } from 'hono'

/** Nothing inline, nothing foreign. `data:` images are the blank icon; frames and plug-ins are off. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** A chart that shows a PDF in its place: the browser's own viewer, in a frame of ours. */
export const FRAMING_POLICY = `${CONTENT_SECURITY_POLICY}; frame-src 'self'; object-src 'self'`

/** A document out of a chart is shown alone: no script, no form, no outside. */
export const DOCUMENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
/** Browsers' own PDF viewers do not start in a sandboxed page; they run apart from it and run no script of the document's. */
export const PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"

export function securityHeaders(secure: boolean): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const set = (name: string, value: string) => {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
    set('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    set('X-Content-Type-Options', 'nosniff')
    set('X-Frame-Options', 'DENY')
    set('Referrer-Policy', 'same-origin')
    set('Cross-Origin-Opener-Policy', 'same-origin')
    set('Cross-Origin-Resource-Policy', 'same-origin')
    set('Permissions-Policy', 'camera=(), microphone=(), geolocation=()')
    // Pages hold patients: neither the browser's disk nor a proxy may keep one.
    set('Cache-Control', 'no-store')
    if (secure) set('Strict-Transport-Security', 'max-age=31536000')
  }
}

const hostName = (host: string) => host.replace(/:\d+$/, '').toLowerCase()
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** A foreign Host is DNS rebinding or a mistake: both end here. */
export function isKnownHost(host: string | undefined, names: readonly string[]): boolean {
  return host !== undefined && [...LOOPBACK, ...names.map((name) => name.toLowerCase())].includes(hostName(host))
}

/**
 * True where the browser says that a post comes from a page of ours. Browsers send `Origin` with every post; without it
 * (command-line tools) the token in the form still has to be right.
 */
export function isSameOrigin(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const origin = c.req.header('origin')
  if (origin === undefined) return true
  try {
    return new URL(origin).host === c.req.header('host')
  } catch {
    return false
  }
}
