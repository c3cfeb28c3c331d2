/**
 * Entries of a machine whose clock was wrong. Home notes with what came in how far the PC's clock was off just then; nothing
 * can have been written after it came. Times are put right when they are shown, the entries stay as they were signed.
 */
import type { EpochMs } from '#base'
import type { BookEntry } from '#casebook'
import { HOME } from './kinds.ts'

/** Smaller is no matter of a timeline in minutes. */
export const MOST_OFF_MS = 120_000

interface CameIn {
  readonly upTo: number
  readonly at: EpochMs
  /** To be added to the times of that machine. */
  readonly off: number
}

/** Those whose time was put right carry `clockOff` (ms) beside their codes. */
export function withRightTimes(entries: readonly BookEntry[]): BookEntry[] {
  const arrived = new Map<string, CameIn[]>()
  for (const { kind, device, book, at, codes } of entries) {
    if (kind !== 'came-in' || device !== HOME) continue
    const key = `${book} ${codes['from']}`
    const one = { upTo: Number(codes['upTo']), at, off: Number(codes['clockOff'] ?? 0) }
    arrived.set(
      key,
      [...(arrived.get(key) ?? []), one].toSorted((a, b) => a.upTo - b.upTo),
    )
  }
  return entries.map((entry) => {
    const came = arrived.get(`${entry.book} ${entry.device}`)?.find(({ upTo }) => upTo >= entry.n)
    if (!came) return entry
    const at = Math.min(entry.at + came.off, came.at)
    const off = at - entry.at
    return Math.abs(off) <= MOST_OFF_MS ? entry : { ...entry, at, codes: { ...entry.codes, clockOff: off } }
  })
}
