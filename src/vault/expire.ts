/**
 * Letting go of generations whose time is over. Two phases, so that no reader loses what it reads: first the snapshot and
 * the ledger's word, then, in a later run, the packs that no kept manifest lists. Nothing is repacked (locks forbid it).
 */
import { type Clock, isAppError } from '#base'
import type { Ledger } from '#journal'
import { withLock } from '#restic'
import type { Generations } from './generations.ts'
import { unpackManifest } from './manifest.ts'
import { expired } from './policy.ts'
import { lockHost, type OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

export interface ExpireParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
}

export interface Expired {
  readonly generations: readonly string[]
  /** Packs removed, of generations that went in an earlier run. */
  readonly packs: number
}

/** A pack without a manifest may belong to a run that was cut and will be taken up: kept this long. */
const ORPHAN_AGE_MS = 24 * 3_600_000

export async function expireGenerations(parts: ExpireParts): Promise<Expired> {
  const { source, opened, generations, clock } = parts
  const present = await generations.list({ sourceId: source.id })
  const going = expired(
    present.map((g) => ({ id: g.id, takenAt: g.dueAt, keepUntil: g.keepUntil, isGood: g.closure === 'complete' })),
    source.policy,
    clock.now(),
  )
  if (going.length === 0) return { generations: [], packs: 0 }
  return withLock(opened.repository, { exclusive: true, host: lockHost(), clock }, async () => {
    const gone: string[] = []
    for (const id of going) if (await expireOne(parts, id)) gone.push(id)
    opened.catalogue.forget(gone)
    return { generations: gone, packs: await removeUnlisted(parts) }
  })
}

/** False where its lock still holds: a policy that was shortened later does not shorten locks. */
async function expireOne({ opened, generations, ledger, clock }: ExpireParts, id: string): Promise<boolean> {
  const generation = await generations.get(id)
  if (!generation) return false
  try {
    await opened.backend.remove({ kind: 'snapshots', name: id })
  } catch (error) {
    if (isAppError(error, 'STORAGE_LOCKED_UNTIL')) return false
    throw error
  }
  await ledger.append({
    type: 'generation.expired',
    actor: 'system:vault',
    subject: `generation:${id}`,
    data: { repository: generation.repository, snapshot: id, reason: 'policy' },
  })
  await generations.update(id, { expired_at: clock.now() })
  return true
}

/** Removes packs that no kept manifest lists and whose lock has ended; those of an unfinished run are young and stay. */
async function removeUnlisted({ source, opened, generations, clock }: ExpireParts): Promise<number> {
  const listed = new Set<string>()
  for (const { manifest } of await generations.manifests(source.id))
    for (const object of unpackManifest(manifest)) if (object.kind === 'data') listed.add(object.name)
  let removed = 0
  for (const { name } of await opened.backend.list('data')) {
    if (listed.has(name)) continue
    const held = await opened.backend.retention.state({ kind: 'data', name })
    // Never locked: no generation ever listed it. It belongs to a cut run, or to one that is being written.
    if (!held || held.untilMs + ORPHAN_AGE_MS > clock.now()) continue
    await opened.backend.remove({ kind: 'data', name })
    removed++
  }
  return removed
}
