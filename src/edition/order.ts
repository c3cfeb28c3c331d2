/** What a build is asked for, and what it made. */
import type { EpochMs, Clock } from '#base'
import type { ChartAccess, GenerationReader, PatientIndex } from '#chart'
import type { CacheOptions } from './chart-cache.ts'
import type { EnvelopeSet } from './envelopes.ts'
import type { EditionKind, Head, LeftOut, WardNeeds } from './format/index.ts'
import type { Signer, SlotPassphrase } from './seal.ts'

/** One source, by one of its generations. */
export interface SourceOrder {
  /** As people call it. */
  readonly name: string
  readonly reader: GenerationReader
  /** Of the same generation. */
  readonly index: PatientIndex
  /** Its patient numbers are the house's. */
  readonly sharesNumbers: boolean
  /** Its last generation is kept, and no newer one will come. */
  readonly isRetired: boolean
  /** Charts of the last build, for the next; absent: each is made anew. */
  readonly cache?: CacheOptions | undefined
}

/** A paper for the reader's own shelf, sealed like charts. */
export interface Paper {
  readonly title: string
  readonly contentType: string
  readonly bytes: Uint8Array
  /** Of one that ages: the reader says how old it is. */
  readonly madeAt?: EpochMs
}

export interface EditionOrder {
  /** At least one; the first of them are first where room is short. */
  readonly sources: readonly SourceOrder[]
  readonly kind: EditionKind
  readonly access: ChartAccess
  /** A folder that does not exist yet: `disc-1`, `disc-2` … are made in it. */
  readonly folder: string
  /** The reader's page, the same in every edition of this version of the program. */
  readonly page: string
  readonly about: Pick<Head, 'number' | 'institution' | 'isSample' | 'program'>
  readonly slots: readonly SlotPassphrase[] | EnvelopeSet
  readonly signer: Signer
  /** Before each source's own backup; undefined: records of all times. */
  readonly months: number | undefined
  /** Bytes of one disc; undefined: one folder of any size. */
  readonly capacity: number | undefined
  readonly documents: 'first' | 'all' | 'none'
  readonly isProtected: (patientKey: string) => boolean
  readonly minimums: readonly WardNeeds[]
  /** On each disc. */
  readonly extras: readonly Paper[]
  /** Plain files at the top of each disc: what to read first, how to verify. */
  readonly papers: (disc: DiscFacts) => readonly { readonly name: string; readonly text: string }[]
  readonly clock: Clock
  readonly signal?: AbortSignal
  readonly report?: (done: number, of: number) => void
  /** Rounds of the passphrase; less only in tests. */
  readonly iterations?: number
}

export interface DiscFacts {
  readonly head: Head
  readonly fingerprint: string
  readonly pageSha256: string
}

export interface MadeDisc extends DiscFacts {
  readonly folder: string
  readonly bytes: number
  readonly files: number
}

export interface MadeEdition {
  readonly bundle: string
  readonly discs: readonly MadeDisc[]
  readonly leftOut: LeftOut
  readonly patients: number
  /** Opens the logs that its readers save; nothing else. 32 bytes. */
  readonly logKey: Uint8Array
  /** Charts that were taken over from the last build. */
  readonly reused: number
}
