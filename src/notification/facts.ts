/** What a case says for the fields of reports, and from where. Nothing is inferred: what nobody wrote has no fact. */
import type { EpochMs } from '#base'
import type { BookEntry } from '#casebook'
import { corrections, happenedAt, type IncidentCase, type Improvement, type Topic } from '#incident'
import type { FieldCode } from './forms.ts'

/** A piece of a line: words as they were written, a time, a figure, or a code whose words are the screen's. */
export type Part =
  | { readonly text: string }
  | { readonly at: EpochMs }
  | { readonly count: number }
  | { readonly word: WordGroup; readonly code: string }
export type WordGroup = 'kind' | 'level' | 'leak' | 'emergency' | 'criterion' | 'step' | 'clock' | 'evidence' | 'house'

/** `entries`: of the case's timeline. `settings`: the institution's own. `rule`: follows from what the case is. `house`: words that stand ready. */
export type FactSource = 'entries' | 'rule' | 'settings' | 'improvements' | 'house'

export interface Fact {
  readonly lines: readonly (readonly Part[])[]
  readonly from: FactSource
  /** Of the newest entry it is drawn from; undefined for what has no time. */
  readonly at: EpochMs | undefined
  /** Who wrote these entries; '' where sealed. */
  readonly by: readonly string[]
  /** Two devices say different things: both stand in the lines. */
  readonly isConflict: boolean
}

export interface FactGround {
  readonly one: IncidentCase
  readonly institution: string
  readonly improvements: readonly Improvement[]
}

export type Facts = Readonly<Partial<Record<FieldCode, Fact>>>

export function factsOf(ground: FactGround): Facts {
  const { one, institution, improvements } = ground
  const found: Partial<Record<FieldCode, Fact | undefined>> = {
    institution: institution === '' ? undefined : still('settings', [[{ text: institution }]]),
    contact: ofEntries(
      one.roles.liaison?.heads ?? one.roles.lead?.heads ?? [],
      (head) => [[{ text: said(head, 'name') }]],
      one.roles.liaison?.isConflict ?? one.roles.lead?.isConflict,
    ),
    decider: ofTopic(one.topics.get('emergency'), (head) => [[{ text: said(head, 'decider') }]]),
    kind: ofTopic(one.topics.get('kind'), (head) => [
      [{ word: 'kind', code: value(head) }],
      [{ text: said(head, 'reason') }],
    ]),
    'known-at': knownAt(one),
    found: ofEntries(
      one.entries.filter(({ kind }) => kind === 'report'),
      (entry) => [[{ at: happenedAt(entry) }, { text: said(entry, 'place') }, { text: said(entry, 'what') }]],
    ),
    emergency: ofTopic(one.topics.get('emergency'), (head) => [
      [
        { at: happenedAt(head) },
        { word: 'emergency', code: value(head) },
        ...(head.codes['criterion'] ? [{ word: 'criterion', code: String(head.codes['criterion']) } as const] : []),
      ],
    ]),
    scope: ofTopic(one.topics.get('level'), (head) => [
      [{ word: 'level', code: value(head) }, { text: said(head, 'reason') }],
    ]),
    leak: leaked(one),
    patients: counted(one.counts.patients),
    staff: counted(one.counts.staff),
    'ransom-note': ofEntries(
      one.entries.filter(({ codes }) => codes['criterion'] === 'ransom-note'),
      (entry) => [[{ at: happenedAt(entry) }, { word: 'criterion', code: 'ransom-note' }]],
    ),
    done: ofEntries(
      one.steps.flatMap(({ state, topic }) => (state === 'done' ? (topic?.heads ?? []) : [])),
      (head) => [[{ at: happenedAt(head) }, { word: 'step', code: topicCode(head) }]],
    ),
    told: ofEntries(
      // One that was closed because it was not needed told nobody.
      one.clocks.flatMap(({ isClosed, isDropped, topic }) => (isClosed && !isDropped ? (topic?.heads ?? []) : [])),
      (head) => [[{ at: happenedAt(head) }, clockPart(one, topicCode(head)), { text: said(head, 'sent') }]],
    ),
    evidence: ofEntries(
      one.evidence.filter(({ isCorrected }) => !isCorrected).map(({ entry }) => entry),
      (entry) => [[{ word: 'evidence', code: String(entry.codes['item']) }, { text: said(entry, 'what') }]],
    ),
    course: course(one),
    prevention:
      improvements.length === 0
        ? undefined
        : still(
            'improvements',
            improvements.map(({ what, dueOn }) => [{ text: what }, { text: `（${dueOn}）` }]),
          ),
    advice: still('house', [[{ word: 'house', code: 'advice' }]]),
    'staff-do': still('house', [[{ word: 'house', code: 'staff-do' }]]),
  }
  return Object.fromEntries(Object.entries(found).filter(([, fact]) => fact !== undefined)) as Facts
}

