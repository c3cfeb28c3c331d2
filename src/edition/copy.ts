/**
 * An edition onto a stick or into any folder: written beside what is there, flushed, read back from the medium and compared
 * by hash, and only then given its name. What lay there before goes last, and only where a person said so. Nothing here waits
 * in the server's thread: a slow stick keeps nobody waiting.
 */
import { createHash } from 'node:crypto'
import { access, type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, codeOf, systemError } from '#base'
import { readFromMedium } from '#posix'
import { syncFolderLater } from '#storage'
import { MANIFEST_NAME, PAGE_NAME } from './format/index.ts'

/** `beside`: earlier editions stay; `replace`: they go, after the new one was read back. */
export type CopyMode = 'beside' | 'replace'

export interface CopyPlan {
  /** Editions that lie in the folder, by the names of their folders. */
  readonly found: readonly string[]
  /** Other things there; they are never touched. */
  readonly others: number
  /** Folders that would be made. */
  readonly targets: readonly string[]
  /** One of them is there already: only `replace` goes. */
  readonly isTaken: boolean
  readonly freeBytes: number
  readonly neededBytes: number
}

export interface CopyOrder {
  readonly number: number
  /** Folders of the discs, in their order. */
  readonly discs: readonly string[]
  readonly folder: string
  readonly mode: CopyMode
  /** Numbers of the editions that `replace` removes; absent: all that are there. */
  readonly replaces?: readonly number[]
  readonly signal?: AbortSignal
  readonly report?: (progress: { phase: 'save' | 'read-back'; bytesDone: number; bytesTotal: number }) => void
}

const OURS = /^toride-\d+(?:-\d+)?$/
const CHUNK = 1 << 20
const CLUSTER = 32 << 10
/** Tables of the file system, and a margin. */
const RESERVED = 4 << 20

/** What is there and what would become of it; nothing is written. @throws EDITION_PLACE_GONE, STORAGE_* */
export async function planCopy({
  number,
  discs,
  folder,
}: Pick<CopyOrder, 'number' | 'discs' | 'folder'>): Promise<CopyPlan> {
  if (!(await isThere(folder))) throw new AppError('STORAGE_NOT_FOUND', { detail: 'folder for a copy' })
  return orGone(folder, 'looking at the folder', async () => {
    if (!(await stat(folder)).isDirectory()) throw new AppError('STORAGE_NOT_A_FOLDER')
    const names = await readdir(folder)
    const ours = await Promise.all(names.map((name) => isEdition(join(folder, name))))
    const found = names.filter((_, n) => ours[n])
    const targets = targetsOf(number, discs)
    const { bavail, bsize } = await statfs(folder)
    const files = (await Promise.all(discs.map((disc) => filesOf(disc)))).flat()
    return {
      found,
      others: names.length - found.length,
      targets,
      isTaken: targets.some((name) => names.includes(name)),
      freeBytes: bavail * bsize,
      neededBytes: files.reduce((sum, { bytes }) => sum + onStick(bytes), RESERVED),
    }
  })
}

/** A file takes whole clusters: many sticks have clusters of 32 KiB. */
const onStick = (bytes: number): number => Math.ceil(bytes / CLUSTER) * CLUSTER

const targetsOf = (number: number, discs: readonly string[]) =>
  discs.map((_, i) => (discs.length === 1 ? `toride-${number}` : `toride-${number}-${i + 1}`))

/** A folder of ours by its name and by what lies in it: nothing else is ever removed. */
const isEdition = async (path: string): Promise<boolean> =>
  OURS.test(basename(path)) && (await isThere(join(path, PAGE_NAME))) && isThere(join(path, MANIFEST_NAME))

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/**
 * @returns how many files were read back, and how many earlier editions were removed
 * @throws EDITION_PLACE_TAKEN, STORAGE_FULL, EDITION_PLACE_GONE, EDITION_COPY_DIFFERS, BASE_CANCELLED; what lay there stays
 */
