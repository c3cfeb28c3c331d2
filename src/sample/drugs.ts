/**
 * Drugs of the sample. Generic names are real; the maker is 「見本」 and the codes begin with 9, which HOT9 does not use,
 * so that no line can pass for a product.
 */

/** MERIT-9 unit codes with their names. */
export const UNITS = {
  TAB: '錠',
  CAP: 'カプセル',
  PCK: '包',
  G: 'グラム',
  ML: 'ミリリットル',
  HON: '本',
  AMP: 'アンプル',
  VIL: 'バイアル',
  KIT: 'キット',
  SHT: '枚',
  MCG: 'マイクログラム',
  UNT: '単位',
} as const
export type Unit = keyof typeof UNITS

/** JAMI 標準用法 (JAMISDP01): digits 5-8 are 起床・朝・昼・夕, 4 = after the meal, 2 = before it; digit 9 = bedtime. */
export const USAGES = {
  朝: { code: '1011040000000000', text: '内服・経口・１日１回朝食後', perDay: 1 },
  夕: { code: '1011000400000000', text: '内服・経口・１日１回夕食後', perDay: 1 },
  寝る前: { code: '1011000090000000', text: '内服・経口・１日１回就寝前', perDay: 1 },
  起床: { code: '1011100000000000', text: '内服・経口・１日１回起床時', perDay: 1 },
  朝夕: { code: '1012040400000000', text: '内服・経口・１日２回朝夕食後', perDay: 2 },
  毎食後: { code: '1013044400000000', text: '内服・経口・１日３回朝昼夕食後', perDay: 3 },
  毎食前: { code: '1013022200000000', text: '内服・経口・１日３回朝昼夕食前', perDay: 3 },
  疼痛時: { code: '1050110020000000', text: '内服・経口・疼痛時', perDay: undefined },
} as const satisfies Record<string, { code: string; text: string; perDay: number | undefined }>
export type Usage = keyof typeof USAGES

export interface Drug {
  readonly code: string
  readonly name: string
  readonly unit: Unit
}

const maker = '「見本」'
let number = 0
function drug(name: string, unit: Unit): Drug {
  number++
  return { code: `9${String(number * 1379).padStart(6, '0')}01`, name: `${name}${maker}`, unit }
}

