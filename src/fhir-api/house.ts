/** What this room needs of whoever keeps the generations, beyond what screens need. */
import type { ReadingHouse } from '#reading'
import type { FhirReader } from '#web'

export interface FhirHouse extends ReadingHouse {
  /** A generation that is not among the readable ones: let go (`gone`), or never heard of. */
  isGone(generationId: string): Promise<boolean>
  readerOf(token: string): Promise<FhirReader | undefined>
}
