/**
 * After a start: what a kill left between the ledger, the database and the locks is completed. The ledger decides: a
 * generation it recorded and whose snapshot is still there gets its row and its locks back; one that it let go goes.
 * A snapshot that it does not know is never adopted, because that would let anybody add generations, and one that is
 * missing without an entry stays in the list: `toride ledger verify` names both.
 */
import { type Clock, type EpochMs, isAppError } from '#base'
import type { EntryData, Ledger } from '#journal'
import { loadSnapshots, removeLocks } from '#restic'
import type { Generation, Generations } from './generations.ts'
import { unpackManifest } from '#attest'
import { completeCatalogue } from './complete-catalogue.ts'
import { completeExpired } from './expire.ts'
import { lockHost, type OpenRepository } from './repositories.ts'
import { restoreRow } from './record.ts'
import { restoreAttributes } from './restore-attributes.ts'
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
  /** Files that had lost the attribute which a lock promised, and carry it again. */
  readonly attributes: number
  /** Generations whose locks were completed. */
  readonly locks: number
  /** Snapshots of cut runs that nobody vouched for. */
  readonly discarded: number
  /** Generations that the ledger had let go already. */
  readonly expired: number
}

export async function recoverGenerations(parts: RecoverParts): Promise<Recovered> {
  await removeDeadLocks(parts)
  const expired = await completeExpired(parts)
  const found = await restoreRows(parts)
  const attributes = await restoreAttributes(parts)
  const locks = await completeLocks(parts)
  await completeCatalogue(parts)
  return { ...found, attributes, locks, expired }
}

/** restic's locks of a process that was killed. Our own process holds none yet: one with its number is from before. */
async function removeDeadLocks({ opened, clock }: RecoverParts): Promise<void> {
  const host = lockHost()
  const isProcessAlive = (pid: number): boolean => pid !== process.pid && host.isProcessAlive(pid)
  await removeLocks(opened.repository, { host: { ...host, isProcessAlive }, clock })
}

/** Snapshots that lie here without a row: those that the ledger recorded get theirs, the others may be of a cut run. */
async function restoreRows(parts: RecoverParts): Promise<{ rows: number; discarded: number }> {
  const { opened, generations, ledger, source } = parts
  const rowless = new Set((await opened.backend.list('snapshots')).map((file) => file.name))
  for (const known of await generations.list({ sourceId: source.id })) rowless.delete(known.id)
  if (rowless.size === 0) return { rows: 0, discarded: 0 }
  const reader = await ledger.reader()
  const lost = new Map<string, { index: number; data: EntryData<'generation.recorded'> }>()
  let newest = 0
  for await (const { index, entry } of reader.entries()) {
    if (entry.type === 'generation.expired') lost.delete((entry.data as EntryData<'generation.expired'>).snapshot)
    if (entry.type !== 'generation.recorded') continue
    const data = entry.data as EntryData<'generation.recorded'>
    if (data.source !== source.id || data.repository !== source.repository) continue
    newest = Math.max(newest, Date.parse(data.snapshotTime))
    if (rowless.delete(data.snapshot)) lost.set(data.snapshot, { index, data })
  }
  for (const recorded of lost.values()) await restoreRow(parts, recorded)
  return { rows: lost.size, discarded: await discardCut(parts, rowless, newest) }
}

/**
 * A run that was killed between its snapshot and the ledger's entry: newer than all that was recorded, and never locked.
 * It goes, and the ledger says so; its packs serve the next run. Left alone it would look back-dated from the next run on.
 * Whatever was ever locked stays, so that a ledger that was cut off cannot make this remove a good generation.
 */
async function discardCut(
  { opened, ledger }: RecoverParts,
  unrecorded: ReadonlySet<string>,
  newestRecorded: EpochMs,
): Promise<number> {
  const { repository, backend } = opened
  const { snapshots } = await loadSnapshots(repository)
  let discarded = 0
  for (const { id, timeNs } of snapshots) {
    const file = { kind: 'snapshots', name: id } as const
    if (!unrecorded.has(id) || Number(timeNs / 1_000_000n) <= newestRecorded) continue
    if ((await backend.retention.state(file)) !== undefined) continue
    await ledger.append({
      type: 'generation.expired',
      actor: 'system:vault',
      subject: `generation:${id}`,
      data: { repository: repository.config.id, snapshot: id, reason: 'policy' },
    })
    await backend.remove(file)
    discarded++
  }
  return discarded
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
