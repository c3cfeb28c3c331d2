/** The receipts of Keepers, as they were signed: `receipts/<place>/<snapshot>` in the data folder. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { INSIDE } from '../data-folder.ts'

/** Durable when it returns. One that is there stays: a receipt is never replaced. */
export function keepReceipt(dataFolder: string, place: string, snapshot: string, note: string): void {
  const folder = join(dataFolder, INSIDE.receipts, place)
  const file = join(folder, snapshot)
  if (existsSync(file)) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, note, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
