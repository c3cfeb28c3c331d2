/** In hospital: admission, what happens each day on the ward, moves, a night at home, discharge or death. */
import type { EpochMs } from '#base'
import { DAY_MS, HOUR_MS, MINUTE_MS, atTime } from './calendar.ts'
import type { Chronicle } from './chronicle.ts'
import { DISEASES } from './diseases.ts'
import type { Disease } from './diseases.ts'
import { DOCUMENT_KINDS, dischargeSummary } from './documents.ts'
import { bedOf } from './hospital.ts'
import type { Bed } from './hospital.ts'
import { reportCulture, reportLabs } from './lab-report.ts'
import { doctorMessage, stayMessage } from './message-adt.ts'
import type { StayMessage } from './message-adt.ts'
import { administrationMessage, dietMessage, infusionGivenMessage, infusionOrderMessage } from './message-medication.ts'
import type { Stay } from './person.ts'
import type { Random } from './random.ts'
import { measure, prescribe, recordExam, recordVitals, recordWardNote, regimensOf } from './visits.ts'

/** Everything that the days of one stay share. */
interface Ward {
  readonly chronicle: Chronicle
  readonly stay: Stay
  readonly disease: Disease
  readonly admittedAt: EpochMs
  readonly random: Random
}

function bedOn({ stay }: Ward, day: number): Bed {
  const moved = stay.move && day >= stay.from + stay.move.afterDays
  return bedOf(moved ? stay.move!.ward : stay.ward, stay.bed)
}

const situation = (ward: Ward, at: EpochMs, day: number) =>
  ward.chronicle.situation(at, { bed: bedOn(ward, day), department: ward.disease.department })

/** Birth is an admission without drugs and blood tests. */
export function recordStay(chronicle: Chronicle, stay: Stay): void {
  const born = chronicle.person.course === 'born'
  const admittedAt = atTime(stay.from, born ? 4 : 10, 30)
  const random = chronicle.random(`stay/${stay.from}`)
  const ward: Ward = { chronicle, stay, disease: DISEASES[stay.disease], admittedAt, random }
  recordAdmission(ward)
  if (!born) recordFirstDay(ward)
  for (let day = stay.from; day < stay.from + stay.days; day++) recordWardDay(ward, day, born)
  recordMoves(ward)
  recordDischarge(ward)
}

/** ADT-21 … ADT-52. Sent some minutes after they happened; a plan is sent when it is made. */
function adt(
  ward: Ward,
  kind: string,
  sentAt: EpochMs,
  day: number,
  message: Omit<StayMessage, 'admittedAt'>,
  cancel = false,
): void {
  const action = cancel ? 'DEL' : 'INS'
  ward.chronicle.record({ kind, at: sentAt, careAt: message.when, action, department: ward.disease.department }, (at) =>
    stayMessage({ ...situation(ward, at, day) }, { ...message, admittedAt: ward.admittedAt }),
  )
}

function recordAdmission(ward: Ward): void {
  const { chronicle, stay, admittedAt, random } = ward
  if (stay.planned) adt(ward, 'ADT-21', admittedAt - 8 * DAY_MS, stay.from, { kind: 'planned', when: admittedAt })
  // An admission that was put off: the first plan is cancelled.
  if (stay.planned && random.chance(0.2)) {
    const when = admittedAt - 4 * DAY_MS
    adt(ward, 'ADT-21', admittedAt - 12 * DAY_MS, stay.from, { kind: 'planned', when })
    adt(ward, 'ADT-21', admittedAt - 9 * DAY_MS, stay.from, { kind: 'planned', when, cancel: 'ADT^A27^ADT_A21' }, true)
  }
  adt(ward, 'ADT-22', admittedAt + 12 * MINUTE_MS, stay.from, { kind: 'admitted', when: admittedAt })
  chronicle.record({ kind: 'ADT-01', at: admittedAt + 20 * MINUTE_MS, careAt: '-' }, (at) =>
    doctorMessage(situation(ward, at, stay.from)),
  )
}

function recordFirstDay(ward: Ward): void {
  const { chronicle, stay, disease, admittedAt, random } = ward
  const s = situation(ward, admittedAt + 30 * MINUTE_MS, stay.from)
  const screening = Object.keys(chronicle.person.infections).length > 0
  reportLabs(chronicle, s, chronicle.person.diseases, random, { screening })
  for (const exam of (disease.exams ?? []).slice(0, 2)) recordExam(chronicle, s, exam, random, 90)
  if (stay.disease === 'pneumonia' || stay.disease === 'urinaryInfection')
    reportCulture(chronicle, s, stay.disease === 'pneumonia' ? 0 : 1)
  recordDiet(ward, s.at + 15 * MINUTE_MS)
}

function recordDiet({ chronicle, stay, random, disease }: Ward, at: EpochMs): void {
  const orderNo = chronicle.nextOrder(at)
  const s = chronicle.situation(at, { bed: bedOf(stay.ward, stay.bed), department: disease.department })
  const diet = random.int(0, 4)
  const first = random.chance(0.5) ? 5 : diet
  chronicle.record({ kind: 'OMD', at, orderNo }, (sent) => dietMessage({ ...s, at: sent }, orderNo, first, 'NW'))
  // Changed on the same day: the order before becomes history.
  if (first !== diet)
    chronicle.record({ kind: 'OMD', at: at + 6 * HOUR_MS, orderNo, careAt: at }, (sent) =>
      dietMessage({ ...s, at: sent }, orderNo, diet, 'NW'),
    )
}

