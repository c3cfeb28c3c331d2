/** Whether a generation holds a path: only the folders on the way to it are read. */
import { isAppError } from '#base'
import { type BlobIndex, decodeTree, type Repository } from '#restic'
import { pathText } from '#ssmix2'

/** Undefined where the folders cannot be read. @param path absolute, as views show it */
export async function holdsPath(
  repository: Repository,
  index: BlobIndex,
  root: string,
  path: string,
): Promise<boolean | undefined> {
  let tree: string | undefined = root
  try {
    for (const name of path.split('/').slice(1)) {
      if (tree === undefined) return false
      const nodes = decodeTree(await repository.loadBlob(index, tree, 'tree'))
      const node = nodes.find((one) => pathText(one.name.toString('latin1')) === name)
      if (!node) return false
      tree = node.subtree
    }
    return true
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}
