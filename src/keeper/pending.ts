/** What lessens protection waits a week after it was asked for at the console, and everybody is told at once (SECURITY.md 3). */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochMs } from '#base'
import type { House } from './house.ts'
import { readJson, writeJson } from './files.ts'
import { type KeeperPolicy, loweredFields, parsePolicy, savePolicy } from './policy.ts'

export const WAIT_MS = 7 * 86_400_000

const pendingSchema = z.strictObject({ policy: z.unknown(), changes: z.array(z.string()), effectiveAt: z.int() })
const file = (root: string): string => join(root, 'pending-policy.json')

export interface PendingPolicy {
  readonly changes: readonly string[]
  readonly effectiveAt: EpochMs
}

export const pendingPolicy = (root: string): PendingPolicy | undefined =>
  readJson(file(root), (v) => pendingSchema.parse(v))

/** Changes the policy: at once where it grows, after the week where any of it shrinks. */
export async function changePolicy(
  house: House,
  fields: Readonly<Record<string, unknown>>,
): Promise<PendingPolicy | undefined> {
  const { root, ledger, alarm } = house.parts
  const now = house.policy
  const next = parsePolicy({ ...now, ...fields })
  const changes = loweredFields(now, next)
  const at = await house.now()
  if (changes.length === 0) {
    await raisePolicy(house, next, 'person:console')
    return undefined
  }
  const effectiveAt = at + WAIT_MS
  writeJson(file(root), { policy: next, changes, effectiveAt })
  await ledger.append({
    type: 'keeper.policy',
    actor: 'person:console',
    data: { how: 'lowering-announced', changes, effective: new Date(effectiveAt).toISOString() },
  })
  alarm({ code: 'protection-lowered', figures: { untilMs: effectiveAt, count: changes.length } })
  return { changes, effectiveAt }
}

/**
 * A field that is raised while a lowering of it waits withdraws what waits: the later word protects more.
 * @returns how many fields were raised
 */
export async function raisePolicy(
  house: House,
  next: KeeperPolicy,
  actor: 'person:console' | 'system:keeper',
): Promise<number> {
  const { root } = house.parts
  const raised = loweredFields(next, house.policy)
  if (raised.length === 0) return 0
  savePolicy(root, next)
  await tell(house, 'raised', raised, await house.now(), actor)
  if (pendingPolicy(root)?.changes.some((field) => (raised as readonly string[]).includes(field)))
    await withdrawPolicy(house)
  return raised.length
}

export async function withdrawPolicy(house: House): Promise<boolean> {
  const waiting = pendingPolicy(house.parts.root)
  if (!waiting) return false
  rmSync(file(house.parts.root))
  await tell(house, 'withdrawn', waiting.changes, await house.now())
  return true
}

/** Called by the Keeper's own round: what has waited long enough takes effect. A frozen clock lets nothing take effect. */
export async function applyPending(house: House): Promise<void> {
  const { root, locker } = house.parts
  const waiting = readJson(file(root), (v) => pendingSchema.parse(v))
  const { trusted, frozen } = await locker.time()
  if (!waiting || frozen || waiting.effectiveAt > trusted) return
  // Only what was announced: other fields may have been raised meanwhile.
  const announced = parsePolicy(waiting.policy)
  const lowered = Object.fromEntries(Object.entries(announced).filter(([field]) => waiting.changes.includes(field)))
  savePolicy(root, parsePolicy({ ...house.policy, ...lowered }))
  await tell(house, 'lowered', waiting.changes, trusted)
  rmSync(file(root))
}

async function tell(
  house: House,
  how: 'raised' | 'lowered' | 'withdrawn',
  changes: readonly string[],
  at: EpochMs,
  actor: 'person:console' | 'system:keeper' = 'person:console',
): Promise<void> {
  const data = { how, changes: [...changes], effective: new Date(at).toISOString() }
  await house.parts.ledger.append({ type: 'keeper.policy', actor, data })
}
