/** Analytes of the sample: JLAC10 codes, local codes, units, ranges. Values are simulated around a mean per disease. */

export interface Analyte {
  readonly jlac10: string
  readonly name: string
  readonly local: string
  readonly localName: string
  /** Code, text, system of OBX-6, as different analysers send it. */
  readonly unit: string
  readonly low?: number
  readonly high?: number
  /** A value below or above is flagged LL or HH. */
  readonly panicLow?: number
  readonly panicHigh?: number
  readonly mean: number
  readonly deviation: number
  readonly decimals: number
  readonly material: MaterialKey
  readonly panel: PanelKey
  /** Semi-quantitative: the grades in order; the simulated number is the place in this list. */
  readonly grades?: readonly string[]
}

export const MATERIALS = {
  serum: '023^血清^JC10',
  plasma: '022^血漿^JC10',
  blood: '019^全血（添加物入り）^JC10',
  urine: '001^尿^JC10',
} as const
export type MaterialKey = keyof typeof MATERIALS

export const PANELS = {
  chemistry: 'E002^生化学的検査^99O03',
  haematology: 'E001^血液学的検査^99O03',
  coagulation: 'E003^凝固・線溶検査^99O03',
  immunology: 'E004^免疫学的検査^99O03',
  endocrine: 'E005^内分泌学的検査^99O03',
  urinalysis: 'E006^尿検査^99O03',
} as const
export type PanelKey = keyof typeof PANELS

type Rest = Partial<Omit<Analyte, 'jlac10' | 'name' | 'local' | 'localName' | 'unit' | 'mean' | 'deviation'>>

function analyte(codes: string, unit: string, mean: number, deviation: number, rest: Rest): Analyte {
  const [jlac10 = '', name = '', local = '', localName = ''] = codes.split('|')
  const defaults = { decimals: 1, material: 'serum', panel: 'chemistry' } as const
  return { jlac10, name, local, localName, unit, mean, deviation, ...defaults, ...rest }
}

const ENZYME = 'U/L^U/L^99XYZ'
const MGDL = 'mg/dl^mg/dL^ISO+'
const whole = { material: 'blood', panel: 'haematology' } as const
const urine = { material: 'urine', panel: 'urinalysis' } as const
const citrate = { material: 'plasma', panel: 'coagulation' } as const
const hormone = { panel: 'endocrine' } as const
const immune = { panel: 'immunology' } as const
const GRADES = ['(-)', '(±)', '1+(30)', '2+(100)', '3+(300)', '>1000(+)'] as const

