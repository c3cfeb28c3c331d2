/** What the address /fhir needs of the house: requests and answers as plain values, so that no room below knows HTTP. */
import type { Viewer } from './ports.ts'

/** Whoever asks: a person by the session of the screens, or a program by a token that a person made. */
export interface FhirReader {
  readonly viewer: Viewer
  /** Ids of the sources that may be read; absent: all. */
  readonly sources?: readonly string[]
  /** As SMART writes them (`user/Observation.rs`); absent: whatever the role may see. */
  readonly scopes?: readonly string[]
  /** Opens what the role sees with a reason. */
  readonly reason?: { readonly code: string; readonly text: string }
}

export interface FhirRequest {
  readonly method: string
  /** Below `/fhir`, still percent-encoded: `/Patient/1`. */
  readonly path: string
  /** Decoded; of the address and of a posted search. */
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly accept: string
  /** `handling=lenient` passes over what is not understood. */
  readonly prefer?: string
  /** Versions that the reader holds already. */
  readonly ifNoneMatch?: string
  /** Address of `/fhir` as the reader called it. */
  readonly base: string
  /** Absent: nobody signed in. */
  readonly reader?: FhirReader
}

export interface FhirAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export interface FhirService {
  /** Whose token it is; undefined for an unknown, withdrawn or expired one. */
  readerOf(token: string): Promise<FhirReader | undefined>
  answer(request: FhirRequest): Promise<FhirAnswer>
}
