/** HL7 v2 times to FHIR. SS-MIX2 writes no zone: the time is Japan's. The precision of the source is kept. */
import type { TimeStamp } from '#hl7v2'

/**
 * FHIR dateTime. R4 knows no precision of an hour: `2011070108` becomes 08:00:00; `2011070100`, which senders write for
 * "that day", becomes the day.
 */
export function fhirDateTime(stamp: TimeStamp): string {
  const { hour, minute = 0, second = 0, fraction } = stamp
  if (hour === undefined || (stamp.precision === 'hour' && hour === 0)) return fhirDate(stamp)
  return `${fhirDate(stamp)}T${two(hour)}:${two(minute)}:${two(second)}${fraction ? `.${fraction}` : ''}${zone(stamp)}`
}

/** FHIR date: year, month or day. */
export function fhirDate({ year, month, day }: TimeStamp): string {
  if (month === undefined) return two(year)
  return day === undefined ? `${two(year)}-${two(month)}` : `${two(year)}-${two(month)}-${two(day)}`
}

/** FHIR instant, or undefined where the source is less precise than a minute. */
export function fhirInstant(stamp: TimeStamp): string | undefined {
  return stamp.minute === undefined ? undefined : fhirDateTime(stamp)
}

function zone({ offsetMinutes = 540 }: TimeStamp): string {
  const minutes = Math.abs(offsetMinutes)
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}
