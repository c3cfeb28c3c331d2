/** The media set and its logs in the state database. */
import { randomUUID } from 'node:crypto'
import type { EpochMs, ErrorCode } from '#base'
import type { Kysely } from '#db'
import type { MediaCheck, MediaFinding } from './check.ts'
import { type MediaLog, type MediaSet, type Medium, type MediumMove, parseMediaSet, type Whereabouts } from './set.ts'
import { mediaNotesSchema, type MediaSettings } from './settings.ts'
import type { MediaTables, MediumCopyRow, MediumHoldingRow, MediumRow } from './tables.ts'

/** The one set of an institution; labels carry it. */
export const SET_ID = 'main'

/** The set as it is kept: what media need, and what people decided besides. */
export interface KeptSet {
  readonly set: MediaSet
  readonly settings: MediaSettings
  readonly registeredAt: ReadonlyMap<number, EpochMs>
  readonly lastFailure: { readonly code: ErrorCode; readonly at: EpochMs } | undefined
}

export interface KeptCopy {
  readonly number: number
  readonly day: string
  readonly at: EpochMs
  readonly verifiedAt: EpochMs | undefined
  readonly damaged: number
  readonly files: number
  readonly bytes: number
  readonly ejected: string | undefined
}

/** A generation that lies whole on a medium; `verifiedAt`: when it was last read back right. */
export interface Holding {
  readonly number: number
  readonly generationId: string
  readonly sourceId: string
  readonly copiedAt: EpochMs
  readonly verifiedAt: EpochMs | undefined
}

export interface KeptCheck extends MediaCheck {
  readonly at: EpochMs
  readonly connected: string
}

export class MediaStore {
  readonly #tables: Kysely<MediaTables>

  constructor(tables: Kysely<MediaTables>) {
    this.#tables = tables
  }

  async set(): Promise<KeptSet | undefined> {
    const row = await this.#tables.selectFrom('media_set').selectAll().where('id', '=', SET_ID).executeTakeFirst()
    if (!row) return undefined
    const media = await this.#tables
      .selectFrom('medium')
      .selectAll()
      .where('set_id', '=', SET_ID)
      .orderBy('number')
      .execute()
    const carriers: MediaSettings['carriers'] = JSON.parse(row.carriers)
    return {
      set: parseMediaSet({ id: row.id, name: row.name, media: media.map(toMedium), carriers }),
      settings: {
        name: row.name,
        size: row.size,
        checkAt: row.check_at,
        vault: { name: row.vault_name, isOffsite: row.vault_offsite === 1 },
        carriers,
        notes: mediaNotesSchema.parse(JSON.parse(row.notes)),
      },
      registeredAt: new Map(media.map((one) => [one.number, one.registered_at])),
      lastFailure:
        row.last_failure === null ? undefined : { code: row.last_failure as ErrorCode, at: row.last_failure_at ?? 0 },
    }
  }

