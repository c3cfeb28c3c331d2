import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { listenNbd } from './listen.ts'
import { MOST_WAIT_MS, newPsk } from './psk.ts'

test('who connects over the network and asks for no key is left in time', async (t) => {
  const disk = { sizeBytes: 512, read: async () => [Buffer.alloc(512)] }
  const listening = { kind: 'tls', host: '127.0.0.1', port: 0, key: newPsk() } as const
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const serving = await listenNbd(listening, [{ name: 'disk', disk }], () => undefined)
  t.after(() => serving.end())
  const idle = connect(serving.port, '127.0.0.1')
  await once(idle, 'data')
  assert.equal(serving.clients(), 1)
  const left = once(idle, 'close')
  t.mock.timers.tick(MOST_WAIT_MS)
  await left
  assert.equal(serving.clients(), 0)
})
