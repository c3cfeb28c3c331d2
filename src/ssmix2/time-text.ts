import { instantOf, parseTimeStamp } from '#hl7v2'

const JAPAN_MS = 9 * 3_600_000

/** HL7's `YYYYMMDDHHMM` as `YYYY-MM-DDThh:mm` in the institution's time, as precise as written; undefined where it is none. */
export function timeText(written: string): string | undefined {
  const stamp = parseTimeStamp(written)
  if (!stamp?.day) return undefined
  const text = new Date(instantOf(stamp) + JAPAN_MS).toISOString()
  return text.slice(0, stamp.hour === undefined ? 10 : 16)
}
