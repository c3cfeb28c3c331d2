/** AL1 and IAM to AllergyIntolerance. Both are kept, each with its source; the chart merges them. */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { AllergyCategory, AllergyIntolerance, CodeableConcept } from '../types.ts'
import type { Context } from './context.ts'
import type { Fields } from './fields.ts'
import { list } from './observation.ts'

/** HL7 table 0127, as the mapping of JAMI gives it. MA and MC (各種) have no category in R4; their text stays. */
const CATEGORY: Readonly<Record<string, AllergyCategory>> = {
  DA: 'medication',
  FA: 'food',
  EA: 'environment',
  PA: 'environment',
  LA: 'environment',
  AA: 'biologic',
}
const WITHOUT_CATEGORY = new Set(['MA', 'MC'])
/** HL7 table 0128. */
const SEVERITY = { MI: 'mild', MO: 'moderate', SV: 'severe' } as const
/** HL7 table 0438 to verification status. */
const VERIFICATION: Readonly<Record<string, string>> = {
  C: 'confirmed',
  I: 'confirmed',
  U: 'unconfirmed',
  P: 'unconfirmed',
  S: 'unconfirmed',
  D: 'unconfirmed',
  E: 'entered-in-error',
}
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'
const VERIFIED = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'

const STATED_NONE = /^(.*アレルギー)?\s*(特に|特記すべき)?(なし|無し|無|ナシ|ありません|no known.*|nka|nkda|none)$/i
const STATED_UNKNOWN = /^(.*アレルギー)?\s*(不明|未確認|未聴取|確認中|不詳|unknown)$/i

/** What the recorded text states. `none` = the source says there is no allergy, `not-checked` = nobody knows yet. */
export function statementOf(text: string): 'present' | 'none' | 'not-checked' {
  const folded = text.normalize('NFKC').trim()
  if (STATED_NONE.test(folded)) return 'none'
  return STATED_UNKNOWN.test(folded) ? 'not-checked' : 'present'
}

export function addAllergies(context: Context): void {
  context.message.all('AL1').forEach((segment, index) => addAl1(context, segment, index + 1))
  context.message.all('IAM').forEach((segment, index) => addIam(context, segment, index + 1))
}

function addAl1(context: Context, segment: Segment, number: number): void {
  const al1 = context.fields(segment)
  const onsetDateTime = al1.dateTime(6)
  add(context, al1, `al${number}`, {
    ...(onsetDateTime && { onsetDateTime }),
    reaction: reaction(context, al1),
  })
}

function addIam(context: Context, segment: Segment, number: number): void {
  const iam = context.fields(segment)
  const action = iam.text(6)
  const status = iam.text(17)
  if (action !== undefined && !'ADUX'.includes(action)) iam.unknown(6, action)
  const verification = status === undefined ? undefined : VERIFICATION[status]
  if (status !== undefined && !verification) iam.unknown(17, status)
  const onsetDateTime = iam.dateTime(11)
  const onsetString = iam.text(12)
  const recordedDate = iam.dateTime(13) ?? iam.dateTime(20)
  const asserter = iam.text(14)
  const recorder = iam.person(18)
  add(context, iam, `ia${number}`, {
    // R4 has one onset; the date wins, the words stay as a note.
    ...(onsetDateTime ? { onsetDateTime } : onsetString && { onsetString }),
    ...(onsetDateTime && onsetString && { note: [{ text: onsetString }] }),
    ...(recordedDate && { recordedDate }),
    ...(asserter && { asserter: { display: asserter } }),
    ...(recorder && { recorder }),
    ...(verification && { verificationStatus: { coding: [{ system: VERIFIED, code: verification }] } }),
    ...(verification !== 'entered-in-error' && {
      clinicalStatus: clinicalStatus(action === 'D' ? '削除（IAM-6 D）' : undefined, action === 'D' || status === 'I'),
    }),
    reaction: reaction(context, iam),
  })
}

/** IAM-6 D takes an allergy off the list: it stays visible as inactive, with the reason in words. */
function clinicalStatus(text: string | undefined, inactive: boolean): CodeableConcept {
  return { coding: [{ system: CLINICAL, code: inactive ? 'inactive' : 'active' }], ...(text && { text }) }
}

function add(context: Context, fields: Fields, place: string, more: Partial<AllergyIntolerance>): void {
  const type = fields.concept(2)
  const typeCode = type?.coding?.[0]?.code
  const category = CATEGORY[typeCode ?? '']
  if (typeCode && !category && !WITHOUT_CATEGORY.has(typeCode)) {
    context.problem('code-unknown', `${fields.place}-2`, type?.text)
  }
  const code = fields.concept(3)
  if (!code && !type) {
    context.problem('segment-unused', fields.place, fields.segment.raw)
    return
  }
  context.add({
    resourceType: 'AllergyIntolerance',
    id: context.id(place),
    clinicalStatus: clinicalStatus(undefined, false),
    ...more,
    ...(typeCode === 'MC' ? {} : { type: 'allergy' }),
    ...(category && { category: [category] }),
    code: stated(code ?? type!),
    patient: context.subject,
    note: [...list(typeNote(type, category)), ...(more.note ?? [])],
    extension: [
      ...(!category && type?.text ? [extension(EXTENSION.allergyKind, { valueString: type.text })] : []),
      ...fields.rest(),
    ],
  })
}

/** The kind in the source's words, where FHIR's four categories are coarser (花粉, 禁忌). */
function typeNote(
  type: CodeableConcept | undefined,
  category: AllergyCategory | undefined,
): { text: string } | undefined {
  const exact = category === 'medication' || category === 'food'
  return type?.text && !exact ? { text: type.text } : undefined
}

/** "None" and "not asked" get the code FHIR has for them beside the source's words, so that nobody reads them as a substance. */
function stated(code: CodeableConcept): CodeableConcept {
  const statement = statementOf(code.text ?? '')
  if (statement === 'present') return code
  const snomed = statement === 'none' ? '716186003' : '1631000175102'
  return { ...code, coding: [...(code.coding ?? []), { system: SYSTEM.snomed, code: snomed }] }
}

/**
 * Severity (AL1-4, IAM-4) and reaction (AL1-5, IAM-5), the same in both segments. The reaction is free text: its first
 * component is words, not a code. R4 demands a manifestation; without words of the source it says so.
 */
function reaction(context: Context, fields: Fields): NonNullable<AllergyIntolerance['reaction']> {
  const manifestation = fields.concepts(5).map(({ coding = [], text = '' }) => {
    const codes = coding.filter(({ system }) => system !== undefined)
    return { ...(codes.length > 0 && { coding: codes }), text }
  })
  const written = fields.concept(4)
  const code = written?.coding?.[0]?.code ?? written?.text
  const severity = SEVERITY[code as keyof typeof SEVERITY]
  if (code && !severity && code !== 'U') context.problem('code-unknown', `${fields.place}-4`, written?.text)
  if (!written && manifestation.length === 0) return []
  return [
    {
      manifestation: manifestation.length ? manifestation : [{ text: '症状の記載なし' }],
      ...(severity && { severity }),
      // 中等度 in the source's own words.
      extension: written?.text ? [extension(EXTENSION.sourceText, { valueString: written.text })] : [],
    },
  ]
}
