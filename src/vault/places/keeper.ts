/** A Keeper as production sees it: enrolment, and a receipt for each generation that was copied there. */
import { z } from 'zod'
import { AppError, type Backend } from '#base'
import { openReceipt, type Receipt } from '#attest'
import type { Ledger } from '#journal'
import { openRestBackend, openRestCaller, type RestPlace, withRetry } from '#storage'
import { parseVerifierKey } from '#tlog'
import { type Witnessed, witness } from './witnessed.ts'

/** Plain data, kept in the state database; the token is a key of the ring. */
export const keeperConfigSchema = z.strictObject({
  /** `https://host:port/` */
  url: z.url({ protocol: /^https$/ }),
  /** SHA-256 of its certificate. */
  pin: z.string().regex(/^[0-9a-f]{64}$/),
  /** As what it knows us. */
  client: z.string().min(1),
  /** Its public key: who signs receipts. */
  keeperKey: z.string().min(1),
})
export type KeeperConfig = z.infer<typeof keeperConfigSchema>

export interface EnrolInput {
  /** `192.168.1.20`, `keeper.local:8471` or an https address. */
  readonly address: string
  /** The fingerprint that the Keeper shows; spaces and colons are fine. */
  readonly pin: string
  readonly code: string
}

const DEFAULT_PORT = '8471'
const enrolledSchema = z.object({
  client: z.string(),
  kind: z.literal('append'),
  token: z.string(),
  keeperKey: z.string(),
})

/**
 * Hands a one-time code in. The pin is compared before anything is sent.
 * @param ledgerKey of our ledger: the Keeper takes no other under our name from now on
 * @throws VAULT_PLACE_INVALID, VAULT_PLACE_CODE_WRONG, VAULT_PLACE_REFUSED, STORAGE_CERTIFICATE_WRONG, STORAGE_UNREACHABLE
 */
export async function enrolAtKeeper(
  input: EnrolInput,
  ledgerKey: string,
): Promise<{ config: KeeperConfig; token: string }> {
  const url = addressOf(input.address)
  const pin = input.pin.replaceAll(/[\s:]/g, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(pin)) throw new AppError('VAULT_PLACE_INVALID', { context: { field: 'pin' } })
  const caller = openRestCaller({ url, pinnedCertificateSha256: pin })
  try {
    const body = JSON.stringify({ code: input.code, ledgerKey })
    const answer = await caller.call('POST', 'toride/enrol', body)
    if (answer.status === 403 || answer.status === 429) throw new AppError('VAULT_PLACE_CODE_WRONG')
    const given = answer.status === 200 ? enrolledSchema.safeParse(JSON.parse(answer.body)) : undefined
    if (!given?.success) throw new AppError('VAULT_PLACE_REFUSED', { context: { status: answer.status } })
    const { client, token, keeperKey } = given.data
    return { config: { url, pin, client, keeperKey }, token }
  } finally {
    caller.close()
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

export interface KeeperPlace {
  /** The repository of a source there. */
  backend(sourceId: string): Backend & { create(): Promise<void> }
  /**
   * Hands the manifest of a generation in whose objects are all there.
   * @returns the receipt's note and what it says @throws VAULT_PLACE_REFUSED, VAULT_PLACE_UNTRUSTED
   */
  receipt(
    sourceId: string,
    snapshot: string,
    manifest: { readonly text: string; readonly hash: string },
  ): Promise<Signed>
  /** Has the Keeper sign our ledger's checkpoint; see {@link witness}. */
  witness(ledger: Ledger, seen: Parameters<typeof witness>[3]): Promise<Witnessed>
  close(): void
}

export interface Signed {
  readonly note: string
  readonly receipt: Receipt
}

export function openKeeperPlace(config: KeeperConfig, token: string): KeeperPlace {
  const place = (path: string): RestPlace => ({
    url: `${config.url}${path}`,
    user: config.client,
    password: token,
    pinnedCertificateSha256: config.pin,
  })
  const caller = openRestCaller(place(''))
  return {
    backend(sourceId) {
      const rest = openRestBackend(place(`${config.client}/${sourceId}/`))
      return { ...withRetry(rest), create: () => rest.create() }
    },
    async receipt(sourceId, snapshot, manifest) {
      const repository = `${config.client}/${sourceId}`
      const { status, body } = await caller.call('POST', `${repository}/generations/${snapshot}`, manifest.text)
      if (status !== 200) throw new AppError('VAULT_PLACE_REFUSED', { detail: refusalIn(body), context: { status } })
      const receipt = opened(body, config)
      const isOurs =
        receipt.repository === repository && receipt.snapshot === snapshot && receipt.manifest === manifest.hash
      if (!isOurs) throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'receipt of something else' })
      return { note: body, receipt }
    },
    witness: (ledger, seen) => witness(caller, config.keeperKey, ledger, seen),
    close: () => caller.close(),
  }
}

function opened(note: string, { keeperKey }: KeeperConfig): Receipt {
  try {
    return openReceipt(note, parseVerifierKey(keeperKey))
  } catch (cause) {
    throw new AppError('VAULT_PLACE_UNTRUSTED', { cause })
  }
}

/** The Keeper's own word for why; nothing else of the answer is used. */
function refusalIn(body: string): string {
  const word = /"code":"([a-z-]{1,40})"/.exec(body)?.[1]
  return word ?? 'no reason given'
}
