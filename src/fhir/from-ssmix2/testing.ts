/** For tests only: messages from lines, conversions in one step. All names and numbers are made up. */
import { parseMessage } from '#hl7v2'
import type { Conversion, Origin } from '../problem.ts'
import type { Resource, ResourceType } from '../types.ts'
import { toResources } from './to-resources.ts'

export const PATIENT = '0000123456'

export function header(type: string): string[] {
  return [
    `MSH|^~\\&|HIS|SEND|GW|RCV|20260401120000||${type}|1|P|2.5||||||~ISO IR87||ISO 2022-1994|SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO`,
    `PID|0001||${PATIENT}^^^^PI||見本^花子^^^^^L^I~ミホン^ハナコ^^^^^L^P||19600229|F`,
    'PV1|0001|O|01^^^^^C||||D1^試験^医師^^^^^^^L^^^^^I|||01',
  ]
}

export function origin(dataKind: string, careDate: string | undefined = '20260401'): Origin {
  const path = `000/012/${PATIENT}/${careDate ?? '-'}/${dataKind}/file`
  return { path, patientId: PATIENT, careDate, dataKind, orderNo: '000000000000001' }
}

/** Converts `lines` below the usual header. */
export function convert(dataKind: string, type: string, lines: readonly string[]): Conversion {
  return toResources(parseMessage([...header(type), ...lines].join('\r')), origin(dataKind))
}

/** The resources of one type. */
export function of<T extends ResourceType>(conversion: Conversion, type: T): Extract<Resource, { resourceType: T }>[] {
  return conversion.resources.filter(
    (resource): resource is Extract<Resource, { resourceType: T }> => resource.resourceType === type,
  )
}

/** The only resource of its type. */
export function one<T extends ResourceType>(conversion: Conversion, type: T): Extract<Resource, { resourceType: T }> {
  const found = of(conversion, type)
  if (found.length !== 1) throw new Error(`${found.length} ${type} instead of one`)
  return found[0]!
}
