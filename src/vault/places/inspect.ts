/**
 * The reading of what lies at a place (R38): a part each night, everything each month. Files are read in the order of their
 * names, which are hashes and so in no order of time: each night's part is a fair sample, and the next night goes on where
 * it ended. A round that saw every file proves every generation that lay there when it began.
 */
import { hash } from 'node:crypto'
import { AppError, type Backend, type Clock, type EpochMs, type FileRef, isAppError } from '#base'
import { type ManifestObject, objectKey } from '#attest'

/** Where a round stands; `cursor` is the key of the last file that was read, '' at its beginning. */
export interface Round {
  readonly cursor: string
  readonly beganAt: EpochMs
  readonly files: number
  readonly bytes: number
  readonly damaged: number
}

export const newRound = (now: EpochMs): Round => ({ cursor: '', beganAt: now, files: 0, bytes: 0, damaged: 0 })

export interface InspectOptions {
  /** After so long the rest waits for the next time. */
  readonly budgetMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onFile: (round: Round) => void
  /** Read at the same time, each whole in memory. */
  readonly concurrency?: number
}

export interface Inspected {
  readonly round: Round
  /** Everything has been read. */
  readonly isWhole: boolean
  /** Gone, of another size, or of other bytes than the name promises. */
  readonly damaged: readonly FileRef[]
  readonly files: number
  readonly bytes: number
}

/**
 * @param wanted every file that the generations there need; `config` has no hash for a name and is not among what is read
 * @throws what the backend throws where it cannot be asked at all; BASE_CANCELLED
 */
export async function inspect(
  backend: Backend,
  wanted: readonly ManifestObject[],
  round: Round,
  { budgetMs, clock, signal, onFile, concurrency = 3 }: InspectOptions,
): Promise<Inspected> {
  const files = wanted
    .filter(({ kind }) => kind !== 'config')
    .map((file) => ({ file, key: placeInRound(file) }))
    .filter(({ key }) => key > round.cursor)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const endsAt = clock.monotonic() + budgetMs
  const damaged: FileRef[] = []
  let now = round
  let done = 0
  // In short rows: the cursor stands behind files that were all read.
  while (done < files.length && (clock.monotonic() < endsAt || done === 0)) {
    if (signal.aborted) throw new AppError('BASE_CANCELLED')
    const row = files.slice(done, done + concurrency)
    const sound = await Promise.all(row.map(({ file }) => isSound(backend, file)))
    const bad = row.filter((_, i) => !sound[i]).map(({ file: { kind, name } }) => ({ kind, name }))
    damaged.push(...bad)
    done += row.length
    now = {
      ...now,
      cursor: row.at(-1)!.key,
      files: now.files + row.length,
      bytes: now.bytes + row.reduce((sum, { file }) => sum + file.sizeBytes, 0),
      damaged: now.damaged + bad.length,
    }
    onFile(now)
  }
  const isWhole = done === files.length
  return { round: now, isWhole, damaged, files: now.files - round.files, bytes: now.bytes - round.bytes }
}

/** The name first: packs and snapshots come in one random order. */
const placeInRound = (file: FileRef): string => `${file.name} ${objectKey(file)}`

async function isSound(backend: Backend, { kind, name, sizeBytes }: ManifestObject): Promise<boolean> {
  try {
    const bytes = await backend.load({ kind, name })
    return bytes.length === sizeBytes && hash('sha256', bytes) === name
  } catch (error) {
    if (isAppError(error, 'STORAGE_NOT_FOUND') || isAppError(error, 'STORAGE_TRUNCATED')) return false
    throw error
  }
}
