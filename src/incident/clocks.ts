/**
 * Clocks from the moment of knowing (知った時点), as data: when each begins to count, how long it lasts, where the term comes
 * from. Calendar days; the day of knowing is not counted. A clock ends by a person's word with what was sent and when, never
 * by itself. `checked: false` is shown as 未確認: known from memory, to be asked before it is relied on.
 */
import { addDays, type EpochMs, institutionDate, institutionInstant } from '#base'
import type { IncidentKind, LeakValue } from './kinds.ts'

export const CLOCKS = [
  { code: 'vendor', checked: true, source: 'iseisou-1029-1' },
  { code: 'insurer', checked: false, source: 'contract' },
  { code: 'police', checked: true, source: 'mhlw-special' },
  { code: 'mhlw', checked: true, source: 'iseisou-1029-1' },
  { code: 'prefecture', checked: false, source: 'custom' },
  { code: 'ppc-first', checked: true, source: 'ppc' },
  { code: 'ppc-final', checked: true, source: 'ppc' },
  { code: 'persons', checked: true, source: 'ppc' },
  { code: 'public', checked: false, source: 'plan' },
  { code: 'billing', checked: false, source: 'claims' },
] as const
export type ClockCode = (typeof CLOCKS)[number]['code']
export const isClockCode = (text: string): text is ClockCode => CLOCKS.some(({ code }) => code === text)

export interface ClockFacts {
  readonly kind: IncidentKind
  readonly leak: LeakValue
  readonly isEmergency: boolean
  /** Judged at all: a report that nobody has looked at starts no clock. */
  readonly isJudged: boolean
  readonly knownAt: EpochMs
}

export interface RunningClock {
  readonly code: ClockCode
  readonly checked: boolean
  /** From here on it is expected: undefined where it is due at once. */
  readonly fromMs: EpochMs | undefined
  /** End of the last day; undefined: "promptly", which has no last day and so stays open. */
  readonly dueMs: EpochMs | undefined
}

const ATTACKS: readonly IncidentKind[] = ['ransomware', 'unknown']
/** Somebody got in on purpose: the longer term for the final report. */
const ON_PURPOSE: readonly IncidentKind[] = ['ransomware']
const FIRST_FROM_DAYS = 3
const FIRST_DUE_DAYS = 5
const FINAL_DAYS = 30
const FINAL_ON_PURPOSE_DAYS = 60
const BILLING_DAY = '10'

/** The end of the n-th day after the day of knowing, in the institution's time. */
export const endOfDay = (knownAt: EpochMs, days: number): EpochMs =>
  institutionInstant(addDays(institutionDate(knownAt), days + 1), 0, 0) - 1

/** Clocks that this case starts, in the order in which they end. */
export function clocksOf(facts: ClockFacts): RunningClock[] {
  if (!facts.isJudged) return []
  return CLOCKS.filter(({ code }) => runs(code, facts))
    .map(({ code, checked }) => ({ code, checked, ...termOf(code, facts) }))
    .toSorted((a, b) => (a.dueMs ?? 0) - (b.dueMs ?? 0))
}

function runs(code: ClockCode, { kind, leak, isEmergency }: ClockFacts): boolean {
  const mayHaveLeaked = leak !== 'none'
  switch (code) {
    case 'ppc-first':
    case 'ppc-final':
    case 'persons':
      return mayHaveLeaked
    case 'police':
      return ATTACKS.includes(kind) || kind === 'leak' || kind === 'lost'
    case 'insurer':
      return ATTACKS.includes(kind) || mayHaveLeaked
    case 'vendor':
      return true
    case 'billing':
      return isEmergency
    default:
      return isEmergency || mayHaveLeaked
  }
}

function termOf(code: ClockCode, { kind, knownAt }: ClockFacts): Pick<RunningClock, 'fromMs' | 'dueMs'> {
  if (code === 'ppc-first')
    return { fromMs: endOfDay(knownAt, FIRST_FROM_DAYS), dueMs: endOfDay(knownAt, FIRST_DUE_DAYS) }
  if (code === 'ppc-final')
    return {
      fromMs: undefined,
      dueMs: endOfDay(knownAt, ON_PURPOSE.includes(kind) ? FINAL_ON_PURPOSE_DAYS : FINAL_DAYS),
    }
  if (code === 'billing') return { fromMs: undefined, dueMs: endOfDay(nextBillingDay(knownAt), 0) }
  return { fromMs: undefined, dueMs: undefined }
}

/** The 10th of the month after. */
function nextBillingDay(knownAt: EpochMs): EpochMs {
  const [year, month] = institutionDate(knownAt).split('-').map(Number)
  const next = month === 12 ? `${year! + 1}-01` : `${year}-${String(month! + 1).padStart(2, '0')}`
  return institutionInstant(`${next}-${BILLING_DAY}`, 0, 0)
}
