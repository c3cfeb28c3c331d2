/** Carries requests for /fhir to the service and its answers back. Apart from the screens: no page, no form, no cookie set. */
import { isAppError } from '#base'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Web, WebEnv } from '../context.ts'
import type { FhirReader, FhirService } from '../fhir-port.ts'
import type { AuthService } from '../ports.ts'
import { sessionToken } from './cookies.ts'
import { DOCUMENT_POLICY, isKnownHost, securityHeaders } from './security.ts'

interface FhirServices {
  readonly auth: Pick<AuthService, 'session'>
  readonly fhir: FhirService
}
type FhirWeb = Pick<Web, 'options' | 'cookies'> & { readonly services: FhirServices }
type FhirContext = Context<WebEnv>

const MAX_FORM_BYTES = 16 * 1024
const MAX_REASON_CHARACTERS = 500

export function fhirApp(web: FhirWeb): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use(securityHeaders(web.options.secure))
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: (c) => plainOutcome(c, 413, 'too-long') }))
  app.all('*', (c) => answer(c, web))
  app.onError((error, c) => {
    web.options.onError(error)
    return plainOutcome(c, 500, isAppError(error) ? error.code : 'BASE_BUG')
  })
  return app
}

async function answer(c: FhirContext, web: FhirWeb): Promise<Response> {
  const host = c.req.header('host')
  if (!isKnownHost(host, web.options.hosts)) return plainOutcome(c, 421, 'unknown host')
  // As it was written: what the router decodes may hide a slash.
  const { pathname, searchParams } = new URL(c.req.url)
  const posted = await postedQuery(c)
  const reader = await readerOf(c, web)
  const [prefer, ifNoneMatch] = [c.req.header('prefer'), c.req.header('if-none-match')]
  const { status, contentType, body, headers } = await web.services.fhir.answer({
    method: c.req.method,
    path: pathname.slice('/fhir'.length),
    query: [...searchParams, ...posted],
    accept: c.req.header('accept') ?? '',
    base: `${web.options.secure ? 'https' : 'http'}://${host}/fhir`,
    ...(prefer !== undefined && { prefer }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
    ...(reader && { reader }),
  })
  const isText = typeof body === 'string'
  const hasBody = c.req.method !== 'HEAD' && body.length > 0
  return new Response(hasBody ? (isText ? body : new Uint8Array(body)) : null, {
    status,
    headers: {
      ...headers,
      ...(body.length > 0 && { 'Content-Type': contentType }),
      // A file out of a record runs nothing, whatever it says that it is.
      ...(isText ? {} : { 'Content-Security-Policy': DOCUMENT_POLICY, 'Content-Disposition': 'attachment' }),
    },
  })
}

/** Words of a search that are not to stand in an address. */
async function postedQuery(c: FhirContext): Promise<[string, string][]> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')
  if (c.req.method !== 'POST' || !isForm) return []
  return [...new URLSearchParams(await c.req.text())]
}

/** A token goes before a session: who sends one means it. */
async function readerOf(c: FhirContext, web: FhirWeb): Promise<FhirReader | undefined> {
  const header = c.req.header('authorization')
  if (header !== undefined) {
    const token = /^Bearer ([\w.~+/-]{1,500}=*)$/i.exec(header)?.[1]
    return token === undefined ? undefined : web.services.fhir.readerOf(token)
  }
  // Another site's page must not open charts with somebody's cookie, even without seeing the answer.
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return undefined
  const cookie = sessionToken(c, web.cookies)
  const viewer = cookie === undefined ? undefined : await web.services.auth.session(cookie)
  if (!viewer || viewer.mustChangePassword) return undefined
  const reason = reasonOf(c.req.header('x-toride-reason'))
  return { viewer, ...(reason && { reason: { code: 'given', text: reason } }) }
}

/** Percent-encoded UTF-8, because headers are ASCII. */
function reasonOf(header: string | undefined): string | undefined {
  try {
    return header && decodeURIComponent(header).trim().slice(0, MAX_REASON_CHARACTERS)
  } catch {
    return undefined
  }
}

function plainOutcome(c: Context, status: 413 | 421 | 500, detail: string): Response {
  const text = 'この要求には答えられません / This request cannot be answered'
  const issue = [{ severity: 'error', code: 'exception', details: { text }, diagnostics: detail }]
  return c.json({ resourceType: 'OperationOutcome', issue }, status, { 'Content-Type': 'application/fhir+json' })
}
