/**
 * What no ordinary work explains, out of the PC's log: many charts within an hour, many patients in stacks within a day. The
 * log is on the disk before anything is shown, so a restart forgets nothing; counted over the whole PC, since the card is
 * everybody's.
 */
import type { Ledger } from '#journal'
import { USUAL_LIMITS } from '#reading'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface Bulk {
  /** When the hour began in which so many different charts were opened that production is told. */
  readonly since?: number
  /** Different patients in that hour; 0 where no hour stands out. */
  readonly opened: number
  /** Patients in stacks, the most within a day. */
  readonly printed: number
}

/**
 * Of the last day, and of whatever production was not told yet: a clock that was put forward hides nothing.
 * @param toldSize entries of the log that production's last answer was about
 */
export async function bulkOf(log: Pick<Ledger, 'reader'>, now: number, toldSize: number): Promise<Bulk> {
  const hour = new Window(HOUR_MS)
  const day = new Window(DAY_MS)
  let since: number | undefined
  let opened = 0
  let printed = 0
  const reader = await log.reader()
  for await (const { index, entry } of reader.entries()) {
    if (index < toldSize && entry.atMs < now - DAY_MS) continue
    if (entry.type === 'chart.opened' && entry.subject !== undefined) {
      hour.add(entry.atMs, entry.subject, 1)
      if (hour.sum >= USUAL_LIMITS.tellFrom) since ??= hour.beganAt
      opened = Math.max(opened, hour.sum)
    }
    if (entry.type === 'chart.printed-many') {
      day.add(entry.atMs, String(index), Number(entry.data['patients']))
      printed = Math.max(printed, day.sum)
    }
  }
  return { ...(since === undefined ? {} : { since }), opened: since === undefined ? 0 : opened, printed }
}

/** What lies within a span of the newest; what is added again counts once. A clock that was put back begins it anew. */
class Window {
  readonly #span: number
  readonly #inside = new Map<string, { readonly at: number; readonly weight: number }>()
  sum = 0

  constructor(span: number) {
    this.#span = span
  }

  get beganAt(): number | undefined {
    return this.#inside.values().next().value?.at
  }

  add(at: number, key: string, weight: number): void {
    this.#drop(key)
    for (const [one, { at: before }] of this.#inside) {
      if (Math.abs(at - before) < this.#span) break
      this.#drop(one)
    }
    this.#inside.set(key, { at, weight })
    this.sum += weight
  }

  #drop(key: string): void {
    this.sum -= this.#inside.get(key)?.weight ?? 0
    this.#inside.delete(key)
  }
}
