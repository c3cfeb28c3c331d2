/** One GET over HTTP(S): the certificate is proved before anything is sent, no redirect is followed. */
import { createHash } from 'node:crypto'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '#base'
import { authorization, type FhirServerSettings } from './settings.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Unpacked. To be read or destroyed. */
  readonly body: Readable
}

/** The longest silence on a connection. */
const IDLE_MS = 120_000

export class Connection {
  readonly #settings: FhirServerSettings
  readonly #agent: Agent
  readonly #signal: AbortSignal

  constructor(settings: FhirServerSettings, signal: AbortSignal) {
    this.#settings = settings
    this.#signal = signal
    this.#agent = agentOf(settings)
  }

  /** @throws FHIR_SERVER_UNREACHABLE, FHIR_SERVER_CERTIFICATE_WRONG, BASE_CANCELLED */
  ask(url: URL, headers: Readonly<Record<string, string>>, method: 'GET' | 'DELETE' = 'GET'): Promise<Answer> {
    const login = authorization(this.#settings.login)
    const isSecure = url.protocol === 'https:'
    const options = {
      method,
      headers: { ...headers, 'Accept-Encoding': 'gzip', ...(login && { Authorization: login }) },
      timeout: IDLE_MS,
      signal: this.#signal,
      ...(isSecure && { agent: this.#agent }),
    }
    return new Promise((resolve, reject) => {
      const sent = (isSecure ? requestHttps : requestHttp)(url, options)
      sent.on('response', (response: IncomingMessage) => resolve(answerOf(response)))
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })))
      sent.on('error', (cause) => reject(this.#meaning(cause)))
      sent.end()
    })
  }

  #meaning(cause: Error): AppError {
    if (this.#signal.aborted) return new AppError('BASE_CANCELLED')
    if (cause instanceof AppError) return cause
    return connectionError(cause)
  }

  close(): void {
    this.#agent.destroy()
  }
}

function answerOf(response: IncomingMessage): Answer {
  const { statusCode: status = 0, headers } = response
  const isPacked = /\bgzip\b/.test(headers['content-encoding'] ?? '')
  const body = isPacked ? response.pipe(createGunzip()) : response
  if (isPacked) response.on('error', (error) => body.destroy(error))
  return { status, headers, body }
}

/** What a broken connection means. */
export function connectionError(cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const isCertificate = /CERT|SIGNED|ISSUER|ALTNAME|TLS|SSL/.test(code)
  if (isCertificate) return new AppError('FHIR_SERVER_CERTIFICATE_WRONG', { context: { system: code }, cause })
  return new AppError('FHIR_SERVER_UNREACHABLE', { context: { system: code }, retry: 'temporary', cause })
}

function agentOf({ pinnedCertificateSha256: pin, caPem }: FhirServerSettings): Agent {
  const agent = new Agent({ keepAlive: true, maxCachedSessions: 0 })
  type Opened = (error: Error | null, socket: TLSSocket) => void
  agent.createConnection = ((asked: ConnectionOptions, opened: Opened): undefined => {
    const socket = connect({
      ...asked,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: pin === undefined,
      ...(caPem !== undefined && { ca: caPem }),
    })
    const end = (error: Error): void => {
      socket.destroy()
      opened(error, socket)
    }
    socket.once('error', end)
    // Handed to the request only once it is the right server: Node would otherwise send the password first.
    socket.once('secureConnect', () => {
      if (pin !== undefined && certificateOf(socket) !== pin) return end(new AppError('FHIR_SERVER_CERTIFICATE_WRONG'))
      socket.off('error', end)
      opened(null, socket)
    })
  }) as unknown as typeof agent.createConnection
  return agent
}

function certificateOf(socket: TLSSocket): string | undefined {
  const der = socket.getPeerX509Certificate()?.raw
  return der && createHash('sha256').update(der).digest('hex')
}
