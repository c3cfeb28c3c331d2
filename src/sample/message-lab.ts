/** OML-01 and OML-11: laboratory orders and results, infection screening, microbiology. */
import type { EpochMs } from '#base'
import { stamp12, stamp14 } from './calendar.ts'
import { SYSTEMS } from './hospital.ts'
import { segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { ANALYTES, INFECTIONS, MATERIALS, PANELS } from './labs.ts'
import type { Analyte, AnalyteKey, InfectionKey, MaterialKey, PanelKey } from './labs.ts'
import { msh, orc, pid, pv1, staffName } from './message-common.ts'
import type { OrderControl, Situation } from './message-common.ts'

/** A value before it is written. */
export interface LabValue {
  readonly analyte: AnalyteKey
  readonly value: number
  /** Preliminary, final, corrected, or not measured (clotted, too little). */
  readonly status: 'P' | 'F' | 'C' | 'X'
}

/** Values in the groups that share a tube and a panel. */
function byTube<T extends { readonly analyte: AnalyteKey }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const { material, panel } = ANALYTES[item.analyte]
    const key = `${material}/${panel}`
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

const codes = ({ jlac10, name, local, localName }: Analyte): string =>
  `${jlac10}^${name}^JC10^${local}^${localName}^99X03`

function range({ low, high, decimals }: Analyte): string | undefined {
  if (low === undefined) return high === undefined ? undefined : `<${high.toFixed(decimals)}`
  return `${low.toFixed(decimals)}-${high!.toFixed(decimals)}`
}

function flag(
  { low = -Infinity, high = Infinity, panicLow = -Infinity, panicHigh = Infinity }: Analyte,
  value: number,
) {
  if (value < panicLow) return 'LL'
  if (value > panicHigh) return 'HH'
  return value < low ? 'L' : value > high ? 'H' : undefined
}

/**
 * The outside laboratory (hormones, tumour markers, urine) sends neither range nor flag: a missing flag is not "normal".
 * It also writes what lies below its limit with a full-width sign.
 */
const outside = (panel: PanelKey): boolean => panel === 'endocrine' || panel === 'immunology' || panel === 'urinalysis'

interface Written {
  readonly type: 'NM' | 'ST'
  readonly text: string
}

function written(analyte: Analyte, value: number): Written {
  if (analyte.grades) {
    const place = Math.max(0, Math.min(analyte.grades.length - 1, Math.round(value)))
    return { type: 'ST', text: analyte.grades[place]! }
  }
  if (analyte.name === 'CRP' && value < 0.04) return { type: 'ST', text: '＜0.04' }
  if (analyte.name === 'リウマトイド因子' && value < 3) return { type: 'ST', text: '＜3' }
  return { type: 'NM', text: value.toFixed(analyte.decimals) }
}

function resultObx(set: number, { analyte: key, value, status }: LabValue, at: EpochMs): Segment {
  const analyte: Analyte = ANALYTES[key]
  const { type, text } = written(analyte, value)
  const silent = outside(analyte.panel) || analyte.name === '推算GFR'
  return segment('OBX', {
    1: set,
    2: type,
    3: codes(analyte),
    5: status === 'X' ? undefined : text,
    6: analyte.unit,
    7: silent ? undefined : range(analyte),
    8: silent || status === 'X' ? undefined : flag(analyte, value),
    11: status,
    14: stamp12(at),
  })
}

function specimen(set: number, material: string, collectedAt: EpochMs): Segment {
  return segment('SPM', { 1: set, 4: material, 17: stamp12(collectedAt) })
}

function obr(
  set: number,
  orderNo: string,
  panel: string,
  s: Situation,
  times?: { collected: EpochMs; reported: EpochMs },
) {
  return segment('OBR', {
    1: set,
    2: orderNo,
    4: panel,
    7: times && stamp12(times.collected),
    8: times && stamp12(times.collected),
    16: staffName(s.doctor),
    22: times && stamp14(times.reported),
  })
}

/** OML-01. */
export function labOrderMessage(
  s: Situation,
  orderNo: string,
  analytes: readonly AnalyteKey[],
  control: OrderControl,
): Segment[] {
  const tubes = [...byTube(analytes.map((analyte) => ({ analyte })))]
  return [
    msh(SYSTEMS.ehr, 'OML^O33^OML_O33', s.at, s.person),
    pid(SYSTEMS.ehr, s.person),
    pv1(s),
    ...tubes.flatMap(([tube, items], i) => {
      const [material, panel] = tube.split('/') as [MaterialKey, PanelKey]
      return [
        specimen(i + 1, MATERIALS[material], s.at),
        orc(control, orderNo, s),
        obr(1, orderNo, PANELS[panel], s),
        ...items.map(({ analyte }, n) => segment('OBX', { 1: n + 1, 3: codes(ANALYTES[analyte]), 11: 'O' })),
      ]
    }),
  ]
}

export interface LabReport {
  readonly orderNo: string
  readonly collectedAt: EpochMs
  readonly values: readonly LabValue[]
  readonly infections: Readonly<Partial<Record<InfectionKey, 'positive' | 'negative'>>>
}

/** OML-11. `s.at` is when it was reported. */
export function labResultMessage(s: Situation, report: LabReport): Segment[] {
  const times = { collected: report.collectedAt, reported: s.at }
  const tubes = [...byTube(report.values)]
  const result = (set: number, material: string, panel: string, rows: readonly Segment[]): Segment[] => [
    specimen(set, material, report.collectedAt),
    obr(1, report.orderNo, panel, s, times),
    orc('SC', report.orderNo, s, { 5: 'CM' }),
    ...rows,
  ]
  const groups = tubes.flatMap(([tube, values], i) => {
    const [material, panel] = tube.split('/') as [MaterialKey, PanelKey]
    const rows = values.map((value, n) => resultObx(n + 1, value, report.collectedAt))
    return result(i + 1, MATERIALS[material], PANELS[panel], rows)
  })
  const screening = infectionRows(report)
  const infections = screening.length > 0 ? result(tubes.length + 1, MATERIALS.serum, PANELS.immunology, screening) : []
  const head = [msh(SYSTEMS.laboratory, 'OUL^R22^OUL_R22', s.at, s.person), pid(SYSTEMS.laboratory, s.person), pv1(s)]
  return [...head, ...groups, ...infections]
}

function infectionRows({ infections, collectedAt }: LabReport): Segment[] {
  return Object.entries(infections).map(([key, result], i) => {
    const { code, negative, positive } = INFECTIONS[key as InfectionKey]
    const text = result === 'positive' ? positive : negative
    const abnormal = result === 'positive' ? 'A' : undefined
    return segment('OBX', {
      1: i + 1,
      2: 'ST',
      3: code,
      5: text,
      7: '(-)',
      8: abnormal,
      11: 'F',
      14: stamp12(collectedAt),
    })
  })
}

export interface Culture {
  readonly orderNo: string
  readonly collectedAt: EpochMs
  readonly material: string
  readonly organism: string
  readonly amount: string
  /** Drug code and name, MIC, S/I/R. */
  readonly susceptibilities: readonly (readonly [string, string, 'S' | 'I' | 'R'])[]
}

export const CULTURES: readonly Pick<Culture, 'material' | 'organism' | 'amount' | 'susceptibilities'>[] = [
  {
    material: '061^喀痰^JC10',
    organism: '1131^Streptococcus pneumoniae^JANIS',
    amount: '2+',
    susceptibilities: [
      ['6C205208006173205^ABPC(アンピシリン)^JC10', '<= 0.25', 'S'],
      ['6C205256106173205^CTRX(セフトリアキソン)^JC10', '0.5', 'S'],
      ['6C205314306173205^LVFX(レボフロキサシン)^JC10', '1', 'S'],
      ['6C205409906173205^EM(エリスロマイシン)^JC10', '> 4', 'R'],
    ],
  },
  {
    material: '001^尿^JC10',
    organism: '2002^Escherichia coli (ESBL)^JANIS',
    amount: '3+',
    susceptibilities: [
      ['6C205208000173205^ABPC(アンピシリン)^JC10', '> 16', 'R'],
      ['6C205256100173205^CTRX(セフトリアキソン)^JC10', '> 2', 'R'],
      ['6C205314300173205^LVFX(レボフロキサシン)^JC10', '4', 'I'],
      ['6C205276400173205^MEPM(メロペネム)^JC10', '<= 0.25', 'S'],
    ],
  },
]

/** OML-11 of a culture: organism and amount are pairs by OBX-4; susceptibility names its parent in OBR-26. */
export function cultureMessage(s: Situation, culture: Culture): Segment[] {
  const times = { collected: culture.collectedAt, reported: s.at }
  const common = { 11: 'F', 14: stamp12(culture.collectedAt) }
  const [code = '', name = '', system = ''] = culture.organism.split('^')
  const parent = `6B010000006174214&培養同定菌名&JC10^1^${code}&${name}&${system}`
  const mic = obr(2, culture.orderNo, '6C205000006173200^薬剤感受性検査-MIC^JC10', s, times)
  return [
    msh(SYSTEMS.laboratory, 'OUL^R22^OUL_R22', s.at, s.person),
    pid(SYSTEMS.laboratory, s.person),
    pv1(s),
    specimen(1, culture.material, culture.collectedAt),
    obr(1, culture.orderNo, '6B010000006174200^培養同定(一般細菌)^JC10', s, times),
    orc('SC', culture.orderNo, s, { 5: 'CM' }),
    segment('OBX', {
      1: 1,
      2: 'CWE',
      3: '6B010000006174214^培養同定菌名^JC10',
      4: '1',
      5: culture.organism,
      ...common,
    }),
    segment('OBX', { 1: 2, 2: 'ST', 3: '6B010000006174211^培養同定菌量^JC10', 4: '1', 5: culture.amount, ...common }),
    { id: 'OBR', fields: { ...mic.fields, 26: parent } },
    orc('SC', culture.orderNo, s, { 5: 'CM' }),
    ...culture.susceptibilities.map(([drug, value, category], i) =>
      segment('OBX', { 1: i + 1, 2: 'ST', 3: drug, 5: value, 6: 'ug/mL^μg/mL^ISO+', 8: category, ...common }),
    ),
  ]
}
