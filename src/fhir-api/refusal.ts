/** An answer that is none: thrown anywhere in the room, becomes a status and an OperationOutcome. */
import type { OutcomeKey } from './words.ts'

const STATUS: Readonly<Partial<Record<OutcomeKey, number>>> = {
  signIn: 401,
  keysClosed: 401,
  denied: 403,
  scope: 403,
  reason: 403,
  notFound: 404,
  noGeneration: 404,
  notSupported: 404,
  readOnly: 405,
  format: 406,
  gone: 410,
  pageGone: 410,
  tooMany: 429,
}

export class Refusal extends Error {
  readonly key: OutcomeKey
  readonly status: number
  readonly detail: string | undefined

  /** `detail`: as in `issue`. */
  constructor(key: OutcomeKey, detail?: string) {
    super(key)
    this.key = key
    this.status = STATUS[key] ?? 400
    this.detail = detail
  }
}
