/**
 * A witness of the institutions' ledgers (C2SP tlog-witness, tlog-cosignature): it signs a checkpoint only when the log
 * has grown from the one it signed before, so that a log which forks or shrinks finds no second signature.
 */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isAppError, type EpochMs } from '#base'
import { type Checkpoint, cosign, type NoteSigner, openCheckpoint, parseVerifierKey, verifyConsistency } from '#tlog'
import { readJson, writeJson } from './files.ts'
import { INSIDE } from './layout.ts'
import { Refusal } from './refusal.ts'

const seenSchema = z.strictObject({
  origin: z.string(),
  size: z.int(),
  root: z.string(),
  note: z.string(),
  at: z.int(),
})
export type SeenCheckpoint = z.infer<typeof seenSchema>

export interface CheckpointRequest {
  readonly oldSize: number
  readonly proof: readonly Uint8Array[]
  readonly note: string
}

export class Witness {
  readonly #folder: string
  readonly #signer: NoteSigner

  constructor(root: string, signer: NoteSigner) {
    this.#folder = join(root, INSIDE.witness)
    this.#signer = signer
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
  }

  seen(client: string): SeenCheckpoint | undefined {
    return readJson(join(this.#folder, `${client}.json`), (v) => seenSchema.parse(v))
  }

  /**
   * By the console's leave: the log of a machine that was restored is shorter than what was signed and goes on from there.
   * What was signed stays beside, as evidence. False where nothing was.
   */
  followRestored(client: string): boolean {
    const seen = this.seen(client)
    if (!seen) return false
    const file = join(this.#folder, `${client}.json`)
    renameSync(file, join(this.#folder, `${client}.until-${seen.size}.json`))
    return true
  }

  /**
   * @param ledgerKey what was pinned for the client
   * @returns the cosignature's line
   * @throws Refusal log-unknown, log-signature, log-size (its detail is the size that is known), log-forked, bad-request
   */
  add(client: string, ledgerKey: string | undefined, request: CheckpointRequest, now: EpochMs): string {
    if (ledgerKey === undefined) throw new Refusal('log-unknown')
    const checkpoint = opened(request.note, ledgerKey)
    const before = this.seen(client)
    const known = { size: before?.size ?? 0, root: Buffer.from(before?.root ?? '', 'base64') }
    if (checkpoint.size < known.size) throw new Refusal('log-forked', 'shorter than what was signed')
    if (request.oldSize !== known.size) throw new Refusal('log-size', String(known.size))
    const grew =
      known.size === 0
        ? request.proof.length === 0
        : verifyConsistency(known.size, checkpoint.size, known.root, checkpoint.root, request.proof)
    if (!grew) throw new Refusal('log-forked')
    const root = Buffer.from(checkpoint.root).toString('base64')
    // Durable before it is signed: a witness that forgot could sign two logs.
    writeJson(join(this.#folder, `${client}.json`), {
      origin: checkpoint.origin,
      size: checkpoint.size,
      root,
      note: request.note,
      at: now,
    } satisfies SeenCheckpoint)
    return cosign(request.note, this.#signer, now)
  }
}

function opened(note: string, ledgerKey: string): Checkpoint {
  const key = parseVerifierKey(ledgerKey)
  try {
    const checkpoint = openCheckpoint(note, [key])
    if (checkpoint.origin !== key.name) throw new Refusal('log-unknown')
    return checkpoint
  } catch (error) {
    if (isAppError(error)) throw new Refusal(error.code === 'TLOG_SIGNATURE_INVALID' ? 'log-signature' : 'bad-request')
    throw error
  }
}
