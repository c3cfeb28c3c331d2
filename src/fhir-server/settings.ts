/** How a FHIR server is reached. */
import { isIPv4, isIPv6 } from 'node:net'
import { AppError } from '#base'

export type FhirLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }

export interface FhirServerSettings {
  /** Without a slash at its end. */
  readonly base: string
  readonly login: FhirLogin
  /** SHA-256 of the server certificate's DER, as hex. Where given it alone decides. */
  readonly pinnedCertificateSha256?: string
  /** Issuers to trust instead of the system's. */
  readonly caPem?: string
}

/**
 * An address as a person typed it. Without TLS only this machine itself: a password would be read on the way.
 * @throws FHIR_SERVER_ADDRESS_INVALID
 */
export function parseBase(typed: string): string {
  let url: URL
  try {
    url = new URL(typed.trim())
  } catch {
    throw new AppError('FHIR_SERVER_ADDRESS_INVALID')
  }
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  if (!isSafe || url.username || url.password || url.search || url.hash)
    throw new AppError('FHIR_SERVER_ADDRESS_INVALID')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  return host === 'localhost' || (isIPv4(bare) && bare.startsWith('127.')) || (isIPv6(bare) && bare === '::1')
}

export function authorization(login: FhirLogin): string | undefined {
  if (login.kind === 'bearer') return `Bearer ${login.token}`
  if (login.kind === 'basic') return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  return undefined
}