export const ANALYTES = {
  TP: analyte('3A010000002327101|総蛋白|10222|ＴＰ', 'g/dl^g/dL^ISO+', 7.2, 0.3, { low: 6.6, high: 8.1 }),
  ALB: analyte('3A015000002327101|アルブミン|10223|ＡＬＢ', 'g/dl^g/dL^ISO+', 4.3, 0.25, { low: 4.1, high: 5.1 }),
  TBIL: analyte('3J010000002327101|総ビリルビン|10213|Ｔ－Ｂｉｌ', MGDL, 0.8, 0.2, { low: 0.4, high: 1.5 }),
  AST: analyte('3B035000002327201|AST(GOT)|10207|ＡＳＴ', ENZYME, 22, 4, { low: 13, high: 30, decimals: 0 }),
  ALT: analyte('3B045000002327201|ALT(GPT)|10208|ＡＬＴ', ENZYME, 20, 5, { low: 10, high: 42, decimals: 0 }),
  LDH: analyte('3B050000002327201|LDH|10206|ＬＤＨ', ENZYME, 175, 18, { low: 124, high: 222, decimals: 0 }),
  GGT: analyte('3B090000002327101|γ-GTP|10210|γ－ＧＴＰ', ENZYME, 28, 9, { low: 9, high: 64, decimals: 0 }),
  CK: analyte('3B010000002327101|CK|10215|ＣＫ', ENZYME, 110, 30, { low: 41, high: 248, decimals: 0 }),
  BUN: analyte('3C025000002327201|尿素窒素|10230|ＢＵＮ', MGDL, 14, 2.5, { low: 8, high: 20 }),
  CRE: analyte('3C015000002327101|クレアチニン|10231|ＣＲＥ', MGDL, 0.76, 0.08, {
    low: 0.46,
    high: 1.07,
    panicHigh: 6,
    decimals: 2,
  }),
  EGFR: analyte('8A065000002391901|推算GFR|10232|ｅＧＦＲ', 'ml/min/1.73m2^mL/min/1.73m2^99XYZ', 78, 9, {}),
  UA: analyte('3C020000002327101|尿酸|10233|ＵＡ', MGDL, 5.4, 0.8, { low: 2.6, high: 7.8 }),
  NA: analyte('3H010000002326101|ナトリウム|10240|Ｎａ', 'mmol/l^mmol/L^ISO+', 140, 1.5, {
    low: 138,
    high: 145,
    panicLow: 120,
    decimals: 0,
  }),
  K: analyte('3H015000002326101|カリウム|10241|Ｋ', 'mmol/l^mmol/L^ISO+', 4.2, 0.25, {
    low: 3.6,
    high: 4.8,
    panicLow: 2.8,
    panicHigh: 6.2,
  }),
  CL: analyte('3H020000002326101|クロール|10242|Ｃｌ', 'mmol/l^mmol/L^ISO+', 104, 1.8, {
    low: 101,
    high: 108,
    decimals: 0,
  }),
  CA: analyte('3H030000002327101|カルシウム|10243|Ｃａ', MGDL, 9.3, 0.25, { low: 8.8, high: 10.1 }),
  PI: analyte('3H040000002327101|無機リン|10244|ＩＰ', MGDL, 3.6, 0.4, { low: 2.7, high: 4.6 }),
  LDL: analyte('3F077000002327101|LDLコレステロール|10251|ＬＤＬ－Ｃ', MGDL, 112, 18, {
    low: 65,
    high: 139,
    decimals: 0,
  }),
  HDL: analyte('3F070000002327101|HDLコレステロール|10252|ＨＤＬ－Ｃ', MGDL, 58, 9, {
    low: 40,
    high: 103,
    decimals: 0,
  }),
  TG: analyte('3F015000002327101|中性脂肪|10253|ＴＧ', MGDL, 110, 30, { low: 30, high: 149, decimals: 0 }),
  GLU: analyte('3D010000002227101|血糖|10260|ＧＬＵ', MGDL, 98, 10, {
    low: 73,
    high: 109,
    panicLow: 50,
    panicHigh: 350,
    decimals: 0,
    material: 'plasma',
  }),
  HBA1C: analyte('3D046000001906202|HbA1c(NGSP)|10261|ＨｂＡ１ｃ', '%^%^ISO+', 5.5, 0.2, {
    low: 4.9,
    high: 6.0,
    material: 'blood',
  }),
  CRP: analyte('5C070000002306201|CRP|10301|ＣＲＰ', MGDL, 0.08, 0.05, {
    high: 0.14,
    decimals: 2,
    panel: 'immunology',
  }),
  WBC: analyte('2A010000001930101|白血球数|20001|ＷＢＣ', '10*3/ul^×10＾3/μL^99XYZ', 6.2, 1.1, {
    low: 3.3,
    high: 8.6,
    panicLow: 1.5,
    panicHigh: 20,
    ...whole,
  }),
  RBC: analyte('2A020000001930101|赤血球数|20002|ＲＢＣ', '10*6/ul^×10＾6/μL^99XYZ', 4.5, 0.3, {
    low: 3.86,
    high: 5.55,
    decimals: 2,
    ...whole,
  }),
  HB: analyte('2A030000001930101|ヘモグロビン|20003|ＨＧＢ', 'g/dl', 13.6, 0.8, {
    low: 11.6,
    high: 16.8,
    panicLow: 7,
    ...whole,
  }),
  PLT: analyte('2A050000001930101|血小板数|20005|ＰＬＴ', '10*4/ul^万/μL^99XYZ', 23.5, 3.5, {
    low: 15.8,
    high: 34.8,
    panicLow: 5,
    ...whole,
  }),
  PTINR: analyte('2B030000002231157|PT-INR|30046|ＰＴ－ＩＮＲ', '', 1.02, 0.05, {
    low: 0.85,
    high: 1.15,
    panicHigh: 4,
    decimals: 2,
    ...citrate,
  }),
  DDIMER: analyte('2B140000002206201|Dダイマー|30070|Ｄ－Ｄｉｍｅｒ', 'ug/ml^μg/mL^ISO+', 0.5, 0.2, {
    high: 1.0,
    ...citrate,
  }),
  TSH: analyte('4A055000002302305|TSH|40001|ＴＳＨ', 'uIU/ml^μIU/mL^99XYZ', 1.8, 0.5, {
    low: 0.5,
    high: 5.0,
    decimals: 2,
    ...hormone,
  }),
  FT4: analyte('4B035000002302305|遊離T4|40002|ＦＴ４', 'ng/dl^ng/dL^99XYZ', 1.2, 0.12, {
    low: 0.9,
    high: 1.7,
    decimals: 2,
    ...hormone,
  }),
  BNP: analyte('4Z271000002205201|BNP|40010|ＢＮＰ', 'pg/ml^pg/mL^ISO+', 12, 5, {
    high: 18.4,
    ...hormone,
    material: 'plasma',
  }),
  PSA: analyte('5D305000002302305|PSA|40021|ＰＳＡ', 'ng/ml^ng/mL^ISO+', 1.6, 0.4, {
    high: 4.0,
    decimals: 2,
    ...immune,
  }),
  CEA: analyte('5D010000002302305|CEA|40022|ＣＥＡ', 'ng/ml^ng/mL^ISO+', 2.2, 0.6, { high: 5.0, ...immune }),
  RF: analyte('5G160000002306101|リウマトイド因子|40031|ＲＦ', 'IU/ml^IU/mL^ISO+', 5, 2, {
    high: 15,
    decimals: 0,
    ...immune,
  }),
  FERRITIN: analyte('5C095000002302305|フェリチン|40041|フェリチン', 'ng/ml^ng/mL^ISO+', 70, 20, {
    low: 10,
    high: 250,
    decimals: 0,
    ...immune,
  }),
  UPRO: analyte('1A010000000190111|尿蛋白|50001|Ｕ－ＰＲＯ', '', 0, 0.3, { decimals: 0, grades: GRADES, ...urine }),
  UGLU: analyte('1A020000000190111|尿糖|50002|Ｕ－ＧＬＵ', '', 0, 0.3, { decimals: 0, grades: GRADES, ...urine }),
  UBLD: analyte('1A100000000190111|尿潜血|50003|Ｕ－ＢＬＤ', '', 0, 0.4, { decimals: 0, grades: GRADES, ...urine }),
} as const satisfies Record<string, Analyte>
export type AnalyteKey = keyof typeof ANALYTES

