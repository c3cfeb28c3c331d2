import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '#base'
import { INSIDE, StationFolder } from './folder.ts'

test('files that a power cut left in pieces: origin and state are asked for anew, whose PC it is is not guessed', (t) => {
  const path = mkdtempSync(join(tmpdir(), 'toride-station-'))
  t.after(() => rmSync(path, { recursive: true }))
  const folder = new StationFolder(path)
  folder.keepOrigin({ kind: 'folder', folder: '/media/usb' })
  folder.change((state) => ({ ...state, copiedAt: 5 }))
  assert.equal(folder.origin()?.kind, 'folder')
  for (const name of [INSIDE.origin, INSIDE.state, INSIDE.package]) writeFileSync(join(path, name), '{"kind":"fol')
  assert.equal(folder.origin(), undefined)
  assert.deepEqual(folder.state(), { ready: [], marks: {} })
  assert.throws(
    () => folder.package(),
    (error) => isAppError(error, 'STATION_FILE_DAMAGED'),
  )
})
