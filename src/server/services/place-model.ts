/** A place as the screens show it. */
import type { Generation, PlaceFacts } from '#vault'
import type { Place } from '#web'
import { withoutUndefined } from './read-model.ts'

export function placeOf({ copies, ...place }: PlaceFacts, all: readonly Generation[]): Place {
  if (copies)
    return withoutUndefined({
      ...place,
      generations: copies.count,
      newestAtMs: copies.newestAt,
      lockedUntilMs: copies.lockedUntil,
      lockStrength: copies.lockedUntil === undefined ? undefined : 'keeper',
      failure: copies.failure && { code: copies.failure.code, atMs: copies.failure.at },
    })
  const checks = all.flatMap(({ proofs }) => proofs.filter((proof) => proof.kind !== 'chart' && proof.passed))
  const longest = all.toSorted((a, b) => (b.lockedUntil ?? 0) - (a.lockedUntil ?? 0))[0]
  return withoutUndefined({
    ...place,
    generations: all.length,
    checkedAtMs: checks.length === 0 ? undefined : Math.max(...checks.map((proof) => proof.at)),
    lockedUntilMs: longest?.lockedUntil,
    lockStrength: longest?.lockStrength,
  })
}
