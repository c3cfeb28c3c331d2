/** Patient search over the index: no file is opened for it. */
import { idKey, looseKey, searchKey } from '#base'
import { matchingRows, type PatientEntry, type PatientIndex } from '#chart'
import { EXTENSION, type Patient, SYSTEM } from '#fhir'
import { type DateRange, dateRange, dateTest } from './date-range.ts'
import { patientKeyOf, publicPatientId } from './public-ids.ts'
import type { Condition } from './query.ts'
import { Refusal } from './refusal.ts'

/** Name of the parameter, its type, and which modifiers it has besides none. */
export const PATIENT_PARAMETERS = {
  _id: { type: 'token', modifiers: [] },
  identifier: { type: 'token', modifiers: [] },
  name: { type: 'string', modifiers: ['exact', 'contains'] },
  family: { type: 'string', modifiers: ['exact', 'contains'] },
  given: { type: 'string', modifiers: ['exact', 'contains'] },
  phonetic: { type: 'string', modifiers: ['exact', 'contains'] },
  birthdate: { type: 'date', modifiers: [] },
  gender: { type: 'token', modifiers: [] },
  deceased: { type: 'token', modifiers: [] },
} as const
type Name = keyof typeof PATIENT_PARAMETERS

export function knowsOfPatients(name: string, modifier: string): boolean {
  if (!Object.hasOwn(PATIENT_PARAMETERS, name)) return false
  const { modifiers } = PATIENT_PARAMETERS[name as Name]
  return modifier === '' || (modifiers as readonly string[]).includes(modifier)
}

/** Half of everybody is no search. */
const TOO_WIDE: ReadonlySet<string> = new Set(['gender', 'deceased'])

type Test = (patient: PatientEntry) => boolean

/** In reading order. @param conditions those that `knowsOfPatients`. @throws Refusal */
export function findPatients(index: PatientIndex, key: Uint8Array, conditions: readonly Condition[]): PatientEntry[] {
  if (conditions.every(({ name }) => TOO_WIDE.has(name))) throw new Refusal('criterionNeeded')
  const tests = conditions.map((condition) => testOf(condition, key))
  const found: PatientEntry[] = []
  for (const row of candidates(index, key, conditions)) {
    const patient = index.entry(row)
    if (tests.every((test) => test(patient))) found.push(patient)
  }
  return found
}

/** Rows that may match, in order: one condition narrows the whole index down in milliseconds, the tests decide. */
function candidates(index: PatientIndex, key: Uint8Array, conditions: readonly Condition[]): number[] {
  const ids = conditions.find(({ name }) => name === '_id')
  const words = conditions.find(({ name }) => NARROWING.has(name))
  const born = conditions.find(({ name }) => name === 'birthdate')
  if (ids) return inOrder(ids.values.flatMap((id) => rowOfId(index, key, id) ?? []))
  if (words) return inOrder(words.values.flatMap((value) => matchingRows(index, value.slice(value.indexOf('|') + 1))))
  return born ? bornRows(index, born.values) : []
}

const inOrder = (rows: readonly number[]): number[] => [...new Set(rows)].toSorted((a, b) => a - b)

function rowOfId(index: PatientIndex, key: Uint8Array, id: string): number | undefined {
  const patientKey = patientKeyOf(index, key, id)
  return patientKey === undefined ? undefined : index.rowOf(patientKey)
}

const births = new WeakMap<PatientIndex, readonly (DateRange | undefined)[]>()

/** The days of birth are read once per index. */
function bornRows(index: PatientIndex, values: readonly string[]): number[] {
  const known = births.get(index) ?? Array.from({ length: index.size }, (_, row) => dateRange(index.birthDateOf(row)))
  births.set(index, known)
  const asked = values.flatMap((value) => dateTest(value) ?? [])
  return known.flatMap((born, row) => (born && asked.some((test) => test(born)) ? row : []))
}

const NARROWING: ReadonlySet<string> = new Set(['identifier', 'name', 'family', 'given', 'phonetic'])

function testOf({ name, modifier, values }: Condition, key: Uint8Array): Test {
  const tests = values.map((value) => TESTS[name as Name](value, modifier, key))
  return (patient) => tests.some((test) => test(patient))
}

