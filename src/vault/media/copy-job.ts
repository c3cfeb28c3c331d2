/**
 * The work of a morning: copy, read back, take off. Each step is written down when it is done, so that a kill between any two
 * leaves what the next start completes: a copy without its row is copied again (nothing is left to copy), one that was not
 * read back is read back, one that was not taken off is taken off.
 */
import { AppError, type Clock, institutionDate, type Backend, type FileRef } from '#base'
import { objectKey, readManifest } from '#attest'
import type { EntryData, Ledger } from '#journal'
import type { Generation, Generations } from '../generations.ts'
import type { JobHandle } from '../jobs.ts'
import type { MirrorProgress } from '../mirror.ts'
import type { Source } from '../source.ts'
import type { CopiedRepository, MediaStation, MediumSource, Steps } from './station.ts'
import type { MediaStore } from './store.ts'
import type { VerifyFilesResult } from './verify-files.ts'

export interface CopyParts {
  readonly store: MediaStore
  readonly ledger: Ledger
  readonly clock: Clock
  readonly generations: Generations
  /** All of them, Toride's own state too. */
  readonly sources: () => Promise<readonly Source[]>
  /** A source's repository in the local place. */
  readonly backend: (sourceId: string) => Promise<Backend>
}

export interface CopySource extends MediumSource {
  readonly source: Source
}

/** What the ledger calls a medium: `media-main-3`. */
export const mediumPlace = (set: string, number: number): string => `media-${set}-${number}`

/** A source's folder on a medium. With its repository's id: an earlier installation's of the same name may lie beside it. */
export const folderOnMedium = ({ id, repository }: Pick<Source, 'id' | 'repository'>): string =>
  `${id}-${repository.slice(0, 8)}`

export async function copySources({ sources, backend }: CopyParts): Promise<CopySource[]> {
  return Promise.all(
    (await sources()).map(async (source) => ({
      source,
      name: folderOnMedium(source),
      backend: await backend(source.id),
    })),
  )
}

/**
 * Copies everything to a medium, reads it back and takes it off. What is damaged stops nothing: it is written down, and the
 * job fails at its end.
 * @throws VAULT_MEDIUM_DAMAGED, RESTIC_DAMAGED (files here), as {@link MediaStation.copy} and `eject`
 */
export async function copyToMedium(
  parts: CopyParts,
  { station, set, number }: { readonly station: MediaStation; readonly set: string; readonly number: number },
  job: JobHandle,
): Promise<void> {
  const { store, clock } = parts
  const sources = await copySources(parts)
  const day = institutionDate(clock.now())
  job.report({ phase: 'save' })
  const copied = await station.copy(number, sources, stepsOf(job))
  const damagedHere = copied.flatMap(({ damaged }) => damaged.filter(({ side }) => side === 'from')).length
  let damagedThere = copied.flatMap(({ damaged }) => damaged).length - damagedHere
  const row = { number, day, copied_at: clock.now(), verified_at: null, files: 0, bytes: 0, ejected: null }
  await store.saveCopy({ ...row, damaged: damagedThere })
  const place = mediumPlace(set, number)
  const fresh = new Set<string>()
  for (const one of copied) for (const id of await enterHeld(parts, { ...one, number, place, sources })) fresh.add(id)

  job.report({ phase: 'read-back', filesDone: 0, bytesDone: 0 })
  const { fromMedium, results } = await station.verify(number, sources, stepsOf(job))
  for (const { name, source } of sources)
    await enterReadBack(parts, { number, place, source, fresh, fromMedium, result: results.get(name)! })
  const read = [...results.values()]
  const sum = (of: (result: VerifyFilesResult) => number): number => read.reduce((all, one) => all + of(one), 0)
  damagedThere += sum(({ damaged }) => damaged.length)
  await store.changeCopy(row, {
    verified_at: fromMedium && damagedThere === 0 ? clock.now() : null,
    damaged: damagedThere,
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
  })

  job.report({ phase: 'eject' })
  await store.changeCopy(row, { ejected: await station.eject(number) })
  if (damagedThere > 0) throw new AppError('VAULT_MEDIUM_DAMAGED', { context: { number, files: damagedThere } })
  if (damagedHere > 0) throw new AppError('RESTIC_DAMAGED', { context: { files: damagedHere } })
}

