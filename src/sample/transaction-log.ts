/**
 * The transaction storage (トランザクションストレージ): one file a day, each message behind a header line
 * `#SSMIX,version,facility,patient,care date,data kind,order,INS|DEL,department,time`. The vendor of this hospital keeps
 * it since some weeks before the anchor only.
 */
import { dateOf, stamp17 } from './calendar.ts'
import { FACILITY } from './hospital.ts'
import { encodeMessage } from './hl7-segment.ts'
import type { RecordEvent } from './types.ts'

function entry(event: RecordEvent): Uint8Array[] {
  const { patient, careDate, dataKind, orderNo, action, department, at, content } = event
  const header = ['#SSMIX', '2.00', FACILITY.id, patient, careDate, dataKind, orderNo, action, department, stamp17(at)]
  const line = Buffer.from(`${header.join(',')}\r\n`, 'ascii')
  return 'message' in content
    ? [line, encodeMessage(content.message(), content.style).subarray(0, -1), Buffer.from('\r\n')]
    : [line]
}

/** The files of the log, by path below its root: standardized records only, in the order of time. */
export function transactionFiles(events: readonly RecordEvent[]): Map<string, { at: number; bytes: () => Uint8Array }> {
  const days = new Map<string, RecordEvent[]>()
  for (const event of events) {
    if (event.storage !== 'standardized') continue
    const day = dateOf(event.at)
    const list = days.get(day)
    if (list) list.push(event)
    else days.set(day, [event])
  }
  return new Map(
    [...days].map(([day, list]) => [
      `${day.slice(0, 4)}/TR_${stamp17(list[0]!.at)}_00001.DAT`,
      { at: list.at(-1)!.at, bytes: () => Buffer.concat(list.flatMap(entry)) },
    ]),
  )
}
