/**
 * How many different patients each reader opened within an hour (SECURITY.md 18): so many that no work explains it is told,
 * still more is refused. In memory and by the clock that nobody can set; a restart begins anew, the ledger keeps the looks.
 */
import type { Clock } from '#base'

export interface OpeningLimits {
  /** Different patients within the hour from which on the house is told. */
  readonly tellFrom: number
  /** From which on no further patient opens. */
  readonly mostAnHour: number
}

/** A whole ward may be printed at a stroke, a whole clinic not. */
export const USUAL_LIMITS: OpeningLimits = { tellFrom: 120, mostAnHour: 300 }
const HOUR_MS = 3_600_000

export class Openings {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #limits: OpeningLimits
  /** By reader: patient and when last opened, the oldest first. */
  readonly #opened = new Map<string, Map<string, number>>()
  /** Of the last hour that was told: wall time and how many. */
  #told: { readonly at: number; readonly count: number } | undefined

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, limits: OpeningLimits = USUAL_LIMITS) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Counts a patient for a reader; false where the reader has to wait. The same patient again is no further one. */
  allow(reader: string, patient: string): boolean {
    const now = this.#clock.monotonic()
    const opened = this.#opened.get(reader) ?? new Map<string, number>()
    this.#opened.set(reader, opened)
    for (const [one, at] of opened) {
      if (now - at < HOUR_MS) break
      opened.delete(one)
    }
    const isNew = !opened.has(patient)
    if (opened.size + Number(isNew) >= this.#limits.tellFrom) this.#tell(opened.size + Number(isNew))
    if (isNew && opened.size >= this.#limits.mostAnHour) return false
    opened.delete(patient)
    opened.set(patient, now)
    return true
  }

  /** Somebody opened very many, within a day. */
  get unusual(): { readonly at: number; readonly count: number } | undefined {
    return this.#told && this.#clock.now() - this.#told.at < 24 * HOUR_MS ? this.#told : undefined
  }

  #tell(count: number): void {
    this.#told = { at: this.unusual?.at ?? this.#clock.now(), count: Math.max(count, this.unusual?.count ?? 0) }
  }
}
