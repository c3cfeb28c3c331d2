import type { Repository } from '../repository.ts'
import { applyPolicy, groupSnapshots, type KeepPolicy, type PolicyClock } from '../policy.ts'
import type { Snapshot } from '../snapshot.ts'
import { removeFiles } from './index-writer.ts'

export interface ForgetGroup {
  readonly host?: string
  readonly paths?: readonly string[]
  readonly tags?: readonly string[]
  readonly keep: readonly { readonly snapshot: Snapshot; readonly reasons: readonly string[] }[]
  readonly remove: readonly Snapshot[]
}

/** Divides snapshots group by group; changes nothing. An empty policy removes nothing. */
export function planForget(
  snapshots: readonly Snapshot[],
  policy: KeepPolicy,
  by: { readonly host?: boolean; readonly paths?: boolean; readonly tags?: boolean },
  clock: PolicyClock,
): ForgetGroup[] {
  return groupSnapshots(snapshots, by).map(({ snapshots: members, ...key }) => {
    return { ...key, ...applyPolicy(members, policy, clock) }
  })
}

/** Removes snapshot files; those that are held stay and are returned. The caller holds the exclusive lock. */
export async function removeSnapshots(repository: Repository, ids: readonly string[]): Promise<{ held: string[] }> {
  return { held: await removeFiles(repository, 'snapshots', ids) }
}
