/**
 * The generations of a source out of a place back into the local one, on a machine that has Toride's own state again and no
 * repository. Only what the ledger recorded comes: a snapshot that somebody else laid there is left. What the place does not
 * hold whole is entered as left behind. What came can be cut anywhere and gone on with.
 */
import { type Backend, type FileRef, isAppError } from '#base'
import type { Ledger } from '#journal'
import { type ManifestObject, objectKey, readManifest } from '#attest'
import type { Generation, Generations } from './generations.ts'
import { mirrorRepository, type MirrorProgress } from './mirror.ts'
import { LOCAL_PLACE, type OpenRepository, type Repositories } from './repositories.ts'
import { lockGeneration } from './run.ts'
import { rebuildCatalogue } from './rebuild-catalogue.ts'
import type { Source } from './source.ts'

export interface BringBackParts {
  readonly source: Source
  readonly repositories: Repositories
  readonly generations: Generations
  readonly ledger: Ledger
  readonly now: number
}

export interface BringBackSteps {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: MirrorProgress) => void
}

export interface BroughtBack {
  /** Newest first. */
  readonly brought: readonly Generation[]
  /** The ledger knows them, and this place does not hold them whole. */
  readonly left: readonly Generation[]
}

/** @throws as {@link mirrorRepository} */
export async function bringBack(parts: BringBackParts, from: Backend, steps: BringBackSteps): Promise<BroughtBack> {
  const { source, repositories, generations } = parts
  const known = await generations.list({ sourceId: source.id })
  const there = new Set((await from.list('snapshots')).map(({ name }) => name))
  const manifests = new Map((await generations.manifests(source.id)).map(({ id, manifest }) => [id, manifest]))
  const wanted = known
    .filter(({ id }) => there.has(id))
    .map((generation) => ({ generation, objects: readManifest(manifests.get(generation.id)) ?? [] }))
  const keys = new Set(wanted.flatMap(({ objects }) => objects.map(objectKey)))
  const isWanted = (file: FileRef): boolean =>
    file.kind === 'config' || file.kind === 'keys' || keys.has(objectKey(file))
  const to = await repositories.emptyFor(source.id)
  const whole: Generation[] = []
  try {
    if (await mirrored(from, to, { ...steps, only: isWanted })) {
      const opened = await repositories.open(source.id)
      const indexed = new Set((await opened.repository.loadIndex()).packIds())
      // The oldest first: an index file is held by the generation that wrote it.
      for (const { generation, objects } of wanted.toReversed()) {
        const here = await whatIsHere(opened, indexed, objects)
        if (!here) continue
        await lockGeneration({ ...parts, opened }, generation, here)
        await rebuildCatalogue(source, opened, generation)
        whole.unshift(generation)
      }
    }
    const left = known.filter((generation) => !whole.includes(generation))
    for (const generation of left) await leaveBehind(parts, to, generation)
    return { brought: whole, left }
  } finally {
    await to.close()
  }
}

/** False where the place has no repository of this source: that is said of each of its generations. */
async function mirrored(from: Backend, to: Backend, options: Parameters<typeof mirrorRepository>[2]): Promise<boolean> {
  try {
    await mirrorRepository(from, to, options)
    return true
  } catch (error) {
    if (!isAppError(error, 'RESTIC_NO_REPOSITORY')) throw error
    return false
  }
}

/**
 * The objects of a generation that came whole; undefined where one is missing. An index file that was joined with others
 * since may be gone as long as another names its packs.
 */
async function whatIsHere(
  { backend }: OpenRepository,
  indexed: ReadonlySet<string>,
  objects: readonly ManifestObject[],
): Promise<readonly ManifestObject[] | undefined> {
  const here: ManifestObject[] = []
  for (const object of objects) {
    const isHere = (await backend.stat(object))?.sizeBytes === object.sizeBytes
    if (isHere && (object.kind !== 'data' || indexed.has(object.name))) here.push(object)
    else if (object.kind !== 'index') return undefined
  }
  return here.length === 0 ? undefined : here
}

/** The ledger's word first. A snapshot that came without its data would look whole to a list. */
async function leaveBehind(
  { generations, ledger, now }: BringBackParts,
  to: Backend,
  { id, repository }: Generation,
): Promise<void> {
  await ledger.append({
    type: 'generation.left-behind',
    actor: 'system:vault',
    subject: `generation:${id}`,
    data: { repository, snapshot: id, place: LOCAL_PLACE },
  })
  await generations.update(id, { expired_at: now })
  await to.remove({ kind: 'snapshots', name: id })
}
