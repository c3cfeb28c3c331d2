/** Asking until there is an answer, in bounds: tries, waits, sizes, and only this server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, systemClock } from '#base'
import { type Answer, Connection, connectionError } from './connection.ts'
import { LoginHeader, type LoginRequests } from './login.ts'
import type { FhirServerSettings } from './settings.ts'
import { wrong } from './wrong.ts'

export interface Handling {
  readonly signal: AbortSignal
  /** Waits; tests do not. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** Of one request; fewer where a person waits before the screen. */
  readonly tries?: number
}

/** Of one request; a server that asks for patience in between is given it. */
const MOST_TRIES = 6
const FIRST_WAIT_MS = 1000
/** A server that wants longer between two tries is busy for today. */
export const LONGEST_WAIT_MS = 10 * 60_000
/** A page or capability statement that is larger is none. */
const MOST_PAGE_BYTES = 256 * 1024 * 1024

export class Requests implements LoginRequests {
  readonly base: string
  readonly #origin: string
  readonly #also: readonly string[]
  readonly #connection: Connection
  /** For servers that a person named beside it: the pinned certificate is not theirs. */
  readonly #others: Connection
  readonly #login: LoginHeader
  readonly #handling: Handling

  constructor(settings: FhirServerSettings, handling: Handling) {
    this.base = settings.base
    this.#origin = new URL(settings.base).origin
    this.#also = settings.alsoOrigins ?? []
    this.#connection = new Connection(settings, handling.signal)
    this.#others = new Connection(settings.caPem === undefined ? {} : { caPem: settings.caPem }, handling.signal)
    this.#login = new LoginHeader(settings.login, this)
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

  /** An address for logging in or of an exported file. @throws FHIR_SERVER_ANSWER_WRONG where nobody named that server */
  named(link: string): URL {
    if (!URL.canParse(link)) return this.own(link)
    const url = new URL(link)
    return this.#also.includes(url.origin) && !url.username && !url.password ? url : this.own(link)
  }

  /** A form, as OAuth asks; no login goes with it but `headers`. @throws as {@link whole} */
  async form(url: URL, body: URLSearchParams, headers: Readonly<Record<string, string>>): Promise<string> {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' }
    const answer = await this.#to(url).ask(url, {
      method: 'POST',
      headers: { ...type, ...headers },
      body: body.toString(),
    })
    // What is not valid there (a key that was changed, a clock that is off) is no fault of the answer.
    const problem =
      answer.status === 400
        ? new AppError('FHIR_SERVER_LOGIN_REFUSED', { context: { status: 400 } })
        : problemOf(answer)
    if (!problem) return textOf(answer)
    answer.body.destroy()
    throw problem
  }

  /** What anybody may read, asked for without the login. */
  async open(url: URL): Promise<string> {
    return this.again(async () => textOf(await this.#ask(url, { Accept: 'application/json' }, false)))
  }

  #to(url: URL): Connection {
    return url.origin === this.#origin ? this.#connection : this.#others
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
  stream(url: URL, withLogin = true): Promise<Answer> {
    return this.again(() => this.#ask(url, { Accept: 'application/fhir+ndjson' }, withLogin))
  }

  /** Ends an export job of ours; what becomes of it is no matter. */
  async remove(url: URL): Promise<void> {
    const asked = this.#login.headers().then((headers) => this.#connection.ask(url, { method: 'DELETE', headers }))
    const answer = await asked.catch(() => undefined)
    answer?.body.destroy()
  }

  async #ask(url: URL, headers: Readonly<Record<string, string>>, withLogin = true): Promise<Answer> {
    const login = withLogin ? await this.#login.headers() : {}
    const answer = await this.#to(url).ask(url, { headers: { ...headers, ...login } })
    const problem = problemOf(answer)
    if (!problem) return answer
    answer.body.destroy()
    // A short token that the server ended early is got anew, once.
    if (answer.status === 401 && withLogin && this.#login.forget()) return this.#ask(url, headers)
    throw problem
  }

  /** Tries again what may pass: a broken line, a server that is busy or fell over. */
  async again<T>(work: () => Promise<T>): Promise<T> {
    const most = this.#handling.tries ?? MOST_TRIES
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof AppError) || error.retry !== 'temporary' || tries >= most) throw error
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
    this.#others.close()
  }
}

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
