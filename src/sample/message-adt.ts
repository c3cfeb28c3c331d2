/** ADT messages: identity, allergies, doctors, visits and stays. */
import type { EpochMs } from '#base'
import { DAY_MS, dateOf, stamp12, stamp14 } from './calendar.ts'
import type { Bed } from './hospital.ts'
import { SYSTEMS } from './hospital.ts'
import { components, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { evn, homeAddress, location, msh, patientName, phone, pid, pv1, staffName } from './message-common.ts'
import type { Situation } from './message-common.ts'
import type { Allergy, Person } from './person.ts'

const ALLERGY_TYPES: Record<Allergy['type'], string> = {
  DA: '薬剤アレルギー',
  FA: '食物アレルギー',
  LA: '花粉アレルギー',
  EA: '環境アレルギー',
}
const SEVERITIES: Record<Allergy['severity'], string> = { MI: '軽度', MO: '中等度', SV: '重度' }

/** What of the identity changed since registration: each entry is one version of ADT-00. */
export interface IdentityVersion {
  readonly address: string
  readonly phone: string
  /** The insurance card's number; changes with the employer. */
  readonly memberNumber: string
  readonly deathAt: EpochMs | undefined
  readonly weightKg: number
}

function bodyAndBlood(person: Person, weightKg: number): Segment[] {
  const rows: (Record<number, string> | undefined)[] = [
    { 2: 'NM', 3: '9N001000000000001^身長^JC10', 5: person.heightCm.toFixed(1), 6: 'cm^cm^ISO+' },
    { 2: 'NM', 3: '9N006000000000001^体重^JC10', 5: weightKg.toFixed(1), 6: 'kg^kg^ISO+' },
    person.blood && {
      2: 'CWE',
      3: '5H010000001999911^血液型-ABO式^JC10',
      5: `${person.blood.abo}^${person.blood.abo}型^JSHR002`,
    },
    person.blood && {
      2: 'CWE',
      3: '5H020000001999911^血液型-Rh式^JC10',
      5: `${person.blood.rh}^Rh${person.blood.rh}^JSHR002`,
    },
  ]
  return rows.flatMap((row, i) => (row ? [segment('OBX', { 1: i + 1, ...row, 11: 'F' })] : []))
}

/** Older parts of the EHR keep only drug allergies, in ADT-00: AL1 without severity. */
function al1(person: Person): Segment[] {
  if (typeof person.allergies === 'string') return []
  const drugs = person.allergies.filter((allergy) => allergy.type === 'DA')
  return drugs.map((allergy, i) =>
    segment('AL1', { 1: i + 1, 2: 'DA^薬剤アレルギー^HL70127', 3: `^${allergy.allergen.split('^')[1]}^99A01` }),
  )
}

/** ADT-00, ADT^A08. */
export function identityMessage(person: Person, at: EpochMs, version: IdentityVersion): Segment[] {
  const system = SYSTEMS.ehr
  const home = { ...person, street: version.address }
  const death = version.deathAt === undefined ? {} : { 29: stamp14(version.deathAt), 30: 'Y' }
  const relative = segment('NK1', {
    1: '1',
    2: patientName({ ...person, given: '（家族）', givenKana: '（カゾク）' }),
    3: 'FAM^家族^HL70063',
    4: homeAddress(home),
    5: phone(version.phone, 'PRN'),
  })
  return [
    msh(system, 'ADT^A08^ADT_A01', at, person),
    evn(at),
    pid(system, person, { 11: homeAddress(home), 13: phone(version.phone, 'PRN'), ...death, 33: stamp14(at) }),
    relative,
    pv1({ person, at, doctor: person.doctor, department: person.department }),
    segment('DB1', { 1: '1', 2: 'PT', 4: 'N' }),
    ...bodyAndBlood(person, version.weightKg),
    ...al1(person),
    segment('IN1', {
      1: '1',
      2: '01^全国健康保険協会管掌健康保険^JHSD0001',
      3: '99999999',
      10: '９９',
      11: version.memberNumber,
      12: dateOf(at - 200 * DAY_MS),
      17: 'SEL^本人^HL70063',
    }),
  ]
}

/** ADT-61, ADT^A60. Explicit none is a coded entry for drugs and one for food. */
export function allergyMessage(person: Person, at: EpochMs, removed?: Allergy): Segment[] {
  const head = [msh(SYSTEMS.nursing, 'ADT^A60^ADT_A60', at, person), evn(at), pid(SYSTEMS.nursing, person)]
  if (typeof person.allergies === 'string') return [...head, ...noAllergies(at)]
  const rows = person.allergies.map((allergy, i) => iam(allergy, i + 1, 'A^追加^HL70323'))
  return [...head, ...rows, ...(removed ? [iam(removed, rows.length + 1, 'D^削除^HL70323')] : [])]
}

function iam(allergy: Allergy, set: number, action: string): Segment {
  const written = /^\d+$/.test(allergy.since)
  return segment('IAM', {
    1: set,
    2: `${allergy.type}^${ALLERGY_TYPES[allergy.type]}^HL70127`,
    3: allergy.allergen,
    4: `${allergy.severity}^${SEVERITIES[allergy.severity]}^HL70128`,
    5: allergy.reaction,
    6: action,
    11: written ? allergy.since : undefined,
    12: written ? undefined : allergy.since,
  })
}

function noAllergies(at: EpochMs): Segment[] {
  return (['DA', 'FA'] as const).map((type, i) =>
    segment('IAM', {
      1: i + 1,
      2: `${type}^${ALLERGY_TYPES[type]}^HL70127`,
      3: `0^なし^99A01`,
      6: 'A^追加^HL70323',
      13: dateOf(at),
    }),
  )
}

/** ADT-01, ADT^A54: the doctor in charge. */
export function doctorMessage(s: Situation): Segment[] {
  return [
    msh(SYSTEMS.admissions, 'ADT^A54^ADT_A54', s.at, s.person),
    evn(s.at),
    pid(SYSTEMS.admissions, s.person),
    pv1(s),
  ]
}

/** ADT-12, ADT^A04: arrival of an outpatient. */
export function arrivalMessage(s: Situation): Segment[] {
  const { person, at } = s
  return [
    msh(SYSTEMS.admissions, 'ADT^A04^ADT_A01', at, person),
    evn(at),
    pid(SYSTEMS.admissions, person),
    pv1(s, { 44: stamp14(at) }),
  ]
}

type StayKind =
  | 'planned'
  | 'admitted'
  | 'leave'
  | 'return'
  | 'movePlanned'
  | 'moved'
  | 'dischargePlanned'
  | 'discharged'

const STAY_TYPES: Record<StayKind, string> = {
  planned: 'ADT^A14^ADT_A05',
  admitted: 'ADT^A01^ADT_A01',
  leave: 'ADT^A21^ADT_A21',
  return: 'ADT^A22^ADT_A21',
  movePlanned: 'ADT^A15^ADT_A15',
  moved: 'ADT^A02^ADT_A02',
  dischargePlanned: 'ADT^A16^ADT_A16',
  discharged: 'ADT^A03^ADT_A03',
}

export interface StayMessage {
  readonly kind: StayKind
  /** When it happened or will happen; the care date of the message. */
  readonly when: EpochMs
  readonly admittedAt: EpochMs
  /** The bed left, for a move. */
  readonly from?: Bed
  readonly outcome?: 'home' | 'died'
  /** Cancelled: A27, A11 and so on instead. */
  readonly cancel?: string
}

/** ADT-21, 22, 31, 32, 41, 42, 51 and 52. Care dates: PV2-8/9 for plans, PV1-44, PV1-45 and EVN-6 for what happened. */
export function stayMessage(s: Situation, stay: StayMessage): Segment[] {
  const { person, at } = s
  const system = SYSTEMS.admissions
  const inEvent = stay.kind === 'leave' || stay.kind === 'return' || stay.kind === 'moved'
  const fields: Record<number, string | undefined> = {
    6: stay.from ? location(stay.from, s.department) : undefined,
    17: staffName(s.doctor),
    36: stay.kind === 'discharged' ? (stay.outcome === 'died' ? '20' : '01') : undefined,
    44: stay.kind === 'planned' ? undefined : stamp14(stay.admittedAt),
    45: stay.kind === 'discharged' ? stamp14(stay.when) : undefined,
  }
  return [
    msh(system, stay.cancel ?? STAY_TYPES[stay.kind], at, person),
    evn(at, inEvent || stay.kind === 'discharged' ? stay.when : undefined),
    pid(system, person),
    pv1(s, fields),
    ...pv2(stay),
  ]
}

function pv2({ kind, when }: StayMessage): Segment[] {
  if (kind === 'planned' || kind === 'movePlanned') return [segment('PV2', { 8: stamp12(when) })]
  if (kind === 'dischargePlanned') return [segment('PV2', { 9: stamp12(when) })]
  if (kind === 'leave') return [segment('PV2', { 3: components('02', '外泊', '99A02'), 47: stamp12(when + DAY_MS) })]
  return []
}
