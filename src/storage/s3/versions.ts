import { hash } from 'node:crypto'
import { AppError, type FileRef } from '#base'
import { relativePath } from '../layout.ts'
import { MAX_LOAD_BYTES } from './bounds.ts'
import type { Bucket, ObjectVersion } from './bucket.ts'

/**
 * Which of a file's versions is the file. Whoever may write may write over a name, which makes a newer version: the right
 * one is the one whose bytes hash to the name. It is looked for from the oldest on, since nobody can know a name before
 * its bytes are there; `config` has no hash for a name and is the oldest. Reads only where there is a choice.
 * @param versions at least one, oldest first
 */
export async function rightVersion(
  bucket: Bucket,
  file: FileRef,
  versions: readonly ObjectVersion[],
): Promise<ObjectVersion> {
  const [oldest] = versions
  if (oldest === undefined) throw new AppError('STORAGE_NOT_FOUND', { detail: `look at a ${file.kind} file` })
  if (versions.length === 1 || file.kind === 'config') return oldest
  for (const version of versions) if (await isTheFile(bucket, file, version)) return version
  // None is: the reader of the oldest will find it damaged, as it is.
  return oldest
}

async function isTheFile(bucket: Bucket, file: FileRef, { versionId, sizeBytes }: ObjectVersion): Promise<boolean> {
  // None of ours is so large: somebody's who may write.
  if (sizeBytes > MAX_LOAD_BYTES) return false
  const bytes = await bucket.read(relativePath(file), { VersionId: versionId, most: sizeBytes })
  return hash('sha256', bytes) === file.name
}
