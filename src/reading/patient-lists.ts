/** Lists out of the patient indexes: inpatients by ward, and who is expected on a day. */
import { chartAccess, decidesMinimum } from '#access'
import { AppError, isAppError } from '#base'
import {
  type ExpectedPatient,
  type Inpatient,
  MISSING_TOPICS,
  missingIn,
  type MissingTopic,
  type PatientEntry,
  type PatientIndex,
  searchPatients,
} from '#chart'
import type { ChartService, ExpectedRow, GenerationSummary, InpatientRow, Viewer, WardMinimum } from '#web'
import type { ReadingHouse } from './house.ts'
import { patientHit } from './patient-hit.ts'

interface Opened {
  readonly summary: GenerationSummary
  readonly index: PatientIndex
}
type Journal = (viewer: Viewer, generationId: string, by: 'ward' | 'bookings', hits: number) => Promise<void>

export function patientLists(
  house: ReadingHouse,
  journal: Journal,
): Pick<ChartService<unknown>, 'inpatients' | 'expected' | 'wardMinimums' | 'saveWardMinimum'> {
  /** The newest of each source; one whose index cannot be made now keeps the others' lists open. */
  async function newest(viewer: Viewer, generationId?: string): Promise<Opened[]> {
    const all = await house.readable()
    const chosen = generationId
      ? all.filter(({ id }) => id === generationId)
      : [...Map.groupBy(all, ({ sourceId }) => sourceId).values()].map(([first]) => first!)
    const opened: Opened[] = []
    let failed: AppError | undefined
    for (const summary of chosen) {
      try {
        opened.push({ summary, index: await house.index(viewer, summary.id) })
      } catch (error) {
        if (!isAppError(error) || error.code === 'VAULT_KEY_MISSING') throw error
        failed = error
      }
    }
    if (failed && opened.length === 0) throw failed
    return opened
  }

  return {
    async inpatients(viewer, generationId) {
      demandItem(house, viewer, 'encounters')
      const opened = await newest(viewer, generationId)
      const minimums = (await house.minimums?.list()) ?? []
      const readers = await Promise.all(opened.map(({ summary }) => house.reader(summary.id)))
      const lists = opened.map(({ summary, index }, n) => {
        const { wards, total, unreadable } = index.inpatients()
        const missing = new Set(missingIn(readers[n]!, index).map(({ topic }) => topic))
        return {
          generationId: summary.id,
          sourceName: summary.sourceName,
          asOfMs: index.asOf,
          total,
          unreadable,
          wards: wards.map(({ name, patients }) => ({
            name,
            patients: patients.map((patient) => inpatientRow(index, patient)),
            ...withMinimum(
              minimums.find(({ ward }) => ward === name),
              missing,
            ),
          })),
        }
      })
      for (const list of lists) await journal(viewer, list.generationId, 'ward', list.total)
      // A source without admission records says nothing of wards, unless there is no other.
      const telling = lists.filter(({ total, unreadable }) => total + unreadable > 0)
      if (lists.length === 0) return undefined
      return telling.length > 0 ? telling : lists.slice(0, 1)
    },

    async wardMinimums(viewer) {
      demandItem(house, viewer, 'encounters')
      return (await house.minimums?.list()) ?? []
    },

    async saveWardMinimum(viewer, ward, topics) {
      demandItem(house, viewer, 'encounters')
      if (!house.minimums || !decidesMinimum(house.rolesOf(viewer))) throw new AppError('ACCESS_DENIED')
      const wanted = MISSING_TOPICS.filter((topic) => topics.includes(topic))
      const by = viewer.displayName
      await house.minimums.save(viewer, { ward, topics: wanted, by, onMs: house.clock.now() })
    },

    async expected(viewer, day) {
      demandItem(house, viewer, 'bookings')
      const opened = await newest(viewer)
      if (opened.length === 0) return undefined
      const seesStays = chartAccess(house.rolesOf(viewer), 'encounters') === 'yes'
      const found = opened.map(({ index }) => ({
        index,
        expected: index.bookings(day).filter(({ by }) => by === 'appointment' || seesStays),
      }))
      const rows = found.flatMap(({ index, expected }) => expected.map((one) => expectedRow(opened, index, one)))
      for (const { index, expected } of found)
        if (expected.length > 0) await journal(viewer, index.generationId, 'bookings', expected.length)
      const telling = found.filter(({ index }) => index.hasBookings)
      const asOfMs = Math.min(...(telling.length > 0 ? telling : found).map(({ index }) => index.asOf))
      return {
        day,
        asOfMs,
        businessDaysOld: await house.businessDaysOld(asOfMs),
        rows: rows.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)),
      }
    },
  }
}

