/** A row to R4 resources: what was written stays text, and a column without a place of its own stands beside it. */
import { createHash } from 'node:crypto'
import {
  categoriesOf,
  EXTENSION,
  extension,
  logicalId,
  parseResult,
  SYSTEM,
  type AllergyIntolerance,
  type Appointment,
  type CodeableConcept,
  type Condition,
  type DocumentReference,
  type Extension,
  type Observation,
  type Patient,
  type Resource,
} from '#fhir'
import type { TableKind } from './table.ts'
import { departmentOf, fhirTime, reference } from './fhir-parts.ts'
import { prescription } from './prescription.ts'
import type { NamedText, RowView } from './row-view.ts'
import { absenceOf, saysNothing, type AllergyScope } from './words.ts'

/** What every resource of a row begins with. */
export interface RowFrame {
  readonly path: string
  readonly patientId: string
  /** Tells rows of one patient apart, the same from export to export: of what they hold. */
  readonly key: string
}

export function rowKey(kind: TableKind, cells: readonly string[]): string {
  return createHash('sha256')
    .update([kind, ...cells].join('\0'))
    .digest('hex')
    .slice(0, 16)
}

/** The patient first where the row names one. */
export function rowResources(kind: TableKind, row: RowView, frame: RowFrame): Resource[] {
  return CONTENT[kind](row, frame)
}

const CONTENT: Readonly<Record<TableKind, (row: RowView, frame: RowFrame) => Resource[]>> = {
  patients: (row, frame) => [
    patientOf(row, frame),
    ...allergiesOf(row, frame, false),
    ...backgroundOf(row, frame),
    ...problemsOf(row, frame),
    ...notesOf(row, frame),
  ],
  allergies: (row, frame) => allergiesOf(row, frame, true),
  problems: (row, frame) => problemsOf(row, frame),
  prescriptions: (row, frame) => prescription(row, base(frame, 'rx'), otherFields(row)),
  labs: (row, frame) => labOf(row, frame),
  vitals: (row, frame) => vitalsOf(row, frame),
  notes: (row, frame) => notesOf(row, frame),
  bookings: (row, frame) => bookingOf(row, frame),
}

/** @param place tells the resources of one row apart */
function base({ path, patientId, key }: RowFrame, place: string) {
  return { id: logicalId(patientId, key, place), meta: { source: path }, subject: reference(patientId) }
}

function otherFields(row: RowView): Extension[] {
  return row.all('extra').map(({ heading, text }) =>
    extension(EXTENSION.otherField, {
      extension: [extension('field', { valueString: heading }), extension('text', { valueString: text })],
    }),
  )
}

const withOthers = (row: RowView) => {
  const others = otherFields(row)
  return others.length > 0 ? { extension: others } : {}
}

const GENDERS = { M: 'male', F: 'female', O: 'other', '': 'unknown' } as const

function patientOf(row: RowView, { path, patientId }: RowFrame): Patient {
  const identity = row.identity
  const names = [
    [identity?.kanji, 'IDE'],
    [identity?.kana, 'SYL'],
  ] as const
  const [address, phones] = [row.text('address'), row.all('phone')]
  return {
    resourceType: 'Patient',
    id: logicalId(patientId),
    meta: { source: path },
    identifier: [{ value: patientId }],
    name: names.flatMap(([text, script]) =>
      text ? [{ text, extension: [extension(EXTENSION.nameRepresentation, { valueCode: script })] }] : [],
    ),
    gender: GENDERS[identity?.sex ?? ''],
    ...(identity?.birthDate && { birthDate: identity.birthDate }),
    ...(address && { address: [{ text: address }] }),
    ...(phones.length > 0 && { telecom: phones.map(({ text }) => ({ system: 'phone', value: text })) }),
    ...withOthers(row),
  }
}

