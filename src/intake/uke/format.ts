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
import { daysOf, type NameOf } from './lines.ts'
import { codeName, nameIn, surveyMaster } from './masters.ts'
import { type ClaimForm, patientOf, readReceipts, type Receipt } from './receipts.ts'
import { numberOf, receiptResources } from './resources.ts'

export const ukeFormat: IntakeFormat = {
  kind: 'uke',
  version: 3,
  parseSettings: () => ({}),
  survey: ({ path }) => (/\.(uke|ric|txt|csv)$/i.test(path) ? wholeFile(surveyUke) : failed('file-unknown')),
  resources: readUke,
}

/** Of its own kind, so that nobody counts a claim among documents of care. */
const CLAIM_KIND = 'DocumentReference:claim'

export function surveyUke(bytes: Uint8Array): FileSurvey {
  const master = surveyMaster(bytes)
  if (master) return master
  const { receipts, strays, records, form, unread } = readReceipts(bytes)
  if (receipts.length === 0) return { ...failed('no-claims'), records }
  const gathered = new PatientGatherer()
  const ambiguous = numbersOfSeveral(receipts, form)
  const problems: IntakeProblem[] = [...unread].map(([type, n]) => ({
    code: 'claim-kind-unread',
    where: `${type} ${n}`,
  }))
  problems.push(...strays.map(({ line }) => ({ code: 'claim-line-unknown' as const, where: `line ${line}` })))
  for (const receipt of receipts) {
    const where = `line ${receipt.head.line}`
    const about = patientOf(receipt, form)
    const { patientId, kanji, kana, birthDate, sex, month } = about
    const number = numberOf(about)
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
    for (const resource of receiptResources('', receipt, form))
      gathered.add([idName(number)], {
        range: [receipt.start, receipt.end],
        kind: resource.resourceType === 'DocumentReference' ? CLAIM_KIND : resource.resourceType,
        careDate: lastDay(receipt, month),
        identity,
      })
  }
  return { records, patients: gathered.result(), shared: [], problems: boundProblems(problems), form }
}

/** `YYYY-MM-DD` of the last day that anything was claimed for, or ''. */
function lastDay({ records }: Receipt, month: string): string {
  const day = Math.max(0, ...records.flatMap(daysOf))
  return day === 0 || month === '' ? '' : `${month}-${String(day).padStart(2, '0')}`
}

/** A number that stands beside two birth dates is two people, or one of the dates is wrong. */
function numbersOfSeveral(receipts: readonly Receipt[], form: ClaimForm): ReadonlySet<string> {
  const dates = new Map<string, string>()
  const several = new Set<string>()
  for (const receipt of receipts) {
    const about = patientOf(receipt, form)
    if (about.birthDate === '') continue
    const number = numberOf(about)
    if ((dates.get(number) ?? about.birthDate) !== about.birthDate) several.add(number)
    dates.set(number, about.birthDate)
  }
  return several
}

function readUke({ file, slices, names, form: found, called }: IntakeRequest): IntakeReading {
  const wanted = new Set<string>()
  const nameOf: NameOf = (type, code) => {
    const name = codeName(type, code)
    if (name === undefined) return undefined
    wanted.add(name)
    const row = called?.get(name)
    return row && nameIn(row)
  }
  const form: ClaimForm = found === 'dental' ? 'dental' : 'medical'
  const resources: Resource[] = []
  const remarks: IntakeRemark[] = [{ code: 'claims-only', where: 'file' }]
  for (const slice of slices) {
    const { receipts, strays, unread } = readReceipts(slice)
    for (const [type, n] of unread) remarks.push({ code: 'claim-kind-unread', where: type, text: `${type} ${n}` })
    for (const { fields } of strays) remarks.push({ code: 'claim-line-unknown', where: 'line', text: fields[0] ?? '' })
    for (const receipt of receipts) {
      if (names.has(idName(numberOf(patientOf(receipt, form)))))
        resources.push(...receiptResources(file.path, receipt, form, nameOf))
      else remarks.push({ code: 'patient-differs', where: 'line' })
    }
  }
  return { resources, remarks, wanted: [...wanted] }
}
