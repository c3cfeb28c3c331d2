/**
 * Which observations a chart lists apart: infections, blood type, vital signs. By the analyte code (first five digits of
 * JLAC10), by LOINC, and where neither is there by the name the source wrote. It says only what a result is about, never
 * what it means.
 */
import { TORIDE_SYSTEM } from './extensions.ts'
import { SYSTEM } from './systems.ts'
import type { CodeableConcept } from './types.ts'

type Infection = 'hbv' | 'hcv' | 'hiv' | 'htlv' | 'syphilis' | 'tuberculosis' | 'mrsa' | 'resistant' | 'other'

/** JLAC10 analyte codes. HBs antigen and antibody share 5F016 and differ in the identification digits. */
const INFECTION_ANALYTES: readonly (readonly [RegExp, Infection])[] = [
  [/^5F01/, 'hbv'],
  [/^5F36/, 'hcv'],
  [/^5F4[56]/, 'htlv'],
  [/^5F5[0-6]/, 'hiv'],
  [/^5E07/, 'syphilis'],
]
/** On names folded to NFKC upper case, where no analyte code says it; organisms stand in results, not in names. */
const INFECTION_NAMES: readonly (readonly [RegExp, Infection])[] = [
  [/HB[SEC](?![A-Z0-9])|HBV|B型肝炎/, 'hbv'],
  [/HCV|C型肝炎/, 'hcv'],
  [/HTLV|ATLA/, 'htlv'],
  [/HIV/, 'hiv'],
  [/梅毒|TPHA|TPLA|TP抗体|(?<![A-Z])RPR|FTA-?ABS/, 'syphilis'],
  [/結核|T-?SPOT|クォンティフェロン|QFT|TB-?PCR/, 'tuberculosis'],
  [/MRSA|メチシリン耐性/, 'mrsa'],
  [/VRE(?![A-Z])|ESBL|MDRP|CRE(?=.*(腸内|カルバペネム))|カルバペネム耐性|バンコマイシン耐性|多剤耐性/, 'resistant'],
  [
    /SARS-?COV|COVID|新型コロナ|インフルエンザ|ノロウイルス|ロタウイルス|疥癬|CDトキシン|C\.? ?DIFFICILE|感染症/,
    'other',
  ],
]
const BLOOD_TYPE = /^5H0[12]0/
const VITAL_ANALYTES = /^(9A7[56]1|9P[1-3]00|9N00[16])/
const VITAL_LOINC = new Set([
  '8302-2',
  '3141-9',
  '29463-7',
  '8480-6',
  '8462-4',
  '8867-4',
  '9279-1',
  '8310-5',
  '2708-6',
  '59408-5',
  '3140-1',
])
const VITAL_NAMES =
  /^(身長|体重|体温|脈拍|脈拍数|心拍|呼吸数|呼吸回数|(最高|最低|収縮期|拡張期)?血圧.*|SPO2.*|体表面積)$/

/** Categories to put beside the one the message gives (laboratory, vital-signs, procedure). */
export function categoriesOf(code: CodeableConcept, resultText: string): CodeableConcept[] {
  const infection = infectionOf(code, resultText)
  const analyte = analyteOf(code)
  return [
    ...(infection ? [tag(TORIDE_SYSTEM.category, 'infection'), tag(TORIDE_SYSTEM.infection, infection)] : []),
    ...(BLOOD_TYPE.test(analyte) || (code.text ?? '').startsWith('血液型')
      ? [tag(TORIDE_SYSTEM.category, 'blood-type')]
      : []),
  ]
}

function infectionOf(code: CodeableConcept, resultText: string): Infection | undefined {
  const analyte = analyteOf(code)
  const byCode = INFECTION_ANALYTES.find(([pattern]) => pattern.test(analyte))
  if (byCode) return byCode[1]
  const names = [code.text, ...(code.coding ?? []).map(({ display }) => display)].join(' ')
  const loinc = code.coding?.some((c) => c.system === SYSTEM.loinc && c.code === '67188-3')
  const written = `${names} ${resultText}`.normalize('NFKC').toUpperCase()
  return INFECTION_NAMES.find(([pattern]) => pattern.test(written))?.[1] ?? (loinc ? 'other' : undefined)
}

export function isVitalSign(code: CodeableConcept): boolean {
  const loinc = code.coding?.some((c) => c.system === SYSTEM.loinc && VITAL_LOINC.has(c.code ?? ''))
  const name = (code.text ?? '').normalize('NFKC').toUpperCase()
  return VITAL_ANALYTES.test(analyteOf(code)) || loinc === true || VITAL_NAMES.test(name)
}

/** The first five digits of the JLAC10 code (13, 15, 16 and 17 digits are met), '' where there is none. */
function analyteOf(code: CodeableConcept): string {
  const jlac10 = code.coding?.find((c) => c.system === SYSTEM.jlac10)?.code ?? ''
  return jlac10.slice(0, 5)
}

function tag(system: string, code: string): CodeableConcept {
  return { coding: [{ system, code }] }
}
