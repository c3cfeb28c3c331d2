import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { isAppError, manualClock } from '#base'
import type { ManifestObject } from '#attest'
import { memBackend } from '#storage'
import { inspect, newRound } from './inspect.ts'

async function place(count: number) {
  const backend = memBackend()
  const wanted: ManifestObject[] = [{ kind: 'config', name: '', sizeBytes: 1 }]
  for (let i = 0; i < count; i++) {
    const bytes = Buffer.from(`pack ${i}`)
    const file = { kind: 'data', name: createHash('sha256').update(bytes).digest('hex') } as const
    await backend.save(file, [bytes])
    wanted.push({ ...file, sizeBytes: bytes.length })
  }
  return { backend, wanted }
}

test('each night goes on where the last one ended; the whole round sees every file once', async () => {
  const { backend, wanted } = await place(40)
  const seen: string[] = []
  const slow = {
    ...backend,
    load: async (file: { kind: 'data'; name: string }) => (seen.push(file.name), backend.load(file)),
  }
  const clock = manualClock(0)
  const signal = new AbortController().signal
  // One row of three a night: the clock has run out after each.
  const options = { budgetMs: 1, clock, signal, onFile: () => clock.advance(2) }
  let round = newRound(0)
  let nights = 0
  for (let whole = false; !whole; nights++) {
    const found = await inspect(slow as never, wanted, round, options)
    round = found.round
    whole = found.isWhole
    assert.deepEqual(found.damaged, [])
  }
  assert.equal(nights, 14)
  assert.equal(round.files, 40)
  assert.equal(new Set(seen).size, 40)
  assert.equal(seen.length, 40)
})

test('damaged, short and gone files are named; a place that cannot be asked is no damage', async () => {
  const { backend, wanted } = await place(6)
  const [, a, b, c] = wanted
  backend.files.set(`data/${a!.name}`, Buffer.from('pack x'))
  backend.files.set(`data/${b!.name}`, Buffer.from('pac'))
  backend.files.delete(`data/${c!.name}`)
  const options = {
    budgetMs: Infinity,
    clock: manualClock(0),
    signal: new AbortController().signal,
    onFile: () => undefined,
  }
  const found = await inspect(backend, wanted, newRound(0), options)
  assert.deepEqual(new Set(found.damaged.map(({ name }) => name)), new Set([a, b, c].map((file) => file!.name)))
  assert.equal(found.round.damaged, 3)
  const away = { ...backend, load: () => Promise.reject(new Error('no line')) }
  await assert.rejects(inspect(away, wanted, newRound(0), options), /no line/)
  const stop = AbortSignal.abort()
  await assert.rejects(inspect(backend, wanted, newRound(0), { ...options, signal: stop }), (error) =>
    isAppError(error, 'BASE_CANCELLED'),
  )
})
