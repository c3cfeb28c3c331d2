/**
 * The ministry's three aims of a backup (disaster, cyber attack, failure) as ready profiles. The direction of each aim
 * is the guideline's; every number is ours, since the guideline gives none.
 */
import { DEFAULT_RHYTHM, type Rhythm } from './late.ts'
import { isDetached, isOutOfReach, isVerified, type PlaceFacts } from './places.ts'
import { DEFAULT_POLICY, type RetentionPolicy } from './policy.ts'
import type { RuleFinding } from './judge.ts'
import type { RuleId } from './rules.ts'
import type { Reference, Words } from './source-of.ts'
import type { EpochMs } from '#base'

export const AIMS = ['disaster', 'cyber', 'failure'] as const
export type Aim = (typeof AIMS)[number]

/** How many places of a sort an aim asks for. */
export interface PlaceDemand {
  readonly sort: 'any' | 'offsite' | 'immutable' | 'out-of-reach' | 'quick' | 'verified'
  readonly count: number
}

export interface Profile {
  readonly words: { readonly name: Words; readonly why: Words }
  readonly policy: RetentionPolicy
  readonly rhythm: Rhythm
  readonly places: readonly PlaceDemand[]
  /** The rules that matter most for this aim. */
  readonly rules: readonly RuleId[]
  /** Of the direction; the figures are Toride's. */
  readonly references: readonly Reference[]
}

/** The overview of 6.0 was read. Of 7.0 only that it became more concrete is known. */
const references: readonly Reference[] = [
  { edition: 'mhlw-6.0', clause: '概説（非常時の種類ごとのバックアップの考え方）', certainty: 'read' },
  { edition: 'mhlw-7.0', clause: '概説（文言は未確認）', certainty: 'unread' },
]

export const PROFILES: Record<Aim, Profile> = {
  disaster: {
    words: {
      name: { ja: '災害にそなえる', en: 'Disaster' },
      why: {
        ja: '建物ごと失っても、別の場所から戻せるように、離れた場所に分けて置きます。',
        en: 'Copies lie apart, so that the loss of the building is not the loss of the records.',
      },
    },
    policy: DEFAULT_POLICY,
    rhythm: DEFAULT_RHYTHM,
    places: [
      { sort: 'any', count: 2 },
      { sort: 'offsite', count: 1 },
    ],
    rules: ['remote-copy', 'three-generations', 'a-year-and-more', '3-2-1-1-0'],
    references,
  },
  cyber: {
    words: {
      name: { ja: 'サイバー攻撃にそなえる', en: 'Cyber attack' },
      why: {
        ja: '管理者になりすまされても消せないように、古い日のものまで、後から書き換えられない形で残します。',
        en: 'Many generations that nobody can write to, also from before a quiet intruder came.',
      },
    },
    // Intruders stay for weeks: every day of six weeks is there, and each is locked for as long.
    policy: { ...DEFAULT_POLICY, dailyDays: 42, weeklyDays: 182, floorGenerations: 5, lockDays: 42 },
    rhythm: DEFAULT_RHYTHM,
    places: [
      { sort: 'any', count: 2 },
      { sort: 'immutable', count: 1 },
      { sort: 'out-of-reach', count: 1 },
      { sort: 'verified', count: 1 },
    ],
    rules: [
      'third-out-of-reach',
      'one-without-additional-writes',
      'newest-locked-too',
      'lock-to-the-end',
      'detached-copy',
      'out-of-malware-reach',
      'separate-administrator',
      'contents-inspected',
    ],
    references,
  },
  failure: {
    words: {
      name: { ja: 'システム障害にそなえる', en: 'System failure' },
      why: {
        ja: '機械が壊れても、すぐ近くの新しいものから、短い時間で戻せるようにします。',
        en: 'A fresh copy close by, so that a broken machine is back quickly.',
      },
    },
    policy: DEFAULT_POLICY,
    rhythm: { every: 'hours', hours: 4, graceHours: 2 },
    places: [
      { sort: 'quick', count: 1 },
      { sort: 'verified', count: 1 },
    ],
    rules: ['every-business-day', 'restore-confirmed', 'several-methods'],
    references,
  },
}

const SORTS: Record<PlaceDemand['sort'], (place: PlaceFacts, now: EpochMs) => boolean> = {
  any: () => true,
  offsite: (place) => place.offsite,
  immutable: (place) => place.immutable,
  'out-of-reach': isOutOfReach,
  quick: (place) => !place.offsite && !isDetached(place),
  verified: isVerified,
}

/** What an aim asks for and the places do not give. */
export function missingPlaces(aim: Aim, places: readonly PlaceFacts[], now: EpochMs): PlaceDemand[] {
  return PROFILES[aim].places.flatMap(({ sort, count }) => {
    const lacking = count - places.filter((place) => SORTS[sort](place, now)).length
    return lacking > 0 ? [{ sort, count: lacking }] : []
  })
}

export interface AimFinding {
  readonly aim: Aim
  /** `unknown`: nothing is broken, but somebody has still to say something. */
  readonly state: 'met' | 'broken' | 'unknown'
  readonly missing: readonly PlaceDemand[]
  /** Of the rules that matter most for this aim. */
  readonly broken: readonly RuleId[]
}

/** Whether a source stands up to an aim, by its places and by the rules that matter for it. */
export function judgeAim(
  aim: Aim,
  findings: readonly RuleFinding[],
  places: readonly PlaceFacts[],
  now: EpochMs,
): AimFinding {
  const missing = missingPlaces(aim, places, now)
  const own = findings.filter(({ rule }) => PROFILES[aim].rules.includes(rule))
  const broken = own.filter(({ state }) => state === 'broken').map(({ rule }) => rule)
  if (missing.length > 0 || broken.length > 0) return { aim, state: 'broken', missing, broken }
  return { aim, state: own.some(({ state }) => state === 'unknown') ? 'unknown' : 'met', missing, broken }
}
