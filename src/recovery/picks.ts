/** What of a generation is written back, and where each part of it goes. */
import { AppError, type ByteString } from '#base'
import { type BlobIndex, decodeTree, type Node, type Repository } from '#restic'
import type { Restorable } from '#vault'

/** One folder of the generation whose chosen entries go into one folder of the host. */
export interface RestoreRoot {
  readonly tree: string
  /** Absolute. */
  readonly target: string
  /** Chosen entries of the tree, as patterns. */
  readonly include: readonly string[]
  /** What lies under it and no view shows. */
  readonly exclude: readonly string[]
}

export interface Picked {
  /** Folder of the source's disk that holds the chosen entries. */
  readonly above: ByteString
  readonly tree: string
  readonly nodes: readonly Node[]
}

/**
 * Entries by their paths on the source's disk, grouped by folder; those that the generation does not hold are left out.
 * @throws RECOVERY_NOTHING_CHOSEN where nothing is left
 */
export async function pick(
  repository: Repository,
  index: BlobIndex,
  top: string,
  paths: readonly ByteString[],
): Promise<Picked[]> {
  const nodesOf = async (tree: string): Promise<Node[]> => decodeTree(await repository.loadBlob(index, tree, 'tree'))
  const trees = new Map<ByteString, string | undefined>([['', top]])
  async function treeOf(folder: ByteString): Promise<string | undefined> {
    if (trees.has(folder)) return trees.get(folder)
    const above = await treeOf(folder.slice(0, folder.lastIndexOf('/')))
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    const tree = above && (await nodesOf(above)).find((node) => node.name.toString('latin1') === name)?.subtree
    trees.set(folder, tree)
    return tree
  }
  const names = new Map<ByteString, Set<ByteString>>()
  for (const path of paths) {
    const at = path.lastIndexOf('/')
    const known = names.get(path.slice(0, at)) ?? new Set()
    names.set(path.slice(0, at), known.add(path.slice(at + 1)))
  }
  const picked: Picked[] = []
  for (const [above, wanted] of names) {
    const tree = await treeOf(above)
    const nodes = tree ? (await nodesOf(tree)).filter((node) => wanted.has(node.name.toString('latin1'))) : []
    if (tree && nodes.length > 0) picked.push({ above, tree, nodes })
  }
  if (picked.length === 0) throw new AppError('RECOVERY_NOTHING_CHOSEN')
  return picked
}

/** Where the picked go: their old folders, or below `target` with the folders that they do not share. */
export function rootsOf(
  picked: readonly Picked[],
  hidden: Restorable['hidden'],
  target: string | undefined,
): RestoreRoot[] {
  const shared = target === undefined ? '' : sharedFolder(picked.map(({ above }) => above))
  return picked.map(({ above, tree, nodes }) => ({
    tree,
    target: `${target ?? ''}${pathOf(above.slice(shared.length))}` || '/',
    include: nodes.map(({ name }) => `/${pattern(name)}`),
    exclude: hidden.paths.flatMap((path) => {
      const bytes = Buffer.from(path).toString('latin1')
      return bytes.startsWith(`${above}/`) ? [escaped(bytes.slice(above.length))] : []
    }),
  }))
}

function sharedFolder(folders: readonly ByteString[]): ByteString {
  const [first = '', ...others] = folders.map((folder) => folder.split('/'))
  if (first === '') return ''
  let depth = first.length
  for (const names of others) while (first.slice(0, depth).join('/') !== names.slice(0, depth).join('/')) depth--
  return first.slice(0, depth).join('/')
}

/** @throws RECOVERY_TARGET_INVALID for folders above the chosen whose names are no UTF-8: the host is told paths as text */
function pathOf(bytes: ByteString): string {
  const text = Buffer.from(bytes, 'latin1').toString()
  if (Buffer.from(text).toString('latin1') !== bytes) throw new AppError('RECOVERY_TARGET_INVALID')
  return text
}

/** A pattern that the engine reads as UTF-8: bytes of a name that is none stand as any byte. */
function pattern(name: Buffer): string {
  const text = name.toString()
  const isText = Buffer.from(text).equals(name)
  return isText
    ? escaped(name.toString('latin1'))
    : escaped(name.toString('latin1').replace(/[\x80-\xff]/g, '\0')).replaceAll('\0', '?')
}

const escaped = (bytes: ByteString): string =>
  Buffer.from(
    bytes.replace(/[*?[\]\\!]/g, (char) => `\\${char}`),
    'latin1',
  ).toString()
