export { openDatabase } from './open.ts'
export type { Database, DatabaseConfig } from './open.ts'
export { mergeMigrations } from './migration.ts'
export type { Migration } from './migration.ts'
/** Kysely's words for the rooms that state queries; they import the library from here. */
export { sql } from 'kysely'
export type { Insertable, Kysely, Selectable, Transaction, Updateable } from 'kysely'
export { classified as classifySqlite } from './sqlite.ts'
