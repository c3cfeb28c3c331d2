/** Outpatients: when they come, and what is recorded at a visit. */
import { HOUR_MS, MINUTE_MS, atTime, nextOpenDay, weekdayOf } from './calendar.ts'
import { CAST_SIZE } from './cast.ts'
import type { Chronicle } from './chronicle.ts'
import { DISEASES } from './diseases.ts'
import type { DiseaseKey, ExamKey } from './diseases.ts'
import { DOCUMENT_KINDS, noteDocument, referralLetter } from './documents.ts'
import type { Regimen } from './drugs.ts'
import { encodeMessage } from './hl7-segment.ts'
import type { Bed } from './hospital.ts'
import { chestPicture } from './jpeg.ts'
import { reportLabs } from './lab-report.ts'
import { arrivalMessage } from './message-adt.ts'
import { bookingMessage } from './message-booking.ts'
import type { Appointment } from './message-booking.ts'
import type { Situation } from './message-common.ts'
import { EXAMS, examDoneMessage, examOrderMessage, physiologyMessage, vitalsMessage } from './message-exam.ts'
import type { Vitals } from './message-exam.ts'
import { infusionGivenMessage, prescriptionMessage } from './message-medication.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'

export interface Visit {
  readonly day: number
  readonly number: number
  readonly diseases: readonly DiseaseKey[]
  /** Days until the next one: how long the drugs must last. */
  readonly supplyDays: number
  /** Day of the next visit, where it was booked at this one. */
  readonly next?: number
}

export interface Period {
  readonly firstDay: number
  readonly anchorDay: number
  /** The last day that may be asked for, inclusive. */
  readonly lastDay: number
}

const inStay = (person: Person, day: number): boolean =>
  person.stays.some((stay) => day >= stay.from - 1 && day <= stay.from + stay.days)

/** Regular visits for what is chronic, one or two for what is acute; none in hospital or after death. */
export function visitsOf(chronicle: Chronicle, period: Period): Visit[] {
  const { person } = chronicle
  const chronic = person.diseases.filter((key) => DISEASES[key].weeks > 0)
  const acute = person.diseases.filter((key) => DISEASES[key].weeks === 0)
  const visits = [
    ...chronicVisits(chronic, chronicle.random('visits'), period, person.index >= CAST_SIZE),
    ...acuteVisits(acute, chronicle.random('acute'), period),
  ]
  const alive = visits.filter((v) => v.day <= Math.min(period.lastDay, (person.diedOn ?? Infinity) - 3))
  return alive
    .filter((v) => !inStay(person, v.day))
    .toSorted((a, b) => a.day - b.day)
    .map((v, number) => ({ ...v, number }))
}

function chronicVisits(
  diseases: readonly DiseaseKey[],
  random: Random,
  { firstDay, lastDay }: Period,
  mayLeave: boolean,
): Omit<Visit, 'number'>[] {
  if (diseases.length === 0) return []
  // Stable patients come less often than the disease would have it; 90 days of drugs are the custom's limit.
  const weeks = Math.min(
    13,
    Math.round(Math.min(...diseases.map((key) => DISEASES[key].weeks)) * random.pick([2, 2.5, 3, 3])),
  )
  const visits: Omit<Visit, 'number'>[] = []
  let day = nextOpenDay(firstDay + random.int(0, weeks * 7))
  // Every second patient goes to another clinic in the course of the year.
  const leaves = mayLeave && random.chance(0.5) ? firstDay + random.int(120, 400) : Infinity
  while (day <= Math.min(lastDay, leaves)) {
    const supplyDays = weeks * 7
    const next = nextOpenDay(day + supplyDays - random.int(0, 4))
    visits.push({ day, diseases, supplyDays, next })
    day = next
  }
  return visits
}

function acuteVisits(
  diseases: readonly DiseaseKey[],
  random: Random,
  { firstDay, anchorDay }: Period,
): Omit<Visit, 'number'>[] {
  return diseases.flatMap((key) => {
    const first = nextOpenDay(random.int(firstDay, anchorDay - 3))
    const again = random.chance(0.6) ? [{ day: nextOpenDay(first + 5), diseases: [key], supplyDays: 5 }] : []
    return [{ day: first, diseases: [key], supplyDays: 5 }, ...again]
  })
}

/** What a patient takes for these diseases: one regimen each, chosen once per patient, no drug twice. */
export function regimensOf(chronicle: Chronicle, diseases: readonly DiseaseKey[]): Regimen[] {
  const all = diseases.flatMap((key) =>
    chronicle.random(`regimen/${key}`).pick<readonly Regimen[]>(DISEASES[key].regimens),
  )
  return all.filter((regimen, i) => all.findIndex((other) => other.drug === regimen.drug) === i)
}

