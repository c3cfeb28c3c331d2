import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeNotesSchema, rateAt } from './kinds.ts'

const notes = (fromHour: number, toHour: number) =>
  placeNotesSchema.parse({ slow: { fromHour, toHour, bytesPerSecond: 625_000 } })
const at = (time: string) => Date.parse(`2026-11-28T${time}:00+09:00`)

test('the line is kept free in the hours of care, by the institution’s clock, also over midnight', () => {
  assert.equal(rateAt(placeNotesSchema.parse({}), at('12:00')), undefined)
  const day = notes(8, 19)
  assert.deepEqual(
    ['07:59', '08:00', '18:59', '19:00'].map((time) => rateAt(day, at(time))),
    [undefined, 625_000, 625_000, undefined],
  )
  const night = notes(22, 6)
  assert.deepEqual(
    ['21:59', '22:00', '00:30', '06:00'].map((time) => rateAt(night, at(time))),
    [undefined, 625_000, 625_000, undefined],
  )
})
