/** Laboratory values of a patient over time: a level of their own, moved by disease and by the years, with noise. */
import { DAY_MS, MINUTE_MS, ageOn, dayOf } from './calendar.ts'
import type { Chronicle } from './chronicle.ts'
import { DISEASES } from './diseases.ts'
import type { Disease, DiseaseKey } from './diseases.ts'
import { ANALYTES, LAB_SETS } from './labs.ts'
import type { Analyte, AnalyteKey } from './labs.ts'
import { cultureMessage, CULTURES, labOrderMessage, labResultMessage } from './message-lab.ts'
import type { LabValue } from './message-lab.ts'
import type { Situation } from './message-common.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'

/** Japanese equation for adults (日本腎臓学会), so that creatinine and eGFR agree. */
function estimatedGfr(creatinine: number, age: number, sex: 'F' | 'M'): number {
  return 194 * creatinine ** -1.094 * Math.max(age, 18) ** -0.287 * (sex === 'F' ? 0.739 : 1)
}

function levelOf(diseases: readonly DiseaseKey[], key: AnalyteKey): readonly [number, number] {
  const shifts = diseases.map((d) => (DISEASES[d] as Disease).shifts[key])
  return shifts.find((shift) => shift !== undefined) ?? [ANALYTES[key].mean, 0]
}

/** Improving with treatment: how far an acute value has come back to normal, 0 ill … 1 well. */
export type Recovery = number

function valueOf(
  chronicle: Chronicle,
  key: AnalyteKey,
  diseases: readonly DiseaseKey[],
  at: number,
  recovery: Recovery,
  noise: Random,
): number {
  const analyte: Analyte = ANALYTES[key]
  const own = chronicle.random(`level/${key}`).normal(0, 0.6)
  const [ill, perYear] = levelOf(diseases, key)
  const years = Math.min(3, Math.max(0, (dayOf(at) - chronicle.firstDay) / 365))
  const mean = ill + perYear * years + (analyte.mean - ill) * recovery
  const relative = Math.max(0.6, Math.abs(mean) / Math.max(analyte.mean, 0.01))
  const value = mean + (own + noise.normal(0, 0.5)) * analyte.deviation * Math.min(relative, 4)
  return Math.max(value, analyte.decimals === 0 ? 0 : mean * 0.2)
}

function valuesOf(
  chronicle: Chronicle,
  diseases: readonly DiseaseKey[],
  at: number,
  recovery: Recovery,
  random: Random,
): LabValue[] {
  const sets = diseases.flatMap((key) => DISEASES[key].labs as readonly (keyof typeof LAB_SETS)[])
  const keys = [...new Set(sets.flatMap((set): readonly AnalyteKey[] => LAB_SETS[set]))]
  const measured = new Map(keys.map((key) => [key, valueOf(chronicle, key, diseases, at, recovery, random)]))
  const creatinine = measured.get('CRE')
  if (creatinine && measured.has('EGFR')) measured.set('EGFR', gfrOf(chronicle.person, creatinine, at))
  const clotted = random.chance(0.03)
  return keys.map((analyte) => ({
    analyte,
    value: measured.get(analyte)!,
    status: clotted && analyte === 'PLT' ? 'X' : 'F',
  }))
}

const gfrOf = (person: Person, creatinine: number, at: number): number =>
  estimatedGfr(creatinine, ageOn(person.birthDate, dayOf(at)), person.sex)

/**
 * OML-01 now, OML-11 an hour after the blood is taken. Two results in five are sent as preliminary first; one in fifty is
 * corrected on the next day. The first report of a patient who was screened carries the infections.
 */
export function reportLabs(
  chronicle: Chronicle,
  s: Situation,
  diseases: readonly DiseaseKey[],
  random: Random,
  options: { recovery?: Recovery; screening?: boolean } = {},
): void {
  const collectedAt = s.at + 12 * MINUTE_MS
  const values = valuesOf(chronicle, diseases, collectedAt, options.recovery ?? 0, random)
  if (values.length === 0) return
  const orderNo = chronicle.nextOrder(s.at)
  const first = options.screening ?? !chronicle.events.some((event) => event.dataKind === 'OML-11')
  const infections = first ? chronicle.person.infections : {}
  const send = (minutes: number, rows: readonly LabValue[]): void =>
    chronicle.record({ kind: 'OML-11', at: collectedAt + minutes * MINUTE_MS, orderNo, careAt: collectedAt }, (at) =>
      labResultMessage({ ...s, at }, { orderNo, collectedAt, values: rows, infections }),
    )
  const keys = values.map((value) => value.analyte)
  chronicle.record({ kind: 'OML-01', at: s.at, orderNo }, (at) => labOrderMessage({ ...s, at }, orderNo, keys, 'NW'))
  if (random.chance(0.4))
    send(
      35,
      values.map((value) => ({ ...value, status: 'P' })),
    )
  send(58, values)
  if (random.chance(0.02))
    send(
      DAY_MS / MINUTE_MS,
      values.map((value, i) => (i === 0 ? { ...value, value: value.value * 1.04, status: 'C' } : value)),
    )
}

/** A culture is reported three days after the specimen. */
export function reportCulture(chronicle: Chronicle, s: Situation, kind: number): void {
  const orderNo = chronicle.nextOrder(s.at)
  const culture = CULTURES[kind % CULTURES.length]!
  chronicle.record({ kind: 'OML-11', at: s.at + 3 * DAY_MS, orderNo, careAt: s.at }, (at) =>
    cultureMessage({ ...s, at }, { ...culture, orderNo, collectedAt: s.at }),
  )
}
