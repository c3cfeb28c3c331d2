import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '#base'
import { backendConformance } from '../conformance.suite.ts'
import { openPlaceBackend, openSyncFrom } from '../place.ts'
import { SyncBridge } from './bridge.ts'

backendConformance('the bridge over a local folder', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-bridge-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const config = { kind: 'local', folder } as const
  return { ...openPlaceBackend(config), sync: new SyncBridge(config, folder) }
})

test('a thread that cannot begin says why, instead of letting wait', () => {
  const sync = openSyncFrom({ kind: 'rest', url: 'nonsense' })
  assert.throws(
    () => sync.list('data'),
    (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
  )
  sync.close()
})
