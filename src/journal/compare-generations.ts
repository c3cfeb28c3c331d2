/** The ledger against what lies in the repositories: finds what `restic check` cannot. */
import { type Finding, finding } from './finding.ts'
import type { GenerationHistory, LedgerGeneration } from './generation-history.ts'

/** A snapshot file as it was found. */
export interface SeenSnapshot {
  /** Name of the file. */
  readonly snapshot: string
  /** SHA-256 of the file's bytes: the name, unless the file was replaced. */
  readonly contentHash: string
  /** Time and root tree from inside; undefined where it does not open with the repository's key. */
  readonly timeMs?: number
  readonly tree?: string
  /** The lock on the file, where the place can tell. */
  readonly lockedUntilMs?: number
  /** What was found of the files it needs; absent where the place was not asked for them. */
  readonly objects?: SeenObjects
}

/** The files of one generation's manifest, counted. */
export interface SeenObjects {
  /** Gone, of another size, or named by no index. */
  readonly missing: number
  /** Index files that are held and gone, while others name all packs. */
  readonly indexesMissing: number
  /** Without the attribute that the ledger promises until a time still to come. */
  readonly lifted: number
  /** Bytes that do not give the file's name; 0 where bytes were not read. */
  readonly damaged: number
  /** The manifest that is kept is not the one that the ledger recorded, or there is none. */
  readonly manifestLost: boolean
}

/** One place's copy of one repository, listed whole. A place that cannot be reached is left out, not listed empty. */
export interface SeenRepository {
  /** `id` of the repository's config. */
  readonly repository: string
  readonly place: string
  /** The place where generations are taken first: it holds all of them; a mirror those that were locked there. */
  readonly primary: boolean
  readonly snapshots: readonly SeenSnapshot[]
}

export interface GenerationsView {
  /** `known`: what the ledger says should be there. One that cannot be looked at is left out. */
  repositories(known: readonly LedgerGeneration[]): Promise<readonly SeenRepository[]>
}

export function compareGenerations(history: GenerationHistory, seen: readonly SeenRepository[]): Finding[] {
  const known = [...history.generations]
  const looked = new Set(seen.map(({ repository }) => repository))
  const notSeen = new Set(known.map((g) => g.recorded.repository).filter((repository) => !looked.has(repository)))
  return [
    ...[...notSeen].map((repository) => finding('REPOSITORY_NOT_SEEN', { repository })),
    ...seen.flatMap((repository) => compareRepository(history, known, repository)),
  ]
}

function compareRepository(history: GenerationHistory, known: LedgerGeneration[], seen: SeenRepository): Finding[] {
  const own = known.filter((generation) => generation.recorded.repository === seen.repository)
  const names = new Set(seen.snapshots.map((snapshot) => snapshot.snapshot))
  const deleted = own
    .filter((generation) => !generation.expired && generation.leftBehind === undefined)
    .filter((generation) => seen.primary || generation.lockedUntilMs.has(seen.place))
    .filter((generation) => !names.has(generation.recorded.snapshot))
    .map((generation) => finding('GENERATION_DELETED', about(generation, seen)))
  const newestMs = Math.max(0, ...own.map((generation) => Date.parse(generation.recorded.snapshotTime)))
  const present = seen.snapshots.flatMap((snapshot) => {
    const generation = history.find(seen.repository, snapshot.snapshot)
    return generation ? compareOne(generation, snapshot, seen) : [unknown(snapshot, newestMs, seen)]
  })
  return [...deleted, ...present]
}

function compareOne(generation: LedgerGeneration, snapshot: SeenSnapshot, seen: SeenRepository): Finding[] {
  const where = about(generation, seen)
  const { tree, snapshotTime } = generation.recorded
  if (snapshot.contentHash !== snapshot.snapshot || snapshot.tree !== tree)
    return [finding('GENERATION_REPLACED', where)]
  const findings: Finding[] = []
  // The ledger keeps milliseconds, the snapshot nanoseconds.
  if (snapshot.timeMs !== undefined && Math.abs(snapshot.timeMs - Date.parse(snapshotTime)) > 1)
    findings.push(finding('GENERATION_TIME_DIFFERS', { ...where, at: new Date(snapshot.timeMs).toISOString() }))
  const promised = generation.lockedUntilMs.get(seen.place)
  if (generation.expired) findings.push(finding('GENERATION_NOT_YET_REMOVED', where))
  else if (promised !== undefined && snapshot.lockedUntilMs !== undefined && snapshot.lockedUntilMs < promised)
    findings.push(finding('GENERATION_LOCK_SHORTER', where))
  else if (snapshot.objects && snapshot.objects.lifted > 0)
    findings.push(finding('GENERATION_LOCK_LIFTED', { ...where, count: snapshot.objects.lifted }))
  return generation.expired || !snapshot.objects ? findings : [...findings, ...objectFindings(snapshot.objects, where)]
}

function objectFindings(objects: SeenObjects, where: ReturnType<typeof about>): Finding[] {
  const { missing, damaged, indexesMissing, manifestLost } = objects
  return [
    ...(missing > 0 ? [finding('GENERATION_OBJECT_MISSING', { ...where, count: missing })] : []),
    ...(damaged > 0 ? [finding('GENERATION_OBJECT_DAMAGED', { ...where, count: damaged })] : []),
    ...(indexesMissing > 0 ? [finding('GENERATION_INDEX_MISSING', { ...where, count: indexesMissing })] : []),
    ...(manifestLost ? [finding('GENERATION_MANIFEST_LOST', where)] : []),
  ]
}

/** A snapshot without an entry: one that claims to be older than what the ledger recorded was put in afterwards. */
function unknown(snapshot: SeenSnapshot, newestMs: number, { repository, place }: SeenRepository): Finding {
  const backdated = snapshot.timeMs === undefined || snapshot.timeMs <= newestMs
  return finding(backdated ? 'GENERATION_BACKDATED' : 'GENERATION_UNKNOWN', {
    repository,
    place,
    snapshot: snapshot.snapshot,
    ...(snapshot.timeMs === undefined ? {} : { at: new Date(snapshot.timeMs).toISOString() }),
  })
}

const about = ({ index, recorded }: LedgerGeneration, { repository, place }: SeenRepository) => ({
  index,
  repository,
  place,
  snapshot: recorded.snapshot,
})
