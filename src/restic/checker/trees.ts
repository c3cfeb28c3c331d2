import { isAppError } from '#base'
import type { BlobIndex } from '../blob-index.ts'
import { idBytes, missing, type BlobReader } from '../blob-reader.ts'
import { SEAL_OVERHEAD } from '../crypto.ts'
import { Findings, type FindingKind } from '../findings.ts'
import type { Marks } from '../marks.ts'
import type { Node } from '../node.ts'
import { decodeTree, nameProblem, orderProblem } from '../tree.ts'
import type { Control } from '../workers.ts'

/** What walking trees needs in one thread. */
export interface TreeContext {
  readonly index: BlobIndex
  readonly reader: BlobReader
  /** Every blob that some snapshot needs; a tree is walked by whoever marks it first. */
  readonly marks: Marks
  /** Places whose blob was read and proved on the way. */
  readonly proven: Marks
  readonly control: Control
}

/**
 * Walks trees and judges every node: readable, safe and ordered names, content in the index, size equal to the sum of its
 * blobs. The last three are not told by stock restic. Marks all blobs that are needed.
 */
export class TreeWalker {
  readonly findings = new Findings()
  readonly #context: TreeContext

  constructor(context: TreeContext) {
    this.#context = context
  }

  /** All below the given trees, depth first without recursion: a hostile chain of folders costs no stack. */
  walk(trees: readonly string[]): void {
    const stack = [...trees]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      this.#context.control.check()
      for (const subtree of this.visit(id)) stack.push(subtree)
    }
  }

  /** Judges one tree; the trees beneath it that nobody has visited yet. */
  visit(id: string): string[] {
    const { index, marks } = this.#context
    const entry = index.lookup(id, 'tree')
    if (entry === -1) {
      this.#report('tree-unreadable', { tree: id, detail: 'not in the index' })
      return []
    }
    if (!marks.add(entry)) return []
    const nodes = this.#load(id)
    if (nodes === undefined) return []
    const order = orderProblem(nodes)
    if (order) this.#report(order === 'doubled' ? 'tree-doubled' : 'tree-order', { tree: id })
    return nodes.flatMap((node) => this.#judge(id, node) ?? [])
  }

  #load(id: string): Node[] | undefined {
    try {
      const nodes = decodeTree(this.#loadBlob(id))
      this.#context.control.count(1, 0)
      return nodes
    } catch (error) {
      if (!isAppError(error)) throw error
      this.#report('tree-unreadable', { tree: id, detail: error.message })
      return undefined
    }
  }

  /** From the first place that gives it. @throws what the last place's reading threw */
  #loadBlob(id: string): Uint8Array {
    const { index, reader, proven } = this.#context
    const bytes = idBytes(id)
    let failure: unknown
    for (const entry of index.entriesOf(bytes, 'tree')) {
      try {
        const blob = reader.loadAt(bytes, index.location(entry))
        proven.add(entry)
        return blob
      } catch (error) {
        if (!isAppError(error)) throw error
        failure = error
      }
    }
    throw failure ?? missing(bytes)
  }

  /** The node's subtree, where it is to be visited. */
  #judge(tree: string, node: Node): string | undefined {
    const problem = nameProblem(node.name)
    if (problem) this.#report('tree-name', { tree, node: printable(node.name), detail: problem })
    if (node.type === 'dir') return this.#judgeFolder(tree, node)
    if (node.type === 'file') this.#judgeFile(tree, node)
    else if (node.type === '') this.#report('node-type', { tree, node: printable(node.name) })
    return undefined
  }

  #judgeFolder(tree: string, node: Node): string | undefined {
    if (node.subtree === undefined) {
      this.#report('node-subtree', { tree, node: printable(node.name) })
      return undefined
    }
    const entry = this.#context.index.lookup(node.subtree, 'tree')
    return entry !== -1 && this.#context.marks.has(entry) ? undefined : node.subtree
  }

  #judgeFile(tree: string, node: Node): void {
    const { index, marks } = this.#context
    let sum = 0
    for (const blob of node.content ?? []) {
      const entry = index.lookup(blob, 'data')
      if (entry === -1) {
        this.#report('node-content-missing', { tree, blob, node: printable(node.name) })
        return
      }
      marks.add(entry)
      const { length, uncompressedLength } = index.location(entry)
      sum += uncompressedLength > 0 ? uncompressedLength : length - SEAL_OVERHEAD
    }
    const stated = node.sizeBytes ?? 0
    if (sum !== stated) {
      this.#report('node-size', { tree, node: printable(node.name), detail: `${stated} stated, ${sum} in its blobs` })
    }
  }

  #report(what: FindingKind, where: { tree?: string; node?: string; blob?: string; detail?: string }): void {
    this.findings.add({ severity: 'error', what, ...where })
  }
}

function printable(name: Buffer): string {
  return name.toString('utf8')
}
