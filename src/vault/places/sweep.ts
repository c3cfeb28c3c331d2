/**
 * What was let go is taken away at places that do not do so by themselves; a Keeper decides for itself. Only files that a
 * generation which was let go had listed, and none that stays lists: what is unknown there is not ours to remove.
 */
import { type Backend, type Clock, type FileKind, isAppError } from '#base'
import { objectKey } from '#attest'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { Generations } from '../generations.ts'
import type { VaultTables } from '../tables.ts'
import { manifestOf } from './copy.ts'
import type { Place } from './kinds.ts'
import type { Places } from './places.ts'

interface SweepParts {
  readonly places: Places
  readonly generations: Generations
  readonly ledger: Ledger
  readonly tables: Kysely<VaultTables>
  readonly clock: Pick<Clock, 'now'>
}

/** First what names others: a sweep that was cut leaves no snapshot without its packs. */
const ORDER: readonly FileKind[] = ['snapshots', 'index', 'data']

export async function sweep(parts: SweepParts, place: Place): Promise<void> {
  if (place.kind === 'keeper') return
  const { places, tables } = parts
  const rows = await tables
    .selectFrom('copy')
    .innerJoin('generation', 'generation.id', 'copy.generation_id')
    .select(['generation_id', 'source_id', 'repository', 'expired_at', 'copy.locked_until as lock_end'])
    .where('place_id', '=', place.id)
    .execute()
  const now = parts.clock.now()
  const over = rows.filter((row) => row.expired_at !== null && row.lock_end <= now)
  for (const sourceId of new Set(over.map((row) => row.source_id))) {
    const isOfSource = (row: { source_id: string }) => row.source_id === sourceId
    const going = over.filter(isOfSource)
    const staying = rows.filter((row) => isOfSource(row) && !going.includes(row))
    await places.use(place, sourceId, async ({ repository }) => {
      const isGone = await removeListed(parts, repository, going, staying)
      if (isGone) for (const row of going) await forget(parts, place.id, row)
    })
  }
}

interface Row {
  readonly generation_id: string
  readonly repository: string
}

/** False where the place does not let us remove: what lies there stays on the list. */
async function removeListed(
  { generations }: SweepParts,
  backend: Backend,
  going: readonly Row[],
  staying: readonly Row[],
): Promise<boolean> {
  const listed = async (rows: readonly Row[]) =>
    (await Promise.all(rows.map((row) => manifestOf(generations, row.generation_id)))).flat()
  const needed = new Set((await listed(staying)).map(objectKey))
  const unneeded = new Map((await listed(going)).map((file) => [objectKey(file), file]))
  for (const key of needed) unneeded.delete(key)
  try {
    for (const kind of ORDER)
      for (const file of unneeded.values()) if (file.kind === kind) await backend.remove({ kind, name: file.name })
    return true
  } catch (error) {
    // A lock that was set further ahead, or a credential that may not remove: tried again another day.
    if (isAppError(error, 'STORAGE_LOCKED_UNTIL') || isAppError(error, 'STORAGE_DENIED')) return false
    throw error
  }
}

async function forget({ ledger, tables }: SweepParts, place: string, row: Row): Promise<void> {
  const { repository, generation_id: snapshot } = row
  await ledger.append({
    type: 'generation.removed',
    actor: 'system:vault',
    subject: `generation:${snapshot}`,
    data: { repository, snapshot, place },
  })
  await tables.deleteFrom('copy').where('place_id', '=', place).where('generation_id', '=', snapshot).execute()
}