const keys = <const T extends readonly AnalyteKey[]>(...list: T): T => list

/** What is ordered together. */
export const LAB_SETS = {
  basic: keys(
    'TP',
    'ALB',
    'TBIL',
    'AST',
    'ALT',
    'LDH',
    'GGT',
    'BUN',
    'CRE',
    'EGFR',
    'NA',
    'K',
    'CL',
    'CRP',
    'WBC',
    'RBC',
    'HB',
    'PLT',
  ),
  lipid: keys('AST', 'ALT', 'GGT', 'CK', 'LDL', 'HDL', 'TG'),
  diabetes: keys('GLU', 'HBA1C', 'AST', 'ALT', 'CRE', 'EGFR', 'LDL', 'TG', 'UPRO', 'UGLU'),
  renal: keys('BUN', 'CRE', 'EGFR', 'UA', 'NA', 'K', 'CL', 'CA', 'PI', 'HB', 'UPRO', 'UBLD'),
  dialysis: keys('TP', 'ALB', 'BUN', 'CRE', 'NA', 'K', 'CL', 'CA', 'PI', 'CRP', 'WBC', 'RBC', 'HB', 'PLT', 'FERRITIN'),
  heart: keys('BNP', 'BUN', 'CRE', 'EGFR', 'NA', 'K', 'CL', 'AST', 'ALT', 'HB'),
  coagulation: keys('PTINR', 'DDIMER', 'HB', 'PLT'),
  thyroid: keys('TSH', 'FT4', 'AST', 'ALT', 'WBC'),
  rheumatology: keys('CRP', 'RF', 'WBC', 'RBC', 'HB', 'PLT', 'AST', 'ALT', 'CRE'),
  liver: keys('TP', 'ALB', 'TBIL', 'AST', 'ALT', 'LDH', 'GGT', 'PLT', 'PTINR'),
  urology: keys('PSA', 'CRE', 'UPRO', 'UBLD'),
  urinalysis: keys('UPRO', 'UGLU', 'UBLD'),
  tumour: keys('CEA', 'TP', 'ALB', 'TBIL', 'AST', 'ALT', 'CRE', 'CRP', 'WBC', 'RBC', 'HB', 'PLT'),
  anaemia: keys('WBC', 'RBC', 'HB', 'PLT', 'FERRITIN'),
  acute: keys('CRP', 'WBC', 'RBC', 'HB', 'PLT', 'AST', 'ALT', 'BUN', 'CRE', 'NA', 'K', 'CL', 'GLU'),
} as const
export type LabSet = keyof typeof LAB_SETS

/** Infection screening: JLAC10, name, local code, what a negative and a positive result look like. */
export const INFECTIONS = {
  HBSAG: { code: '5F016141002302304^HBs抗原(定性)^JC10^60001^ＨＢｓ抗原^99X03', negative: '(-)', positive: '(+)' },
  HCVAB: { code: '5F360149502302304^HCV抗体(定性)^JC10^60002^ＨＣＶ抗体^99X03', negative: '(-)', positive: '(+)' },
  TPAB: { code: '5E075142602302304^TP抗体(定性)^JC10^60003^ＴＰ抗体^99X03', negative: '(-)', positive: '(+)' },
  HIV: { code: '5F500143102302304^HIV-1,2抗原・抗体^JC10^60004^ＨＩＶ^99X03', negative: '(-)', positive: '(+)' },
} as const
export type InfectionKey = keyof typeof INFECTIONS
