/** Where copies lie, as a machine that only reads reaches them (a bare one, an emergency PC): a folder, a Keeper by a reader's credential, a bucket. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type Backend, isAppError } from '#base'
import { openReceipt } from '#attest'
import {
  type EnrolInput,
  enrolAtKeeper,
  type KeeperConfig,
  openLocalBackend,
  openPlaceBackend,
  openRestCaller,
  type RestPlace,
  saidList,
  type StorageConfig,
} from '#storage'
import { parseVerifierKey } from '#tlog'
import { z } from 'zod'

/** What somebody else than the lost machine says of a generation. `attested`: a verifier has read it at the Keeper. */
export type Mark = 'attested' | 'received'

export interface ReadingPlace {
  readonly kind: StorageConfig['kind'] | 'keeper'
  /** The repository of a source there. */
  repository(sourceId: string): Backend
  /** By snapshot; empty where the place has nobody who signs. */
  marks(sourceId: string): Promise<ReadonlyMap<string, Mark>>
  /** Pinned key of the Keeper, where it is one. */
  readonly keeperKey?: string
}

/** A folder of repositories: a copy's, a medium's, or the data folder of the machine that is gone. */
export function folderPlace(folder: string): ReadingPlace {
  const roots = [folder, join(folder, 'toride'), join(folder, 'places', 'local')]
  return {
    kind: 'local',
    repository(sourceId) {
      const found = roots.flatMap((root) => repositoriesIn(root, sourceId))
      return openLocalBackend(found[0] ?? join(folder, sourceId))
    },
    marks: () => Promise.resolve(new Map()),
  }
}

/**
 * Folders of a source's repository: under its id, or as a medium has it (`folderOnMedium`), the one that was last written to
 * first.
 */
function repositoriesIn(root: string, sourceId: string): string[] {
  if (!existsSync(root)) return []
  const isIts = (name: string): boolean =>
    name === sourceId || (name.startsWith(`${sourceId}-`) && /^[0-9a-f]{8}$/.test(name.slice(sourceId.length + 1)))
  return readdirSync(root)
    .filter((name) => isIts(name) && existsSync(join(root, name, 'config')))
    .map((name) => join(root, name))
    .toSorted((a, b) => writtenAt(b) - writtenAt(a))
}

const writtenAt = (repository: string): number =>
  statSync(join(repository, 'snapshots'), { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Any other storage that holds one repository per source below its address. */
export function remotePlace(config: Exclude<StorageConfig, { kind: 'local' }>): ReadingPlace {
  return {
    kind: config.kind,
    repository: (sourceId) => openPlaceBackend(below(config, sourceId)),
    marks: () => Promise.resolve(new Map()),
  }
}

function below(config: Exclude<StorageConfig, { kind: 'local' }>, sourceId: string): StorageConfig {
  if (config.kind === 'rest') return { ...config, url: `${config.url.replace(/\/$/, '')}/${sourceId}/` }
  return { ...config, prefix: [config.prefix, sourceId].filter((part) => part !== '').join('/') }
}

/**
 * A Keeper, by a one-time code of the kind `read` that its administrator makes at its console.
 * @throws as `enrolAtKeeper`
 */
export async function keeperPlace(input: EnrolInput): Promise<ReadingPlace> {
  return keeperReader(await enrolReader(input))
}

/** What a reader's one-time code gives, as plain data. */
export interface KeeperReader {
  readonly config: KeeperConfig
  readonly token: string
  /** Whose repositories are read. */
  readonly owner: string
}

/** @throws as `enrolAtKeeper` */
export async function enrolReader(input: EnrolInput): Promise<KeeperReader> {
  const { config, token, of } = await enrolAtKeeper(input, 'read', {}, parseVerifierKey)
  return { config, token, owner: of ?? config.client }
}

export function keeperReader({ config, token, owner }: KeeperReader): ReadingPlace {
  const credential: RestPlace = {
    url: config.url,
    user: config.client,
    password: token,
    pinnedCertificateSha256: config.pin,
  }
  const remote = remotePlace({ kind: 'rest', ...credential, url: `${config.url}${owner}/` })
  return {
    ...remote,
    kind: 'keeper',
    keeperKey: config.keeperKey,
    marks: (sourceId) => marksAt(credential, `${owner}/${sourceId}`, config.keeperKey),
  }
}

/** A receipt counts with the pinned Keeper's signature; that a verifier read it is the Keeper's word over the pinned line. */
async function marksAt(place: RestPlace, repository: string, keeperKey: string): Promise<ReadonlyMap<string, Mark>> {
  const caller = openRestCaller(place)
  const keeper = parseVerifierKey(keeperKey)
  const marks = new Map<string, Mark>()
  try {
    const list = await caller.call('GET', `${repository}/generations`)
    if (list.status !== 200) return marks
    for (const { snapshot, read } of generationsIn(list.body)) {
      const { status, body } = await caller.call('GET', `${repository}/generations/${snapshot}/receipt`)
      if (status !== 200) continue
      try {
        const receipt = openReceipt(body, keeper)
        if (receipt.snapshot !== snapshot || receipt.repository !== repository) continue
      } catch (error) {
        if (!isAppError(error)) throw error
        continue
      }
      marks.set(snapshot, read?.result === 'complete' ? 'attested' : 'received')
    }
    return marks
  } finally {
    caller.close()
  }
}

const generationsSchema = saidList(
  z.object({ snapshot: z.string().regex(/^[0-9a-f]{64}$/), read: z.object({ result: z.string() }).optional() }),
)

function generationsIn(body: string): z.infer<typeof generationsSchema> {
  try {
    return generationsSchema.parse(JSON.parse(body))
  } catch (cause) {
    throw new AppError('VAULT_PLACE_UNTRUSTED', { cause })
  }
}
