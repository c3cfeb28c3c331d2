/**
 * Letting go of generations whose time is over. The ledger's word comes first, then the snapshot goes, then the row, then
 * the packs that no snapshot needs. So a kill in between leaves a snapshot that the ledger already let go (a notice of the
 * verifier, completed at the next start) and never a missing snapshot without an entry: that is always an attack.
 */
import { Worker } from 'node:worker_threads'
import { type Clock, isAppError } from '#base'
import type { EntryData, Ledger } from '#journal'
import { prune, withLock } from '#restic'
import { expired } from '#retention'
import { type Generation, type Generations, isGood } from './generations.ts'
import { lockHost, type OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

export interface ExpireParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  /** Generations that somebody works with now: a disk of theirs is started, or what was changed on it is kept. */
  readonly inUse: () => Promise<ReadonlySet<string>>
}

export interface Expired {
  readonly generations: readonly string[]
  readonly packs: number
}

export async function expireGenerations(parts: ExpireParts): Promise<Expired> {
  const { source, opened, generations, clock } = parts
  const present = await generations.list({ sourceId: source.id })
  // Of a source that was re-keyed the floor is the new repository's to hold.
  const after = source.replaced ? await generations.list({ sourceId: source.replaced.by }) : []
  const going = expired(
    [...present, ...after].map((g) => ({
      id: g.id,
      takenAt: g.dueAt,
      keepUntil: g.keepUntil,
      isGood: isGood(g),
    })),
    source.policy,
    clock.now(),
  )
  if (going.length === 0) return { generations: [], packs: 0 }
  return withLock(opened.repository, { exclusive: true, host: lockHost(), clock }, async (signal) => {
    const gone: string[] = []
    for (const generation of present)
      if (going.includes(generation.id) && (await expireOne(parts, generation))) gone.push(generation.id)
    if (gone.length === 0) return { generations: [], packs: 0 }
    opened.catalogue.forget(gone)
    return { generations: gone, packs: await removeUnneeded(opened, clock, signal) }
  })
}

/** False where its lock still holds (a policy that was shortened later does not shorten locks), or it is in use. */
async function expireOne(
  { opened, generations, ledger, clock, inUse }: ExpireParts,
  generation: Generation,
): Promise<boolean> {
  const { id } = generation
  if ((await inUse()).has(id)) return false
  const held = await opened.backend.retention.state({ kind: 'snapshots', name: id })
  if (Math.max(held?.untilMs ?? 0, generation.lockedUntil ?? 0) > clock.now()) return false
  await ledger.append({
    type: 'generation.expired',
    actor: 'system:vault',
    subject: `generation:${id}`,
    data: { repository: generation.repository, snapshot: id, reason: 'policy' },
  })
  await removeExpired({ opened, generations, clock }, id)
  return true
}

/** The part behind the ledger's word; safe to do again. */
async function removeExpired(
  { opened, generations, clock }: Pick<ExpireParts, 'opened' | 'generations' | 'clock'>,
  id: string,
): Promise<void> {
  await opened.backend.remove({ kind: 'snapshots', name: id })
  await generations.update(id, { expired_at: clock.now() })
}

/**
 * After a start: completes what a kill cut after the ledger's word. Only what the ledger let go is removed; a snapshot
 * that is missing without an entry is left to the verifier, which names it. The packs go with the next expiry.
 */
export async function completeExpired(parts: Omit<ExpireParts, 'inUse'>): Promise<number> {
  const { source, opened, generations, ledger, clock } = parts
  const over = (await generations.list({ sourceId: source.id })).filter((g) => g.keepUntil <= clock.now())
  if (over.length === 0) return 0
  const candidates = new Set(over.map((g) => g.id))
  const reader = await ledger.reader()
  const gone: string[] = []
  for await (const { entry } of reader.entries(Math.min(...over.map((g) => g.ledgerIndex)))) {
    if (entry.type !== 'generation.expired') continue
    const { repository, snapshot } = entry.data as EntryData<'generation.expired'>
    if (repository !== source.repository || !candidates.delete(snapshot)) continue
    try {
      await removeExpired(parts, snapshot)
      gone.push(snapshot)
    } catch (error) {
      // An entry that lets a locked generation go is not believed: the verifier names it.
      if (!isAppError(error, 'STORAGE_LOCKED_UNTIL')) throw error
    }
  }
  opened.catalogue.forget(gone)
  return gone.length
}

/**
 * Removes packs that no snapshot needs, whole, and joins small indexes. Nothing is repacked even where no lock forbids it:
 * manifests and catalogue name packs.
 */
async function removeUnneeded({ repository, backend, storage }: OpenRepository, clock: Clock, signal: AbortSignal) {
  const { packsRemoved } = await prune({
    repository,
    storage: backend.sync,
    clock,
    maxUnusedPercent: Infinity,
    signal,
    startWorker: (data) =>
      new Worker(new URL('./engine-worker.ts', import.meta.url), {
        workerData: { engine: data, storage },
        trackUnmanagedFds: false,
      }),
  })
  return packsRemoved
}
