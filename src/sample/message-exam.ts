/** OMG-01/11 radiology, OMG-02/12 endoscopy, OMG-03/13 physiology, and vital signs (ORU^R30, extended storage). */
import type { EpochMs } from '#base'
import { dateOf, stamp12, stamp14 } from './calendar.ts'
import type { ExamKey } from './diseases.ts'
import { NURSES, SYSTEMS } from './hospital.ts'
import { freeText, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { msh, orc, pid, pv1, staffName } from './message-common.ts'
import type { OrderControl, Situation } from './message-common.ts'

export interface Exam {
  readonly family: 'radiology' | 'endoscopy' | 'physiology'
  readonly order: 'OMG-01' | 'OMG-02' | 'OMG-03'
  readonly result: 'OMG-11' | 'OMG-12' | 'OMG-13'
  /** The whole examination and its first part. */
  readonly code: string
  readonly part: string
  readonly modality: string
  readonly findings: readonly string[]
}

function exam(family: Exam['family'], code: string, part: string, modality: string, findings: readonly string[]): Exam {
  const n = { radiology: 1, endoscopy: 2, physiology: 3 }[family] as 1 | 2 | 3
  return { family, order: `OMG-0${n}`, result: `OMG-1${n}`, code, part, modality, findings }
}

const xray = '1000000000000000^Ｘ線単純撮影^JJ1017'
export const EXAMS: Readonly<Record<ExamKey, Exam>> = {
  chestXray: exam(
    'radiology',
    xray,
    '10000002000102000000010000000000^胸部.Ｘ線単純撮影.立位正面(P→A)^JJ1017',
    'CR^^DCM',
    [
      '胸部：心胸郭比５２％。肺野に活動性病変を認めない。',
      '胸部：右下肺野に浸潤影。胸水なし。',
      '胸部：両側に少量の胸水。肺うっ血あり。',
    ],
  ),
  kneeXray: exam('radiology', xray, '10000006200102000000010000000000^膝関節.Ｘ線単純撮影.正面^JJ1017', 'CR^^DCM', [
    '内側関節裂隙の狭小化、骨棘形成。',
  ]),
  headCt: exam(
    'radiology',
    '6000000000000000^Ｘ線ＣＴ検査^JJ1017',
    '60000001000000000000000000000000^頭部.Ｘ線ＣＴ検査^JJ1017',
    'CT^^DCM',
    ['右基底核に陳旧性梗塞。新規出血なし。', '海馬の軽度萎縮。'],
  ),
  abdominalUltrasound: exam(
    'radiology',
    '99A000000000000^経皮的超音波検査^JJ1017',
    '99A00003000000000000000000000000^腹部.経皮的超音波検査^JJ1017',
    'US^^DCM',
    ['肝：辺縁やや鈍。胆嚢結石なし。腎に嚢胞。', '脂肪肝を認める。'],
  ),
  gastroscopy: exam(
    'endoscopy',
    '11000000000^検査.上部.-.-.-.-^LENDO',
    '11000000100^検査.上部.-.-.上部通常内視鏡.-^LENDO',
    'ES^^DCM',
    ['胃体部に萎縮性変化。潰瘍なし。', '前庭部に隆起性病変、生検施行。'],
  ),
  colonoscopy: exam(
    'endoscopy',
    '12000000000^検査.下部.-.-.-.-^LENDO',
    '12000000100^検査.下部.-.-.下部通常内視鏡.-^LENDO',
    'ES^^DCM',
    ['Ｓ状結腸に全周性病変。', '吻合部に狭窄なし。再発所見なし。'],
  ),
  ecg: exam('physiology', '9A110^標準１２誘導心電図^JC10', '9A110^標準１２誘導心電図^JC10', '', [
    '洞調律、正常範囲。',
    '心房細動、心拍数８８。',
    '左室肥大の疑い。',
  ]),
  echo: exam('physiology', '9A301^心臓超音波検査^JC10', '9A301^心臓超音波検査^JC10', '', [
    '左室駆出率５８％。壁運動良好。',
    '左室駆出率３８％。中等度僧帽弁逆流。',
  ]),
}

function obr(orderNo: string, code: string, s: Situation, more: Record<number, string | undefined> = {}): Segment {
  return segment('OBR', { 1: 1, 2: orderNo, 4: code, 16: staffName(s.doctor), ...more })
}

/** Order of the child: the last two digits counted up. */
const childOf = (orderNo: string): string => `${orderNo.slice(0, -2)}01`

/** OMG-01, -02, -03: OMG^O19, the parent order and one child. */
export function examOrderMessage(
  s: Situation,
  orderNo: string,
  { code, part, family }: Exam,
  control: OrderControl,
): Segment[] {
  const timing = segment('TQ1', { 1: 1, 9: 'R^^HL70485' })
  const head = [msh(SYSTEMS.imaging, 'OMG^O19^OMG_O19', s.at, s.person), pid(SYSTEMS.imaging, s.person), pv1(s)]
  const parent = [orc(control, orderNo, s), timing, obr(orderNo, code, s)]
  if (family === 'physiology') return [...head, ...parent]
  return [
    ...head,
    ...parent,
    orc('PA', orderNo, s),
    timing,
    obr(orderNo, code, s),
    orc('CH', childOf(orderNo), s, { 8: orderNo }),
    timing,
    obr(childOf(orderNo), part, s, { 29: orderNo }),
  ]
}

/** OMG-11, -12: OMI^Z23 with the study's place in the image archive (IPC). */
export function examDoneMessage(s: Situation, orderNo: string, exam: Exam, finding: string): Segment[] {
  const done = { 7: dateOf(s.at), 22: stamp14(s.at), 25: 'F' }
  const timing = segment('TQ1', { 1: 1, 9: 'R^^HL70485' })
  const ipc = segment('IPC', {
    1: `A${orderNo}`,
    2: `P${orderNo.slice(-6)}`,
    3: `1.2.392.999999.1.${Number(orderNo)}`,
    5: exam.modality,
  })
  return [
    msh(SYSTEMS.imaging, 'OMI^Z23^OMI_Z23', s.at, s.person),
    pid(SYSTEMS.imaging, s.person),
    pv1(s),
    orc('NW', orderNo, s),
    timing,
    obr(orderNo, exam.code, s, done),
    ipc,
    orc('CH', childOf(orderNo), s, { 8: orderNo }),
    timing,
    obr(childOf(orderNo), exam.part, s, { ...done, 29: orderNo }),
    segment('ZE1', { 1: 1, 2: 'RS', 3: exam.part }),
    segment('OBX', { 1: 1, 2: 'TX', 3: 'MS3-24^所見^JSHR', 5: freeText(finding), 11: 'F' }),
    segment('OBX', { 1: 2, 2: 'TS', 3: 'TM-P2^終了時間^JSHR', 5: stamp14(s.at), 11: 'F' }),
    ipc,
  ]
}

/** OMG-13: ORU^R01. An electrocardiogram carries its measurements. */
export function physiologyMessage(
  s: Situation,
  orderNo: string,
  exam: Exam,
  finding: string,
  heartRate: number,
): Segment[] {
  const measured: readonly (readonly [string, number, string])[] = exam.code.startsWith('9A110')
    ? [
        ['32769^心拍数^99MFR', heartRate, 'bpm'],
        ['32770^PQ 時間^99MFR', 150 + (heartRate % 20), 'msec'],
        ['58240^QRS 幅^99MFR', 88 + (heartRate % 12), 'msec'],
        ['56008^QT 時間^99MFR', 440 - heartRate, 'msec'],
      ]
    : [['9A301EF^左室駆出率^99MFR', finding.includes('３８') ? 38 : 58, '%']]
  return [
    msh(SYSTEMS.imaging, 'ORU^R01^ORU_R01', s.at, s.person),
    pid(SYSTEMS.imaging, s.person),
    pv1(s),
    obr(orderNo, exam.code, s, { 7: dateOf(s.at), 22: stamp14(s.at), 25: 'F' }),
    segment('OBX', {
      1: 1,
      2: 'TX',
      3: `${exam.code.split('^')[0]}&IMP^所見^JC10`,
      4: 1,
      5: freeText(finding),
      11: 'F',
    }),
    ...measured.map(([code, value, unit], i) =>
      segment('OBX', { 1: i + 2, 2: 'NM', 3: code, 4: 2, 5: value, 6: unit, 11: 'F' }),
    ),
  ]
}

export interface Vitals {
  readonly at: EpochMs
  readonly systolic: number
  readonly diastolic: number
  readonly pulse: number
  readonly respiration: number
  readonly temperature: number
  readonly saturation: number
}

/** ORU^R30, all measurements of one day. One nursing system's temperature code lacks a digit, as seen in real files. */
export function vitalsMessage(s: Situation, key: string, measured: readonly Vitals[]): Segment[] {
  const nurse = NURSES[s.person.index % NURSES.length]!
  const temperature = s.person.index % 5 === 0 ? '9P10000000000001' : '9P100000000000001'
  const rows = measured.flatMap((v) =>
    (
      [
        ['9A751000000000001^収縮期血圧（１回目）^JC10', v.systolic.toFixed(0), 'mm(hg)^mmHg^ISO+', v.at],
        ['9A761000000000001^拡張期血圧（１回目）^JC10', v.diastolic.toFixed(0), 'mm(hg)^mmHg^ISO+', v.at],
        ['9P300000000000001^脈拍^JC10', v.pulse.toFixed(0), '(hb)^回／１分^ISO+', v.at],
        ['9P200000000000001^呼吸数^JC10', v.respiration.toFixed(0), '/min^回／１分^ISO+', v.at],
        [`${temperature}^体温（腋窩）^JC10`, v.temperature.toFixed(1), 'cel^℃^ISO+', v.at],
        ['3H900000000000001^ＳｐＯ２^JC10', v.saturation.toFixed(0), '%^%^ISO+', v.at],
      ] as const
    ).map(([code, value, unit, at]) => ({ 2: 'NM', 3: code, 5: value, 6: unit, 11: 'F', 14: stamp12(at) })),
  )
  const first = measured[0]?.at ?? s.at
  return [
    msh(SYSTEMS.nursing, 'ORU^R30^ORU_R30', s.at, s.person),
    pid(SYSTEMS.nursing, s.person),
    pv1(s),
    orc('SC', key, s, { 3: key, 5: 'CM' }),
    segment('OBR', {
      1: 1,
      2: key,
      3: key,
      4: '01^バイタル^99A06',
      7: stamp12(first),
      8: stamp12(s.at),
      16: staffName(nurse),
      22: stamp14(s.at),
    }),
    ...rows.map((row, i) => segment('OBX', { 1: i + 1, ...row })),
  ]
}
