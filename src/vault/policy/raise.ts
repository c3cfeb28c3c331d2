/**
 * A policy that was raised holds what is there longer too, and never shorter: the end of each generation becomes what the
 * raised policy would have given it on its first day, where that is later. Only after a person raised it, never by itself:
 * an end that could grow night by night would be none.
 */
import { type Clock, type EpochMs, isAppError } from '#base'
import { type ManifestObject, readManifest } from '#attest'
import type { Ledger } from '#journal'
import { withLock } from '#restic'
import { type KeepRule, keepUntil, lockUntil, type RetentionPolicy } from '#retention'
import type { Generation, Generations } from '../generations.ts'
import { lockHost, type OpenRepository } from '../repositories.ts'
import { lockGeneration } from '../run.ts'
import type { Source } from '../source.ts'

export interface RaiseParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
}

export interface Raised {
  readonly generation: Generation
  readonly keepUntil: EpochMs
  readonly keepRule: KeepRule
  /** The end of its lock; not earlier than the one it has. */
  readonly lockedUntil: EpochMs
}

/**
 * The generations that a policy holds longer than they are held now.
 * @param goodDueTimes of all good generations that the source ever had, those that are gone with them: the second of a
 *   month must not become its first because the first has gone
 */
export function raisedBy(
  policy: RetentionPolicy,
  present: readonly Generation[],
  goodDueTimes: readonly EpochMs[],
  now: EpochMs,
): Raised[] {
  return present.flatMap((generation) => {
    const { dueAt, closure, lockedUntil } = generation
    if (closure !== 'complete') return []
    const wanted = keepUntil(policy, dueAt, goodDueTimes)
    const kept = Math.max(generation.keepUntil, wanted.untilMs)
    const locked = Math.max(lockedUntil ?? 0, lockUntil(policy, dueAt, kept))
    if (kept === generation.keepUntil && locked <= Math.max(lockedUntil ?? 0, now)) return []
    const keepRule = kept === generation.keepUntil ? generation.keepRule : wanted.rule
    return [{ generation, keepUntil: kept, keepRule, lockedUntil: locked }]
  })
}

/**
 * Gives what is there its later ends. Safe to do again: what a kill or a missing object left, the next time completes.
 * @returns how many generations were raised, and how many could not be (an object is gone: verification names it)
 */
export async function raiseGenerations(
  parts: RaiseParts,
): Promise<{ readonly raised: number; readonly failed: number }> {
  const { source, opened, generations, clock } = parts
  const options = { exclusive: false, host: lockHost(), clock } as const
  return withLock(opened.repository, options, async () => {
    const present = await generations.list({ sourceId: source.id })
    const all = raisedBy(source.policy, present, await generations.goodDueTimes(source.id), clock.now())
    let failed = 0
    for (const one of all)
      try {
        await holdLonger(parts, one)
      } catch (error) {
        if (!isAppError(error)) throw error
        failed++
      }
    return { raised: all.length - failed, failed }
  })
}

/** Gives one generation its later end. Within the repository's lock; safe to do again. */
export async function holdLonger(parts: RaiseParts, one: Raised): Promise<void> {
  const { generations, opened, clock } = parts
  // Kept first: nothing may let it go while its objects are being locked.
  await generations.update(one.generation.id, { keep_until: one.keepUntil, keep_rule: one.keepRule })
  if (one.lockedUntil <= Math.max(one.generation.lockedUntil ?? 0, clock.now())) return
  const objects = readManifest(await generations.manifest(one.generation.id)) ?? []
  // Index files are joined once their own lock has ended; the joined one says the same.
  const indexes = new Set((await opened.backend.list('index')).map(({ name }) => name))
  const isThere = ({ kind, name }: ManifestObject): boolean => kind !== 'index' || indexes.has(name)
  await lockGeneration(parts, { ...one.generation, keepUntil: one.keepUntil }, objects.filter(isThere))
}
