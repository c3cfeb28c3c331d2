import { AppError } from '#base'
import {
  decodeTree,
  findSnapshot,
  loadSnapshots,
  matchesFilter,
  type Node,
  type Repository,
  type Snapshot,
} from '#restic'
import { list, type Values } from './args.ts'

export const FILTER_OPTIONS = {
  host: { type: 'string', short: 'H', multiple: true },
  tag: { type: 'string', multiple: true },
  path: { type: 'string', multiple: true },
} as const

/** Snapshots that the filter options leave, oldest first. @throws RESTIC_DAMAGED where one cannot be read */
export async function filteredSnapshots(repository: Repository, values: Values): Promise<Snapshot[]> {
  const { snapshots, unreadable } = await loadSnapshots(repository)
  if (unreadable.length > 0) throw unreadable[0]!.error
  return filter(snapshots, values)
}

export function filter(snapshots: readonly Snapshot[], values: Values): Snapshot[] {
  const tags = list(values, 'tag').map((set) => set.split(',').filter((tag) => tag !== ''))
  return snapshots.filter((one) =>
    matchesFilter(one, { hosts: list(values, 'host'), paths: list(values, 'path'), tags }),
  )
}

/** `SNAPSHOT[:FOLDER]`: the snapshot, and the tree of the folder in it. */
export async function treeOf(
  repository: Repository,
  values: Values,
  reference: string,
  load: (tree: string) => Promise<Buffer>,
): Promise<{ snapshot: Snapshot; tree: string }> {
  const colon = reference.indexOf(':')
  const snapshots = await filteredSnapshots(repository, values)
  const snapshot = findSnapshot(snapshots, colon < 0 ? reference : reference.slice(0, colon))
  const folder = colon < 0 ? '' : reference.slice(colon + 1)
  const node = await nodeAt(snapshot.tree, folder, load)
  if (node !== undefined && node.subtree === undefined) throw notFound()
  return { snapshot, tree: node?.subtree ?? snapshot.tree }
}

/** The node under a path; undefined for the root itself. @throws RESTIC_PATH_NOT_FOUND */
export async function nodeAt(
  root: string,
  path: string,
  load: (tree: string) => Promise<Buffer>,
): Promise<Node | undefined> {
  let tree: string | undefined = root
  let node: Node | undefined
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (tree === undefined) throw notFound()
    const wanted = Buffer.from(name, 'utf8')
    node = decodeTree(await load(tree)).find((one) => one.name.equals(wanted))
    if (node === undefined) throw notFound()
    tree = node.subtree
  }
  return node
}

function notFound(): AppError {
  return new AppError('RESTIC_PATH_NOT_FOUND')
}