/** One order and its result; the result comes `minutes` later, an image with it now and then. */
export function recordExam(chronicle: Chronicle, s: Situation, key: ExamKey, random: Random, minutes = 60): void {
  const exam = EXAMS[key]
  const orderNo = chronicle.nextOrder(s.at)
  const finding = random.pick(exam.findings)
  const doneAt = s.at + minutes * MINUTE_MS
  const rate = random.int(58, 96)
  chronicle.record({ kind: exam.order, at: s.at, orderNo }, (at) => examOrderMessage({ ...s, at }, orderNo, exam, 'NW'))
  chronicle.record({ kind: exam.result, at: doneAt, orderNo, careAt: doneAt }, (at) =>
    exam.family === 'physiology'
      ? physiologyMessage({ ...s, at }, orderNo, exam, finding, rate)
      : examDoneMessage({ ...s, at }, orderNo, exam, finding),
  )
  if (key !== 'chestXray' || !random.chance(0.4)) return
  const shade = random.int(0, 70)
  chronicle.attach({ kind: DOCUMENT_KINDS.picture, at: doneAt, key: orderNo }, [
    { name: 'main_document.jpg', bytes: () => chestPicture(shade) },
  ])
}

/** A prescription; some are corrected half an hour later, few are entered twice and one of the two cancelled. */
export function prescribe(
  chronicle: Chronicle,
  s: Situation,
  regimens: readonly Regimen[],
  days: number,
  random: Random,
): void {
  if (regimens.length === 0) return
  const orderNo = chronicle.nextOrder(s.at)
  const write = (sent: number, supply: number, control: 'NW' | 'CA', no: string) =>
    prescriptionMessage({ ...s, at: sent }, { orderNo: no, days: supply, regimens, control })
  const kind = 'OMP-01'
  chronicle.record({ kind, at: s.at, orderNo }, (at) => write(at, days, 'NW', orderNo))
  if (random.chance(0.15))
    chronicle.record({ kind, at: s.at + 27 * MINUTE_MS, orderNo, careAt: s.at }, (at) =>
      write(at, days + 2, 'NW', orderNo),
    )
  if (!random.chance(0.04)) return
  const twice = chronicle.nextOrder(s.at)
  chronicle.record({ kind, at: s.at + 3 * MINUTE_MS, orderNo: twice }, (at) => write(at, days, 'NW', twice))
  chronicle.record({ kind, at: s.at + 9 * MINUTE_MS, orderNo: twice, careAt: s.at, action: 'DEL' }, (at) =>
    write(at, days, 'CA', twice),
  )
}

/** Vital signs of a day, as one ORU^R30 in the extended storage. */
export function recordVitals(chronicle: Chronicle, s: Situation, measured: readonly Vitals[], key: string): void {
  const last = measured.at(-1)?.at ?? s.at
  chronicle.attach({ kind: DOCUMENT_KINDS.vitals, at: last + 10 * MINUTE_MS, careAt: last, key }, [
    {
      name: 'main_document.hl7',
      bytes: () => encodeMessage(vitalsMessage({ ...s, at: last + 10 * MINUTE_MS }, key, measured), s.person.style),
    },
  ])
}

export function measure(random: Random, at: number, fever = 0): Vitals {
  const systolic = random.normal(128, 11)
  return {
    at,
    systolic,
    diastolic: systolic * 0.58 + random.normal(2, 3),
    pulse: random.normal(74, 8) + fever * 9,
    respiration: random.int(13, 18) + Math.round(fever * 2),
    temperature: random.normal(36.4, 0.2) + fever,
    saturation: Math.min(99, random.int(96, 99) - Math.round(fever)),
  }
}

function recordNote(chronicle: Chronicle, s: Situation, disease: DiseaseKey, extra: string): void {
  const kind = s.bed ? DOCUMENT_KINDS.inpatientNote : DOCUMENT_KINDS.outpatientNote
  const key = chronicle.nextOrder(s.at)
  chronicle.attach({ kind, at: s.at, key }, [
    { name: 'main_document.xml', bytes: () => noteDocument(s, key, disease, extra) },
  ])
}

