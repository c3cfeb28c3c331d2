/** Twenty machines of a hospital at once against a Keeper in a process of its own: no error, bounded memory. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { systemClock } from '#base'
import { Clients, makeKeeper } from '#keeper'
import { openRestBackend, openRestCaller } from '#storage'
import { keeperFolder } from './running.ts'

const CLIENTS = 20
const PACKS = 4
const PACK_BYTES = 4 << 20
/** Issue: under 300 MB. */
const MOST_MEMORY_BYTES = 300e6

interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly pin: string
  readonly stop: () => Promise<void>
}

async function started(root: string): Promise<Started> {
  const args = ['--import', './tools/jsx-hook.mjs', 'src/keeper.ts', 'start', '--data', root]
  const child = spawn(process.execPath, [...args, '--listen', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'ja_JP.UTF-8', UV_THREADPOOL_SIZE: '16' },
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (part: Buffer) => {
      said += part.toString()
      if (said.includes('Ctrl+C')) resolve()
    })
    child.stderr!.on('data', (part: Buffer) => (said += part.toString()))
    child.once('exit', () => reject(new Error(said)))
  })
  return {
    child,
    url: /https:\S+/.exec(said)![0],
    pin: /[0-9a-f]{64}/.exec(said)![0],
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGTERM')) await gone
    },
  }
}

const peakBytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024

test('twenty clients write at once without an error, in bounded memory', async (t) => {
  const root = keeperFolder(t)
  await makeKeeper(root, { name: 'keeper', hosts: ['127.0.0.1'], clock: systemClock })
  const { child, url, pin, stop } = await started(root)
  const codes = Array.from({ length: CLIENTS }, (_, i) => {
    const until = systemClock.now() + 3_600_000
    return new Clients(root).invite({ name: `pc${i}`, kind: 'append', quotaBytes: 1e12, plain: false, until })
  })
  const work = codes.map(async (code, i) => {
    const caller = openRestCaller({ url, pinnedCertificateSha256: pin })
    const answer = await caller.call('POST', 'toride/enrol', JSON.stringify({ code }))
    caller.close()
    const { token } = JSON.parse(answer.body) as { token: string }
    const place = { url: `${url}pc${i}/records/`, user: `pc${i}`, password: token, pinnedCertificateSha256: pin }
    const backend = openRestBackend(place)
    await backend.create()
    await Promise.all(
      Array.from({ length: PACKS }, async () => {
        const bytes = randomBytes(PACK_BYTES)
        await backend.save({ kind: 'data', name: createHash('sha256').update(bytes).digest('hex') }, [bytes])
      }),
    )
    const there = await backend.list('data')
    await backend.close()
    return there.length
  })
  const counts = await Promise.allSettled(work)
  const peak = process.platform === 'linux' ? peakBytes(child.pid!) : 0
  await stop()
  assert.deepEqual(
    counts.map((one) => (one.status === 'fulfilled' ? one.value : one.reason)),
    Array.from({ length: CLIENTS }, () => PACKS),
  )
  assert.ok(peak < MOST_MEMORY_BYTES, `${Math.round(peak / 1e6)} MB`)
  t.diagnostic(`peak ${Math.round(peak / 1e6)} MB`)
})
