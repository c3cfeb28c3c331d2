/** Whether one generation at the Keeper is whole: manifest, objects, trees, and each blob in a pack that the manifest holds. */
import { createHash } from 'node:crypto'
import { AppError, isAppError } from '#base'
import { manifestHash, type ManifestObject, objectKey, parseManifest, type Receipt } from '#attest'
import { check, type CheckResult, type Finding, type Repository, type StartWorker } from '#restic'
import type { PlaceBackend } from '#storage'

export interface Progress {
  readonly phase: 'trees' | 'packs'
  /** Folders or packs. */
  readonly files: number
  readonly bytes: number
  readonly bytesTotal: number
}

export interface JudgeInput {
  readonly receipt: Receipt
  readonly manifest: string | undefined
  /** Sizes of all objects at the Keeper, by `kind/name`. */
  readonly there: ReadonlyMap<string, number>
  readonly backend: PlaceBackend
  /** Asked for after the key files were found whole. @throws RESTIC_WRONG_PASSWORD */
  readonly open: () => Promise<Repository>
  /** Packs to read: all of the manifest that this takes. */
  readonly mustRead: (pack: string) => boolean
  /** Absent: everything in this thread. */
  readonly startWorker?: StartWorker
  readonly workerCount?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface Problem {
  readonly what: 'manifest' | 'missing' | 'size' | 'changed' | 'not-in-manifest' | Finding['what']
  /** An object's name; never one out of a backup. */
  readonly name: string
}

export interface Judgement {
  /** Empty: complete. Up to 1,000 of each kind. */
  readonly problems: readonly Problem[]
  /** Read and found whole. */
  readonly packsRead: readonly string[]
}

/** @throws what the network or the password are to blame for: then nothing is known of the generation */
export async function judge(input: JudgeInput): Promise<Judgement> {
  const { receipt, manifest: text, there } = input
  if (text === undefined || manifestHash(text) !== receipt.manifest)
    return damaged([{ what: 'manifest', name: receipt.snapshot }])
  const manifest = parseManifest(text)
  const lying = manifest.flatMap((object) => lyingWrong(object, there))
  if (lying.length > 0) return damaged(lying)
  const changed = await changedAmong(input, manifest)
  if (changed.length > 0) return damaged(changed)
  let repository
  try {
    repository = await input.open()
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'damaged') throw error
    return damaged([{ what: 'changed', name: 'config' }])
  }
  return judgeContents(input, manifest, repository)
}

const damaged = (problems: readonly Problem[]): Judgement => ({ problems, packsRead: [] })

function lyingWrong(object: ManifestObject, there: ReadonlyMap<string, number>): Problem[] {
  const name = objectKey(object)
  const size = there.get(name)
  if (size === undefined) return [{ what: 'missing', name }]
  return size === object.sizeBytes ? [] : [{ what: 'size', name }]
}

/** The small files that open the rest: a key file that was changed must not look like a wrong password. */
async function changedAmong({ backend, receipt }: JudgeInput, manifest: readonly ManifestObject[]): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const object of manifest) {
    if (object.kind !== 'config' && object.kind !== 'keys') continue
    const found = createHash('sha256')
      .update(await backend.load(object))
      .digest('hex')
    if (found !== (object.kind === 'config' ? receipt.config : object.name))
      problems.push({ what: 'changed', name: objectKey(object) })
  }
  return problems
}

async function judgeContents(
  input: JudgeInput,
  manifest: readonly ManifestObject[],
  repository: Repository,
): Promise<Judgement> {
  const { receipt, backend, startWorker, workerCount, signal, onProgress } = input
  const listed = new Set(manifest.map(objectKey))
  const toRead = manifest.filter(({ kind, name }) => kind === 'data' && input.mustRead(name))
  const bytesTotal = toRead.reduce((sum, pack) => sum + pack.sizeBytes, 0)
  const result = await check({
    repository,
    storage: backend.sync,
    readData: { packs: new Set(toRead.map(({ name }) => name)) },
    snapshots: [receipt.snapshot],
    ...(startWorker && { startWorker }),
    ...(workerCount !== undefined && { workerCount }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: ({ phase, files, bytes }) => onProgress({ phase, files, bytes, bytesTotal }) }),
  })
  if (result.findings.some(({ detail }) => NOT_KNOWN.test(detail ?? '')))
    throw new AppError('STORAGE_UNREACHABLE', { detail: 'the connection broke while reading' })
  const problems = result.findings.flatMap((finding) => problemOf(finding, receipt.snapshot, listed))
  if (!result.snapshots.some(({ id }) => id === receipt.snapshot) && problems.length === 0)
    problems.push({ what: 'snapshot-unreadable', name: receipt.snapshot })
  const outside = packsOutside(result, listed)
  const bad = new Set(problems.map(({ name }) => name))
  return {
    problems: [...problems, ...outside.map((name) => ({ what: 'not-in-manifest' as const, name }))],
    packsRead: toRead.map(({ name }) => name).filter((name) => !bad.has(name)),
  }
}

/** The line or the machine failed, not the bytes. */
const NOT_KNOWN = /\bSTORAGE_(?:UNREACHABLE|FAILED|DENIED|CREDENTIALS_WRONG|CERTIFICATE_WRONG)\b/

/** Only this generation's trees were walked; of packs and index files others have their own. */
function problemOf(finding: Finding, snapshot: string, listed: ReadonlySet<string>): Problem[] {
  const { severity, what, pack, index } = finding
  if (severity !== 'error') return []
  if (pack !== undefined) return listed.has(`data/${pack}`) ? [{ what, name: pack }] : []
  if (index !== undefined) return listed.has(`index/${index}`) ? [{ what, name: index }] : []
  if (finding.snapshot !== undefined) return finding.snapshot === snapshot ? [{ what, name: snapshot }] : []
  return [{ what, name: finding.tree ?? snapshot }]
}

/** Packs that hold a needed blob alone and that the manifest does not name: the Keeper may free them. */
function packsOutside({ index, needed }: CheckResult, listed: ReadonlySet<string>): string[] {
  const isHeld = (entry: number): boolean => listed.has(`data/${index.location(entry).packId}`)
  const outside = new Set<string>()
  const id = Buffer.alloc(32)
  for (let entry = 0; entry < index.blobCount; entry++) {
    if (!needed.has(entry) || isHeld(entry)) continue
    index.readId(entry, id)
    const { type, packId } = index.location(entry)
    if (!index.entriesOf(id, type).some(isHeld)) outside.add(packId)
  }
  return [...outside].slice(0, 1000)
}
