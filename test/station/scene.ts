/** A clinic with charts, an emergency PC's folder beside it, and the copies that lie between. */
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { stationCardWords } from '#access'
import { type Clock, systemClock } from '#base'
import type { Institution } from '#server'
import { Station } from '#station'
import { setUpSample } from '../../src/server/first-run.ts'
import { stationFacts } from '../../src/server/station-facts.ts'
import { type House, house, removeHeld } from '../server/house.ts'

export interface Clinic {
  readonly home: House
  readonly institution: Institution
}

export async function clinic(t: TestContext, patients = 60): Promise<Clinic> {
  const home = house(t, 'sample')
  const institution = await home.open()
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients, months: 1 })
  return { home, institution }
}

export const SUBJECT_KEY = Buffer.alloc(32, 7)

export interface Prepared {
  readonly id: string
  readonly words: string
  readonly file: string
}

/** As production's screen makes one. */
export async function prepare({ institution }: Clinic, server = ''): Promise<Prepared> {
  const facts = await stationFacts(institution)
  const card = await institution.stations.make({ name: '2階病棟', server }, facts, SUBJECT_KEY)
  const words = stationCardWords(card)
    .map(({ word }) => word)
    .join(' ')
  return { id: card.station, words, file: (await institution.stations.file(card.station, facts))! }
}

/** A folder that goes with the test. */
export function scratch(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `toride-station-${name}-`))
  t.after(() => removeHeld(folder))
  return folder
}

/** What another place, a medium or a helping hand would have brought: the repositories, nothing else of production. */
export function copyOf({ home }: Clinic, t: TestContext): string {
  const folder = scratch(t, 'copy')
  cpSync(join(home.folder, 'places', 'local'), folder, { recursive: true })
  return folder
}

export async function openStation(t: TestContext, folder: string, clock: Clock = systemClock): Promise<Station> {
  const errors: unknown[] = []
  const station = await Station.open({ folder, clock, version: '0.0.1', onError: (error) => errors.push(error) })
  t.after(async () => {
    await station.close()
    if (errors.length > 0) throw new AggregateError(errors, 'the station told of failures')
  })
  return station
}

export const NURSE = { name: '見本 看護子', profession: 'nurse', reason: 'down', reasonText: '' } as const
