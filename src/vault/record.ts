/** From a snapshot to a generation: closure and manifest, the ledger's entry, the row that screens ask for. */
import { createHash } from 'node:crypto'
import type { ByteString, Clock, EpochMs } from '#base'
import type { Insertable } from '#db'
import { type EntryData, type Ledger, MAX_INDEX_NAMES } from '#journal'
import type { BackupResult } from '#restic'
import { keepUntil } from '#retention'
import { checkClosure, type ClosureResult } from './closure.ts'
import type { Generation, Generations } from './generations.ts'
import { manifestHash, type ManifestObject, manifestText, packManifest } from '#attest'
import { nearbyReads } from './nearby-reads.ts'
import { indexOfPacks } from './pack-index.ts'
import type { OpenRepository } from './repositories.ts'
import { seal } from './seal.ts'
import type { Source } from './source.ts'
import type { GenerationRow } from './tables.ts'

export interface RecordParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
}

export interface Closed {
  readonly closure: ClosureResult
  /** Every object the generation needs. */
  readonly objects: readonly ManifestObject[]
}

/** Checks the closure against what really lies in the place, and lists every object the snapshot needs. */
export async function closureOf(
  opened: Pick<OpenRepository, 'repository' | 'catalogue'>,
  { snapshot, tree }: { readonly snapshot: string; readonly tree: string },
  signal?: AbortSignal,
): Promise<Closed> {
  const { repository } = opened
  const { backend } = repository
  const packs = await backend.list('data')
  const { index, liars } = await indexOfPacks(opened, packs)
  const packSizes = new Map(packs.map((file) => [file.name, file.sizeBytes]))
  const near = nearbyReads(backend, packSizes)
  const closure = await checkClosure({
    index,
    packSizes,
    rootTree: tree,
    loadTree: (id) => repository.loadBlob(index, id, 'tree', near),
    ...(signal ? { signal } : {}),
  })
  const objects: ManifestObject[] = [...closure.packs].map((name) => ({
    kind: 'data',
    name,
    sizeBytes: packSizes.get(name) ?? 0,
  }))
  for (const kind of ['index', 'keys'] as const)
    // An index file that lies about a pack is never held: the next run sets it aside.
    for (const file of await backend.list(kind)) if (!liars.has(file.name)) objects.push({ kind, ...file })
  for (const file of [
    { kind: 'config', name: '' },
    { kind: 'snapshots', name: snapshot },
  ] as const)
    objects.push({ ...file, sizeBytes: (await backend.stat(file))?.sizeBytes ?? 0 })
  return { closure, objects }
}

interface Taken extends Closed {
  readonly earlier: readonly Generation[]
  readonly startedAt: EpochMs
  readonly taken: BackupResult
}

/** Appends the ledger's entry, then makes the row. */
export async function recordGeneration(
  parts: RecordParts & { readonly due: EpochMs; readonly lockMs?: number | undefined },
  done: Taken,
): Promise<Generation> {
  const { source, opened, ledger, clock } = parts
  const { taken, earlier } = done
  const finishedAt = clock.now()
  const data = entryData(parts, done, finishedAt)
  const { index } = await ledger.append({
    type: 'generation.recorded',
    actor: 'system:vault',
    subject: `generation:${taken.snapshotId}`,
    data,
  })
  const keep = keepUntil(source.policy, parts.due, goodDueTimes(earlier))
  return addRow(parts, done, {
    ...fromEntry(source, data, index),
    due_at: parts.due,
    files_new: taken.filesNew,
    files_changed: taken.filesChanged,
    files_unmodified: taken.filesUnmodified,
    files_gone: Math.max(0, (earlier[0]?.files ?? 0) - taken.filesUnmodified - taken.filesChanged),
    skipped_sealed: sealSkipped(opened, taken),
    keep_until: parts.lockMs === undefined ? keep.untilMs : finishedAt + parts.lockMs,
    keep_rule: keep.rule,
    patients: source.kind === 'ssmix2' ? countPatients(taken.units) : null,
  })
}

/** Makes the row of a generation that the ledger knows and the database lost. What only the database knew is left empty. */
export async function restoreRow(
  parts: RecordParts,
  { index, data }: { readonly index: number; readonly data: EntryData<'generation.recorded'> },
): Promise<Generation> {
  const earlier = await parts.generations.list({ sourceId: parts.source.id })
  const due = Date.parse(data.started)
  const keep = keepUntil(parts.source.policy, due, goodDueTimes(earlier))
  const closed = await closureOf(parts.opened, data)
  return addRow(parts, closed, {
    ...fromEntry(parts.source, data, index),
    due_at: due,
    files_new: 0,
    files_changed: 0,
    files_unmodified: data.files,
    files_gone: 0,
    skipped_sealed: null,
    keep_until: keep.untilMs,
    keep_rule: keep.rule,
    patients: null,
  })
}

