/** The cheap reading of one file: whose is it, is it whole, what is wrong. Costs a few microseconds; never throws. */
import { decodeMessage, namePair, parseMessage, patientIdentifier, peekMessage, personNames } from '#hl7v2'
import type { DecodedMessage, Message, Peek } from '#hl7v2'
import { cdaPatientIds, looksLikeCda } from './cda.ts'
import { bookingsOf } from './booking-note.ts'
import { holdsMessage, STAY_KINDS } from './kinds.ts'
import { writeNote } from './note.ts'
import { checkPatient } from './patient-check.ts'
import { parseStoragePath } from './path.ts'
import { stayOf } from './stay-note.ts'
import type { Identity, Note, PatientCheck, ProblemCode, StoragePath } from './types.ts'

/**
 * Observes a file for the patient index and the list of problems.
 * @param relativePath path below the source as text, `/` between segments (see `pathText`)
 * @param looksRandom its content is not what its place says, but random (`#signs`)
 * @returns the note: see {@link readNote}
 */
export function observe(relativePath: string, bytes: Uint8Array, looksRandom = false): Uint8Array {
  const note = identify(relativePath, bytes)
  return writeNote(looksRandom ? { ...note, problems: [...note.problems, 'looks-random'] } : note)
}

/** {@link observe} without the packing. What the path alone shows (malformed, flag) is not repeated in the note. */
export function identify(relativePath: string, bytes: Uint8Array): Note {
  const { place } = parseStoragePath(relativePath)
  if (!place) return { check: 'unchecked', identity: undefined, problems: [] }
  if (bytes.length === 0) return { check: 'unchecked', identity: undefined, problems: ['empty-file'] }
  const peek = peekMessage(bytes)
  if (!peek.startsWithMsh) return identifyOther(place, bytes)
  const check = checkPatient(place.patientId, peek.patientIds)
  const decoded = needsDecoding(place, peek, bytes) ? decodeMessage(bytes) : undefined
  return {
    check,
    problems: [...checkProblem(check), ...structureProblems(place, peek, bytes), ...charsetProblems(decoded)],
    ...(decoded && isOwn(place, check) ? drawn(place, parseMessage(decoded.text)) : { identity: undefined }),
  }
}

/** What the index needs of this message. */
function drawn(place: StoragePath, message: Message): Pick<Note, 'identity' | 'stay' | 'bookings'> {
  const standard = place.storage === 'standard'
  const stay = standard ? stayOf(place, message) : undefined
  const bookings = standard ? [] : bookingsOf(message)
  return {
    identity: standard && place.dataKind === 'ADT-00' ? readIdentity(place, message) : undefined,
    ...(stay && { stay }),
    ...(bookings.length > 0 && { bookings }),
  }
}

/** A file without MSH: in the standardized storage that is damage, in the extended one it is a document. */
function identifyOther(place: StoragePath, bytes: Uint8Array): Note {
  const isMessageByName = place.storage === 'standard' || /\.hl7$/i.test(place.contentPath ?? '')
  if (isMessageByName) return { check: 'unchecked', identity: undefined, problems: ['not-hl7'] }
  if (!looksLikeCda(bytes)) return { check: 'unchecked', identity: undefined, problems: [] }
  // A CDA may name the patient by other numbers (insurance): only agreement proves something.
  const checks = cdaPatientIds(bytes).map((id) => checkPatient(place.patientId, [id]))
  const check = (['same', 'padded'] as const).find((proof) => checks.includes(proof))
  if (check) return { check, identity: undefined, problems: [] }
  return { check: 'unchecked', identity: undefined, problems: ['document-patient-unproven'] }
}

function checkProblem(check: PatientCheck): ProblemCode[] {
  if (check === 'different') return ['patient-differs']
  return check === 'missing' ? ['patient-missing'] : []
}

function structureProblems(place: StoragePath, peek: Peek, bytes: Uint8Array): ProblemCode[] {
  const found: ProblemCode[] = []
  if (peek.bareSegments > 0 || peek.headers > 1) found.push('segments-malformed')
  if (endsInMidSegment(bytes)) found.push('cut-short')
  if (place.storage === 'standard' && !holdsMessage(place.dataKind, peek.messageType))
    found.push('message-type-differs')
  return found
}

/** Problems of decoding as problems of the file. Raw 8-bit text that read without loss is none: it says what it says. */
export function charsetProblems(decoded: DecodedMessage | undefined): ProblemCode[] {
  const codes = decoded?.problems.map(({ code }) => code).filter((code) => code !== 'raw-8bit') ?? []
  if (codes.includes('undecodable')) return ['charset-unreadable']
  return codes.length > 0 ? ['charset-deviation'] : []
}

/** Every segment ends with CR (HL7 v2.5 2.5.2): a file that ends otherwise was cut, or its sender left the last one out. */
function endsInMidSegment(bytes: Uint8Array): boolean {
  const last = bytes[bytes.length - 1]!
  return last > 0x20 || last === 0x1b
}

function needsDecoding(place: StoragePath, peek: Peek, bytes: Uint8Array): boolean {
  if (peek.eightBit || endsInMidSegment(bytes)) return true
  if (place.storage === 'extended') return peek.messageType.startsWith('SIU^')
  return place.dataKind === 'ADT-00' || place.dataKind in STAY_KINDS
}

/** A valid record whose PID-3 is the patient of the path. */
function isOwn(place: StoragePath, check: PatientCheck): boolean {
  return place.flag === '1' && (check === 'same' || check === 'padded')
}

function readIdentity(place: StoragePath, message: Message): Identity | undefined {
  const pid = message.first('PID')
  if (!pid || patientIdentifier(pid) === '') return undefined
  // One real sender writes the birth date into PID-9.
  const birthDate = [pid.value(7), pid.value(9)].find((value) => /^\d{4,}/.test(value ?? '')) ?? ''
  return {
    // The path's spelling: it is the key of all files of the patient.
    patientId: place.patientId,
    ...namePair(personNames(pid, 5)),
    birthDate: birthDate.slice(0, 8),
    sex: pid.value(8) ?? '',
    dead: pid.value(30) === 'Y' || Boolean(pid.value(29)),
  }
}
