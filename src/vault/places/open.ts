/** A place of any kind as the copy sees it: the repository of a source there, and what holds it. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError, type Backend, type Clock, type EpochMs, type LockStrength } from '#base'
import type { ManifestObject } from '#attest'
import { isImmutable, setImmutable } from '#posix'
import {
  extendLocks,
  type HeldVersions,
  makeLocalFolders,
  openLocalBackend,
  openRestBackend,
  openS3Backend,
  withRetry,
} from '#storage'
import type { Generation } from '../generations.ts'
import { weakestHold } from '../weakest-hold.ts'
import { openKeeperPlace, type Signed } from './keeper.ts'
import type { Place } from './kinds.ts'

export type PlaceRepository = Backend & { create(): Promise<void> }

/** How a place holds a generation; without `lockedUntil` it is a copy that holds nothing. */
export interface Hold {
  readonly lockedUntil?: EpochMs
  readonly strength?: LockStrength
  /** What a Keeper signed. */
  readonly receipt?: Signed
}

export interface Holding {
  readonly generation: Generation
  readonly objects: readonly ManifestObject[]
  /** The repository of the generation's source there. */
  readonly to: Backend
  readonly untilMs: EpochMs
}

export interface OpenPlace {
  repository(sourceId: string): PlaceRepository
  hold(holding: Holding): Promise<Hold>
  close(): void
}

export interface OpenPlaceParts {
  readonly clock: Clock
  /** Locks of objects in a bucket that were seen, of one source. */
  readonly held: HeldVersions
}

/** What a place needs beside its address; as it was given. */
export type PlaceSecret =
  | { readonly kind: 'keeper' | 'rest'; readonly password: string }
  | { readonly kind: 's3'; readonly accessKeyId: string; readonly secretAccessKey: string }
  | { readonly kind: 'folder' }

/** @throws VAULT_PLACE_NOT_THERE where the folder is not the one that was given: a share that is not mounted */
export function openPlace(place: Place, secret: PlaceSecret, parts: OpenPlaceParts): OpenPlace {
  if (place.kind === 'keeper' && secret.kind === 'keeper') return openKeeperPlace(place.config, secret.password)
  if (place.kind === 's3' && secret.kind === 's3') {
    const { prefix, ...bucket } = place.config
    const { kind: _, ...credentials } = secret
    return {
      repository: (sourceId) => {
        const at = { ...bucket, prefix: prefix === '' ? sourceId : `${prefix}/${sourceId}` }
        const { held, clock } = parts
        const s3 = openS3Backend({ ...at, credentials, objectLock: 'compliance', held, clock })
        // A bucket has no folders to make.
        return { ...withRetry(s3), create: () => Promise.resolve() }
      },
      hold: (holding) => holdObjects(holding, parts.clock),
      close() {},
    }
  }
  if (place.kind === 'rest' && secret.kind === 'rest') {
    const { url, user, pin } = place.config
    return {
      repository: (sourceId) => {
        const rest = openRestBackend({
          url: `${url.replace(/\/?$/, '/')}${sourceId}/`,
          ...(user === '' ? {} : { user, password: secret.password }),
          ...(pin === '' ? {} : { pinnedCertificateSha256: pin }),
        })
        return { ...withRetry(rest), create: () => rest.create() }
      },
      hold: () => Promise.resolve({}),
      close() {},
    }
  }
  if (place.kind !== 'folder') throw new AppError('VAULT_KEY_MISSING')
  return openFolder(place.config.folder, place.id, parts.clock)
}

function openFolder(folder: string, id: string, clock: Clock): OpenPlace {
  if (placeMark(folder) !== id) throw new AppError('VAULT_PLACE_NOT_THERE')
  return {
    repository: (sourceId) => {
      const root = join(folder, sourceId)
      // A link leads to where somebody else wants us to write.
      if (lstatSync(root, { throwIfNoEntry: false })?.isSymbolicLink()) throw new AppError('VAULT_PLACE_NOT_THERE')
      const local = openLocalBackend(root, { clock, immutable: { set: setImmutable, isSet: isImmutable } })
      return { ...local, create: () => makeLocalFolders(root) }
    },
    // Where others may write they may move the whole repository away, whatever holds its files.
    hold: async (holding) => {
      const hold = await holdFiles(holding)
      return isOnlyOurs(folder) ? hold : { ...hold, strength: 'logical' }
    },
    close() {},
  }
}

/** Nobody but root and we may rename or replace what leads to a folder; in a sticky folder (`/tmp`) owners are left alone. */
function isOnlyOurs(folder: string): boolean {
  const { uid, mode } = lstatSync(folder)
  const othersWrite = (mode & 0o022) !== 0 && (mode & 0o1000) === 0
  const isOurs = uid === 0 || uid === process.getuid?.()
  const parent = dirname(folder)
  return isOurs && !othersWrite && (parent === folder || isOnlyOurs(parent))
}

/**
 * So much longer than asked is what has to be extended held: a pack that every night needs anew costs a call a month then,
 * and none a night. Never longer than the lock itself is: the sample's is minutes.
 */
const AHEAD_MS = 30 * 86_400_000

async function holdObjects({ to, objects, untilMs }: Holding, clock: Clock): Promise<Hold> {
  const aheadMs = Math.max(0, Math.min(AHEAD_MS, untilMs - clock.now()))
  const { failed } = await extendLocks(to, objects, untilMs, { aheadMs })
  if (failed[0]) throw failed[0].error
  return { lockedUntil: untilMs, strength: 'object-lock-compliance' }
}

async function holdFiles({ to: { retention }, objects, untilMs }: Holding): Promise<Hold> {
  const strength = await weakestHold(objects, (object) => retention!.lock(object, untilMs))
  return { lockedUntil: untilMs, strength }
}

/** Says that a folder is a place, and which: an empty mount point has none, and must not be filled in its stead. */
export const PLACE_MARK = 'toride-place.json'

/** A mark is a line; what stands in its place may be anything, since others may write there. */
const MOST_MARK_BYTES = 4096

/** The place that a folder is; undefined where it is none. Follows no link, waits for no pipe. */
export function placeMark(folder: string): string | undefined {
  let file: number
  try {
    file = openSync(join(folder, PLACE_MARK), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : ''
  }
  try {
    const { size } = fstatSync(file)
    if (!fstatSync(file).isFile() || size > MOST_MARK_BYTES) return ''
    return /"id":\s*"([\w-]{1,100})"/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  } finally {
    closeSync(file)
  }
}
