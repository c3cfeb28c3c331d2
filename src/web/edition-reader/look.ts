/** What every screen of the reader gets: words, formats, the time of this computer. */
import { type EpochMs, systemClock } from '#base'
import { FORMATS, type Format, type Language } from '../format.ts'
import { MESSAGES, type Messages } from '../messages/index.ts'

export interface Look {
  /** Of the whole product: the shared components speak with them. */
  readonly t: Messages
  /** Of the reader. */
  readonly r: Messages['editionReader']
  readonly f: Format
  readonly nowMs: EpochMs
}

export function lookIn(language: Language): Look {
  const t = MESSAGES[language]
  return { t, r: t.editionReader, f: FORMATS[language], nowMs: systemClock.now() }
}
