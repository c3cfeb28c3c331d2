/**
 * Our own REST client and the suite that every backend passes, against the Keeper. Where the suite must remove files, the
 * Keeper of this test is given a rule that the shipped program does not have.
 */
import assert from 'node:assert/strict'
import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import type { RemovalRule } from '#keeper'
import { openRestBackend } from '#storage'
import { backendConformance } from '../../src/storage/conformance.suite.ts'
import { enrol, startKeeper } from './running.ts'

const removeAnything: RemovalRule = async (house, ref, file) => {
  const { name, kind } = file
  const folder = join(house.parts.root, 'repositories', ref.client, ref.repository)
  const path = kind === 'data' ? join('data', name.slice(0, 2), name) : join(kind, name)
  try {
    unlinkSync(join(folder, path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function backend(t: TestContext, options: { readonly tls?: boolean; readonly mayRemove?: RemovalRule }) {
  const keeper = await startKeeper(t, options)
  const who = await enrol(keeper, { name: 'clinic', kind: 'append' })
  const pin = options.tls ? { pinnedCertificateSha256: keeper.pin } : {}
  const rest = openRestBackend({ url: `${keeper.url}clinic/records/`, user: who.name, password: who.token, ...pin })
  await rest.create()
  return { keeper, rest }
}

backendConformance('Keeper that may remove', async (t) => (await backend(t, { mayRemove: removeAnything })).rest)
backendConformance('Keeper as shipped, over TLS', async (t) => (await backend(t, { tls: true })).rest)

test('the shipped Keeper refuses what the other would remove', async (t) => {
  const { rest } = await backend(t, { tls: true })
  const file = { kind: 'snapshots', name: 'ab'.repeat(32) } as const
  await assert.rejects(rest.remove(file), (error) => isAppError(error, 'STORAGE_DENIED'))
})
