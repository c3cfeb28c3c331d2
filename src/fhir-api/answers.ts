/** Requests and answers as HTTP has them: which form is wanted, which version is held, how a refusal is said. */
import { isAppError } from '#base'
import type { Resource } from '#fhir'
import { errorSentences, type FhirAnswer, type FhirRequest } from '#web'
import { Refusal } from './refusal.ts'
import { issue, outcome } from './words.ts'

const FHIR_JSON = 'application/fhir+json; charset=utf-8'

export function isPostedSearch({ method, path }: FhirRequest): boolean {
  return method === 'POST' && path.endsWith('/_search')
}

/** What is said with `_format` goes before `Accept`. */
function formats({ accept, query }: FhirRequest): string[] {
  const format = query.find(([name]) => name === '_format')?.[1]
  return (format ?? accept)
    .toLowerCase()
    .split(',')
    .map((one) => one.trim().replace(' json', '+json'))
}

const JSON_TYPE = /^(json|(application|text)\/(fhir\+)?json)\s*(;|$)/

/** @throws Refusal for XML, and for another version of FHIR than R4 */
export function demandJson(request: FhirRequest): void {
  const isR4 = (type: string) => (/fhirversion=["']?([\d.]+)/.exec(type)?.[1] ?? '4.0').startsWith('4.0')
  const fits = formats(request).some(
    (type) => isR4(type) && (type === '' || /^(\*|application)\/\*/.test(type) || JSON_TYPE.test(type)),
  )
  if (!fits) throw new Refusal('format')
}

export function namesJson(request: FhirRequest): boolean {
  return formats(request).some((type) => JSON_TYPE.test(type))
}

/** `Prefer: handling=lenient`; whoever says nothing is answered strictly. */
export function asksLeniently({ prefer = '' }: FhirRequest): boolean {
  const handling = /\bhandling\s*=\s*"?([a-z]+)/i.exec(prefer)?.[1]?.toLowerCase()
  return handling === 'lenient'
}

/** The version of every answer to a read is its generation; 304 where the reader holds it. */
export function versioned(answer: FhirAnswer, generation: string, { ifNoneMatch = '' }: FhirRequest): FhirAnswer {
  const headers = { ...answer.headers, ETag: `W/"${generation}"` }
  const held = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''))
  if (!held.includes(`"${generation}"`) && ifNoneMatch.trim() !== '*') return { ...answer, headers }
  return { status: 304, contentType: answer.contentType, body: '', headers }
}

export function modified(resource: Resource): Record<string, string> {
  const at = Date.parse((resource as { meta?: { lastUpdated?: string } }).meta?.lastUpdated ?? '')
  return Number.isNaN(at) ? {} : { 'Last-Modified': new Date(at).toUTCString() }
}

export function json(status: number, body: object, headers: Record<string, string> = {}): FhirAnswer {
  return { status, contentType: FHIR_JSON, body: JSON.stringify(body), headers }
}

const STATUS_OF_KIND: Readonly<Record<string, number>> = {
  damaged: 500,
  storage: 503,
  busy: 503,
  denied: 403,
  'not-found': 404,
}

/** Our own faults go on to whoever keeps the log, after the reader was told. */
export function refused(error: unknown): FhirAnswer {
  if (error instanceof Refusal) {
    const severity = error.status === 500 ? 'fatal' : 'error'
    return json(error.status, outcome(issue(error.key, severity, error.detail)), headersOf(error))
  }
  if (!isAppError(error) || error.kind === 'bug') throw error
  const [ja, en] = (['ja', 'en'] as const).map((language) => {
    const { what, next } = errorSentences(error.code, language)
    return `${what} ${next}`
  })
  const said = { severity: 'error' as const, code: 'exception' as const, details: { text: `${ja} / ${en}` } }
  return json(STATUS_OF_KIND[error.kind] ?? 500, outcome({ ...said, diagnostics: error.code }))
}

function headersOf({ status }: Refusal): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="toride"' }
  if (status === 405) return { Allow: 'GET, HEAD, OPTIONS' }
  return status === 429 ? { 'Retry-After': '3600' } : {}
}
