/** The whole history of one patient: identity, allergies, diagnoses, visits and stays, in the order of time. */
import { DAY_MS, HOUR_MS, MINUTE_MS, atTime } from './calendar.ts'
import { Chronicle } from './chronicle.ts'
import { DISEASES } from './diseases.ts'
import { allergyMessage, identityMessage } from './message-adt.ts'
import type { IdentityVersion } from './message-adt.ts'
import { problemMessage } from './message-problem.ts'
import type { ProblemEntry } from './message-problem.ts'
import { ALLERGIES } from './people.ts'
import type { Person } from './person.ts'
import { recordStay } from './stays.ts'
import type { RecordEvent } from './types.ts'
import { recordDialysis, recordVisit, visitsOf } from './visits.ts'
import type { Period, Visit } from './visits.ts'

/** All records up to the last day of the period, by time. What comes later than `asOf` is the caller's to leave out. */
export function lifeOf(person: Person, period: Period, seed: string): RecordEvent[] {
  const chronicle = new Chronicle(person, seed, period.firstDay)
  const start =
    person.course === 'born'
      ? atTime(person.stays[0]!.from, 5, 10)
      : atTime(period.firstDay, 3) + person.index * MINUTE_MS
  recordIdentity(chronicle, start, period)
  if (person.course === 'none') return chronicle.events
  if (person.allergies !== 'unrecorded') recordAllergies(chronicle, start + HOUR_MS)
  const visits = person.course === 'visits' ? visitsOf(chronicle, period) : []
  recordProblems(chronicle, start + 2 * HOUR_MS, visits)
  for (const visit of visits) recordVisit(chronicle, visit, period)
  if (person.course === 'dialysis') recordDialysis(chronicle, period)
  for (const stay of person.stays) recordStay(chronicle, stay)
  return chronicle.events.toSorted((a, b) => a.at - b.at)
}

const FULL_WIDTH_DIGITS = '０１２３４５６７８９'
const fullWidth = (number: number): string => String(number).replace(/\d/g, (d) => FULL_WIDTH_DIGITS[Number(d)]!)

/** ADT-00, sent again when address, insurance or weight change (a few per cent of the patients each month) and at death. */
function recordIdentity(chronicle: Chronicle, start: number, { firstDay, lastDay }: Period): void {
  const { person } = chronicle
  let version: IdentityVersion = {
    address: person.street,
    phone: person.phone,
    memberNumber: fullWidth(1000 + person.index * 7),
    deathAt: undefined,
    weightKg: person.weightKg,
  }
  const send = (at: number, next: IdentityVersion): void => {
    version = next
    chronicle.record({ kind: 'ADT-00', at, careAt: '-' }, (sent) => identityMessage(person, sent, next))
  }
  send(start, version)
  const end = person.diedOn ?? lastDay
  for (let day = firstDay + 15; day < end && person.course !== 'born'; day += 30) {
    const random = chronicle.random(`identity/${day}`)
    if (!random.chance(0.035)) continue
    const moved = random.chance(0.5)
    const address = moved ? `見本県見本市新町${random.int(1, 9)}－${random.int(1, 30)}` : version.address
    const memberNumber = moved ? version.memberNumber : fullWidth(random.int(2000, 9999))
    const weightKg = Math.round((version.weightKg + random.normal(0, 1)) * 10) / 10
    send(atTime(day, 11, random.int(0, 59)), { ...version, address, memberNumber, weightKg })
  }
  if (person.diedOn !== undefined) send(atTime(person.diedOn, 9), { ...version, deathAt: atTime(person.diedOn, 3, 42) })
}

/** ADT-61; one in ten was entered with an allergy that turned out wrong and is taken back (IAM-6 D). */
function recordAllergies(chronicle: Chronicle, at: number): void {
  const { person } = chronicle
  const place = { kind: 'ADT-61', careAt: '-' } as const
  const wrong = ALLERGIES[6 + (person.index % 3)]!
  const corrected = typeof person.allergies !== 'string' && person.index % 10 === 1
  if (!corrected) return chronicle.record({ ...place, at }, (sent) => allergyMessage(person, sent))
  const before: Person = { ...person, allergies: [...(person.allergies as readonly (typeof wrong)[]), wrong] }
  chronicle.record({ ...place, at }, (sent) => allergyMessage(before, sent))
  chronicle.record({ ...place, at: at + 40 * DAY_MS }, (sent) => allergyMessage(person, sent, wrong))
}

/** A change of the list of diagnoses at an instant. */
interface ProblemChange {
  readonly at: number
  readonly apply: (now: readonly ProblemEntry[]) => readonly ProblemEntry[]
}

/** An acute illness is entered at its visit and closed as cured two weeks later. */
function acuteChanges(visits: readonly Visit[]): ProblemChange[] {
  const acute = visits.flatMap(({ day, diseases }) =>
    diseases.filter((d) => DISEASES[d].weeks === 0).map((disease) => ({ day, disease })),
  )
  return acute.flatMap(({ day, disease }): ProblemChange[] => {
    const entry = { disease, sinceDay: day, inHospital: false, suspected: disease === 'pneumonia' }
    const cured = { endedDay: day + 14, outcome: 'R^治癒^HL70241' } as const
    const open = (p: ProblemEntry): boolean => p.disease === disease && p.endedDay === undefined
    return [
      { at: atTime(day, 12, 40), apply: (now) => (now.some(open) ? now : [...now, entry]) },
      { at: atTime(day + 14, 17), apply: (now) => now.map((p) => (open(p) ? { ...p, ...cured } : p)) },
    ]
  })
}

/** The reason for a stay becomes a diagnosis of an inpatient. */
function stayChanges({ stays, course }: Person): ProblemChange[] {
  if (course === 'born') return []
  return stays.map(({ disease, from }) => ({
    at: atTime(from, 12, 10),
    apply: (now) => {
      const before = now.find((p) => p.disease === disease && p.endedDay === undefined)
      return [...now.filter((p) => p !== before), { disease, sinceDay: from, ...before, inHospital: true }]
    },
  }))
}

function deathChange({ diedOn }: Person): ProblemChange[] {
  if (diedOn === undefined) return []
  const died = { endedDay: diedOn, outcome: 'D^死亡^HL70241' } as const
  return [{ at: atTime(diedOn, 9, 30), apply: (now) => now.map((p, i) => (i === 0 ? { ...p, ...died } : p)) }]
}

/** PPR-01 holds all diagnoses and is sent anew with each change. */
function recordProblems(chronicle: Chronicle, start: number, visits: readonly Visit[]): void {
  const { person, firstDay } = chronicle
  const chronic = person.diseases.filter((key) => DISEASES[key].weeks > 0 || person.course === 'dialysis')
  const sinceDay = firstDay - 200 - person.index * 3
  const initial: readonly ProblemEntry[] = chronic.map((disease) => ({ disease, sinceDay, inHospital: false }))
  const changes = [...acuteChanges(visits), ...stayChanges(person), ...deathChange(person)]
  let entries: readonly ProblemEntry[] = []
  for (const { at, apply } of [{ at: start, apply: () => initial }, ...changes.toSorted((a, b) => a.at - b.at)]) {
    const next = apply(entries)
    if (next === entries) continue
    entries = next
    if (next.length > 0)
      chronicle.record({ kind: 'PPR-01', at, careAt: '-' }, (sent) => problemMessage(person, sent, next))
  }
}
