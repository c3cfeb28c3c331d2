/** Appointments as HL7 scheduling messages (SIU, v2.5 chapter 10), which some systems leave in the extended storage. */
import { codedValue } from '#hl7v2'
import type { Message, Segment } from '#hl7v2'
import { timeText } from './time-text.ts'
import type { BookingNote } from './types.ts'

/** New, moved, changed. Cancelled, discontinued and deleted ones, and patients who did not come, are no bookings. */
const STANDING = new Set(['SIU^S12', 'SIU^S13', 'SIU^S14'])

/** One booking per service (AIS), or the appointment as a whole (SCH) where it names none. */
export function bookingsOf(message: Message): BookingNote[] {
  const sch = message.first('SCH')
  if (!sch || !STANDING.has(message.type)) return []
  const start = timeText(sch.value(11, 4) ?? '')
  const services = message.all('AIS').flatMap((ais) => {
    const at = timeText(ais.value(4) ?? '') ?? start
    return at === undefined ? [] : [booking(at, message, words(ais, 3) ?? reason(sch))]
  })
  if (services.length > 0 || start === undefined) return services
  return [booking(start, message, reason(sch))]
}

function booking(start: string, message: Message, text: string | undefined): BookingNote {
  const pv1 = message.first('PV1')
  const department = pv1 && words(pv1, 10)
  return { start, ...(department && { department }), ...(text && { text }) }
}

const reason = (sch: Segment) => words(sch, 7) ?? words(sch, 8)

function words(segment: Segment, field: number): string | undefined {
  const coded = codedValue(segment, field)
  return coded?.text ?? coded?.code ?? undefined
}
