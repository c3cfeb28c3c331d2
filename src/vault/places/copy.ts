/** One generation to one place: what it lacks of it, the hold, the ledger's entries, the row. A kill leaves what the next try uses. */
import { AppError, type Backend, type Clock, type FileRef } from '#base'
import { type ManifestObject, objectKey, readManifest } from '#attest'
import type { Ledger } from '#journal'
import type { Generation, Generations } from '../generations.ts'
import type { JobHandle } from '../jobs.ts'
import { mirrorRepository, type MirrorDamage, type MirrorProgress } from '../mirror.ts'
import { enterLock } from '../record.ts'
import type { Copy } from './book.ts'
import type { Hold, OpenPlace, PlaceRepository } from './open.ts'

export interface CopyParts {
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  /** Keeps a receipt where the institution's own state is; its hash. */
  readonly keepReceipt: (place: string, snapshot: string, note: string) => Promise<string>
  /** Repairs files on either side out of any other place; those that it could not. */
  readonly heal: (side: 'from' | 'to', files: readonly FileRef[]) => Promise<readonly FileRef[]>
}

export interface CopyEnds {
  readonly placeId: string
  readonly place: OpenPlace
  readonly from: Backend
  readonly to: PlaceRepository
}

/** @throws RESTIC_DAMAGED where a file is damaged and no place has it whole; what the place throws */
export async function copyGeneration(
  parts: CopyParts,
  { placeId, place, from, to }: CopyEnds,
  generation: Generation,
  job: JobHandle,
): Promise<{ readonly copy: Omit<Copy, 'provedAt'>; readonly objects: number }> {
  const objects = await manifestOf(parts.generations, generation.id)
  job.report({ phase: 'save', generationId: generation.id })
  await to.create()
  const sentBytes = await mirrorWhole(parts, from, to, objects, job)
  job.report({ phase: 'lock' })
  const untilMs = generation.lockedUntil ?? generation.keepUntil
  const hold = await place.hold({ generation, objects, to, untilMs })
  await enterHold(parts, placeId, generation, hold, objects.length)
  const { lockedUntil, strength } = hold
  const copiedAt = parts.clock.now()
  return {
    copy: { generationId: generation.id, placeId, copiedAt, lockedUntil, strength, sentBytes },
    objects: objects.length,
  }
}

/** @throws VAULT_GENERATION_INCOMPLETE where the manifest is not there or was spoilt */
export async function manifestOf(generations: Generations, id: string): Promise<ManifestObject[]> {
  const objects = readManifest(await generations.manifest(id))
  if (objects === undefined) throw new AppError('VAULT_GENERATION_INCOMPLETE')
  return objects
}

/** What is damaged on either side is repaired first, where it can be, and carried then. */
async function mirrorWhole(
  { heal }: CopyParts,
  from: Backend,
  to: Backend,
  objects: readonly ManifestObject[],
  job: JobHandle,
): Promise<number> {
  const wanted = new Set(objects.map(objectKey))
  const only = (file: FileRef) => wanted.has(objectKey(file))
  const mirror = () => mirrorRepository(from, to, { signal: job.signal, onProgress: toJob(job), only })
  const first = await mirror()
  if (first.damaged.length === 0) return first.copied.bytes
  const of = (wantedSide: MirrorDamage['side']) => first.damaged.filter(({ side }) => side === wantedSide)
  const left = [...(await heal('from', of('from'))), ...(await heal('to', of('to')))]
  if (left.length > 0) throw new AppError('RESTIC_DAMAGED', { context: { files: left.length } })
  const second = await mirror()
  if (second.damaged.length > 0) throw new AppError('RESTIC_DAMAGED', { context: { files: second.damaged.length } })
  return first.copied.bytes + second.copied.bytes
}

async function enterHold(
  { ledger, keepReceipt }: CopyParts,
  place: string,
  generation: Generation,
  { lockedUntil, strength, receipt }: Hold,
  objects: number,
): Promise<void> {
  const { id: snapshot, repository } = generation
  const subject = `generation:${snapshot}` as const
  if (receipt) {
    const { receivedAt, lockedUntil: until } = receipt.receipt
    await ledger.append({
      type: 'generation.receipt',
      actor: 'system:vault',
      subject,
      data: {
        repository,
        snapshot,
        place,
        receipt: await keepReceipt(place, snapshot, receipt.note),
        receivedAt: new Date(receivedAt).toISOString(),
        lockedUntil: new Date(until).toISOString(),
      },
    })
  }
  if (lockedUntil === undefined || strength === undefined)
    await ledger.append({
      type: 'generation.copied',
      actor: 'system:vault',
      subject,
      data: { repository, snapshot, place },
    })
  else {
    const word = strength === 'object-lock-compliance' ? 'object-lock' : strength
    await enterLock(ledger, generation, { place, untilMs: lockedUntil, strength: word, objects })
  }
}

const toJob =
  (job: JobHandle) =>
  ({ filesDone, filesTotal, bytesDone, bytesTotal }: MirrorProgress): void =>
    job.report({ filesDone, filesTotal, bytesDone, bytesTotal })
