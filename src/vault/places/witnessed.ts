/**
 * Has the Keeper sign our ledger's newest checkpoint (C2SP tlog-witness): it does so only where the log has grown from what
 * it signed before. A ledger that was cut, swapped or rewritten by a thief of the signing key finds no second signature.
 */
import { AppError } from '#base'
import type { Ledger } from '#journal'
import { consistencyProof, cosignedAt, openCheckpoint, parseVerifierKey } from '#tlog'
import type { RestCaller } from '#storage'

/** The note of the checkpoint with the witness's line at its end, and how many entries it covers. */
export interface Witnessed {
  readonly note: string
  readonly size: number
}

/**
 * @param note the ledger's signed checkpoint as it lies on the disk
 * @param seenSize what the witness signed last, as far as we know; it tells where that is wrong
 * @throws VAULT_PLACE_LOG_REFUSED where the log is not a growth of what was signed, VAULT_PLACE_UNTRUSTED
 */
export async function witness(
  caller: RestCaller,
  keeperKey: string,
  ledger: Ledger,
  { note, seenSize }: { readonly note: string; readonly seenSize: number },
): Promise<Witnessed> {
  const { size } = openCheckpoint(note, [parseVerifierKey(ledger.verifierKey)])
  // Opened after the note was read: it covers at least as much.
  const { log } = await ledger.reader()
  const ask = async (oldSize: number) => {
    // A log that is shorter than what was signed is handed in all the same: the witness must hear of it.
    const proof = oldSize > size ? [] : await consistencyProof(log, oldSize, size)
    const lines = proof.map((hash) => Buffer.from(hash).toString('base64'))
    return caller.call('POST', 'toride/checkpoint', `${[`old ${oldSize}`, ...lines].join('\n')}\n\n${note}`)
  }
  let answer = await ask(seenSize)
  const known = /"code":"log-size","detail":"(\d{1,15})"/.exec(answer.body)?.[1]
  if (answer.status === 409 && known !== undefined) answer = await ask(Number(known))
  if (answer.status !== 200) throw new AppError('VAULT_PLACE_LOG_REFUSED', { context: { status: answer.status } })
  const signed = note + answer.body
  if (cosignedAt(signed, parseVerifierKey(keeperKey)) === undefined)
    throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'cosignature' })
  return { note: signed, size }
}
