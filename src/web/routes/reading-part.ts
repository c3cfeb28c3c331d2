import type { SourceReading } from '../source-reading-ports.ts'

/** One folder of a source whose reading is set up. */
export interface ReadingPart {
  readonly reading: SourceReading
  readonly part: number
}

/** Enough for the first rows of any table and some thousand lines of claims. */
export const LOOKED_AT_BYTES = 2 * 1024 * 1024
