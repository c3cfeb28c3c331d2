/** One case as it stands: a pure fold over the entries of its book, and of books that were begun elsewhere and joined to it. */
import type { BookEntry } from '#casebook'
import type { EpochMs } from '#base'
import { withRightTimes } from './came-in.ts'
import { type ClockCode, type ClockFacts, clocksOf, type RunningClock } from './clocks.ts'
import { evidenceOf, type EvidenceRecord } from './evidence.ts'
import {
  CASE_ROLES,
  type CaseRole,
  COUNTED,
  type Counted,
  EMERGENCY_VALUES,
  type EmergencyValue,
  HOME,
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
import { type OwnClock, type OwnCode, ownClocksOf } from './own-clocks.ts'
import { runbookOf, type Step } from './runbooks.ts'
import { supersededBy, supersedes, type Topic, topicsOf } from './topics.ts'

export interface StepNow {
  readonly step: Step
  readonly state: StepState
  readonly dueMs: EpochMs
  readonly topic: Topic | undefined
}

export interface ClockNow extends Omit<RunningClock, 'code'> {
  readonly code: ClockCode | OwnCode
  /** A term of the house itself. */
  readonly own: OwnClock | undefined
  /** It began by what was decided before; by what stands now it would not. A person closes it, with the reason. */
  readonly isDropped: boolean
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
  const ordered = inOrder(withRightTimes(entries))
  const topics = topicsOf(ordered.map((entry) => keepingActive(entry, ordered)))
  const openedAt = Math.min(...ordered.map(happenedAt))
  const emergency = emergencyOf(topics.get('emergency'))
  const kind = firstOf(WORST_FIRST, topics.get('kind')) ?? 'unknown'
  const isJudged = topics.has('kind') || emergency === 'active' || emergency === 'ended'
  const leak = leakOf(topics.get('leak'), kind, isJudged)
  const knownAt = numberOf(topics.get('known-at')) ?? openedAt
  const steps = runbookOf(kind).map((step) => stepNow(step, openedAt, topics))
  const isEmergency = emergency === 'active' || emergency === 'ended'
  const now = clocksOf({ kind, leak, knownAt, isJudged, isEmergency })
  const declaredAt = firstDeclared(topics.get('emergency'))
  const own = ownClocksOf(topics, { known: knownAt, opened: openedAt, declared: declaredAt })
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
    clocks: [
      ...now.map((clock) => clockNow(clock, topics)),
      ...droppedClocks(now, topics, { knownAt, isEmergency: declaredAt !== undefined }).map((clock) =>
        clockNow(clock, topics, { isDropped: true }),
      ),
      ...own.map((clock) => clockNow({ ...clock, checked: true, fromMs: undefined }, topics, { own: clock })),
    ].toSorted((a, b) => (a.dueMs ?? 0) - (b.dueMs ?? 0)),
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

function clockNow(
  { code, checked, fromMs, dueMs }: Omit<RunningClock, 'code'> & { readonly code: ClockCode | OwnCode },
  topics: ReadonlyMap<string, Topic>,
  { own, isDropped = false }: { readonly own?: OwnClock; readonly isDropped?: boolean } = {},
): ClockNow {
  const topic = topics.get(clockTopic(code))
  const said = valuesOf(topic)
  const isClosed = said.length > 0 && said.every((value) => value === 'closed')
  return { code, checked, fromMs, dueMs, own, isDropped, topic, isClosed }
}

/** Clocks of everything that was ever said of kind and leak, and that what stands now would not start: none goes in silence. */
function droppedClocks(
  now: readonly RunningClock[],
  topics: ReadonlyMap<string, Topic>,
  facts: Pick<ClockFacts, 'knownAt' | 'isEmergency'>,
): RunningClock[] {
  const saidOf = <T extends string>(values: readonly T[], topic: string): T[] =>
    values.filter((value) => topics.get(topic)?.all.some(({ codes }) => codes['value'] === value))
  const kinds = saidOf(INCIDENT_KINDS, 'kind')
  // Before anybody named a kind, a declared emergency counts as the unknown one.
  if (facts.isEmergency) kinds.push('unknown')
  const leaks = saidOf(LEAK_VALUES, 'leak')
  const found = new Map<ClockCode, RunningClock>()
  for (const kind of kinds)
    for (const leak of [leakOf(undefined, kind, true), ...leaks])
      for (const clock of clocksOf({ ...facts, kind, leak, isJudged: true })) {
        const known = found.get(clock.code)
        if (!known || (clock.dueMs ?? 0) < (known.dueMs ?? 0)) found.set(clock.code, clock)
      }
  return [...found.values()].filter(({ code }) => !now.some((clock) => clock.code === code))
}

const firstDeclared = (topic: Topic | undefined): EpochMs | undefined => {
  const first = topic?.all.find(({ codes }) => codes['value'] === 'active')
  return first && happenedAt(first)
}

export const clockTopic = (code: ClockCode | OwnCode): string => `clock:${code}`

/**
 * An emergency ends at home alone. Whatever else an entry says it takes the place of, of "active" only production's "ended"
 * does: with a lost PC's key, or with a form that was changed, nobody takes an emergency away.
 */
function keepingActive(entry: BookEntry, entries: readonly BookEntry[]): BookEntry {
  const { topic, value } = entry.codes
  if (topic !== 'emergency' || value === 'active' || (value === 'ended' && entry.device === HOME)) return entry
  const active = new Set(entries.filter(({ codes }) => codes['value'] === 'active').map(({ id }) => id))
  const { supersedes: _all, ...codes } = entry.codes
  return { ...entry, codes: { ...codes, ...supersedes(supersededBy(entry).filter((id) => !active.has(id))) } }
}

function named<T extends string>(names: readonly T[], prefix: string, topics: ReadonlyMap<string, Topic>) {
  return Object.fromEntries(names.map((name) => [name, topics.get(`${prefix}:${name}`)])) as Record<
    T,
    Topic | undefined
  >
}
