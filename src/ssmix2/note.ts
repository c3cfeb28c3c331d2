/**
 * Notes: what the archiver's observer remembers of a file that it reads anyway, so that the patient index and the list of
 * problems are made without reading anything again. Three bytes for a good file; an ADT-00 adds the identity.
 *
 * Layout: version, check, number of problems, one byte per problem, then (ADT-00) the identity as a JSON array in UTF-8.
 * Numbers are positions in the lists below: append to them, never reorder.
 */
import { AppError } from '#base'
import type { Identity, Note, PatientCheck, ProblemCode } from './types.ts'

/** Raise it when notes change in layout or in what observing finds: notes of another version must be made again. */
export const NOTE_VERSION = 1
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
]
/** Longest name field that is kept; a note stays below a few hundred bytes whatever a file holds. */
const NAME_LIMIT = 60

export function writeNote(note: Note): Uint8Array {
  const head = [
    NOTE_VERSION,
    CHECKS.indexOf(note.check),
    note.problems.length,
    ...note.problems.map((c) => CODES.indexOf(c)),
  ]
  if (!note.identity) return Uint8Array.from(head)
  const { patientId, kanji, kana, birthDate, sex, dead } = note.identity
  const texts = [patientId, kanji, kana, birthDate, sex].map((text) => Array.from(text).slice(0, NAME_LIMIT).join(''))
  return Buffer.concat([Uint8Array.from(head), Buffer.from(JSON.stringify([...texts, dead ? 1 : 0]), 'utf8')])
}

/** Throws SSMIX2_NOTE_UNREADABLE for a note of another version or a damaged one: the file must be observed again. */
export function readNote(bytes: Uint8Array): Note {
  const [version, check = -1, count = 0] = bytes
  const problems = Array.from(bytes.subarray(3, 3 + count), (position) => CODES[position])
  if (version !== NOTE_VERSION || !CHECKS[check] || problems.length !== count || problems.includes(undefined)) {
    throw unreadable({ version: version ?? -1 })
  }
  return {
    check: CHECKS[check],
    identity: readIdentity(bytes.subarray(3 + count)),
    problems: problems as ProblemCode[],
  }
}

function readIdentity(bytes: Uint8Array): Identity | undefined {
  if (bytes.length === 0) return undefined
  try {
    const fields = JSON.parse(Buffer.from(bytes).toString('utf8')) as [string, string, string, string, string, number]
    const [patientId, kanji, kana, birthDate, sex, dead] = fields
    return { patientId, kanji, kana, birthDate, sex, dead: dead === 1 }
  } catch (cause) {
    // The cause may quote the identity: it is not handed on.
    throw unreadable({ cause: cause instanceof Error ? cause.name : 'unknown' })
  }
}

function unreadable(context: Record<string, string | number>): AppError {
  return new AppError('SSMIX2_NOTE_UNREADABLE', { context })
}
