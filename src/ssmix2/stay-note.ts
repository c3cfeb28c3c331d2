/** What an admission record (ADT-21 … ADT-52) says of where a patient is, for the list of inpatients. */
import { codedValue, nameText, practitioners } from '#hl7v2'
import type { Message, Segment } from '#hl7v2'
import { STAY_KINDS } from './kinds.ts'
import { timeText } from './time-text.ts'
import type { StayEvent, StayNote, StoragePath } from './types.ts'

/**
 * The same fields that the chart's encounters are made of: time by EVN-6, PV1-44 and PV1-45, for plans PV2-8 and PV2-9; the
 * place PV1-3, for plans PV2-1 where it is written. A record without a time counts by the care date of its path.
 */
export function stayOf(place: StoragePath, message: Message): StayNote | undefined {
  const event = STAY_KINDS[place.dataKind]
  const pv1 = message.first('PV1')
  if (!event || !pv1) return undefined
  const at = timeOf(event, message) ?? timeText(place.careDate ?? place.occurredAt.slice(0, 12))
  if (at === undefined) return undefined
  const pv2 = message.first('PV2')
  const planned = event.endsWith('-planned') && pv2?.value(1) ? place3(pv2, 1) : undefined
  const department = codedValue(pv1, 10)
  return {
    event,
    at,
    ...(planned ?? place3(pv1, 3)),
    ...named('department', department?.text ?? department?.code),
    ...named('doctor', nameText(practitioners(pv1, 7)[0]) || nameText(practitioners(pv1, 17)[0])),
  }
}

function timeOf(event: StayEvent, message: Message): string | undefined {
  const of = (segment: string, field: number) => timeText(message.first(segment)?.value(field) ?? '')
  const happened = of('EVN', 6)
  if (event === 'discharge' || event === 'discharge-planned') return of('PV1', 45) ?? of('PV2', 9) ?? happened
  if (event === 'admission-planned') return of('PV2', 8) ?? of('PV1', 44) ?? happened
  if (event === 'admission') return of('PV1', 44) ?? of('PV2', 8) ?? happened
  return happened ?? of('PV2', 8) ?? of('PV1', 44)
}

/** PL: 病棟^病室^病床. */
function place3(segment: Segment, field: number): Pick<StayNote, 'ward' | 'room' | 'bed'> {
  const at = (component: number) => segment.value(field, component) ?? undefined
  return { ...named('ward', at(1)), ...named('room', at(2)), ...named('bed', at(3)) }
}

function named<K extends keyof StayNote>(key: K, text: string | null | undefined): { [P in K]?: string } {
  return text ? ({ [key]: text } as { [P in K]?: string }) : {}
}
