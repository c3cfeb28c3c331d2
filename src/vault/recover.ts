/**
 * After a start: what a kill left between the ledger, the database and the locks is completed. The ledger decides: a
 * generation it recorded and whose snapshot is still there gets its row and its locks back; one that it let go goes; a
 * snapshot that it does not know is left alone (`toride ledger verify` names it), because adopting it would let anybody
 * add generations, and one that is missing without an entry stays in the list for the same reason.
 */
import { type Clock, isAppError } from '#base'
import type { EntryData, Ledger } from '#journal'
import { removeLocks } from '#restic'
import type { Generation, Generations } from './generations.ts'
import { unpackManifest } from './manifest.ts'
import { completeExpired } from './expire.ts'
import { lockHost, type OpenRepository } from './repositories.ts'
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
  /** Generations that the ledger had let go already. */
  readonly expired: number
}

export async function recoverGenerations(parts: RecoverParts): Promise<Recovered> {
  await removeDeadLocks(parts)
  const expired = await completeExpired(parts)
  const rows = await restoreRows(parts)
  const locks = await completeLocks(parts)
  return { rows, locks, expired }
}

/** restic's locks of a process that was killed. Our own process holds none yet: one with its number is from before. */
async function removeDeadLocks({ opened, clock }: RecoverParts): Promise<void> {
  const host = lockHost()
  const isProcessAlive = (pid: number): boolean => pid !== process.pid && host.isProcessAlive(pid)
  await removeLocks(opened.repository, { host: { ...host, isProcessAlive }, clock })
}

async function restoreRows(parts: RecoverParts): Promise<number> {
  const { opened, generations, ledger, source } = parts
  const present = new Set((await opened.backend.list('snapshots')).map((file) => file.name))
  for (const known of await generations.list({ sourceId: source.id })) present.delete(known.id)
  if (present.size === 0) return 0
  const reader = await ledger.reader()
  const lost = new Map<string, { index: number; data: EntryData<'generation.recorded'> }>()
  for await (const { index, entry } of reader.entries()) {
    if (entry.type === 'generation.expired') lost.delete((entry.data as EntryData<'generation.expired'>).snapshot)
    if (entry.type !== 'generation.recorded') continue
    const data = entry.data as EntryData<'generation.recorded'>
    if (data.source !== source.id || data.repository !== source.repository || !present.has(data.snapshot)) continue
    if (!lost.has(data.snapshot)) lost.set(data.snapshot, { index, data })
  }
  for (const recorded of lost.values()) await restoreRow(parts, recorded)
  return lost.size
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
