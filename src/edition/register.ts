/** Who holds which edition, until when, and how each ended: two names destroy one (USERS.md, "Law and paper"). */
import { randomUUID } from 'node:crypto'
import { type Clock, type EpochMs, institutionDate } from '#base'
import type { Kysely } from '#db'
import type { EditionMove, Ledger } from '#journal'
import type { EditionKind, EditionSource, LeftOut } from './format/index.ts'
import type { EditionLogRow, EditionRow, EditionTables } from './tables.ts'

export const MEDIA = ['dvd', 'cd', 'usb'] as const
export type EditionMedium = (typeof MEDIA)[number]
/** What fits, as the makers of blank discs count; a stick takes what it takes. */
export const CAPACITY: Readonly<Record<EditionMedium, number | undefined>> = {
  dvd: 4_700_000_000,
  cd: 700_000_000,
  usb: undefined,
}

/** `out`: somebody holds it, `returned`: here again, `destroyed`, `lost`; `replaced`: a later one lies in its place. */
export type EditionState = 'out' | 'returned' | 'destroyed' | 'lost' | 'replaced'

export interface EditionRecord {
  readonly number: number
  readonly bundle: string
  readonly kind: EditionKind
  readonly medium: EditionMedium
  /** In the edition's own order; the first is the one that lists sort by. */
  readonly sources: readonly EditionSource[]
  /** Titles of the papers on it. */
  readonly papers: readonly string[]
  readonly asOf: EpochMs
  readonly madeAt: EpochMs
  /** Id of a person. */
  readonly madeBy: string
  readonly discs: number
  readonly patients: number
  readonly bytes: number
  readonly leftOut: LeftOut
  readonly pageSha256: string
  readonly fingerprint: string
  readonly slots: readonly string[]
  readonly holder: string
  readonly place: string
  readonly returnOn: string
  readonly state: EditionState
  /** Out, and past its day of return. */
  readonly isOverdue: boolean
  /** Of the logs that came back from it; undefined: none did. */
  readonly logs: EditionLogs | undefined
}

export interface EditionLogs {
  /** The newest of them. */
  readonly mergedAt: EpochMs
  readonly looks: number
  readonly unreviewed: number
}

export type NewEdition = Omit<EditionRecord, 'state' | 'isOverdue' | 'logs'> & {
  /** Sealed; see the table. */
  readonly logKey: string
  /** Made without a person. */
  readonly isNightly: boolean
}

export interface EditionEvent {
  readonly at: EpochMs
  readonly what: EditionMove | 'made'
  readonly by: string
  readonly witness: string | undefined
  readonly holder: string | undefined
  readonly place: string | undefined
  readonly returnOn: string | undefined
}

/** What may follow what: an end is an end, but what was lost may be found. */
const FOLLOWS: Readonly<Record<EditionMove, { readonly from: readonly EditionState[]; readonly to: EditionState }>> = {
  'handed-on': { from: ['out', 'returned'], to: 'out' },
  returned: { from: ['out'], to: 'returned' },
  destroyed: { from: ['out', 'returned'], to: 'destroyed' },
  lost: { from: ['out', 'returned'], to: 'lost' },
  found: { from: ['lost'], to: 'returned' },
  replaced: { from: ['out', 'returned'], to: 'replaced' },
}

/** In place of a person: what the night makes and replaces by itself. */
export const NIGHT = 'night-edition'

export interface RegisterParts {
  readonly tables: Kysely<EditionTables>
  readonly ledger: Ledger
  readonly clock: Clock
}

export class EditionRegister {
  readonly #parts: RegisterParts

  constructor(parts: RegisterParts) {
    this.#parts = parts
  }

  /** Newest first. */
  async list(): Promise<EditionRecord[]> {
    const { tables, clock } = this.#parts
    const rows = await tables.selectFrom('edition').selectAll().orderBy('number', 'desc').execute()
    const logs = Map.groupBy(await tables.selectFrom('edition_log').selectAll().execute(), ({ number }) => number)
    const today = institutionDate(clock.now())
    return rows.map((row) => recordOf(row, today, logs.get(row.number)))
  }

