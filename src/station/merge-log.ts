/**
 * An emergency PC's log comes home: its signature and every hash are checked, what is there already is passed over, and the
 * looks become entries of production's ledger. A log that was cut or written anew is seen: its reports told how long it was.
 */
import { AppError, type EpochMs, isAppError } from '#base'
import { type Ledger, newEntry, parseEntry, type StoredEntry } from '#journal'
import { Frontier, leafHash, openCheckpoint, parseVerifierKey } from '#tlog'
import type { Stations } from './book.ts'
import { type ExportedLog, exportedSchema } from './export-log.ts'
import type { StationRow } from './tables.ts'

export interface MergedLog {
  readonly station: string
  /** New ones that came in. */
  readonly looks: number
  /** Entries that were seen to exist once and are not in the file. */
  readonly missing: number
}

export interface MergeParts {
  readonly stations: Stations
  readonly ledger: Pick<Ledger, 'append'>
  /** Account id of who takes it in. */
  readonly personId: string
}

/** @throws STATION_LOG_FOREIGN; nothing is taken in then */
export async function mergeLog(parts: MergeParts, bytes: Uint8Array): Promise<MergedLog> {
  const { stations, ledger, personId } = parts
  const file = parsed(bytes)
  const row = await stations.row(file.station)
  if (!row) throw new AppError('STATION_LOG_FOREIGN', { detail: 'unknown station' })
  const entries = await orForeign(async () => {
    await stations.pin(row, file.key, file.enrolment)
    return checked(file, row)
  })
  const fresh = entries.slice(row.merged_size)
  const looks = fresh.flatMap((entry, i) => lookOf(entry, file.station, row.merged_size + i) ?? [])
  const missing = Math.max(0, row.seen_size - entries.length)
  await Promise.all(looks.map((look) => ledger.append(look)))
  if (entries.length > row.merged_size)
    await stations.merged(row.id, entries.length, rootOf(file.entries, entries.length))
  const data = { from: row.merged_size, to: entries.length, looks: looks.length, missing }
  await ledger.append(
    newEntry('station.log-merged', { actor: `person:${personId}`, subject: `station:${row.id}`, data }),
  )
  return { station: row.id, looks: looks.length, missing }
}

function parsed(bytes: Uint8Array): ExportedLog {
  try {
    return exportedSchema.parse(JSON.parse(Buffer.from(bytes).toString()))
  } catch (cause) {
    throw new AppError('STATION_LOG_FOREIGN', { detail: 'no log', cause })
  }
}

async function orForeign<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    if (!isAppError(error) || error.code === 'STATION_LOG_FOREIGN') throw error
    throw new AppError('STATION_LOG_FOREIGN', { cause: error })
  }
}

/** Every entry, after signature, root, and the roots that were seen before. */
function checked(file: ExportedLog, row: StationRow): StoredEntry[] {
  const checkpoint = openCheckpoint(file.checkpoint, [parseVerifierKey(file.key)])
  const { entries } = file
  if (checkpoint.size !== entries.length) throw new AppError('STATION_LOG_FOREIGN', { detail: 'size' })
  const root = rootOf(entries, entries.length)
  if (Buffer.from(checkpoint.root).toString('hex') !== root)
    throw new AppError('STATION_LOG_FOREIGN', { detail: 'root' })
  // A log that was begun anew under the same key is another log.
  for (const [size, seen] of [
    [row.merged_size, row.merged_root],
    [row.seen_size, row.seen_root],
  ] as const)
    if (seen !== null && size <= entries.length && rootOf(entries, size) !== seen)
      throw new AppError('STATION_LOG_FOREIGN', { detail: 'rewritten' })
  return entries.map((text) => parseEntry(Buffer.from(text)))
}

function rootOf(entries: readonly string[], size: number): string {
  const frontier = Frontier.empty()
  for (const text of entries.slice(0, size)) frontier.append(leafHash(Buffer.from(text)))
  return Buffer.from(frontier.root()).toString('hex')
}

/** What production keeps of it. */
const TAKEN = [
  'chart.opened',
  'chart.searched',
  'chart.printed',
  'chart.printed-many',
  'station.opened',
  'station.closed',
] as const

/** Undefined for other kinds. @throws STATION_LOG_FOREIGN for an entry that a station never writes */
function lookOf(entry: StoredEntry, station: string, index: number) {
  const type = TAKEN.find((known) => known === entry.type)
  if (!type) return undefined
  const { actor, subject, sealed, at } = entry
  // Under nobody's name of production's.
  if (!new RegExp(`^person:station-${station}-[0-9a-f]{12}$`).test(actor)) throw foreign()
  if (subject !== undefined && !/^((patient|generation):[0-9a-f]{64}|station:[0-9a-f]{4})$/.test(subject))
    throw foreign()
  try {
    return newEntry(type, {
      actor: actor as `person:${string}`,
      ...(subject === undefined ? {} : { subject: subject as `patient:${string}` }),
      ...(sealed === undefined ? {} : { sealed }),
      data: { ...entry.data, station: { id: station, index, at } } as never,
    })
  } catch (cause) {
    throw new AppError('STATION_LOG_FOREIGN', { cause })
  }
}

const foreign = (): AppError => new AppError('STATION_LOG_FOREIGN', { detail: 'entry of another' })

/** When a look that was merged really happened, by the PC's clock. */
export function lookedAtStation(entry: StoredEntry): { station: string; at: EpochMs } | undefined {
  const station = entry.data['station']
  if (typeof station !== 'object' || station === null || !('id' in station) || !('at' in station)) return undefined
  const at = Date.parse(String(station.at))
  return Number.isNaN(at) ? undefined : { station: String(station.id), at }
}