/** SNOMED CT: no known allergy, of everything or of one kind; not asked. */
const NO_ALLERGY: Readonly<Record<AllergyScope, string>> = {
  all: '716186003',
  medication: '409137002',
  food: '429625007',
  environment: '428607008',
}
const NOT_ASKED = '1631000175102'
const ALLERGY_ROLES = [
  ['allergy', 'all'],
  ['drugAllergy', 'medication'],
  ['foodAllergy', 'food'],
] as const

/** An empty cell says nothing; なし and 未確認 become statements; anything else is an allergy in the words of the cell. */
function allergiesOf(row: RowView, frame: RowFrame, isOwnTable: boolean): AllergyIntolerance[] {
  const date = row.date('date')
  const reaction = row.text('reaction')
  const notes = isOwnTable ? row.all('text').map(({ text }) => ({ text })) : []
  return ALLERGY_ROLES.flatMap(([role, scope]) => row.all(role).map((cell) => ({ ...cell, scope }))).flatMap(
    (cell, at) => {
      if (saysNothing(cell.text)) return row.remark(cell) ?? []
      const { subject: patient, ...rest } = base(frame, `al${at}`)
      const absence = absenceOf(cell.text)
      const category = kindOf(absence ? (absence.scope === 'all' ? cell.scope : absence.scope) : cell.scope)
      return {
        resourceType: 'AllergyIntolerance' as const,
        ...rest,
        patient,
        ...(category && { category: [category] }),
        code: absence ? statement(absence.says, category ?? 'all', cell.text) : { text: cell.text },
        ...(date && { recordedDate: fhirTime(date) }),
        ...(notes.length > 0 && { note: notes }),
        ...(reaction && !absence && { reaction: [{ manifestation: [{ text: reaction }], description: reaction }] }),
        ...withOthers(row),
      }
    },
  )
}

const kindOf = (scope: AllergyScope) => (scope === 'all' ? undefined : scope)

function statement(says: 'none' | 'unconfirmed', scope: AllergyScope, text: string): CodeableConcept {
  return { coding: [{ system: SYSTEM.snomed, code: says === 'none' ? NO_ALLERGY[scope] : NOT_ASKED }], text }
}

/** Blood type and infections as they stand beside the patient's name. */
function backgroundOf(row: RowView, frame: RowFrame): Observation[] {
  const date = row.date('date')
  const blood = row.all('bloodType').map((cell) => ({ ...cell, name: '血液型' }))
  const infections = row.all('infection').map((cell) => ({ ...cell, name: cell.heading || '感染症' }))
  return [...blood, ...infections].map(({ name, text }, at) => ({
    resourceType: 'Observation',
    ...base(frame, `bg${at}`),
    status: 'unknown',
    category: categoriesOf({ text: name }, text),
    code: { text: name },
    ...(date && { effectiveDateTime: fhirTime(date) }),
    valueString: text,
  }))
}

function problemsOf(row: RowView, frame: RowFrame): Condition[] {
  const [start, end] = [row.date('date'), row.date('endDate')]
  const [icd10, outcome, department] = [row.text('icd10'), row.text('outcome'), row.text('department')]
  return row.all('problem').map(({ heading, text }, at) => {
    // 「なし」 alone would read as the name of a disease.
    const name = absenceOf(text) ? `${heading || '病名'}：${text}` : text
    const extensions = [
      ...(outcome ? [extension(EXTENSION.diseaseOutcome, { valueCodeableConcept: { text: outcome } })] : []),
      ...departmentOf(department),
      ...otherFields(row),
    ]
    return {
      resourceType: 'Condition',
      ...base(frame, `pr${at}`),
      code: { text: name, ...(icd10 && { coding: [{ system: SYSTEM.icd10, code: icd10 }] }) },
      ...(start && { onsetDateTime: fhirTime(start) }),
      ...(end && { abatementDateTime: fhirTime(end) }),
      ...(extensions.length > 0 && { extension: extensions }),
    }
  })
}

interface Measured {
  readonly name: string
  readonly text: string
  readonly unit: string | undefined
}