  async get(number: number): Promise<EditionRecord | undefined> {
    return (await this.list()).find((edition) => edition.number === number)
  }

  async nextNumber(): Promise<number> {
    return ((await this.list())[0]?.number ?? 0) + 1
  }

  /** Written when the discs lie ready. @param repositories of its sources' generations */
  async made(edition: NewEdition, repositories: readonly string[]): Promise<void> {
    const { tables, ledger } = this.#parts
    const { number, bundle, kind, discs, patients, madeBy, sources, isNightly } = edition
    const [from, ...more] = sources.map(({ generation: snapshot }, n) => ({ repository: repositories[n]!, snapshot }))
    await ledger.append({
      type: 'edition.made',
      actor: isNightly ? `system:${NIGHT}` : `person:${madeBy}`,
      subject: `edition:${number}`,
      data: {
        edition: number,
        bundle,
        kind,
        ...from!,
        ...(more.length > 0 && { more }),
        discs,
        patients,
        ...(isNightly && { night: true }),
      },
    })
    await tables.insertInto('edition').values(rowOf(edition)).execute()
    await this.#note(number, { what: 'made', by: madeBy, ...edition })
  }

  /**
   * False where it may not follow (a second click, an edition that ended) or where a destruction has no second person.
   * `more`: who holds it now, where, until when, for `handed-on`.
   */
  async move(
    number: number,
    what: EditionMove,
    by: string,
    more: Partial<Pick<EditionEvent, 'witness' | 'holder' | 'place' | 'returnOn'>> = {},
  ): Promise<boolean> {
    const { tables, ledger } = this.#parts
    const edition = await this.get(number)
    if (!edition || !FOLLOWS[what].from.includes(edition.state)) return false
    if (what === 'destroyed' && (more.witness === undefined || more.witness === by)) return false
    await ledger.append({
      type: 'edition.moved',
      actor: by === NIGHT ? `system:${NIGHT}` : `person:${by}`,
      subject: `edition:${number}`,
      data: { edition: number, to: what, ...(more.witness === undefined ? {} : { witness: more.witness }) },
    })
    const { holder, place, returnOn } = more
    await tables
      .updateTable('edition')
      .set({
        state: FOLLOWS[what].to,
        ...(holder === undefined ? {} : { holder }),
        ...(place === undefined ? {} : { place }),
        ...(returnOn === undefined ? {} : { return_on: returnOn }),
      })
      .where('number', '=', number)
      .execute()
    await this.#note(number, { what, by, ...more })
    return true
  }

  /** Newest first. */
  async history(number: number): Promise<EditionEvent[]> {
    const rows = await this.#parts.tables
      .selectFrom('edition_move')
      .selectAll()
      .where('number', '=', number)
      .orderBy('at', 'desc')
      .execute()
    return rows.map((row) => ({
      at: row.at,
      what: row.what as EditionEvent['what'],
      by: row.by_person,
      witness: row.witness ?? undefined,
      holder: row.holder ?? undefined,
      place: row.place ?? undefined,
      returnOn: row.return_on ?? undefined,
    }))
  }

  /** Undefined where it is not known, or was made before logs could come back. */
  async byBundle(bundle: string): Promise<{ readonly edition: EditionRecord; readonly logKey: string } | undefined> {
    const row = await this.#parts.tables
      .selectFrom('edition')
      .select(['number', 'log_key'])
      .where('bundle', '=', bundle)
      .executeTakeFirst()
    const edition = row && (await this.get(row.number))
    return edition && row.log_key !== null ? { edition, logKey: row.log_key } : undefined
  }

  async log(number: number, session: string): Promise<EditionLogRow | undefined> {
    const tables = this.#parts.tables.selectFrom('edition_log').selectAll()
    return tables.where('number', '=', number).where('session', '=', session).executeTakeFirst()
  }

