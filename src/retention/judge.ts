/** Which rule a source's policy and what is really there meet or break. */
import type { EpochMs } from '#base'
import { type BusinessCalendar, businessDaysOld } from './calendar.ts'
import { dueBy, type Rhythm } from './late.ts'
import { isDetached, isOutOfReach, isVerified, type PlaceFacts, threeTwoOne } from './places.ts'
import {
  goodDays,
  type HeldGeneration,
  LEGAL_FLOOR_GENERATIONS,
  longestKeepDays,
  type RetentionPolicy,
  tokyoDay,
} from './policy.ts'
import { RECORD_KINDS, type RecordKind } from './record-kinds.ts'
import { type RuleId, RULES } from './rules.ts'

/** What is known of one source. */
export interface PolicyFacts {
  readonly now: EpochMs
  /** A record system is asked for more than the rest. */
  readonly holdsRecords: boolean
  readonly rhythm: Rhythm
  readonly calendar: BusinessCalendar
  /** Of one that is taken on change: whether its looks come and what they found is taken. */
  readonly isWatchedWell?: boolean
  /** When the source was added: it is late from then on, where it has no generation. */
  readonly addedAt: EpochMs
  readonly generations: readonly HeldGeneration[]
  readonly places: readonly PlaceFacts[]
  /** The last restore that found every byte. */
  readonly restoreTestedAt: EpochMs | undefined
  /** Kinds of record whose legal original this backup is declared to be; mostly none. */
  readonly declaredOriginals: readonly RecordKind[]
}

/** `unknown`: nobody has said. `not-asked`: the rule does not concern this source. */
export type RuleState = 'met' | 'broken' | 'unknown' | 'not-asked'

export interface RuleFinding {
  readonly rule: RuleId
  readonly state: RuleState
  /** Figures where the rule has them: days, generations, places. */
  readonly have?: number
  readonly need?: number
  /** Where the rule's usual remedy is not the one: what is really the matter. */
  readonly cause?: 'few-days' | 'locks-ended' | 'not-looked'
}

type Verdict = Omit<RuleFinding, 'rule'>

const DAY_MS = 86_400_000
const YEAR_DAYS = 366
const FIVE_GENERATIONS = 5

export function judgePolicy(policy: RetentionPolicy, facts: PolicyFacts): readonly RuleFinding[] {
  return (Object.keys(RULES) as RuleId[]).map((rule) => ({ rule, ...JUDGES[rule](policy, facts) }))
}

