/**
 * The catalogue of one repository: for each unit (a patient folder) its record of files, blobs and notes, in versions, so
 * that a unit of any kept generation is found without the repository's index. It is the archiver's state for the next run,
 * the way to one patient's files, and what the patient index is made from.
 *
 * It lies in a SQLite file of its own, not in the state database: the archiver asks synchronously, and the file is a cache
 * of this host that may be lost. Keys are HMACs, records are sealed; a row that does not unseal counts as missing.
 */
import { createHash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { ByteString } from '#base'
import { classifySqlite } from '#db'
import { SPINE_KEY, type UnitStore } from '#restic'
import { type DerivedKeys, lookupKeys, seal, unseal } from './seal.ts'

const SCHEMA_VERSION = 1
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS unit (
    key BLOB NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER,
    signature BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (key, first_seq)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS unit_by_seq ON unit (last_seq, first_seq);
  CREATE TABLE IF NOT EXISTS pending (key BLOB PRIMARY KEY, signature BLOB NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS proved (key BLOB PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS survey (key BLOB PRIMARY KEY, used_seq INTEGER NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS generation (seq INTEGER PRIMARY KEY, snapshot TEXT NOT NULL UNIQUE);
  PRAGMA user_version = ${SCHEMA_VERSION};`

/** A unit as one generation holds it. */
export interface CatalogueUnit {
  readonly path: ByteString
  /** Hash of the record: the same while nothing in the unit changed. */
  readonly signature: string
  readonly record: Uint8Array
}

interface Row {
  signature: Uint8Array
  sealed: Uint8Array
}

export class Catalogue {
  readonly #db: DatabaseSync
  readonly #keys: DerivedKeys
  readonly #lookup: (path: Buffer) => Buffer
  readonly #current: StatementSync
  readonly #pending: StatementSync
  readonly #putPending: StatementSync
  readonly #proved: StatementSync

  /** Opens or makes the file; one of another schema version or that SQLite cannot read is made anew: it is a cache. */
  static open(file: string, keys: DerivedKeys, remove: (file: string) => void): Catalogue {
    try {
      return new Catalogue(file, keys)
    } catch {
      for (const suffix of ['', '-wal', '-shm']) remove(file + suffix)
      return new Catalogue(file, keys)
    }
  }

  private constructor(file: string, keys: DerivedKeys) {
    this.#db = new DatabaseSync(file)
    this.#keys = keys
    this.#lookup = lookupKeys(keys.lookup)
    // A cache: losing the last seconds to a power cut only costs the next run time.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
    const { user_version: version } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version !== 0 && version !== SCHEMA_VERSION) {
      this.#db.close()
      throw new Error('other schema')
    }
    this.#db.exec(SCHEMA)
    this.#current = this.#db.prepare('SELECT signature, sealed FROM unit WHERE key = ? AND last_seq IS NULL')
    this.#proved = this.#db.prepare('SELECT 1 FROM proved WHERE key = ?')
    this.#pending = this.#db.prepare('SELECT signature, sealed FROM pending WHERE key = ?')
    this.#putPending = this.#db.prepare('INSERT OR REPLACE INTO pending (key, signature, sealed) VALUES (?, ?, ?)')
  }

  /**
   * The archiver's side of one run. What it puts waits as pending: a run that is cut leaves it for the next run to build
   * on, and no generation shows it before {@link commit}.
   */
  run(): { store: UnitStore; seen: () => ReadonlySet<ByteString> | undefined } {
    let seen: ReadonlySet<ByteString> | undefined
    // After a run that came to its end nothing is pending.
    let mayBePending = this.#db.prepare('SELECT 1 FROM pending LIMIT 1').get() !== undefined
    const store: UnitStore = {
      get: (path) => {
        const key = this.#key(path)
        const row = ((mayBePending && this.#pending.get(key)) || this.#current.get(key)) as Row | undefined
        return row && this.#open(key, row)?.record
      },
      put: (path, record) => {
        const key = this.#key(path)
        const plaintext = Buffer.concat([pathHeader(path), record])
        const signature = createHash('sha256').update(record).digest()
        const sealed = seal(this.#keys.seal, plaintext, key)
        classifySqlite(() => this.#putPending.run(key, signature, sealed))
        mayBePending = true
      },
      // Each put by itself would write whole pages to the log again and again.
      together: (puts) => classifySqlite(() => this.#together(puts)),
      retain: (paths) => {
        seen = paths
      },
    }
    return { store, seen: () => seen }
  }

  /** Makes what the run put the units of a generation, and ends the versions of units that it no longer saw. */
  commit(snapshot: string, seen: ReadonlySet<ByteString>): void {
    classifySqlite(() => this.#commit(snapshot, seen))
  }

  #commit(snapshot: string, seen: ReadonlySet<ByteString>): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const next = this.#nextSeq()
      this.#db.prepare('INSERT INTO generation (seq, snapshot) VALUES (?, ?)').run(next, snapshot)
      this.#db.exec(`DELETE FROM pending WHERE EXISTS (SELECT 1 FROM unit
        WHERE unit.key = pending.key AND unit.last_seq IS NULL AND unit.signature = pending.signature)`)
      this.#db
        .prepare('UPDATE unit SET last_seq = ? WHERE last_seq IS NULL AND key IN (SELECT key FROM pending)')
        .run(next - 1)
      this.#endUnseen(seen, next - 1)
      this.#db.prepare('INSERT INTO unit SELECT key, ?, NULL, signature, sealed FROM pending').run(next)
      this.#db.exec('DELETE FROM pending; COMMIT')
    } catch (error) {
      // On a full disk SQLite has rolled back by itself already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #together(puts: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      puts()
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  /** Above every number in use: the newest generation may be forgotten while its units are still the current ones. */
  #nextSeq(): number {
    const { next } = this.#db
      .prepare(
        `SELECT 1 + MAX((SELECT COALESCE(MAX(seq), 0) FROM generation),
                        (SELECT COALESCE(MAX(first_seq), 0) FROM unit)) AS next`,
      )
      .get() as { next: number }
    return next
  }

  #endUnseen(seen: ReadonlySet<ByteString>, lastSeq: number): void {
    const keys = new Set([...seen].map((path) => this.#key(path).toString('hex')))
    const end = this.#db.prepare('UPDATE unit SET last_seq = ? WHERE key = ? AND last_seq IS NULL')
    const read = this.#db.prepare('SELECT signature, sealed FROM unit WHERE key = ? AND last_seq IS NULL')
    const open = this.#db.prepare('SELECT key FROM unit WHERE last_seq IS NULL').all() as { key: Uint8Array }[]
    for (const key of open.map((row) => Buffer.from(row.key))) {
      if (keys.has(key.toString('hex'))) continue
      const unit = this.#open(key, read.get(key) as unknown as Row)
      if (!unit || isUnit(unit)) end.run(lastSeq, key)
    }
  }

  /** Whether the catalogue knows a generation; where not, its units have to be read from the repository's trees. */
  knows(snapshot: string): boolean {
    return this.#seq(snapshot) !== undefined
  }

  /** Snapshots that the catalogue knows. */
  snapshots(): string[] {
    const rows = this.#db.prepare('SELECT snapshot FROM generation').all() as { snapshot: string }[]
    return rows.map((row) => row.snapshot)
  }

  /** All units of a generation, in no promised order; empty where {@link knows} says no. */
  *units(snapshot: string): IterableIterator<CatalogueUnit> {
    const seq = this.#seq(snapshot)
    if (seq === undefined) return
    const rows = this.#db
      .prepare('SELECT key, signature, sealed FROM unit WHERE first_seq <= ? AND (last_seq IS NULL OR last_seq >= ?)')
      .iterate(seq, seq) as IterableIterator<Row & { key: Uint8Array }>
    for (const row of rows) {
      const unit = this.#open(Buffer.from(row.key), row)
      if (unit && isUnit(unit)) yield unit
    }
  }

  /**
   * Units that came, changed or went with a generation, each beside what the one before had of it; under the empty path
   * what lies above the units.
   */
  *changes(snapshot: string): IterableIterator<{ path: ByteString; before?: Uint8Array; after?: Uint8Array }> {
    const seq = this.#seq(snapshot)
    if (seq === undefined) return
    const after = this.#db.prepare('SELECT signature, sealed FROM unit WHERE key = ? AND first_seq = ?')
    const before = this.#db.prepare('SELECT signature, sealed FROM unit WHERE key = ? AND last_seq = ?')
    const keys = this.#db
      .prepare('SELECT key FROM unit WHERE first_seq = ? UNION SELECT key FROM unit WHERE last_seq = ?')
      .all(seq, seq - 1) as { key: Uint8Array }[]
    for (const key of keys.map((row) => Buffer.from(row.key))) {
      const [now, was] = [after.get(key, seq), before.get(key, seq - 1)].map((row) => {
        const unit = row && this.#open(key, row as unknown as Row)
        return unit && (isUnit(unit) || unit.path === SPINE_KEY) ? unit : undefined
      })
      const { path } = now ?? was ?? {}
      if (path !== undefined)
        yield {
          path: path === SPINE_KEY ? '' : path,
          ...(was && { before: was.record }),
          ...(now && { after: now.record }),
        }
    }
  }

  /**
   * Units that came or changed from one generation to a later one: what going back loses. Undefined where one of the two is
   * not known. Nothing is unsealed.
   */
  unitsSince(from: string, to: string): number | undefined {
    const [before, after] = [this.#seq(from), this.#seq(to)]
    if (before === undefined || after === undefined) return undefined
    const row = this.#db
      .prepare(
        `SELECT COUNT(*) AS units FROM unit AS now
          WHERE now.first_seq <= ?2 AND (now.last_seq IS NULL OR now.last_seq >= ?2) AND now.key <> ?3
            AND NOT EXISTS (SELECT 1 FROM unit AS was WHERE was.key = now.key AND was.signature = now.signature
              AND was.first_seq <= ?1 AND (was.last_seq IS NULL OR was.last_seq >= ?1))`,
      )
      .get(before, after, this.#key(SPINE_KEY)) as { units: number }
    return row.units
  }

  unit(snapshot: string, path: ByteString): CatalogueUnit | undefined {
    const seq = this.#seq(snapshot)
    if (seq === undefined) return undefined
    const key = this.#key(path)
    const row = this.#db
      .prepare(
        'SELECT signature, sealed FROM unit WHERE key = ? AND first_seq <= ? AND (last_seq IS NULL OR last_seq >= ?)',
      )
      .get(key, seq, seq) as Row | undefined
    return row && this.#open(key, row)
  }

  /** Forgets versions that only gone generations held. */
  forget(snapshots: readonly string[]): void {
    classifySqlite(() => this.#forget(snapshots))
  }

  #forget(snapshots: readonly string[]): void {
    const remove = this.#db.prepare('DELETE FROM generation WHERE snapshot = ?')
    for (const snapshot of snapshots) remove.run(snapshot)
    this.#db.exec(`DELETE FROM unit WHERE last_seq IS NOT NULL AND NOT EXISTS
      (SELECT 1 FROM generation WHERE seq BETWEEN unit.first_seq AND unit.last_seq)`)
    this.#db.exec(
      'DELETE FROM survey WHERE used_seq < (SELECT COALESCE(MIN(seq), (SELECT MAX(used_seq) FROM survey)) FROM generation)',
    )
  }

  /** Whether this was proved of the repository before. A row is an HMAC: only who may open the repository can make one. */
  isProved(statement: string): boolean {
    return this.#proved.get(this.#key(`proved ${statement}`)) !== undefined
  }

  prove(statements: readonly string[]): void {
    if (statements.length === 0) return
    const insert = this.#db.prepare('INSERT OR IGNORE INTO proved (key) VALUES (?)')
    classifySqlite(() => this.#together(() => statements.forEach((one) => insert.run(this.#key(`proved ${one}`)))))
  }

  /** What was found in a file's bytes (intake.ts), by the name of these bytes. */
  survey(id: string): Uint8Array | undefined {
    const key = this.#key(`survey ${id}`)
    const row = this.#db.prepare('SELECT sealed FROM survey WHERE key = ?').get(key) as
      | { sealed: Uint8Array }
      | undefined
    try {
      return row && unseal(this.#keys.seal, row.sealed, key)
    } catch {
      return undefined
    }
  }

  /** Files of the newest generation hold these bytes: their surveys stay as long as that. */
  useSurveys(ids: Iterable<string>): void {
    const newest = this.#db.prepare('SELECT MAX(seq) AS seq FROM generation').get() as { seq: number | null }
    const use = this.#db.prepare('UPDATE survey SET used_seq = ? WHERE key = ? AND used_seq < ?')
    const seq = newest.seq ?? 0
    classifySqlite(() => this.#together(() => [...ids].forEach((id) => use.run(seq, this.#key(`survey ${id}`), seq))))
  }

  keepSurvey(id: string, bytes: Uint8Array): void {
    const key = this.#key(`survey ${id}`)
    const sealed = seal(this.#keys.seal, Buffer.from(bytes), key)
    const insert = this.#db.prepare('INSERT OR REPLACE INTO survey (key, used_seq, sealed) VALUES (?, ?, ?)')
    // Never below a generation that may need it.
    classifySqlite(() => insert.run(key, this.#nextSeq() - 1, sealed))
  }

  /** All is proved anew: what was true of a name on the day it was read may have decayed. */
  forgetProofs(): void {
    classifySqlite(() => this.#db.exec('DELETE FROM proved'))
  }

  close(): void {
    this.#db.close()
  }

  #seq(snapshot: string): number | undefined {
    const row = this.#db.prepare('SELECT seq FROM generation WHERE snapshot = ?').get(snapshot) as
      | { seq: number }
      | undefined
    return row?.seq
  }

  #key(path: ByteString): Buffer {
    return this.#lookup(Buffer.from(path))
  }

  #open(key: Buffer, row: Row): CatalogueUnit | undefined {
    try {
      const plaintext = unseal(this.#keys.seal, row.sealed, key)
      const pathEnd = 4 + plaintext.readUInt32LE(0)
      return {
        path: plaintext.toString('latin1', 4, pathEnd),
        signature: Buffer.from(row.signature).toString('hex'),
        record: plaintext.subarray(pathEnd),
      }
    } catch {
      return undefined
    }
  }
}

/** Paths of units are absolute; under other keys the archiver keeps its own state. */
const isUnit = (unit: CatalogueUnit): boolean => unit.path.startsWith('/')

/** The unit's path before its record: `length(4, little endian) || path`. */
function pathHeader(path: ByteString): Buffer {
  const header = Buffer.alloc(4 + path.length)
  header.writeUInt32LE(path.length, 0)
  header.write(path, 4, 'latin1')
  return header
}