const goodDueTimes = (generations: readonly Generation[]): EpochMs[] =>
  generations.filter((generation) => generation.closure === 'complete').map((generation) => generation.dueAt)

function entryData(
  { source, opened }: RecordParts,
  done: Taken,
  finishedAt: EpochMs,
): EntryData<'generation.recorded'> {
  const { taken, closure, objects, startedAt } = done
  const indexNames = objects
    .filter((object) => object.kind === 'index')
    .map((object) => object.name)
    .sort()
  return {
    source: source.id,
    repository: opened.repository.config.id,
    snapshot: taken.snapshotId,
    tree: taken.treeId,
    snapshotTime: new Date(startedAt).toISOString(),
    manifest: manifestHash(manifestText(objects)),
    indexCount: indexNames.length,
    indexHash: createHash('sha256').update(indexNames.join('\n')).digest('hex'),
    ...(indexNames.length <= MAX_INDEX_NAMES ? { indexNames } : {}),
    files: taken.totalFiles,
    bytes: taken.totalBytes,
    addedBytes: taken.dataAddedPacked,
    started: new Date(startedAt).toISOString(),
    finished: new Date(finishedAt).toISOString(),
    skipped: taken.problems.length,
    closure: {
      result: closure.missing.length === 0 ? 'complete' : 'incomplete',
      blobs: closure.blobs,
      packs: closure.packs.size,
      missing: closure.missing.length,
    },
    walk: taken.listingsSkipped > 0 ? 'incremental' : 'full',
  }
}

/** A storage may be split over several roots: a patient with a folder in each is one patient. */
function countPatients(units: readonly ByteString[]): number {
  return new Set(units.map((path) => path.slice(path.lastIndexOf('/') + 1))).size
}

type EntryColumns =
  | 'id'
  | 'source_id'
  | 'repository'
  | 'tree'
  | 'started_at'
  | 'finished_at'
  | 'files'
  | 'bytes'
  | 'added_bytes'
  | 'skipped'
  | 'walk'
  | 'ledger_index'
type ClosedColumns = 'closure' | 'manifest' | 'manifest_hash'
type UnlockedColumns = 'locked_until' | 'lock_strength' | 'expired_at'
type Row = Insertable<GenerationRow>

/** The columns that the ledger's entry knows. */
function fromEntry(source: Source, data: EntryData<'generation.recorded'>, index: number): Pick<Row, EntryColumns> {
  return {
    id: data.snapshot,
    source_id: source.id,
    repository: data.repository,
    tree: data.tree,
    started_at: Date.parse(data.started),
    finished_at: Date.parse(data.finished),
    files: data.files,
    bytes: data.bytes,
    added_bytes: data.addedBytes,
    skipped: data.skipped,
    walk: data.walk,
    ledger_index: index,
  }
}

async function addRow(
  { generations, clock }: RecordParts,
  { closure, objects }: Closed,
  row: Omit<Row, ClosedColumns | UnlockedColumns>,
): Promise<Generation> {
  const text = manifestText(objects)
  const isComplete = closure.missing.length === 0
  await generations.add({
    ...row,
    closure: isComplete ? 'complete' : 'incomplete',
    manifest_hash: manifestHash(text),
    manifest: packManifest(text),
    locked_until: null,
    lock_strength: null,
    expired_at: null,
  })
  const proof = {
    kind: 'closure',
    at: clock.now(),
    passed: isComplete,
    files: closure.files,
    bytes: closure.bytes,
    durationMs: 0,
  } as const
  await generations.addProof(row.id, proof)
  return (await generations.get(row.id))!
}

function sealSkipped(opened: OpenRepository, taken: BackupResult): Uint8Array | null {
  if (taken.problems.length === 0) return null
  return seal(opened.keys.seal, Buffer.from(JSON.stringify(taken.problems)), Buffer.from(taken.snapshotId))
}

/** The ledger's entry of a lock at a place: its first, or a later end. */
export async function enterLock(
  ledger: Ledger,
  { id, repository }: Generation,
  {
    untilMs,
    isLonger = false,
    ...lock
  }: Omit<EntryData<'generation.locked'>, 'repository' | 'snapshot' | 'until'> & {
    readonly untilMs: EpochMs
    readonly isLonger?: boolean
  },
): Promise<void> {
  await ledger.append({
    type: isLonger ? 'generation.lock-extended' : 'generation.locked',
    actor: 'system:vault',
    subject: `generation:${id}`,
    data: { repository, snapshot: id, until: new Date(untilMs).toISOString(), ...lock },
  })
}
