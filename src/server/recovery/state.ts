/** Toride's own state out of a place: what days there are, and one of them written into an empty folder. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type EpochMs, isAppError } from '#base'
import type { Kit } from '#access'
import { kitKeys } from '#access'
import { type BlobIndex, decodeTree, loadSnapshots, type Node, Repository } from '#restic'
import { INSIDE, type Mark, ownStateOf, type ReadingPlace } from '#vault'

export interface StateDay {
  readonly snapshot: string
  readonly at: EpochMs
  readonly mark: Mark | undefined
}

export interface FoundState {
  /** Those that somebody else vouches for first, each part newest first. */
  readonly days: readonly StateDay[]
  /** Writes one day into `folder`. @throws VAULT_RECOVER_NOTHING, RESTIC_DAMAGED, RESTIC_BLOB_MISSING */
  write(snapshot: string, folder: string): Promise<void>
  close(): Promise<void>
}

const RANK = { attested: 2, received: 1, none: 0 } as const

/** @throws VAULT_RECOVER_NOTHING where the place holds nothing of this kit, ACCESS_KIT_WRONG where the kit does not open it */
export async function findState(kit: Kit, place: ReadingPlace): Promise<FoundState> {
  const sourceId = ownStateOf(kit.id)
  const backend = place.repository(sourceId)
  try {
    const repository = await opened(backend, kit)
    const marks = await place.marks(sourceId)
    const { snapshots } = await loadSnapshots(repository)
    if (snapshots.length === 0) throw new AppError('VAULT_RECOVER_NOTHING')
    const days = snapshots
      .map(({ id, timeNs }) => ({ snapshot: id, at: Number(timeNs / 1_000_000n), mark: marks.get(id) }))
      .toSorted((a, b) => RANK[b.mark ?? 'none'] - RANK[a.mark ?? 'none'] || b.at - a.at)
    return {
      days,
      async write(id, folder) {
        const snapshot = snapshots.find((one) => one.id === id)
        if (!snapshot) throw new AppError('VAULT_RECOVER_NOTHING')
        const index = await repository.loadIndex()
        await writeFolder({ repository, index }, await stateFolder({ repository, index }, snapshot.tree), folder)
      },
      close: () => backend.close(),
    }
  } catch (error) {
    await backend.close()
    throw error
  }
}

async function opened(backend: ReturnType<ReadingPlace['repository']>, kit: Kit): Promise<Repository> {
  try {
    return await Repository.open(backend, { password: kitKeys(kit).repositoryPassword })
  } catch (error) {
    if (isAppError(error, 'RESTIC_NO_REPOSITORY')) throw new AppError('VAULT_RECOVER_NOTHING', { cause: error })
    if (isAppError(error, 'RESTIC_WRONG_PASSWORD')) throw new AppError('ACCESS_KIT_WRONG', { cause: error })
    throw error
  }
}

interface Reading {
  readonly repository: Repository
  readonly index: BlobIndex
}

const nodesOf = async ({ repository, index }: Reading, tree: string): Promise<Node[]> =>
  decodeTree(await repository.loadBlob(index, tree, 'tree'))

/** Folders from the root of the lost machine's disk down to where its own state was laid, one in each. */
async function stateFolder(reading: Reading, root: string): Promise<readonly Node[]> {
  let nodes = await nodesOf(reading, root)
  while (!nodes.some((node) => node.name.toString() === INSIDE.info)) {
    const below = nodes.find((node) => node.subtree !== undefined)?.subtree
    if (below === undefined || nodes.length !== 1) throw new AppError('VAULT_RECOVER_NOTHING', { detail: 'no state' })
    nodes = await nodesOf(reading, below)
  }
  return nodes
}

/** What Toride writes of itself has plain names; anything else (`..`, a link, a device) is somebody else's and stays out. */
const OWN_NAME = /^[A-Za-z0-9_][\w.-]{0,200}$/

async function writeFolder(reading: Reading, nodes: readonly Node[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const node of nodes) {
    const name = node.name.toString('latin1')
    if (!OWN_NAME.test(name)) continue
    const path = join(folder, name)
    if (node.type === 'dir' && node.subtree !== undefined)
      await writeFolder(reading, await nodesOf(reading, node.subtree), path)
    else if (node.type === 'file') {
      const parts = []
      for (const id of node.content ?? []) parts.push(await reading.repository.loadBlob(reading.index, id, 'data'))
      writeFileSync(path, Buffer.concat(parts), { mode: 0o600, flush: true })
    }
  }
}
