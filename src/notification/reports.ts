/**
 * Reports of a case as they stand: facts, what people wrote over them, and what was sent. A pure fold over a book of its
 * own, `notification:<case>`: nothing is edited, each version that went out lies there as it went.
 */
import type { EpochMs } from '#base'
import type { BookEntry } from '#casebook'
import { type ClockNow, happenedAt, type IncidentCase, topicsOf } from '#incident'
import type { Fact, Facts } from './facts.ts'
import { type FieldCode, FORMS, type FormCode, type ReportForm } from './forms.ts'

/** What a person wrote instead. `text` '': left empty on purpose; `isWithdrawn`: the fact holds again. */
export interface Overrule {
  readonly id: string
  readonly text: string
  readonly reason: string
  readonly by: string
  readonly at: EpochMs
  readonly isWithdrawn: boolean
}

export interface FieldNow {
  readonly code: FieldCode
  readonly fact: Fact | undefined
  /** Those that stand: more than one were written apart and differ. */
  readonly overrules: readonly Overrule[]
}

/** The kinds of file that one version went out as. */
export const FILE_KINDS = ['docx', 'xlsx', 'pdf'] as const
export type FileKind = (typeof FILE_KINDS)[number]

export interface SentVersion {
  readonly version: number
  readonly id: string
  readonly sentAt: EpochMs
  readonly recordedAt: EpochMs
  readonly by: string
  readonly to: string
  readonly how: string
  readonly receipt: string
  /** SHA-256 of each file. */
  readonly files: Readonly<Record<FileKind, string>>
}

export interface ReportNow {
  readonly form: ReportForm
  readonly fields: readonly FieldNow[]
  readonly sent: readonly SentVersion[]
  /** The one it answers; undefined where none runs in this case. */
  readonly clock: ClockNow | undefined
  /** Of the version that is being written. */
  readonly version: number
}

/** Names and remarks of the timeline are no words for the public. */
function withoutText(fact: Fact | undefined): Fact | undefined {
  if (fact?.from !== 'entries') return fact?.from === 'improvements' ? undefined : fact
  const lines = fact.lines.map((line) => line.filter((part) => !('text' in part))).filter(({ length }) => length > 0)
  return lines.length === 0 ? undefined : { ...fact, lines }
}

export const fieldTopic = (form: FormCode, field: FieldCode): string => `${form}:${field}`

export function reportsOf(one: IncidentCase, facts: Facts, entries: readonly BookEntry[]): ReportNow[] {
  const topics = topicsOf(entries)
  return FORMS.map((form) => {
    const sent = sentOf(form.code, entries)
    return {
      form,
      fields: form.fields.map((code) => ({
        code,
        fact: form.open ? withoutText(facts[code]) : facts[code],
        overrules: (topics.get(fieldTopic(form.code, code))?.heads ?? []).map(overruleOf),
      })),
      sent,
      clock: one.clocks.find(({ code }) => code === form.clock),
      version: sent.length + 1,
    }
  })
}

/** What stands of a field: what people wrote (all of it, while they differ), or nothing but the fact. */
export const written = ({ overrules }: FieldNow): readonly Overrule[] => overrules.filter((one) => !one.isWithdrawn)

function overruleOf(entry: BookEntry): Overrule {
  return {
    id: entry.id,
    text: said(entry, 'text'),
    reason: said(entry, 'reason'),
    by: entry.who?.name ?? '',
    at: entry.at,
    isWithdrawn: entry.codes['value'] === 'withdrawn',
  }
}

function sentOf(form: FormCode, entries: readonly BookEntry[]): SentVersion[] {
  return entries
    .filter(({ kind, codes }) => kind === 'sent' && codes['form'] === form)
    .map((entry, i) => ({
      version: i + 1,
      id: entry.id,
      sentAt: happenedAt(entry),
      recordedAt: entry.at,
      by: entry.who?.name ?? '',
      to: said(entry, 'to'),
      how: said(entry, 'how'),
      receipt: said(entry, 'receipt'),
      files: {
        docx: String(entry.codes['docx']),
        xlsx: String(entry.codes['xlsx']),
        pdf: String(entry.codes['pdf']),
      },
    }))
}

function said(entry: BookEntry, name: string): string {
  const text = ((entry.detail ?? {}) as Record<string, unknown>)[name]
  return typeof text === 'string' ? text : ''
}
