import { AppError } from '#base'
import { serve } from '@hono/node-server'
import { createServer } from 'node:https'

const KEPT_ALIVE_MS = 65_000

/**
 * Serves `app` on a port. Resolves when it listens; a port in use or not allowed is WEB_PORT_UNAVAILABLE. Port 0 takes a
 * free one. `close` waits for running answers, but not for event streams.
 * @param tls key and certificate (PEM): encrypted, and in no other way
 */
export async function listen(
  app: { fetch: (request: Request) => Response | Promise<Response> },
  host: string,
  port: number,
  tls?: { readonly key: string; readonly cert: string },
): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const secure = tls ? { createServer, serverOptions: { key: tls.key, cert: tls.cert } } : {}
    const server = serve({ fetch: app.fetch, hostname: host, port, ...secure }, (info) => {
      resolve({
        url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${info.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      })
    })
    // Node's five seconds close a connection under a busy client that is about to ask again (programs that read FHIR).
    if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEPT_ALIVE_MS
    server.once('error', (cause: Error & { code?: string }) =>
      reject(new AppError('WEB_PORT_UNAVAILABLE', { context: { port, reason: cause.code ?? 'unknown' }, cause })),
    )
  })
}
