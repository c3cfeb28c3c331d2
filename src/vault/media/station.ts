/**
 * The machine's place for media: what is in it, opening, copying, reading back, taking off. Only volumes whose UUID is in the
 * set are ever mounted, written to or ejected.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { AppError, isAppError, systemError, type Backend } from '#base'
import {
  connectedMedia,
  ejectVolume,
  forgetCached,
  mountVolume,
  unmountFolder,
  type Ejected,
  type MountPoint,
  type Volume,
} from '#posix'
import { openLocalBackend } from '#storage'
import { mirrorRepository, mirrorSize, type MirrorDamage, type MirrorProgress } from '../mirror.ts'
import type { SeenMedium } from './check.ts'
import { MEDIUM_FOLDER, readMarker, writeMarker } from './marker.ts'
import { mediumOf, type MediaSet, type Medium } from './set.ts'
import { repositorySize, verifyFiles, type VerifyFilesResult } from './verify-files.ts'

/** A repository to copy; `name` is its folder on the medium. */
export interface MediumSource {
  readonly name: string
  readonly backend: Backend
}

export interface Steps {
  readonly signal?: AbortSignal
  readonly onProgress?: (name: string, progress: MirrorProgress) => void
}

/** What lies on a medium of one repository after a copy. */
export interface CopiedRepository {
  readonly name: string
  /** Of files here or there. */
  readonly damaged: readonly MirrorDamage[]
  readonly snapshots: readonly string[]
}

/** Left free: a file system that is full to the last byte fails at its own books. */
const SPARE_BYTES = 1 << 20
const REPOSITORY_NAME = /^[a-z0-9][a-z0-9-]{0,99}$/

export class MediaStation {
  readonly #set: MediaSet
  readonly #folder: string

  /** @param folder of Toride's own, under which media are mounted by their number */
  constructor(set: MediaSet, folder: string) {
    this.#set = set
    this.#folder = folder
  }

