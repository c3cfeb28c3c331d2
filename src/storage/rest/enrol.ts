/** How a machine becomes a Keeper's client: the address and the pin as people type them, and the one-time code. */
import { AppError } from '#base'
import { z } from 'zod'
import { openRestCaller } from './rest.ts'
import { saidName } from './said.ts'

/** Plain data; the token is kept apart as a secret. */
export const keeperConfigSchema = z.strictObject({
  /** `https://host:port/` */
  url: z.url({ protocol: /^https$/ }).max(300),
  /** SHA-256 of its certificate. */
  pin: z.string().regex(/^[0-9a-f]{64}$/),
  /** As what it knows us. */
  client: saidName,
  /** Its public key: who signs receipts. */
  keeperKey: z.string().min(1).max(300),
})
export type KeeperConfig = z.infer<typeof keeperConfigSchema>

export interface EnrolInput {
  /** `192.168.1.20`, `keeper.local:8471` or an https address. */
  readonly address: string
  /** The fingerprint that the Keeper shows; spaces and colons are fine. */
  readonly pin: string
  readonly code: string
}

export interface EnrolKeys {
  /** Of our ledger: the Keeper takes no other under our name from now on. */
  readonly ledgerKey?: string
  /** Of a verifier's attestations. */
  readonly attestKey?: string
}

export interface Enrolled {
  readonly config: KeeperConfig
  readonly token: string
  /** Whose repositories are read, where they are not our own. */
  readonly of: string | undefined
}

const DEFAULT_PORT = '8471'

/**
 * Hands a one-time code in. The pin is compared before anything is sent.
 * @param kind what the code must have been made for
 * @param parseKey throws where the Keeper's public key is none: nothing that it signs could be checked later
 * @throws VAULT_PLACE_INVALID, VAULT_PLACE_CODE_WRONG, VAULT_PLACE_REFUSED, VAULT_PLACE_UNTRUSTED,
 *   STORAGE_CERTIFICATE_WRONG, STORAGE_UNREACHABLE
 */
export async function enrolAtKeeper(
  input: EnrolInput,
  kind: 'append' | 'read' | 'verify',
  keys: EnrolKeys,
  parseKey: (text: string) => unknown,
): Promise<Enrolled> {
  const url = addressOf(input.address)
  const pin = input.pin.replaceAll(/[\s:]/g, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(pin)) throw new AppError('VAULT_PLACE_INVALID', { context: { field: 'pin' } })
  const caller = openRestCaller({ url, pinnedCertificateSha256: pin })
  try {
    const answer = await caller.call('POST', 'toride/enrol', JSON.stringify({ code: input.code, ...keys }))
    if (answer.status === 403 || answer.status === 429) throw new AppError('VAULT_PLACE_CODE_WRONG')
    const given = answer.status === 200 ? enrolledIn(answer.body) : undefined
    if (given?.kind !== kind) throw new AppError('VAULT_PLACE_REFUSED', { context: { status: answer.status } })
    const { client, token, keeperKey, of } = given
    try {
      parseKey(keeperKey)
    } catch (cause) {
      throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'its public key is none', cause })
    }
    return { config: { url, pin, client, keeperKey }, token, of }
  } finally {
    caller.close()
  }
}

const enrolledSchema = z.object({
  client: saidName,
  kind: z.string(),
  /** It goes into a header. */
  token: z.string().regex(/^[\w-]{16,200}$/),
  keeperKey: keeperConfigSchema.shape.keeperKey,
  of: saidName.optional(),
})

function enrolledIn(body: string): z.infer<typeof enrolledSchema> | undefined {
  try {
    return enrolledSchema.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}

function addressOf(typed: string): string {
  const text = typed.trim().replace(/^https?:\/\//i, '')
  const url = URL.parse(`https://${text.includes('/') ? text.slice(0, text.indexOf('/')) : text}`)
  if (!url || url.hostname === '' || url.username !== '')
    throw new AppError('VAULT_PLACE_INVALID', { context: { field: 'address' } })
  if (!/:\d+$/.test(url.host) && !text.endsWith(':443')) url.port = DEFAULT_PORT
  return `https://${url.host}/`
}
