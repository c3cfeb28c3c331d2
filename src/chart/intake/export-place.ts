/** Where one file stands among the complete exports of its table (`#intake` exportOf), as the index keeps it. */
export interface ExportPlace {
  /** The same for all files of one table in one folder of the source. */
  readonly table: string
  /** From 0, the oldest. */
  readonly rank: number
  /** What is not in it is gone: it was read whole, and it is clear that it is no older than those before it. */
  readonly proves: boolean
  /** `YYYY-MM-DD`: of its name, else of when it was written. */
  readonly date: string
}

export const writePlace = ({ table, rank, proves, date }: ExportPlace): string =>
  JSON.stringify([table, rank, proves, date])

export function readPlace(text: string): ExportPlace {
  const [table, rank, proves, date] = JSON.parse(text) as [string, number, boolean, string]
  return { table, rank, proves, date }
}

/** The newest export of each table that proves what is gone. */
export function newestProofs(places: Iterable<ExportPlace>): ReadonlyMap<string, ExportPlace> {
  const newest = new Map<string, ExportPlace>()
  for (const place of places)
    if (place.proves && place.rank > (newest.get(place.table)?.rank ?? -1)) newest.set(place.table, place)
  return newest
}
