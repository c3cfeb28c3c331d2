/**
 * Attributes that went (a data folder that was copied, an attacker with root) are set again on everything that a kept
 * generation's lock still covers. Never silently: the ledger's entry comes first and stays an error of its verification
 * until a person acknowledges it, since nothing here can tell a copy from an attack.
 */
import type { Clock, EpochMs, FileKind } from '#base'
import type { Ledger } from '#journal'
import type { Generation, Generations } from './generations.ts'
import { type ManifestObject, objectKey, readManifest } from '#attest'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

interface Parts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
}

interface Lifted {
  readonly object: ManifestObject
  untilMs: EpochMs
}

/** @returns how many files carry the attribute again */
export async function restoreAttributes(parts: Parts): Promise<number> {
  const { source, opened, generations, ledger, clock } = parts
  const promised = (await generations.list({ sourceId: source.id })).filter(
    (one) => one.lockStrength === 'immutable-attribute' && (one.lockedUntil ?? 0) > clock.now(),
  )
  const lifted = promised.length === 0 ? [] : await liftedObjects(parts, promised)
  if (lifted.length === 0) return 0
  await ledger.append({
    type: 'repository.locks-restored',
    actor: 'system:vault',
    subject: `source:${source.id}`,
    data: { repository: source.repository, place: LOCAL_PLACE, objects: lifted.length },
  })
  let set = 0
  for (const { object, untilMs } of lifted)
    if ((await opened.backend.retention.lock(object, untilMs)) === 'immutable-attribute') set++
  // A file system that does not keep the attribute: the screens say the weaker lock from now on.
  if (set === 0) for (const { id } of promised) await generations.update(id, { lock_strength: 'logical' })
  return set
}

/** Files that are there and lost the attribute, with the latest end that any generation was promised. */
async function liftedObjects(
  { source, opened, generations, clock }: Parts,
  promised: readonly Generation[],
): Promise<Lifted[]> {
  const { backend } = opened
  const manifests = new Map((await generations.manifests(source.id)).map(({ id, manifest }) => [id, manifest]))
  const there = await namesThere(opened)
  const lifted = new Map<string, Lifted>()
  const seen = new Set<string>()
  for (const { id, lockedUntil = 0 } of promised)
    for (const object of readManifest(manifests.get(id)) ?? []) {
      const key = objectKey(object)
      const known = lifted.get(key)
      if (known && object.kind !== 'index') known.untilMs = Math.max(known.untilMs, lockedUntil)
      if (seen.has(key) || !there.has(key)) continue
      seen.add(key)
      const state = await backend.retention.state(object)
      if (state?.strength === 'immutable-attribute') continue
      // An index file is held for the generation that wrote it, not for the others that name it.
      if (object.kind === 'index' && (state?.untilMs ?? 0) <= clock.now()) continue
      lifted.set(key, { object, untilMs: object.kind === 'index' ? state!.untilMs : lockedUntil })
    }
  return [...lifted.values()]
}

const KINDS: readonly FileKind[] = ['data', 'index', 'keys', 'snapshots', 'config']

async function namesThere({ backend }: OpenRepository): Promise<ReadonlySet<string>> {
  const there = new Set<string>()
  for (const kind of KINDS) for (const { name } of await backend.list(kind)) there.add(objectKey({ kind, name }))
  return there
}
