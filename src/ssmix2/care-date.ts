/**
 * Which field of a message holds its care date (診療日), by message type: guideline 1.2g, as in the care-date table of
 * NHO's testing tool. Types that lie under `-` have none.
 */
import { parseTimeStamp } from '#hl7v2'
import type { Message } from '#hl7v2'
import type { CareDate } from './types.ts'

const CARE_DATE_FIELDS: Readonly<Record<string, readonly [segment: string, field: number]>> = {
  'ADT^A04': ['PV1', 44],
  'ADT^A14': ['PV2', 8],
  'ADT^A27': ['PV2', 8],
  'ADT^A01': ['PV1', 44],
  'ADT^A11': ['PV1', 44],
  'ADT^A21': ['EVN', 6],
  'ADT^A52': ['EVN', 6],
  'ADT^A22': ['EVN', 6],
  'ADT^A53': ['PV2', 47],
  'ADT^A15': ['PV2', 8],
  'ADT^A26': ['PV2', 8],
  'ADT^A02': ['EVN', 6],
  'ADT^A12': ['EVN', 6],
  'ADT^A16': ['PV2', 9],
  'ADT^A25': ['PV2', 9],
  'ADT^A03': ['PV1', 45],
  'ADT^A13': ['PV1', 45],
  'OMD^O03': ['ORC', 9],
  'RDE^O11': ['ORC', 9],
  'RAS^O17': ['RXA', 3],
  'OML^O33': ['ORC', 9],
  'OUL^R22': ['SPM', 17],
  'OMG^O19': ['ORC', 9],
  'OMI^Z23': ['OBR', 7],
  'ORU^R01': ['OBR', 7],
  'ORU^R30': ['OBX', 14],
  // Not in the guideline: an appointment is filed under its day.
  'SIU^S12': ['AIS', 4],
}

/** The care date that a message itself states, from the first segment that holds it; undefined for undated types. */
export function careDate(message: Message): CareDate | undefined {
  const rule = CARE_DATE_FIELDS[message.type]
  if (!rule) return undefined
  const [segment, field] = rule
  const written = message.all(segment).map((found) => found.value(field) ?? '')
  return { field: `${segment}-${field}`, value: parseTimeStamp(written.find(Boolean) ?? '') }
}
