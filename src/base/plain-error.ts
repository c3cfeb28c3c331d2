import { AppError, isAppError, type AppErrorOptions, type ErrorCode } from './error.ts'

/** An error as it crosses between threads, which keep no classes. */
export interface PlainError extends AppErrorOptions {
  readonly code: ErrorCode
}

export function toPlain(error: unknown): PlainError {
  if (!isAppError(error)) {
    return { code: 'BASE_BUG', detail: error instanceof Error ? (error.stack ?? error.message) : 'unknown' }
  }
  const { code, retry, context, subject } = error
  return { code, retry, context: { ...context }, detail: detailOf(error), ...(subject !== undefined && { subject }) }
}

export function fromPlain({ code, ...options }: PlainError): AppError {
  return new AppError(code, options)
}

/** An AppError's own words without its code. */
export function detailOf(error: AppError): string {
  return error.message.slice(error.code.length + 2)
}
