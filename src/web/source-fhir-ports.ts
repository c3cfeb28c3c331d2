/** What the pages of a FHIR server as a source need. */
import type { ErrorCode } from '#base'
import type { Refused, Viewer } from './ports.ts'

export const FHIR_LOGINS = ['bearer', 'basic', 'none'] as const
export type FhirLoginKind = (typeof FHIR_LOGINS)[number]

export interface FhirServerForm {
  readonly name: string
  readonly base: string
  readonly login: FhirLoginKind
  readonly user: string
  /** Token or password. Never shown again. */
  readonly secret: string
  /** SHA-256 of the certificate as people write it, or ''. */
  readonly fingerprint: string
  /** "02:00" or ''. */
  readonly dailyAt: string
}

export interface FhirServerFound {
  /** As the server calls itself; '' where it does not. */
  readonly software: string
  readonly exports: boolean
  /** Kinds of record that it offers. */
  readonly types: number
  readonly counts: readonly { readonly type: string; readonly count: number }[]
}

export type FhirField = 'name' | 'base' | 'fingerprint' | 'dailyAt'
type Failed = { readonly kind: 'failed'; readonly errorCode: ErrorCode }

export interface FhirSourceService {
  /** Saves nothing. */
  tryServer(
    viewer: Viewer,
    form: FhirServerForm,
  ): Promise<{ readonly kind: 'ok'; readonly found: FhirServerFound } | Failed | Refused<FhirField>>
  /** Tries once more, and saves what answered. */
  addServer(viewer: Viewer, form: FhirServerForm): Promise<{ readonly kind: 'ok' } | Failed | Refused<FhirField>>
}
