import type { IncomingMessage } from 'node:http'
import { AppError, type Backend, type FileKind, type FileRef, type ListedFile } from '#base'
import { demandSound, isFileName } from '../layout.ts'
import { semaphore } from '../limit.ts'
import { truncated } from '../local-sync.ts'
import { connections } from './agent.ts'
import { ask, isSuccess, type Answer, type Question } from './exchange.ts'
import { brokenAnswer, statusError } from './failures.ts'
import { isSize, listedFile, MAX_LIST_BYTES, readListing } from './listing.ts'

/** Where a repository lies behind restic's REST protocol, as plain data. */
export interface RestPlace {
  /** `http://host:port/path/` without name and password. */
  readonly url: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** SHA-256 of the server certificate's DER, hex with or without colons; a self-signed one is fine then. */
  readonly pinnedCertificateSha256?: string | undefined
  /** Issuers to trust instead of the system's. */
  readonly caPem?: string | undefined
  /** Until a connection stands; 30 s. */
  readonly connectMs?: number | undefined
  /** The longest silence; 60 s. */
  readonly idleMs?: number | undefined
}

export type RestBackend = Backend & {
  /** Makes the folders of a new repository at the server; fine where they are there. */
  create(): Promise<void>
}

const LIST_V2 = 'application/vnd.x.restic.rest.v2'
/** What a Keeper says beyond restic's protocol: its longest is a list of generations at 300 bytes each. */
const MAX_CALL_BYTES = 4 * 1024 * 1024
/** The largest file that is read whole. */
const MAX_LOAD_BYTES = 512 * 1024 * 1024
/**
 * Calls and so connections at once: enough to hide a network's delay, few enough for a small server. An agent's own bound
 * counts only connections that stand already.
 */
const CALLS_AT_ONCE = 8
const PIN = /^[0-9a-f]{64}$/

/** Calls of the server's own, beside restic's protocol: the same connection, pin and credential. */
export interface RestCaller {
  /**
   * Any status is an answer.
   * @param maxBytes of an answer, 4 MiB where absent
   * @throws STORAGE_UNREACHABLE also where it is longer, STORAGE_CERTIFICATE_WRONG
   */
  call(
    method: 'GET' | 'POST',
    path: string,
    body?: string,
    maxBytes?: number,
  ): Promise<{ readonly status: number; readonly body: string }>
  close(): void
}

export function openRestCaller(place: RestPlace): RestCaller {
  const server = new RestServer(place)
  return { call: (...question) => server.call(...question), close: () => server.agent.destroy() }
}

/**
 * A repository behind restic's REST protocol, version 2 (restic doc/REST_backend.rst): rest-server, `rclone serve restic`
 * and Toride's own. Never tries again by itself and never follows a redirect.
 * @throws BASE_CONFIG_INVALID on an URL or pin that is none
 */
export function openRestBackend(place: RestPlace): RestBackend {
  const server = new RestServer(place)
  return {
    location: `rest:${server.base.href}`,
    create: () => server.create(),
    save: (file, parts) => server.save(file, parts),
    replace: (file, bytes) => server.replace(file, bytes),
    load: (file, offset = 0, length) => server.load(file, offset, length),
    stat: (file) => server.stat(file),
    list: (kind) => server.list(kind),
    remove: (file) => server.remove(file),
    close: async () => server.agent.destroy(),
  }
}

class RestServer {
  readonly base: URL
  readonly agent: ReturnType<typeof connections>
  readonly #headers: Readonly<Record<string, string>>
  readonly #idleMs: number
  readonly #slots = semaphore(CALLS_AT_ONCE)

  constructor({ url, user, password, pinnedCertificateSha256, caPem, connectMs = 30_000, idleMs = 60_000 }: RestPlace) {
    this.base = baseUrl(url)
    this.#idleMs = idleMs
    const pin = pinnedCertificateSha256?.replaceAll(':', '').toLowerCase()
    const secure = this.base.protocol === 'https:'
    if (pin !== undefined && !(secure && PIN.test(pin))) {
      throw new AppError('BASE_CONFIG_INVALID', { detail: 'a pin is the SHA-256 of a https server certificate' })
    }
    this.agent = connections(secure, { pinnedCertificateSha256: pin, caPem, connectMs, idleMs })
    const secret = Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64')
    this.#headers = user === undefined && password === undefined ? {} : { Authorization: `Basic ${secret}` }
  }

