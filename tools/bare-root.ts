/**
 * A bare Debian 12 root (debootstrap) with git, Node and npm and nothing else of ours, a fresh clone of HEAD in a path with
 * a space and Japanese characters. Needs root. Everything is mounted in a namespace of its own: however a run ends, nothing
 * stays mounted.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const CACHE = '/var/tmp/toride-bare'
const BASE = join(CACHE, 'debian-12-git-nodejs-npm.tar')
export const CLONE = '/root/院内 システム/toride'
const MIRROR = 'http://deb.debian.org/debian'
const PACKAGES = ['git', 'nodejs', 'npm', 'ca-certificates']
/** Of the host's environment only what leads to the network: proxies and certificates. */
const NETWORK_VARIABLE = /(^|_)(proxy|no_proxy)$|CERT|CAINFO|_CA_/i

export function run(command: string, ...args: string[]): void {
  const done = spawnSync(command, args, { stdio: 'inherit' })
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status ?? done.signal}`)
}

const networkVariables = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value && NETWORK_VARIABLE.test(name) ? [[name, value]] : [],
    ),
  )

/** The base is made once and kept as a tarball: debootstrap takes minutes. */
function makeBase(): void {
  if (existsSync(BASE)) return
  mkdirSync(CACHE, { recursive: true, mode: 0o700 })
  const fresh = `${BASE}.root`
  rmSync(fresh, { recursive: true, force: true })
  run('debootstrap', '--variant=minbase', 'bookworm', fresh, MIRROR)
  bringNetwork(fresh)
  // apt resolves npm's many packages; debootstrap's own --include does not.
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]])
    inside(fresh, { command: ['apt-get', '-qq', ...words] })
  run('tar', '-C', fresh, '--one-file-system', '-cf', `${BASE}.tmp`, '.')
  renameSync(`${BASE}.tmp`, BASE)
  rmSync(fresh, { recursive: true, force: true })
}

/** Copies a file or folder of the host to the same path in the root, links followed. */
function bring(root: string, path: string): void {
  if (!existsSync(path)) return
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  // A link in the root may point at a path that, from here, is the host's own.
  run('cp', '-rLT', '--preserve=mode', '--remove-destination', path, target)
}

/** How this host reaches the network: resolver, certificates, npm's and apt's settings. None of it is named here. */
function bringNetwork(root: string): void {
  for (const path of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs', '/usr/local/share/ca-certificates'])
    bring(root, path)
  for (const value of Object.values(networkVariables())) if (value.startsWith('/')) bring(root, value)
  const settings = ['userconfig', 'globalconfig']
    .map((name) => spawnSync('npm', ['config', 'get', name], { encoding: 'utf8' }).stdout.trim())
    .filter((path) => path.startsWith('/') && existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  for (const [, path] of settings.matchAll(/^\s*cafile\s*=\s*"?([^"\n]+)"?\s*$/gm)) bring(root, path!)
  // `nodedir` and the like speak of the host's own Node.
  writeFileSync(join(root, 'root/.npmrc'), settings.replace(/^\s*(nodedir|prefix|cache)\s*=.*$/gm, ''), { mode: 0o600 })
  for (const name of readdirSync('/etc/apt/apt.conf.d')) {
    const path = join('/etc/apt/apt.conf.d', name)
    if (/proxy|cainfo|verify-peer/i.test(readFileSync(path, 'utf8'))) bring(root, path)
  }
}

function cloneHead(root: string): void {
  const bundle = join(root, 'tmp/head.bundle')
  run('git', 'bundle', 'create', '--quiet', bundle, 'HEAD')
  inside(root, { command: ['git', '-c', 'advice.detachedHead=false', 'clone', '--quiet', '/tmp/head.bundle', CLONE] })
  rmSync(bundle)
}

interface Inside {
  readonly command: readonly string[]
  readonly folder?: string
  /** No network but loopback, and npm told so. */
  readonly offline?: boolean
}

/** Runs a command in the root, as process 1 of its own process and mount namespaces: when it ends, all it started ends. */
export function inside(root: string, { command, folder = '/root', offline = false }: Inside): void {
  const script = [
    'set -e',
    'mount -t proc proc "$0/proc"',
    'mount --rbind /dev "$0/dev"',
    // What lsblk looks at.
    'mount --rbind /sys "$0/sys"',
    ...(offline ? ['ip link set lo up'] : []),
    'root="$0"',
    'exec chroot "$root" /bin/sh -c \'cd "$0" && exec "$@"\' "$@"',
  ].join('\n')
  const namespaces = [
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    ...(offline ? ['--net'] : []),
  ]
  const done = spawnSync('nice', ['unshare', ...namespaces, 'sh', '-c', script, root, folder, ...command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      DEBIAN_FRONTEND: 'noninteractive',
      ...networkVariables(),
      ...(offline ? { npm_config_offline: 'true' } : {}),
    },
  })
  if (done.status !== 0)
    throw new Error(`in the bare root: ${command.join(' ')} ended with ${done.status ?? done.signal}`)
}

function removeRoot(root: string): void {
  // The vault's files are held by the immutable attribute.
  spawnSync('chattr', ['-R', '-f', '-i', join(root, 'root')])
  run('rm', '-rf', '--one-file-system', root)
}

/** Makes the root, does the work in it, removes it again unless it is to be kept. */
export async function withBareRoot(keep: boolean, work: (root: string) => void | Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('needs root (debootstrap, chroot)')
  makeBase()
  const root = join(CACHE, `root-${process.pid}`)
  mkdirSync(root, { mode: 0o755 })
  try {
    run('tar', '-C', root, '-xf', BASE)
    bringNetwork(root)
    cloneHead(root)
    await work(root)
  } finally {
    if (!keep) removeRoot(root)
  }
}
