/**
 * A kill between a generation's locks and its catalogue leaves a locked generation whose charts nobody could open. What the
 * run had put waits in the catalogue as pending; it becomes the generation's only if every unit's tree is the snapshot's.
 */
import type { ByteString } from '#base'
import { type BlobIndex, decodeRecord, decodeTree, type PieceReader } from '#restic'
import type { Generations } from './generations.ts'
import type { OpenRepository } from './repositories.ts'
import { type Source, unitRule } from './source.ts'

export interface CompleteParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
}

/** True where the newest generation is in the catalogue; false where only the next run can bring it back. */
export async function completeCatalogue({ source, opened, generations }: CompleteParts): Promise<boolean> {
  const { catalogue } = opened
  const newest = (await generations.list({ sourceId: source.id, limit: 1 }))[0]
  const isUnit = unitRule(source)
  if (!newest || newest.closure !== 'complete' || !isUnit || catalogue.knows(newest.id)) return true
  const { store } = catalogue.run()
  const units = await unitTrees(opened, newest.tree, isUnit)
  for (const [path, tree] of units) {
    const record = store.get(path)
    if (!record || decodeRecord(record).root.tree !== tree) return false
  }
  catalogue.commit(newest.id, new Set(units.keys()))
  return true
}

/** Path and tree of each unit in a snapshot; nothing below them is read. */
export async function unitTrees(
  { repository }: Pick<OpenRepository, 'repository'>,
  root: string,
  isUnit: (path: ByteString, depth: number) => boolean,
  near: { readonly index?: BlobIndex; readonly load?: PieceReader } = {},
): Promise<Map<ByteString, string>> {
  const index = near.index ?? (await repository.loadIndex())
  const units = new Map<ByteString, string>()
  const open: { path: ByteString; tree: string; depth: number }[] = [{ path: '', tree: root, depth: 0 }]
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const node of decodeTree(await repository.loadBlob(index, at.tree, 'tree', near.load))) {
      if (node.type !== 'dir' || !node.subtree) continue
      const path = `${at.path}/${node.name.toString('latin1')}`
      if (isUnit(path, at.depth)) units.set(path, node.subtree)
      else open.push({ path, tree: node.subtree, depth: at.depth + 1 })
    }
  return units
}
