/** One case as it stands: a pure fold over the entries of its book, and of books that were begun elsewhere and joined to it. */
import type { BookEntry } from '#casebook'
import type { EpochMs } from '#base'
import { type ClockCode, clocksOf, type RunningClock } from './clocks.ts'
import { evidenceOf, type EvidenceRecord } from './evidence.ts'
import {
  CASE_ROLES,
  type CaseRole,
  COUNTED,
  type Counted,
  EMERGENCY_VALUES,
  type EmergencyValue,
  INCIDENT_KINDS,
  type IncidentKind,
  LEAK_VALUES,
  type LeakValue,
  LEVELS,
  type Level,
  type Phase,
  PHASES,
  STEP_STATES,
  type StepState,
} from './kinds.ts'
import { runbookOf, type Step } from './runbooks.ts'
import { type Topic, topicsOf } from './topics.ts'

export interface StepNow {
  readonly step: Step
  readonly state: StepState
  readonly dueMs: EpochMs
  readonly topic: Topic | undefined
}

export interface ClockNow extends RunningClock {
  /** 'closed' needs a person's word; two who said different things leave it running. */
  readonly isClosed: boolean
  readonly topic: Topic | undefined
}

export interface IncidentCase {
  readonly id: string
  /** Ids of cases that were begun elsewhere for the same thing. */
  readonly joined: readonly string[]
  readonly openedAt: EpochMs
  readonly emergency: EmergencyValue | undefined
  /** When it was declared first and what stands is still that. */
  readonly activeSince: EpochMs | undefined
  readonly endedAt: EpochMs | undefined
  readonly kind: IncidentKind
  readonly level: Level | undefined
  readonly leak: LeakValue
  readonly phase: Phase
  readonly knownAt: EpochMs
  readonly isReviewed: boolean
  readonly steps: readonly StepNow[]
  readonly clocks: readonly ClockNow[]
  readonly roles: Readonly<Record<CaseRole, Topic | undefined>>
  readonly counts: Readonly<Record<Counted, Topic | undefined>>
  readonly evidence: readonly EvidenceRecord[]
  readonly topics: ReadonlyMap<string, Topic>
  /** Topics where different things stand. */
  readonly conflicts: readonly string[]
  readonly entries: readonly BookEntry[]
}

/** When a thing happened; where nobody said, when it was written down. */
export const happenedAt = ({ codes, at }: Pick<BookEntry, 'codes' | 'at'>): EpochMs =>
  typeof codes['happenedAt'] === 'number' ? codes['happenedAt'] : at

const MINUTE_MS = 60_000
/** While two name different kinds, the one that asks for more holds. */
const WORST_FIRST: readonly IncidentKind[] = [
  'ransomware',
  ...INCIDENT_KINDS.filter((kind) => kind !== 'ransomware' && kind !== 'unknown').toReversed(),
  'unknown',
]

/** @param entries of the book and of those joined to it, in any order */
export function caseOf(id: string, entries: readonly BookEntry[], joined: readonly string[] = []): IncidentCase {
  const ordered = inOrder(entries)
  const topics = topicsOf(ordered)
  const openedAt = Math.min(...ordered.map(happenedAt))
  const emergency = emergencyOf(topics.get('emergency'))
  const kind = firstOf(WORST_FIRST, topics.get('kind')) ?? 'unknown'
  const isJudged = topics.has('kind') || emergency === 'active' || emergency === 'ended'
  const leak = leakOf(topics.get('leak'), kind, isJudged)
  const knownAt = numberOf(topics.get('known-at')) ?? openedAt
  const steps = runbookOf(kind).map((step) => stepNow(step, openedAt, topics))
  const clocks = clocksOf({
    kind,
    leak,
    knownAt,
    isJudged,
    isEmergency: emergency === 'active' || emergency === 'ended',
  })
  return {
    id,
    joined,
    openedAt,
    emergency,
    activeSince: emergency === 'active' ? whenDecided(topics.get('emergency'), 'active') : undefined,
    endedAt: emergency === 'ended' || emergency === 'not' ? whenDecided(topics.get('emergency'), emergency) : undefined,
    kind,
    level: firstOf(LEVELS.toReversed(), topics.get('level')),
    leak,
    phase: phaseOf(topics, emergency),
    knownAt,
    isReviewed: topics.has('review'),
    steps,
    clocks: clocks.map((clock) => clockNow(clock, topics)),
    roles: named(CASE_ROLES, 'role', topics),
    counts: named(COUNTED, 'count', topics),
    evidence: evidenceOf(ordered),
    topics,
    conflicts: [...topics].filter(([, { isConflict }]) => isConflict).map(([topic]) => topic),
    entries: ordered,
  }
}

