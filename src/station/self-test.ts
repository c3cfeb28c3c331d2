/** The monthly test: some charts opened and read field by field, and what the PC needs on the day: battery, printer, network. */
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, isAppError } from '#base'
import { accessOf, openChart, type PatientIndex } from '#chart'
import { newEntry } from '#journal'
import type { StationTest, Viewer } from '#web'
import { type Ready, type SelfTest } from './folder.ts'
import { openOrigin } from './origin.ts'
import type { Shelf } from './shelf.ts'
import type { Station } from './station.ts'

/** Of each source. */
const CHARTS = 10
const DAY_MS = 86_400_000
const PRINTED_MS = 38 * DAY_MS

type Read = Pick<SelfTest, 'charts' | 'fields' | 'problems'>

/** As often it runs by itself, and once more on the day after it found something. */
const EVERY_MS = 28 * DAY_MS
const AFTER_PROBLEMS_MS = DAY_MS

/** Whether it is time by itself: only with the keys open and something to read. */
export function testIsDue({ folder, clock, shelf }: Pick<Station, 'folder' | 'clock' | 'shelf'>): boolean {
  const { test, ready } = folder.state()
  if (!shelf || ready.length === 0) return false
  const age = test === undefined ? Infinity : clock.now() - test.at
  // A clock that was put back: the test's day is not known any more.
  return age < 0 || age >= (test && test.problems > 0 ? AFTER_PROBLEMS_MS : EVERY_MS)
}

/**
 * @param viewer undefined where it runs by itself @param printed a person saw the test page come out
 * @throws VAULT_KEY_MISSING before the card was used
 */
export async function selfTest(station: Station, viewer: Viewer | undefined, printed: boolean): Promise<StationTest> {
  const { folder, clock, shelf } = station
  if (!shelf) throw new AppError('VAULT_KEY_MISSING')
  const now = clock.now()
  const known = folder.state().test
  const recent = printed && known && Math.abs(now - known.at) < DAY_MS ? known : undefined
  const read = recent ?? (await readSome(station, shelf))
  const printedAt = printed ? now : known?.printedAt
  const test: SelfTest = {
    at: recent?.at ?? now,
    charts: read.charts,
    fields: read.fields,
    problems: read.problems,
    battery: battery(),
    printer: await printer(),
    network: await network(station),
    // What only a person sees stays true for as long as a test does.
    printed: printedAt !== undefined && Math.abs(now - printedAt) < PRINTED_MS,
    ...(printedAt === undefined ? {} : { printedAt }),
  }
  folder.change((state) => ({ ...state, test }))
  const { charts, fields, problems } = test
  const data = { charts, fields, problems, printed }
  const actor = viewer ? (`person:${viewer.personId}` as const) : 'system:station'
  await station.log.append(newEntry('station.tested', { actor, data }))
  return shownTest(test)
}

export function shownTest({ at, printedAt, ...test }: SelfTest): StationTest {
  return { ...test, atMs: at, ...(printedAt === undefined ? {} : { printedAtMs: printedAt }) }
}

/** Some charts of every source: one that opens says nothing of the others. */
async function readSome(station: Station, shelf: Shelf): Promise<Read> {
  const total = { charts: 0, fields: 0, problems: 0 }
  const ready = newestOfEach(station.ready())
  if (ready.length === 0) return { ...total, problems: 1 }
  for (const one of ready) {
    const read = await readFrom(shelf, one)
    total.charts += read.charts
    total.fields += read.fields
    total.problems += read.problems
  }
  return total
}

/** @param ready as the station sorts them: vouched for and newest first */
function newestOfEach(ready: readonly Ready[]): Ready[] {
  return [...new Map(ready.toReversed().map((one) => [one.source, one])).values()]
}

async function readFrom(shelf: Shelf, ready: Ready): Promise<Read> {
  const read = { charts: 0, fields: 0, problems: 0 }
  const source = shelf.source(ready.source)
  if (!source) return { ...read, problems: 1 }
  const index = await shelf.index(ready.snapshot, source)
  for (const row of someRows(index.size)) {
    const fields = await fieldsOf(shelf, ready, index, row)
    if (fields === undefined) read.problems++
    else {
      read.charts++
      read.fields += fields
    }
  }
  return read
}

function someRows(size: number): Set<number> {
  const rows = new Set<number>()
  const wanted = Math.min(CHARTS, size)
  while (rows.size < wanted) rows.add(randomInt(size))
  return rows
}

/** Values of one chart, as a doctor would read it; undefined where something of it is damaged. Nothing is shown to anybody. */
async function fieldsOf(shelf: Shelf, ready: Ready, index: PatientIndex, row: number): Promise<number | undefined> {
  const patient = index.entry(row)
  try {
    const opened = await openChart(
      { reader: await shelf.reader(ready), index, journal: () => {} },
      {
        patientKey: patient.patientKey,
        access: accessOf({ profession: 'doctor', duties: [] }),
        identifiers: [patient.patientId, patient.kanji || patient.kana, patient.birthDate],
      },
    )
    if (opened.outcome !== 'opened') return undefined
    const { chart } = opened
    return chart.unshown.some(({ state }) => state === 'damaged') ? undefined : valuesIn(chart)
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}

function valuesIn(value: unknown): number {
  if (typeof value === 'string') return value === '' ? 0 : 1
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1
  return Object.values(value).reduce<number>((sum, one) => sum + valuesIn(one), 0)
}

const POWER = '/sys/class/power_supply'
const LOW_PERCENT = 50

/** As Linux tells it; elsewhere a person pulls the plug and looks. */
export function battery(folder = POWER): SelfTest['battery'] {
  if (!existsSync(folder)) return 'unknown'
  const of = (name: string, what: string): string => {
    const path = join(folder, name, what)
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  }
  const batteries = readdirSync(folder).filter(
    (name) => of(name, 'type') === 'Battery' && of(name, 'scope') !== 'Device',
  )
  if (batteries.length === 0) return 'none'
  return batteries.some((name) => Number(of(name, 'capacity')) >= LOW_PERCENT) ? 'full' : 'low'
}

/** What CUPS knows. */
function printer(): Promise<SelfTest['printer']> {
  return new Promise((resolve) => {
    execFile('lpstat', ['-v'], { timeout: 5000, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout) => {
      if (error && 'code' in error && error.code === 'ENOENT') resolve('unknown')
      else resolve(/^device for /m.test(stdout) ? 'ready' : 'none')
    })
  })
}

async function network({ folder }: Station): Promise<SelfTest['network']> {
  const origin = folder.origin()
  const [source] = folder.copies()
  if (!origin || !source) return 'not-reached'
  try {
    const backend = openOrigin(origin).repository(source)
    try {
      return (await backend.stat({ kind: 'config', name: '' })) ? 'reached' : 'not-reached'
    } finally {
      await backend.close()
    }
  } catch (error) {
    if (!isAppError(error)) throw error
    return 'not-reached'
  }
}
