import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encounter, EncounterEvent } from '../model-clinical.ts'
import { stayHoldsUntil, stayOf } from './encounters.ts'

const event = (name: EncounterEvent, at: string | undefined, ward = '東3'): Encounter => ({
  event: name,
  ...(at !== undefined && { at }),
  ward,
  origin: { path: `${name}${at}`, recordedAt: '2026-11-02T08:00:00' },
})
const HOURS = Array.from({ length: 20 * 24 }, (_, hour) =>
  new Date(Date.UTC(2026, 10, 1, hour, 30)).toISOString().slice(0, 19),
)

test('where a patient is stays true of the same records until the moment that is named for it', () => {
  const kinds: readonly Encounter[][] = [
    [event('outpatient', '2026-11-02T09:10')],
    [event('admission', '2026-11-03T10:00'), event('transfer', '2026-11-05', '西2'), event('discharge', '2026-11-12')],
    [
      event('admission-planned', '2026-11-04T10:00'),
      event('admission-planned', '2026-11-09'),
      event('leave', undefined),
    ],
    [event('discharge-planned', undefined), event('admission', '2026-11'), event('discharge', '2026-11-06T23:59:59')],
  ]
  for (const encounters of kinds) {
    let untils = 0
    for (const [n, asOf] of HOURS.entries()) {
      const until = stayHoldsUntil(encounters, asOf)
      if (until !== undefined) untils++
      for (const later of HOURS.slice(n).filter((hour) => until === undefined || hour < until))
        assert.deepEqual(stayOf(encounters, later), stayOf(encounters, asOf), `${asOf} … ${later} (${until})`)
    }
    assert.ok(untils < HOURS.length * 0.75, 'most of the time nothing is to come')
  }
  assert.equal(stayHoldsUntil(kinds[0]!, '2026-11-02T12:00:00'), undefined, 'a visit of this morning changes nothing')
})
