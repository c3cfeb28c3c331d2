/** The program on the emergency PC: its screens on loopback, and what it does by itself. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { isAppError } from '#base'
import { stationServices, type StationServices } from './services.ts'
import { StationFolder } from './folder.ts'
import { booksWait, exchangeBooks } from './exchange-books.ts'
import { sendReport } from './report.ts'
import { selfTest, testIsDue } from './self-test.ts'
import { Station, type StationOptions } from './station.ts'

/** Screens are handed in by the root: this room reaches nothing of the server's. */
export interface StationScreens {
  serve(services: StationServices, instance: string): Promise<{ readonly url: string; close(): Promise<void> }>
}

export interface RunningStation {
  readonly url: string
  readonly station: Station
  close(): Promise<void>
}

const TICK_MS = 30_000
const REFRESH_MS = 2 * 3_600_000
const REPORT_MS = 3_600_000

/** @throws STATION_IN_USE, STATION_FILE_DAMAGED, WEB_PORT_UNAVAILABLE, JOURNAL_… */
export async function runStation(options: StationOptions, screens: StationScreens): Promise<RunningStation> {
  const release = new StationFolder(options.folder).hold()
  const closing: (() => Promise<void> | void)[] = [release]
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    const station = await Station.open(options)
    closing.push(() => station.close())
    const instance = createHash('sha256').update(resolve(options.folder)).digest('hex').slice(0, 8)
    const served = await screens.serve(stationServices(station), instance)
    closing.push(() => served.close())
    const timer = setInterval(() => void tick(station, options.onError), TICK_MS)
    closing.push(() => clearInterval(timer))
    void tick(station, options.onError)
    return { url: served.url, station, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** One at a time; what fails waits for its next time. */
const busy = new WeakSet<Station>()

/** What is due by itself: copies, the monthly test, the report of both. */
export async function tick(station: Station, onError: (error: unknown) => void): Promise<void> {
  if (busy.has(station) || !station.folder.package()) return
  busy.add(station)
  try {
    await station.sessions.endIdle()
    const isDue = station.isDue(REFRESH_MS)
    if (isDue) await station.refresh()
    const isTested = testIsDue(station)
    if (isTested) await selfTest(station, undefined, false)
    const isTold = isDue || isTested || station.reportIsDue(REPORT_MS)
    if (isTold) await away(() => sendReport(station), onError)
    // What somebody wrote down here goes home at once where production is there.
    if (isTold || (await booksWait(station))) await away(() => exchangeBooks(station), onError)
  } catch (error) {
    onError(error)
  } finally {
    busy.delete(station)
  }
}

/** Production away is what this PC is for: kept in the state, no error of anybody's. */
async function away(ask: () => Promise<void>, onError: (error: unknown) => void): Promise<void> {
  try {
    await ask()
  } catch (error) {
    if (!isAppError(error)) onError(error)
  }
}
