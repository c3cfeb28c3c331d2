/** The map of what is covered (R16), judged today from evidence alone. Pure. */
import { addDays, type EpochMs, institutionDate } from '#base'
import type { TakenFacts } from '#vault'
import type { Device } from './devices.ts'
import { recordState } from './freshness.ts'
import { type Part, PARTS, type PartPlan, type System } from './systems.ts'

/** `vendor`: drawn apart, since nobody here has seen it restored. `none`: nothing is asked for. */
export type CellState = 'good' | 'soon' | 'bad' | 'vendor' | 'none'

export type CellCode =
  | 'taken'
  | 'incomplete'
  | 'late'
  | 'never'
  | 'failed'
  | 'stopped'
  | 'source-gone'
  | 'vendor'
  | 'vendor-soon'
  | 'vendor-overdue'
  | 'vendor-no-paper'
  | 'records'
  | 'records-stale'
  | 'records-missing'
  | 'not-needed'
  | 'open'

export interface Cell {
  readonly part: Part
  readonly state: CellState
  readonly code: CellCode
  /** Of a source. */
  readonly sourceName?: string
  /** The newest whole generation of that source. */
  readonly newestAt?: EpochMs
  readonly newestId?: string
  /** Of the vendor. */
  readonly paperOn?: string
  readonly nextCheckOn?: string
  /** Why it is not needed. */
  readonly reason?: string
}

/** What takes a part here: a source of the vault, or another machine that takes itself (which has no page of generations). */
export interface Covering extends Omit<TakenFacts, 'newest'> {
  readonly newest: { readonly id?: string; readonly takenAt: EpochMs } | undefined
}

export interface CoveredSystem extends System {
  readonly cells: readonly Cell[]
}

/** The next check of a vendor's paper is asked for this long before. */
const SOON_DAYS = 30

export interface CoverageFacts {
  /** As the light 取れている judges them. */
  readonly taken: readonly Covering[]
  /** Devices whose settings are written down. */
  readonly devices: readonly Device[]
}

export function coverageOf(systems: readonly System[], facts: CoverageFacts, now: EpochMs): readonly CoveredSystem[] {
  return systems.map((system) => ({
    ...system,
    cells: PARTS.map((part) => ({ part, ...judge(system, system.parts[part], facts, now) })),
  }))
}

function judge({ id }: System, plan: PartPlan, { taken, devices }: CoverageFacts, now: EpochMs): Omit<Cell, 'part'> {
  if (plan.way === 'open') return { state: 'bad', code: 'open' }
  if (plan.way === 'not-needed') return { state: 'none', code: 'not-needed', reason: plan.reason }
  if (plan.way === 'source') return ofSource(taken.find((one) => one.sourceId === plan.sourceId))
  if (plan.way === 'records')
    return ofRecords(
      devices.filter(({ systemId }) => systemId === id),
      now,
    )
  const { paperOn, nextCheckOn } = plan
  if (paperOn === undefined || nextCheckOn === undefined) return { state: 'bad', code: 'vendor-no-paper' }
  const dates = { paperOn, nextCheckOn }
  const today = institutionDate(now)
  if (nextCheckOn < today) return { state: 'bad', code: 'vendor-overdue', ...dates }
  if (nextCheckOn < addDays(today, SOON_DAYS)) return { state: 'soon', code: 'vendor-soon', ...dates }
  return { state: 'vendor', code: 'vendor', ...dates }
}

/** As good as the worst device, and as old as the oldest record; a system without a device has nothing written down. */
function ofRecords(devices: readonly Device[], now: EpochMs): Omit<Cell, 'part'> {
  const states = devices.map((device) => recordState(device, now))
  if (states.length === 0 || states.includes('none')) return { state: 'bad', code: 'records-missing' }
  const newestAt = Math.min(...devices.map(({ versions }) => versions[0]!.at))
  if (states.includes('stale')) return { state: 'soon', code: 'records-stale', newestAt }
  return { state: 'good', code: 'records', newestAt }
}

const CODES: Readonly<Record<TakenFacts['code'], CellCode>> = {
  'source-taken': 'taken',
  'source-unchanged': 'taken',
  'source-changed': 'taken',
  'source-not-looked': 'late',
  'source-incomplete': 'incomplete',
  'source-late': 'late',
  'source-dump-late': 'late',
  'source-never': 'never',
  'source-failed': 'failed',
  'source-stopped': 'stopped',
  'source-retired': 'taken',
}

function ofSource(taken: Covering | undefined): Omit<Cell, 'part'> {
  if (!taken) return { state: 'bad', code: 'source-gone' }
  const { name, state, code, newest } = taken
  return {
    state: state === 'unlit' ? 'soon' : state,
    code: CODES[code],
    sourceName: name,
    ...(newest ? { newestAt: newest.takenAt } : {}),
    ...(newest?.id === undefined ? {} : { newestId: newest.id }),
  }
}
