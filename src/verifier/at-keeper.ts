/** What a verifier asks of the Keeper. Nothing of its lists is believed: receipts are opened with the pinned key. */
import { z } from 'zod'
import { AppError } from '#base'
import { openReceipt, type Receipt } from '#attest'
import { openRestCaller, type StorageConfig } from '#storage'
import { parseVerifierKey } from '#tlog'
import type { Verifier } from './folder.ts'

const said = z.object({ at: z.number(), result: z.enum(['complete', 'damaged']) })
const listedSchema = z.array(
  z.object({
    snapshot: z.string().regex(/^[0-9a-f]{64}$/),
    receivedAt: z.number(),
    /** The newest attestation of whatever scope. */
    attested: said.optional(),
    /** The newest for which every byte was read. */
    read: said.optional(),
  }),
)
const statusSchema = z.object({ repositories: z.array(z.string().regex(/^[a-z][a-z0-9-]{1,66}$/)) })

export type Listed = z.infer<typeof listedSchema>[number]
export type AtKeeper = ReturnType<typeof openAtKeeper>

export function openAtKeeper({ config, token, of }: Pick<Verifier, 'config' | 'token' | 'of'>) {
  const place = (path: string) => ({
    kind: 'rest' as const,
    url: `${config.url}${path}`,
    user: config.client,
    password: token,
    pinnedCertificateSha256: config.pin,
  })
  const caller = openRestCaller(place(''))
  const get = async (path: string): Promise<string | undefined> => {
    const { status, body } = await caller.call('GET', path)
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
    /** Newest first. */
    async generations(repository: string): Promise<Listed[]> {
      const all = parsed(listedSchema, await get(`${of}/${repository}/generations`))
      return all.toSorted((a, b) => b.receivedAt - a.receivedAt)
    },
    manifest: (repository: string, snapshot: string) => get(`${of}/${repository}/generations/${snapshot}/manifest`),
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
