/** What surveys say for the lists: stays with the names of their places, bookings; of several states of a record the newest. */
import type { CalledRecord, RecordVersion, SurveyedStay, SurveyHead } from '#intake'
import type { StayNote } from '#ssmix2'
import { type Booking, sinceLastDischarge } from '../patient-index/unit-entry.ts'

type Surveyed = Pick<SurveyHead['patients'][number], 'bookings' | 'stays' | 'changed'>
interface Member {
  readonly file: number
  readonly found: Surveyed
}

/** A bed in a room on a ward in a building in a hospital. A chain that points to itself must end. */
const MOST_LEVELS = 6

/** Places and people by name. A file's own come first: what two senders call by one name may be two places. */
export class Called {
  readonly #inFile = new Map<number, Map<string, CalledRecord>>()
  readonly #anywhere = new Map<string, CalledRecord>()

  add(file: number, called: readonly CalledRecord[]): void {
    const own = new Map(called.flatMap((one) => one.names.map((name) => [name, one])))
    if (own.size > 0) this.#inFile.set(file, own)
    for (const [name, one] of own) this.#anywhere.set(name, one)
  }

  find(file: number, names: readonly string[] | undefined): CalledRecord | undefined {
    const own = this.#inFile.get(file)
    return names?.flatMap((name) => own?.get(name) ?? this.#anywhere.get(name) ?? [])[0]
  }

  /** As the chart names them: by the kind of each place, or by its name alone where nobody wrote its kind. */
  place(file: number, { place, placeText }: Pick<SurveyedStay, 'place' | 'placeText'>) {
    const found: Partial<Record<'ward' | 'room' | 'bed', string>> = {}
    const own = this.find(file, place)
    let at = own
    for (let level = 0; at && level < MOST_LEVELS; level++) {
      if (at.level && at.label) found[at.level] ??= at.label
      at = this.find(file, at.within)
    }
    const ward = own?.label ?? placeText
    return Object.keys(found).length === 0 && ward !== undefined ? { ward } : found
  }
}

export function listedOf(members: readonly Member[], called: Called): { stays: StayNote[]; bookings: Booking[] } {
  const newest = new Map<string, number>()
  for (const { found } of members)
    for (const [name, at] of Object.entries(found.changed ?? {})) newest.set(name, Math.max(at, newest.get(name) ?? at))
  const stands = ({ version }: { readonly version?: RecordVersion }) =>
    version === undefined || newest.get(version[0]) === version[1]
  const stays = members.flatMap(({ file, found }) =>
    (found.stays ?? []).filter(stands).map((stay): StayNote => {
      const { event, at, department, doctor = called.find(file, stay.doctorNames)?.label } = stay
      const place = called.place(file, stay)
      return { event, at, ...place, ...(department && { department }), ...(doctor && { doctor }) }
    }),
  )
  const bookings = members.flatMap(({ found }) => (found.bookings ?? []).filter(stands))
  return {
    stays: sinceLastDischarge(stays),
    bookings: bookings.map(({ version: _version, ...booking }) => ({ ...booking, by: 'appointment' })),
  }
}