function observation(row: RowView, frame: RowFrame, place: string, kind: string, { name, text, unit }: Measured) {
  const date = row.date('date')
  const [range, flag] = [row.text('range'), row.text('flag')]
  const number = parseResult(text)
  const numeric = { ...number, ...(unit && { unit }) }
  const extensions = [
    ...(number || unit ? [extension(EXTENSION.numericValue, { valueQuantity: numeric })] : []),
    ...departmentOf(row.text('department')),
    ...otherFields(row),
  ]
  return {
    resourceType: 'Observation',
    ...base(frame, place),
    // The table does not say whether a result is final; one without a value is ordered only.
    status: text === '' ? 'registered' : 'unknown',
    category: [{ coding: [{ system: SYSTEM.observationCategory, code: kind }] }, ...categoriesOf({ text: name }, text)],
    code: { text: name },
    ...(date && { effectiveDateTime: fhirTime(date) }),
    valueString: text,
    ...(flag && { interpretation: [{ text: flag }] }),
    ...(range && { referenceRange: [{ text: range }] }),
    ...(extensions.length > 0 && { extension: extensions }),
  } satisfies Observation
}

function labOf(row: RowView, frame: RowFrame): Observation[] {
  const name = row.text('item')
  if (name === undefined) return []
  const [text = '', unit] = [row.text('value'), row.text('unit')]
  return [observation(row, frame, 'lab', 'laboratory', { name, text, unit })]
}

/** A column a sign (体温(℃)), or a row a sign with its value. */
function vitalsOf(row: RowView, frame: RowFrame): Observation[] {
  const item = row.text('item')
  const rowed = item === undefined ? [] : [{ name: item, text: row.text('value') ?? '', unit: row.text('unit') }]
  const columns = row.all('vital').map(({ heading, text }): Measured => {
    const [, name = heading, unit] = /^(.+?)\s*[(（[]([^()（）[\]]+)[)）\]]$/.exec(heading) ?? []
    return { name, text, unit }
  })
  return [...rowed, ...columns].map((measured, at) => observation(row, frame, `vs${at}`, 'vital-signs', measured))
}

function notesOf(row: RowView, frame: RowFrame): DocumentReference[] {
  const texts = row.all('text')
  if (texts.length === 0) return []
  const date = row.date('date')
  const [title, author] = [row.text('title'), row.text('author')]
  const body = texts.length === 1 ? texts[0]!.text : texts.map(labelled).join('\n')
  const extensions = [...departmentOf(row.text('department')), ...otherFields(row)]
  return [
    {
      resourceType: 'DocumentReference',
      ...base(frame, 'note'),
      status: 'current',
      type: { coding: [{ system: SYSTEM.loinc, code: '11506-3' }], text: '経過記録' },
      description: title ?? texts[0]!.heading ?? '',
      ...(date && { date: fhirTime(date) }),
      ...(author && { author: [{ display: author }] }),
      content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(body).toString('base64') } }],
      ...(extensions.length > 0 && { extension: extensions }),
    },
  ]
}

const labelled = ({ heading, text }: NamedText): string => (heading === '' ? text : `${heading}：${text}`)

/** 取消 and its like; every other word of a status is shown as written. */
const CALLED_OFF = /取消|取り消|キャンセル|中止|CANCEL/i

function bookingOf(row: RowView, frame: RowFrame): Appointment[] {
  const date = row.date('date')
  const { subject, ...rest } = base(frame, 'ap')
  const [department, status] = [row.text('department'), row.text('status')]
  const words = [...row.all('title'), ...row.all('text')].map(({ text }) => text)
  return [
    {
      resourceType: 'Appointment',
      ...rest,
      status: CALLED_OFF.test(status ?? '') ? 'cancelled' : 'booked',
      ...(department && { serviceType: [{ text: department }] }),
      ...(words.length > 0 && { description: words.join(' ') }),
      ...(date && { start: fhirTime(date) }),
      ...(status && { comment: status }),
      participant: [{ actor: subject, status: 'accepted' }],
      ...withOthers(row),
    },
  ]
}
