/** The diseases of the sample, each with fitting drugs, laboratory sets and how it moves the values. No clinical guide. */
import type { DrugKey, Infusion, Regimen, Usage } from './drugs.ts'
import type { Department } from './hospital.ts'
import type { AnalyteKey, LabSet } from './labs.ts'

export type ExamKey =
  | 'chestXray'
  | 'kneeXray'
  | 'headCt'
  | 'abdominalUltrasound'
  | 'gastroscopy'
  | 'colonoscopy'
  | 'ecg'
  | 'echo'

export interface Disease {
  readonly name: string
  /** 8 digits in the shape of 病名管理番号, beginning with 9: not a number of the master. */
  readonly code: string
  readonly icd10: string
  readonly department: Department
  readonly ages: readonly [number, number]
  readonly sex?: 'F' | 'M'
  /** How often it is drawn. */
  readonly weight: number
  /** Between visits; 0 = one or two visits and done. */
  readonly weeks: number
  /** One of these is taken. */
  readonly regimens: readonly (readonly Regimen[])[]
  readonly labs: readonly LabSet[]
  /** Mean of a value in this disease, and its change per year. */
  readonly shifts: Readonly<Partial<Record<AnalyteKey, readonly [mean: number, perYear: number]>>>
  readonly exams?: readonly ExamKey[]
  /** What a stay in hospital for it uses; without, nobody is admitted for it. */
  readonly stay?: { readonly days: readonly [number, number]; readonly infusions: readonly Infusion[] }
  readonly complaint: string
  readonly finding: string
}

const takes = (drug: DrugKey, amount: number, usage: Usage): Regimen => ({ drug, amount, usage })
const drip = (base: DrugKey, additives: readonly DrugKey[], volumeMl: number, hours: number): Infusion => ({
  base,
  additives,
  volumeMl,
  hours,
})

type Row = Omit<Disease, 'name' | 'code' | 'icd10' | 'department' | 'ages' | 'weight' | 'weeks'>
let rows = 0
/** `head`: name, ICD-10, department, youngest-oldest, weight, weeks between visits. */
function disease(head: string, row: Row): Disease {
  const [name = '', icd10 = '', department = '01', ages = '', weight = '', weeks = ''] = head.split('|')
  const [from = 0, to = 0] = ages.split('-').map(Number)
  rows++
  const code = `9${String(rows * 40_127).padStart(7, '0')}`
  return {
    ...row,
    name,
    code,
    icd10,
    department: department as Department,
    ages: [from, to],
    weight: Number(weight),
    weeks: Number(weeks),
  }
}

