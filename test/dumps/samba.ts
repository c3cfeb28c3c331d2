/**
 * A real Samba on a high port of loopback, and its share mounted read only. This kernel has no cifs, so rclone's FUSE mount
 * (an SMB client of its own) stands in for it: the server, its names, rights and broken lines are real, the kernel's client
 * is not tried.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { mountAt } from '#posix'

export interface Samba {
  /** What the server shares, on its own disk. */
  readonly shared: string
  readonly mountedAt: string
  readonly port: number
  /** username=, password= of an account that exists. */
  readonly credentialsFile: string
  start(): Promise<void>
  stop(): Promise<void>
  mount(): Promise<void>
  unmount(): Promise<void>
}

const NEEDS = ['/usr/sbin/smbd', '/usr/bin/smbclient', '/usr/bin/rclone', '/usr/bin/fusermount3', '/dev/fuse']
const missing = NEEDS.find((path) => !existsSync(path))
export const noSamba = missing
  ? `${missing} is missing (Debian packages samba, smbclient, rclone, fuse3)`
  : process.getuid?.() !== 0 && 'smbd and mounting need root'

const PASSWORD = 'yomudake-7'

/** @param charset of the names on the server's disk @param writable whether the account may write */
export async function samba(t: TestContext, { charset = 'UTF-8', writable = false } = {}): Promise<Samba> {
  const root = mkdtempSync(join(tmpdir(), 'toride-smb-'))
  chmodSync(root, 0o755)
  const folder = (name: string): string => {
    mkdirSync(join(root, name))
    return join(root, name)
  }
  const [shared, mountedAt, own] = [folder('shared'), folder('mounted'), folder('own')]
  const port = await freePort()
  const conf = join(root, 'smb.conf')
  writeFileSync(conf, configuration({ port, shared, own, charset, writable }))
  mkdirSync(join(own, 'ncalrpc'))
  run('smbpasswd', ['-c', conf, '-a', '-s', 'root'], `${PASSWORD}\n${PASSWORD}\n`)
  const credentialsFile = join(root, 'credentials')
  writeFileSync(credentialsFile, `username=root\npassword=${PASSWORD}\ndomain=CLINIC\n`, { mode: 0o600 })
  const rcloneFile = join(root, 'rclone.conf')
  const secret = run('rclone', ['obscure', '-'], PASSWORD).trim()
  writeFileSync(rcloneFile, `[emr]\ntype = smb\nhost = 127.0.0.1\nport = ${port}\nuser = root\npass = ${secret}\n`)

  let server: ChildProcess | undefined
  let client: ChildProcess | undefined
  const end = async (child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const start = async (): Promise<void> => {
    server = spawn('/usr/sbin/smbd', ['-s', conf, '-F', '--no-process-group', '-l', own], { stdio: 'ignore' })
    const ask = ['-s', conf, '//127.0.0.1/emr', `--port=${port}`, '-A', credentialsFile, '-c', 'ls']
    for (let tries = 0; spawnSync('smbclient', ask).status !== 0; tries++) {
      if (tries > 100) throw new Error('smbd does not start')
      await sleep(100)
    }
  }
  const stop = async (): Promise<void> => {
    const pid = server?.pid
    // Those that serve a connection are its children.
    const serving =
      pid === undefined ? '' : spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout
    await end(server, 'SIGKILL')
    for (const child of serving.split(/\s+/).filter(Boolean)) spawnSync('kill', ['-9', child])
  }
  const mount = async (): Promise<void> => {
    const options = [
      '--read-only',
      '--dir-cache-time=0s',
      '--attr-timeout=0s',
      '--low-level-retries=1',
      '--timeout=3s',
      '--contimeout=2s',
    ]
    client = spawn('rclone', ['mount', 'emr:emr', mountedAt, `--config=${rcloneFile}`, ...options], { stdio: 'ignore' })
    for (let tries = 0; !mountAt(mountedAt); tries++) {
      if (tries > 100) throw new Error('rclone does not mount')
      await sleep(100)
    }
  }
  const unmount = async (): Promise<void> => {
    spawnSync('fusermount3', ['-u', '-z', mountedAt])
    await end(client, 'SIGTERM')
  }
  t.after(async () => {
    await unmount()
    await stop()
    rmSync(root, { recursive: true, force: true })
  })
  await start()
  await mount()
  return { shared, mountedAt, port, credentialsFile, start, stop, mount, unmount }
}

function configuration(o: { port: number; shared: string; own: string; charset: string; writable: boolean }): string {
  const folders = ['private dir', 'lock directory', 'state directory', 'cache directory', 'pid directory']
  return `[global]
  server role = standalone server
  workgroup = CLINIC
  smb ports = ${o.port}
  interfaces = 127.0.0.1
  bind interfaces only = yes
${folders.map((name) => `  ${name} = ${o.own}`).join('\n')}
  ncalrpc dir = ${o.own}/ncalrpc
  passdb backend = tdbsam:${o.own}/passdb.tdb
  log file = ${o.own}/log
  unix charset = ${o.charset}
  load printers = no
  disable spoolss = yes
  map to guest = never
[emr]
  path = ${o.shared}
  read only = ${o.writable ? 'no' : 'yes'}
`
}

function run(command: string, args: string[], input: string): string {
  const done = spawnSync(command, args, { input, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`)
  return done.stdout
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
