/** Disk images in a generation: found by their names, confirmed by what they begin with. */
import { AppError, type ErrorCode, isAppError } from '#base'
import { type Bytes, type ImageFormat, readWhole } from '#disk'
import { type BlobIndex, BlobReader, decodeTree, type Node } from '#restic'
import { pathText } from '#ssmix2'
import type { Hidden } from '../erasure.ts'
import type { Generation } from '../generations.ts'
import type { OpenRepository } from '../repositories.ts'
import { openDisk } from './open-disk.ts'

export interface FoundImage {
  /** Positions of entries from the root of the snapshot to the file: names may be patient data and stand in no address. */
  readonly at: readonly number[]
  readonly name: string
  /** As the source had it. */
  readonly folder: string
  readonly mtimeMs: number
  readonly format: ImageFormat
  /** What its guest sees. */
  readonly sizeBytes: number
  /** Why it cannot be started. */
  readonly problem?: ErrorCode
}

export interface FoundImages {
  readonly images: readonly FoundImage[]
  /** Not all was looked at. */
  readonly more: boolean
}

const NAME = /\.(raw|img|dd|iso|bin|qcow2?|vmdk)$/i
/** Parts of an image whose description is a file of its own. */
const PART_NAME = /-(flat|[sf]\d{3,})\.vmdk$/i
const MOST_IMAGES = 200
const MOST_FOLDERS = 50_000

export interface OpenedGeneration {
  readonly opened: Pick<OpenRepository, 'repository' | 'backend'>
  readonly index: BlobIndex
  readonly generation: Pick<Generation, 'tree'>
  readonly hidden: Pick<Hidden, 'covers'>
}

/** In the order of folders. @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING for a tree */
export async function findImages(from: OpenedGeneration): Promise<FoundImages> {
  const { opened, index, hidden } = from
  const reader = new BlobReader(opened.backend.sync, index, opened.repository.masterKey)
  const images: FoundImage[] = []
  const waiting: { tree: string; at: number[]; path: string }[] = [{ tree: from.generation.tree, at: [], path: '' }]
  for (let folders = 0; waiting.length > 0; folders++) {
    if (folders >= MOST_FOLDERS || images.length >= MOST_IMAGES) return { images, more: true }
    const { tree, at, path } = waiting.pop()!
    const nodes = decodeTree(await opened.repository.loadBlob(index, tree, 'tree'))
    for (const [position, node] of nodes.entries()) {
      const name = nameOf(node)
      const here = `${path}/${name}`
      if (hidden.covers(here)) continue
      if (node.subtree !== undefined) waiting.push({ tree: node.subtree, at: [...at, position], path: here })
      else if (node.type === 'file' && NAME.test(name) && !PART_NAME.test(name)) {
        const found = await look(reader, index, nodes, node)
        if (found) images.push({ at: [...at, position], name, folder: path, mtimeMs: mtime(node), ...found })
      }
    }
  }
  return { images: images.toSorted((a, b) => compare(a.folder + a.name, b.folder + b.name)), more: false }
}

/**
 * The folder of an image and its name; undefined where the positions lead to none, or to what no view shows.
 * @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING
 */
export async function imageAt(
  { opened, index, generation, hidden }: OpenedGeneration,
  at: readonly number[],
): Promise<{ folder: Buffer; name: string; path: string } | undefined> {
  let tree: string | undefined = generation.tree
  let path = ''
  for (const [depth, position] of at.entries()) {
    if (tree === undefined) return undefined
    const folder: Buffer = Buffer.from(await opened.repository.loadBlob(index, tree, 'tree'))
    const node: Node | undefined = decodeTree(folder)[position]
    if (!node) return undefined
    path += `/${nameOf(node)}`
    if (hidden.covers(path)) return undefined
    if (depth === at.length - 1) return node.type === 'file' ? { folder, name: node.name.toString(), path } : undefined
    tree = node.subtree
  }
  return undefined
}

async function look(
  reader: BlobReader,
  index: BlobIndex,
  folder: readonly Node[],
  node: Node,
): Promise<Pick<FoundImage, 'format' | 'sizeBytes' | 'problem'> | undefined> {
  try {
    const image = await openDisk(reader, index, folder, node.name.toString())
    if (!image) throw new AppError('DISK_DAMAGED')
    const { format, disk } = image
    // Pictures and firmware carry such names too.
    if (format === 'raw' && !(await looksLikeDisk(disk))) return undefined
    return { format, sizeBytes: disk.sizeBytes }
  } catch (error) {
    if (!isAppError(error)) throw error
    return {
      format: /vmdk$/i.test(node.name.toString()) ? 'vmdk' : 'qcow2',
      sizeBytes: node.sizeBytes ?? 0,
      problem: error.code,
    }
  }
}

/** A table of partitions, or a file system that lies on the disk without one (ext, XFS, LVM, ISO 9660). */
async function looksLikeDisk(disk: Bytes): Promise<boolean> {
  const head = await readWhole(disk, 0, Math.min(disk.sizeBytes, 2048))
  if (head.length < 2048) return false
  if (head.readUInt16LE(510) === 0xaa55 || head.readUInt16LE(1080) === 0xef53) return true
  if (head.toString('latin1', 0, 4) === 'XFSB' || head.toString('latin1', 512, 520) === 'LABELONE') return true
  return disk.sizeBytes > 34_000 && (await readWhole(disk, 32_769, 5)).toString('latin1') === 'CD001'
}

const nameOf = (node: Node): string => pathText(node.name.toString('latin1'))
const mtime = (node: Node): number => Number(node.mtimeNs / 1_000_000n)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
