import { AppError, detailOf, isAppError, type SpecialKind } from '#base'
import type { Node } from '../node.ts'
import { pathPatterns, type PathPatterns } from '../pattern.ts'
import { decodeTree, nameProblem } from '../tree.ts'
import { alikeNames, refuseAlike } from './alike-names.ts'
import { decide, keepAside, metadataOf, restoreFile, type WriterContext } from './file-writer.ts'
import { MAX_DEPTH, type TargetFolder } from './folder.ts'
import { verifyFile } from './verify.ts'
import { addLosses, addProblem, emptyTally, type RestoreSettings, type RestoreTally } from './ports.ts'

const NONE_ALIKE: ReturnType<typeof alikeNames> = new Map()

/** Files from this size on are written by all threads together. */
export const LARGE_FILE_BYTES = 64 * 1024 * 1024

/** What to do with a folder met on the way: go on into it, or leave it for another thread. */
export type OnFolder = (folder: TargetFolder, node: Node) => void

/** `verify` reads what was restored and changes nothing. */
export type RestoreMode = 'restore' | 'verify'

/** Restores what is in one folder after the other. One per thread and job: `tally` collects what was done. */
export class SubtreeRestorer {
  readonly tally: RestoreTally = emptyTally()
  readonly #context: WriterContext
  readonly #selection: Selection
  readonly #mode: RestoreMode

  constructor(context: WriterContext, mode: RestoreMode) {
    this.#context = context
    this.#mode = mode
    this.#selection = new Selection(context.settings)
  }

  /** A folder with everything beneath it; its own metadata last, since every name made in it moves its times. */
  restoreFolder(folder: TargetFolder, node: Node): void {
    if (folder.depth > MAX_DEPTH) throw new AppError('RESTIC_HOSTILE', { detail: `folders ${MAX_DEPTH} deep` })
    this.restoreNodes(folder, this.nodesOf(node), (child, childNode) => this.restoreFolder(child, childNode))
    this.finishFolder(folder)
  }

  /** The nodes of a folder's tree. @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING */
  nodesOf(node: Pick<Node, 'subtree'>): readonly Node[] {
    if (node.subtree === undefined) throw new AppError('RESTIC_DAMAGED', { detail: 'a folder without a tree' })
    const { lastLarge, reader } = this.#context
    if (lastLarge.tree === node.subtree && lastLarge.nodes) return lastLarge.nodes
    const nodes = decodeTree(reader.load(node.subtree, 'tree'))
    // Only large folders are asked for again: in slices.
    if (nodes.length > 1000) Object.assign(lastLarge, { tree: node.subtree, nodes })
    return nodes
  }

  /**
   * Nodes of one folder; folders among them go to `onFolder`. One that fails does not stop the others.
   * @param siblings all of the folder, where `nodes` are a part
   */
  restoreNodes(folder: TargetFolder, nodes: readonly Node[], onFolder: OnFolder, siblings = nodes): void {
    const alike = this.#mode === 'restore' ? alikeNames(siblings) : NONE_ALIKE
    let before: Buffer | undefined
    for (const node of nodes) {
      this.#context.control.enter()
      try {
        refuseName(node, before)
        before = node.name
        this.#refuseAlike(folder, node, alike)
        this.#restoreNode(folder, node, onFolder)
      } catch (error) {
        this.#note(folder, node, error)
      }
    }
  }