/** By the clocks; within a device as it wrote, whatever its clock did meanwhile. */
function inOrder(entries: readonly BookEntry[]): BookEntry[] {
  const latest = new Map<string, EpochMs>()
  const placed = entries
    .toSorted((a, b) => a.n - b.n)
    .map((entry) => {
      const line = `${entry.book} ${entry.device}`
      const at = Math.max(entry.at, latest.get(line) ?? entry.at)
      latest.set(line, at)
      return { entry, at, line }
    })
  return placed
    .toSorted((a, b) => a.at - b.at || (a.line < b.line ? -1 : a.line > b.line ? 1 : a.entry.n - b.entry.n))
    .map(({ entry }) => entry)
}

const valuesOf = (topic: Topic | undefined): string[] =>
  (topic?.heads ?? []).map(({ codes }) => (typeof codes['value'] === 'string' ? codes['value'] : ''))

/** While two say different things, the first of the list holds. */
function firstOf<T extends string>(order: readonly T[], topic: Topic | undefined): T | undefined {
  const said = valuesOf(topic)
  return order.find((value) => said.includes(value))
}

/** On the safe side: as long as anybody's "active" stands, it is. */
const emergencyOf = (topic: Topic | undefined): EmergencyValue | undefined => firstOf(EMERGENCY_VALUES, topic)

/** What is not decided is suspected wherever somebody may have got in, from minute 0. */
function leakOf(topic: Topic | undefined, kind: IncidentKind, isJudged: boolean): LeakValue {
  const order: readonly LeakValue[] = ['confirmed', 'suspected', 'none']
  const decided = firstOf(order, topic)
  if (decided && LEAK_VALUES.includes(decided)) return decided
  const mayBe = kind === 'ransomware' || kind === 'leak' || kind === 'lost' || (kind === 'unknown' && isJudged)
  return mayBe ? 'suspected' : 'none'
}

function numberOf(topic: Topic | undefined): number | undefined {
  const numbers = valuesOf(topic).map(Number).filter(Number.isSafeInteger)
  return numbers.length === 0 ? undefined : Math.min(...numbers)
}

/** Of what stands: since when it was so without a break, or when it was said last. */
function whenDecided(topic: Topic | undefined, value: EmergencyValue): EpochMs | undefined {
  const said = topic?.all ?? []
  const broken = said.findLastIndex(({ codes }) => codes['value'] !== value && topic?.isConflict === false)
  const run = said.slice(broken + 1).filter(({ codes }) => codes['value'] === value)
  return run[0] && happenedAt(run[0])
}

function phaseOf(topics: ReadonlyMap<string, Topic>, emergency: EmergencyValue | undefined): Phase {
  if (emergency === 'ended') return 'after'
  return (
    PHASES.toReversed().find((phase) => valuesOf(topics.get('phase')).includes(phase)) ??
    (emergency === 'active' ? 'respond' : 'detect')
  )
}

function stepNow(step: Step, openedAt: EpochMs, topics: ReadonlyMap<string, Topic>): StepNow {
  const topic = topics.get(`step:${step.code}`)
  // While two differ it is still to be looked at.
  const state = firstOf(['open', 'not-needed', 'done'] as const, topic) ?? 'open'
  return {
    step,
    state: STEP_STATES.includes(state) ? state : 'open',
    dueMs: openedAt + step.byMinutes * MINUTE_MS,
    topic,
  }
}

function clockNow(clock: RunningClock, topics: ReadonlyMap<string, Topic>): ClockNow {
  const topic = topics.get(clockTopic(clock.code))
  const said = valuesOf(topic)
  return { ...clock, topic, isClosed: said.length > 0 && said.every((value) => value === 'closed') }
}

export const clockTopic = (code: ClockCode): string => `clock:${code}`

function named<T extends string>(names: readonly T[], prefix: string, topics: ReadonlyMap<string, Topic>) {
  return Object.fromEntries(names.map((name) => [name, topics.get(`${prefix}:${name}`)])) as Record<
    T,
    Topic | undefined
  >
}
