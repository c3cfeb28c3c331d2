import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import { DOWNTIME_MIGRATIONS, readSheetCode, Serials } from './index.ts'

test('numbers are used once: two clicks, a restart, and a state that was put back to yesterday', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-serials-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const open = () =>
    openDatabase({ kind: 'sqlite', file: join(folder, 'state.db') }, [DOWNTIME_MIGRATIONS], manualClock(0))
  const database = await open()
  t.after(() => database.close())
  const file = join(folder, 'paper-device.json')
  const serials = new Serials(database.tables(), file)
  const both = await Promise.all([serials.allot(2, 3, 417), serials.allot(2, 2, 417)])
  const again = await new Serials(database.tables(), file).allot(2, 1, 999)
  const all = [...both.flat(), ...again]
  assert.equal(new Set(all).size, 6)
  const read = readSheetCode(all[0]!, { mark: 417, form: 2 })
  assert.deepEqual([read.kind, read.kind === 'sheet' && read.sheet.number], ['sheet', 1])
  assert.equal(readSheetCode(all[5]!, { mark: 417 }).kind, 'sheet', 'the mark stays as it was first given')
  // Yesterday's state came back, the file of the device did not: what was printed since is never given again.
  rmSync(file)
  await database.tables<{ sheet_serial: { last: number } }>().updateTable('sheet_serial').set({ last: 2 }).execute()
  const after = await new Serials(database.tables(), file).allot(2, 6, 417)
  assert.ok(after.every((one) => !all.includes(one)))
  assert.throws(() => serials.allot(2, 201, 417))
})
