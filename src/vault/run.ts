/**
 * One run: archive, closure, ledger, locks, catalogue. The order is the order of durability; see docs/design/vault.md for
 * what a kill between any two steps leaves.
 */
import { hostname, userInfo } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AppError, type Clock, type EpochMs, type LockStrength } from '#base'
import type { Ledger } from '#journal'
import { fileSystemFacts, networkSource, type NetworkRules, posixSource } from '#posix'
import type { ShareDefinition } from '#commands'
import { backup, type BackupProgress, type BackupResult, type UnitStore, withLock, WORKER_LIMITS } from '#restic'
import { lockUntil } from '#retention'
import type { BackupWorkerData } from './backup-worker.ts'
import type { Generation, Generations } from './generations.ts'
import type { JobHandle } from './jobs.ts'
import { isIntake, surveyGeneration } from './intake.ts'
import type { ManifestObject } from '#attest'
import { discardUnrecorded } from './discard.ts'
import { packsToBuildOn } from './contradictions.ts'
import { closureOf, enterLock, recordGeneration } from './record.ts'
import { restoreAttributes } from './restore-attributes.ts'
import { lockHost, LOCAL_PLACE, type OpenRepository } from './repositories.ts'
import { demandMounted } from './prepare/share.ts'
import { isLookedAt, type Source, unitRule } from './source.ts'
import { weakestHold } from './weakest-hold.ts'

export interface RunParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  readonly version: string
  /** The sample's lock is minutes long; undefined: the policy's. */
  readonly lockMs?: number | undefined
  readonly due: EpochMs
  readonly job: JobHandle
  /** Where it lies on another machine that the system mounted. */
  readonly share?: ShareDefinition | undefined
  /** Left out of the source, as the archiver's patterns. */
  readonly excludes?: readonly string[]
}

/** Every seventh run lists every folder whatever its times say (a tool that sets folder times back would hide changes). */
const FULL_WALK_EVERY_DAYS = 7

/** Takes, checks, records and locks one generation. @throws VAULT_GENERATION_INCOMPLETE after recording what is missing */
export async function takeGeneration(parts: RunParts): Promise<Generation> {
  const { opened, clock, job } = parts
  const earlier = await parts.generations.list({ sourceId: parts.source.id })
  return withLock(
    opened.repository,
    { exclusive: false, host: lockHost(), clock, signal: job.signal },
    async (signal) => {
      await discardUnrecorded(parts, earlier)
      // Before this run locks anew what earlier generations share with it.
      await restoreAttributes(parts)
      const startedAt = clock.now()
      const trustFolderTimes = mayTrustFolderTimes(parts.source, earlier, startedAt)
      const catalogue = opened.catalogue.run()
      if (!trustFolderTimes) opened.catalogue.forgetProofs()
      const attestedPacks = await packsToBuildOn(parts)
      const taken = await archive(parts, {
        parent: earlier[0],
        units: catalogue.store,
        trustFolderTimes,
        attestedPacks,
        startedAt,
        signal,
      })
      if (parts.share) demandMounted(parts.share)
      job.report({ phase: 'check', skipped: taken.problems.length })
      const { closure, objects } = await closureOf(opened, { snapshot: taken.snapshotId, tree: taken.treeId }, signal)
      const generation = await recordGeneration(parts, { earlier, startedAt, taken, closure, objects })
      if (closure.missing.length > 0)
        throw new AppError('VAULT_GENERATION_INCOMPLETE', { context: { missing: closure.missing.length } })
      job.report({ phase: 'lock' })
      await lockGeneration(parts, generation, objects)
      job.report({ phase: 'index' })
      opened.catalogue.commit(generation.id, catalogue.seen() ?? new Set(taken.units))
      if (isIntake(parts.source)) await surveyGeneration(parts, generation, signal)
      job.report({ generationId: generation.id })
      return (await parts.generations.get(generation.id))!
    },
  )
}

/** Only on local disks, never within a week of the last full walk's age, and not right after the clock was set back. */
function mayTrustFolderTimes(source: Source, earlier: readonly Generation[], now: EpochMs): boolean {
  if (source.paths.some((path) => fileSystemFacts(path).network)) return false
  const lastFull = earlier.find((generation) => generation.walk === 'full')
  const clockWentBack = earlier.some((generation) => generation.finishedAt > now)
  return lastFull !== undefined && !clockWentBack && now - lastFull.startedAt < FULL_WALK_EVERY_DAYS * 86_400_000
}

