/** Parts of resources that several kinds of table have. */
import { EXTENSION, extension, logicalId, type Extension } from '#fhir'
import type { CellDate } from './words.ts'

export const fhirTime = ({ date, time }: CellDate): string =>
  time === undefined ? date : `${date}T${time.length === 5 ? `${time}:00` : time}+09:00`

export const reference = (patientId: string) => ({ reference: `Patient/${logicalId(patientId)}` })

export function departmentOf(name: string | undefined): Extension[] {
  return name ? [extension(EXTENSION.department, { valueCodeableConcept: { text: name } })] : []
}