/** What this ward's minimum asks for and the source has not; nothing can be lacking where nothing was decided. */
function withMinimum(minimum: WardMinimum | undefined, missing: ReadonlySet<MissingTopic>) {
  const lacking = minimum?.topics.filter((topic) => missing.has(topic)) ?? []
  return { ...(minimum && { minimum }), lacking }
}

function demandItem(house: ReadingHouse, viewer: Viewer, item: 'encounters' | 'bookings'): void {
  if (!viewer.can.has('see-patients') || chartAccess(house.rolesOf(viewer), item) !== 'yes')
    throw new AppError('ACCESS_DENIED')
}

function inpatientRow(index: PatientIndex, { row, place, dischargePlanned, transferPlanned }: Inpatient): InpatientRow {
  const patient = index.entry(row)
  const { room, bed, department, doctor, admittedOn } = place
  return {
    patient: patientHit(patient, index.sameAs(row)),
    ...(room && { room }),
    ...(bed && { bed }),
    ...(department && { department }),
    ...(doctor && { doctor }),
    ...(admittedOn && { since: admittedOn }),
    onLeave: place.onLeave,
    deceased: patient.deceased,
    ...(dischargePlanned && { dischargePlanned }),
    ...(transferPlanned && { transferPlanned }),
  }
}

/**
 * Appointments may come from a source of their own, which holds no charts: the row leads to the source that holds most of
 * this patient, and warns of who is alike there too.
 */
function expectedRow(opened: readonly Opened[], index: PatientIndex, expected: ExpectedPatient): ExpectedRow {
  const places = placesOf(opened, index, expected.row)
  const best = places[0]!
  const { start, department, text, by } = expected
  return {
    patient: patientHit(best.index.entry(best.row), [
      ...new Set(places.flatMap((place) => place.index.sameAs(place.row))),
    ]),
    generationId: best.index.generationId,
    start,
    ...(department && { department }),
    ...(text && { text }),
    by,
  }
}

interface InIndex {
  readonly index: PatientIndex
  readonly row: number
}

/** Where a patient of one index is known, the source that holds most of them first. */
function placesOf(opened: readonly { readonly index: PatientIndex }[], index: PatientIndex, row: number): InIndex[] {
  const own = index.entry(row)
  return opened
    .flatMap(({ index: other }) => {
      const found = other === index ? row : sameIn(other, own)
      return found === undefined ? [] : [{ index: other, row: found, records: other.entry(found).counts.current }]
    })
    .toSorted((a, b) => b.records - a.records)
}

/** The index that holds most of a patient's records, and their row in it. */
export const chartOf = (
  opened: readonly { readonly index: PatientIndex }[],
  index: PatientIndex,
  row: number,
): InIndex => placesOf(opened, index, row)[0]!

/** An appointment book names no institution: number and birth date, or number and name, must both agree. */
function sameIn(other: PatientIndex, { patientKey, patientId, birthDate, kanji }: PatientEntry): number | undefined {
  const row = other.rowOf(patientKey)
  if (row !== undefined) return row
  const alike = searchPatients(other, patientId, 5).hits.filter(
    ({ patient }) =>
      patient.patientId === patientId &&
      ((birthDate !== '' && patient.birthDate === birthDate) || (kanji !== '' && patient.kanji === kanji)),
  )
  return alike.length === 1 ? other.rowOf(alike[0]!.patient.patientKey) : undefined
}
