/** Words for what a chart holds, as screen and paper write them alike. Pure functions of the catalogue and the value. */
import type {
  AbsenceStatement,
  Amount,
  Chart,
  DateText,
  Drug,
  EndDate,
  Identity,
  Section,
  Sensitivity,
  Stay,
} from '#chart'

type Words<T extends string> = Readonly<Record<T, string>>
type Of1 = (word: string) => string

/** What sheets need of the catalogue of the chart (`ChartMessages` in `web`). */
export interface ChartTexts {
  readonly title: string
  readonly readOnly: string
  readonly asOfShort: Of1
  readonly identity: {
    readonly patientId: string
    readonly birth: string
    readonly sexHead: string
    readonly sex: Words<Identity['sex']>
    readonly years: Of1
    readonly noName: string
    readonly stay: string
    readonly inHospital: Of1
    readonly bed: Of1
    readonly onLeave: string
    readonly outpatient: string
    readonly deceased: string
    readonly bloodType: string
    readonly bloodContradiction: string
    readonly bloodNote: string
    readonly last: string
  }
  readonly similar: Of1
  readonly sameWhat: Words<'name' | 'reading' | 'birth-date' | 'twin'>
  readonly presence: Words<'present' | 'none' | 'unconfirmed' | 'not-recorded' | 'withheld'> & {
    readonly confirmedOn: Of1
  }
  readonly withheld: Words<'role' | 'reason-needed'>
  readonly without: Words<Sensitivity>
  readonly withoutLine: Of1
  readonly gaps: Of1
  readonly unshown: { readonly title: Of1 }
  readonly missing: Words<Chart['missing'][number]['why'] | 'title' | 'confirm'> & {
    readonly topic: Words<Chart['missing'][number]['topic']>
  }
  readonly section: Words<
    | 'allergies'
    | 'infections'
    | 'alerts'
    | 'prescriptions'
    | 'injections'
    | 'administrations'
    | 'labs'
    | 'vitals'
    | 'problems'
  >
  readonly none: string
  readonly drugAllergyOnly: string
  readonly drugAllergyNote: string
  readonly allergy: {
    readonly contraindication: string
    readonly category: Words<'medication' | 'food' | 'environment' | 'biologic' | 'other' | 'unstated'>
    readonly severityOf: Words<'mild' | 'moderate' | 'severe'>
    readonly status: string
    readonly also: Of1
  }
  readonly infection: Words<'taken' | 'earlier'>
  readonly prescription: Words<
    | 'perTime'
    | 'perDay'
    | 'total'
    | 'notRecorded'
    | 'contradictory'
    | 'usageDecoded'
    | 'noUsage'
    | 'start'
    | 'noEnd'
    | 'beforeAdmission'
    | 'note'
  > & {
    readonly rp: Of1
    readonly endRecorded: Of1
    readonly endDerived: Of1
    readonly setting: Words<'outpatient' | 'inpatient' | 'unknown'>
    readonly dispensing: Words<'in-house' | 'outside' | 'unknown'>
  }
  readonly injection: Words<'note' | 'volume' | 'rate' | 'amount' | 'route' | 'site' | 'amountMissing'>
  readonly administration: Words<'note' | 'by'> & { readonly kind: Words<'prescription' | 'injection'> }
  readonly lab: Words<'flagsNote'>
  readonly problem: Words<'main' | 'suspected' | 'notTold'>
  readonly print: Words<'inHouseMark' | 'forPatientMark' | 'forPatientNote' | 'checkBefore'>
  readonly status: Record<string, string>
}

/** The catalogue of the chart and how dates and numbers are written. */
export interface TextView {
  readonly t: ChartTexts
  readonly f: {
    readonly language: 'ja' | 'en'
    count(value: number): string
    recordedDate(text: string): string
    age(birthDate: string, atMs: number): number | undefined
  }
}
type Chart1 = Pick<TextView, 't'>

export const shownValue = <T>(section: Section<T>): T | undefined =>
  section.access === 'shown' ? section.value : undefined

export function nameOf(view: Chart1, identity: Identity | undefined): string {
  return identity?.kanji ?? identity?.kana ?? view.t.identity.noName
}

/** `（…）`; '' where nothing stands in it. */
export const inBrackets = (text: string): string => (text === '' ? '' : `（${text}）`)

/** `見本 花子（ミホン ハナコ）`: whatever of both there is, once. */
export const nameWithKana = (name: string, kana: string): string =>
  `${name || kana}${inBrackets(name === '' || name === kana ? '' : kana)}`

