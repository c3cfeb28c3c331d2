/**
 * Looking into a generation as folders and files, for sources without charts. A place in it is named by positions from
 * the top (0 = first entry): names may be patient data and must not stand in addresses.
 */
import { AppError, type EpochMs } from '#base'
import { type BlobIndex, decodeTree, type Node } from '#restic'
import { pathText } from '#ssmix2'
import type { Hidden } from './erasure.ts'
import type { Generation } from './generations.ts'
import type { OpenRepository } from './repositories.ts'

export interface BrowsedEntry {
  readonly position: number
  readonly name: string
  readonly kind: 'folder' | 'file' | 'other'
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
}

export interface BrowsedFolder {
  /** Names from the top to here. */
  readonly trail: readonly string[]
  readonly entries: readonly BrowsedEntry[]
}

export interface BrowsedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Shown at most; more is restored, not read on a screen. */
const MOST_BYTES = 64 * 1024 * 1024

export class Browser {
  readonly #opened: OpenRepository
  readonly #hidden: Pick<Hidden, 'covers'>
  readonly #generation: Generation
  #index: Promise<BlobIndex> | undefined

  /** @param hidden what no view shows (the erasure register) */
  constructor(opened: OpenRepository, generation: Generation, hidden: Pick<Hidden, 'covers'>) {
    this.#opened = opened
    this.#hidden = hidden
    this.#generation = generation
  }

  /** A folder; undefined where the positions lead to none. The folders above the source that hold nothing else are skipped. */
  async folder(positions: readonly number[]): Promise<BrowsedFolder | undefined> {
    const found = await this.#walk(positions)
    if (!found || found.tree === undefined) return undefined
    const nodes = await this.#nodes(found.tree)
    const entries = nodes.map(entryOf).filter(({ name }) => !this.#hidden.covers(pathOf([...found.trail, name])))
    return { trail: found.trail, entries }
  }

  /** A whole file, every blob checked. @throws VAULT_FILE_TOO_LARGE, RESTIC_DAMAGED, RESTIC_BLOB_MISSING */
  async file(positions: readonly number[]): Promise<BrowsedFile | undefined> {
    const node = (await this.#walk(positions))?.node
    if (node?.type !== 'file') return undefined
    if ((node.sizeBytes ?? 0) > MOST_BYTES) throw new AppError('VAULT_FILE_TOO_LARGE')
    const { repository } = this.#opened
    const index = await this.#loadIndex()
    const parts: Uint8Array[] = []
    for (const id of node.content ?? []) parts.push(await repository.loadBlob(index, id, 'data'))
    return { name: nameOf(node), bytes: Buffer.concat(parts) }
  }

  async #walk(positions: readonly number[]): Promise<{ tree?: string; node?: Node; trail: string[] } | undefined> {
    const top = await this.#top()
    let tree: string | undefined = top.tree
    let trail = top.trail
    let node: Node | undefined
    for (const position of positions) {
      if (tree === undefined) return undefined
      node = (await this.#nodes(tree))[position]
      if (!node) return undefined
      trail = [...trail, nameOf(node)]
      if (this.#hidden.covers(pathOf(trail))) return undefined
      tree = node.subtree
    }
    return { ...(tree === undefined ? {} : { tree }), ...(node ? { node } : {}), trail }
  }

  /** The lowest folder that all of the source lies in: above it every folder has one entry. */
  async #top(): Promise<{ tree: string; trail: string[] }> {
    let tree = this.#generation.tree
    const trail: string[] = []
    for (;;) {
      const [only, ...others] = await this.#nodes(tree)
      if (!only?.subtree || others.length > 0) return { tree, trail }
      trail.push(nameOf(only))
      tree = only.subtree
    }
  }

  async #nodes(tree: string): Promise<Node[]> {
    return decodeTree(await this.#opened.repository.loadBlob(await this.#loadIndex(), tree, 'tree'))
  }

  #loadIndex(): Promise<BlobIndex> {
    this.#index ??= this.#opened.repository.loadIndex()
    return this.#index
  }
}

/** As the source had it: a snapshot's tree begins at the root of its disk. */
const pathOf = (trail: readonly string[]): string => `/${trail.join('/')}`

const nameOf = (node: Node): string => pathText(node.name.toString('latin1'))

function entryOf(node: Node, position: number): BrowsedEntry {
  return {
    position,
    name: nameOf(node),
    kind: node.type === 'dir' ? 'folder' : node.type === 'file' ? 'file' : 'other',
    sizeBytes: node.sizeBytes ?? 0,
    mtimeMs: Number(node.mtimeNs / 1_000_000n),
  }
}