  async create(): Promise<void> {
    const url = new URL(this.base)
    url.searchParams.set('create', 'true')
    const doing = 'make the folders of a repository'
    const { status } = await this.#ask({ method: 'POST', url, doing }, () => MAX_REFUSAL)
    if (!isSuccess(status)) throw statusError(status, doing)
  }

  /**
   * Looked for first: rest-server refuses an existing name, but `rclone serve restic` replaces it. A 403 afterwards may
   * still mean that somebody else was quicker.
   */
  async save(file: FileRef, parts: readonly Uint8Array[]): Promise<void> {
    const doing = `save a ${file.kind} file`
    const url = this.#url(file)
    const exists = (): AppError => new AppError('STORAGE_EXISTS', { detail: doing })
    if (await this.stat(file)) throw exists()
    const status = await this.#post(url, parts, doing)
    if (isSuccess(status)) return
    throw status === 403 && (await this.stat(file)) ? exists() : statusError(status, doing)
  }

  /** A Keeper takes it where its own bytes are no longer the name's; rest-server refuses. */
  async replace(file: FileRef, bytes: Uint8Array): Promise<void> {
    demandSound(file, bytes)
    const doing = `replace a ${file.kind} file`
    const status = await this.#post(this.#url(file), [bytes], doing)
    if (!isSuccess(status)) throw statusError(status, doing)
  }

  async #post(url: URL, parts: readonly Uint8Array[], doing: string): Promise<number> {
    const headers = { 'Content-Type': 'application/octet-stream' }
    return (await this.#ask({ method: 'POST', url, headers, parts, doing }, () => MAX_REFUSAL)).status
  }

  async load(file: FileRef, offset: number, length: number | undefined): Promise<Buffer> {
    const doing = `read a ${file.kind} file`
    const url = this.#url(file)
    if (length === 0) return this.#nothing(file, doing)
    const wanted = { offset, length }
    const headers = { Range: `bytes=${offset}-${length === undefined ? '' : offset + length - 1}` }
    const answer = await this.#ask({ method: 'GET', url, headers, doing }, (head) => rangeLimit(head, wanted, doing))
    if (answer.status === 416) {
      if (length !== undefined) throw truncated(length, 0)
      return Buffer.alloc(0)
    }
    if (!isSuccess(answer.status)) throw statusError(answer.status, doing)
    return askedPart(answer, wanted)
  }

