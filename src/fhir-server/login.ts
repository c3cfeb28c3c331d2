/**
 * What goes with a request so that the server lets us in. OAuth client credentials (RFC 6749 4.4) and SMART Backend Services
 * (a statement signed with our own key, RFC 7523): the token is short, and got anew before it ends.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { AppError, systemClock } from '#base'
import { isObject, type Json } from './resource-line.ts'
import { basicAuth, type FhirLogin } from './settings.ts'

/** A statement of ours is good for so long; SMART allows five minutes. */
const STATEMENT_S = 240
/** A token is not used in its last part: a request may wait for its turn. */
const MARGIN_MS = 60_000
/** Where the server does not say (RFC 6749 5.1 only recommends it). */
const USUAL_TOKEN_S = 300
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What logging in asks of the server's connection. */
export interface LoginRequests {
  readonly base: string
  own(link: string): URL
  named(link: string): URL
  form(url: URL, body: URLSearchParams, headers: Readonly<Record<string, string>>): Promise<string>
  open(url: URL): Promise<string>
}

type Short = Extract<FhirLogin, { kind: 'client' | 'smart' }>

export class LoginHeader {
  readonly #login: FhirLogin
  readonly #requests: LoginRequests
  /** Of one token: several requests wait for the same. */
  #token: Promise<{ readonly value: string; readonly untilMono: number }> | undefined
  /** A token that was only just got and is refused is no old one. */
  #isProven = false

  constructor(login: FhirLogin, requests: LoginRequests) {
    this.#login = login
    this.#requests = requests
  }

  /** @throws FHIR_SERVER_LOGIN_REFUSED, FHIR_SERVER_LOGIN_PLACE where there is no place of this server or of a named one, what asking throws */
  async headers(): Promise<Record<string, string>> {
    const login = this.#login
    if (login.kind === 'none') return {}
    if (login.kind === 'bearer') return { Authorization: `Bearer ${login.token}` }
    if (login.kind === 'basic') return { Authorization: basicAuth(login.user, login.password) }
    const held = await this.#token?.catch(() => undefined)
    if (held && systemClock.monotonic() < held.untilMono) {
      this.#isProven = true
      return { Authorization: `Bearer ${held.value}` }
    }
    this.#isProven = false
    this.#token = this.#get(login)
    return { Authorization: `Bearer ${(await this.#token).value}` }
  }

  /** @returns whether another one may help: not for a password, and not for a token that was new */
  forget(): boolean {
    const mayHelp = this.#token !== undefined && this.#isProven
    this.#token = undefined
    return mayHelp
  }

  async #get(login: Short): Promise<{ value: string; untilMono: number }> {
    const { place, scope } = await tokenPlace(this.#requests)
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope })
    const headers: Record<string, string> = {}
    if (login.kind === 'client') headers['Authorization'] = basicAuth(escaped(login.user), escaped(login.password))
    if (login.kind === 'smart') {
      body.set('client_assertion_type', ASSERTION)
      body.set('client_assertion', statementOf(login, place.href))
    }
    const at = systemClock.monotonic()
    const said = parsed(await this.#requests.form(place, body, headers))
    const { access_token: value, token_type: type, expires_in: seconds } = said
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value) || !/^bearer$/i.test(String(type)))
      throw new AppError('FHIR_SERVER_LOGIN_PLACE')
    const lastsMs = (typeof seconds === 'number' && seconds > 0 ? seconds : USUAL_TOKEN_S) * 1000
    return { value, untilMono: at + Math.max(lastsMs - MARGIN_MS, lastsMs / 2) }
  }
}

/** RFC 6749 2.3.1: both are form-encoded before they are joined. */
const escaped = (text: string): string => encodeURIComponent(text)

async function tokenPlace(requests: LoginRequests): Promise<{ place: URL; scope: string }> {
  let said: Json
  try {
    said = parsed(await requests.open(requests.own(`${requests.base}/.well-known/smart-configuration`)))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'FHIR_SERVER_ANSWER_WRONG') throw error
    throw new AppError('FHIR_SERVER_LOGIN_PLACE')
  }
  const { token_endpoint: link, capabilities } = said
  if (typeof link !== 'string') throw new AppError('FHIR_SERVER_LOGIN_PLACE')
  const isSecond = Array.isArray(capabilities) && capabilities.includes('permission-v2')
  return { place: namedPlace(requests, link), scope: isSecond ? 'system/*.rs' : 'system/*.read' }
}

function namedPlace(requests: LoginRequests, link: string): URL {
  try {
    return requests.named(link)
  } catch {
    throw new AppError('FHIR_SERVER_LOGIN_PLACE')
  }
}

function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // No JSON: said below.
  }
  throw new AppError('FHIR_SERVER_LOGIN_PLACE')
}

/** @param audience the token's address as the server wrote it */
function statementOf({ user, privateKey }: Extract<FhirLogin, { kind: 'smart' }>, audience: string): string {
  const { key, kid, alg } = readPrivateKey(privateKey)
  const exp = Math.floor(systemClock.now() / 1000) + STATEMENT_S
  const parts = [
    { alg, kid, typ: 'JWT' },
    { iss: user, sub: user, aud: audience, exp, jti: randomUUID() },
  ]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha384', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

/**
 * A private key as people paste it: PEM (its line ends may be lost) or JWK. RSA from 2048 bits (RS384) or P-384 (ES384).
 * @throws FHIR_SERVER_KEY_INVALID
 */
export function readPrivateKey(pasted: string): { key: KeyObject; kid: string; alg: 'RS384' | 'ES384' } {
  try {
    const jwk = pasted.trim().startsWith('{') ? (JSON.parse(pasted) as Json & { kid?: unknown }) : undefined
    const key = jwk ? createPrivateKey({ key: jwk as never, format: 'jwk' }) : createPrivateKey(withLines(pasted))
    const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
    const kid = typeof jwk?.kid === 'string' ? jwk.kid : thumbprint(key)
    if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return { key, kid, alg: 'RS384' }
    if (key.asymmetricKeyType === 'ec' && namedCurve === 'secp384r1') return { key, kid, alg: 'ES384' }
  } catch {
    // Said below; the reason may hold the key.
  }
  throw new AppError('FHIR_SERVER_KEY_INVALID')
}

/** A field of one line takes the line ends out of what is pasted into it. */
function withLines(pem: string): string {
  const [, label = '', body = ''] = /-----BEGIN ([A-Z ]+)-----([^-]+)-----END/.exec(pem) ?? []
  return `-----BEGIN ${label}-----\n${body.replaceAll(/\s/g, '')}\n-----END ${label}-----\n`
}

/** RFC 7638: the members that make the key, in the order of their names. */
function thumbprint(key: KeyObject): string {
  const { e, n, kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' })
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}
