/** The REST backend against the servers that people run: the contract of `Backend`, its synchronous face included. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { isAppError } from '#base'
import { openPlaceBackend, openRestBackend, type StorageConfig } from '#storage'
import { backendConformance } from '../../src/storage/conformance.suite.ts'
import { PASSWORD, rclone, restServer, USER, type RunningServer } from './servers.ts'

const place = ({ url }: RunningServer): StorageConfig => ({
  kind: 'rest',
  url: `${url}clinic/`,
  user: USER,
  password: PASSWORD,
})

for (const server of [restServer, rclone]) {
  if (server.missing) test(server.name, (t) => t.skip(server.missing as string))
  else {
    backendConformance(server.name, async (t) => {
      // Rotten bytes, which this server refuses, are else tried again for three minutes: they may have been hurt on the way.
      const backend = openPlaceBackend(place(await server.start(t)), { retry: { attempts: 2 } })
      await backend.makeFolders()
      return backend
    })
  }
}

const skip = restServer.missing

test('credentials stay out of the location, and wrong ones are told as such', { skip }, async (t) => {
  const running = await restServer.start(t)
  const backend = openRestBackend({ url: running.url, user: USER, password: 'wrong' })
  t.after(() => backend.close())
  assert.equal(backend.location, `rest:${running.url}`)
  const calls = [
    () => backend.create(),
    () => backend.list('keys'),
    () => backend.save({ kind: 'config', name: '' }, []),
  ]
  for (const call of calls) await assert.rejects(call(), (error) => isAppError(error, 'STORAGE_CREDENTIALS_WRONG'))
})

test('a server that only appends refuses to remove all but locks', { skip }, async (t) => {
  const backend = openPlaceBackend(place(await restServer.start(t, { appendOnly: true })))
  t.after(() => backend.close())
  await backend.makeFolders()
  const bytes = Buffer.from('x')
  const name = createHash('sha256').update(bytes).digest('hex')
  for (const kind of ['data', 'locks'] as const) await backend.save({ kind, name }, [bytes])
  await backend.remove({ kind: 'locks', name })
  await assert.rejects(backend.remove({ kind: 'data', name }), (error) => isAppError(error, 'STORAGE_DENIED'))
  assert.equal((await backend.list('data')).length, 1)
})

test('bytes that do not hash to their name are refused by the server', { skip }, async (t) => {
  const running = await restServer.start(t)
  const backend = openRestBackend({ url: running.url, user: USER, password: PASSWORD })
  t.after(() => backend.close())
  await backend.create()
  const file = { kind: 'data', name: '0'.repeat(64) } as const
  await assert.rejects(
    backend.save(file, [Buffer.from('x')]),
    (e) => isAppError(e, 'STORAGE_FAILED') && e.retry === 'temporary',
  )
  assert.equal(await backend.stat(file), undefined)
})

test('the synchronous face reads packs in stretches, each byte as it is', { skip }, async (t) => {
  const backend = openPlaceBackend(place(await restServer.start(t)))
  t.after(() => backend.close())
  await backend.makeFolders()
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 7919) >> 8))
  const file = { kind: 'data', name: createHash('sha256').update(bytes).digest('hex') } as const
  await backend.save(file, [bytes])
  const target = Buffer.alloc(1000)
  for (const at of [0, 500, 127_900, 128_500, 600_000, 699_000, 12, 300_000, 301_000, 0]) {
    backend.sync.loadInto(file, at, target)
    assert.ok(target.equals(bytes.subarray(at, at + 1000)), `at ${at}`)
  }
  assert.throws(
    () => backend.sync.loadInto(file, 699_500, target),
    (error) => isAppError(error, 'STORAGE_TRUNCATED'),
  )
  backend.sync.remove(file)
  assert.throws(
    () => backend.sync.loadInto(file, 0, target),
    (error) => isAppError(error, 'STORAGE_NOT_FOUND'),
  )
})
