/** One generation of an agent: archived straight to the Keeper, closure checked, manifest handed in, receipt kept. */
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { manifestHash, manifestText } from '#attest'
import { AppError, type Clock, type EpochMs, isAppError } from '#base'
import { posixSource, processHost } from '#posix'
import { backup, type BackupProgress, type BackupResult, Repository, type StartWorker, withLock } from '#restic'
import { openPlaceBackend, type PlaceBackend, type StorageConfig } from '#storage'
import { type Catalogue, checkPaths, closureOf, openCatalogue, openKeeperPlace } from '#vault'
import type { Agent } from './folder.ts'

export interface RunOptions {
  readonly agent: Agent
  /** The due time that this run answers. */
  readonly due: EpochMs
  readonly clock: Clock
  readonly version: string
  readonly starter: (place: StorageConfig) => StartWorker
  readonly workerCount: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: BackupProgress) => void
}

export interface Taken {
  readonly snapshot: string
  readonly lockedUntil: EpochMs
  readonly result: BackupResult
}

/**
 * Takes one generation. What fails is kept in the agent's state, for whoever asks, and thrown.
 * @throws VAULT_SOURCE_UNREADABLE, VAULT_GENERATION_INCOMPLETE, VAULT_PLACE_REFUSED, _UNTRUSTED, STORAGE_…, RESTIC_…
 */
export async function runAgent(options: RunOptions): Promise<Taken> {
  const { agent, clock } = options
  try {
    return await runNow(options)
  } catch (error) {
    if (!isAppError(error, 'BASE_CANCELLED'))
      agent.keepState({
        ...agent.state(),
        failure: { code: isAppError(error) ? error.code : 'BASE_BUG', at: clock.now() },
      })
    throw error
  }
}

async function runNow(options: RunOptions): Promise<Taken> {
  const { agent, clock, signal } = options
  checkPaths({ kind: 'folder', name: agent.name, paths: agent.paths }, { dataFolder: agent.folder })
  const { repository, backend, place } = await openOwn(agent, clock)
  try {
    const catalogue = openCatalogue(join(agent.folder, 'catalogue'), repository.config.id.slice(0, 16), repository)
    try {
      const lock = { exclusive: false, host: processHost(), clock, signal }
      return await withLock(repository, lock, (held) =>
        take({ ...options, signal: held }, { repository, catalogue, place }),
      )
    } finally {
      catalogue.close()
    }
  } finally {
    await backend.close()
  }
}

/** Keeps what a kill between key and config left from standing in the way: such names are passed over, the Keeper lets them go. */
const MOST_NAMES = 9

async function openOwn(agent: Agent, clock: Clock) {
  for (let n = 1; n <= MOST_NAMES; n++) {
    const place = placeOf(agent, agent.state().repository)
    const backend = openPlaceBackend(place)
    try {
      const repository = await openOrMake(agent, backend, clock)
      if (repository) return { repository, backend, place }
      agent.keepState({ ...agent.state(), repository: `files-${n + 1}` })
    } catch (error) {
      await backend.close()
      throw error
    }
    await backend.close()
  }
  throw new AppError('RESTIC_REPOSITORY_EXISTS')
}

/** Undefined where a half-made one lies there. @throws VAULT_PLACE_UNTRUSTED where it is not the one that was made */
async function openOrMake(agent: Agent, backend: PlaceBackend, clock: Clock): Promise<Repository | undefined> {
  const { password } = agent
  const known = agent.state().repositoryId
  const isThere = (await backend.stat({ kind: 'config', name: '' })) !== undefined
  if (known !== undefined) {
    if (!isThere) throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'the repository is gone' })
    const repository = await Repository.open(backend, { password })
    if (repository.config.id !== known) throw new AppError('VAULT_PLACE_UNTRUSTED', { detail: 'another repository' })
    return repository
  }
  if (!isThere && (await backend.list('keys')).length > 0) return undefined
  await backend.makeFolders()
  const { hostname, username } = processHost()
  const owner = { created: new Date(clock.now()).toISOString(), hostname, username }
  const repository = isThere
    ? await Repository.open(backend, { password })
    : await Repository.init(backend, { password, owner })
  agent.keepState({ ...agent.state(), repositoryId: repository.config.id })
  return repository
}

function placeOf({ config, token }: Agent, repository: string): StorageConfig {
  return {
    kind: 'rest',
    url: `${config.url}${config.client}/${repository}/`,
    user: config.client,
    password: token,
    pinnedCertificateSha256: config.pin,
  }
}

interface Opened {
  readonly repository: Repository
  readonly catalogue: Catalogue
  readonly place: StorageConfig
}

async function take(options: RunOptions, opened: Opened): Promise<Taken> {
  const { agent, clock, due, signal } = options
  const units = opened.catalogue.run()
  const startedAt = clock.now()
  const result = await archive(options, opened, units.store, startedAt)
  const snapshot = result.snapshotId
  const { closure, objects } = await closureOf(opened, { snapshot, tree: result.treeId }, signal)
  if (closure.missing.length > 0)
    throw new AppError('VAULT_GENERATION_INCOMPLETE', { context: { missing: closure.missing.length } })
  const { note, receipt } = await handIn(agent, snapshot, manifestText(objects))
  agent.keepReceipt(snapshot, note)
  const { failure: _over, ...before } = agent.state()
  agent.keepState({
    ...before,
    answeredDue: due,
    newest: {
      snapshot,
      takenAt: startedAt,
      lockedUntil: receipt.lockedUntil,
      files: result.totalFiles,
      bytes: result.totalBytes,
      skipped: result.problems.length,
    },
  })
  opened.catalogue.commit(snapshot, units.seen() ?? new Set(result.units))
  return { snapshot, lockedUntil: receipt.lockedUntil, result }
}

function archive(
  { agent, clock, version, starter, workerCount, signal, onProgress }: RunOptions,
  { repository, place }: Opened,
  units: ReturnType<Catalogue['run']>['store'],
  startedAt: EpochMs,
): Promise<BackupResult> {
  const { hostname } = processHost()
  const { username, uid, gid } = userInfo()
  const { newest } = agent.state()
  return backup({
    repository,
    fs: posixSource,
    startWorker: starter(place),
    workerCount,
    paths: agent.paths.map((path) => Buffer.from(path).toString('latin1')),
    units,
    // Only what the Keeper gave a receipt for is a parent.
    snapshot: {
      time: new Date(startedAt),
      hostname,
      username,
      uid,
      gid,
      programVersion: `toride ${version}`,
      ...(newest ? { parent: newest.snapshot } : {}),
    },
    clock,
    signal,
    ...(onProgress ? { onProgress } : {}),
  })
}

async function handIn({ config, token, state }: Agent, snapshot: string, text: string) {
  const keeper = openKeeperPlace(config, token)
  try {
    return await keeper.receipt(state().repository, snapshot, { text, hash: manifestHash(text) })
  } finally {
    keeper.close()
  }
}
