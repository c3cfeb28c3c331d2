import { isAppError } from '#base'
import type { BlobIndex } from '../blob-index.ts'
import { SEAL_OVERHEAD } from '../crypto.ts'
import type { Node } from '../node.ts'
import type { PackWriter, Repository } from '../repository.ts'
import { encodeDocument, loadSnapshots, type Snapshot } from '../snapshot.ts'
import { compareNames, decodeTree, encodeTree, nameProblem } from '../tree.ts'
import { removeFiles } from './index-writer.ts'

export interface RepairedSnapshot {
  readonly snapshot: Snapshot
  /** Undefined in a dry run, or where nothing of the snapshot can be saved. */
  readonly newId: string | undefined
  /** Files that lost content, and folders that are gone, by path (patient data). */
  readonly losses: readonly {
    readonly path: string
    readonly what: 'file-shortened' | 'folder-emptied' | 'name-dropped'
  }[]
}

/**
 * Writes anew each snapshot that needs blobs which are gone: files keep what is there, unreadable folders become empty.
 * The new snapshot is tagged `repaired` and names its original; the old one goes only with `forget`.
 */
export async function repairSnapshots(
  repository: Repository,
  index: BlobIndex,
  options: { readonly ids?: readonly string[]; readonly dryRun?: boolean; readonly forget?: boolean },
): Promise<RepairedSnapshot[]> {
  const { snapshots } = await loadSnapshots(repository)
  const repair = new TreeRepair(repository, index)
  const repaired: RepairedSnapshot[] = []
  for (const snapshot of snapshots.filter((one) => options.ids?.includes(one.id) ?? true)) {
    repair.losses = []
    const tree = await repair.tree(snapshot.tree, '')
    if (tree === snapshot.tree) continue
    const newId = options.dryRun ? undefined : await save(repository, repair.writer, snapshot, tree)
    repaired.push({ snapshot, newId, losses: repair.losses })
  }
  if (options.forget && !options.dryRun) {
    await removeFiles(
      repository,
      'snapshots',
      repaired.map((one) => one.snapshot.id),
    )
  }
  return repaired
}

/** Trees before the snapshot that names them. */
async function save(repository: Repository, writer: PackWriter, snapshot: Snapshot, tree: string): Promise<string> {
  await writer.finish()
  const { document, id, tags } = snapshot
  const original = document['original'] ?? id
  const withTag = tags.includes('repaired') ? tags : [...tags, 'repaired']
  return repository.saveUnpacked('snapshots', encodeDocument({ ...document, tree, tags: withTag, original }))
}

class TreeRepair {
  readonly writer: PackWriter
  losses: { path: string; what: 'file-shortened' | 'folder-emptied' | 'name-dropped' }[] = []
  readonly #repository: Repository
  readonly #index: BlobIndex
  readonly #done = new Map<string, string>()

  constructor(repository: Repository, index: BlobIndex) {
    this.#repository = repository
    this.#index = index
    this.writer = repository.packWriter(index)
  }

  /** The id of the tree without what is gone; the same id where nothing is. */
  async tree(id: string, path: string): Promise<string> {
    const known = this.#done.get(id)
    if (known !== undefined) return known
    const nodes = await this.#load(id)
    const result = nodes === undefined ? await this.#emptied(path) : await this.#rewrite(id, nodes, path)
    this.#done.set(id, result)
    return result
  }

  async #load(id: string): Promise<Node[] | undefined> {
    try {
      return decodeTree(await this.#repository.loadBlob(this.#index, id, 'tree'))
    } catch (error) {
      if (isAppError(error)) return undefined
      throw error
    }
  }

  async #emptied(path: string): Promise<string> {
    this.losses.push({ path, what: 'folder-emptied' })
    return this.writer.add('tree', encodeTree([]))
  }

  async #rewrite(id: string, nodes: readonly Node[], path: string): Promise<string> {
    const kept: Node[] = []
    const names = new Set<string>()
    let changed = false
    for (const node of nodes) {
      const below = `${path}/${node.name.toString('utf8')}`
      const sound = this.#usable(node, names, below) ? await this.#node(node, below) : undefined
      if (sound !== node) changed = true
      if (sound) kept.push(sound)
    }
    return changed ? this.writer.add('tree', encodeTree(kept.toSorted(compareNames))) : id
  }

  #usable(node: Node, before: Set<string>, path: string): boolean {
    const name = node.name.toString('latin1')
    if (!nameProblem(node.name) && !before.has(name)) {
      before.add(name)
      return true
    }
    this.losses.push({ path, what: 'name-dropped' })
    return false
  }

  async #node(node: Node, path: string): Promise<Node> {
    if (node.type === 'dir') {
      const subtree = node.subtree === undefined ? await this.#emptied(path) : await this.tree(node.subtree, path)
      return subtree === node.subtree ? node : { ...node, subtree }
    }
    if (node.type !== 'file') return node
    const content = (node.content ?? []).filter((id) => this.#index.has(id, 'data'))
    const sizeBytes = content.reduce((sum, id) => sum + this.#plainLength(id), 0)
    if (content.length === (node.content ?? []).length && sizeBytes === (node.sizeBytes ?? 0)) return node
    this.losses.push({ path, what: 'file-shortened' })
    return { ...node, content, sizeBytes }
  }

  #plainLength(id: string): number {
    const { length, uncompressedLength } = this.#index.location(this.#index.lookup(id, 'data'))
    return uncompressedLength > 0 ? uncompressedLength : length - SEAL_OVERHEAD
  }
}