  async keepLog(log: EditionLogRow): Promise<void> {
    const { number: _, session: __, ...rest } = log
    await this.#parts.tables
      .insertInto('edition_log')
      .values(log)
      .onConflict((conflict) => conflict.columns(['number', 'session']).doUpdateSet(rest))
      .execute()
  }

  /** Everything that came back of it so far was looked through by a person. */
  async reviewed(number: number, by: string, looks: number, result: 'right' | 'questioned'): Promise<void> {
    const { tables, ledger } = this.#parts
    await ledger.append({
      type: 'edition.log-reviewed',
      actor: `person:${by}`,
      subject: `edition:${number}`,
      data: { edition: number, looks, result },
    })
    await tables
      .updateTable('edition_log')
      .set((of) => ({ reviewed_looks: of.ref('looks') }))
      .where('number', '=', number)
      .execute()
  }

  async #note(
    number: number,
    { what, by, witness, holder, place, returnOn }: Pick<EditionEvent, 'what' | 'by'> & Partial<EditionEvent>,
  ): Promise<void> {
    await this.#parts.tables
      .insertInto('edition_move')
      .values({
        id: randomUUID(),
        number,
        at: this.#parts.clock.now(),
        what,
        by_person: by,
        witness: witness ?? null,
        holder: holder ?? null,
        place: place ?? null,
        return_on: returnOn ?? null,
      })
      .execute()
  }
}

function rowOf(edition: NewEdition): EditionRow {
  return {
    number: edition.number,
    bundle: edition.bundle,
    kind: edition.kind,
    medium: edition.medium,
    generation_id: edition.sources[0]!.generation,
    as_of: edition.asOf,
    made_at: edition.madeAt,
    made_by: edition.madeBy,
    since: edition.sources[0]!.since ?? null,
    discs: edition.discs,
    patients: edition.patients,
    bytes: edition.bytes,
    left_out: JSON.stringify(edition.leftOut),
    page_sha256: edition.pageSha256,
    fingerprint: edition.fingerprint,
    slots: JSON.stringify(edition.slots),
    holder: edition.holder,
    place: edition.place,
    return_on: edition.returnOn,
    state: 'out',
    log_key: edition.logKey,
    sources: JSON.stringify(edition.sources),
    papers: JSON.stringify(edition.papers),
  }
}

function recordOf(row: EditionRow, today: string, logs: readonly EditionLogRow[] = []): EditionRecord {
  const state = row.state as EditionState
  return {
    number: row.number,
    bundle: row.bundle,
    kind: row.kind as EditionKind,
    medium: row.medium as EditionMedium,
    sources: sourcesOf(row),
    papers: JSON.parse(row.papers ?? '[]') as string[],
    asOf: row.as_of,
    madeAt: row.made_at,
    madeBy: row.made_by,
    discs: row.discs,
    patients: row.patients,
    bytes: row.bytes,
    leftOut: JSON.parse(row.left_out) as LeftOut,
    pageSha256: row.page_sha256,
    fingerprint: row.fingerprint,
    slots: JSON.parse(row.slots) as string[],
    holder: row.holder,
    place: row.place,
    returnOn: row.return_on,
    state,
    isOverdue: state === 'out' && row.return_on < today,
    logs: logs.length === 0 ? undefined : logsOf(logs),
  }
}

/** Of an edition that was made before one could hold several: its one, of which no name was kept. */
function sourcesOf({ sources, generation_id: generation, as_of: asOf, since }: EditionRow): EditionSource[] {
  if (sources !== null) return JSON.parse(sources) as EditionSource[]
  return [{ name: '', generation, asOf, ...(since && { since }) }]
}

function logsOf(rows: readonly EditionLogRow[]): EditionLogs {
  const sum = (of: (row: EditionLogRow) => number) => rows.reduce((all, row) => all + of(row), 0)
  return {
    mergedAt: Math.max(...rows.map(({ merged_at }) => merged_at)),
    looks: sum(({ looks }) => looks),
    unreviewed: sum(({ looks, reviewed_looks }) => looks - (reviewed_looks ?? 0)),
  }
}