function recordWardDay(ward: Ward, day: number, born: boolean): void {
  const { chronicle, stay, disease, admittedAt, random } = ward
  const nth = day - stay.from
  const away = stay.leaveAfterDays !== undefined && nth === stay.leaveAfterDays + 1
  if (away) return
  const fever = /肺炎|腎盂腎炎/.test(disease.name) ? Math.max(0, 2 - nth * 0.5) : 0
  const hours = nth === 0 ? [14, 20] : [6, 14, 20]
  const s = situation(ward, Math.max(admittedAt, atTime(day, 6, 5)), day)
  recordVitals(
    chronicle,
    s,
    hours.map((hour) => measure(random, atTime(day, hour, random.int(0, 20)), fever)),
    chronicle.nextOrder(s.at),
  )
  if (nth % 3 === 1)
    recordWardNote(chronicle, atTime(day, 16, random.int(0, 50)), bedOn(ward, day), stay.disease, `第${nth + 1}病日。`)
  if (born) return
  if (nth % 4 === 3)
    reportLabs(chronicle, situation(ward, atTime(day, 6, 30), day), chronicle.person.diseases, random, {
      recovery: recovery(stay, nth),
      screening: false,
    })
  if (nth < 3) recordInfusions(ward, day)
  recordOral(ward, day, nth)
}

const recovery = (stay: Stay, nth: number): number => (stay.outcome === 'died' ? 0 : Math.min(0.9, nth / stay.days))

function recordInfusions(ward: Ward, day: number): void {
  const { chronicle, disease, stay } = ward
  const first = Math.max(atTime(day, 10), ward.admittedAt + HOUR_MS)
  disease.stay?.infusions.forEach((infusion, i) => {
    const orderNo = chronicle.nextOrder(first)
    const startAt = first + i * 2 * HOUR_MS
    const s = situation(ward, startAt - 50 * MINUTE_MS, day)
    const department = disease.department
    chronicle.record({ kind: 'OMP-02', at: s.at, orderNo, department }, (at) =>
      infusionOrderMessage({ ...s, at }, { orderNo, infusion, startAt, control: 'NW' }),
    )
    const endAt = startAt + infusion.hours * HOUR_MS
    if (stay.outcome === 'died' && day === stay.from + stay.days - 1) return
    chronicle.record({ kind: 'OMP-12', at: endAt, orderNo, careAt: startAt, department }, (at) =>
      infusionGivenMessage({ ...s, at }, { orderNo, infusion, startAt }),
    )
  })
}

/** Weekly prescriptions for the ward, and what was given each morning. */
function recordOral(ward: Ward, day: number, nth: number): void {
  const { chronicle, random } = ward
  const regimens = regimensOf(chronicle, chronicle.person.diseases)
  if (nth % 7 === 0) prescribe(chronicle, situation(ward, atTime(day, 11, 30), day), regimens, 7, random)
  const morning = regimens.filter(({ usage }) => usage === '朝' || usage === '朝夕' || usage === '毎食後')
  if (nth === 0 || morning.length === 0) return
  const orderNo = chronicle.nextOrder(atTime(day, 8))
  const given = { orderNo, regimens: morning, refused: random.chance(0.02) }
  const at = atTime(day, 8, random.int(5, 40))
  chronicle.record({ kind: 'OMP-11', at, orderNo }, (sent) => administrationMessage(situation(ward, sent, day), given))
}

function recordMoves(ward: Ward): void {
  const { stay } = ward
  if (stay.move) {
    const day = stay.from + stay.move.afterDays
    const when = atTime(day, 14)
    const from = bedOf(stay.ward, stay.bed)
    adt(ward, 'ADT-41', when - DAY_MS, day, { kind: 'movePlanned', when, from })
    adt(ward, 'ADT-42', when + 15 * MINUTE_MS, day, { kind: 'moved', when, from })
  }
  if (stay.leaveAfterDays !== undefined) {
    const day = stay.from + stay.leaveAfterDays
    adt(ward, 'ADT-31', atTime(day, 13, 20), day, { kind: 'leave', when: atTime(day, 13) })
    adt(ward, 'ADT-32', atTime(day + 2, 10, 10), day + 2, { kind: 'return', when: atTime(day + 2, 10) })
  }
}

function recordDischarge(ward: Ward): void {
  const { chronicle, stay, admittedAt } = ward
  const day = stay.from + stay.days
  const when = stay.outcome === 'died' ? atTime(day, 3, 42) : atTime(day, 10)
  if (stay.outcome === 'home') adt(ward, 'ADT-51', when - 2 * DAY_MS, day, { kind: 'dischargePlanned', when })
  adt(ward, 'ADT-52', when + 25 * MINUTE_MS, day, { kind: 'discharged', when, outcome: stay.outcome })
  const s = situation(ward, when + 5 * DAY_MS, day)
  const key = chronicle.nextOrder(s.at)
  const facts = { disease: stay.disease, admittedAt, dischargedAt: when, outcome: stay.outcome }
  chronicle.attach({ kind: DOCUMENT_KINDS.dischargeSummary, at: s.at, careAt: when, key }, [
    { name: 'main_document.xml', bytes: () => dischargeSummary(s, key, facts) },
  ])
}
