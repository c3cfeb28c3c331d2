/** The list of places besides the local one, and what each holds: the state database alone, no network. */
import type { Clock, EpochMs, ErrorCode, LockStrength } from '#base'
import type { Kysely } from '#db'
import type { PlaceRow, VaultTables } from '../tables.ts'
import { type Place, type PlaceNotes, type PlaceSetup, toPlace } from './kinds.ts'

/** A generation that a place holds. */
export interface Copy {
  readonly generationId: string
  readonly placeId: string
  readonly copiedAt: EpochMs
  /** Undefined: a copy that nothing holds. */
  readonly lockedUntil: EpochMs | undefined
  readonly strength: LockStrength | undefined
  /** That went over the line for it. */
  readonly sentBytes: number
  /** When every byte of it was last found sound there. */
  readonly provedAt: EpochMs | undefined
}

/** A copy with its place's name; a place that was taken off the list still holds what it holds. */
export interface HeldCopy extends Copy {
  readonly placeName: string
  readonly placeRemoved: boolean
}

const COPY = [
  'generation_id',
  'place_id',
  'copied_at',
  'copy.locked_until as locked_until',
  'strength',
  'sent_bytes',
  'proved_at',
] as const

export class PlaceBook {
  protected readonly tables: Kysely<VaultTables>
  protected readonly clock: Clock

  constructor(tables: Kysely<VaultTables>, clock: Clock) {
    this.tables = tables
    this.clock = clock
  }

  async list(): Promise<Place[]> {
    const rows = await this.tables
      .selectFrom('place')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .execute()
    // One row that somebody spoilt in the database must not take the others down with it.
    return rows.flatMap((row) => readable(row) ?? [])
  }

  async get(id: string): Promise<Place | undefined> {
    return (await this.list()).find((place) => place.id === id)
  }

  protected async insert(id: string, name: string, { kind, config }: PlaceSetup, notes: PlaceNotes): Promise<Place> {
    const row = {
      id,
      kind,
      name,
      config: JSON.stringify(config),
      notes: JSON.stringify(notes),
      created_at: this.clock.now(),
      removed_at: null,
      last_failure: null,
      last_failure_at: null,
    }
    // Read before it is kept: what could not be read back would be a place that nobody can remove.
    const place = toPlace(row)
    await this.tables.insertInto('place').values(row).execute()
    return place
  }

  /** What people say of a place. */
  async saveNotes(id: string, notes: PlaceNotes): Promise<void> {
    await this.tables
      .updateTable('place')
      .set({ notes: JSON.stringify(notes) })
      .where('id', '=', id)
      .execute()
  }

  /** Nothing is copied there any more; what lies there stays until its end. False where that was so already. */
  async remove(id: string): Promise<boolean> {
    const change = { removed_at: this.clock.now(), last_failure: null, last_failure_at: null }
    const { numUpdatedRows } = await this.tables
      .updateTable('place')
      .set(change)
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async note(id: string, failure: ErrorCode | undefined): Promise<void> {
    const change = { last_failure: failure ?? null, last_failure_at: failure === undefined ? null : this.clock.now() }
    await this.tables.updateTable('place').set(change).where('id', '=', id).execute()
  }

  /** Where else these generations lie: under a lock that has not ended, or in a place that we keep in order. */
  async held(generationIds: readonly string[]): Promise<HeldCopy[]> {
    if (generationIds.length === 0) return []
    const rows = await this.tables
      .selectFrom('copy')
      .innerJoin('place', 'place.id', 'copy.place_id')
      .select([...COPY, 'name', 'removed_at', 'kind'])
      .where('generation_id', 'in', generationIds)
      .orderBy('place.created_at')
      .execute()
    const now = this.clock.now()
    return rows
      .filter((row) => row.locked_until > now || (row.kind !== 'keeper' && row.removed_at === null))
      .map((row) => ({ ...toCopy(row), placeName: row.name, placeRemoved: row.removed_at !== null }))
  }

  async copies(placeId: string): Promise<Copy[]> {
    const rows = await this.tables.selectFrom('copy').select(COPY).where('place_id', '=', placeId).execute()
    return rows.map(toCopy)
  }

  async enterCopy(copy: Omit<Copy, 'provedAt'>, objects: number): Promise<void> {
    const times = { copied_at: copy.copiedAt, locked_until: copy.lockedUntil ?? 0, strength: copy.strength ?? null }
    const row = {
      ...times,
      generation_id: copy.generationId,
      place_id: copy.placeId,
      objects,
      sent_bytes: copy.sentBytes,
      proved_at: null,
      proof: null,
    }
    await this.tables
      .insertInto('copy')
      .values(row)
      .onConflict((conflict) => conflict.columns(['generation_id', 'place_id']).doUpdateSet(times))
      .execute()
  }
}

function readable(row: PlaceRow): Place | undefined {
  try {
    return toPlace(row)
  } catch {
    return undefined
  }
}

interface CopyColumns {
  readonly generation_id: string
  readonly place_id: string
  readonly copied_at: number
  readonly locked_until: number
  readonly strength: string | null
  readonly sent_bytes: number
  readonly proved_at: number | null
}

function toCopy(row: CopyColumns): Copy {
  return {
    generationId: row.generation_id,
    placeId: row.place_id,
    copiedAt: row.copied_at,
    lockedUntil: row.locked_until || undefined,
    strength: (row.strength as LockStrength | null) ?? undefined,
    sentBytes: row.sent_bytes,
    provedAt: row.proved_at ?? undefined,
  }
}
