/**
 * A run that was cut between its snapshot and the ledger's entry leaves a snapshot that nobody acknowledged. Once the next
 * generation is recorded it would look like one that was slipped in afterwards, so the next run takes it away first; its
 * packs stay and are reused.
 */
import { hostname } from 'node:os'
import { isAppError } from '#base'
import type { EntryData, Ledger } from '#journal'
import { loadSnapshot, type Snapshot } from '#restic'
import type { Generation } from './generations.ts'
import type { OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

interface DiscardParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly ledger: Ledger
}

/** Removes only what this host's Toride wrote for this source after its newest generation, and the ledger never knew. */
export async function discardUnrecorded(parts: DiscardParts, known: readonly Generation[]): Promise<void> {
  const { source, opened } = parts
  const unknown = new Set((await opened.backend.list('snapshots')).map((file) => file.name))
  for (const { id } of known) unknown.delete(id)
  if (unknown.size === 0) return
  // A row may be missing where the ledger has the entry: the ledger decides.
  for await (const { entry } of (await parts.ledger.reader()).entries())
    if (entry.type === 'generation.recorded') unknown.delete((entry.data as EntryData<'generation.recorded'>).snapshot)
  const newestMs = Math.max(0, ...known.map((generation) => generation.startedAt))
  for (const name of unknown) {
    const snapshot = await readable(opened, name)
    if (snapshot && isOurs(snapshot, source) && Number(snapshot.timeNs / 1_000_000n) > newestMs)
      await opened.backend.remove({ kind: 'snapshots', name })
  }
}

async function readable({ repository }: OpenRepository, name: string): Promise<Snapshot | undefined> {
  try {
    return await loadSnapshot(repository, name)
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}

function isOurs({ hostname: host, tags, programVersion }: Snapshot, source: Source): boolean {
  return host === hostname() && tags.includes(`source:${source.id}`) && programVersion?.startsWith('toride ') === true
}
