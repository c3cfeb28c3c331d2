/**
 * What a restore would do, without doing any of it: the chosen part of the generation beside what lies at the target. Files
 * are compared by size and time here, by their bytes in the run.
 */
import { createHash } from 'node:crypto'
import { AppError, isAppError, type TargetFs } from '#base'
import { type BlobIndex, decodeTree, type Node, pathPatterns, type PathPatterns, type Repository } from '#restic'
import { pathText } from '#ssmix2'
import type { RestoreRoot } from './picks.ts'

export const PLAN_CLASSES = ['new', 'same', 'changed', 'newer', 'blocked', 'gone'] as const
/**
 * `changed`: differs and is older than the backup's; `newer`: was written after it; `blocked`: something of another kind has
 * the name; `gone`: is here and not in the backup. It stays, whatever is chosen.
 */
export type PlanClass = (typeof PLAN_CLASSES)[number]

/** What happens to what is there and differs. */
export const EXISTING = ['beside', 'replace', 'skip'] as const
export type Existing = (typeof EXISTING)[number]

export interface PlanCount {
  files: number
  /** Of the backup; of what is there where the class is `gone`. */
  bytes: number
  /** The first of them. Patient data. */
  readonly names: string[]
}

export interface RestorePlan {
  readonly classes: Readonly<Record<PlanClass, PlanCount>>
  readonly files: number
  readonly bytes: number
  readonly folders: number
  /** No folder that is written into is there yet: a wrong letter makes a new one. */
  readonly isAllNew: boolean
  /** What it takes at most, and what there is. */
  readonly neededBytes: number
  readonly freeBytes: number
  /** The same as long as the target is as it was when the plan was shown. */
  readonly fingerprint: string
}

const FIRST_NAMES = 20

export interface PlanParts {
  readonly repository: Repository
  readonly index: BlobIndex
  readonly fs: TargetFs
  readonly roots: readonly RestoreRoot[]
  readonly existing: Existing
  readonly signal?: AbortSignal
}

/** @throws STORAGE_DENIED where a symbolic link lies on the way to the target, RESTIC_DAMAGED, BASE_CANCELLED */
export async function planRestore(parts: PlanParts): Promise<RestorePlan> {
  const planner = new Planner(parts)
  for (const root of parts.roots) await planner.root(root)
  return planner.plan()
}

class Planner {
  readonly #parts: PlanParts
  readonly #classes: Record<PlanClass, PlanCount>
  readonly #hash = createHash('sha256')
  readonly #free = new Map<string, number>()
  #folders = 0
  #isAllNew = true
  #needed = 0

