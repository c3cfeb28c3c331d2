import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '#base'
import { listen } from './listen.ts'

test('a port in use is an error with its own code', async () => {
  const app = { fetch: () => new Response('here') }
  const first = await listen(app, '127.0.0.1', 0)
  try {
    assert.equal(await (await fetch(first.url)).text(), 'here')
    const port = Number(new URL(first.url).port)
    await assert.rejects(listen(app, '127.0.0.1', port), (error) => isAppError(error, 'WEB_PORT_UNAVAILABLE'))
  } finally {
    await first.close()
  }
})