/** Birth date with 和暦 and the age at the time of the records, not of today: what is shown is of that time. */
export function birthOf(view: TextView, identity: Identity | undefined, asOfMs: number, noBirth: string): string {
  if (!identity?.birthDate) return noBirth
  const age = view.f.age(identity.birthDate, asOfMs)
  return `${view.f.recordedDate(identity.birthDate)}${age === undefined ? '' : ` ${view.t.identity.years(String(age))}`}`
}

/** 「4A 404 ベッド 1」: a bare bed number reads as a part of the room's. */
export function placeWords(view: Chart1, { ward, room, bed }: Pick<Stay, 'ward' | 'room' | 'bed'>): string {
  return [ward, room, bed && view.t.identity.bed(bed)].filter(Boolean).join(' ')
}

export function stayWords(view: Chart1, stay: Stay | undefined): string {
  if (!stay) return ''
  if (!stay.inHospital) return view.t.identity.outpatient
  return `${view.t.identity.inHospital(placeWords(view, stay))}${stay.onLeave ? view.t.identity.onLeave : ''}`
}

/** A status code as a word; a source's own word passes. */
export const statusWords = (view: Chart1, status: string | undefined) =>
  status === undefined ? '' : (view.t.status[status] ?? status)

/** Dates of the source: a full date gets no 和暦 here (tables would burst), a time keeps its minutes. */
export function dateWords(date: DateText | undefined): string {
  if (date === undefined) return ''
  return date.replace('T', ' ').slice(0, 16)
}

export const amountWords = ({ value, unit }: Amount) => `${value}${unit}`

/** 「1回量 1錠 1日量 記載なし」: never a bare amount (USERS.md, clinical safety). */
export function doseWords(view: Chart1, dose: Drug['dose']): string {
  const { t } = view
  const part = (name: string, amount: Amount | undefined) =>
    `${name} ${amount ? amountWords(amount) : t.prescription.notRecorded}`
  const words = [part(t.prescription.perTime, dose.perTime), part(t.prescription.perDay, dose.perDay)]
  if (dose.total) words.push(part(t.prescription.total, dose.total))
  return words.join('　')
}

export function endWords(view: Chart1, end: EndDate | undefined): string {
  if (!end) return view.t.prescription.noEnd
  const date = dateWords(end.date)
  return end.by === 'recorded' ? view.t.prescription.endRecorded(date) : view.t.prescription.endDerived(date)
}

/** "2026-09-20 09:00〜10:30"; the same day is not written twice, the same moment not at all. */
export function spanWords(start: string | undefined, end: string | undefined): string {
  if (end === undefined || end === start) return dateWords(start)
  const sameDay = start !== undefined && end.slice(0, 10) === start.slice(0, 10)
  return `${dateWords(start)}〜${sameDay ? dateWords(end).slice(11) : dateWords(end)}`
}

export function missingWords(view: TextView, chart: Chart, why: Chart['missing'][number]['why']): string {
  const topics = chart.missing
    .filter((missing) => missing.why === why)
    .map((missing) => view.t.missing.topic[missing.topic])
  return topics.join(view.f.language === 'ja' ? '、' : ', ')
}

/** Kinds that this reader does not get, as one sentence that does not tell whether there are any. */
export function withoutWords(view: TextView, kinds: readonly Sensitivity[]): string {
  const words = [...new Set(kinds)].map((kind) => view.t.without[kind])
  return view.t.withoutLine(words.join(view.f.language === 'ja' ? '・' : ', '))
}

/** The source may state the same in several records: written once. */
export function toldOnce(statements: readonly AbsenceStatement[]): readonly AbsenceStatement[] {
  const key = ({ says, scope, text, statedOn }: AbsenceStatement) => JSON.stringify([says, scope, text, statedOn])
  return statements.filter((one, i) => statements.findIndex((other) => key(other) === key(one)) === i)
}

/** What a statement of absence is about, and its words: the source's, then ours; not twice where both say the same. */
export function statementWords(view: Chart1, statement: AbsenceStatement): { about: string; says: string } {
  const { says, scope, text, statedOn } = statement
  const categories: Readonly<Record<string, string>> = view.t.allergy.category
  const about = categories[scope]
  const word = view.t.presence[says]
  const isSaid = text.endsWith(word)
  return {
    about: `${about ? `${about}: ` : ''}${text && !isSaid ? `${text}: ` : ''}`,
    says: `${isSaid ? text : word}${says === 'none' && statedOn ? view.t.presence.confirmedOn(dateWords(statedOn)) : ''}`,
  }
}
