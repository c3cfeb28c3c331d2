/** How much room a place has and uses, day by day, and when it is full if it goes on so (R42). */
import { statfsSync } from 'node:fs'
import { AppError, type EpochMs } from '#base'
import type { Kysely } from '#db'
import type { VaultTables } from '../tables.ts'
import type { Source } from '../source.ts'
import type { Place } from './kinds.ts'
import type { Places } from './places.ts'

export interface Room {
  readonly usedBytes: number
  /** Undefined where the place does not tell and nobody has said. */
  readonly freeBytes: number | undefined
}

/** One day's measure. */
export interface RoomOfDay extends Room {
  /** Days since 1970-01-01 in the institution's time. */
  readonly day: number
}

/** @throws VAULT_PLACE_NOT_THERE where the folder went meanwhile, and what asking the place throws */
export async function roomOf(
  { places, sources }: { readonly places: Places; readonly sources: () => Promise<Source[]> },
  place: Place,
): Promise<Room> {
  if (place.kind === 'keeper') {
    const keeper = places.keeper(place)
    try {
      const { usedBytes, quotaBytes } = await keeper.room()
      return { usedBytes, freeBytes: Math.max(0, quotaBytes - usedBytes) }
    } finally {
      keeper.close()
    }
  }
  let usedBytes = 0
  for (const { id } of await sources())
    usedBytes += await places.use(place, id, async ({ repository }) =>
      (await repository.list('data')).reduce((sum, file) => sum + file.sizeBytes, 0),
    )
  if (place.kind === 'folder') {
    return { usedBytes, freeBytes: freeIn(place.config.folder) }
  }
  const { capacityBytes } = place.notes
  return { usedBytes, freeBytes: capacityBytes === null ? undefined : Math.max(0, capacityBytes - usedBytes) }
}

/** A disk may be pulled out at any moment, after its files were listed too. */
function freeIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch (cause) {
    throw new AppError('VAULT_PLACE_NOT_THERE', { cause })
  }
}

/** Whether a day was measured already. */
export async function hasUse(tables: Kysely<VaultTables>, placeId: string, day: number): Promise<boolean> {
  const row = await tables
    .selectFrom('place_use')
    .select('day')
    .where('place_id', '=', placeId)
    .where('day', '=', day)
    .executeTakeFirst()
  return row !== undefined
}

export async function saveUse(tables: Kysely<VaultTables>, place_id: string, day: number, room: Room): Promise<void> {
  const change = { used_bytes: room.usedBytes, free_bytes: room.freeBytes ?? null }
  await tables
    .insertInto('place_use')
    .values({ place_id, day, ...change })
    .onConflict((conflict) => conflict.columns(['place_id', 'day']).doUpdateSet(change))
    .execute()
}

/** Oldest first. */
export async function usesOf(tables: Kysely<VaultTables>, placeId: string): Promise<RoomOfDay[]> {
  const rows = await tables.selectFrom('place_use').selectAll().where('place_id', '=', placeId).orderBy('day').execute()
  return rows.map((row) => ({ day: row.day, usedBytes: row.used_bytes, freeBytes: row.free_bytes ?? undefined }))
}

/** So far back the forecast looks, and so many days it needs before it says anything. */
const LOOKED_BACK_DAYS = 90
const NEEDED_DAYS = 7
/** Further ahead a straight line says nothing that anybody could plan by. */
const MOST_AHEAD_DAYS = 3650
const DAY_MS = 86_400_000

/**
 * When the place is full if it grows as it did: a straight line through the last 90 days (least squares).
 * Undefined where it does not grow, where its room is unknown, or where there are too few days.
 */
export function fullAt(days: readonly RoomOfDay[]): EpochMs | undefined {
  const newest = days.at(-1)
  if (newest?.freeBytes === undefined) return undefined
  const used = days.filter(({ day }) => day > newest.day - LOOKED_BACK_DAYS)
  if (used.length < NEEDED_DAYS) return undefined
  const mean = (of: (one: RoomOfDay) => number) => used.reduce((sum, one) => sum + of(one), 0) / used.length
  const day = mean((one) => one.day)
  const bytes = mean((one) => one.usedBytes)
  const spread = used.reduce((sum, one) => sum + (one.day - day) ** 2, 0)
  const perDay = used.reduce((sum, one) => sum + (one.day - day) * (one.usedBytes - bytes), 0) / spread
  const ahead = newest.freeBytes / perDay
  return perDay > 0 && ahead < MOST_AHEAD_DAYS ? Math.floor(newest.day + ahead) * DAY_MS : undefined
}
