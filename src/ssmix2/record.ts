import { decodeMessage, parseMessage, patientIdentifier } from '#hl7v2'
import type { Charset, Message } from '#hl7v2'
import { charsetProblems } from './observe.ts'
import { checkPatient } from './patient-check.ts'
import type { PatientCheck, ProblemCode, StoragePath } from './types.ts'

export interface ReadRecord {
  readonly message: Message
  readonly charset: Charset
  /** Show the message only where this is `same` or `padded`. */
  readonly check: PatientCheck
  readonly problems: readonly ProblemCode[]
}

/** The full reading of one message file for the chart. Never throws: what is no message has no MSH and a problem. */
export function readRecord(place: StoragePath, bytes: Uint8Array): ReadRecord {
  const decoded = decodeMessage(bytes)
  const message = parseMessage(decoded.text)
  const check = checkPatient(place.patientId, message.all('PID').map(patientIdentifier))
  const problems: ProblemCode[] = charsetProblems(decoded)
  if (message.segments[0]?.id !== 'MSH') problems.push('not-hl7')
  else if (check === 'different') problems.push('patient-differs')
  else if (check === 'missing') problems.push('patient-missing')
  return { message, charset: decoded.charset, check, problems }
}
