/** Who of the staff has had which lesson within a year: alone on the screen, or in a group. */
import { type EpochMs, institutionInstant } from '#base'
import type { GroupTraining } from './group-training.ts'
import { type Lesson, LESSONS } from './training.ts'

/** Training is asked for once a year (診療録管理体制加算1 of 2024). */
export const TRAINING_VALID_MS = 365 * 86_400_000

/** Somebody of the staff: an account, an entry of the register of people, or both under one name. */
export interface Member {
  readonly name: string
  /** `account:ID`, `person:ID` */
  readonly keys: readonly string[]
}

export interface Learner extends Member {
  /** When each lesson was had last, within a year; one that is not there is missing. */
  readonly had: Readonly<Partial<Record<Lesson, EpochMs>>>
}

export const isTrained = ({ had }: Pick<Learner, 'had'>): boolean => LESSONS.every((one) => had[one] !== undefined)
export const lessonsHad = ({ had }: Pick<Learner, 'had'>): number => Object.keys(had).length

/** One person who stands in both lists stands here once: names are compared without spaces and widths. */
export function membersOf(
  accounts: readonly { readonly id: string; readonly name: string }[],
  register: readonly { readonly id: string; readonly name: string }[],
): Member[] {
  const members = new Map<string, { name: string; keys: string[] }>()
  // Two accounts are two people, also where they bear one name.
  for (const { id, name } of accounts) members.set(`account:${id}`, { name, keys: [`account:${id}`] })
  for (const { id, name } of register) {
    const known = [...members.values()].find((one) => sameName(one.name) === sameName(name))
    if (known) known.keys.push(`person:${id}`)
    else members.set(`person:${id}`, { name, keys: [`person:${id}`] })
  }
  return [...members.values()]
}

const sameName = (name: string): string => name.normalize('NFKC').replaceAll(/\s/g, '')

export function learnersOf(
  members: readonly Member[],
  read: readonly { readonly lesson: Lesson; readonly personId: string; readonly at: EpochMs }[],
  groups: readonly GroupTraining[],
  now: EpochMs,
): Learner[] {
  const all = [
    ...read.map(({ lesson, personId, at }) => ({ lesson, at, keys: [`account:${personId}`] })),
    ...groups.flatMap(({ day, lessons, people }) =>
      people.flatMap(({ keys }) => lessons.map((lesson) => ({ lesson, keys, at: institutionInstant(day) }))),
    ),
  ].filter(({ at }) => now - at <= TRAINING_VALID_MS)
  return members.map((member) => {
    const had: Partial<Record<Lesson, EpochMs>> = {}
    for (const { lesson, at, keys } of all)
      if (keys.some((key) => member.keys.includes(key))) had[lesson] = Math.max(at, had[lesson] ?? at)
    return { ...member, had }
  })
}
