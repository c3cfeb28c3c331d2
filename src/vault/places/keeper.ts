/** A Keeper as production sees it: a receipt for each generation that was copied there. */
import { z } from 'zod'
import { AppError, type EpochMs } from '#base'
import { manifestHash, manifestText, openReceipt, type Receipt } from '#attest'
import type { Ledger } from '#journal'
import {
  type KeeperConfig,
  openRestBackend,
  openRestCaller,
  type RestCaller,
  type RestPlace,
  saidList,
  saidMoment,
  withRetry,
} from '#storage'
import { parseVerifierKey } from '#tlog'
import type { OpenPlace } from './open.ts'
import { type Witnessed, witness } from './witnessed.ts'

export interface KeeperPlace extends OpenPlace {
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
  /** What it says a verifier has found of each generation of a source, and what room it has given us. */
  attested(sourceId: string): Promise<readonly Attested[]>
  room(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number }>
  /** Has it let nothing go for its 30 days, whatever our own say. @throws VAULT_PLACE_REFUSED */
  freezeExpiry(): Promise<void>
}

/** The last time that every byte was read there, by snapshot. */
export interface Attested {
  readonly snapshot: string
  readonly at: EpochMs
  readonly isSound: boolean
  readonly bytes: number
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
  const receipt: KeeperPlace['receipt'] = async (sourceId, snapshot, { text, hash }) => {
    const repository = `${config.client}/${sourceId}`
    const { status, body } = await caller.call('POST', `${repository}/generations/${snapshot}`, text)
    if (status !== 200) throw new AppError('VAULT_PLACE_REFUSED', { detail: refusalIn(body), context: { status } })
    const signed = opened(body, config)
    const isOurs = signed.repository === repository && signed.snapshot === snapshot && signed.manifest === hash
    if (!isOurs) throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'receipt of something else' })
    return { note: body, receipt: signed }
  }
  return {
    repository(sourceId) {
      const rest = openRestBackend(place(`${config.client}/${sourceId}/`))
      return { ...withRetry(rest), create: () => rest.create() }
    },
    receipt,
    async hold({ generation: { id, sourceId }, objects }) {
      const text = manifestText(objects)
      const signed = await receipt(sourceId, id, { text, hash: manifestHash(text) })
      return { lockedUntil: signed.receipt.lockedUntil, strength: 'keeper', receipt: signed }
    },
    async attested(sourceId) {
      const list = await ask(caller, `${config.client}/${sourceId}/generations`, generationsSchema)
      return list.flatMap(({ snapshot, bytes, read }) =>
        read ? [{ snapshot, bytes, at: read.at, isSound: read.result === 'complete' }] : [],
      )
    },
    async freezeExpiry() {
      const { status, body } = await caller.call('POST', 'toride/freeze')
      if (status !== 200) throw new AppError('VAULT_PLACE_REFUSED', { detail: refusalIn(body), context: { status } })
    },
    room: () => ask(caller, 'toride/status', roomSchema),
    witness: (ledger, seen) => witness(caller, config.keeperKey, ledger, seen),
    close: () => caller.close(),
  }
}

const sizeSchema = z.int().nonnegative()
const generationsSchema = saidList(
  z.object({
    snapshot: z.string(),
    bytes: sizeSchema,
    read: z.object({ at: saidMoment, result: z.enum(['complete', 'damaged']) }).optional(),
  }),
)
const roomSchema = z.object({ usedBytes: sizeSchema, quotaBytes: sizeSchema })

async function ask<T>(caller: RestCaller, path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body } = await caller.call('GET', path)
  if (status !== 200) throw new AppError('VAULT_PLACE_REFUSED', { detail: refusalIn(body), context: { status } })
  try {
    return schema.parse(JSON.parse(body))
  } catch (cause) {
    throw new AppError('VAULT_PLACE_UNTRUSTED', { cause })
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