  /** What is connected; media of the set are opened for it, others are not touched. */
  async look(): Promise<{ seen: SeenMedium[]; hasTapeDrive: boolean }> {
    const { volumes, hasTapeDrive } = await connectedMedia()
    const seen: SeenMedium[] = []
    for (const volume of volumes) {
      const medium = mediumOf(this.#set, volume.uuid)
      if (medium === undefined && !volume.isRemovable) continue
      // Two of one UUID: which is ours cannot be told from outside, so neither is opened.
      const isAlone = volumes.filter(({ uuid }) => mediumOf(this.#set, uuid) === medium).length === 1
      seen.push(medium && isAlone ? await this.#lookAt(volume, medium) : { volume })
    }
    return { seen, hasTapeDrive }
  }

  async #lookAt(volume: Volume, medium: Medium): Promise<SeenMedium> {
    try {
      const mounted = await this.#mounted(volume, medium)
      const root = mounted.mounts[0]!.folder
      const { bavail, bsize } = statfsSync(root)
      return { volume: mounted, marker: readMarker(root), freeBytes: Math.max(0, bavail * bsize - SPARE_BYTES) }
    } catch {
      return { volume } // the check says that it could not be opened
    }
  }

  /** Mounted already (by us or by the desktop), or now. */
  async #mounted(volume: Volume, medium: Medium, mode: 'ro' | 'rw' = 'rw'): Promise<Volume> {
    if (volume.mounts.length > 0) return volume
    const folder = join(this.#folder, String(medium.number))
    await mountVolume(volume, folder, volume.isWriteProtected ? 'ro' : mode)
    const again = (await connectedMedia()).volumes.find((one) => one.device === volume.device)
    if (!again?.mounts.length) throw new AppError('STORAGE_MEDIUM_NOT_OPENED', { detail: 'mounted, and not there' })
    return again
  }

  /** Makes a medium of the set what the set says it is. Formats and removes nothing. False: it said so already. */
  async register(number: number): Promise<boolean> {
    const { volume, medium } = await this.#find(number)
    const { folder } = writable(await this.#mounted(volume, medium))
    const mark = { set: this.#set.id, number, uuid: medium.uuid }
    const before = readMarker(folder)
    const isThere = typeof before === 'object' && isDeepStrictEqual({ ...mark, format: before.format }, before)
    if (!isThere) writeMarker(folder, mark)
    return !isThere
  }

  /** @throws VAULT_MEDIUM_NOT_RIGHT unless exactly one volume has this medium's UUID */
  async #find(number: number): Promise<{ volume: Volume; medium: Medium }> {
    const { volumes } = await connectedMedia()
    const found = volumes.filter((volume) => mediumOf(this.#set, volume.uuid)?.number === number)
    const [volume] = found
    if (volume === undefined || found.length > 1) {
      throw new AppError('VAULT_MEDIUM_NOT_RIGHT', { context: { number, connected: found.length } })
    }
    return { volume, medium: mediumOf(this.#set, volume.uuid)! }
  }

  /** @throws VAULT_MEDIUM_NOT_RIGHT, STORAGE_MEDIUM_NOT_OPENED, STORAGE_READ_ONLY */
  async open(number: number, mode: 'ro' | 'rw' = 'rw'): Promise<OpenMedium> {
    const { volume, medium } = await this.#find(number)
    const mounted = await this.#mounted(volume, medium, mode)
    const { folder } = mode === 'rw' ? writable(mounted) : mounted.mounts[0]!
    const opened = new OpenMedium(folder)
    const marker = readMarker(opened.root)
    if (typeof marker === 'object' && marker.set === this.#set.id && marker.number === number) return opened
    opened.close()
    throw new AppError('VAULT_MEDIUM_NOT_RIGHT', {
      context: { number, marker: typeof marker === 'string' ? marker : 'other' },
    })
  }

  /** Bytes of these repositories that a medium has not got yet. @throws as {@link open}, VAULT_COPY_FOREIGN */
  async lacking(number: number, sources: readonly MediumSource[]): Promise<number> {
    const medium = await this.open(number, 'ro')
    try {
      let bytes = 0
      for (const { name, backend } of sources) bytes += (await mirrorSize(backend, medium.repository(name))).bytes
      return bytes
    } catch (error) {
      throw medium.reason(error)
    } finally {
      medium.close()
    }
  }

  /**
   * Copies what the medium lacks of every repository.
   * @throws VAULT_MEDIUM_FULL (told before anything is written where it can be), VAULT_MEDIUM_GONE, VAULT_COPY_FOREIGN
   */
  async copy(number: number, sources: readonly MediumSource[], steps: Steps = {}): Promise<CopiedRepository[]> {
    const medium = await this.open(number)
    try {
      const copied: CopiedRepository[] = []
      for (const { name, backend } of sources) {
        const to = medium.repository(name)
        const { damaged } = await mirrorRepository(backend, to, {
          ...(steps.signal && { signal: steps.signal }),
          onProgress(progress) {
            if (progress.filesDone === 0) medium.refuseFull(progress.bytesTotal)
            steps.onProgress?.(name, progress)
          },
        })
        copied.push({ name, damaged, snapshots: (await to.list('snapshots')).map((file) => file.name) })
      }
      medium.refuseGone()
      return copied
    } catch (error) {
      throw medium.reason(error)
    } finally {
      medium.close()
    }
  }

  /** Snapshots on a medium by repository, as they lie there. @throws as {@link open} */
  async holds(number: number): Promise<{ name: string; snapshots: readonly string[] }[]> {
    const { volume } = await this.#find(number)
    const medium = await this.open(number, 'ro')
    try {
      const found: { name: string; snapshots: readonly string[] }[] = []
      for (const name of medium.repositories()) {
        const snapshots = (await medium.repository(name).list('snapshots')).map((file) => file.name)
        found.push({ name, snapshots })
      }
      return found
    } catch (error) {
      throw medium.reason(error)
    } finally {
      medium.close()
      // It was opened for this look only.
      if (volume.mounts.length === 0) await this.letGo()
    }
  }

  /** Closes every medium that this station opened and nothing works on: it may be pulled out. */
  async letGo(): Promise<void> {
    for (const volume of (await connectedMedia()).volumes)
      for (const { folder } of volume.mounts)
        if (dirname(folder) === this.#folder) await unmountFolder(folder).catch(refuseUnlessInUse)
  }

  /**
   * Reads everything on the medium back. It is taken off and opened anew before, read-only, so that no byte comes from the
   * system's memory; where it cannot be taken off, `fromMedium` says so.
   * @throws VAULT_MEDIUM_GONE, VAULT_MEDIUM_NOT_RIGHT
   */
  async verify(
    number: number,
    sources: readonly MediumSource[],
    steps: Steps = {},
  ): Promise<{ fromMedium: boolean; results: Map<string, VerifyFilesResult> }> {
    const { volume } = await this.#find(number)
    const fromMedium = await reopened(volume)
    const medium = await this.open(number, 'ro')
    try {
      const results = new Map<string, VerifyFilesResult>()
      for (const { name, backend } of sources) {
        results.set(name, await readBack(medium.repository(name), name, { backend, steps }))
        medium.refuseGone()
      }
      return { fromMedium, results }
    } catch (error) {
      throw medium.reason(error)
    } finally {
      medium.close()
      // The next copy has to write.
      if (fromMedium) await reopened((await this.#find(number).catch(() => ({ volume }))).volume)
    }
  }

  /** Written out, unmounted, and as far as the device can be brought. @throws STORAGE_MEDIUM_IN_USE, VAULT_MEDIUM_NOT_RIGHT */
  async eject(number: number): Promise<Ejected> {
    return ejectVolume((await this.#find(number)).volume)
  }
}

function refuseUnlessInUse(error: unknown): void {
  if (!isAppError(error, 'STORAGE_MEDIUM_IN_USE')) throw error
}

async function readBack(
  there: Backend,
  name: string,
  { backend, steps }: { readonly backend: Backend; readonly steps: Steps },
): Promise<VerifyFilesResult> {
  const config = await backend.load({ kind: 'config', name: '' })
  const { files: filesTotal, bytes: bytesTotal } = await repositorySize(there)
  const done = { filesDone: 0, bytesDone: 0 }
  return verifyFiles(there, {
    config,
    ...(steps.signal && { signal: steps.signal }),
    onFile(bytes) {
      done.filesDone += 1
      done.bytesDone += bytes
      steps.onProgress?.(name, { ...done, filesTotal, bytesTotal })
    },
  })
}

/** @throws STORAGE_READ_ONLY: the switch on the cartridge, or a file system that is damaged or was hibernated by Windows */
function writable({ mounts, isWriteProtected }: Volume): MountPoint {
  const [mount] = mounts
  if (mount && !mount.isReadOnly && !isWriteProtected) return mount
  throw new AppError('STORAGE_READ_ONLY', { detail: 'a medium' })
}

async function reopened(volume: Volume): Promise<boolean> {
  try {
    for (const { folder } of volume.mounts) await unmountFolder(folder)
  } catch (error) {
    if (isAppError(error, 'STORAGE_MEDIUM_IN_USE')) return false
    throw error
  }
  return forgetCached(volume)
}

/**
 * A mounted medium, held open: it cannot be taken off meanwhile, and every path goes through the opened folder. Were it torn
 * off nevertheless, nothing could be written into the empty folder beneath, on the machine's own disk.
 */
class OpenMedium {
  readonly root: string
  readonly #folder: string
  readonly #handle: number

  constructor(folder: string) {
    this.#folder = folder
    try {
      this.#handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
    } catch (error) {
      throw systemError(error, 'open a medium')
    }
    this.root = `/proc/self/fd/${this.#handle}`
  }

  repository(name: string): Backend {
    if (!REPOSITORY_NAME.test(name)) throw new AppError('BASE_BUG', { detail: 'no name for a folder' })
    return { ...openLocalBackend(join(this.root, MEDIUM_FOLDER, name)), location: `medium:${name}` }
  }

  /** Names of the repositories on it. */
  repositories(): string[] {
    const entries = readdirSync(join(this.root, MEDIUM_FOLDER), { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() && REPOSITORY_NAME.test(entry.name)).map(({ name }) => name)
  }

  refuseFull(bytes: number): void {
    const { bavail, bsize } = statfsSync(this.root)
    const missingBytes = bytes + SPARE_BYTES - bavail * bsize
    if (bytes > 0 && missingBytes > 0) throw new AppError('VAULT_MEDIUM_FULL', { context: { missingBytes } })
  }

  refuseGone(): void {
    if (!this.#isThere()) throw new AppError('VAULT_MEDIUM_GONE')
  }

  #isThere(): boolean {
    try {
      return statSync(this.#folder).dev === fstatSync(this.#handle).dev
    } catch {
      return false
    }
  }

  /** What an error of the work means for a medium. */
  reason(error: unknown): unknown {
    if (!this.#isThere() || isAppError(error, 'STORAGE_UNREACHABLE'))
      return new AppError('VAULT_MEDIUM_GONE', { cause: error })
    return isAppError(error, 'STORAGE_FULL') ? new AppError('VAULT_MEDIUM_FULL', { cause: error }) : error
  }

  close(): void {
    closeSync(this.#handle)
  }
}
