import { AppError } from '#base'
import { decodeNode, encodeNode, type Node } from './node.ts'

/**
 * A tree blob is one folder: `{"nodes":[…]}` and a newline that is hashed too, nodes in strictly rising order of their
 * names' bytes (restic internal/data/tree.go). JavaScript's own string order is wrong here: it puts 𠮷 before Ａ.
 */

/** Longest tree text taken from a repository: a folder of 1,000,000 files has about 400 MB; V8's strings end at 512 MB. */
export const MAX_TREE_BYTES = 500_000_000

/** Order of nodes in a tree. */
export function compareNames(a: { readonly name: Uint8Array }, b: { readonly name: Uint8Array }): number {
  return Buffer.compare(a.name, b.name)
}

/**
 * The bytes of a tree blob.
 * @param nodes in the order of {@link compareNames}; a wrong order or a doubled name is our own bug.
 */
export function encodeTree(nodes: readonly Node[]): Buffer {
  for (let i = 1; i < nodes.length; i++) {
    if (compareNames(nodes[i - 1]!, nodes[i]!) >= 0) {
      throw new AppError('BASE_BUG', { detail: 'tree nodes are not in strictly rising order of their names' })
    }
  }
  return joinNodes(nodes.map(encodeNode))
}

/** The same from nodes that are encoded already, in order. */
export function joinNodes(encoded: readonly string[]): Buffer {
  return Buffer.from(`{"nodes":[${encoded.join(',')}]}\n`, 'utf8')
}

/** Integers past 2^53 (inodes of some file systems) would lose digits in JSON.parse: they are quoted first. A name cannot
 * hold the pattern, since quotes inside a JSON string follow a backslash. */
const LARGE_INTEGERS = /"(inode|device_id|device)":(\d{16,20})(?=[,}])/g
const LARGE_INTEGER = /":\d{16}/

/**
 * The nodes of a tree blob, as they stand: order, doubled names and dangerous names are for the caller to judge
 * ({@link nameProblem}, {@link orderProblem}).
 * @throws RESTIC_DAMAGED where the text is no tree, RESTIC_HOSTILE where it is beyond {@link MAX_TREE_BYTES}.
 */
export function decodeTree(bytes: Uint8Array): Node[] {
  if (bytes.length > MAX_TREE_BYTES) {
    throw new AppError('RESTIC_HOSTILE', {
      detail: `a tree of ${bytes.length} bytes`,
      context: { sizeBytes: bytes.length },
    })
  }
  let text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (LARGE_INTEGER.test(text)) text = text.replace(LARGE_INTEGERS, '"$1":"$2"')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new AppError('RESTIC_DAMAGED', { detail: 'a tree is not JSON', cause })
  }
  const nodes = (json as { nodes?: unknown } | null)?.nodes
  // Go writes an empty slice as [] and a nil one as null; both mean an empty folder.
  if (nodes === null) return []
  if (!Array.isArray(nodes)) throw new AppError('RESTIC_DAMAGED', { detail: 'a tree without nodes' })
  return nodes.map(decodeNode)
}

/** Why a node's name must never become a path, or undefined where it is safe (SECURITY 16). */
export function nameProblem(name: Uint8Array): 'empty' | 'dots' | 'slash' | 'nul' | undefined {
  if (name.length === 0) return 'empty'
  if (name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e))) return 'dots'
  if (name.includes(0x2f)) return 'slash'
  return name.includes(0) ? 'nul' : undefined
}

/** What is wrong with the order of a tree's nodes: `doubled` names or `unordered`; undefined where nothing is. */
export function orderProblem(nodes: readonly Node[]): 'doubled' | 'unordered' | undefined {
  const problem = firstOrderProblem(nodes)
  if (problem !== 'unordered') return problem
  const names = new Set(nodes.map((node) => node.name.toString('latin1')))
  return names.size < nodes.length ? 'doubled' : 'unordered'
}

function firstOrderProblem(nodes: readonly Node[]): 'doubled' | 'unordered' | undefined {
  for (let i = 1; i < nodes.length; i++) {
    const order = compareNames(nodes[i - 1]!, nodes[i]!)
    if (order === 0) return 'doubled'
    if (order > 0) return 'unordered'
  }
  return undefined
}