/** Several generations of one calendar day count as one: three of one night are no three generations. */
const JUDGES: Record<RuleId, (policy: RetentionPolicy, facts: PolicyFacts) => Verdict> = {
  'three-generations': (_, { generations }) => enoughDays(generations, LEGAL_FLOOR_GENERATIONS),
  'third-out-of-reach': (policy, facts) => {
    const third = goodDays(facts.generations)[LEGAL_FLOOR_GENERATIONS - 1]
    if (third === undefined) return enoughDays(facts.generations, LEGAL_FLOOR_GENERATIONS)
    const older = facts.generations.filter((g) => g.isGood && tokyoDay(g.takenAt) <= third)
    const verdict = atLeast(older.filter(isLockedAt(facts.now)).length, older.length)
    const isCeiling = policy.ceiling.days < longestKeepDays(policy)
    return verdict.state === 'broken' && !isCeiling ? { ...verdict, cause: 'locks-ended' } : verdict
  },
  'five-generations-of-records': (_, { holdsRecords, generations }) =>
    holdsRecords ? enoughDays(generations, FIVE_GENERATIONS) : { state: 'not-asked' },
  'every-business-day': (_, facts) => frequency(facts),
  'one-without-additional-writes': (_, { generations, now }) =>
    atLeast(generations.filter((g) => g.isGood && isLockedAt(now)(g)).length, 1),
  'newest-locked-too': (_, { generations, now }) => {
    const newest = newestGood(generations)
    return met(newest !== undefined && isLockedAt(now)(newest))
  },
  'lock-to-the-end': (policy) => atLeast(policy.ceiling.days, longestKeepDays(policy)),
  'several-methods': (_, { places }) => atLeast(new Set(places.map((place) => place.kind)).size, 2),
  'detached-copy': (_, { places }) => atLeast(places.filter(isDetached).length, 1),
  'out-of-malware-reach': (_, { places }) => atLeast(places.filter(isOutOfReach).length, 1),
  'separate-administrator': (_, { places }) => said(places, (place) => place.ownAdministrator, 'some'),
  'remote-copy': (_, { places }) => atLeast(places.filter((place) => place.offsite).length, 1),
  'contents-inspected': (_, { places, now }) => every(places, (place) => isVerified(place, now)),
  'places-described': (_, { places }) => said(places, (place) => place.isDescribed, 'every'),
  'restore-confirmed': (_, { restoreTestedAt = -Infinity, now }) =>
    met(restoreTestedAt <= now && now - restoreTestedAt <= YEAR_DAYS * DAY_MS),
  'a-year-and-more': (policy) => atLeast(longestKeepDays(policy), YEAR_DAYS + 1),
  'declared-originals': (policy, { declaredOriginals }) => {
    if (declaredOriginals.length === 0) return { state: 'not-asked' }
    const years = Math.max(...declaredOriginals.map((kind) => RECORD_KINDS[kind].years))
    return atLeast(longestKeepDays(policy), years * YEAR_DAYS)
  },
  '3-2-1-1-0': (_, { places, now }) => met(threeTwoOne(places, now).met),
}

/** A rhythm of less than a day a day is broken by plan; a good one is broken where the newest backup is late. */
function frequency({ rhythm, calendar, generations, addedAt, now, isWatchedWell }: PolicyFacts): Verdict {
  if (isWatchedWell !== undefined) return isWatchedWell ? { state: 'met' } : { state: 'broken', cause: 'not-looked' }
  if (rhythm.every === 'hours' && rhythm.hours > 24) return { state: 'broken' }
  const newest = newestGood(generations)?.takenAt ?? addedAt
  const due = dueBy(rhythm, calendar, newest, now)
  return { state: due !== undefined && now > due ? 'broken' : 'met', have: businessDaysOld(calendar, newest, now) }
}

function newestGood(generations: readonly HeldGeneration[]): HeldGeneration | undefined {
  return generations.filter((g) => g.isGood).toSorted((a, b) => b.takenAt - a.takenAt)[0]
}

function isLockedAt(now: EpochMs): (generation: HeldGeneration) => boolean {
  return ({ lockedUntil }) => lockedUntil !== undefined && lockedUntil > now
}

function met(isMet: boolean): Verdict {
  return { state: isMet ? 'met' : 'broken' }
}

function atLeast(have: number, need: number): Verdict {
  return { ...met(have >= need), have, need }
}

/** Where there are too few, only days to come help. */
function enoughDays(generations: readonly HeldGeneration[], need: number): Verdict {
  const verdict = atLeast(goodDays(generations).length, need)
  return verdict.state === 'broken' ? { ...verdict, cause: 'few-days' } : verdict
}

function every(places: readonly PlaceFacts[], test: (place: PlaceFacts) => boolean): Verdict {
  // No place at all meets nothing.
  return atLeast(places.filter(test).length, Math.max(1, places.length))
}

/** What a person has to say about places: unknown as long as silence could change the answer. */
function said(
  places: readonly PlaceFacts[],
  of: (place: PlaceFacts) => boolean | undefined,
  wanted: 'some' | 'every',
): Verdict {
  const answers = places.map(of)
  const decisive = wanted === 'some'
  if (answers.includes(decisive)) return met(decisive)
  if (answers.length === 0) return { state: 'broken' }
  return answers.includes(undefined) ? { state: 'unknown' } : met(!decisive)
}
