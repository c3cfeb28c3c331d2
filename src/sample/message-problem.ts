/** PPR-01: all diagnoses of a patient in one message. */
import type { EpochMs } from '#base'
import { dateOf, dateOfDay } from './calendar.ts'
import { DISEASES } from './diseases.ts'
import type { DiseaseKey } from './diseases.ts'
import { DEPARTMENTS, SYSTEMS } from './hospital.ts'
import { freeText, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { msh, pid, staffName } from './message-common.ts'
import type { Person } from './person.ts'

export interface ProblemEntry {
  readonly disease: DiseaseKey
  readonly sinceDay: number
  readonly inHospital: boolean
  readonly suspected?: boolean
  /** Day of the outcome: cured, or dead. */
  readonly endedDay?: number
  readonly outcome?: 'R^治癒^HL70241' | 'D^死亡^HL70241'
}

/**
 * PRB-25 V = 非常に限定 marks what the patient was not told; psychiatric diagnoses carry R = 限定. The diagnosis that has
 * a modifier is written in pieces (ZPR) as well as in PRB-17.
 */
export function problemMessage(person: Person, at: EpochMs, entries: readonly ProblemEntry[]): Segment[] {
  const head = [msh(SYSTEMS.ehr, 'PPR^ZD1^PPR_ZD1', at, person), pid(SYSTEMS.ehr, person)]
  return [...head, ...entries.flatMap((entry, i) => problem(person, at, entry, i))]
}

function secrecy(person: Person, entry: ProblemEntry): string | undefined {
  if (person.uninformed === entry.disease) return 'V^非常に限定^HL70177'
  return DISEASES[entry.disease].department === '02' ? 'R^限定^HL70177' : undefined
}

function problem(person: Person, at: EpochMs, entry: ProblemEntry, i: number): Segment[] {
  const disease = DISEASES[entry.disease]
  const number = `${person.id}${String(i + 1).padStart(5, '0')}`
  const since = dateOfDay(entry.sinceDay)
  const ended = entry.endedDay === undefined ? undefined : dateOfDay(entry.endedDay)
  const coded = `${disease.code}^${disease.name}^MDCDX2`
  const informed = person.uninformed === entry.disease ? 'N^未告知^99A03' : undefined
  const prb = segment('PRB', {
    1: 'AD',
    2: dateOf(at),
    3: coded,
    4: number,
    7: since,
    9: ended,
    10: `${disease.icd10}^^I10^${entry.inHospital ? 'I^入院時' : 'O^外来時'}^JHSD0004`,
    13: entry.suspected ? '1^疑い^99A04' : undefined,
    14: entry.outcome,
    15: ended,
    16: since,
    17: freeText(`${disease.name}${entry.suspected ? 'の疑い' : ''}`),
    18: i === 0 ? '1^主診断^JHSD0007' : undefined,
    23: informed,
    25: secrecy(person, entry),
  })
  const suffix = entry.suspected ? '8002^の疑い^MDCDX2' : undefined
  const order = segment('ORC', {
    1: 'NW',
    2: number,
    12: staffName(person.doctor),
    17: `${disease.department}^${DEPARTMENTS[disease.department]}^99XY1`,
    29: entry.inHospital ? 'I^入院患者オーダ^HL70482' : 'O^外来患者オーダ^HL70482',
  })
  return [prb, segment('ZPR', { 2: coded, 3: suffix }), order]
}