export async function copyEdition(order: CopyOrder): Promise<{ readonly files: number; readonly replaced: number }> {
  const { folder, discs, mode } = order
  const plan = await planCopy(order)
  if (plan.isTaken && mode !== 'replace') throw new AppError('EDITION_PLACE_TAKEN')
  if (plan.freeBytes < plan.neededBytes) throw new AppError('STORAGE_FULL', { detail: 'copying an edition' })
  const { dev: device } = await stat(folder)
  const parts = plan.targets.map((name) => join(folder, `${name}.part`))
  try {
    const files = await Promise.all(discs.map((disc) => filesOf(disc)))
    const bytesTotal = files.flat().reduce((sum, { bytes }) => sum + bytes, 0)
    const progress = { bytesDone: 0, bytesTotal }
    for (const [i, disc] of discs.entries())
      await copyDisc(order, { disc, files: files[i]! }, parts[i]!, progress, device)
    const replaced = await orGone(folder, 'putting the copy in its place', () => takePlace(order, plan, parts))
    return { files: files.flat().length, replaced }
  } catch (error) {
    // Where the stick is out, there is nothing to tidy; the next try begins anew.
    for (const part of parts) await rm(part, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** @returns how many earlier editions were removed */
async function takePlace(order: CopyOrder, plan: CopyPlan, parts: readonly string[]): Promise<number> {
  const { folder, mode, replaces } = order
  const own = new Set(plan.targets)
  const goes = (name: string) => !replaces || replaces.includes(Number(/\d+/.exec(name)![0]))
  const old = mode === 'replace' ? plan.found.filter((name) => !own.has(name) && goes(name)) : []
  for (const [i, name] of plan.targets.entries()) {
    await rm(join(folder, name), { recursive: true, force: true })
    await rename(parts[i]!, join(folder, name))
  }
  await syncFolderLater(folder)
  for (const name of old) await rm(join(folder, name), { recursive: true, force: true })
  await syncFolderLater(folder)
  return old.length
}

interface Listed {
  /** Relative, with the system's separator. */
  readonly name: string
  readonly bytes: number
}

async function copyDisc(
  { folder, report, signal }: CopyOrder,
  { disc, files }: { readonly disc: string; readonly files: readonly Listed[] },
  target: string,
  progress: { bytesDone: number; readonly bytesTotal: number },
  device: number,
): Promise<void> {
  const hashes: string[] = []
  const step = async (phase: 'save' | 'read-back') => {
    report?.({ phase, ...progress })
    // Under a stick that was pulled its empty mount point comes to light: nothing is to be written there.
    const now = await stat(folder).catch(() => undefined)
    if (now?.dev !== device) throw new AppError('EDITION_PLACE_GONE')
  }
  await orGone(folder, 'beginning a copy', async () => {
    await rm(target, { recursive: true, force: true })
    await mkdir(target)
  })
  for (const { name, bytes } of files) {
    hashes.push(await orGone(folder, 'copying a file', () => copyFile(join(disc, name), join(target, name), signal)))
    progress.bytesDone += bytes
    await step('save')
  }
  progress.bytesDone -= files.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const [i, { name, bytes }] of files.entries()) {
    const read = await orGone(folder, 'reading a copy back', () => hashOf(join(target, name), signal))
    if (read !== hashes[i]) throw new AppError('EDITION_COPY_DIFFERS')
    progress.bytesDone += bytes
    await step('read-back')
  }
}

async function filesOf(folder: string): Promise<Listed[]> {
  const all = await readdir(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
  const paths = all
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
  return Promise.all(
    paths.map(async (path) => ({ name: path.slice(folder.length + 1), bytes: (await stat(path)).size })),
  )
}

/** @returns SHA-256 of what was read */
async function copyFile(from: string, to: string, signal: AbortSignal | undefined): Promise<string> {
  await mkdir(dirname(to), { recursive: true })
  const out = await open(to, 'wx', 0o644)
  try {
    const hash = await eachChunk(from, signal, (chunk) => writeAll(out, chunk))
    await out.sync()
    return hash
  } finally {
    await out.close()
  }
}

async function writeAll(out: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await out.write(chunk, at)).bytesWritten
}

const hashOf = (path: string, signal: AbortSignal | undefined): Promise<string> =>
  eachChunk(path, signal, undefined, readFromMedium)

/** A stick may be slow: between two chunks others have their turn, and who cancels is heard. */
async function eachChunk(
  path: string,
  signal: AbortSignal | undefined,
  use?: (chunk: Buffer) => Promise<void>,
  prepare?: (file: number) => void,
): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    prepare?.(file.fd)
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      if (signal?.aborted) throw new AppError('BASE_CANCELLED')
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
      await use?.(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

const GONE = new Set(['EIO', 'ENXIO', 'ENODEV', 'ENOTCONN', 'ESTALE'])

/** Errors of a stick that was pulled, told apart from a full or closed one: its folder is gone, or answers nothing. */
async function orGone<T>(folder: string, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    if (GONE.has(String(codeOf(error))) || !(await isThere(folder)))
      throw new AppError('EDITION_PLACE_GONE', { detail: doing })
    throw systemError(error, doing)
  }
}