/** Adds up what all repositories say. */
function stepsOf({ signal, report }: JobHandle): Steps {
  const all = new Map<string, MirrorProgress>()
  return {
    signal,
    onProgress(name, progress) {
      all.set(name, progress)
      const sum = (key: keyof MirrorProgress): number => [...all.values()].reduce((total, one) => total + one[key], 0)
      report({
        filesDone: sum('filesDone'),
        filesTotal: sum('filesTotal'),
        bytesDone: sum('bytesDone'),
        bytesTotal: sum('bytesTotal'),
      })
    },
  }
}

interface OfMedium {
  readonly number: number
  readonly place: string
}

/** Writes down which generations lie whole on a medium. @returns those that were not there before */
async function enterHeld(
  parts: CopyParts,
  copied: CopiedRepository & OfMedium & { readonly sources: readonly CopySource[] },
): Promise<string[]> {
  const { store, ledger, generations, clock } = parts
  const { number, place } = copied
  const { source } = copied.sources.find(({ name }) => name === copied.name)!
  const known = new Set((await store.holdings()).filter((one) => one.number === number).map((one) => one.generationId))
  const there = new Set(copied.snapshots)
  const fresh: string[] = []
  for (const generation of await generations.list({ sourceId: source.id })) {
    if (!there.has(generation.id) || generation.closure !== 'complete' || known.has(generation.id)) continue
    if (await needsAny(parts, generation.id, copied.damaged)) continue
    const { id, repository } = generation
    await ledger.append({
      type: 'generation.copied',
      actor: 'system:vault',
      subject: `generation:${id}`,
      data: { repository, snapshot: id, place },
    })
    await store.addHolding({ number, generation_id: id, source_id: source.id, copied_at: clock.now() })
    fresh.push(id)
  }
  return fresh
}

/** Whether one of these files is needed by a generation; one whose manifest was lost needs them all. */
async function needsAny({ generations }: CopyParts, id: string, files: readonly FileRef[]): Promise<boolean> {
  if (files.length === 0) return false
  const needed = readManifest(await generations.manifest(id))?.map(objectKey)
  return needed === undefined || files.some((file) => needed.includes(objectKey(file)))
}

/**
 * What the reading back of a source's repository shows of its generations. The ledger is told of the new ones, of the newest
 * and of those that are damaged: an entry for each of hundreds every morning would tell nothing more.
 */
async function enterReadBack(
  parts: CopyParts,
  read: OfMedium & {
    readonly source: Source
    readonly fresh: ReadonlySet<string>
    readonly fromMedium: boolean
    readonly result: VerifyFilesResult
  },
): Promise<void> {
  const { store, ledger, generations, clock } = parts
  const { number, place, result, fresh } = read
  const held = new Set((await store.holdings()).filter((one) => one.number === number).map((one) => one.generationId))
  const all = (await generations.list({ sourceId: read.source.id })).filter(({ id }) => held.has(id))
  for (const [i, generation] of all.entries()) {
    const isDamaged = await needsAny(parts, generation.id, result.damaged)
    if (isDamaged) await store.removeHolding(number, generation.id)
    else if (read.fromMedium) await store.noteReadBack(number, generation.id, clock.now())
    if (i > 0 && !isDamaged && !fresh.has(generation.id)) continue
    await ledger.append({
      type: 'generation.verified',
      actor: 'system:vault',
      subject: `generation:${generation.id}`,
      data: verified(generation, place, result, isDamaged),
    })
  }
}

function verified(
  { id, repository }: Generation,
  place: string,
  { bytes, damaged }: VerifyFilesResult,
  isDamaged: boolean,
): EntryData<'generation.verified'> {
  const found = { result: isDamaged ? 'damaged' : 'ok', problems: isDamaged ? damaged.length : 0 } as const
  return { repository, snapshot: id, place, scope: 'all-data', ...found, bytesRead: bytes }
}
