/**
 * What was seen of the locks in a bucket outlives the process: a night that has nothing to extend asks the bucket for
 * nothing. Derived: losing it costs a call per object. Whoever forges it keeps an extension from being made, no more
 * (docs/design/s3.md).
 */
import type { Kysely } from '#db'
import type { HeldVersion, HeldVersions } from '#storage'
import type { VaultTables } from '../tables.ts'

export interface KeptVersions {
  readonly held: HeldVersions
  /** Writes down what has changed. */
  save(): Promise<void>
}

/** Rows that go in one statement: a database binds a few thousand values at most. */
const AT_ONCE = 500

export async function loadHeldVersions(
  tables: Kysely<VaultTables>,
  placeId: string,
  sourceId: string,
): Promise<KeptVersions> {
  const rows = await tables
    .selectFrom('held_version')
    .selectAll()
    .where('place_id', '=', placeId)
    .where('source_id', '=', sourceId)
    .execute()
  const held = new Map(rows.map((row) => [row.path, { versionId: row.version_id, untilMs: row.until_ms }]))
  const changed = new Map<string, HeldVersion | undefined>()
  return {
    held: {
      get: (path) => held.get(path),
      set(path, version) {
        held.set(path, version)
        changed.set(path, version)
        return held
      },
      delete(path) {
        changed.set(path, undefined)
        return held.delete(path)
      },
    },
    async save() {
      const gone = [...changed].flatMap(([path, version]) => (version ? [] : [path]))
      const kept = [...changed].flatMap(([path, version]) => (version ? [row(placeId, sourceId, path, version)] : []))
      changed.clear()
      for (let i = 0; i < gone.length; i += AT_ONCE)
        await tables
          .deleteFrom('held_version')
          .where('place_id', '=', placeId)
          .where('source_id', '=', sourceId)
          .where('path', 'in', gone.slice(i, i + AT_ONCE))
          .execute()
      for (let i = 0; i < kept.length; i += AT_ONCE)
        await tables
          .insertInto('held_version')
          .values(kept.slice(i, i + AT_ONCE))
          .onConflict((conflict) =>
            conflict.columns(['place_id', 'source_id', 'path']).doUpdateSet((eb) => ({
              version_id: eb.ref('excluded.version_id'),
              until_ms: eb.ref('excluded.until_ms'),
            })),
          )
          .execute()
    },
  }
}

const row = (place_id: string, source_id: string, path: string, { versionId, untilMs }: HeldVersion) => ({
  place_id,
  source_id,
  path,
  version_id: versionId,
  until_ms: untilMs,
})
