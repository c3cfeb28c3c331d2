/**
 * What outside commands printed: sealed (it may hold patient data), bounded, for the operator to read; the ledger never
 * sees it. The newest few of each source.
 */
import { randomUUID } from 'node:crypto'
import type { Clock, EpochMs, ErrorCode } from '#base'
import type { Kysely } from '#db'
import { seal, unseal } from '../seal.ts'
import type { VaultTables } from '../tables.ts'

export type CommandStage = 'before' | 'dump' | 'after'

export interface CommandRecord {
  readonly stage: CommandStage
  readonly at: EpochMs
  /** `done`, `exit N`, or the code of why it did not end by itself. */
  readonly ended: 'done' | `exit ${number}` | ErrorCode
  readonly text: string
}

const KEPT_PER_SOURCE = 30

/** @param sealKey of the source's repository */
export interface CommandLogParts {
  readonly tables: Kysely<VaultTables>
  readonly sourceId: string
  readonly sealKey: Buffer
}

export async function addCommandRecord(
  { tables, sourceId, sealKey }: CommandLogParts,
  clock: Clock,
  { stage, ended, text }: Omit<CommandRecord, 'at'>,
): Promise<void> {
  const id = randomUUID()
  const sealed = seal(sealKey, Buffer.from(text), Buffer.from(id))
  await tables
    .insertInto('command_log')
    .values({ id, source_id: sourceId, at: clock.now(), stage, ended, sealed })
    .execute()
  const old = await tables
    .selectFrom('command_log')
    .select('id')
    .where('source_id', '=', sourceId)
    .orderBy('at', 'desc')
    .offset(KEPT_PER_SOURCE)
    .limit(KEPT_PER_SOURCE)
    .execute()
  if (old.length > 0)
    await tables
      .deleteFrom('command_log')
      .where(
        'id',
        'in',
        old.map((row) => row.id),
      )
      .execute()
}

/** Newest first. */
export async function commandRecords({ tables, sourceId, sealKey }: CommandLogParts): Promise<CommandRecord[]> {
  const rows = await tables
    .selectFrom('command_log')
    .selectAll()
    .where('source_id', '=', sourceId)
    .orderBy('at', 'desc')
    .limit(KEPT_PER_SOURCE)
    .execute()
  return rows.map(({ id, stage, at, ended, sealed }) => ({
    stage: stage as CommandStage,
    at,
    ended: ended as CommandRecord['ended'],
    text: unseal(sealKey, sealed, Buffer.from(id)).toString(),
  }))
}
