/**
 * Letting go, by the Keeper alone. A generation goes when its promise has ended by trusted time, nobody froze expiry, and
 * a verifier of another identity has freshly found enough newer ones complete: 21 worthless generations push out nothing,
 * and silence makes nothing go (SECURITY.md 1, 2). Two phases: marked, and after the grace looked at anew.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochMs, FileRef } from '#base'
import { objectKey, parseManifest, type Receipt } from '#attest'
import type { Ledger } from '#journal'
import { type Attested, isProven } from './attested.ts'
import { readJson, writeJson } from './files.ts'
import { EXTRA, type Generations } from './generations.ts'
import { objectPath, repositoryName, type RepositoryRef, STATEMENTS } from './layout.ts'
import type { Locker } from './locker.ts'
import type { KeeperPolicy } from './policy.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** restic takes a lock that was not refreshed for 30 minutes for dead. */
const LOCK_LIFE_MS = DAY_MS

/** Which generations may go now, oldest first. */
export function mayGo(
  receipts: readonly Receipt[],
  attested: ReadonlyMap<string, Attested>,
  policy: KeeperPolicy,
  now: EpochMs,
): string[] {
  const oldestFirst = receipts.toSorted((a, b) => a.receivedAt - b.receivedAt)
  const proven = oldestFirst.filter(
    (receipt) => receipt.rule !== EXTRA && isProven(attested.get(receipt.snapshot), policy, now),
  )
  return oldestFirst
    .filter((receipt) => receipt.lockedUntil <= now)
    .filter(
      (receipt) => proven.filter((other) => other.receivedAt > receipt.receivedAt).length >= policy.floorGenerations,
    )
    .map((receipt) => receipt.snapshot)
}

const marksSchema = z.record(z.string(), z.int())

export interface ExpiryParts {
  readonly ref: RepositoryRef
  readonly folder: string
  readonly generations: Generations
  readonly locker: Locker
  readonly ledger: Ledger
  readonly policy: KeeperPolicy
  readonly isFrozen: boolean
}

export interface Expired {
  readonly generations: readonly string[]
  readonly objects: number
}

/** One look at one repository. What a kill leaves half done, the next look does. */
export function expire(parts: ExpiryParts): Promise<Expired> {
  return parts.generations.inTurn(async () => {
    const { locker, generations, policy, folder } = parts
    const { trusted: now, frozen } = await locker.time()
    await dropLocks(parts, now)
    if (frozen || parts.isFrozen) return { generations: [], objects: 0 }
    const receipts = await generations.receipts()
    const attested = new Map(await generations.attestations())
    for (const snapshot of await generations.withRot()) attested.delete(snapshot)
    const candidates = mayGo([...receipts.values()], attested, policy, now)
    const file = join(folder, 'expiry.json')
    const before = readJson(file, (v) => marksSchema.parse(v)) ?? {}
    // Marks of what may no longer go are gone with this: the grace begins again.
    const marks = Object.fromEntries(candidates.map((snapshot) => [snapshot, before[snapshot] ?? now]))
    if (JSON.stringify(marks) !== JSON.stringify(before)) writeJson(file, marks)
    const due = candidates.filter((snapshot) => now - marks[snapshot]! >= policy.graceHours * HOUR_MS)
    for (const snapshot of due) await drop(parts, snapshot)
    if (due.length > 0) generations.forget()
    await generations.sweepAttestations()
    const objects = receipts.size === 0 ? 0 : await dropUnlisted(parts, now)
    for (const file of generations.rot.files) await generations.isRotten(file)
    return { generations: due, objects }
  })
}

/** The snapshot goes before its receipt: a generation that looks whole always is. */
async function drop({ ref, locker, ledger, generations }: ExpiryParts, snapshot: string): Promise<void> {
  const text = await generations.objects.statement(`${snapshot}.manifest`)
  await ledger.append({
    type: 'keeper.expired',
    actor: 'system:keeper',
    data: { repository: repositoryName(ref), snapshot, objects: text === undefined ? 0 : parseManifest(text).length },
  })
  await locker.letGo(ref, [`snapshots/${snapshot}`])
  await locker.letGo(ref, [`${STATEMENTS}/${snapshot}.receipt`])
  await locker.letGo(ref, [`${STATEMENTS}/${snapshot}.manifest`])
}

/** Objects that no kept manifest lists and that have lain here for the stated time. The locker knows what was promised. */
async function dropUnlisted(parts: ExpiryParts, now: EpochMs): Promise<number> {
  const { ref, locker, generations, policy } = parts
  const { objects } = generations
  const old = now - policy.unlistedDays * DAY_MS
  await dropUnfinished(parts, old)
  const listed = new Set<string>()
  for (const snapshot of await objects.statements('manifest')) {
    const text = await objects.statement(`${snapshot}.manifest`)
    for (const object of text === undefined ? [] : parseManifest(text)) listed.add(objectKey(object))
  }
  let dropped = 0
  for (const kind of ['data', 'index', 'snapshots'] as const) {
    const unlisted: FileRef[] = (await objects.list(kind))
      .map(({ name }) => ({ kind, name }))
      .filter((file) => !listed.has(objectKey(file)))
    const due: string[] = []
    for (const file of unlisted) if (((await objects.stat(file))?.changedMs ?? now) < old) due.push(objectPath(file))
    dropped += (await locker.letGo(ref, due)).length
  }
  return dropped
}

/** A submission that was cut off before its receipt and never came again. */
async function dropUnfinished({ ref, locker, generations }: ExpiryParts, old: EpochMs): Promise<void> {
  const receipts = await generations.receipts()
  for (const snapshot of await generations.objects.statements('manifest')) {
    if (receipts.has(snapshot)) continue
    const file = `${STATEMENTS}/${snapshot}.manifest`
    if (((await generations.objects.statementChangedMs(`${snapshot}.manifest`)) ?? old) < old)
      await locker.letGo(ref, [file])
  }
}

async function dropLocks({ generations: { objects } }: ExpiryParts, now: EpochMs): Promise<void> {
  for (const { name } of await objects.list('locks')) {
    const found = await objects.stat({ kind: 'locks', name })
    if (found && found.changedMs < now - LOCK_LIFE_MS) await objects.removeLock(name)
  }
}
