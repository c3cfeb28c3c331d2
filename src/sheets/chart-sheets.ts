/** One patient's sheets: the summary that is one page, and the medication sheet. */
import type { Chart } from '#chart'
import { cautions, missingBlock } from './cautions.ts'
import { forPatient } from './for-patient.ts'
import { administrationBlock, drugBlocks, injectionBlocks, orderBlocks } from './medicines.ts'
import type { Page } from './page.ts'
import type { Audience, PaperView } from './paper-words.ts'
import { resultBlocks } from './results.ts'
import { type Block, bold, type Foot, type Head, row } from './sheet.ts'
import { birthOf, dateWords, nameOf, shownValue, stayWords } from './texts.ts'
import { typeset } from './typeset.ts'

export interface PrintFacts {
  readonly audience: Audience
  /** The as-of time in words: 11月22日（日）2:14. */
  readonly asOf: string
  /** Who printed it and when. */
  readonly by: string
  /** Lines that say which other sources hold records of this number; for staff. */
  readonly elsewhere?: readonly string[]
  /** 見本, where it is one. */
  readonly sample?: string
}

export type SheetKind = 'summary' | 'medicines'

/** The pages of one sheet of one patient. Pure: the same chart gives the same pages. */
export function chartPages(view: PaperView, whole: Chart, kind: SheetKind, facts: PrintFacts): Page[] {
  const { audience } = facts
  const chart = audience === 'patient' ? forPatient(whole) : whole
  const head = headOf(view, chart, kind, facts)
  const kept = [...cautions(view, chart, audience), missingBlock(view, chart, audience, facts.elsewhere)]
  const foot = footOf(view, chart, facts)
  const words = view.p.sheet
  if (kind === 'medicines')
    return typeset({ head, kept: [...kept, ...medicineBlocks(view, chart, audience)], cut: [], foot, words })
  const drugs = [...drugBlocks(view, chart), ...injectionBlocks(view, chart)]
  return typeset({ head, kept: [...kept, ...drugs], cut: resultBlocks(view, chart, audience), foot, words })
}

function medicineBlocks(view: PaperView, chart: Chart, audience: Audience): Block[] {
  const orders = orderBlocks(view, chart, audience)
  if (audience === 'patient') return orders
  const warning: Block = {
    title: `▲ ${view.p.lastGivenUnknown}`,
    rows: [row(...bold(view.t.missing.confirm))],
    columns: 1,
    framed: true,
  }
  return [warning, ...orders, administrationBlock(view, chart)]
}

function bloodWords({ t }: PaperView, chart: Chart): string {
  const blood = shownValue(chart.bloodType)
  if (!blood) return t.presence.withheld
  if (blood.abo.length + blood.rh.length === 0) return t.presence['not-recorded']
  const all = (list: typeof blood.abo) => [...new Set(list.map(({ text }) => text))].join(' / ')
  return `${all(blood.abo)} ${all(blood.rh)}（${t.identity.bloodNote}）${blood.contradictory ? `▲${t.identity.bloodContradiction}` : ''}`
}

function headOf(view: PaperView, chart: Chart, kind: SheetKind, facts: PrintFacts): Head {
  const { t, p } = view
  const identity = shownValue(chart.identity)
  const birth = birthOf(view, identity, chart.generation.asOf, p.noBirth)
  const isPatient = facts.audience === 'patient'
  const named = (name: string, value: string) => (value ? [`${name} ${value}`] : [])
  return {
    mark: isPatient ? t.print.forPatientMark : t.print.inHouseMark,
    title: kind === 'summary' ? p.summary : isPatient ? p.medicinesForPatient : p.medicines,
    asOf: t.asOfShort(facts.asOf),
    kana: identity?.kana ?? '',
    name: nameOf(view, identity),
    patientId: identity?.patientId ?? '',
    birth,
    facts: [
      ...named(t.identity.patientId, identity?.patientId ?? ''),
      ...named(t.identity.birth, birth),
      ...named(t.identity.sexHead, t.identity.sex[identity?.sex ?? 'unknown']),
      ...named(t.identity.bloodType, bloodWords(view, chart)),
      ...named(t.identity.stay, stayWords(view, shownValue(chart.stay))),
      ...named(t.identity.last, dateWords(chart.lastCareDate)),
      ...(identity?.deceased ? named(t.identity.deceased, dateWords(identity.deceased.on) || t.presence.present) : []),
    ],
  }
}

/** As many characters of a generation's id as restic shows. */
export const GENERATION_CHARACTERS = 8

export function footOf(view: PaperView, chart: Chart, facts: PrintFacts): Foot {
  const identity = shownValue(chart.identity)
  const whose = view.p.whose(nameOf(view, identity), identity?.patientId ?? '', facts.asOf)
  return {
    ...(facts.sample ? { sample: facts.sample } : {}),
    what: `${whose}\u3000${view.p.generation(chart.generation.id.slice(0, GENERATION_CHARACTERS))}`,
    by: facts.by,
  }
}
