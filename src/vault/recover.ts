/**
 * After a start: what a kill left between the ledger, the database and the locks is completed. The ledger decides: a
 * generation it recorded and whose snapshot is still there gets its row and its locks back; a snapshot that it does not
 * know is left alone (`toride ledger verify` names it), because adopting it would let anybody add generations.
 */
import { type Clock, isAppError } from '#base'
import type { EntryData, Ledger } from '#journal'
import type { Generation, Generations } from './generations.ts'
import { unpackManifest } from './manifest.ts'
import type { OpenRepository } from './repositories.ts'
import { restoreRow } from './record.ts'
import { lockGeneration } from './run.ts'
import type { Source } from './source.ts'

export interface RecoverParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
}

export interface Recovered {
  /** Rows made again from the ledger. */
  readonly rows: number
  /** Generations whose locks were completed. */
  readonly locks: number
}

export async function recoverGenerations(parts: RecoverParts): Promise<Recovered> {
  const rows = await restoreRows(parts)
  const locks = await completeLocks(parts)
  return { rows, locks }
}

async function restoreRows(parts: RecoverParts): Promise<number> {
  const { opened, generations, ledger, source } = parts
  const present = new Set((await opened.backend.list('snapshots')).map((file) => file.name))
  for (const known of await generations.list({ sourceId: source.id })) present.delete(known.id)
  if (present.size === 0) return 0
  const reader = await ledger.reader()
  let restored = 0
  for await (const { index, entry } of reader.entries()) {
    if (entry.type !== 'generation.recorded') continue
    const data = entry.data as EntryData<'generation.recorded'>
    if (data.source !== source.id || data.repository !== source.repository || !present.has(data.snapshot)) continue
    await restoreRow(parts, { index, data })
    present.delete(data.snapshot)
    restored++
  }
  return restored
}

async function completeLocks(parts: RecoverParts): Promise<number> {
  const { generations, source, clock } = parts
  const manifests = new Map((await generations.manifests(source.id)).map((row) => [row.id, row.manifest]))
  let completed = 0
  for (const generation of await generations.list({ sourceId: source.id })) {
    if (!needsLock(generation, clock)) continue
    try {
      await lockGeneration(parts, generation, unpackManifest(manifests.get(generation.id)!))
      completed++
    } catch (error) {
      // An object is gone: verification names it; the start goes on, the other generations can still be read.
      if (!isAppError(error)) throw error
    }
  }
  return completed
}

function needsLock(generation: Generation, clock: Clock): boolean {
  return generation.closure === 'complete' && generation.lockedUntil === undefined && generation.keepUntil > clock.now()
}
