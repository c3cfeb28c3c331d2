/**
 * Looking into a generation as folders and files, for sources without charts. A place in it is named by positions from
 * the top (0 = first entry): names may be patient data and must not stand in addresses.
 */
import { AppError, type ByteString, type EpochMs } from '#base'
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

interface Walked {
  readonly tree?: string
  readonly node?: Node
  readonly trail: string[]
  readonly path: ByteString
}

/** Shown at most; more is restored, not read on a screen. */
const MOST_BYTES = 64 * 1024 * 1024

/** A file below a chosen entry; `content` checks every blob as it is read. */
export interface ContainedFile {
  /** Names from the chosen entry's folder on. */
  readonly names: readonly string[]
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
  /** @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING */
  readonly content: () => AsyncIterable<Uint8Array>
}

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

  /** Files at or below an entry, what is hidden left out. */
  async *files(positions: readonly number[]): AsyncGenerator<ContainedFile> {
    const found = await this.#walk(positions)
    if (!found) return
    const node = found.node ?? { type: 'dir' as const, subtree: found.tree }
    yield* this.#below(found.trail, found.trail.length - (found.node ? 1 : 0), node)
  }

  async *#below(
    trail: readonly string[],
    from: number,
    node: Pick<Node, 'type'> & Partial<Node>,
  ): AsyncGenerator<ContainedFile> {
    if (this.#hidden.covers(pathOf(trail))) return
    if (node.type === 'file') {
      const { sizeBytes = 0, mtimeNs = 0n, content } = node
      const mtimeMs = Number(mtimeNs / 1_000_000n)
      yield { names: trail.slice(from), sizeBytes, mtimeMs, content: () => this.#content(content ?? []) }
    } else if (node.subtree !== undefined) {
      for (const child of await this.#nodes(node.subtree)) yield* this.#below([...trail, nameOf(child)], from, child)
    }
  }

  async *#content(ids: readonly string[]): AsyncGenerator<Uint8Array> {
    const index = await this.#loadIndex()
    for (const id of ids) yield await this.#opened.repository.loadBlob(index, id, 'data')
  }

  /** The place as the source's disk had it, its names as bytes; undefined where the positions lead to none. */
  async path(positions: readonly number[]): Promise<ByteString | undefined> {
    return (await this.#walk(positions))?.path
  }

  async #walk(positions: readonly number[]): Promise<Walked | undefined> {
    const top = await this.#top()
    let tree: string | undefined = top.tree
    let trail = top.trail
    let path = top.path
    let node: Node | undefined
    for (const position of positions) {
      if (tree === undefined) return undefined
      node = (await this.#nodes(tree))[position]
      if (!node) return undefined
      trail = [...trail, nameOf(node)]
      path += `/${node.name.toString('latin1')}`
      if (this.#hidden.covers(pathOf(trail))) return undefined
      tree = node.subtree
    }
    return { ...(tree === undefined ? {} : { tree }), ...(node ? { node } : {}), trail, path }
  }

  /** The lowest folder that all of the source lies in: above it every folder has one entry. */
  async #top(): Promise<{ tree: string; trail: string[]; path: ByteString }> {
    let tree = this.#generation.tree
    let path = ''
    const trail: string[] = []
    for (;;) {
      const [only, ...others] = await this.#nodes(tree)
      if (!only?.subtree || others.length > 0) return { tree, trail, path }
      trail.push(nameOf(only))
      path += `/${only.name.toString('latin1')}`
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
