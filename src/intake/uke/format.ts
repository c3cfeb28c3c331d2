/** Claim files (RECEIPTC.UKE, レセプト電算・医科): a file a month, a patient one or several receipts. */
import type { Resource } from '#fhir'
import {
  boundProblems,
  idName,
  type FileSurvey,
  type IntakeFormat,
  type IntakeProblem,
  type IntakeReading,
  type IntakeRemark,
  type IntakeRequest,
} from '../format.ts'
import { PatientGatherer } from '../patients.ts'
import { failed, wholeFile } from '../whole-file.ts'
import { daysOf } from './lines.ts'
import { patientOf, readReceipts, type Receipt } from './receipts.ts'
import { numberOf, receiptResources } from './resources.ts'

export const ukeFormat: IntakeFormat = {
  kind: 'uke',
  version: 1,
  parseSettings: () => ({}),
  survey: ({ path }) => (/\.(uke|ric|txt|csv)$/i.test(path) ? wholeFile(surveyUke) : failed('file-unknown')),
  resources: readUke,
}

/** Of its own kind, so that nobody counts a claim among documents of care. */
const CLAIM_KIND = 'DocumentReference:claim'

export function surveyUke(bytes: Uint8Array): FileSurvey {
  const { receipts, strays, records } = readReceipts(bytes)
  if (receipts.length === 0) return { ...failed('no-claims'), records }
  const gathered = new PatientGatherer()
  const ambiguous = numbersOfSeveral(receipts)
  const problems: IntakeProblem[] = strays.map(({ line }) => ({ code: 'claim-line-unknown', where: `line ${line}` }))
  for (const receipt of receipts) {
    const where = `line ${receipt.head.line}`
    const { patientId, kanji, kana, birthDate, sex, month } = patientOf(receipt)
    const number = numberOf(patientOf(receipt))
    if (kanji === '' && kana === '' && patientId === '') {
      problems.push({ code: 'patient-missing', where })
      continue
    }
    if (ambiguous.has(number)) {
      problems.push({ code: 'patient-ambiguous', where })
      continue
    }
    if (birthDate === '' || month === '' || patientId === '') problems.push({ code: 'value-unreadable', where })
    const identity = { patientId: number, kanji, kana, birthDate, sex, dead: false, recordedAt: '' }
    for (const resource of receiptResources('', receipt))
      gathered.add([idName(number)], {
        range: [receipt.start, receipt.end],
        kind: resource.resourceType === 'DocumentReference' ? CLAIM_KIND : resource.resourceType,
        careDate: lastDay(receipt, month),
        identity,
      })
  }
  return { records, patients: gathered.result(), shared: [], problems: boundProblems(problems) }
}

/** `YYYY-MM-DD` of the last day that anything was claimed for, or ''. */
function lastDay({ records }: Receipt, month: string): string {
  const day = Math.max(0, ...records.flatMap(daysOf))
  return day === 0 || month === '' ? '' : `${month}-${String(day).padStart(2, '0')}`
}

/** A number that stands beside two birth dates is two people, or one of the dates is wrong. */
function numbersOfSeveral(receipts: readonly Receipt[]): ReadonlySet<string> {
  const dates = new Map<string, string>()
  const several = new Set<string>()
  for (const receipt of receipts) {
    const about = patientOf(receipt)
    if (about.birthDate === '') continue
    const number = numberOf(about)
    if ((dates.get(number) ?? about.birthDate) !== about.birthDate) several.add(number)
    dates.set(number, about.birthDate)
  }
  return several
}

function readUke({ file, slices, names }: IntakeRequest): IntakeReading {
  const resources: Resource[] = []
  const remarks: IntakeRemark[] = [{ code: 'claims-only', where: 'file' }]
  for (const slice of slices) {
    const { receipts, strays } = readReceipts(slice)
    for (const { fields } of strays) remarks.push({ code: 'claim-line-unknown', where: 'line', text: fields[0] ?? '' })
    for (const receipt of receipts) {
      if (names.has(idName(numberOf(patientOf(receipt))))) resources.push(...receiptResources(file.path, receipt))
      else remarks.push({ code: 'patient-differs', where: 'line' })
    }
  }
  return { resources, remarks }
}
