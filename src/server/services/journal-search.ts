/** Which entries of the ledger a search of 閲覧の記録 means: by person, by patient, by day. */
import { type EpochMs, searchKey } from '#base'
import { lookedOnEdition } from '#edition'
import { type JournalPage, type JournalQuery, patientSubject, type StoredEntry } from '#journal'
import { lookedAtStation } from '#station'
import type { JournalFilter, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { patientsNumbered } from './same-number.ts'
import { demand, readingOf } from './viewers.ts'

const DAY_MS = 86_400_000
/** Whose looks come home later than they happened. */
const FROM_OUTSIDE = ['person:station-', 'person:edition-']

/** When it happened, where it came home later by the clock of the emergency PC or the edition's machine. */
export const happenedAt = (entry: StoredEntry): EpochMs =>
  lookedAtStation(entry)?.at ?? lookedOnEdition(entry)?.at ?? entry.atMs

/** @param names actor to name @returns what of the filter nobody is, or the query */
export async function searched(
  institution: Institution,
  viewer: Viewer,
  { who, patientId }: JournalFilter,
  names: ReadonlyMap<string, string>,
): Promise<{ unknown: 'who' | 'patientId' } | Pick<JournalQuery, 'actor' | 'subject'>> {
  const wanted = searchKey(who ?? '')
  const actor = who && [...names].filter(([, name]) => searchKey(name).includes(wanted)).map(([id]) => id)
  if (actor?.length === 0) return { unknown: 'who' }
  const subject = patientId && (await subjectsOf(institution, viewer, patientId))
  if (subject?.length === 0) return { unknown: 'patientId' }
  return { ...(actor && { actor }), ...(subject && { subject }) }
}

async function subjectsOf(institution: Institution, viewer: Viewer, patientId: string): Promise<string[]> {
  demand(viewer, 'see-patients')
  const key = readingKey(readingOf(viewer), 'patientSubject')
  const found = await patientsNumbered(institution, viewer, patientId)
  return [...new Set(found.map(({ patientKey }) => patientSubject(key, patientKey)))]
}

type Entries = JournalPage['entries']

/** Everything that happened on a day, newest first, whenever it came home. @param day `2026-11-28` */
export async function entriesOfDay(
  all: (query: JournalQuery) => Promise<Entries>,
  query: JournalQuery,
  day: string,
): Promise<Entries> {
  const fromMs = Date.parse(`${day}T00:00:00+09:00`)
  const untilMs = fromMs + DAY_MS
  const here = await all({ ...query, fromMs, untilMs })
  const later = await all({ ...query, fromMs: untilMs, actorBegins: FROM_OUTSIDE })
  return [...here, ...later]
    .filter(({ entry }) => happenedAt(entry) >= fromMs && happenedAt(entry) < untilMs)
    .toSorted((a, b) => happenedAt(b.entry) - happenedAt(a.entry) || b.index - a.index)
}
