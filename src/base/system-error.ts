import { AppError, type ErrorCode } from './error.ts'

/** What the operating system's error names mean for a person. Others become STORAGE_FAILED. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'STORAGE_NOT_FOUND',
  EEXIST: 'STORAGE_EXISTS',
  ENOTEMPTY: 'STORAGE_EXISTS',
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  EFBIG: 'STORAGE_FULL',
  EROFS: 'STORAGE_READ_ONLY',
  EACCES: 'STORAGE_DENIED',
  EPERM: 'STORAGE_DENIED',
  ELOOP: 'STORAGE_DENIED',
  ENOTDIR: 'STORAGE_NOT_A_FOLDER',
  EISDIR: 'STORAGE_NOT_A_FOLDER',
  EIO: 'STORAGE_UNREACHABLE',
  ENXIO: 'STORAGE_UNREACHABLE',
  // The program behind a FUSE mount ended, before the call or in the middle of it.
  ENOTCONN: 'STORAGE_UNREACHABLE',
  ECONNABORTED: 'STORAGE_UNREACHABLE',
  ENODEV: 'STORAGE_UNREACHABLE',
  ESTALE: 'STORAGE_UNREACHABLE',
  ETIMEDOUT: 'STORAGE_UNREACHABLE',
}
const TEMPORARY = new Set(['EIO', 'ESTALE', 'ETIMEDOUT', 'EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE'])

/**
 * The AppError of a system error (`code` such as ENOSPC). The system's message is left out: it holds the path.
 * @param doing what was tried, in English, without names of files.
 */
export function systemError(error: unknown, doing: string, subject?: string): AppError {
  if (error instanceof AppError) return error
  const errno = (error as { code?: string } | null)?.code ?? 'unknown'
  return new AppError(CODES[errno] ?? 'STORAGE_FAILED', {
    detail: `${doing}: ${errno}`,
    retry: TEMPORARY.has(errno) ? 'temporary' : 'permanent',
    context: { errno },
    ...(subject === undefined ? {} : { subject }),
  })
}

/** The system's name of an error (ENOENT, …), undefined where it has none. */
export const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
