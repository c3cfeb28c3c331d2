/** What is kept of a restore: its order (sealed), the plan's counts, how it ended. */
import type { ByteString, EpochMs, ErrorCode } from '#base'
import type { RestoreProblem } from '#restic'
import { type Restorable, unseal } from '#vault'
import type { RestoreRoot } from './picks.ts'
import type { Existing } from './plan.ts'
import type { RestoreRunRow } from './tables.ts'

export interface RestoreOrder {
  readonly generationId: string
  /** Of the source's disk, names as bytes; undefined: everything. */
  readonly paths?: readonly ByteString[] | undefined
  /** Undefined: over the old place. */
  readonly target: string | undefined
  readonly existing: Existing
  /** A person says that the share that is written to is none that production uses. */
  readonly isNotProduction?: boolean | undefined
}

export type RunState = 'running' | 'complete' | 'incomplete' | 'stopped' | 'failed'

export interface RunCounts {
  readonly files: number
  readonly bytes: number
  readonly verified: number
  readonly kept: number
  readonly problems: number
}

export interface RestoreRun {
  readonly id: string
  readonly generationId: string
  readonly sourceId: string
  readonly kind: 'new' | 'over'
  readonly existing: Existing
  readonly scope: 'all' | 'part'
  readonly state: RunState
  readonly planned: { readonly files: number; readonly bytes: number; readonly differing: number }
  readonly result: RunCounts | undefined
  readonly errorCode: ErrorCode | undefined
  readonly startedAt: EpochMs
  readonly endedAt: EpochMs | undefined
  readonly startedBy: string
}

export interface Detail {
  readonly order: RestoreOrder
  readonly roots: readonly RestoreRoot[]
  readonly problems: readonly Pick<RestoreProblem, 'path' | 'code'>[]
}

/** @throws VAULT_SEAL_BROKEN */
export function detailOf({ opened }: Restorable, row: RestoreRunRow): Detail {
  return JSON.parse(unseal(opened.keys.seal, row.sealed, Buffer.from(row.id)).toString()) as Detail
}

/** One that no process works on any more was killed. */
export function toRun(row: RestoreRunRow, isBusy: boolean): RestoreRun {
  const state = row.state === 'running' && !isBusy ? 'stopped' : (row.state as RunState)
  return {
    id: row.id,
    generationId: row.generation_id,
    sourceId: row.source_id,
    state,
    kind: row.kind as RestoreRun['kind'],
    existing: row.existing as Existing,
    scope: row.scope as 'all' | 'part',
    planned: JSON.parse(row.counts) as RestoreRun['planned'],
    result: row.result === '' ? undefined : (JSON.parse(row.result) as RunCounts),
    errorCode: (row.error_code ?? undefined) as ErrorCode | undefined,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    startedBy: row.started_by,
  }
}