const still = (from: FactSource, lines: Fact['lines']): Fact => ({
  lines,
  from,
  at: undefined,
  by: [],
  isConflict: false,
})

/** Of an entry's sealed part; '' without the key. */
function said(entry: BookEntry, name: string): string {
  const text = ((entry.detail ?? {}) as Record<string, unknown>)[name]
  return typeof text === 'string' ? text : ''
}
const value = (entry: BookEntry): string => String(entry.codes['value'] ?? '')
const topicCode = (entry: BookEntry): string => String(entry.codes['topic'] ?? '').replace(/^[a-z]+:/, '')
/** A term of the house has words of its own. */
function clockPart({ clocks }: IncidentCase, code: string): Part {
  const own = clocks.find((clock) => clock.code === code)?.own
  return own ? { text: own.name } : { word: 'clock', code }
}
const isEmpty = (part: Part): boolean => 'text' in part && part.text === ''

function ofEntries(
  entries: readonly BookEntry[],
  linesOf: (entry: BookEntry) => Part[][],
  isConflict = false,
): Fact | undefined {
  const lines = entries
    .toSorted((a, b) => happenedAt(a) - happenedAt(b))
    .flatMap(linesOf)
    .map((line) => line.filter((part) => !isEmpty(part)))
    .filter((line) => line.length > 0)
  if (lines.length === 0) return undefined
  const by = [...new Set(entries.map(({ who }) => who?.name ?? ''))]
  return { lines, from: 'entries', at: Math.max(...entries.map(({ at }) => at)), by, isConflict }
}

const ofTopic = (topic: Topic | undefined, linesOf: (head: BookEntry) => Part[][]): Fact | undefined =>
  ofEntries(topic?.heads ?? [], linesOf, topic?.isConflict)

/** What nobody decided is suspected wherever somebody may have got in (R31): by rule, and it says so. */
const leaked = (one: IncidentCase): Fact | undefined =>
  ofTopic(one.topics.get('leak'), (head) => [[{ word: 'leak', code: value(head) }, { text: said(head, 'reason') }]]) ??
  (one.leak === 'suspected' ? still('rule', [[{ word: 'leak', code: 'suspected' }]]) : undefined)

/** What nobody counted yet is 調査中, which is not 0. */
const counted = (topic: Topic | undefined): Fact | undefined =>
  ofTopic(topic, (head) => {
    const figure = value(head)
    return [[figure === '' ? { word: 'house', code: 'being-counted' } : { count: Number(figure) }]]
  })

/** Where nobody said otherwise: when it was reported first. */
function knownAt(one: IncidentCase): Fact | undefined {
  const topic = one.topics.get('known-at')
  if (topic) return ofTopic(topic, (head) => [[{ at: Number(value(head)) }]])
  const first = one.entries.find((entry) => happenedAt(entry) === one.openedAt)
  return ofEntries(first ? [first] : [], () => [[{ at: one.openedAt }]])
}

/** Decisions and notes as they were written; what was corrected stands in its last form. */
function course(one: IncidentCase): Fact | undefined {
  const corrected = corrections(one.entries)
  const told = one.entries.filter(
    ({ id, kind }) => (kind === 'decision' || kind === 'note') && (kind === 'decision' || !corrected.has(id)),
  )
  return ofEntries(told, (entry) => {
    const at: Part = { at: happenedAt(entry) }
    if (entry.kind === 'note')
      return [
        [at, { text: said(entry, 'from') }, { text: said(entry, 'text') }].filter((part) => !isEmpty(part)),
      ].filter(({ length }) => length > 1)
    const group = GROUPS[String(entry.codes['topic'])]
    return group ? [[at, { word: group, code: value(entry) }, { text: said(entry, 'reason') }]] : []
  })
}

const GROUPS: Readonly<Record<string, WordGroup>> = {
  emergency: 'emergency',
  kind: 'kind',
  level: 'level',
  leak: 'leak',
}
