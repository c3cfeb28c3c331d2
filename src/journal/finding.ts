/** What checking the ledger can find. Each code has its sentences in the message catalogue. */

/** Code → how bad. error: somebody or something changed what was promised; warning: look at it; notice: explained. */
export const FINDING_CODES = {
  /** There is no checkpoint: the log was removed, or never made. */
  LEDGER_MISSING: 'error',
  /** The checkpoint is not signed by the pinned key. */
  LEDGER_SIGNATURE_INVALID: 'error',
  /** Entries are missing or damaged from `index` on. */
  LEDGER_UNREADABLE: 'error',
  /** The entries do not give the root that was signed. */
  LEDGER_ROOT_DIFFERS: 'error',
  /** A stored hash tile is not what the entries give; the entries themselves are whole. */
  LEDGER_TILE_DIFFERS: 'error',
  /** The log is shorter than a checkpoint kept elsewhere says: cut off, or an old copy put in place. */
  LEDGER_SHORTER: 'error',
  /** The log had another root when it was as long as a checkpoint kept elsewhere. */
  LEDGER_REWRITTEN: 'error',
  /** An entry is older than the one before it, and no clock jump was noted. */
  LEDGER_TIME_WENT_BACK: 'warning',
  /** A generation was let go before its lock ended. */
  LEDGER_EXPIRED_WHILE_LOCKED: 'error',
  /** Entries of kinds this program does not know (written by a newer one). */
  LEDGER_UNKNOWN_TYPE: 'notice',
  /** Somebody acknowledged an alarm. */
  LEDGER_ALARM_ACKNOWLEDGED: 'notice',
  /** After a restore on another machine: the place that the others came from did not hold it whole. */
  GENERATION_LEFT_BEHIND: 'notice',
  /** A generation that the ledger knows is not there any more. */
  GENERATION_DELETED: 'error',
  /** The file of the generation holds something else than was recorded. */
  GENERATION_REPLACED: 'error',
  /** A snapshot that the ledger does not know claims a time when the ledger recorded others: slipped in afterwards. */
  GENERATION_BACKDATED: 'error',
  /** A snapshot that the ledger does not know, newer than all it knows: a run that was cut off, or forged. */
  GENERATION_UNKNOWN: 'warning',
  /** The snapshot's time is not within the run that the ledger recorded. */
  GENERATION_TIME_DIFFERS: 'warning',
  /** The file's lock ends earlier than the ledger promises. */
  GENERATION_LOCK_SHORTER: 'error',
  /** The ledger promises an attribute that forbids removal, and files of the generation do not carry it. */
  GENERATION_LOCK_LIFTED: 'error',
  /** Files that the generation needs are gone or of another size. */
  GENERATION_OBJECT_MISSING: 'error',
  /** Every byte was read, and files of the generation hold something else than their names say. */
  GENERATION_OBJECT_DAMAGED: 'error',
  /** An index file that was still held is gone; others name the packs, and it can be made again from them. */
  GENERATION_INDEX_MISSING: 'warning',
  /** The list of its files is not the one that was recorded: what its trees name was looked for instead. */
  GENERATION_MANIFEST_LOST: 'warning',
  /** Let go by the policy, but still there. */
  GENERATION_NOT_YET_REMOVED: 'notice',
  /** The ledger names a Keeper's receipt that is not kept here any more. */
  RECEIPT_MISSING: 'error',
  /** Another text than the receipt that the ledger names. */
  RECEIPT_REPLACED: 'error',
  /** No key is pinned for the place: nobody can say whether the receipt is its Keeper's. */
  RECEIPT_KEY_MISSING: 'error',
  /** Not signed by the key that was pinned for the place. */
  RECEIPT_SIGNATURE_INVALID: 'error',
  /** Signed, but for another generation or another list of files than was recorded. */
  RECEIPT_OTHER_GENERATION: 'error',
  /** The Keeper promises a shorter lock than the ledger says. */
  RECEIPT_LOCK_SHORTER: 'error',
  /** Files had lost the attribute that a lock promises; it was set again, and nobody has acknowledged it yet. */
  REPOSITORY_LOCKS_RESTORED: 'error',
  /** The ledger knows generations of a repository that could not be looked at: gone, emptied, or no key opens it. */
  REPOSITORY_NOT_SEEN: 'error',
} as const

export type FindingCode = keyof typeof FINDING_CODES
export type FindingSeverity = (typeof FINDING_CODES)[FindingCode]

export interface Finding {
  readonly code: FindingCode
  readonly severity: FindingSeverity
  /** The ledger entry it is about. */
  readonly index?: number
  readonly repository?: string
  readonly snapshot?: string
  readonly place?: string
  /** Files that it concerns. */
  readonly count?: number
  /** The time that is in question, RFC 3339 UTC. */
  readonly at?: string
}

export function finding(code: FindingCode, about: Omit<Finding, 'code' | 'severity'> = {}): Finding {
  return { code, severity: FINDING_CODES[code], ...about }
}
