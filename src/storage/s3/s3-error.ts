import { AppError, type ErrorCode } from '#base'

type Retry = 'permanent' | 'temporary'

/** The names S3 servers give their refusals (a HEAD has no body and so no name: then the status alone decides). */
const NAMES: Readonly<Record<string, readonly [ErrorCode, Retry]>> = {
  NoSuchBucket: ['STORAGE_S3_BUCKET_WRONG', 'permanent'],
  InvalidBucketName: ['STORAGE_S3_BUCKET_WRONG', 'permanent'],
  PermanentRedirect: ['STORAGE_S3_BUCKET_WRONG', 'permanent'],
  AuthorizationHeaderMalformed: ['STORAGE_S3_BUCKET_WRONG', 'permanent'],
  RequestTimeTooSkewed: ['STORAGE_S3_CLOCK_OFF', 'permanent'],
  InvalidRange: ['STORAGE_TRUNCATED', 'permanent'],
  PreconditionFailed: ['STORAGE_EXISTS', 'permanent'],
  ConditionalRequestConflict: ['STORAGE_UNREACHABLE', 'temporary'],
  QuotaExceeded: ['STORAGE_FULL', 'permanent'],
  XMinioStorageFull: ['STORAGE_FULL', 'permanent'],
  NotImplemented: ['STORAGE_FAILED', 'permanent'],
  RequestTimeout: ['STORAGE_UNREACHABLE', 'temporary'],
  TimeoutError: ['STORAGE_UNREACHABLE', 'temporary'],
  SlowDown: ['STORAGE_UNREACHABLE', 'temporary'],
  // The bytes changed on their way: sent again they may arrive whole.
  BadDigest: ['STORAGE_FAILED', 'temporary'],
  XAmzContentSHA256Mismatch: ['STORAGE_FAILED', 'temporary'],
}

const STATUSES: Readonly<Record<number, readonly [ErrorCode, Retry]>> = {
  301: ['STORAGE_S3_BUCKET_WRONG', 'permanent'],
  401: ['STORAGE_DENIED', 'permanent'],
  403: ['STORAGE_DENIED', 'permanent'],
  404: ['STORAGE_NOT_FOUND', 'permanent'],
  408: ['STORAGE_UNREACHABLE', 'temporary'],
  412: ['STORAGE_EXISTS', 'permanent'],
  416: ['STORAGE_TRUNCATED', 'permanent'],
  429: ['STORAGE_UNREACHABLE', 'temporary'],
  507: ['STORAGE_FULL', 'permanent'],
}

/**
 * The AppError of what the S3 client threw. Neither its message nor the error itself goes along: they hold addresses,
 * access keys and signed headers.
 * @param doing what was tried, in English, without names of files
 */
export function s3Error(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error
  const { name = 'unknown', code, $metadata } = error as S3Failure
  const status = $metadata?.httpStatusCode
  const [what, retry] = classify(name, code, status)
  return new AppError(what, {
    detail: `${doing}: ${code ?? name}${status === undefined ? '' : ` (${status})`}`,
    retry,
    context: { s3: code ?? name, ...(status !== undefined && { status }) },
  })
}

/** Shape of the client's errors: an answer of the server has a status, a broken connection a system code. */
interface S3Failure {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

function classify(name: string, code: string | undefined, status: number | undefined): readonly [ErrorCode, Retry] {
  const known = NAMES[name] ?? STATUSES[status ?? 0]
  if (known) return known
  if (status !== undefined && status >= 500) return ['STORAGE_UNREACHABLE', 'temporary']
  // Without an answer it is the way there that failed. A certificate does not become good by waiting.
  if (code !== undefined && /CERT|TLS|SSL/.test(code)) return ['STORAGE_UNREACHABLE', 'permanent']
  if (code !== undefined && /^E[A-Z_]+$/.test(code)) return ['STORAGE_UNREACHABLE', 'temporary']
  return ['STORAGE_FAILED', 'permanent']
}
