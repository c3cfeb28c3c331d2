import { AppError, type ErrorCode } from '#base'

/** What an HTTP status means where the call itself gives it no meaning. Redirects are never followed: they would carry the password on. */
export function statusError(status: number, doing: string): AppError {
  const { code, temporary = false } = meaning(status)
  const detail = `${doing}: HTTP ${status}`
  return new AppError(code, { detail, retry: temporary ? 'temporary' : 'permanent', context: { status } })
}

function meaning(status: number): { code: ErrorCode; temporary?: boolean } {
  switch (status) {
    // The server got other bytes than the name promises: something on the way changed them.
    case 400:
      return { code: 'STORAGE_FAILED', temporary: true }
    case 401:
      return { code: 'STORAGE_CREDENTIALS_WRONG' }
    case 403:
    case 405:
      return { code: 'STORAGE_DENIED' }
    case 404:
    case 410:
      return { code: 'STORAGE_NOT_FOUND' }
    case 409:
      return { code: 'STORAGE_EXISTS' }
    case 413:
    case 507:
      return { code: 'STORAGE_FULL' }
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
      return { code: 'STORAGE_UNREACHABLE', temporary: true }
    default:
      return { code: 'STORAGE_FAILED', temporary: status >= 500 && status !== 501 && status !== 505 }
  }
}

/** A connection that does not come about, breaks or falls silent. The system's message is left out: it may name hosts. */
export function transportError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error
  const errno = (error as { code?: string } | null)?.code ?? 'unknown'
  if (CERTIFICATE.test(errno)) return new AppError('STORAGE_CERTIFICATE_WRONG', { detail: `${doing}: ${errno}` })
  const detail = `${doing}: ${errno}`
  return new AppError('STORAGE_UNREACHABLE', { detail, retry: 'temporary', context: { errno } })
}

/** Node's and OpenSSL's names for a certificate that is not to be trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_(GET|VERIFY)|CRL|INVALID_(CA|PURPOSE)/

/** An answer that is cut or not as the protocol has it: the next try may be whole. */
export function brokenAnswer(doing: string, what: string): AppError {
  return new AppError('STORAGE_UNREACHABLE', { detail: `${doing}: ${what}`, retry: 'temporary' })
}
