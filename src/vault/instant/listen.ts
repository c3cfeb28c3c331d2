import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { AppError, systemError } from '#base'
import { type Export, type Secure, serveNbd } from '#disk'
import { MOST_WAIT_MS, securedBy } from './psk.ts'
import type { Listening } from './wire.ts'

export interface Serving {
  /** Of the address; 0 for a socket. */
  readonly port: number
  readonly clients: () => number
  /** Who is still connected is left as by a plug that was pulled: what it had flushed is kept. */
  end(): void
}

/** More connections than any machine opens to one disk: the next is refused. */
const MOST_CLIENTS = 64

/**
 * Serves disks to whoever may connect.
 * @throws DISK_ADDRESS_TAKEN, DISK_ADDRESS_UNKNOWN (no address of this computer), STORAGE_DENIED
 */
export async function listenNbd(
  listening: Listening,
  exports: readonly Export[],
  onTrouble: (error: unknown) => void,
): Promise<Serving> {
  const clients = new Set<Socket>()
  const secure = listening.kind === 'tls' ? securedBy(listening.key) : undefined
  const server = createServer((client) => {
    clients.add(client)
    client.setNoDelay(true)
    client.once('close', () => clients.delete(client))
    // A neighbour that only connects must not keep the others out: who has not asked for the key in time is left.
    const late = secure && setTimeout(() => client.destroy(), MOST_WAIT_MS).unref()
    client.once('close', () => clearTimeout(late))
    const securing =
      secure &&
      ((line: Parameters<Secure>[0]) => {
        clearTimeout(late)
        return secure(line)
      })
    void serveNbd(client, exports, onTrouble, securing)
  })
  server.maxConnections = MOST_CLIENTS
  await (listening.kind === 'socket' ? onSocket(server, listening.path) : onAddress(server, listening))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    clients: () => clients.size,
    end() {
      server.close()
      for (const client of clients) client.destroy()
    },
  }
}

/** A killed one left its socket; a file of any other kind stays, and listening says that the place is taken. */
async function onSocket(server: Server, path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path)
  await begin(server, { path })
  // The folder around it is closed to others already.
  chmodSync(path, 0o600)
}

const onAddress = (server: Server, { host, port }: { host: string; port: number }): Promise<void> =>
  begin(server, { host, port })

function begin(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') fail(new AppError('DISK_ADDRESS_TAKEN', { cause }))
      else if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND') fail(new AppError('DISK_ADDRESS_UNKNOWN'))
      else fail(systemError(cause, 'listen for disks'))
    })
    server.listen(where, done)
  })
}