const TESTS: Readonly<Record<Name, (value: string, modifier: string, key: Uint8Array) => Test>> = {
  _id: (value, _, key) => (patient) => publicPatientId(key, patient.patientKey) === value,
  identifier: identifierTest,
  name: (value, modifier) => nameTest(value, modifier, ({ kanji, kana }) => [kanji, kana].flatMap(wholeAndParts)),
  family: (value, modifier) =>
    nameTest(value, modifier, ({ kanji, kana }) => [kanji, kana].map((n) => parts(n)[0] ?? '')),
  given: (value, modifier) =>
    nameTest(value, modifier, ({ kanji, kana }) => [kanji, kana].flatMap((n) => parts(n).slice(1))),
  phonetic: (value, modifier) => nameTest(value, modifier, ({ kana, kanji }) => wholeAndParts(kana || kanji), looseKey),
  birthdate(value) {
    const test = dateTest(value)
    if (!test) throw new Refusal('value', 'birthdate')
    return ({ birthDate }) => {
      const born = dateRange(birthDate)
      return born !== undefined && test(born)
    }
  },
  gender(value) {
    if (!/^(male|female|other|unknown)$/.test(value)) throw new Refusal('value', 'gender')
    return ({ sex }) => sex === value
  },
  deceased(value) {
    if (value !== 'true' && value !== 'false') throw new Refusal('value', 'deceased')
    return ({ deceased }) => deceased === (value === 'true')
  },
}

/** `number` or `system|number`; zeros in front are padding. */
function identifierTest(value: string): Test {
  const at = value.indexOf('|')
  const wanted = foldId(value.slice(at + 1))
  if (wanted === '') throw new Refusal('value', 'identifier')
  const system = at === -1 ? undefined : value.slice(0, at)
  return (patient) =>
    foldId(patient.patientId) === wanted && (system === undefined || system === (systemOf(patient) ?? ''))
}

const foldId = (text: string) =>
  idKey(text)
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^0+(?=.)/, '')

const parts = (name: string) => name.split(/[\s\u3000]+/).filter(Boolean)
const wholeAndParts = (name: string) => [name, ...parts(name)]

/** Without a modifier the beginning counts, folded as people search; `exact` is as recorded. */
function nameTest(
  value: string,
  modifier: string,
  namesOf: (patient: PatientEntry) => readonly string[],
  fold: (text: string) => string = searchKey,
): Test {
  if (modifier === 'exact') return (patient) => namesOf(patient).includes(value)
  const wanted = fold(value)
  if (wanted === '') throw new Refusal('value')
  return (patient) =>
    namesOf(patient).some((name) =>
      modifier === 'contains' ? fold(name).includes(wanted) : fold(name).startsWith(wanted),
    )
}

/** The identifier's system names the institution, where the storage does (as the mapping of ADT-00 writes it). */
function systemOf({ patientKey }: PatientEntry): string | undefined {
  const facility = patientKey.split('|')[0] ?? ''
  return /^\d{10}$/.test(facility) ? `${SYSTEM.patientOid}1${facility}` : undefined
}

/** What the index knows of a patient; the record itself says more. */
export function patientSummary(patient: PatientEntry, publicId: string): Patient {
  const { kanji, kana, birthDate, sex, deceased, patientId } = patient
  const system = systemOf(patient)
  return {
    resourceType: 'Patient',
    id: publicId,
    meta: { tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] },
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] },
        ...(system && { system }),
        value: patientId,
      },
    ],
    name: [...humanName(kanji, 'IDE'), ...humanName(kana, 'SYL')],
    gender: sex,
    ...(birthDate && { birthDate }),
    ...(deceased && { deceasedBoolean: true }),
  }
}

function humanName(text: string, representation: string): NonNullable<Patient['name']> {
  const [family, ...given] = parts(text)
  if (!family) return []
  return [
    {
      extension: [{ url: EXTENSION.nameRepresentation, valueCode: representation }],
      use: 'official',
      text,
      family,
      ...(given.length > 0 && { given }),
    },
  ]
}
