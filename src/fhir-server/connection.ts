/** One request over HTTP(S): the certificate is proved before anything is sent, no redirect is followed. */
import { createHash } from 'node:crypto'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { pipeline, Transform, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '#base'
import { isLinkLocal, type FhirServerSettings } from './settings.ts'
import { wrong } from './wrong.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Unpacked. To be read or destroyed. */
  readonly body: Readable
}

/** The longest silence on a connection. */
const IDLE_MS = 120_000

export interface Sent {
  readonly method?: 'GET' | 'DELETE' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export class Connection {
  readonly #agent: Agent
  readonly #signal: AbortSignal

  constructor(settings: Pick<FhirServerSettings, 'pinnedCertificateSha256' | 'caPem'>, signal: AbortSignal) {
    this.#signal = signal
    this.#agent = agentOf(settings)
  }

  /** @throws FHIR_SERVER_UNREACHABLE, FHIR_SERVER_CERTIFICATE_WRONG, BASE_CANCELLED */
  ask(url: URL, { method = 'GET', headers, body }: Sent): Promise<Answer> {
    const isSecure = url.protocol === 'https:'
    const options = {
      method,
      headers: { ...headers, 'Accept-Encoding': 'gzip' },
      timeout: IDLE_MS,
      signal: this.#signal,
      ...(isSecure && { agent: this.#agent }),
    }
    return new Promise((resolve, reject) => {
      const sent = (isSecure ? requestHttps : requestHttp)(url, options)
      sent.on('response', (response: IncomingMessage) => resolve(answerOf(response)))
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })))
      sent.on('error', (cause) => reject(this.#meaning(cause)))
      sent.end(body)
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
  return { status, headers, body: isPacked ? unpacked(response) : response }
}

/** Text packs to a tenth or a fiftieth; below that lies what was made to fill a disk. */
const MOST_UNPACKED_TIMES = 250
const UNPACKED_ALWAYS = 16 * 1024 * 1024

/** Ends with FHIR_SERVER_ANSWER_WRONG where a few bytes become too many. */
function unpacked(response: IncomingMessage): Readable {
  let [packed, size] = [0, 0]
  const gunzip = createGunzip()
  const limit = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.length
      done(size > UNPACKED_ALWAYS && size > packed * MOST_UNPACKED_TIMES ? wrong('packed-too-tight') : null, piece)
    },
  })
  response.on('data', (piece: Buffer) => (packed += piece.length))
  pipeline(response, gunzip, limit, () => undefined)
  return limit
}

/** What a broken connection means. */
export function connectionError(cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const isCertificate = /CERT|SIGNED|ISSUER|ALTNAME|TLS|SSL/.test(code)
  if (isCertificate) return new AppError('FHIR_SERVER_CERTIFICATE_WRONG', { context: { system: code }, cause })
  return new AppError('FHIR_SERVER_UNREACHABLE', { context: { system: code }, retry: 'temporary', cause })
}

function agentOf({ pinnedCertificateSha256: pin, caPem }: ConstructorParameters<typeof Connection>[0]): Agent {
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
      // A name may lead anywhere; the login does not go there.
      if (isLinkLocal(socket.remoteAddress ?? '')) return end(new AppError('FHIR_SERVER_ADDRESS_INVALID'))
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
