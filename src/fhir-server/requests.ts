/** Asking until there is an answer, in bounds: tries, waits, sizes, and only this server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, systemClock } from '#base'
import { type Answer, Connection, connectionError } from './connection.ts'
import type { FhirServerSettings } from './settings.ts'

export interface Handling {
  readonly signal: AbortSignal
  /** Waits; tests do not. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** Of one request; a server that asks for patience in between is given it. */
const MOST_TRIES = 6
const FIRST_WAIT_MS = 1000
/** A server that wants longer between two tries is busy for today. */
export const LONGEST_WAIT_MS = 10 * 60_000
/** A page or capability statement that is larger is none. */
const MOST_PAGE_BYTES = 256 * 1024 * 1024

export class Requests {
  readonly base: string
  readonly #origin: string
  readonly #connection: Connection
  readonly #handling: Handling

  constructor(settings: FhirServerSettings, handling: Handling) {
    this.base = settings.base
    this.#origin = new URL(settings.base).origin
    this.#connection = new Connection(settings, handling.signal)
    this.#handling = handling
  }

  /** An address that the server gave. @throws FHIR_SERVER_ANSWER_WRONG where it leads to another server */
  own(link: string): URL {
    let url: URL
    try {
      url = new URL(link, `${this.base}/`)
    } catch {
      throw wrong('link')
    }
    // The password would go with the request.
    if (url.origin !== this.#origin || url.username || url.password) throw wrong('foreign-link')
    return url
  }

  /** @throws as {@link whole}, and FHIR_SERVER_ANSWER_WRONG */
  async json(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<{ answer: Answer; text: string }> {
    const accept = { Accept: 'application/fhir+json', ...headers }
    return this.again(async () => {
      const answer = await this.#ask(url, accept)
      return { answer, text: await textOf(answer) }
    })
  }

  /** A file as it comes, begun once; the caller begins anew where it breaks. */
  stream(url: URL): Promise<Answer> {
    return this.again(() => this.#ask(url, { Accept: 'application/fhir+ndjson' }))
  }

  /** Ends an export job of ours; what becomes of it is no matter. */
  async remove(url: URL): Promise<void> {
    const answer = await this.#connection.ask(url, {}, 'DELETE').catch(() => undefined)
    answer?.body.destroy()
  }

  async #ask(url: URL, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const answer = await this.#connection.ask(url, headers)
    const problem = problemOf(answer)
    if (!problem) return answer
    answer.body.destroy()
    throw problem
  }

  /** Tries again what may pass: a broken line, a server that is busy or fell over. */
  async again<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof AppError) || error.retry !== 'temporary' || tries >= MOST_TRIES) throw error
        const wait = Number(error.context['waitMs'] ?? FIRST_WAIT_MS * 2 ** (tries - 1))
        if (wait > LONGEST_WAIT_MS) throw error
        await this.wait(wait)
      }
    }
  }

  /** @throws BASE_CANCELLED */
  async wait(ms: number): Promise<void> {
    const { signal, pause = (wait: number) => sleep(wait, undefined, { signal }) } = this.#handling
    await pause(ms, signal).catch(() => undefined)
    if (signal.aborted) throw new AppError('BASE_CANCELLED')
  }

  close(): void {
    this.#connection.close()
  }
}

export const wrong = (why: string, retry: 'permanent' | 'temporary' = 'permanent'): AppError =>
  new AppError('FHIR_SERVER_ANSWER_WRONG', { context: { why }, retry })

function problemOf({ status, headers }: Answer): AppError | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return new AppError('FHIR_SERVER_LOGIN_REFUSED', { context: { status } })
  if (status === 429 || status >= 500) {
    const waitMs = waitOf(headers['retry-after'])
    const context = { status, ...(waitMs !== undefined && { waitMs }) }
    return new AppError('FHIR_SERVER_BUSY', { context, retry: 'temporary' })
  }
  return new AppError('FHIR_SERVER_ANSWER_WRONG', { context: { status } })
}

/** Seconds or a date; undefined where it says nothing. */
export function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - systemClock.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

async function textOf({ body }: Answer): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length
      if (size > MOST_PAGE_BYTES) throw wrong('too-large')
      parts.push(part)
    }
  } catch (error) {
    throw error instanceof AppError ? error : connectionError(error)
  }
  return Buffer.concat(parts).toString('utf8')
}