  /** No range can ask for nothing. */
  async #nothing(file: FileRef, doing: string): Promise<Buffer> {
    if (await this.stat(file)) return Buffer.alloc(0)
    throw statusError(404, doing)
  }

  async stat(file: FileRef): Promise<{ sizeBytes: number } | undefined> {
    const doing = `look at a ${file.kind} file`
    const { status, headers } = await this.#ask({ method: 'HEAD', url: this.#url(file), doing }, () => 0)
    if (status === 404) return undefined
    if (!isSuccess(status)) throw statusError(status, doing)
    const sizeBytes = Number(headers['content-length'] ?? Number.NaN)
    if (!isSize(sizeBytes)) throw brokenAnswer(doing, 'no length')
    return { sizeBytes }
  }

  async list(kind: FileKind): Promise<ListedFile[]> {
    if (kind === 'config') {
      const found = await this.stat({ kind, name: '' })
      return found ? [{ name: '', ...found }] : []
    }
    const doing = `list the ${kind} files`
    const url = new URL(`${kind}/`, this.base)
    const answer = await this.#ask({ method: 'GET', url, headers: { Accept: LIST_V2 }, doing }, () => MAX_LIST_BYTES)
    // No folder, no files: as on a disk.
    if (answer.status === 404) return []
    if (!isSuccess(answer.status)) throw statusError(answer.status, doing)
    if (answer.headers['content-type'] !== LIST_V2)
      return this.#sizes(kind, await readListing(answer.body, doing, (one) => (isOurs(one) ? one : undefined)))
    return readListing(answer.body, doing, (one) => {
      const file = listedFile(one, doing)
      return isOurs(file.name) ? file : undefined
    })
  }

  /** Version 1 lists names only. Some at a time: each waiting call takes memory. */
  async #sizes(kind: FileKind, names: readonly string[]): Promise<ListedFile[]> {
    const found: ListedFile[] = []
    for (let at = 0; at < names.length; at += 1000) {
      const some = names.slice(at, at + 1000)
      const looked = await Promise.all(some.map((name) => this.stat({ kind, name })))
      for (const [i, seen] of looked.entries()) if (seen) found.push({ name: some[i]!, ...seen })
    }
    return found
  }

  async remove(file: FileRef): Promise<void> {
    const doing = `remove a ${file.kind} file`
    const { status } = await this.#ask({ method: 'DELETE', url: this.#url(file), doing }, () => MAX_REFUSAL)
    if (!isSuccess(status) && status !== 404) throw statusError(status, doing)
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    body = '',
    maxBytes = MAX_CALL_BYTES,
  ): Promise<{ status: number; body: string }> {
    const parts = method === 'POST' ? [Buffer.from(body)] : []
    const question = { method, url: new URL(path, this.base), doing: 'call the server', parts } as const
    const answer = await this.#ask(question, () => maxBytes)
    return { status: answer.status, body: answer.body.toString() }
  }

  #url({ kind, name }: FileRef): URL {
    if (kind === 'config') return new URL('config', this.base)
    if (!isFileName(name)) throw new AppError('BASE_BUG', { detail: `a ${kind} file without an id for a name` })
    return new URL(`${kind}/${name}`, this.base)
  }

  #ask(
    question: Pick<Question, 'method' | 'url' | 'doing' | 'parts'> & { headers?: Question['headers'] },
    limit: (answer: IncomingMessage) => number,
  ): Promise<Answer> {
    const headers = { ...question.headers, ...this.#headers }
    return this.#slots(() => ask({ ...question, headers, agent: this.agent, idleMs: this.#idleMs }, limit))
  }
}

/** What a server may say where nothing of it is used. */
const MAX_REFUSAL = 64 * 1024

function baseUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new AppError('BASE_CONFIG_INVALID', { detail: 'an address is http://host:port/path/ or https://…' })
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

interface Wanted {
  readonly offset: number
  readonly length: number | undefined
}

/** How long the body of a range may be; what the server says of itself must agree before a byte is taken. */
function rangeLimit(answer: IncomingMessage, { offset, length }: Wanted, doing: string): number {
  const stated = Number(answer.headers['content-length'] ?? Number.NaN)
  if (answer.statusCode === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers['content-range'] ?? '')
    const [first, last, total] = (range ?? []).slice(1).map(Number) as [number, number, number]
    const given = last - first + 1
    const isToTheEnd = last + 1 === total
    // Behind the end, rclone says "9-4/5" and no length.
    if (length !== undefined && given < length && isToTheEnd) throw truncated(length, Math.max(0, given))
    const isAsked = first === offset && (length === undefined ? isToTheEnd : given === length)
    if (!isAsked || stated !== given) throw brokenAnswer(doing, 'another range than asked for')
  } else if (!isSize(stated)) throw brokenAnswer(doing, 'no length')
  return MAX_LOAD_BYTES
}

/** A server that knows no ranges gives the whole file with 200. */
function askedPart({ status, body }: Answer, { offset, length }: Wanted): Buffer {
  if (status === 206) return body
  const part = body.subarray(offset, length === undefined ? undefined : offset + length)
  if (length !== undefined && part.length < length) throw truncated(length, part.length)
  return part
}

const isOurs = (name: unknown): name is string => typeof name === 'string' && isFileName(name)
