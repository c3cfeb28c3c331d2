/** How a FHIR server is reached. */
import { isIPv4, isIPv6 } from 'node:net'
import { AppError } from '#base'

export type FhirLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** OAuth client credentials: a short token for the secret. */
  | { readonly kind: 'client'; readonly user: string; readonly password: string }
  /** SMART Backend Services: a short token for a statement signed with our key (PKCS #8 or JWK). */
  | { readonly kind: 'smart'; readonly user: string; readonly privateKey: string }

export interface FhirServerSettings {
  /** Without a slash at its end. */
  readonly base: string
  readonly login: FhirLogin
  /** SHA-256 of the server certificate's DER, as hex. Where given it alone decides. */
  readonly pinnedCertificateSha256?: string
  /** Issuers to trust instead of the system's. */
  readonly caPem?: string
  /** Other servers that a person named: for logging in and for exported files, nothing else. */
  readonly alsoOrigins?: readonly string[]
  /** Only the patients of this Group are exported. */
  readonly group?: string
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
  if (isLinkLocal(url.hostname)) throw new AppError('FHIR_SERVER_ADDRESS_INVALID')
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  if (!isSafe || url.username || url.password || url.search || url.hash)
    throw new AppError('FHIR_SERVER_ADDRESS_INVALID')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/**
 * 169.254.0.0/16 and fe80::/10, also inside IPv6: where clouds keep the passwords of a machine. A FHIR server in the house has a
 * private address, but never one of these.
 */
export function isLinkLocal(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIPv4(bare)) return bare.startsWith('169.254.')
  const [, inner] = /^::ffff:(.+)$/.exec(bare) ?? []
  return (
    isIPv6(bare) &&
    (/^fe[89ab]/.test(bare) || inner?.startsWith('169.254.') === true || inner?.startsWith('a9fe:') === true)
  )
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  return host === 'localhost' || (isIPv4(bare) && bare.startsWith('127.')) || (isIPv6(bare) && bare === '::1')
}

/** Origins as a person typed them, apart by spaces or commas. @throws FHIR_SERVER_ADDRESS_INVALID */
export function parseOrigins(typed: string): readonly string[] {
  const words = typed.split(/[\s,、]+/).filter(Boolean)
  return [...new Set(words.map((word) => new URL(parseBase(word)).origin))]
}

export const basicAuth = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