  async saveSettings({ name, size, checkAt, vault, carriers, notes }: MediaSettings, now: EpochMs): Promise<void> {
    const values = {
      name,
      size,
      check_at: checkAt,
      vault_name: vault.name,
      vault_offsite: vault.isOffsite ? 1 : 0,
      carriers: JSON.stringify(carriers),
      notes: JSON.stringify(notes),
    }
    await this.#tables
      .insertInto('media_set')
      .values({ id: SET_ID, ...values, created_at: now, last_failure: null, last_failure_at: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
  }

  async noteFailure(code: ErrorCode | undefined, at: EpochMs): Promise<void> {
    await this.#tables
      .updateTable('media_set')
      .set({ last_failure: code ?? null, last_failure_at: code === undefined ? null : at })
      .where('id', '=', SET_ID)
      .execute()
  }

  /** A medium takes a number, or begins anew under it: nothing that was copied before counts as lying on it. */
  async saveMedium({ number, uuid, label, kind, shelf }: Medium, now: EpochMs): Promise<void> {
    const values = { uuid, label, kind, shelf, registered_at: now }
    await this.#tables
      .insertInto('medium')
      .values({ set_id: SET_ID, number, ...values })
      .onConflict((conflict) => conflict.columns(['set_id', 'number']).doUpdateSet(values))
      .execute()
    await this.#tables.deleteFrom('medium_holding').where('number', '=', number).execute()
  }

  async addMove({ number, to, at, person }: Omit<MediumMove, 'set'>): Promise<void> {
    const row = { id: randomUUID(), set_id: SET_ID, number, place: to, at, person }
    await this.#tables.insertInto('medium_move').values(row).execute()
  }

  /** Newest first. */
  async moves(): Promise<MediumMove[]> {
    const rows = await this.#tables.selectFrom('medium_move').selectAll().orderBy('at', 'desc').execute()
    return rows.map(({ set_id: set, number, place, at, person }) => ({
      set,
      number,
      to: place as Whereabouts,
      at,
      person,
    }))
  }

  /** Newest first. */
  async copies(): Promise<KeptCopy[]> {
    const rows = await this.#tables.selectFrom('medium_copy').selectAll().orderBy('copied_at', 'desc').execute()
    return rows.map((row) => ({
      number: row.number,
      day: row.day,
      at: row.copied_at,
      verifiedAt: row.verified_at ?? undefined,
      damaged: row.damaged,
      files: row.files,
      bytes: row.bytes,
      ejected: row.ejected ?? undefined,
    }))
  }

  /** The log as turns and pictures read it. What lay on a medium before it began anew is not there any more. */
  async log({ registeredAt }: KeptSet): Promise<MediaLog> {
    const copies = (await this.copies()).toReversed().map(({ number, day, at, verifiedAt, damaged }) => ({
      set: SET_ID,
      number,
      day,
      at,
      isVerified: verifiedAt !== undefined && damaged === 0 && at >= (registeredAt.get(number) ?? 0),
    }))
    return { moves: (await this.moves()).toReversed(), copies }
  }

  async saveCopy(row: Omit<MediumCopyRow, 'set_id'>): Promise<void> {
    const { number, day, ...values } = row
    await this.#tables
      .insertInto('medium_copy')
      .values({ set_id: SET_ID, number, day, ...values })
      .onConflict((conflict) => conflict.columns(['set_id', 'number', 'day']).doUpdateSet(values))
      .execute()
  }

  async changeCopy(
    { number, day }: Pick<KeptCopy, 'number' | 'day'>,
    change: Partial<Pick<MediumCopyRow, 'verified_at' | 'damaged' | 'files' | 'bytes' | 'ejected'>>,
  ): Promise<void> {
    await this.#tables
      .updateTable('medium_copy')
      .set(change)
      .where('number', '=', number)
      .where('day', '=', day)
      .execute()
  }

  async holdings(): Promise<Holding[]> {
    const rows = await this.#tables.selectFrom('medium_holding').selectAll().execute()
    return rows.map((row) => ({
      number: row.number,
      generationId: row.generation_id,
      sourceId: row.source_id,
      copiedAt: row.copied_at,
      verifiedAt: row.verified_at ?? undefined,
    }))
  }

  async addHolding(row: Omit<MediumHoldingRow, 'set_id' | 'verified_at'>): Promise<void> {
    await this.#tables
      .insertInto('medium_holding')
      .values({ set_id: SET_ID, ...row, verified_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }

  async noteReadBack(number: number, generationId: string, at: EpochMs): Promise<void> {
    await this.#tables
      .updateTable('medium_holding')
      .set({ verified_at: at })
      .where('number', '=', number)
      .where('generation_id', '=', generationId)
      .execute()
  }

  /** It was found damaged there. */
  async removeHolding(number: number, generationId: string): Promise<void> {
    await this.#tables
      .deleteFrom('medium_holding')
      .where('number', '=', number)
      .where('generation_id', '=', generationId)
      .execute()
  }

  async lastCheck(): Promise<KeptCheck | undefined> {
    const row = await this.#tables.selectFrom('media_check').selectAll().executeTakeFirst()
    if (!row) return undefined
    return {
      at: row.at,
      finding: row.finding as MediaFinding,
      due: row.due ?? undefined,
      found: JSON.parse(row.found) as number[],
      connected: row.connected,
      ...(row.missing_bytes === null ? {} : { missingBytes: row.missing_bytes }),
    }
  }

  async saveCheck({ at, finding, due, found, missingBytes, connected }: KeptCheck): Promise<void> {
    const values = {
      at,
      finding,
      due: due ?? null,
      found: JSON.stringify(found),
      missing_bytes: missingBytes ?? null,
      connected,
    }
    await this.#tables
      .insertInto('media_check')
      .values({ set_id: SET_ID, ...values })
      .onConflict((conflict) => conflict.column('set_id').doUpdateSet(values))
      .execute()
  }
}

function toMedium({ number, uuid, label, kind, shelf }: MediumRow): Medium {
  return { number, uuid, label, kind: kind as Medium['kind'], shelf }
}
