/**
 * Notes: what the archiver's observer remembers of a file that it reads anyway, so that the patient index and the list of
 * problems are made without reading anything again. Three bytes for a good file; an ADT-00 adds the identity, an admission
 * record the place, an appointment its time.
 *
 * Layout: version, check, number of problems, one byte per problem, then, where there is more to say, JSON in UTF-8:
 * version 1 the identity as an array; version 2 `{ i?: identity, s?: stay, b?: bookings }`, each an array of fields.
 * Numbers are positions in the lists below: append to them, never reorder.
 */
import { AppError } from '#base'
import { STAY_EVENTS } from './types.ts'
import type { BookingNote, Identity, Note, PatientCheck, ProblemCode, StayNote } from './types.ts'

/** Raise it when notes change in layout or in what observing finds. */
const NOTE_VERSION = 2
/** Notes down to this one are read still; raising it makes every note anew. */
export const OLDEST_NOTE_VERSION = 1
const CHECKS: readonly PatientCheck[] = ['same', 'padded', 'different', 'missing', 'unchecked']
const CODES: readonly ProblemCode[] = [
  'path-malformed',
  'flag-unknown',
  'kind-unknown',
  'outside-layout',
  'empty-file',
  'not-hl7',
  'charset-unreadable',
  'charset-deviation',
  'segments-malformed',
  'cut-short',
  'patient-missing',
  'patient-differs',
  'message-type-differs',
  'document-patient-unproven',
  'two-current',
  'duplicate-in-roots',
  'newer-not-current',
  'looks-random',
]
/** Longest name field that is kept; a note stays below a few hundred bytes whatever a file holds. */
const NAME_LIMIT = 60
/** One message names a handful. */
const MOST_BOOKINGS = 50

export function writeNote(note: Note): Uint8Array {
  const head = Uint8Array.from([
    NOTE_VERSION,
    CHECKS.indexOf(note.check),
    note.problems.length,
    ...note.problems.map((c) => CODES.indexOf(c)),
  ])
  const { identity, stay, bookings } = note
  if (!identity && !stay && !bookings) return head
  const more: More = {
    ...(identity && { i: packIdentity(identity) }),
    ...(stay && { s: [stay.event, stay.at, ...short(stay.ward, stay.room, stay.bed, stay.department, stay.doctor)] }),
    ...(bookings && { b: bookings.slice(0, MOST_BOOKINGS).map((b) => [b.start, ...short(b.department, b.text)]) }),
  }
  return Buffer.concat([head, Buffer.from(JSON.stringify(more), 'utf8')])
}

/** Throws SSMIX2_NOTE_UNREADABLE for a note of a version that is no longer read or a damaged one: observe the file again. */
export function readNote(bytes: Uint8Array): Note {
  const [version = -1, check = -1, count = 0] = bytes
  const problems = Array.from(bytes.subarray(3, 3 + count), (position) => CODES[position])
  const known = version >= OLDEST_NOTE_VERSION && version <= NOTE_VERSION
  if (!known || !CHECKS[check] || problems.length !== count || problems.includes(undefined)) {
    throw unreadable({ version })
  }
  return {
    check: CHECKS[check],
    problems: problems as ProblemCode[],
    ...readMore(version, bytes.subarray(3 + count)),
  }
}

/** Whether observing the file again would tell more. */
export const isOldNote = (bytes: Uint8Array): boolean => bytes[0]! < NOTE_VERSION

type Packed = readonly (string | null)[]
type PackedIdentity = readonly [string, string, string, string, string, 0 | 1]
interface More {
  readonly i?: PackedIdentity
  readonly s?: Packed
  readonly b?: readonly Packed[]
}

const cut = (text: string): string => Array.from(text).slice(0, NAME_LIMIT).join('')
/** `null` where nothing is recorded. */
const short = (...texts: readonly (string | undefined)[]): Packed => texts.map((text) => (text ? cut(text) : null))

function packIdentity({ patientId, kanji, kana, birthDate, sex, dead }: Identity): PackedIdentity {
  return [cut(patientId), cut(kanji), cut(kana), cut(birthDate), cut(sex), dead ? 1 : 0]
}

function readMore(version: number, bytes: Uint8Array): Pick<Note, 'identity' | 'stay' | 'bookings'> {
  if (bytes.length === 0) return { identity: undefined }
  try {
    const written = JSON.parse(Buffer.from(bytes).toString('utf8')) as PackedIdentity | More
    const { i, s, b } = version === 1 ? { i: written as PackedIdentity } : (written as More)
    return {
      identity: i && readIdentity(i),
      ...(s && { stay: readStay(s) }),
      ...(b && { bookings: b.map(readBooking) }),
    }
  } catch (cause) {
    // The cause may quote the identity: it is not handed on.
    throw unreadable({ cause: cause instanceof Error ? cause.name : 'unknown' })
  }
}

function readIdentity([patientId, kanji, kana, birthDate, sex, dead]: PackedIdentity): Identity {
  return { patientId, kanji, kana, birthDate, sex, dead: dead === 1 }
}

function readStay([event, at, ward, room, bed, department, doctor]: Packed): StayNote {
  const known = STAY_EVENTS.find((name) => name === event)
  if (!known || !at) throw new TypeError('no stay')
  return { event: known, at, ...recorded({ ward, room, bed, department, doctor }) }
}

function readBooking([start, department, text]: Packed): BookingNote {
  if (!start) throw new TypeError('no booking')
  return { start, ...recorded({ department, text }) }
}

/** Only the fields that hold something. */
function recorded<K extends string>(fields: Record<K, string | null | undefined>): { [P in K]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as { [P in K]?: string }
}

function unreadable(context: Record<string, string | number>): AppError {
  return new AppError('SSMIX2_NOTE_UNREADABLE', { context })
}
