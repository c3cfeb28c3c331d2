import { AppError } from '#base'
import { serve } from '@hono/node-server'

/**
 * Serves `app` on a port. Resolves when it listens; a port in use or not allowed is WEB_PORT_UNAVAILABLE. Port 0 takes a
 * free one. `close` waits for running answers, but not for event streams.
 */
export async function listen(
  app: { fetch: (request: Request) => Response | Promise<Response> },
  host: string,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
      resolve({
        url: `http://${host.includes(':') ? `[${host}]` : host}:${info.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      })
    })
    server.once('error', (cause: Error & { code?: string }) =>
      reject(new AppError('WEB_PORT_UNAVAILABLE', { context: { port, reason: cause.code ?? 'unknown' }, cause })),
    )
  })
}
