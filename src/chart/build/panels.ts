/**
 * Clinical reading order of laboratory items: by the analyte part (first five characters) of JLAC10. The panels follow
 * the chapters of the code; within a panel the usual order of a Japanese result sheet, then by code. Items without a
 * JLAC10 code come last, as `other`, in the order of the source.
 */
import { SYSTEM, sameSystem } from '#fhir'
import type { LabPanel, LabPanelName, LabRow } from '../model-clinical.ts'

/** First match counts. */
const CHAPTERS: readonly (readonly [RegExp, LabPanelName])[] = [
  [/^1/, 'urine-stool'],
  [/^2B/, 'coagulation'],
  [/^2/, 'blood-count'],
  [/^3H(05|06|07)/, 'chemistry'],
  [/^3K/, 'blood-gas'],
  [/^3[LM]/, 'drug-levels'],
  [/^[38]/, 'chemistry'],
  [/^4/, 'hormones'],
  [/^5D/, 'tumour-markers'],
  [/^5[EF]/, 'infection-serology'],
  [/^5[HJ]/, 'blood-bank'],
  [/^5/, 'immunology'],
]

const PANEL_ORDER: readonly LabPanelName[] = [
  'blood-count',
  'coagulation',
  'chemistry',
  'immunology',
  'blood-gas',
  'drug-levels',
  'hormones',
  'tumour-markers',
  'infection-serology',
  'urine-stool',
  'blood-bank',
  'other',
]

/** WBC RBC Hb Ht MCV MCH MCHC Plt Ret 像 · TP Alb A/G … CRP: analyte codes in the order of a result sheet. */
const ITEM_ORDER =
  '2A010 2A020 2A030 2A040 2A060 2A070 2A080 2A050 2A110 2A160 2B030 2B020 2B100 2B140 2B120 2B200 ' +
  '3A010 3A015 3A016 3J010 3J015 3J020 3B035 3B045 3B050 3B070 3B090 3B110 3B010 3B015 3B160 3B180 ' +
  '3C025 3C015 8A065 3C020 3H010 3H015 3H020 3H030 3H040 3H025 3I010 3D010 3D046 3D045 3F050 3F070 3F077 3F015 5C070'
const RANK = new Map(ITEM_ORDER.split(' ').map((analyte, index) => [analyte, index]))

/** Rows sorted into their panels. Rows that no panel knows are `other`; no row is lost. */
export function panelsOf(rows: readonly LabRow[]): LabPanel[] {
  const byPanel = Map.groupBy(rows, panelOf)
  return PANEL_ORDER.flatMap((panel) => {
    const members = byPanel.get(panel)
    return members ? [{ panel, rows: members.toSorted(byItem) }] : []
  })
}

function panelOf(row: LabRow): LabPanelName {
  const analyte = analyteOf(row)
  return CHAPTERS.find(([chapter]) => chapter.test(analyte))?.[1] ?? 'other'
}

function byItem(a: LabRow, b: LabRow): number {
  const [left, right] = [analyteOf(a), analyteOf(b)]
  const ranks = (RANK.get(left) ?? RANK.size) - (RANK.get(right) ?? RANK.size)
  if (ranks !== 0 || left === right) return ranks
  return left < right ? -1 : 1
}

function analyteOf({ code }: LabRow): string {
  return code && sameSystem(code.system, SYSTEM.jlac10) ? code.code.slice(0, 5) : ''
}
