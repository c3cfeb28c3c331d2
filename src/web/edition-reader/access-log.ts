/** Who looked at what: in memory, because the medium cannot be written. It outlives the lock, and ends with the page. */
import { hex, type LogLine, type ReaderLog } from '#edition/format'

export class AccessLog implements ReaderLog {
  readonly session = hex(crypto.getRandomValues(new Uint8Array(16)))
  readonly lines: LogLine[] = []
  /** Lines that are on paper or in a file. */
  #kept = 0

  add(line: LogLine): void {
    this.lines.push(line)
  }

  kept(): void {
    this.#kept = this.lines.length
  }

  get isUnkept(): boolean {
    return this.lines.length > this.#kept
  }
}
