/** Summaries and medication sheets of many patients as one PDF, with a list before them that says who is missing. */
import { type EpochMs, isAppError } from '#base'
import { type ChartAccess, type GenerationReader, openChart, type PatientEntry, type PatientIndex } from '#chart'
import { drawPages } from '../draw-pages.ts'
import {
  chartPages,
  coverPages,
  elsewhereLines,
  type CoverPatient,
  GENERATION_CHARACTERS,
  type NotPrinted,
  type Page,
  type PaperView,
  placeWords,
} from '#sheets'
import type { PaperTongue } from '#web'
import { type Indexed, sameNumberIn } from '../same-number.ts'

export interface StackPatient {
  readonly reader: GenerationReader
  readonly index: PatientIndex
  readonly row: number
  /** The room, or the time of the appointment. */
  readonly where: string
  readonly bed?: string
}
export interface StackGroup {
  readonly title: string
  readonly patients: readonly StackPatient[]
}

export interface StackToMake {
  readonly title: string
  readonly groups: readonly StackGroup[]
  /** The newest of each source: whose number stands in another too is told on the sheet. */
  readonly opened: readonly Indexed[]
  readonly access: ChartAccess
  readonly tongue: PaperTongue
  readonly nowMs: EpochMs
  readonly by: string
  readonly institution: string
  readonly isSample: boolean
  readonly notes: readonly string[]
  readonly fontsFolder?: string
  /** Told after each patient; may throw to stop. */
  readonly onDone: (patients: number, sheets: number) => void
}

export interface MadeStack {
  readonly pdf: Uint8Array
  readonly sheets: number
  readonly notPrinted: number
  readonly missing: readonly string[]
}

export async function makeStack(stack: StackToMake): Promise<MadeStack> {
  const { nowMs } = stack
  const { t: words, f } = stack.tongue
  const view: PaperView = { t: words.chart, p: words.paper, f }
  const pages: Page[] = []
  const groups: { title: string; patients: CoverPatient[] }[] = []
  let done = 0
  for (const group of stack.groups) {
    const patients: CoverPatient[] = []
    for (const patient of group.patients) {
      const entry = patient.index.entry(patient.row)
      const sheets = await sheetsOf(stack, view, patient, entry)
      if (typeof sheets !== 'string') pages.push(...sheets)
      patients.push({
        where: placeWords(view, { room: patient.where, ...(patient.bed && { bed: patient.bed }) }),
        name: entry.kanji || entry.kana || words.chart.identity.noName,
        kana: entry.kana,
        patientId: entry.patientId,
        birth: entry.birthDate ? f.recordedDate(entry.birthDate) : words.paper.noBirth,
        sheets: typeof sheets === 'string' ? sheets : sheets.length,
      })
      stack.onDone(++done, pages.length)
    }
    groups.push({ title: group.title, patients })
  }
  const generations = [...new Set(stack.groups.flatMap((group) => group.patients.map(({ reader }) => reader)))]
  const asOf = Math.min(...generations.map((reader) => reader.asOf))
  const cover = coverPages(view, {
    title: stack.title,
    asOf: f.dateTime(asOf, nowMs),
    groups,
    notes: [words.paper.ward.afterAsOf, ...stack.notes],
    foot: {
      ...(stack.isSample ? { sample: words.sample.mark } : {}),
      what: [
        stack.institution,
        ...generations.map((reader) => words.paper.generation(reader.generationId.slice(0, GENERATION_CHARACTERS))),
      ].join('\u3000'),
      by: stack.by,
    },
  })
  const all = groups.flatMap(({ patients }) => patients)
  const file = await drawPages(
    [...cover, ...pages],
    { title: stack.title, language: f.language, missingNotice: words.printing.missingGlyphs },
    stack.fontsFolder,
  )
  const notPrinted = all.filter(({ sheets }) => typeof sheets === 'string').length
  return { pdf: file.bytes, sheets: cover.length + pages.length, notPrinted, missing: file.missing }
}

/** Both sheets of one patient, or why there are none: one damaged record costs only its own patient. */
async function sheetsOf(
  stack: StackToMake,
  view: PaperView,
  { reader, index }: StackPatient,
  entry: PatientEntry,
): Promise<Page[] | NotPrinted> {
  try {
    // The stack as a whole is journaled, before. Nobody stands before a person here: who could be mistaken is on the sheet.
    const opened = await openChart(
      { reader, index, journal: () => undefined },
      {
        patientKey: entry.patientKey,
        access: stack.access,
        identifiers: [entry.patientId, entry.kanji, entry.kana, entry.birthDate],
      },
    )
    if (opened.outcome === 'identify') return 'similar'
    if (opened.outcome !== 'opened') return 'not-found'
    const { t, f } = stack.tongue
    const facts = {
      audience: 'staff',
      asOf: f.dateTime(opened.chart.generation.asOf, stack.nowMs),
      by: stack.by,
      elsewhere: elsewhereLines(
        t,
        sameNumberIn(stack.opened, index, entry).map(({ sourceName, asOfMs, match }) => ({
          source: t.search.otherSource(sourceName, f.dateTime(asOfMs, stack.nowMs)),
          match,
        })),
      ),
      ...(stack.isSample ? { sample: t.sample.mark } : {}),
    } as const
    return (['summary', 'medicines'] as const).flatMap((kind) => chartPages(view, opened.chart, kind, facts))
  } catch (error) {
    if (!isAppError(error) || error.code === 'BASE_CANCELLED') throw error
    return 'unreadable'
  }
}
