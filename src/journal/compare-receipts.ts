/**
 * The receipts that the ledger names, against the notes that are kept and the keys that were pinned: a lock on another
 * host is evidence only while its Keeper's signature over this very generation can be shown (SECURITY.md 4).
 */
import { createHash } from 'node:crypto'
import { isAppError } from '#base'
import { openReceipt, type Receipt } from '#attest'
import type { NoteVerifier } from '#tlog'
import { type Finding, finding, type FindingCode } from './finding.ts'
import type { GenerationHistory, LedgerGeneration, NamedReceipt } from './generation-history.ts'

export interface KeptReceipt {
  readonly place: string
  readonly snapshot: string
  /** As the Keeper signed it. */
  readonly note: string
}

export interface Receipts {
  readonly kept: readonly KeptReceipt[]
  /** Place → the Keeper's key that was pinned when it was enrolled. */
  readonly keys: ReadonlyMap<string, NoteVerifier>
}

/** What was let go needs no evidence any more. */
export function compareReceipts(history: GenerationHistory, { kept, keys }: Receipts): Finding[] {
  const notes = new Map(kept.map(({ place, snapshot, note }) => [`${place}/${snapshot}`, note]))
  return [...history.generations].flatMap((generation) => {
    if (generation.expired) return []
    const { repository, snapshot } = generation.recorded
    return [...generation.receipts].flatMap(([place, named]) => {
      const code = wrongWith(generation, named, notes.get(`${place}/${snapshot}`), keys.get(place))
      return code ? [finding(code, { index: named.index, repository, snapshot, place })] : []
    })
  })
}

function wrongWith(
  { recorded }: LedgerGeneration,
  named: NamedReceipt,
  note: string | undefined,
  keeper: NoteVerifier | undefined,
): FindingCode | undefined {
  if (note === undefined) return 'RECEIPT_MISSING'
  if (createHash('sha256').update(note).digest('hex') !== named.receipt) return 'RECEIPT_REPLACED'
  if (!keeper) return 'RECEIPT_KEY_MISSING'
  const receipt = opened(note, keeper)
  if (!receipt) return 'RECEIPT_SIGNATURE_INVALID'
  if (receipt.snapshot !== recorded.snapshot || receipt.manifest !== recorded.manifest)
    return 'RECEIPT_OTHER_GENERATION'
  return receipt.lockedUntil < Date.parse(named.lockedUntil) ? 'RECEIPT_LOCK_SHORTER' : undefined
}

function opened(note: string, keeper: NoteVerifier): Receipt | undefined {
  try {
    return openReceipt(note, keeper)
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}
