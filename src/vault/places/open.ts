/** A place of any kind as the copy sees it: the repository of a source there, and what holds it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
  const { folder } = place.config
  if (placeMark(folder) !== place.id) throw new AppError('VAULT_PLACE_NOT_THERE')
  return {
    repository: (sourceId) => {
      const root = join(folder, sourceId)
      const local = openLocalBackend(root, { clock: parts.clock, immutable: { set: setImmutable, isSet: isImmutable } })
      return { ...local, create: () => makeLocalFolders(root) }
    },
    hold: holdFiles,
    close() {},
  }
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

/** Locks asked for together share one flush of the folder's retention log. */
const AT_ONCE = 500

async function holdFiles({ to: { retention }, objects, untilMs }: Holding): Promise<Hold> {
  const strengths = new Set<LockStrength>()
  for (let i = 0; i < objects.length; i += AT_ONCE)
    for (const strength of await Promise.all(
      objects.slice(i, i + AT_ONCE).map((object) => retention!.lock(object, untilMs)),
    ))
      strengths.add(strength)
  return { lockedUntil: untilMs, strength: strengths.has('logical') ? 'logical' : 'immutable-attribute' }
}

/** Says that a folder is a place, and which: an empty mount point has none, and must not be filled in its stead. */
export const PLACE_MARK = 'toride-place.json'

/** The place that a folder is; undefined where it is none. */
export function placeMark(folder: string): string | undefined {
  const file = join(folder, PLACE_MARK)
  if (!existsSync(file)) return undefined
  return /"id":\s*"([\w-]{1,100})"/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
}
