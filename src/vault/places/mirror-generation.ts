/** One generation's objects to another place: only what is missing there, the snapshot last, each byte checked on the way. */
import { createHash } from 'node:crypto'
import { AppError, type Backend, type FileKind, isAppError } from '#base'
import { type ManifestObject, objectKey } from '#attest'

export interface MirrorProgress {
  readonly files: number
  readonly filesTotal: number
  readonly bytes: number
  readonly bytesTotal: number
}

export interface Mirrored {
  readonly files: number
  readonly bytes: number
}

/** restic's order: what refers comes after what it refers to, so that a cut leaves only what the next copy uses. */
const ORDER: readonly FileKind[] = ['config', 'keys', 'data', 'index', 'snapshots']
const AT_ONCE = 4

export async function mirrorGeneration(
  from: Backend,
  to: Backend,
  objects: readonly ManifestObject[],
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: MirrorProgress) => void },
): Promise<Mirrored> {
  const missing = await missingAt(to, objects)
  const bytesTotal = missing.reduce((sum, object) => sum + object.sizeBytes, 0)
  let files = 0
  let bytes = 0
  for (const kind of ORDER) {
    const waiting = missing.filter((object) => object.kind === kind)
    const worker = async (): Promise<void> => {
      for (let object = waiting.shift(); object; object = waiting.shift()) {
        if (options.signal.aborted) throw new AppError('BASE_CANCELLED')
        await copy(from, to, object)
        files++
        bytes += object.sizeBytes
        options.onProgress({ files, filesTotal: missing.length, bytes, bytesTotal })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  return { files, bytes }
}

async function missingAt(to: Backend, objects: readonly ManifestObject[]): Promise<ManifestObject[]> {
  const there = new Map<string, number>()
  for (const kind of ORDER)
    for (const { name, sizeBytes } of await to.list(kind)) there.set(objectKey({ kind, name }), sizeBytes)
  return objects.filter((object) => there.get(objectKey(object)) !== object.sizeBytes)
}

async function copy(from: Backend, to: Backend, object: ManifestObject): Promise<void> {
  const bytes = await from.load(object)
  // A damaged file must not be carried on: another place may still have it whole.
  if (object.kind !== 'config' && createHash('sha256').update(bytes).digest('hex') !== object.name)
    throw new AppError('RESTIC_DAMAGED', { detail: `${object.kind} file`, context: { file: object.name } })
  try {
    await to.save(object, [bytes])
  } catch (error) {
    // Somebody else was quicker, or an answer was lost and asked for again.
    if (!isAppError(error, 'STORAGE_EXISTS')) throw error
  }
}
