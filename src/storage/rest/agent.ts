import { createHash } from 'node:crypto'
import type { Agent } from 'node:http'
import type { NetConnectOpts, Socket } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { AppError } from '#base'

export interface ConnectionSettings {
  /** SHA-256 of the server certificate's DER, as hex. Where given it alone decides: issuer, name and dates do not. */
  readonly pinnedCertificateSha256?: string | undefined
  /** Issuers to trust instead of the system's. */
  readonly caPem?: string | undefined
  /** Until a connection stands, TLS included. */
  readonly connectMs: number
  /** The longest silence on a connection. */
  readonly idleMs: number
}

type Opened = (error: Error | null, socket: Socket) => void

/**
 * Keeps connections open between calls. A connection is handed to its first call only once it stands and its certificate
 * is the right one: Node would otherwise write the request, and with it the password, before anyone looks.
 */
export function connections(secure: boolean, settings: ConnectionSettings): Agent {
  // Node's modules load when a remote place is opened: each thread of a local repository would otherwise start 6 ms later.
  const { Agent } = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
  const agent = new Agent({ keepAlive: true, timeout: settings.idleMs, maxCachedSessions: 0 })
  // What Node gives depends on the agent's kind; its types know only the union of neither.
  agent.createConnection = ((asked: object, opened: Opened): undefined => {
    const socket = secure
      ? openSecurely(asked, settings)
      : process.getBuiltinModule('node:net').connect(asked as NetConnectOpts)
    handOver(socket, secure ? 'secureConnect' : 'connect', settings, opened)
  }) as unknown as typeof agent.createConnection
  return agent
}

function openSecurely(asked: ConnectionOptions, { pinnedCertificateSha256, caPem }: ConnectionSettings): TLSSocket {
  return process.getBuiltinModule('node:tls').connect({
    ...asked,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: pinnedCertificateSha256 === undefined,
    ...(caPem !== undefined && { ca: caPem }),
  })
}

function handOver(socket: Socket, ready: string, settings: ConnectionSettings, opened: Opened): void {
  const end = (error: Error): void => {
    clearTimeout(timer)
    socket.destroy()
    opened(error, socket)
  }
  const timer = setTimeout(
    () => end(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })),
    settings.connectMs,
  )
  socket.once('error', end)
  socket.once(ready, () => {
    const wrong = settings.pinnedCertificateSha256 && wrongCertificate(socket as TLSSocket, settings)
    if (wrong) return end(wrong)
    clearTimeout(timer)
    socket.off('error', end)
    opened(null, socket)
  })
}

function wrongCertificate(socket: TLSSocket, { pinnedCertificateSha256 }: ConnectionSettings): AppError | undefined {
  const der = socket.getPeerX509Certificate()?.raw
  const found = der && createHash('sha256').update(der).digest('hex')
  if (found === pinnedCertificateSha256) return undefined
  return new AppError('STORAGE_CERTIFICATE_WRONG', { detail: `the server shows the certificate ${found ?? 'none'}` })
}
