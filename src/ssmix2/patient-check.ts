import { idKey } from '#base'
import { decodeMessage } from '#hl7v2'
import type { PatientCheck } from './types.ts'

/**
 * Compares the patient of a path with what the file says. Leading zeros are padding of the storage in many hospitals, so
 * a difference in them alone is `padded`, not another patient. Several different ids in one file are `different`: one
 * message is about one patient (PID-1 is always 0001).
 */
export function checkPatient(pathId: string, fileIds: readonly string[]): PatientCheck {
  const ids = [...new Set(fileIds.map(readableId).filter((id) => id !== '' && id !== '""'))]
  if (ids.length === 0) return 'missing'
  const expected = idKey(pathId)
  if (ids.every((id) => id === expected)) return 'same'
  return ids.every((id) => unpadded(id) === unpadded(expected)) ? 'padded' : 'different'
}

/** Ids come as bytes; a full-width one stands there with its escapes. */
function readableId(id: string): string {
  return idKey(/^[\x20-\x7E]*$/.test(id) ? id : decodeMessage(Buffer.from(id, 'latin1')).text)
}

function unpadded(id: string): string {
  return id.replace(/^0+(?=.)/, '')
}
