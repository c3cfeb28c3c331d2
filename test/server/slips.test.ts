/** Numbered sheets as they are printed: every serial stands on its own page, and a scanner reads it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSheetCode, sheetCode } from '#downtime'
import { SLIP_KINDS } from '#sheets'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

test('serials of a form are of this house, each once, also after a restart', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { viewer, services } = await firstPerson(institution)
  const kind = 'prescription'
  const first = await services.slips.serials(viewer, kind, 3)
  const mark = Number(first[0]!.slice(0, 3))
  assert.equal(readSheetCode(first[0]!, { mark, form: SLIP_KINDS.indexOf(kind) + 1 }).kind, 'sheet')
  assert.equal(readSheetCode(first[0]!, { mark: (mark + 1) % 1000 }).kind, 'other-institution')
  const again = await home.open()
  const more = (await again.serials.allot(SLIP_KINDS.indexOf(kind) + 1, 2)).map(sheetCode)
  assert.equal(new Set([...first, ...more]).size, 5)
  const said: unknown[] = []
  for await (const { entry } of (await again.ledger.reader()).entries())
    if (entry.type === 'sheet.allotted') said.push(entry.data)
  assert.deepEqual(said, [{ form: kind, from: first[0], to: first[2] }])
})
