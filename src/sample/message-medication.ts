/** OMP-01, OMP-11 (oral) and OMP-02, OMP-12 (injection): RDE^O11 and RAS^O17. */
import type { EpochMs } from '#base'
import { HOUR_MS, stamp12, stamp14 } from './calendar.ts'
import { DRUGS, UNITS, USAGES } from './drugs.ts'
import type { Drug, Infusion, Regimen, Unit, Usage } from './drugs.ts'
import { NURSES, SYSTEMS } from './hospital.ts'
import { components, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { homeAddress, location, msh, orc, pid, pv1, staffName } from './message-common.ts'
import type { OrderControl, Situation } from './message-common.ts'
import type { DoseStyle } from './types.ts'

const AS_NEEDED_TIMES = 10

export interface Prescription {
  readonly orderNo: string
  readonly days: number
  readonly regimens: readonly Regimen[]
  readonly control: OrderControl
}

const coded = (drug: Drug): string => `${drug.code}^${drug.name}^HOT9`
const unitOf = (unit: Unit): string => `${unit}^${UNITS[unit]}^MR9P`
const subUnitOf = (unit: Unit): string => unitOf(unit).replaceAll('^', '&')
/** At most two decimals, without trailing zeros. */
const amountText = (amount: number): string => String(Math.round(amount * 100) / 100)

/** RP groups: drugs of one usage stand under one RP number. */
function rpNumbers(regimens: readonly Regimen[]): Map<Usage, number> {
  const numbers = new Map<Usage, number>()
  for (const { usage } of regimens) if (!numbers.has(usage)) numbers.set(usage, numbers.size + 1)
  return numbers
}

/** RXE-3 and RXE-19 as the style has it. Contradictory: the amount per time was keyed in as the amount per day. */
function doseFields(style: DoseStyle, { amount, usage, drug }: Regimen): Record<number, string | undefined> {
  const perDay = USAGES[usage].perDay
  const { unit } = DRUGS[drug]
  const wrongDaily = perDay === 1 ? amount * 2 : amount
  const daily = style === 'contradictory' ? wrongDaily : amount * (perDay ?? 0)
  const withDaily = perDay !== undefined && style !== 'per-time'
  return {
    3: style === 'per-day' && perDay !== undefined ? undefined : amountText(amount),
    19: withDaily ? `${amountText(daily)}^${subUnitOf(unit)}` : undefined,
  }
}

function instructions(s: Situation, regimen: Regimen): string | undefined {
  if (s.person.style === 'nec13') return '^①朝　②夕　１回１０㎎^99A05'
  if (regimen.drug === 'methotrexate') return '^週１回（月曜日）^99A05'
  if (regimen.drug === 'alendronate') return '^週１回（日曜日）^99A05'
  return s.person.index % 9 === 0 ? 'C^一包化^JHSP0002' : undefined
}

function rxe(s: Situation, { days }: Prescription, regimen: Regimen): Segment {
  const drug = DRUGS[regimen.drug]
  const perDay = USAGES[regimen.usage].perDay
  const total = regimen.amount * (perDay === undefined ? AS_NEEDED_TIMES : perDay * days)
  const kind = s.bed ? 'IHP^入院処方^MR9P~FTP^定時処方^99I01' : 'OHP^外来処方^MR9P~OHO^院外処方^MR9P'
  return segment('RXE', {
    2: coded(drug),
    ...doseFields(s.person.dose, regimen),
    5: unitOf(drug.unit),
    7: instructions(s, regimen),
    10: amountText(total),
    11: unitOf(drug.unit),
    15: stamp14(s.at),
    21: kind,
  })
}

/** TQ1-6 as three systems write it. */
function duration(days: number, variety: number): string {
  return [`${days}^D&日&ISO+`, `${days}^d`, `${days}^日分`][variety % 3]!
}

function oralTiming(s: Situation, { usage }: Regimen, days: number): Segment {
  const { code, text, perDay } = USAGES[usage]
  return segment('TQ1', {
    1: '1',
    3: `${code}&${text}&JAMISDP01`,
    6: perDay === undefined ? undefined : duration(days, s.person.index),
    7: stamp12(s.at).slice(0, 10),
    11: perDay === undefined ? '１日３回まで、６時間あけて' : undefined,
    14: perDay === undefined ? AS_NEEDED_TIMES : undefined,
  })
}

/** OMP-01. ORC-4 is the bare RP number, or order_RP_sequence as newer systems have it. */
export function prescriptionMessage(s: Situation, prescription: Prescription): Segment[] {
  const { person, at } = s
  const { orderNo, regimens, control, days } = prescription
  const numbers = rpNumbers(regimens)
  const ordered = regimens.toSorted((a, b) => numbers.get(a.usage)! - numbers.get(b.usage)!)
  const group = (rp: number, i: number): string =>
    person.index % 3 === 0 ? `${orderNo}_${String(rp).padStart(2, '0')}_${String(i + 1).padStart(3, '0')}` : String(rp)
  return [
    msh(SYSTEMS.ehr, 'RDE^O11^RDE_O11', at, person),
    pid(SYSTEMS.ehr, person, { 11: homeAddress(person) }),
    pv1(s),
    ...ordered.flatMap((regimen, i) => [
      orc(control, orderNo, s, { 4: group(numbers.get(regimen.usage)!, i) }),
      rxe(s, prescription, regimen),
      oralTiming(s, regimen, days),
      segment('RXR', { 1: 'PO^口^HL70162' }),
    ]),
  ]
}

/** OMP-11: what was given at one time of day on a ward. Status CP done, RE refused. */
export function administrationMessage(
  s: Situation,
  given: { readonly orderNo: string; readonly regimens: readonly Regimen[]; readonly refused: boolean },
): Segment[] {
  const nurse = NURSES[s.person.index % NURSES.length]!
  const rows = given.regimens.map((regimen) => {
    const drug = DRUGS[regimen.drug]
    return segment('RXA', {
      1: '0',
      2: '1',
      3: stamp12(s.at),
      4: stamp12(s.at),
      5: coded(drug),
      6: amountText(given.refused ? 0 : regimen.amount),
      7: unitOf(drug.unit),
      9: given.refused ? '^患者が内服を拒否^99IC2' : undefined,
      10: staffName(nurse),
      11: location(s.bed, s.department),
      20: given.refused ? 'RE' : 'CP',
      22: stamp14(s.at),
    })
  })
  return [
    msh(SYSTEMS.nursing, 'RAS^O17^RAS_O17', s.at, s.person),
    pid(SYSTEMS.nursing, s.person),
    pv1(s),
    orc('NW', given.orderNo, s, { 4: '1' }),
    ...rows,
    segment('RXR', { 1: 'PO^口^HL70162' }),
  ]
}

export interface InfusionOrder {
  readonly orderNo: string
  readonly infusion: Infusion
  readonly startAt: EpochMs
  readonly control: OrderControl
}

const RATE_UNIT = 'ml/hr^ミリリッター／時間^ISO+'
const INTRAVENOUS = { 1: 'IV^静脈内^HL70162', 3: 'IVP^点滴ポンプ^HL70164' }

/** OMP-02: the drugs stand in RXC (B carrier, A additive), RXE holds volume and rate. */
export function infusionOrderMessage(s: Situation, { orderNo, infusion, startAt, control }: InfusionOrder): Segment[] {
  const rate = Math.round(infusion.volumeMl / infusion.hours)
  const drugs = [infusion.base, ...infusion.additives].map((key) => DRUGS[key])
  return [
    msh(SYSTEMS.ehr, 'RDE^O11^RDE_O11', s.at, s.person),
    pid(SYSTEMS.ehr, s.person),
    pv1(s),
    orc(control, orderNo, s, { 4: `${orderNo}_01_001` }),
    segment('RXE', {
      2: '00^一般^99I02',
      3: infusion.volumeMl,
      5: 'ML^ミリリットル^MR9P',
      6: 'INJ^注射剤^MR9P',
      7: `^${infusion.hours}時間一定速度で^99IC6`,
      15: stamp14(s.at),
      21: s.bed ? 'IHP^入院処方^MR9P~FTP^定時処方^99I01' : 'OHP^外来処方^MR9P~OHI^院内処方^MR9P',
      22: 'H1',
      23: rate,
      24: RATE_UNIT,
      42: s.bed ? components(s.bed.ward, '', '', '', '', 'N') : undefined,
    }),
    segment('TQ1', { 1: '1', 7: stamp12(startAt), 8: stamp12(startAt + infusion.hours * HOUR_MS) }),
    segment('RXR', INTRAVENOUS),
    ...drugs.map((drug, i) => segment('RXC', { 1: i === 0 ? 'B' : 'A', 2: coded(drug), 3: '1', 4: unitOf(drug.unit) })),
  ]
}

/** OMP-12: an infusion given. `s.at` is its end. */
export function infusionGivenMessage(s: Situation, order: Omit<InfusionOrder, 'control'>): Segment[] {
  const { infusion, orderNo, startAt } = order
  const drugs = [infusion.base, ...infusion.additives].map((key) => DRUGS[key])
  const nurse = NURSES[s.person.index % NURSES.length]!
  return [
    msh(SYSTEMS.nursing, 'RAS^O17^RAS_O17', s.at, s.person),
    pid(SYSTEMS.nursing, s.person),
    pv1(s),
    orc('NW', orderNo, s, { 4: `${orderNo}_01_001` }),
    ...drugs.map((drug) =>
      segment('RXA', {
        1: '0',
        2: '1',
        3: stamp14(startAt),
        4: stamp14(s.at),
        5: coded(drug),
        6: '1',
        7: unitOf(drug.unit),
        9: '^左前腕より^99IC2',
        10: staffName(nurse),
        11: location(s.bed, s.department),
        12: `${Math.round(infusion.volumeMl / infusion.hours)}ml/hr`,
        20: 'CP',
        22: stamp14(s.at),
      }),
    ),
    segment('RXR', INTRAVENOUS),
  ]
}

const DIETS = [
  '001^常食^99XY3',
  '002^軟食^99XY3',
  '003^減塩食（６ｇ）^99XY3',
  '004^糖尿病食（１６００ｋｃａｌ）^99XY3',
  '005^腎臓食^99XY3',
  '009^絶食^99XY3',
]

/** OMD: `diet` is a place in the list of diets. */
export function dietMessage(s: Situation, orderNo: string, diet: number, control: OrderControl): Segment[] {
  return [
    msh(SYSTEMS.ehr, 'OMD^O03^OMD_O03', s.at, s.person),
    pid(SYSTEMS.ehr, s.person),
    pv1(s),
    orc(control, orderNo, s),
    segment('TQ1', { 1: '1', 3: 'TID&１日３回&HL70335', 7: stamp12(s.at).slice(0, 10) }),
    segment('ODS', { 1: 'D', 3: DIETS[diet % DIETS.length], 4: diet % 6 === 2 ? '塩分控えめ' : undefined }),
  ]
}
