/** Servers of restic's REST protocol that judge us, each on a free port of this machine and ended by its number. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'

export const USER = 'toride'
export const PASSWORD = 'p:ä/s@s %41'

export interface RestServer {
  readonly name: string
  /** Why it cannot judge here, or false. */
  readonly missing: string | false
  /** Starts it for one test over an empty folder. */
  start(t: TestContext, options?: ServerOptions): Promise<RunningServer>
}

export interface ServerOptions {
  readonly appendOnly?: boolean
  readonly tls?: { readonly keyFile: string; readonly certFile: string }
}

export interface RunningServer {
  /** Without name and password; ends with a slash. */
  readonly url: string
  readonly folder: string
  readonly child: ChildProcess
  /** Starts it anew at the same address after its `child` was ended. */
  again(): Promise<void>
}

const peers = process.env['TORIDE_PEERS'] ?? '/var/tmp/toride-peers'
const REST_SERVER = join(peers, 'bin', 'restic-rest-server')
const RCLONE = '/usr/bin/rclone'

export const restServer: RestServer = {
  name: 'rest-server',
  missing: existsSync(REST_SERVER) ? false : 'rest-server is not here (tools/peers.sh fetches it)',
  start: (t, { appendOnly = false, tls } = {}) =>
    launch(t, tls ? 'https' : 'http', (folder, address) => {
      const passwords = join(folder, '.htpasswd')
      writeFileSync(passwords, `${USER}:{SHA}${createHash('sha1').update(PASSWORD).digest('base64')}\n`)
      const options = ['--path', join(folder, 'served'), '--listen', address, '--htpasswd-file', passwords]
      const secure = tls ? ['--tls', '--tls-key', tls.keyFile, '--tls-cert', tls.certFile] : []
      return [REST_SERVER, ...options, ...secure, ...(appendOnly ? ['--append-only'] : [])]
    }),
}

export const rclone: RestServer = {
  name: 'rclone serve restic',
  missing: existsSync(RCLONE) ? false : 'rclone is not installed',
  start: (t) =>
    launch(t, 'http', (folder, address) => {
      const options = ['--addr', address, '--user', USER, '--pass', PASSWORD, '--config', join(folder, 'rclone.conf')]
      return [RCLONE, 'serve', 'restic', ...options, join(folder, 'served')]
    }),
}

async function launch(
  t: TestContext,
  scheme: 'http' | 'https',
  command: (folder: string, address: string) => string[],
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'toride-rest-'))
  const port = await freePort()
  const [program, ...args] = command(folder, `127.0.0.1:${port}`)
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(program!, args, { stdio: 'ignore' })
    t.after(() => end(child))
    await accepts(port, child)
    return child
  }
  const running = {
    url: `${scheme}://127.0.0.1:${port}/`,
    folder: join(folder, 'served'),
    child: await start(),
    again: async () => void (running.child = await start()),
  }
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return running
}

/** Ends a server by its number and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function accepts(port: number, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (child.exitCode !== null) throw new Error('the server ended at once')
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the server does not listen')
}
