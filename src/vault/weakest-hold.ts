/** Many files held at once on a disk: by the attribute where all of them are, else by our own refusal alone. */
import type { LockStrength } from '#base'

/** Locks asked for together share one flush of the place's retention log. */
const AT_ONCE = 500

/** @returns the weakest of the holds: what may be claimed of all */
export async function weakestHold<T>(
  files: readonly T[],
  lock: (file: T) => Promise<LockStrength>,
): Promise<'logical' | 'immutable-attribute'> {
  const strengths = new Set<LockStrength>()
  for (let i = 0; i < files.length; i += AT_ONCE)
    for (const strength of await Promise.all(files.slice(i, i + AT_ONCE).map(lock))) strengths.add(strength)
  return strengths.has('logical') ? 'logical' : 'immutable-attribute'
}
