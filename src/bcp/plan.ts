/** The draft of the plan: what people answered so far, and what is still open. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  type InstitutionKind,
  INSTITUTION_KINDS,
  type Live,
  type Order,
  ORDERS,
  type Question,
  questionsOf,
  type Section,
  sectionsOf,
} from './tree.ts'

const MOST = { text: 200, long: 4000, number: 6, choices: 1000 } as const
const hours = z.int().min(0).max(9999)

export const draftSchema = z.strictObject({
  kind: z.enum(INSTITUTION_KINDS).optional(),
  /** By key of the question, as people wrote it. */
  answers: z.record(z.string().max(40), z.string().max(MOST.long)),
  orders: z.strictObject({ care: z.array(z.string()), recovery: z.array(z.string()) }),
  bia: z.array(
    z.strictObject({
      systemId: z.string().max(40),
      rtoHours: hours.optional(),
      rpoHours: hours.optional(),
      instead: z.string().max(500),
      needs: z.array(z.string().max(40)).max(100),
    }),
  ),
})
export type Draft = z.infer<typeof draftSchema>

export const EMPTY_DRAFT: Draft = { answers: {}, orders: { care: [], recovery: [] }, bia: [] }

export type AnswerProblem = 'too-long' | 'not-a-number' | 'out-of-range'

export function problemOf({ kind, range }: Question, value: string): AnswerProblem | undefined {
  if (kind === 'number' && value !== '') {
    if (!/^\d{1,5}$/.test(value)) return 'not-a-number'
    if (range && (Number(value) < range[0] || Number(value) > range[1])) return 'out-of-range'
  }
  return value.length > MOST[kind] ? 'too-long' : undefined
}

/** Questions of the section that nobody answered. */
export const openIn = (section: Section, kind: InstitutionKind, { answers }: Draft): Question[] =>
  questionsOf(section, kind).filter(({ key }) => (answers[key] ?? '') === '')

/** What a version would leave undecided: questions of a section, an order, a table that nobody filled. */
export type Gap =
  | { readonly what: 'section'; readonly section: Section; readonly questions: number }
  | { readonly what: 'order'; readonly order: Order }
  | { readonly what: 'live'; readonly live: Live }

/** Tables of the section that nobody has filled. Roles without anybody who decides are none. */
export const emptyIn = ({ code, live }: Section, isEmpty: (live: Live) => boolean): Live[] =>
  [...live, ...(code === 'roles' ? (['deciders'] as const) : [])].filter(isEmpty)

export function gapsOf(kind: InstitutionKind, draft: Draft, isEmpty: (live: Live) => boolean): Gap[] {
  const sections = sectionsOf(kind)
  const asked = sections.map((section) => {
    const { length: questions } = openIn(section, kind, draft)
    return { what: 'section', section, questions } as const
  })
  const empty = new Set(sections.flatMap((section) => emptyIn(section, isEmpty)))
  return [
    ...asked.filter(({ questions }) => questions > 0),
    ...openOrders(draft).map((order) => ({ what: 'order', order }) as const),
    ...[...empty].filter((live) => !ORDER_TABLES.has(live)).map((live) => ({ what: 'live', live }) as const),
  ]
}

/** Their tables are told as orders. */
const ORDER_TABLES = new Set<Live>(['care-order', 'recovery-order'])
const openOrders = ({ orders }: Draft): Order[] =>
  (['care', 'recovery'] as const).filter((order) => orders[order].length === 0)

export interface Progress {
  readonly questions: number
  readonly answered: number
  /** About; two a question, five for each order. */
  readonly minutesLeft: number
  /** The first section with something open. */
  readonly next: string | undefined
  /** Orders that nobody has put into order. */
  readonly orders: readonly Order[]
}

export function progressOf(kind: InstitutionKind, draft: Draft): Progress {
  const sections = sectionsOf(kind)
  const all = sections.flatMap((section) => questionsOf(section, kind))
  const open = sections.flatMap((section) => openIn(section, kind, draft))
  const orders = openOrders(draft)
  return {
    questions: all.length,
    answered: all.length - open.length,
    minutesLeft: open.length * 2 + orders.length * 5,
    next: sections.find((section) => openIn(section, kind, draft).length > 0)?.code,
    orders,
  }
}

/** What was given a place, by place; the same place keeps the usual order. Nothing is in the list without a number. */
export function ordered(order: 'care' | 'recovery', places: Readonly<Record<string, string>>): string[] {
  return ORDERS[order]
    .filter((code) => /^\d{1,3}$/.test(places[code] ?? ''))
    .toSorted((a, b) => Number(places[a]) - Number(places[b]))
}

export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('hex')
