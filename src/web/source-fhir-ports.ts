/** What the pages of a FHIR server as a source need. */
import type { ErrorCode } from '#base'
import type { Refused, Viewer } from './ports.ts'

export const FHIR_LOGINS = ['bearer', 'smart', 'client', 'basic', 'none'] as const
export type FhirLoginKind = (typeof FHIR_LOGINS)[number]

export interface FhirServerForm {
  readonly name: string
  readonly base: string
  readonly login: FhirLoginKind
  readonly user: string
  /** Token, password or private key. Never shown again. */
  readonly secret: string
  /** SHA-256 of the certificate as people write it, or ''. */
  readonly fingerprint: string
  /** Certificates of the issuer as PEM, or '' for those of the system. */
  readonly ca: string
  /** Other servers that may be asked: addresses apart by spaces, or ''. */
  readonly others: string
  /** Id of the Group whose patients are taken, or '' for all. */
  readonly group: string
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

export type FhirField = 'name' | 'base' | 'secret' | 'fingerprint' | 'ca' | 'others' | 'group' | 'dailyAt'
type Failed = { readonly kind: 'failed'; readonly errorCode: ErrorCode }

export interface FhirSourceService {
  /** Saves nothing. */
  tryServer(
    viewer: Viewer,
    form: FhirServerForm,
  ): Promise<{ readonly kind: 'ok'; readonly found: FhirServerFound } | Failed | Refused<FhirField>>
  /** How a saved server is reached, without its secret; undefined for anything else. */
  saved(viewer: Viewer, sourceId: string): Promise<FhirServerForm | undefined>
  /**
   * Another login or certificate; name, address and time of the form count for nothing. An empty secret keeps the saved one, as
   * long as nothing changes that decides whom it is shown to.
   * @param how `save`: tried once more, and kept where it answers
   */
  change(
    viewer: Viewer,
    sourceId: string,
    form: FhirServerForm,
    how: 'try' | 'save',
  ): Promise<{ readonly kind: 'ok'; readonly found: FhirServerFound } | Failed | Refused<FhirField>>
  /** Tries once more, and saves what answered. */
  addServer(viewer: Viewer, form: FhirServerForm): Promise<{ readonly kind: 'ok' } | Failed | Refused<FhirField>>
}
