/** What was preserved, and through whose hands it went: a fold over the entries. Nothing of it is ever changed or removed. */
import type { BookEntry } from '#casebook'
import { CUSTODY_MOVES, type CustodyMove, EVIDENCE_ITEMS, type EvidenceItem } from './kinds.ts'
import { supersededBy } from './topics.ts'

export interface EvidenceRecord {
  /** Id of the entry that began it. */
  readonly id: string
  readonly item: EvidenceItem
  /** SHA-256 in hex; '' where none could be made. */
  readonly sha256: string
  readonly entry: BookEntry
  /** Who gave it to whom, oldest first. */
  readonly chain: readonly { readonly move: CustodyMove; readonly entry: BookEntry }[]
  /** Taken by the authorities and not given back. */
  readonly isSeized: boolean
  /** An entry took its place: it was entered wrongly. */
  readonly isCorrected: boolean
}

/** @param entries oldest first */
export function evidenceOf(entries: readonly BookEntry[]): EvidenceRecord[] {
  const gone = new Set(entries.filter(({ kind }) => kind === 'evidence').flatMap(supersededBy))
  return entries
    .filter(({ kind }) => kind === 'evidence')
    .map((entry) => {
      const chain = entries.flatMap((one) => {
        const move = CUSTODY_MOVES.find((known) => known === one.codes['move'])
        return one.kind === 'custody' && one.codes['item'] === entry.id && move ? [{ move, entry: one }] : []
      })
      const last = chain.findLast(({ move }) => move === 'seized' || move === 'returned')
      return {
        id: entry.id,
        item: EVIDENCE_ITEMS.find((known) => known === entry.codes['item']) ?? 'other',
        sha256: String(entry.codes['sha256'] ?? ''),
        entry,
        chain,
        isSeized: last?.move === 'seized',
        isCorrected: gone.has(entry.id),
      }
    })
}
