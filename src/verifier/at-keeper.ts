/** What a verifier asks of the Keeper. Nothing of its lists is believed: receipts are opened with the pinned key. */
import { z } from 'zod'
import { AppError, type Clock } from '#base'
import { openReceipt, type Receipt } from '#attest'
import { isPast, openRestCaller, saidList, saidMoment, saidName, type StorageConfig } from '#storage'
import { parseVerifierKey } from '#tlog'
import type { Verifier } from './folder.ts'

const said = z.object({ at: saidMoment, result: z.enum(['complete', 'damaged']) })
const listedSchema = saidList(
  z.object({
    snapshot: z.string().regex(/^[0-9a-f]{64}$/),
    receivedAt: saidMoment,
    /** The newest attestation of whatever scope. */
    attested: said.optional(),
    /** The newest for which every byte was read. */
    read: said.optional(),
  }),
)
const statusSchema = z.object({ repositories: saidList(saidName) })

/** As long as a Keeper takes one in. */
const MOST_MANIFEST_BYTES = 16 * 1024 * 1024

export type Listed = z.infer<typeof listedSchema>[number]
type Said = z.infer<typeof said>
export type AtKeeper = ReturnType<typeof openAtKeeper>

export function openAtKeeper({ config, token, of }: Pick<Verifier, 'config' | 'token' | 'of'>, clock: Clock) {
  const place = (path: string) => ({
    kind: 'rest' as const,
    url: `${config.url}${path}`,
    user: config.client,
    password: token,
    pinnedCertificateSha256: config.pin,
  })
  const caller = openRestCaller(place(''))
  const get = async (path: string, maxBytes?: number): Promise<string | undefined> => {
    const { status, body } = await caller.call('GET', path, '', maxBytes)
    if (status === 404) return undefined
    if (status !== 200) throw refused(status, body)
    return body
  }
  return {
    /** Where the repository lies. */
    place: (repository: string): StorageConfig => place(`${of}/${repository}/`),
    async repositories(): Promise<string[]> {
      return parsed(statusSchema, await get('toride/status')).repositories
    },
    /** Newest first. What is said to be read whole on a day to come is left out: it was not. */
    async generations(repository: string): Promise<Listed[]> {
      const all = parsed(listedSchema, await get(`${of}/${repository}/generations`))
      const now = clock.now()
      const believed = (one: Said | undefined) => (one?.result === 'complete' && !isPast(one.at, now) ? undefined : one)
      return all
        .map((one) => ({ ...one, attested: believed(one.attested), read: believed(one.read) }))
        .toSorted((a, b) => b.receivedAt - a.receivedAt)
    },
    manifest: (repository: string, snapshot: string) =>
      get(`${of}/${repository}/generations/${snapshot}/manifest`, MOST_MANIFEST_BYTES),
    /** @throws VAULT_PLACE_UNTRUSTED where the pinned Keeper did not sign it, or signed it of something else */
    async receipt(repository: string, snapshot: string): Promise<Receipt> {
      const note = (await get(`${of}/${repository}/generations/${snapshot}/receipt`)) ?? ''
      let receipt
      try {
        receipt = openReceipt(note, parseVerifierKey(config.keeperKey))
      } catch (cause) {
        throw new AppError('VAULT_PLACE_UNTRUSTED', { cause })
      }
      if (receipt.repository !== `${of}/${repository}` || receipt.snapshot !== snapshot)
        throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'receipt of something else' })
      return receipt
    },
    async attest(repository: string, note: string): Promise<void> {
      const { status, body } = await caller.call('POST', `${of}/${repository}/attestations`, note)
      if (status !== 200) throw refused(status, body)
    },
    close: () => caller.close(),
  }
}

function refused(status: number, body: string): AppError {
  if (status === 401) return new AppError('STORAGE_CREDENTIALS_WRONG')
  if (status >= 500) return new AppError('STORAGE_UNREACHABLE', { context: { status } })
  const word = /"code":"([a-z-]{1,40})"/.exec(body)?.[1]
  return new AppError('VERIFIER_REFUSED', { detail: word ?? 'no reason given', context: { status } })
}

function parsed<T>(schema: z.ZodType<T>, text: string | undefined): T {
  try {
    return schema.parse(JSON.parse(text ?? ''))
  } catch (cause) {
    throw new AppError('VERIFIER_REFUSED', { detail: 'an answer that is none', cause })
  }
}