  #refuseAlike(folder: TargetFolder, node: Node, alike: ReturnType<typeof alikeNames>): void {
    const earlier = alike.size === 0 ? undefined : alike.get(node.name.toString('latin1'))
    if (earlier === undefined || !this.#isWanted(folder, node.name)) return
    const wanted = earlier.filter((name) => this.#isWanted(folder, name))
    if (wanted.length > 0) refuseAlike(this.#context.fs, folder.handle, node.name, wanted)
  }

  #isWanted(folder: TargetFolder, name: Buffer): boolean {
    const path = `${folder.path}/${name.toString('latin1')}`
    return this.#selection.has(path) || this.#selection.reachesBelow(path)
  }

  finishFolder(folder: TargetFolder): void {
    if (!folder.isOpen || folder.node === undefined) return
    const { fs, settings } = this.#context
    if (this.#mode === 'restore') {
      addLosses(this.tally, fs.setOpenMetadata(folder.handle, metadataOf(folder.node, settings, this.tally)))
      this.tally.folders += 1
    }
    folder.close()
  }

  #restoreNode(folder: TargetFolder, node: Node, onFolder: OnFolder): void {
    const path = `${folder.path}/${node.name.toString('latin1')}`
    const selected = this.#selection.has(path)
    if (node.type === 'dir') {
      if (!selected && !this.#selection.reachesBelow(path)) return
      const child = folder.child(node.name, node)
      try {
        if (selected) void child.handle
        onFolder(child, node)
      } catch (error) {
        child.close()
        throw error
      }
      return
    }
    if (!selected) return
    if (this.#mode === 'restore') this.#restoreLeaf(folder, node)
    else if (node.type === 'file') verifyFile(this.#context, folder, node, this.tally)
  }

  #restoreLeaf(folder: TargetFolder, node: Node): void {
    switch (node.type) {
      case 'file':
        return this.#restoreFile(folder, node)
      case 'symlink':
        return this.#make(folder, node, () => this.#context.fs.symlink(folder.handle, node.name, checkedTarget(node)))
      case 'fifo':
      case 'dev':
      case 'chardev':
      case 'socket':
        return this.#restoreSpecial(folder, node, node.type)
      default:
        throw new AppError('RESTIC_DAMAGED', { detail: `a node of type ${node.type || 'nothing'}` })
    }
  }

  #restoreFile(folder: TargetFolder, node: Node): void {
    const deferred = { folder: folder.names, node, folderNode: folder.node }
    // Opened here already, so that the folder exists with its metadata when the main thread comes.
    if ((node.links ?? 1) > 1) {
      void folder.handle
      this.tally.links.push(deferred)
    } else if ((node.sizeBytes ?? 0) >= LARGE_FILE_BYTES) {
      void folder.handle
      this.tally.large.push(deferred)
    } else {
      restoreFile(this.#context, folder, node, this.tally)
    }
  }

  #restoreSpecial(folder: TargetFolder, node: Node, kind: SpecialKind): void {
    if (!this.#context.settings.special) {
      this.tally.specialSkipped += 1
      return
    }
    this.#make(folder, node, () => {
      // mknod answers false for every reason: whether the name is free is asked first.
      if (this.#context.fs.stat(folder.handle, node.name)) throw new AppError('STORAGE_EXISTS')
      if (!this.#context.fs.makeSpecial(folder.handle, node.name, kind, node.device ?? 0n)) {
        throw new AppError('STORAGE_DENIED', { detail: `this system does not let us make a ${kind}` })
      }
    })
  }

  /** Makes something that has no content, in place of what has its name if the policy says so. */
  #make(folder: TargetFolder, node: Node, make: () => void): void {
    const { fs, settings } = this.#context
    try {
      make()
    } catch (error) {
      const existing = isAppError(error, 'STORAGE_EXISTS') ? fs.stat(folder.handle, node.name) : undefined
      if (existing === undefined) throw error
      const isOurs = settings.whole && existing.kind === node.type && existing.mtimeNs === node.mtimeNs
      if (isOurs || decide(existing, node, settings) === 'skip') {
        this.tally.skipped += 1
        return
      }
      if (settings.aside === undefined) fs.remove(folder.handle, node.name)
      else keepAside(this.#context, folder.handle, node.name, this.tally)
      make()
    }
    addLosses(this.tally, fs.setMetadata(folder.handle, node.name, metadataOf(node, settings, this.tally)))
    this.tally.others += 1
  }

  #note(folder: TargetFolder, node: Node, error: unknown): void {
    if (!isAppError(error) || error.code === 'BASE_CANCELLED' || error.code === 'STORAGE_FULL') throw error
    const path = `${folder.path}/${node.name.toString('latin1')}`
    const detail = error.subject === undefined ? detailOf(error) : `${detailOf(error)} ${error.subject}`
    addProblem(this.tally, { path, code: error.code, detail })
  }
}

/** Refuses a name that is no name, or the same name twice: a file beneath its own link (SECURITY 16). */
function refuseName(node: Node, before: Buffer | undefined): void {
  const problem = nameProblem(node.name)
  if (problem) throw new AppError('RESTIC_HOSTILE', { detail: `a name that is dangerous (${problem})` })
  if (before && Buffer.compare(before, node.name) === 0) {
    throw new AppError('RESTIC_HOSTILE', { detail: 'the same name twice in a folder' })
  }
}

function checkedTarget(node: Node): Buffer {
  const target = node.linkTarget
  if (!target?.length || target.includes(0) || target.length > 4095) {
    throw new AppError('RESTIC_HOSTILE', { detail: 'a symbolic link to nowhere' })
  }
  return target
}

/** Which paths are wanted. */
class Selection {
  readonly #include: PathPatterns | undefined
  readonly #exclude: PathPatterns | undefined

  constructor({ include, exclude, ignoreCase }: RestoreSettings) {
    this.#include = include.length > 0 ? pathPatterns(include, ignoreCase) : undefined
    this.#exclude = exclude.length > 0 ? pathPatterns(exclude, ignoreCase) : undefined
  }

  has(path: string): boolean {
    return (this.#include?.matches(path) ?? true) && !this.#exclude?.matches(path)
  }

  reachesBelow(path: string): boolean {
    return (this.#include?.mayMatchBelow(path) ?? true) && !this.#exclude?.matches(path)
  }
}
