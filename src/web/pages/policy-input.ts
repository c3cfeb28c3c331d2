/** The policy's form: from a plan to its fields and back, and a plan made as strong as a ready profile. */
import {
  type Aim,
  CEILING_REASONS,
  type CeilingReason,
  LEGAL_FLOOR_GENERATIONS,
  PROFILES,
  RECORD_KINDS,
  type RecordKind,
  RHYTHM_HOURS,
  type RhythmChoice,
  type SourcePlan,
} from '#vault'
import type { Messages } from '../messages/index.ts'

export const NUMBER_FIELDS = [
  'daily-days',
  'weekly-days',
  'monthly-days',
  'yearly-days',
  'floor',
  'lock-days',
  'ceiling-days',
] as const
type NumberField = (typeof NUMBER_FIELDS)[number]

/** As typed. */
export interface PlanInput {
  readonly numbers: Readonly<Record<NumberField, string>>
  readonly ceilingReason: string
  readonly rhythm: string
  /** Undefined: all. */
  readonly places: readonly string[] | undefined
  readonly originals: readonly string[]
}

/** Twenty years: the longest that a law asks for a kind of record. A slip of a digit is caught here. */
const MOST_DAYS = 7_400
const MOST_GENERATIONS = 100
const RANGES: Record<NumberField, readonly [least: number, most: number]> = {
  'daily-days': [1, MOST_DAYS],
  'weekly-days': [0, MOST_DAYS],
  'monthly-days': [0, MOST_DAYS],
  'yearly-days': [0, MOST_DAYS],
  floor: [LEGAL_FLOOR_GENERATIONS, MOST_GENERATIONS],
  'lock-days': [1, MOST_DAYS],
  'ceiling-days': [1, MOST_DAYS],
}

export function inputOf({ policy, rhythm, places, originals }: SourcePlan): PlanInput {
  return {
    numbers: {
      'daily-days': String(policy.dailyDays),
      'weekly-days': String(policy.weeklyDays),
      'monthly-days': String(policy.monthlyDays),
      'yearly-days': String(policy.yearlyDays),
      floor: String(policy.floorGenerations),
      'lock-days': String(policy.lockDays),
      'ceiling-days': String(policy.ceiling.days),
    },
    ceilingReason: policy.ceiling.reason,
    rhythm,
    places,
    originals,
  }
}

/** The plan that was typed, or what is wrong at which field. */
export function planOf(
  input: PlanInput,
  t: Messages['policy'],
): { readonly plan: SourcePlan } | { readonly errors: Readonly<Record<string, string>> } {
  const errors: Record<string, string> = {}
  const numbers = Object.fromEntries(
    NUMBER_FIELDS.map((name) => {
      const text = input.numbers[name].normalize('NFKC').trim()
      const value = /^\d{1,5}$/.test(text) ? Number(text) : undefined
      const [least, most] = RANGES[name]
      if (value === undefined) errors[name] = t.wrong.number
      else if (name === 'floor' && value < least) errors[name] = t.wrong.floor
      else if (value < least || value > most) errors[name] = t.wrong.range(String(least), String(most))
      return [name, value ?? 0]
    }),
  ) as Record<NumberField, number>
  if (Object.keys(errors).length === 0 && numbers['lock-days'] > numbers['ceiling-days'])
    errors['lock-days'] = t.wrong.aboveCeiling
  if (Object.keys(errors).length > 0) return { errors }
  const kinds = Object.keys(RECORD_KINDS) as RecordKind[]
  return {
    plan: {
      policy: {
        dailyDays: numbers['daily-days'],
        weeklyDays: numbers['weekly-days'],
        monthlyDays: numbers['monthly-days'],
        yearlyDays: numbers['yearly-days'],
        floorGenerations: numbers.floor,
        lockDays: numbers['lock-days'],
        ceiling: { days: numbers['ceiling-days'], reason: reasonOf(input.ceilingReason) },
      },
      rhythm: rhythmOf(input.rhythm),
      places: input.places,
      originals: kinds.filter((kind) => input.originals.includes(kind)),
    },
  }
}

const reasonOf = (text: string): CeilingReason => CEILING_REASONS.find((known) => known === text) ?? 'erasure'

function rhythmOf(text: string): RhythmChoice {
  const hours = RHYTHM_HOURS.find((known) => text === `hours:${known}`)
  if (hours !== undefined) return `hours:${hours}`
  return text === 'day' ? 'day' : 'business-day'
}

/** How many runs a rhythm asks for in a week; a business day is at most a day. */
const RUNS: Record<string, number> = {
  'business-day': 6,
  day: 7,
  ...Object.fromEntries(RHYTHM_HOURS.map((hours) => [`hours:${hours}`, (7 * 24) / hours])),
}

/** A plan made at least as strong as a ready profile; nothing gets weaker, so that several may be chosen one after another. */
export function strengthened(plan: SourcePlan, aim: Aim): SourcePlan {
  const { policy: wanted, rhythm } = PROFILES[aim]
  const { policy } = plan
  const often: RhythmChoice = rhythm.every === 'hours' ? `hours:${rhythm.hours}` : rhythm.every
  return {
    ...plan,
    policy: {
      dailyDays: Math.max(policy.dailyDays, wanted.dailyDays),
      weeklyDays: Math.max(policy.weeklyDays, wanted.weeklyDays),
      monthlyDays: Math.max(policy.monthlyDays, wanted.monthlyDays),
      yearlyDays: Math.max(policy.yearlyDays, wanted.yearlyDays),
      floorGenerations: Math.max(policy.floorGenerations, wanted.floorGenerations),
      lockDays: Math.max(policy.lockDays, wanted.lockDays),
      ceiling: policy.ceiling.days >= wanted.ceiling.days ? policy.ceiling : wanted.ceiling,
    },
    rhythm: RUNS[plan.rhythm]! >= RUNS[often]! ? plan.rhythm : often,
  }
}
