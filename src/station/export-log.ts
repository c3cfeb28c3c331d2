/** The emergency PC's log on its own screen, and as a file that production takes in. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { detailSealer, type Ledger, type StoredEntry } from '#journal'
import type { StationLogRow } from '#web'
import { reportKey } from './report.ts'
import type { Station } from './station.ts'

const MOST_ROWS = 500
/** What people want to see of it. */
const SHOWN = [
  'station.opened',
  'station.closed',
  'station.refused',
  'chart.opened',
  'chart.searched',
  'chart.printed',
  'chart.printed-many',
]

const detailSchema = z.object({
  name: z.string().optional(),
  reason: z.string().optional(),
  patientId: z.string().optional(),
})

/** Newest first. */
export async function logRows(log: Ledger, subjectKey: Uint8Array): Promise<StationLogRow[]> {
  const sealer = detailSealer(subjectKey)
  const people = new Map<string, { who?: string; profession?: string }>()
  const rows: StationLogRow[] = []
  const reader = await log.reader()
  for await (const { index, entry } of reader.entries()) {
    if (!SHOWN.includes(entry.type)) continue
    const { name, reason, patientId } = detailOf(entry, sealer)
    if (entry.type === 'station.opened')
      people.set(entry.actor, { who: name ?? '', profession: String(entry.data['profession']) })
    rows.push({
      index,
      atMs: entry.atMs,
      what: entry.type,
      ...people.get(entry.actor),
      ...(entry.type === 'station.refused' ? { refused: String(entry.data['why']) } : {}),
      ...(entry.type === 'station.opened' ? { reasonCode: String(entry.data['reason']) } : {}),
      ...(reason ? { reason } : {}),
      ...(patientId ? { patientId } : {}),
    })
  }
  return rows.slice(-MOST_ROWS).toReversed()
}

function detailOf(entry: StoredEntry, sealer: ReturnType<typeof detailSealer>): z.infer<typeof detailSchema> {
  if (entry.sealed === undefined || entry.subject === undefined) return {}
  try {
    return detailSchema.parse(JSON.parse(sealer.open(entry.sealed, entry.subject)))
  } catch {
    // Sealed under the key of an earlier package: the entry itself still counts.
    return {}
  }
}

/** Everything of the log: its signed checkpoint and each entry as it was hashed. Names stay sealed. */
export const exportedSchema = z.strictObject({
  version: z.literal(1),
  station: z.string().regex(/^[0-9a-f]{4}$/),
  key: z.string().max(500),
  enrolment: z.string().max(100),
  checkpoint: z.string().max(10_000),
  /** Canonical JSON, one text each. */
  entries: z.array(z.string()),
})
export type ExportedLog = z.infer<typeof exportedSchema>

export async function exportLog(station: Station): Promise<Uint8Array> {
  const { folder, log } = station
  const reader = await log.reader()
  const entries: string[] = []
  for await (const { bytes } of reader.entries()) entries.push(Buffer.from(bytes).toString())
  const { station: id, enrolment } = station.package
  const file: ExportedLog = {
    version: 1,
    station: id,
    ...reportKey(log, enrolment),
    checkpoint: readFileSync(folder.in('log', 'checkpoint'), 'utf8'),
    entries,
  }
  return Buffer.from(JSON.stringify(file))
}
