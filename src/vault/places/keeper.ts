/** A Keeper as production sees it: a receipt for each generation that was copied there. */
import { AppError, type Backend } from '#base'
import { openReceipt, type Receipt } from '#attest'
import type { Ledger } from '#journal'
import { type KeeperConfig, openRestBackend, openRestCaller, type RestPlace, withRetry } from '#storage'
import { parseVerifierKey } from '#tlog'
import { type Witnessed, witness } from './witnessed.ts'

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