export const DRUGS = {
  amlodipine: drug('アムロジピンＯＤ錠５ｍｇ', 'TAB'),
  amlodipine25: drug('アムロジピンＯＤ錠２．５ｍｇ', 'TAB'),
  olmesartan: drug('オルメサルタンＯＤ錠２０ｍｇ', 'TAB'),
  candesartan: drug('カンデサルタン錠８ｍｇ', 'TAB'),
  bisoprolol: drug('ビソプロロールフマル酸塩錠２．５ｍｇ', 'TAB'),
  furosemide: drug('フロセミド錠２０ｍｇ', 'TAB'),
  spironolactone: drug('スピロノラクトン錠２５ｍｇ', 'TAB'),
  enalapril: drug('エナラプリルマレイン酸塩錠５ｍｇ', 'TAB'),
  metformin: drug('メトホルミン塩酸塩錠２５０ｍｇＭＴ', 'TAB'),
  metformin500: drug('メトホルミン塩酸塩錠５００ｍｇＭＴ', 'TAB'),
  sitagliptin: drug('シタグリプチン錠５０ｍｇ', 'TAB'),
  empagliflozin: drug('エンパグリフロジン錠１０ｍｇ', 'TAB'),
  glimepiride: drug('グリメピリド錠１ｍｇ', 'TAB'),
  rosuvastatin: drug('ロスバスタチンＯＤ錠２．５ｍｇ', 'TAB'),
  atorvastatin: drug('アトルバスタチン錠１０ｍｇ', 'TAB'),
  febuxostat: drug('フェブキソスタット錠１０ｍｇ', 'TAB'),
  lansoprazole: drug('ランソプラゾールＯＤ錠１５ｍｇ', 'TAB'),
  rebamipide: drug('レバミピド錠１００ｍｇ', 'TAB'),
  magnesium: drug('酸化マグネシウム錠３３０ｍｇ', 'TAB'),
  sennoside: drug('センノシド錠１２ｍｇ', 'TAB'),
  aspirin: drug('アスピリン腸溶錠１００ｍｇ', 'TAB'),
  clopidogrel: drug('クロピドグレル錠７５ｍｇ', 'TAB'),
  apixaban: drug('アピキサバン錠２．５ｍｇ', 'TAB'),
  warfarin: drug('ワルファリンカリウム錠１ｍｇ', 'TAB'),
  levothyroxine: drug('レボチロキシンナトリウム錠５０μｇ', 'TAB'),
  thiamazole: drug('チアマゾール錠５ｍｇ', 'TAB'),
  prednisolone: drug('プレドニゾロン錠５ｍｇ', 'TAB'),
  methotrexate: drug('メトトレキサートカプセル２ｍｇ', 'CAP'),
  folicAcid: drug('葉酸錠５ｍｇ', 'TAB'),
  montelukast: drug('モンテルカスト錠１０ｍｇ', 'TAB'),
  carbocisteine: drug('カルボシステイン錠５００ｍｇ', 'TAB'),
  ambroxol: drug('アンブロキソール塩酸塩錠１５ｍｇ', 'TAB'),
  amoxicillin: drug('アモキシシリンカプセル２５０ｍｇ', 'CAP'),
  levofloxacin: drug('レボフロキサシン錠５００ｍｇ', 'TAB'),
  cefcapene: drug('セフカペンピボキシル塩酸塩錠１００ｍｇ', 'TAB'),
  acetaminophen: drug('アセトアミノフェン錠５００ｍｇ', 'TAB'),
  acetaminophenSyrup: drug('アセトアミノフェンシロップ小児用２％', 'ML'),
  carbocisteineDs: drug('カルボシステインＤＳ５０％小児用', 'G'),
  loxoprofen: drug('ロキソプロフェンＮａ錠６０ｍｇ', 'TAB'),
  celecoxib: drug('セレコキシブ錠１００ｍｇ', 'TAB'),
  tamsulosin: drug('タムスロシン塩酸塩ＯＤ錠０．２ｍｇ', 'TAB'),
  donepezil: drug('ドネペジル塩酸塩ＯＤ錠５ｍｇ', 'TAB'),
  levodopa: drug('レボドパ・カルビドパ配合錠', 'TAB'),
  levetiracetam: drug('レベチラセタム錠５００ｍｇ', 'TAB'),
  escitalopram: drug('エスシタロプラム錠１０ｍｇ', 'TAB'),
  zolpidem: drug('ゾルピデム酒石酸塩錠５ｍｇ', 'TAB'),
  risperidone: drug('リスペリドン錠１ｍｇ', 'TAB'),
  ferrousCitrate: drug('クエン酸第一鉄Ｎａ錠５０ｍｇ', 'TAB'),
  alendronate: drug('アレンドロン酸錠３５ｍｇ', 'TAB'),
  eldecalcitol: drug('エルデカルシトールカプセル０．７５μｇ', 'CAP'),
  entecavir: drug('エンテカビル錠０．５ｍｇ', 'TAB'),
  ursodiol: drug('ウルソデオキシコール酸錠１００ｍｇ', 'TAB'),
  kakkonto: drug('葛根湯エキス顆粒', 'PCK'),
  shakuyaku: drug('芍薬甘草湯エキス顆粒', 'PCK'),
  calciumCarbonate: drug('沈降炭酸カルシウム錠５００ｍｇ', 'TAB'),
  capecitabine: drug('カペシタビン錠３００ｍｇ', 'TAB'),
  // injections
  maintenance: drug('維持液（３号）５００ｍＬ', 'HON'),
  extracellular: drug('乳酸リンゲル液５００ｍＬ', 'HON'),
  saline: drug('生理食塩液１００ｍＬ', 'HON'),
  ceftriaxone: drug('セフトリアキソンナトリウム静注用１ｇ', 'VIL'),
  ampicillin: drug('アンピシリン・スルバクタム静注用３ｇ', 'VIL'),
  furosemideInjection: drug('フロセミド注２０ｍｇ', 'AMP'),
  famotidine: drug('ファモチジン注射液２０ｍｇ', 'AMP'),
  heparin: drug('ヘパリンＮａ透析用２５０単位／ｍＬ', 'KIT'),
  darbepoetin: drug('ダルベポエチンアルファ注２０μｇ', 'KIT'),
  oxaliplatin: drug('オキサリプラチン点滴静注液１００ｍｇ', 'VIL'),
  glucose: drug('ブドウ糖注５％５００ｍＬ', 'HON'),
} as const satisfies Record<string, Drug>
export type DrugKey = keyof typeof DRUGS

/** One drug as a disease uses it: amount per time in the drug's unit. */
export interface Regimen {
  readonly drug: DrugKey
  readonly amount: number
  readonly usage: Usage
}

export interface Infusion {
  /** The carrier and what is mixed into it. */
  readonly base: DrugKey
  readonly additives: readonly DrugKey[]
  readonly volumeMl: number
  readonly hours: number
}