export function recordVisit(chronicle: Chronicle, visit: Visit, period: Period): void {
  const random = chronicle.random(`visit/${visit.day}`)
  const arrival = atTime(visit.day, 8, 40) + random.int(0, 170) * MINUTE_MS
  const main = visit.diseases[0]!
  const department = DISEASES[main].department
  const later = (minutes: number): Situation => chronicle.situation(arrival + minutes * MINUTE_MS, { department })
  chronicle.record({ kind: 'ADT-12', at: arrival, department }, (at) => arrivalMessage({ ...later(0), at }))
  if (random.chance(0.3))
    recordVitals(chronicle, later(5), [measure(random, arrival + 5 * MINUTE_MS)], chronicle.nextOrder(arrival))
  const acute = DISEASES[main].weeks === 0
  if (visit.number % 2 === 0 || acute) reportLabs(chronicle, later(10), visit.diseases, random)
  const exams = DISEASES[main].exams ?? []
  if (exams.length > 0 && (acute || random.chance(0.22))) recordExam(chronicle, later(12), random.pick(exams), random)
  if (random.chance(0.33)) recordNote(chronicle, later(70), main, '症状は安定。')
  prescribe(chronicle, later(78), regimensOf(chronicle, visit.diseases), visit.supplyDays, random)
  if (random.chance(0.03)) recordReferral(chronicle, later(95), main)
  if (visit.next === undefined) return
  const slot = chronicle.random(`booking/${visit.next}`).int(0, 5) * 30
  const text = visit.diseases.includes('dementia') ? '訪問診療（在宅）' : '再診'
  const at = atTime(visit.next, 9) + slot * MINUTE_MS
  recordBooking(chronicle, later(80), period, { at, minutes: 30, text })
}

function recordReferral(chronicle: Chronicle, s: Situation, disease: DiseaseKey): void {
  const bytes = () => referralLetter(s, disease)
  chronicle.attach({ kind: DOCUMENT_KINDS.referral, at: s.at, key: chronicle.nextOrder(s.at) }, [
    { name: 'main_document.pdf', bytes },
  ])
}

/** Haemodialysis on Monday, Wednesday and Friday, through holidays. */
export function recordDialysis(chronicle: Chronicle, period: Period): void {
  const { firstDay, lastDay } = period
  for (let day = firstDay; day <= lastDay; day++) {
    const weekday = weekdayOf(day)
    if (weekday % 2 === 0) continue
    const random = chronicle.random(`dialysis/${day}`)
    const start = atTime(day, 8, 50) + random.int(0, 15) * MINUTE_MS
    const s = chronicle.situation(start)
    chronicle.record({ kind: 'ADT-12', at: start }, (at) => arrivalMessage({ ...s, at }))
    recordInfusionGiven(chronicle, s, start, 'heparin')
    const inAWeek = { at: atTime(day + 7, 9), minutes: 240, text: '血液透析' }
    recordBooking(chronicle, chronicle.situation(start + 5 * HOUR_MS), period, inAWeek)
    if (weekday === 5) recordInfusionGiven(chronicle, s, start + 3 * HOUR_MS, 'darbepoetin')
    const measured = [0, 2, 4].map((hours) => measure(random, start + hours * HOUR_MS))
    recordVitals(chronicle, s, measured, chronicle.nextOrder(start))
    if (weekday === 1 && Math.floor(day / 7) % 2 === 0) {
      reportLabs(chronicle, s, chronicle.person.diseases, random)
      prescribe(chronicle, s, regimensOf(chronicle, chronicle.person.diseases), 14, random)
    }
    if (weekday === 1 && Math.floor(day / 7) % 13 === 0) recordExam(chronicle, s, 'chestXray', random)
  }
}

function recordInfusionGiven(
  chronicle: Chronicle,
  s: Situation,
  startAt: number,
  base: 'heparin' | 'darbepoetin',
): void {
  const orderNo = chronicle.nextOrder(startAt)
  const infusion = { base, additives: [], volumeMl: 20, hours: 4 }
  chronicle.record({ kind: 'OMP-12', at: startAt + 4 * HOUR_MS, orderNo, careAt: startAt }, (at) =>
    infusionGivenMessage({ ...s, at }, { orderNo, infusion, startAt }),
  )
}

/** Appointments are kept from so many days before the anchor on: a storage holds no list of bygone ones. */
const BOOKINGS_FROM_DAYS = 100

function recordBooking(chronicle: Chronicle, s: Situation, { anchorDay }: Period, appointment: Appointment): void {
  if (appointment.at < atTime(anchorDay - BOOKINGS_FROM_DAYS, 0)) return
  const key = chronicle.nextOrder(s.at)
  chronicle.attach({ kind: DOCUMENT_KINDS.booking, at: s.at, careAt: appointment.at, key }, [
    { name: 'main_document.hl7', bytes: () => encodeMessage(bookingMessage(s, key, appointment), s.person.style) },
  ])
}

/** For the ward, which writes the same kinds of notes. */
export function recordWardNote(chronicle: Chronicle, at: number, bed: Bed, disease: DiseaseKey, extra: string): void {
  recordNote(chronicle, chronicle.situation(at, { bed, department: DISEASES[disease].department }), disease, extra)
}
