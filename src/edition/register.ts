/** Who holds which edition, until when, and how each ended: two names destroy one (USERS.md, "Law and paper"). */
import { randomUUID } from 'node:crypto'
import { type Clock, type EpochMs, institutionDate } from '#base'
import type { Kysely } from '#db'
import type { EditionMove, Ledger } from '#journal'
import type { EditionKind, LeftOut } from './format/index.ts'
import type { EditionRow, EditionTables } from './tables.ts'

export const MEDIA = ['dvd', 'cd', 'usb'] as const
export type EditionMedium = (typeof MEDIA)[number]
/** What fits, as the makers of blank discs count; a stick takes what it takes. */
export const CAPACITY: Readonly<Record<EditionMedium, number | undefined>> = {
  dvd: 4_700_000_000,
  cd: 700_000_000,
  usb: undefined,
}

/** `out`: somebody holds it, `returned`: here again, `destroyed`, `lost`. */
export type EditionState = 'out' | 'returned' | 'destroyed' | 'lost'

export interface EditionRecord {
  readonly number: number
  readonly bundle: string
  readonly kind: EditionKind
  readonly medium: EditionMedium
  readonly generationId: string
  readonly asOf: EpochMs
  readonly madeAt: EpochMs
  /** Id of a person. */
  readonly madeBy: string
  readonly since: string | undefined
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
}

export type NewEdition = Omit<EditionRecord, 'state' | 'isOverdue'>

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
}

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
    const rows = await this.#parts.tables.selectFrom('edition').selectAll().orderBy('number', 'desc').execute()
    const today = institutionDate(this.#parts.clock.now())
    return rows.map((row) => recordOf(row, today))
  }

  async get(number: number): Promise<EditionRecord | undefined> {
    return (await this.list()).find((edition) => edition.number === number)
  }

  async nextNumber(): Promise<number> {
    return ((await this.list())[0]?.number ?? 0) + 1
  }

  /** Written when the discs lie ready. @param repository of its generation */
  async made(edition: NewEdition, repository: string): Promise<void> {
    const { tables, ledger } = this.#parts
    const { number, bundle, kind, discs, patients, madeBy, generationId: snapshot } = edition
    await ledger.append({
      type: 'edition.made',
      actor: `person:${madeBy}`,
      subject: `edition:${number}`,
      data: { edition: number, bundle, kind, repository, snapshot, discs, patients },
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
      actor: `person:${by}`,
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
    generation_id: edition.generationId,
    as_of: edition.asOf,
    made_at: edition.madeAt,
    made_by: edition.madeBy,
    since: edition.since ?? null,
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
  }
}

function recordOf(row: EditionRow, today: string): EditionRecord {
  const state = row.state as EditionState
  return {
    number: row.number,
    bundle: row.bundle,
    kind: row.kind as EditionKind,
    medium: row.medium as EditionMedium,
    generationId: row.generation_id,
    asOf: row.as_of,
    madeAt: row.made_at,
    madeBy: row.made_by,
    since: row.since ?? undefined,
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
  }
}
