/** A receipt to R4 resources: who, 病名 as claimed, and one document of what was claimed. Nothing of it is a prescription. */
import { createHash } from 'node:crypto'
import {
  canonicalSystem,
  EXTENSION,
  extension,
  logicalId,
  SYSTEM,
  type Condition,
  type DocumentReference,
  type Patient,
  type Resource,
} from '#fhir'
import { reference } from '../csv/fhir-parts.ts'
import { itemLines, NAME_UNKNOWN, type NameOf } from './lines.ts'
import { type ClaimForm, patientOf, type Receipt, type ReceiptPatient } from './receipts.ts'
import { DISEASE, modifiersOf, OUTCOMES, SUSPECTED, ukeDay, UNCODED, type UkeRecord } from './records.ts'

const DISEASE_CODES = canonicalSystem('レセプト電算傷病名コード')
const MODIFIER_CODES = canonicalSystem('レセプト電算修飾語コード')
const DIAGNOSIS_TYPE = 'http://terminology.hl7.org/CodeSystem/ex-diagnosistype'
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'

/** The number that the receipt gives, else one made of name and birth date, so that nobody is lost. */
export function numberOf({ patientId, kanji, birthDate }: ReceiptPatient): string {
  return patientId === ''
    ? `#${createHash('sha256').update(`${kanji}|${birthDate}`).digest('hex').slice(0, 8)}`
    : patientId
}

export function receiptResources(
  path: string,
  receipt: Receipt,
  form: ClaimForm,
  nameOf: NameOf = () => undefined,
): Resource[] {
  const about = patientOf(receipt, form)
  const patientId = numberOf(about)
  const conditions = receipt.records
    .filter(({ type }) => type === 'SY')
    .map((record) => condition(path, patientId, record, nameOf))
  return [patient(path, patientId, about), ...conditions, document(path, patientId, about, receipt, nameOf)]
}

const GENDERS = { M: 'male', F: 'female', '': 'unknown' } as const

function patient(path: string, patientId: string, { kanji, kana, birthDate, sex }: ReceiptPatient): Patient {
  const names = [
    [kanji, 'IDE'],
    [kana, 'SYL'],
  ] as const
  return {
    resourceType: 'Patient',
    id: logicalId(patientId),
    meta: { source: path },
    identifier: [{ value: patientId }],
    name: names.flatMap(([text, script]) =>
      text === '' ? [] : [{ text, extension: [extension(EXTENSION.nameRepresentation, { valueCode: script })] }],
    ),
    gender: GENDERS[sex],
    ...(birthDate && { birthDate }),
  }
}

function condition(path: string, patientId: string, { fields }: UkeRecord, nameOf: NameOf): Condition {
  const field = (at: number): string => (fields[at] ?? '').trim()
  const [code, start, outcome] = [field(DISEASE.code), field(DISEASE.start), field(DISEASE.outcome)]
  const modifiers = modifiersOf(field(DISEASE.modifiers))
  const named = code === UNCODED || field(DISEASE.name) !== ''
  const known = named ? undefined : nameOf('SY', code)
  const words = named ? field(DISEASE.name) : (known ?? `傷病名コード ${code}（${NAME_UNKNOWN}）`)
  // The same in every month's claim: the newest of them is shown.
  const key = createHash('sha256')
    .update([code, start, ...modifiers, field(DISEASE.name)].join('|'))
    .digest('hex')
  const onset = ukeDay(start)
  const ended = OUTCOMES[outcome]
  const notes = [
    '請求用の病名（レセプト）',
    ...(known === undefined ? [] : [`傷病名コード ${code}（名称は一緒に置かれた傷病名マスター）`]),
    ...modifiers.map((m) => `修飾語コード ${m}（${modifierWords(m, nameOf)}）`),
    field(DISEASE.comment),
  ]
  return {
    resourceType: 'Condition',
    id: logicalId(patientId, 'sy', key.slice(0, 16)),
    meta: { source: path },
    identifier: [{ system: SYSTEM.resourceInstance, value: `receipt.${key}` }],
    ...(ended && {
      clinicalStatus: { coding: [{ system: CLINICAL, code: outcome === '2' ? 'resolved' : 'inactive' }], text: ended },
    }),
    ...(modifiers.includes(SUSPECTED) && {
      verificationStatus: { coding: [{ system: VERIFICATION, code: 'provisional' }] },
    }),
    code: {
      text: words,
      coding: [{ system: DISEASE_CODES, code }],
      ...(modifiers.length > 0 && {
        extension: modifiers.map((modifier) =>
          extension(EXTENSION.diseaseSuffix, {
            valueCodeableConcept: { coding: [{ system: MODIFIER_CODES, code: modifier }] },
          }),
        ),
      }),
    },
    subject: reference(patientId),
    ...(onset && { onsetDateTime: onset }),
    note: notes.filter(Boolean).map((text) => ({ text })),
    extension: [
      ...(ended ? [extension(EXTENSION.diseaseOutcome, { valueCodeableConcept: { text: ended } })] : []),
      ...(field(DISEASE.main) === '01'
        ? [
            extension(EXTENSION.diagnosisType, {
              valueCodeableConcept: { coding: [{ system: DIAGNOSIS_TYPE, code: 'principal' }] },
            }),
          ]
        : []),
    ],
  }
}

const modifierWords = (code: string, nameOf: NameOf): string =>
  code === SUSPECTED ? 'の疑い' : (nameOf('modifier', code) ?? NAME_UNKNOWN)

function document(
  path: string,
  patientId: string,
  { month }: ReceiptPatient,
  receipt: Receipt,
  nameOf: NameOf,
): DocumentReference {
  const words =
    month === '' ? '診療月の記載が読めません' : `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月診療分`
  const text = [`診療報酬の請求（レセプト）${words}`, WARNING, ...itemLines(receipt.records, nameOf)].join('\n')
  const key = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return {
    resourceType: 'DocumentReference',
    id: logicalId(patientId, 'receipt', month, key),
    meta: { source: path },
    status: 'current',
    type: { text: '診療報酬の請求（レセプト）' },
    description: `請求の内容 ${words}（用法なし・処方ではありません）`,
    subject: reference(patientId),
    ...(month && { date: month }),
    content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(text).toString('base64') } }],
  }
}

const WARNING = '請求のための記録です。用法・1回量・1日量はありません。いま飲んでいる薬とは限りません。'
