import { AppError } from '#base'

/** An answer against the rules; `why` is a code. */
export const wrong = (why: string, retry: 'permanent' | 'temporary' = 'permanent'): AppError =>
  new AppError('FHIR_SERVER_ANSWER_WRONG', { context: { why }, retry })
