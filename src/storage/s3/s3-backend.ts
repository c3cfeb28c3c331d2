import { AppError, type Backend, type FileRef, type Retention } from '#base'
import { demandSound, relativePath } from '../layout.ts'
import { Bucket, type S3Config } from './bucket.ts'
import { S3Retention, type HeldVersions } from './s3-retention.ts'

export interface S3Options extends S3Config {
  /** `compliance`: the bucket was made with Object Lock, and files can be held. `none`: plain storage. */
  readonly objectLock: 'compliance' | 'none'
  /** What is known about locks from before, by path; an empty Map where there is nothing. It saves calls, no more. */
  readonly held?: HeldVersions
}

/** A backend in a bucket. Without `objectLock: 'compliance'` it has no `retention`. */
export type S3Backend = Backend & { readonly retention?: Retention & { known(file: FileRef): number | undefined } }

/**
 * A repository in an S3 bucket, laid out as restic's `s3:` backend does (default layout), so that stock restic opens it.
 * docs/design/s3.md says which calls are made and what they prove.
 */
export function openS3Backend(options: S3Options): S3Backend {
  const bucket = new Bucket(options)
  const retention = options.objectLock === 'compliance' ? new S3Retention(bucket, options.held ?? new Map()) : undefined
  return {
    location: bucket.location,
    ...(retention && { retention }),
    save: (file, parts) => save(bucket, retention, file, parts),
    load: (file, offset = 0, length) => load(bucket, file, offset, length),
    async stat(file) {
      const sizeBytes = await bucket.size(relativePath(file))
      return sizeBytes === undefined ? undefined : { sizeBytes }
    },
    async list(kind) {
      if (kind !== 'config') return bucket.list(kind)
      const sizeBytes = await bucket.size('config')
      return sizeBytes === undefined ? [] : [{ name: '', sizeBytes }]
    },
    remove: (file) => (retention ? removeVersions(bucket, retention, file) : bucket.remove(relativePath(file))),
    replace: (file, bytes) => replace(bucket, retention, file, bytes),
    close: () => bucket.close(),
  }
}

/**
 * Asks first whether the name is taken, and puts without a condition: some servers ignore "only if it is not there" among
 * versions, others refuse it. Two writers of one name at the same moment may so both succeed; that is harmless: the name is
 * the hash of the bytes, so both wrote the same, and in a bucket with versions both stay. Only `config` has no such name; it
 * is written once, by `init`.
 */
async function save(
  bucket: Bucket,
  retention: S3Retention | undefined,
  file: FileRef,
  parts: readonly Uint8Array[],
): Promise<void> {
  const path = relativePath(file)
  if ((await bucket.size(path)) !== undefined) {
    throw new AppError('STORAGE_EXISTS', { detail: `save a ${file.kind} file` })
  }
  const versionId = await bucket.put(path, parts.length === 1 ? parts[0]! : Buffer.concat(parts))
  retention?.noteSaved(file, versionId)
}

/** A newer version; the damaged one stays under its lock. The sound one is held as long. */
async function replace(
  bucket: Bucket,
  retention: S3Retention | undefined,
  file: FileRef,
  bytes: Uint8Array,
): Promise<void> {
  demandSound(file, bytes)
  const held = await retention?.state(file)
  const versionId = await bucket.put(relativePath(file), bytes)
  retention?.noteSaved(file, versionId)
  if (held) await retention?.lock(file, held.untilMs)
}

async function load(bucket: Bucket, file: FileRef, offset: number, length: number | undefined): Promise<Buffer> {
  const path = relativePath(file)
  // A range of no bytes cannot be asked for.
  if (length === 0) {
    if ((await bucket.size(path)) === undefined) throw new AppError('STORAGE_NOT_FOUND', { detail: 'read a file' })
    return Buffer.alloc(0)
  }
  try {
    return await bucket.read(path, { offset, ...(length !== undefined && { length }) })
  } catch (error) {
    const behindTheEnd = length === undefined && error instanceof AppError && error.code === 'STORAGE_TRUNCATED'
    if (!behindTheEnd) throw error
    return Buffer.alloc(0)
  }
}

/**
 * In a bucket with versions a plain delete only hides: the versions go one by one, so that their room becomes free. Where
 * these credentials may not do that, the file is hidden, and the bucket's own rule for hidden versions frees the room.
 */
async function removeVersions(bucket: Bucket, retention: S3Retention, file: FileRef): Promise<void> {
  const path = relativePath(file)
  const history = await bucket.history(path)
  if (history === undefined) return
  if (file.kind !== 'locks') {
    const untilMs = (await retention.state(file))?.untilMs ?? 0
    if (untilMs > bucket.serverNow()) {
      throw new AppError('STORAGE_LOCKED_UNTIL', { context: { untilMs, kind: file.kind } })
    }
  }
  // Markers last: a version whose marker goes first would show again in between.
  const all = [...history.versions.map((version) => version.versionId), ...history.markers]
  for (const versionId of all) {
    try {
      await bucket.remove(path, versionId)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'STORAGE_DENIED') throw error
      if (!history.hidden) await bucket.remove(path)
      break
    }
  }
  retention.forget(file)
}