interface Archiving {
  readonly parent: Generation | undefined
  readonly units: UnitStore
  readonly trustFolderTimes: boolean
  readonly attestedPacks: ReadonlySet<string> | undefined
  readonly startedAt: EpochMs
  readonly signal: AbortSignal
}

async function archive(parts: RunParts, archiving: Archiving): Promise<BackupResult> {
  const { source, opened, clock, job } = parts
  const { parent, units, trustFolderTimes, attestedPacks, startedAt, signal } = archiving
  const roots = source.paths.map((path) => Buffer.from(path).toString('latin1'))
  const { username, uid, gid } = userInfo()
  const isUnit = unitRule(source)
  const network = parts.share && networkRules(parts.share)
  const startWorker = (archiver: unknown): Worker => {
    const workerData: BackupWorkerData = {
      archiver,
      storage: opened.storage,
      network,
      observer: isLookedAt(source) ? (source.kind === 'ssmix2' ? 'ssmix2' : 'looks') : 'none',
      roots,
    }
    return new Worker(new URL('./backup-worker.ts', import.meta.url), {
      workerData,
      // Descriptors of openat() are not Node's: it would warn of each that is closed.
      trackUnmanagedFds: false,
      resourceLimits: WORKER_LIMITS,
    })
  }
  return backup({
    repository: opened.repository,
    fs: network ? networkSource(posixSource, network) : posixSource,
    startWorker,
    // One reads at the speed that was agreed; several would each.
    ...(network?.bytesPerSecond === undefined ? {} : { workerCount: 1 }),
    paths: roots,
    excludes: parts.excludes ?? [],
    ...(isUnit ? { isUnit } : {}),
    units,
    trustFolderTimes,
    ...(attestedPacks ? { attestedPacks } : {}),
    snapshot: {
      time: new Date(startedAt),
      hostname: hostname(),
      username,
      uid,
      gid,
      tags: [`source:${source.id}`],
      programVersion: `toride ${parts.version}`,
      ...(parent ? { parent: parent.id } : {}),
    },
    clock,
    signal,
    onProgress: (progress) => job.report(toJob(progress)),
  })
}

function networkRules({ mountedAt, megabytesPerSecond }: ShareDefinition): NetworkRules {
  return {
    mountedAt: Buffer.from(mountedAt).toString('latin1'),
    bytesPerSecond: megabytesPerSecond === undefined ? undefined : megabytesPerSecond * 1e6,
  }
}

function toJob(progress: BackupProgress): Parameters<JobHandle['report']>[0] {
  return {
    phase: progress.phase === 'scan' ? 'scan' : progress.phase === 'files' ? 'read' : 'save',
    filesDone: progress.filesDone,
    bytesDone: progress.bytesDone,
    ...(progress.filesExpected === undefined ? {} : { filesTotal: progress.filesExpected }),
    ...(progress.bytesExpected === undefined ? {} : { bytesTotal: progress.bytesExpected }),
  }
}

/** Holds every object of the manifest; the weakest hold is what the generation claims. Safe to do again. */
export async function lockGeneration(
  { source, opened, ledger, generations }: Pick<RunParts, 'source' | 'opened' | 'ledger' | 'generations'>,
  generation: Generation,
  objects: readonly ManifestObject[],
): Promise<void> {
  const untilMs = lockUntil(source.policy, generation.dueAt, generation.keepUntil)
  const strength = await weakestHold(objects, (object) => hold(opened, object, untilMs))
  const isLonger = generation.lockedUntil !== undefined
  await enterLock(ledger, generation, { place: LOCAL_PLACE, untilMs, isLonger, strength, objects: objects.length })
  await generations.update(generation.id, { locked_until: untilMs, lock_strength: strength })
}

/**
 * An index file is held by the generation that wrote it and never longer: were each night to hold all of them anew, no
 * pack could ever leave the index (docs/design/restore-and-check.md). It is asked for again until its own end all the
 * same: a kill may have come between its promise and its attribute.
 */
async function hold({ backend }: OpenRepository, object: ManifestObject, untilMs: EpochMs): Promise<LockStrength> {
  const before = object.kind === 'index' ? await backend.retention.state(object) : undefined
  return backend.retention.lock(object, before?.untilMs ?? untilMs)
}
