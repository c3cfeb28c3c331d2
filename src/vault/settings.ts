/** Settings by name, and how many generations there are: what may be asked before there is a ledger to make a vault with. */
import type { Database, Kysely } from '#db'
import { Generations } from './generations.ts'
import type { VaultTables } from './tables.ts'

export class Settings {
  readonly #tables: Kysely<VaultTables>

  constructor(database: Database) {
    this.#tables = database.tables<VaultTables>()
  }

  async setting(name: string): Promise<string | undefined> {
    const row = await this.#tables.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst()
    return row?.value
  }

  async saveSetting(name: string, value: string): Promise<void> {
    await this.#tables
      .insertInto('setting')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
  }
}

/** Generations that the database knows as still there. */
export function generationCount(database: Database): Promise<number> {
  return new Generations(database.tables<VaultTables>()).count()
}