  constructor(parts: PlanParts) {
    this.#parts = parts
    this.#classes = Object.fromEntries(
      PLAN_CLASSES.map((name) => [name, { files: 0, bytes: 0, names: [] }]),
    ) as unknown as Record<PlanClass, PlanCount>
  }

  plan(): RestorePlan {
    const { gone, ...ours } = this.#classes
    const sum = (of: 'files' | 'bytes'): number => Object.values(ours).reduce((all, one) => all + one[of], 0)
    const counts = Object.values(this.#classes).map(({ files, bytes }) => [files, bytes])
    const fingerprint = this.#hash.update(JSON.stringify([counts, this.#parts.roots, this.#parts.existing]))
    return {
      classes: { ...ours, gone },
      files: sum('files'),
      bytes: sum('bytes'),
      folders: this.#folders,
      isAllNew: this.#isAllNew,
      neededBytes: this.#needed,
      freeBytes: Math.min(...this.#free.values()),
      fingerprint: fingerprint.digest('hex').slice(0, 32),
    }
  }

  async root(root: RestoreRoot): Promise<void> {
    const { fs } = this.#parts
    const wanted = pathPatterns(root.include)
    const left = root.exclude.length > 0 ? pathPatterns(root.exclude) : undefined
    const opened = openExisting(fs, root.target)
    if (opened.handle !== undefined) this.#isAllNew = false
    try {
      this.#free.set(root.target, fs.freeBytes(opened.nearest))
      await this.#folder({ target: root.target, tree: root.tree, handle: opened.handle, path: '', wanted, left })
    } finally {
      fs.close(opened.nearest)
    }
  }

  async #folder(folder: PlannedFolder): Promise<void> {
    const { repository, index, fs, signal } = this.#parts
    if (signal?.aborted) throw new AppError('BASE_CANCELLED')
    const { handle, path, wanted, left } = folder
    const nodes = decodeTree(await repository.loadBlob(index, folder.tree, 'tree'))
    const chosen = nodes.filter((node) => {
      const at = `${path}/${node.name.toString('latin1')}`
      return wanted.matches(at) && !left?.matches(at)
    })
    for (const node of chosen) {
      if (node.type === 'dir') await this.#down(folder, node)
      else this.#leaf(folder, node)
    }
    // Above the chosen ones there is much else that is none of this restore's.
    if (handle === undefined || path === '') return
    const names = new Set(nodes.map((node) => node.name.toString('latin1')))
    for (const name of fs.list(handle)) if (!names.has(name.toString('latin1'))) this.#gone(folder, name)
  }

  async #down(folder: PlannedFolder, node: Node): Promise<void> {
    const { fs } = this.#parts
    if (node.subtree === undefined) throw new AppError('RESTIC_DAMAGED', { detail: 'a folder without a tree' })
    this.#folders += 1
    const path = `${folder.path}/${node.name.toString('latin1')}`
    const there = folder.handle === undefined ? undefined : fs.stat(folder.handle, node.name)
    if (there && there.kind !== 'dir') {
      this.#add('blocked', folder, node.name, 0, there.kind)
      return
    }
    const handle = there ? fs.openFolder(folder.handle!, node.name) : undefined
    try {
      await this.#folder({ ...folder, tree: node.subtree, path, handle })
    } finally {
      if (handle !== undefined) fs.close(handle)
    }
  }

  #leaf(folder: PlannedFolder, node: Node): void {
    const { fs, existing } = this.#parts
    const size = node.sizeBytes ?? 0
    const there = folder.handle === undefined ? undefined : fs.stat(folder.handle, node.name)
    if (!there) {
      this.#needed += size
      this.#add('new', folder, node.name, size, '')
      return
    }
    const kind = node.type === 'file' || node.type === 'symlink' ? node.type : 'other'
    if (there.kind !== kind) return this.#add('blocked', folder, node.name, size, there.kind)
    const isSame = there.mtimeNs === node.mtimeNs && (kind !== 'file' || there.sizeBytes === size)
    if (!isSame && existing !== 'skip') this.#needed += size
    const found: PlanClass = isSame ? 'same' : there.mtimeNs > node.mtimeNs ? 'newer' : 'changed'
    this.#add(found, folder, node.name, size, isSame ? '' : `${there.sizeBytes} ${there.mtimeNs}`)
  }

  #gone(folder: PlannedFolder, name: Buffer): void {
    const there = this.#parts.fs.stat(folder.handle!, name)
    if (there) this.#add('gone', folder, name, there.kind === 'file' ? there.sizeBytes : 0, '')
  }

  #add(to: PlanClass, { target, path }: PlannedFolder, name: Buffer, bytes: number, state: string): void {
    const count = this.#classes[to]
    count.files += 1
    count.bytes += bytes
    const at = `${path}/${name.toString('latin1')}`
    if (count.names.length < FIRST_NAMES) count.names.push(`${target === '/' ? '' : target}${pathText(at)}`)
    if (state !== '') this.#hash.update(`${to} ${at} ${state}\n`)
  }
}

interface PlannedFolder {
  readonly target: string
  readonly tree: string
  readonly path: string
  /** Undefined where the target has no such folder. */
  readonly handle: number | undefined
  readonly wanted: PathPatterns
  readonly left: PathPatterns | undefined
}

/** The folder where it is there, and the lowest one on the way that is; no symbolic link is followed. */
function openExisting(fs: TargetFs, path: string): { handle: number | undefined; nearest: number } {
  let nearest = fs.openRoot('/')
  for (const name of path.split('/').filter((part) => part !== '')) {
    let next: number
    try {
      next = fs.openFolder(nearest, Buffer.from(name))
    } catch (error) {
      if (isAppError(error, 'STORAGE_NOT_FOUND')) return { handle: undefined, nearest }
      fs.close(nearest)
      throw error
    }
    fs.close(nearest)
    nearest = next
  }
  return { handle: nearest, nearest }
}
