/** Segments that many messages share: MSH, EVN, PID, PV1, ORC. Shapes as in real files of the standardized storage. */
import type { EpochMs } from '#base'
import { stamp12, stamp14 } from './calendar.ts'
import { CLERK, DEPARTMENTS, FACILITY } from './hospital.ts'
import type { Bed, Department, SendingSystem, Staff } from './hospital.ts'
import { components, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import type { Person } from './person.ts'

/** Where a patient is when something is ordered or done. */
export interface Situation {
  readonly person: Person
  readonly at: EpochMs
  readonly doctor: Staff
  readonly department: Department
  /** In hospital; undefined = outpatient. */
  readonly bed?: Bed
}

/** `D1001^若葉^誠一^^^^^^^L^^^^^I`; some systems leave the name in one piece. */
export function staffName(staff: Staff, split = true): string {
  const name = split ? [staff.family, staff.given] : [staff.family + staff.given, '']
  return components(staff.id, ...name, '', '', '', '', '', '', 'L', '', '', '', '', 'I')
}

const TIME_FORMATS: Record<SendingSystem['time'], (at: EpochMs) => string> = {
  seconds: (at) => stamp14(at),
  fraction: (at) => `${stamp14(at)}.${String(Math.abs(at) % 1000).padStart(3, '0')}0`,
  dense: (at) => `${stamp14(at)}${String(Math.abs(at) % 1000).padStart(3, '0')}`,
}

/** `type` as `ADT^A08^ADT_A01`. */
export function msh(system: SendingSystem, type: string, at: EpochMs, patient: Person): Segment {
  return segment('MSH', {
    2: '^~\\&',
    3: system.name,
    4: 'AOBA',
    5: 'GW',
    6: 'RCV',
    7: TIME_FORMATS[system.time](at),
    9: type,
    10: `${stamp14(at)}${String(patient.index).padStart(4, '0')}`,
    11: 'P',
    12: '2.5',
    18: system.charset,
    20: system.switching,
    21: 'SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO',
  })
}

/** EVN-2 recorded, EVN-6 happened. */
export function evn(recordedAt: EpochMs, happenedAt?: EpochMs): Segment {
  const happened = happenedAt === undefined ? undefined : stamp12(happenedAt)
  return segment('EVN', { 2: stamp12(recordedAt), 5: 'AOBA01', 6: happened })
}

export function patientName(person: Person): string {
  const kanji = components(person.family, person.given, '', '', '', '', 'L', 'I')
  const kana = components(person.familyKana, person.givenKana, '', '', '', '', 'L', 'P')
  return `${kanji}~${kana}`
}

export const homeAddress = (person: Person): string => components('', '', '', '', '999-9999', 'JPN', 'H', person.street)

export function phone(number: string, use: 'PRN' | 'WPN' | 'EMR'): string {
  return components('', use, 'PH', '', '', '', '', '', '', '', '', number)
}

/** The fields that every system sends; ADT-00 adds address, phone and the rest. */
export function pid(system: SendingSystem, person: Person, more: Record<number, string | undefined> = {}): Segment {
  return segment('PID', {
    1: '0001',
    3: system.typedId ? `${person.id}^^^^PI` : person.id,
    5: patientName(person),
    7: person.birthDate,
    8: person.sex,
    ...more,
  })
}

export function location(bed: Bed | undefined, department: Department): string {
  return bed ? components(bed.ward, bed.room, bed.bed, '', '', 'N') : components(department, '', '', '', '', 'C')
}

export function pv1(situation: Situation, more: Record<number, string | undefined> = {}): Segment {
  const { bed, department, doctor } = situation
  return segment('PV1', {
    1: '0001',
    2: bed ? 'I' : 'O',
    3: location(bed, department),
    7: staffName(doctor),
    10: components(department, DEPARTMENTS[department], '99XY1'),
    ...more,
  })
}

/** NW new, PA parent, CH child, SC result, CA cancelled. */
export type OrderControl = 'NW' | 'PA' | 'CH' | 'SC' | 'CA'

/** `more` lays fields over, such as 4 (RP group) and 8 (parent). */
export function orc(
  control: OrderControl,
  orderNo: string,
  situation: Situation,
  more: Record<number, string | undefined> = {},
): Segment {
  const { bed, department, doctor, at } = situation
  return segment('ORC', {
    1: control,
    2: orderNo,
    9: stamp14(at),
    10: staffName(control === 'SC' ? doctor : CLERK),
    12: staffName(doctor),
    13: location(bed, department),
    17: `${department}^${DEPARTMENTS[department]}^99XY1`,
    18: 'PC01^^99XY2',
    21: FACILITY.name,
    22: components('', '', '', '', FACILITY.zip, 'JPN', '', FACILITY.address),
    23: components('', '', '', '', '', '', '', '', '', '', '', FACILITY.phone),
    29: bed ? 'I^入院患者オーダ^HL70482' : 'O^外来患者オーダ^HL70482',
    ...more,
  })
}
