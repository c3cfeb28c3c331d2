/** Dates to {@link DateText}: as HL7 v2 writes them (`YYYYMMDDHHMMSS`, any precision), and instants. */
import { institutionTime, isoDate, type EpochMs } from '#base'
import type { DateText } from './model.ts'

/** `19470409` → `1947-04-09`, `194704` → `1947-04`; what is no date stays as written. */
export function dateText(digits: string): DateText {
  const parts = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?/.exec(digits)
  if (!parts) return digits
  const [, year, month, day, hour, minute, second] = parts
  const date = [year, month, day].filter(Boolean).join('-')
  return hour ? `${date}T${[hour, minute ?? '00', second].filter(Boolean).join(':')}` : date
}

/** An instant as {@link DateText} to the second. */
export function localTime(instant: EpochMs): DateText {
  const at = institutionTime(instant)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${isoDate(at)}T${two(at.hour)}:${two(at.minute)}:${two(at.second)}`
}
