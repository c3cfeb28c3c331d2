/** Lines of facts as people read them, and a report as a document. Pure. */
import { createHash } from 'node:crypto'
import type { EpochMs } from '#base'
import { isClockCode, isStepCode } from '#incident'
import { type FieldNow, type Part, type ReportNow, written } from '#notification'
import type { Block, OfficeDocument } from '#office/model'
import { criterionWords } from '../criteria.ts'
import type { Ui } from '../ui.ts'

type Words = Pick<Ui, 't' | 'f'>

/** With its year: a report is read for years. */
export const stamp = ({ f }: Words, at: EpochMs): string => `${f.fullDate(at)} ${f.time(at)}`

export function partWords(ui: Words, part: Part): string {
  if ('text' in part) return part.text
  if ('at' in part) return stamp(ui, part.at)
  if ('count' in part) return ui.f.count(part.count)
  const of = (words: Readonly<Record<string, string>>): string => words[part.code] ?? part.code
  const { incident, evidencePage, runbook, reports } = ui.t
  switch (part.word) {
    case 'kind':
      return of(incident.kind)
    case 'level':
      return of(incident.level)
    case 'leak':
      return of(incident.leak)
    case 'emergency':
      return of(incident.emergency)
    case 'criterion':
      return criterionWords(ui.t, part.code)
    case 'step':
      return isStepCode(part.code) ? (runbook.step[part.code][0] ?? part.code) : part.code
    case 'clock':
      return isClockCode(part.code) ? of(incident.clock) : part.code
    case 'evidence':
      return of(evidencePage.item)
    case 'house':
      return of(reports.house)
  }
}

export const factLines = (ui: Words, { fact }: FieldNow): readonly string[] =>
  (fact?.lines ?? []).map((line) => line.map((part) => partWords(ui, part)).join('\u3000'))

/** What goes out: what people wrote, or else what the records say; '' where neither is, or on purpose. */
export function fieldText(ui: Words, field: FieldNow): string {
  const own = written(field)
  return own.length > 0 ? own.map(({ text }) => text).join('\n') : factLines(ui, field).join('\n')
}

/** Fields about which nobody has said anything yet. */
export const emptyFields = (report: ReportNow): readonly FieldNow[] => report.fields.filter(isNothingYet)

export const isNothingYet = (field: FieldNow): boolean => field.fact === undefined && written(field).length === 0

export const isNotice = ({ form }: ReportNow): boolean => form.open || form.code === 'staff'

/** Of what the sender saw: sent is only what was seen. */
export const digestOf = (ui: Words, report: ReportNow): string =>
  createHash('sha256')
    .update(JSON.stringify([report.version, report.fields.map((field) => [field.code, fieldText(ui, field)])]))
    .digest('hex')
    .slice(0, 16)

/** @param isDraft it says so at the head of every page */
export function reportDocument(
  ui: Pick<Ui, 't' | 'f' | 'nowMs'>,
  report: ReportNow,
  { institution, isDraft }: { readonly institution: string; readonly isDraft: boolean },
): OfficeDocument {
  const t = ui.t.reports
  const title = t.form[report.form.code]
  const mark = isDraft ? t.draftMark : t.versionMark(String(report.version))
  return {
    title,
    language: ui.f.language,
    header: `${title}\u3000${mark}`,
    footer: t.foot(institution, `${stamp(ui, ui.nowMs)} ${mark}`),
    blocks: [
      { kind: 'heading', level: 1, text: title },
      { kind: 'paragraph', text: `${institution}\u3000${ui.f.fullDate(ui.nowMs)}`, small: true },
      ...(isNotice(report) ? noticeBlocks(ui, report) : [reportTable(ui, report)]),
    ],
  }
}

function reportTable(ui: Words, report: ReportNow): Block {
  const t = ui.t.reports
  return {
    kind: 'table',
    header: [t.fieldHead.field, t.fieldHead.content],
    widths: [2, 5],
    rows: report.fields.map((field) => [t.field[field.code], fieldText(ui, field) || t.emptyInFile]),
  }
}

/** For people to read: a heading for each field, those without words left out. */
function noticeBlocks(ui: Words, report: ReportNow): Block[] {
  return report.fields.flatMap((field): Block[] => {
    const text = fieldText(ui, field)
    if (text === '') return []
    return [
      { kind: 'heading', level: 2, text: ui.t.reports.field[field.code] },
      { kind: 'paragraph', text },
    ]
  })
}
