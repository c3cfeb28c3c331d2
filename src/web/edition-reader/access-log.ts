/** Who looked at what: in memory, because the medium cannot be written. It outlives the lock, and ends with the page. */
import type { EpochMs } from '#base'

export type Did = 'unlocked' | 'opened' | 'refused' | 'document' | 'printed' | 'saved' | 'closed'

export interface LogEntry {
  readonly at: EpochMs
  readonly who: string
  readonly did: Did
  readonly patientId: string
  readonly why: string
}

export class AccessLog {
  readonly entries: LogEntry[] = []
  /** Entries that are on paper or in a file. */
  #kept = 0

  add(entry: LogEntry): void {
    this.entries.push(entry)
  }

  kept(): void {
    this.#kept = this.entries.length
  }

  get isUnkept(): boolean {
    return this.entries.length > this.#kept
  }
}
