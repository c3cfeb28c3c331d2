/** PID, NK1, DB1 to Patient. */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { logicalId } from '../logical-id.ts'
import { SYSTEM } from '../systems.ts'
import type { Extension, Patient, PatientContact } from '../types.ts'
import type { Context } from './context.ts'
import { contactPoints, fhirAddresses, humanNames } from './people.ts'

/** HL7 table 0001; N (not applicable) is `other` by the v2-to-FHIR table. */
const GENDER: Readonly<Record<string, Patient['gender']>> = {
  M: 'male',
  F: 'female',
  O: 'other',
  A: 'other',
  N: 'other',
  U: 'unknown',
}

/** Every PID says who the patient is; ADT-00 alone says it in full (next of kin, disability). */
export function addPatient(context: Context): void {
  const segment = context.message.first('PID')
  if (!segment) return
  const pid = context.fields(segment).ignore(2, 3, 4, 5, 9, 11, 13, 14)
  const birthDate = pid.date(7)
  const sex = pid.text(8)
  if (sex !== undefined && !GENDER[sex]) context.problem('code-unknown', `${pid.place}-8`, sex)
  context.add({
    resourceType: 'Patient',
    id: logicalId(context.patientId),
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] },
        ...(context.origin.institutionNumber && {
          system: `${SYSTEM.patientOid}1${context.origin.institutionNumber}`,
        }),
        value: context.patientId,
      },
    ],
    name: humanNames(segment, 5),
    telecom: [...contactPoints(segment, 13), ...contactPoints(segment, 14)],
    ...(sex && GENDER[sex] && { gender: GENDER[sex] }),
    ...(birthDate && { birthDate }),
    ...deceased(pid.dateTime(29), pid.text(30)),
    address: fhirAddresses(segment, 11),
    contact: context.message.all('NK1').map((nk1) => contact(context, nk1)),
    extension: [...disabilities(context), ...unreadName(segment), ...pid.ignore(33).rest()],
  })
}

function deceased(at: string | undefined, indicator: string | undefined): Partial<Patient> {
  if (at !== undefined) return { deceasedDateTime: at }
  if (indicator === 'Y') return { deceasedBoolean: true }
  return indicator === 'N' ? { deceasedBoolean: false } : {}
}

/** PID-9 is alias; one real sender writes the birth date there. It is shown as text, not believed. */
function unreadName(segment: Segment): Extension[] {
  const written = segment.text(9)
  if (!written) return []
  return [
    {
      url: EXTENSION.otherField,
      extension: [extension('field', { valueString: 'PID-9' }), extension('text', { valueString: written })],
    },
  ]
}

function contact(context: Context, segment: Segment): PatientContact {
  const nk1 = context.fields(segment).ignore(2, 4, 5, 6)
  const relationship = nk1.concepts(3)
  const organization = nk1.text(13)
  const [name] = humanNames(segment, 2)
  const [address, ...others] = fhirAddresses(segment, 4)
  return {
    relationship,
    ...(name && { name }),
    telecom: [...contactPoints(segment, 5), ...contactPoints(segment, 6)],
    ...(address && { address }),
    ...(organization && { organization: { display: organization } }),
    extension: [
      ...others.map((other) => extension(EXTENSION.sourceText, { valueString: other.text ?? '' })),
      ...nk1.rest(),
    ],
  }
}

/** DB1: 障害. DB1-4 `Y` without a kind is recorded as such. */
function disabilities(context: Context): Extension[] {
  return context.message.all('DB1').flatMap((segment) => {
    const db1 = context.fields(segment).ignore(2)
    const kind = db1.concept(3)
    const present = db1.text(4)
    const text = [present === 'Y' ? '障害あり' : present === 'N' ? '障害なし' : present, kind?.text].filter(Boolean)
    if (text.length === 0) return db1.rest()
    return [
      extension(EXTENSION.patientDisability, { valueCodeableConcept: { ...kind, text: text.join(' ') } }),
      ...db1.rest(),
    ]
  })
}
