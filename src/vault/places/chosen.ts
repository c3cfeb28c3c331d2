/** Which places a source is copied to: a decision of people (its policy's page). */
import type { Kysely } from '#db'
import type { VaultTables } from '../tables.ts'

/** True where nobody chose: then it is copied to all. */
export async function isCopiedTo(tables: Kysely<VaultTables>, sourceId: string, placeId: string): Promise<boolean> {
  const row = await tables.selectFrom('source').select('places').where('id', '=', sourceId).executeTakeFirst()
  const chosen = row?.places ?? undefined
  return chosen === undefined || (JSON.parse(chosen) as string[]).includes(placeId)
}
