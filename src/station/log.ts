/** The PC's own log of who looked at what: the ledger's form, signed and chained, names sealed. It is merged at home later. */
import { randomUUID } from 'node:crypto'
import { fileKeyStore } from '#access'
import { type Clock, isAppError } from '#base'
import { createLedger, type Ledger, openLedger } from '#journal'
import type { StationFolder } from './folder.ts'

export async function openLog(folder: StationFolder, clock: Clock): Promise<Ledger> {
  folder.make('log', 'keys')
  const options = { folder: folder.in('log'), keys: fileKeyStore(folder.in('keys')), clock }
  try {
    return await openLedger(options)
  } catch (error) {
    if (!isAppError(error, 'JOURNAL_NOT_FOUND')) throw error
    return createLedger({ ...options, origin: `toride.station/${randomUUID()}` })
  }
}

/** Patients that were printed in stacks since then. */
export async function printedSince(log: Pick<Ledger, 'reader'>, fromMs: number): Promise<number> {
  let patients = 0
  const reader = await log.reader()
  for await (const { entry } of reader.entries())
    if (entry.type === 'chart.printed-many' && entry.atMs >= fromMs) patients += Number(entry.data['patients'])
  return patients
}
