/** The Keeper's one door: HTTPS, every request known by its credential, bounded in time and size. */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { codeOf, isAppError } from '#base'
import type { Client } from '../clients.ts'
import type { House } from '../house.ts'
import { Refusal, STATUS } from '../refusal.ts'
import { enrol, onKeeper, onRepository } from './api.ts'
import { Attempts } from './attempts.ts'
import { type Answer, basicAuth, json, segments, send } from './request.ts'
import { Turns } from './turns.ts'
import { onlyLocks, ReadingBudget, type RemovalRule, restic } from './restic.ts'

export interface DoorOptions {
  readonly house: House
  readonly host: string
  readonly port: number
  /** PEM. Absent only in tests. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Another rule is bound by tests alone (SECURITY.md 8). */
  readonly mayRemove?: RemovalRule
  readonly onError: (error: unknown) => void
}

export interface Door {
  readonly url: string
  close(): Promise<void>
}

/** A pack of 192 MiB at 1 MB/s. */
const LONGEST_REQUEST_MS = 240_000
const HEADERS_MS = 15_000
/** Sockets without a byte for this long are cut: slow uploads hold nothing up. */
const IDLE_MS = 60_000
const MOST_CONNECTIONS = 400
/** Of them one address: a stolen host that opens all it can leaves room for the others. */
const MOST_PER_ADDRESS = 200

export async function openDoor(options: DoorOptions): Promise<Door> {
  const { host, port, tls } = options
  const door = new Doorkeeper(options)
  const handle = (request: IncomingMessage, response: ServerResponse): void => void door.handle(request, response)
  const limits = { requestTimeout: LONGEST_REQUEST_MS, headersTimeout: HEADERS_MS, connectionsCheckingInterval: 5000 }
  const server: Server = tls
    ? createServer({ ...tls, ...limits, minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_MS }, handle)
    : createPlainServer(limits, handle)
  server.maxConnections = MOST_CONNECTIONS
  boundPerAddress(server)
  server.setTimeout(IDLE_MS)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // One connection that the system could not accept must not end the Keeper.
  server.on('error', options.onError)
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), 5000).unref()
      }),
  }
}

function boundPerAddress(server: Server): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? 'unknown'
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = open.get(address)! - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count > MOST_PER_ADDRESS) socket.destroy()
  })
}

class Doorkeeper {
  readonly #options: DoorOptions
  readonly #attempts = new Attempts()
  readonly #reading = new ReadingBudget()
  readonly #turns = new Turns()

  constructor(options: DoorOptions) {
    this.#options = options
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A caller that hung up has none; the ledger takes no empty word.
    const address = request.socket.remoteAddress ?? 'unknown'
    let name = 'unknown'
    try {
      const answer = await this.#answer(request, response, address, (known) => (name = known))
      // PUT, MOVE, a path of nobody's: no client of ours asks so.
      if (answer === undefined) throw new Refusal('unknown-call')
      if (answer !== 'sent') send(response, answer)
    } catch (error) {
      this.#fail(error, name, address, response)
    } finally {
      // What was not read of a refused upload would be taken for the next request; its time is bounded like any other's.
      if (!request.complete) request.resume()
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    address: string,
    tellName: (name: string) => void,
  ): Promise<Answer | 'sent' | undefined> {
    const { house } = this.#options
    const { path, query } = segments(request.url ?? '')
    const [first = '', second = '', ...rest] = path
    if (first === 'toride' && second === 'enrol' && request.method === 'POST') {
      this.#attempts.demand(address)
      try {
        return await enrol(house, request)
      } catch (error) {
        if (error instanceof Refusal) this.#attempts.failed(address)
        throw error
      }
    }
    const client = this.#client(request, address)
    tellName(client.name)
    if (first === 'toride') return onKeeper({ house, client, request }, second)
    if (first !== (client.of ?? client.name)) throw new Refusal('not-yours')
    const ref = { client: first, repository: second }
    return this.#turns.take(client.name, async () => {
      const answer = await onRepository({ house, client, request }, ref, rest)
      if (answer) return answer
      const { mayRemove = onlyLocks } = this.#options
      return restic({ house, client, ref, rest, query, request, response, mayRemove, reading: this.#reading })
    })
  }

  #client(request: IncomingMessage, address: string): Client {
    const given = basicAuth(request.headers.authorization)
    const client = given && this.#options.house.clients.authenticate(given.name, given.token)
    if (client) return client
    // Only what is wrong waits: one bad neighbour behind the same address must not starve the others' backups.
    this.#attempts.demand(address)
    if (given) this.#attempts.failed(address)
    throw new Refusal('unauthorized')
  }

  #fail(error: unknown, name: string, address: string, response: ServerResponse): void {
    const refusal = asRefusal(error)
    if (!refusal) {
      // A client that hung up is no trouble of ours.
      if (!isHangUp(error)) this.#options.onError(error)
      return send(response, { status: 500 })
    }
    this.#options.house.refused(name, refusal, address)
    const { status: _ok, ...body } = json({ code: refusal.code, detail: refusal.detail })
    send(response, {
      ...body,
      status: STATUS[refusal.code],
      headers: refusal.code === 'unauthorized' ? { 'www-authenticate': 'Basic realm="toride keeper"' } : {},
    })
  }
}

function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  const isFull = isAppError(error, 'STORAGE_FULL') || ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)))
  return isFull ? new Refusal('disk-full') : undefined
}

const isHangUp = (error: unknown): boolean =>
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE', 'EPIPE', 'ECANCELED'].includes(
    String(codeOf(error)),
  )
