/**
 * `npm run test:service` (root, debootstrap): `toride service` under a real systemd, which runs as process 1 of its
 * own namespaces in a bare Debian root (tools/bare-root.ts). Install, kill -9, stop, start at boot, uninstall.
 *   -- --keep   leaves the root standing, to look into
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CLONE, inside, withBareRoot } from './bare-root.ts'

/** A one-time number. */
const CODE = '[0-9A-Z]{5}(-[0-9A-Z]{5}){3}'
const WAIT_MS = 120_000
const UNIT = 'toride.service'
/** Hosts with cgroup 1 keep the unified tree beside it; systemd needs only the tree, no controllers. */
const CGROUPS = existsSync('/sys/fs/cgroup/unified') ? '/sys/fs/cgroup/unified' : '/sys/fs/cgroup'

/** What an initrd or a container manager hands to systemd: /dev of its own, /run, a cgroup tree, and / as a mount point. */
const BOOT = `set -e
mount --bind "$0" "$0"
cd "$0"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do touch "dev/$node"; mount --bind "/dev/$node" "dev/$node"; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
pivot_root . mnt
umount -l /mnt
exec env -i container=toride-test PATH=/usr/sbin:/usr/bin /lib/systemd/systemd`

/** One run of the machine, from power on to power off. */
class Machine {
  readonly #holder: ChildProcess
  readonly #cgroup: string

  constructor(root: string) {
    this.#cgroup = join(CGROUPS, `toride-service-${process.pid}`)
    mkdirSync(this.#cgroup, { recursive: true })
    const namespaces = [
      '--mount',
      '--propagation',
      'private',
      '--pid',
      '--fork',
      '--kill-child',
      '--uts',
      '--ipc',
      '--net',
    ]
    // The cgroup first: the new namespace's top is where its first process is.
    const script = 'echo $$ >"$0/cgroup.procs"; exec unshare --cgroup "$@"'
    const words = ['sh', '-c', script, this.#cgroup, ...namespaces, 'sh', '-c', BOOT, root]
    this.#holder = spawn('nice', words, { stdio: ['ignore', 'inherit', 'inherit'] })
  }

  /** Process 1 of the machine as this host sees it. */
  get #init(): string {
    const pid = this.#holder.pid!
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  }

  /** What a command in the machine prints; undefined when it ends badly. */
  ask(...command: string[]): string | undefined {
    const enter = ['-t', this.#init, '-m', '-p', '-n', '-u', '-i', '-C', '-r', '--wd=/']
    const environment = ['env', '-i', 'HOME=/root', 'PATH=/usr/sbin:/usr/bin']
    const done = spawnSync('nsenter', [...enter, ...environment, ...command], { encoding: 'utf8' })
    return done.status === 0 ? done.stdout.trim() : undefined
  }

  property(name: string): string | undefined {
    return this.ask('systemctl', 'show', '--value', '-p', name, UNIT)
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(300)) if (holds()) return say(what)
    throw new Error(`not seen: ${what}\n${this.ask('journalctl', '--no-pager', '-n', '60')}`)
  }

  booted(): boolean {
    return (
      this.#init !== '' && /running|degraded/.test(this.ask('sh', '-c', 'systemctl is-system-running || true') ?? '')
    )
  }

  answers(): boolean {
    const script = `fetch('http://127.0.0.1:8470/sign-in').then(async (a) => process.exit(/type="password"/.test(await a.text()) ? 0 : 1), () => process.exit(1))`
    return this.ask('node', '-e', script) !== undefined
  }

  async off(): Promise<void> {
    const gone = new Promise((resolve) => this.#holder.once('exit', resolve))
    this.ask('systemctl', 'poweroff')
    if ((await Promise.race([gone, sleep(WAIT_MS, undefined, { ref: false })])) === undefined)
      this.#holder.kill('SIGKILL')
    await gone
    // What systemd made below it is empty by now.
    for (const path of execFileSync('find', [this.#cgroup, '-depth', '-type', 'd'], { encoding: 'utf8' })
      .trim()
      .split('\n'))
      rmdirSync(path)
  }
}

function say(what: string): void {
  console.log(`✓ ${what}`)
}

function demand(what: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${what}`)
  say(what)
}

async function withMachine(root: string, work: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = new Machine(root)
  try {
    await machine.until('systemd is up', () => machine.booted())
    await work(machine)
  } finally {
    await machine.off()
  }
}

const toride = (...words: string[]): string[] => [`${CLONE}/bin/toride`, 'service', ...words]

async function firstBoot(machine: Machine): Promise<void> {
  demand('toride service install', machine.ask(...toride('install')) !== undefined)
  await machine.until('the sign-in page answers', () => machine.answers())
  demand('toride service status says so', machine.ask(...toride('status')) !== undefined)
  demand(
    'the one-time number is in a file, not in the journal',
    machine.ask('grep', '-qE', CODE, '/root/.local/share/toride-sample/first-sign-in.txt') !== undefined &&
      machine.ask('sh', '-c', `! journalctl --no-pager -u ${UNIT} | grep -qE '${CODE}'`) !== undefined,
  )
  const first = machine.property('MainPID')!
  demand('kill -9', machine.ask('systemctl', 'kill', '--kill-who=main', '-s', 'KILL', UNIT) !== undefined)
  await machine.until('after kill -9 another process serves', () => {
    const now = machine.property('MainPID')
    return now !== '0' && now !== first && machine.answers()
  })
}

async function secondBoot(machine: Machine): Promise<void> {
  await machine.until('after a boot it serves by itself', () => machine.answers())
  demand('systemctl stop', machine.ask('systemctl', 'stop', UNIT) !== undefined)
  demand('it ended in order', machine.property('Result') === 'success')
  demand('toride service status says that it does not run', machine.ask(...toride('status')) === undefined)
  demand('toride service uninstall', machine.ask(...toride('uninstall')) !== undefined)
  demand('the unit is gone', machine.property('LoadState') === 'not-found')
}

await withBareRoot(process.argv.includes('--keep'), async (root) => {
  inside(root, { command: ['apt-get', '-qq', 'update'] })
  inside(root, { command: ['apt-get', '-qq', 'install', '-y', '--no-install-recommends', 'systemd-sysv', 'dbus'] })
  inside(root, { command: ['node', 'tools/start-once.mjs'], folder: CLONE })
  await withMachine(root, firstBoot)
  await withMachine(root, secondBoot)
})
