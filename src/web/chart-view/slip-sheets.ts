/** Blank forms and labels as pages, with a patient's head where there is a chart; for server, emergency PC and disc alike. */
import type { EpochMs } from '#base'
import type { Chart } from '#chart/browser'
import {
  dateWords,
  GENERATION_CHARACTERS,
  labelPage,
  nameOf,
  type Page,
  shownValue,
  USUAL_SLIPS,
  type SlipKind,
  slipPages,
  type SlipPatient,
} from '#sheets'
import type { Format } from '../format.ts'
import type { Messages } from '../messages/index.ts'
import { allergySummary } from './header.tsx'

interface SlipLook {
  readonly t: Messages
  readonly f: Format
  readonly nowMs: EpochMs
  readonly institution: string
  readonly isSample: boolean
  /** Who prints, from what. */
  readonly by: string
}

export type FormChoice = SlipKind | 'all' | 'labels'

function patientOf(ui: SlipLook, chart: Chart): SlipPatient {
  const { chart: t, paper } = ui.t
  const identity = shownValue(chart.identity)
  const view = { t, words: ui.t, f: ui.f, nowMs: ui.nowMs, showOrigins: false, allColumns: false }
  return {
    patientId: identity?.patientId ?? '',
    name: nameOf({ t }, identity),
    kana: identity?.kana ?? '',
    birth: identity?.birthDate ? ui.f.recordedDate(dateWords(identity.birthDate)) : paper.noBirth,
    sex: t.identity.sex[identity?.sex ?? 'unknown'],
    allergy: `${t.section.allergies}: ${allergySummary(view, chart)}`,
  }
}

/** Of a blank sheet alone. */
export interface SheetNumbers {
  readonly serial: string
  readonly temporary?: string
}

/**
 * Absent chart: forms for somebody without a number.
 * @param numbers for blank sheets of one form, one each
 */
export function slipSheets(
  ui: SlipLook,
  form: FormChoice,
  chart?: Chart,
  numbers: readonly SheetNumbers[] = [],
): Page[] {
  const { t, f } = ui
  const patient = chart && patientOf(ui, chart)
  const asOf = chart ? t.chart.asOfShort(f.dateTime(chart.generation.asOf, ui.nowMs)) : ''
  if (form === 'labels') return patient ? [labelPage(patient, asOf)] : []
  const foot = {
    ...(ui.isSample ? { sample: t.sample.mark } : {}),
    what: patient
      ? `${t.paper.whose(patient.name, patient.patientId, f.dateTime(chart!.generation.asOf, ui.nowMs))}\u3000${t.paper.generation(chart!.generation.id.slice(0, GENERATION_CHARACTERS))}`
      : ui.institution,
    by: ui.by,
  }
  const kinds = form === 'all' ? USUAL_SLIPS : [form]
  const sheets: readonly Partial<SheetNumbers>[] = numbers.length > 0 ? numbers : [{}]
  return kinds.flatMap((kind) => sheets.flatMap((own) => slipPages(kind, patient, { foot, texts: t.paper, ...own })))
}
