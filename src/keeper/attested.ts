/** What verifiers said of one generation, and whether it may free an older one. */
import type { EpochMs } from '#base'
import type { Attestation } from '#attest'
import type { KeeperPolicy } from './policy.ts'

const DAY_MS = 86_400_000

export interface Attested {
  readonly newest: Attestation
  /** The newest for which every byte was read. A later look at the structure alone does not hide it. */
  readonly allData?: Attestation
}

/** In whatever order they come. Of two of the same moment the worse one counts. */
export function withAttestation(before: Attested | undefined, one: Attestation): Attested {
  const allData = one.scope === 'all-data' ? later(before?.allData, one) : before?.allData
  return { newest: later(before?.newest, one), ...(allData ? { allData } : {}) }
}

function later(before: Attestation | undefined, one: Attestation): Attestation {
  if (!before || one.at > before.at) return one
  return one.at === before.at && one.result === 'damaged' ? one : before
}

/** Freshly found complete with every byte read, and not found damaged since. The structure alone proves no readable record. */
export function isProven(attested: Attested | undefined, policy: KeeperPolicy, now: EpochMs): boolean {
  const read = attested?.allData
  return (
    read?.result === 'complete' &&
    attested?.newest.result === 'complete' &&
    read.at > now - policy.attestationDays * DAY_MS
  )
}