export const DISEASES = {
  hypertension: disease('高血圧症|I10|08|40-95|14|8', {
    regimens: [
      [takes('amlodipine', 1, '朝')],
      [takes('amlodipine25', 1, '朝'), takes('olmesartan', 1, '朝')],
      [takes('candesartan', 1, '朝'), takes('amlodipine', 1, '夕')],
    ],
    labs: ['renal', 'lipid'],
    shifts: { UA: [6.3, 0.1] },
    exams: ['ecg'],
    complaint: '自覚症状なし。家庭血圧は落ち着いている。',
    finding: '血圧は目標内。下腿浮腫なし。',
  }),
  diabetes: disease('２型糖尿病|E119|01|38-90|12|6', {
    regimens: [
      [takes('metformin', 2, '朝夕'), takes('sitagliptin', 1, '朝')],
      [takes('metformin500', 1, '朝夕'), takes('empagliflozin', 1, '朝')],
      [takes('sitagliptin', 1, '朝'), takes('glimepiride', 1, '朝')],
    ],
    labs: ['diabetes', 'renal'],
    shifts: { GLU: [158, -10], HBA1C: [7.6, -0.4], TG: [165, 0], UGLU: [2.4, 0], UPRO: [1, 0.5], EGFR: [66, -3] },
    exams: ['ecg'],
    stay: { days: [7, 14], infusions: [] },
    complaint: '口渇なし。間食は減らしている。',
    finding: '足病変なし。低血糖の自覚なし。',
  }),
  dyslipidaemia: disease('脂質異常症|E785|01|40-85|9|12', {
    regimens: [[takes('rosuvastatin', 1, '夕')], [takes('atorvastatin', 1, '夕')]],
    labs: ['lipid'],
    shifts: { LDL: [138, -25], TG: [170, -10] },
    complaint: '特に変わりなし。',
    finding: '筋肉痛なし。',
  }),
  gout: disease('高尿酸血症|E790|01|35-80|4|12', {
    regimens: [[takes('febuxostat', 1, '朝')]],
    labs: ['renal'],
    shifts: { UA: [8.1, -1.5] },
    complaint: '足趾の痛みは出ていない。',
    finding: '関節の腫脹なし。',
  }),
  atrialFibrillation: disease('心房細動|I489|08|60-95|5|8', {
    regimens: [
      [takes('apixaban', 1, '朝夕'), takes('bisoprolol', 1, '朝')],
      [takes('warfarin', 2.5, '朝'), takes('bisoprolol', 0.5, '朝')],
    ],
    labs: ['heart', 'coagulation'],
    shifts: { BNP: [120, 15], PTINR: [2.0, 0] },
    exams: ['ecg', 'echo'],
    complaint: '動悸はときどき。出血なし。',
    finding: '脈不整。皮下出血なし。',
  }),
  heartFailure: disease('慢性心不全|I500|08|65-98|5|6', {
    regimens: [
      [
        takes('furosemide', 1, '朝'),
        takes('spironolactone', 1, '朝'),
        takes('bisoprolol', 1, '朝'),
        takes('enalapril', 1, '朝'),
      ],
    ],
    labs: ['heart'],
    shifts: { BNP: [320, 60], CRE: [1.2, 0.15], EGFR: [45, -5], K: [4.6, 0.1], HB: [11.9, -0.2] },
    exams: ['chestXray', 'ecg', 'echo'],
    stay: { days: [10, 21], infusions: [drip('glucose', ['furosemideInjection'], 500, 8)] },
    complaint: '坂道で息切れ。夜間の呼吸苦なし。',
    finding: '下腿浮腫（＋）。湿性ラ音なし。',
  }),
  angina: disease('狭心症|I209|08|50-90|3|8', {
    regimens: [
      [
        takes('aspirin', 1, '朝'),
        takes('clopidogrel', 1, '朝'),
        takes('rosuvastatin', 1, '夕'),
        takes('lansoprazole', 1, '朝'),
      ],
    ],
    labs: ['lipid', 'heart'],
    shifts: { LDL: [85, -5] },
    exams: ['ecg', 'echo'],
    stay: { days: [3, 5], infusions: [drip('extracellular', [], 500, 5)] },
    complaint: '労作時の胸痛は減った。',
    finding: '心雑音なし。',
  }),
  asthma: disease('気管支喘息|J459|05|4-80|6|8', {
    regimens: [
      [takes('montelukast', 1, '寝る前')],
      [takes('montelukast', 1, '寝る前'), takes('carbocisteine', 1, '毎食後')],
    ],
    labs: ['basic'],
    shifts: { WBC: [7.4, 0] },
    exams: ['chestXray'],
    complaint: '明け方の咳がときどき。',
    finding: '呼気終末に軽度の喘鳴。',
  }),
  pneumonia: disease('細菌性肺炎|J159|05|2-99|4|0', {
    regimens: [
      [takes('levofloxacin', 1, '朝'), takes('carbocisteine', 1, '毎食後'), takes('acetaminophen', 1, '疼痛時')],
    ],
    labs: ['acute'],
    shifts: { CRP: [9.8, 0], WBC: [14.2, 0] },
    exams: ['chestXray'],
    stay: { days: [7, 14], infusions: [drip('saline', ['ceftriaxone'], 100, 1), drip('maintenance', [], 500, 6)] },
    complaint: '３日前から３８度台の発熱、咳、痰。',
    finding: '右下肺野に湿性ラ音。',
  }),
  bronchitis: disease('急性気管支炎|J209|01|1-85|7|0', {
    regimens: [
      [takes('carbocisteine', 1, '毎食後'), takes('ambroxol', 1, '毎食後'), takes('acetaminophen', 1, '疼痛時')],
      [takes('kakkonto', 1, '毎食前')],
    ],
    labs: ['acute'],
    shifts: { CRP: [1.6, 0], WBC: [9.1, 0] },
    complaint: '咳と咽頭痛。食事はとれている。',
    finding: '咽頭発赤。胸部に雑音なし。',
  }),
  childhoodCold: disease('急性上気道炎|J069|09|1-12|8|0', {
    regimens: [[takes('acetaminophenSyrup', 6, '疼痛時'), takes('carbocisteineDs', 0.3, '毎食後')]],
    labs: [],
    shifts: {},
    complaint: '昨夜から発熱と鼻水。水分はとれる。',
    finding: '咽頭軽度発赤。鼓膜正常。活気あり。',
  }),
  gastritis: disease('慢性胃炎|K295|06|25-85|5|12', {
    regimens: [[takes('lansoprazole', 1, '朝'), takes('rebamipide', 1, '毎食後')]],
    labs: ['basic'],
    shifts: {},
    exams: ['gastroscopy'],
    complaint: '空腹時の上腹部痛。',
    finding: '心窩部に軽度の圧痛。',
  }),
  hepatitisB: disease('Ｂ型慢性肝炎|B181|06|35-80|2|12', {
    regimens: [[takes('entecavir', 1, '寝る前')]],
    labs: ['liver'],
    shifts: { AST: [34, -4], ALT: [41, -6], PLT: [16.5, -0.4] },
    exams: ['abdominalUltrasound'],
    complaint: '倦怠感なし。',
    finding: '黄疸なし。肝を触れず。',
  }),
  cirrhosis: disease('肝硬変症|K746|06|50-85|2|6', {
    regimens: [[takes('ursodiol', 2, '毎食後'), takes('spironolactone', 1, '朝'), takes('furosemide', 1, '朝')]],
    labs: ['liver', 'coagulation'],
    shifts: { ALB: [3.2, -0.2], TBIL: [2.1, 0.3], PLT: [8.4, -0.8], PTINR: [1.35, 0.05], AST: [58, 4] },
    exams: ['abdominalUltrasound', 'gastroscopy'],
    stay: { days: [8, 16], infusions: [drip('maintenance', ['famotidine'], 500, 6)] },
    complaint: '腹部の張りがある。',
    finding: '腹水少量。手掌紅斑あり。',
  }),
  colonCancer: disease('Ｓ状結腸癌|C187|10|45-88|3|3', {
    regimens: [[takes('capecitabine', 4, '朝夕'), takes('magnesium', 1, '毎食後')]],
    labs: ['tumour'],
    shifts: { CEA: [14, 6], HB: [10.9, -0.4], ALB: [3.7, -0.2], WBC: [4.2, -0.2] },
    exams: ['colonoscopy', 'chestXray'],
    stay: { days: [4, 12], infusions: [drip('glucose', ['oxaliplatin'], 500, 2), drip('maintenance', [], 500, 6)] },
    complaint: '手先のしびれが続く。食欲は普通。',
    finding: '創部問題なし。口内炎なし。',
  }),
  gastricCancer: disease('胃癌|C169|10|50-90|2|4', {
    regimens: [[takes('lansoprazole', 1, '朝'), takes('ferrousCitrate', 1, '朝夕')]],
    labs: ['tumour', 'anaemia'],
    shifts: { CEA: [9, 8], HB: [9.8, -0.6], FERRITIN: [9, 0], ALB: [3.4, -0.3] },
    exams: ['gastroscopy', 'abdominalUltrasound'],
    stay: { days: [8, 18], infusions: [drip('maintenance', ['famotidine'], 500, 6)] },
    complaint: '食事量が減っている。',
    finding: '眼瞼結膜やや貧血様。',
  }),
  ckd: disease('慢性腎臓病|N189|01|55-95|5|6', {
    regimens: [[takes('olmesartan', 1, '朝'), takes('furosemide', 1, '朝'), takes('calciumCarbonate', 1, '毎食後')]],
    labs: ['renal', 'anaemia'],
    shifts: {
      CRE: [2.4, 0.5],
      EGFR: [21, -4],
      BUN: [38, 5],
      K: [5.0, 0.2],
      PI: [4.4, 0.3],
      HB: [10.8, -0.4],
      UPRO: [3.2, 0],
    },
    exams: ['abdominalUltrasound'],
    stay: { days: [6, 12], infusions: [drip('saline', ['furosemideInjection'], 100, 1)] },
    complaint: 'むくみが夕方に出る。',
    finding: '下腿浮腫（±）。',
  }),
  dialysis: disease('慢性腎不全・血液透析|N185|01|45-90|0|0', {
    regimens: [[takes('calciumCarbonate', 2, '毎食後'), takes('amlodipine', 1, '夕'), takes('lansoprazole', 1, '朝')]],
    labs: ['dialysis'],
    shifts: {
      CRE: [10.8, 0.2],
      BUN: [64, 0],
      K: [5.2, 0],
      PI: [5.6, 0],
      HB: [10.9, 0],
      ALB: [3.6, -0.1],
      FERRITIN: [110, 0],
    },
    exams: ['chestXray', 'ecg'],
    complaint: '除水の希望は普段どおり。',
    finding: 'シャント音良好。',
  }),
  prostate: disease('前立腺肥大症|N40|20|55-92|4|12', {
    sex: 'M',
    regimens: [[takes('tamsulosin', 1, '夕')]],
    labs: ['urology'],
    shifts: { PSA: [3.4, 0.3], UBLD: [0.8, 0] },
    complaint: '夜間に２回トイレへ起きる。',
    finding: '残尿少量。',
  }),
  rheumatoid: disease('関節リウマチ|M0690|01|35-85|3|6', {
    regimens: [
      [
        takes('methotrexate', 3, '朝'),
        takes('folicAcid', 1, '夕'),
        takes('prednisolone', 1, '朝'),
        takes('alendronate', 1, '起床'),
      ],
    ],
    labs: ['rheumatology'],
    shifts: { CRP: [0.9, -0.4], RF: [88, -6], HB: [11.6, 0.1] },
    exams: ['chestXray'],
    complaint: '朝のこわばり２０分。',
    finding: '手関節に軽度の腫脹。',
  }),
  hypothyroidism: disease('橋本病|E063|01|25-85|3|12', {
    regimens: [[takes('levothyroxine', 1, '起床')]],
    labs: ['thyroid'],
    shifts: { TSH: [7.2, -2.5], FT4: [0.86, 0.1] },
    complaint: '疲れやすさは軽くなった。',
    finding: '甲状腺軽度腫大。',
  }),
  gonarthrosis: disease('変形性膝関節症|M179|11|50-92|7|8', {
    regimens: [[takes('celecoxib', 1, '朝夕'), takes('rebamipide', 1, '朝夕')], [takes('loxoprofen', 1, '疼痛時')]],
    labs: ['basic'],
    shifts: {},
    exams: ['kneeXray'],
    complaint: '階段の下りで右膝が痛む。',
    finding: '右膝に軽度の関節水腫。',
  }),
  hipFracture: disease('大腿骨頸部骨折|S7200|11|68-99|2|0', {
    regimens: [[takes('acetaminophen', 1, '毎食後'), takes('eldecalcitol', 1, '朝'), takes('magnesium', 1, '毎食後')]],
    labs: ['acute', 'coagulation'],
    shifts: { HB: [9.9, 0], CRP: [4.2, 0], ALB: [3.3, 0], DDIMER: [4.8, 0] },
    exams: ['kneeXray', 'chestXray', 'ecg'],
    stay: {
      days: [21, 40],
      infusions: [drip('extracellular', ['ampicillin'], 500, 4), drip('maintenance', [], 500, 6)],
    },
    complaint: '自宅で転倒し歩けない。',
    finding: '右下肢の短縮と外旋。',
  }),
  stroke: disease('脳梗塞後遺症|I693|04|55-95|3|8', {
    regimens: [
      [
        takes('clopidogrel', 1, '朝'),
        takes('amlodipine', 1, '朝'),
        takes('lansoprazole', 1, '朝'),
        takes('sennoside', 2, '寝る前'),
      ],
    ],
    labs: ['lipid', 'basic'],
    shifts: { LDL: [96, -4] },
    exams: ['headCt', 'ecg'],
    stay: { days: [14, 30], infusions: [drip('maintenance', [], 500, 8)] },
    complaint: '左手の動かしにくさは変わらず。',
    finding: '左上下肢に軽度の麻痺。',
  }),
  dementia: disease('アルツハイマー型認知症|G309|04|70-99|4|8', {
    regimens: [[takes('donepezil', 1, '朝'), takes('magnesium', 1, '毎食後')]],
    labs: ['basic'],
    shifts: { ALB: [3.9, -0.1] },
    exams: ['headCt'],
    complaint: '物忘れの進行はゆるやか（家族より）。',
    finding: '見当識は時間で低下。',
  }),
  parkinson: disease('パーキンソン病|G20|04|60-90|2|6', {
    regimens: [[takes('levodopa', 1, '毎食後'), takes('magnesium', 1, '毎食後')]],
    labs: ['basic'],
    shifts: {},
    exams: ['headCt'],
    complaint: '午後に動きにくくなる。',
    finding: '右上肢に筋固縮。',
  }),
  epilepsy: disease('てんかん|G409|04|10-70|2|12', {
    regimens: [[takes('levetiracetam', 1, '朝夕')]],
    labs: ['basic'],
    shifts: {},
    complaint: '発作なし。',
    finding: '神経学的に変化なし。',
  }),
  depression: disease('うつ病|F329|02|18-75|3|4', {
    regimens: [[takes('escitalopram', 1, '夕'), takes('zolpidem', 1, '寝る前')]],
    labs: [],
    shifts: {},
    complaint: '気分は少し上向き。睡眠は５時間。',
    finding: '希死念慮なし。',
  }),
  schizophrenia: disease('統合失調症|F209|02|20-70|2|4', {
    regimens: [[takes('risperidone', 1, '朝夕')]],
    labs: ['basic'],
    shifts: { GLU: [112, 3] },
    complaint: '声は気にならない程度。',
    finding: '疎通良好。',
  }),
  anaemia: disease('鉄欠乏性貧血|D509|01|16-60|3|6', {
    regimens: [[takes('ferrousCitrate', 2, '夕')]],
    labs: ['anaemia'],
    shifts: { HB: [9.2, 2.6], FERRITIN: [5, 22], RBC: [3.9, 0.4] },
    complaint: '階段で動悸。',
    finding: '眼瞼結膜は貧血様。',
  }),
  pregnancy: disease('正常妊娠|Z349|23|20-42|0|4', {
    sex: 'F',
    regimens: [[takes('ferrousCitrate', 1, '夕')]],
    labs: ['anaemia', 'urinalysis'],
    shifts: { HB: [10.8, 0] },
    exams: ['abdominalUltrasound'],
    stay: { days: [6, 8], infusions: [drip('extracellular', [], 500, 5)] },
    complaint: '胎動良好。',
    finding: '子宮底長は週数相当。',
  }),
  newborn: disease('正常新生児|Z380|09|0-0|0|0', {
    regimens: [[]],
    labs: [],
    shifts: {},
    stay: { days: [5, 6], infusions: [] },
    complaint: '正期産、自然分娩で出生。哺乳良好。',
    finding: '大泉門平坦。黄疸は生理的範囲。',
  }),
  urinaryInfection: disease('急性腎盂腎炎|N10|20|18-90|2|0', {
    regimens: [[takes('cefcapene', 1, '毎食後'), takes('acetaminophen', 1, '疼痛時')]],
    labs: ['acute', 'urinalysis'],
    shifts: { CRP: [11.5, 0], WBC: [15.8, 0], UPRO: [2.2, 0], UBLD: [3.2, 0] },
    stay: { days: [5, 9], infusions: [drip('saline', ['ceftriaxone'], 100, 1)] },
    complaint: '悪寒と右腰の痛み、発熱。',
    finding: '右肋骨脊柱角に叩打痛。',
  }),
} as const satisfies Record<string, Disease>
export type DiseaseKey = keyof typeof DISEASES
