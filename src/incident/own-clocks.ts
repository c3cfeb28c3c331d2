/**
 * Terms that a house adds itself: a contract, an association, a founder's rule. Data of its register; when a case is judged
 * they are written into it, so that what is changed or removed in the register later takes no clock out of a case.
 */
import type { EpochMs } from '#base'
import type { BookEntry } from '#casebook'
import { endOfDay } from './clocks.ts'
import { type Topic, topicsNamed } from './topics.ts'

export const DEADLINE_UNITS = ['hours', 'days'] as const
export type DeadlineUnit = (typeof DEADLINE_UNITS)[number]
/** From which moment it counts. */
export const DEADLINE_FROM = ['opened', 'declared', 'known'] as const
export type DeadlineFrom = (typeof DEADLINE_FROM)[number]
/** In which cases of the register it runs. */
export const DEADLINE_WHEN = ['leak', 'attack', 'emergency', 'always'] as const
export type DeadlineWhen = (typeof DEADLINE_WHEN)[number]

export interface Deadline {
  /** Letters, digits, hyphens. */
  readonly id: string
  readonly name: string
  readonly source: string
  readonly amount: number
  readonly unit: DeadlineUnit
  readonly from: DeadlineFrom
}

export interface HouseDeadline extends Deadline {
  readonly when: DeadlineWhen
}

export type OwnCode = `own-${string}`
export interface OwnClock {
  readonly code: OwnCode
  /** '' where sealed. */
  readonly name: string
  readonly source: string
  readonly amount: number
  readonly unit: DeadlineUnit
  readonly from: DeadlineFrom
  /** Undefined while the moment has not come. */
  readonly dueMs: EpochMs | undefined
}

const PREFIX = 'deadline'
const HOUR_MS = 3_600_000
const MOST_AMOUNT = 9999

export const deadlineTopic = (id: string): string => `${PREFIX}:${id}`
export const isDeadlineAmount = (amount: number): boolean =>
  Number.isSafeInteger(amount) && amount > 0 && amount <= MOST_AMOUNT
/** The open part: names and sources are sealed. */
export const deadlineValue = ({ amount, unit, from }: Deadline): string => `${amount} ${unit} ${from}`

/** Of what stands; where two wrote different terms while apart, the one that ends first. */
export function ownClocksOf(
  topics: ReadonlyMap<string, Topic>,
  moments: Readonly<Record<DeadlineFrom, EpochMs | undefined>>,
): OwnClock[] {
  return topicsNamed(topics, PREFIX).flatMap(([id, { heads }]) => {
    const terms = heads.flatMap((head) => termOf(id, head, moments) ?? [])
    const [first] = terms.toSorted((a, b) => (a.dueMs ?? Infinity) - (b.dueMs ?? Infinity))
    return first ? [first] : []
  })
}

function termOf(
  id: string,
  { codes, detail }: BookEntry,
  moments: Readonly<Record<DeadlineFrom, EpochMs | undefined>>,
): OwnClock | undefined {
  const [typed, unitTyped, fromTyped] = String(codes['value']).split(' ')
  const amount = Number(typed)
  const unit = DEADLINE_UNITS.find((known) => known === unitTyped)
  const from = DEADLINE_FROM.find((known) => known === fromTyped)
  if (!unit || !from || !isDeadlineAmount(amount)) return undefined
  const { name = '', source = '' } = (detail ?? {}) as { name?: string; source?: string }
  const at = moments[from]
  const dueMs = at === undefined ? undefined : unit === 'hours' ? at + amount * HOUR_MS : endOfDay(at, amount)
  return { code: `own-${id}`, name, source, amount, unit, from, dueMs }
}
